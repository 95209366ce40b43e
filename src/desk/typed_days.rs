//! Days as people type them, on a screen or as a flag.

use jiff::civil::Date;

/// A day as it is typed.
///
/// # Errors
/// How one is written.
pub fn day(text: &str) -> Result<Date, String> {
    let day = text.trim().parse();
    day.map_err(|_| "a day is written like 2026-11-03".to_owned())
}

/// That the first day isn't after the last one.
///
/// # Errors
/// That no day is in between.
pub fn in_order(from: Option<Date>, to: Option<Date>) -> Result<(), String> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(format!(
            "from {from} is after to {to}: no day is in between"
        )),
        _ => Ok(()),
    }
}
