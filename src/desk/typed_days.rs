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

/// The first and the last day of a list, typed like `from:2026-11-03 to:2026-11-04`.
///
/// # Errors
/// A sentence about the first word that can't be.
pub fn range(typed: &str) -> Result<(Option<Date>, Option<Date>), String> {
    let (mut from, mut to) = (None, None);
    for word in typed.split_whitespace() {
        match word.split_once([':', '=']) {
            Some((key, value)) if key.eq_ignore_ascii_case("from") => from = Some(day(value)?),
            Some((key, value)) if key.eq_ignore_ascii_case("to") => to = Some(day(value)?),
            Some(_) | None => return Err("write from:2026-11-03, to:2026-11-04, or both".into()),
        }
    }
    in_order(from, to)?;
    Ok((from, to))
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_days_of_a_list_are_two_words_at_most() {
        let (first, last) = (Some(date(2026, 11, 3)), Some(date(2026, 11, 4)));
        assert_eq!(range(" "), Ok((None, None)));
        assert_eq!(range("From:2026-11-03"), Ok((first, None)));
        assert_eq!(range("to=2026-11-04 from:2026-11-03"), Ok((first, last)));
        for (typed, said) in [
            ("2026-11-03", "write from:2026-11-03"),
            ("since:2026-11-03", "write from:2026-11-03"),
            ("from:3.11.", "a day is written like"),
            ("from:2026-11-04 to:2026-11-03", "no day is in between"),
        ] {
            let why = range(typed).expect_err("it can't be");
            assert!(why.contains(said), "{typed}: {why}");
        }
    }
}
