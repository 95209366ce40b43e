//! What can be said about a write before anything is sent: one sentence for each thing that is
//! wrong. Screens and verbs ask the same questions here; nothing is read or sent.

use super::sealing::PinSettings;
use crate::pin::card_number_in;

/// Longest name that is embossed on a card (ISO/IEC 7813 leaves 26 characters).
const LONGEST_NAME: usize = 26;

fn no_card_number(text: &str, what: &str) -> Result<(), String> {
    match card_number_in(text) {
        Some(_) => Err(format!("this looks like a card number, not like {what}")),
        None => Ok(()),
    }
}

/// Whether a tier can be one.
///
/// # Errors
/// What is allowed.
pub fn tier(text: &str) -> Result<(), String> {
    no_card_number(text, "a tier")?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_- ".contains(&b);
    if text.bytes().all(allowed) {
        Ok(())
    } else {
        Err("a tier is one of the bank's own words, like SILVER: letters and digits".into())
    }
}

/// Whether a plastic code can be one.
///
/// # Errors
/// What is allowed.
pub fn plastic_code(text: &str) -> Result<(), String> {
    no_card_number(text, "a plastic code")?;
    if text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err("a plastic code is made of letters and digits, like 4566".into())
    }
}

/// Whether a name has room on a card.
///
/// # Errors
/// How much room there is.
pub fn name_on_card(text: &str) -> Result<(), String> {
    no_card_number(text, "a name")?;
    match text.chars().count() {
        ..=LONGEST_NAME => Ok(()),
        count => Err(format!(
            "a card has room for {LONGEST_NAME} characters, not {count}"
        )),
    }
}

/// Whether a PIN could be sealed at all.
///
/// # Errors
/// What the profile lacks.
pub fn has_pin_key(pin_settings: &PinSettings) -> Result<(), String> {
    if pin_settings.pin_key.is_some() {
        return Ok(());
    }
    Err("This profile has no pin_key, so no PIN can be sealed. Add it to the configuration.".into())
}

/// A phone's number as it is dialled, without the blanks and dashes that people write.
///
/// # Errors
/// What is allowed.
pub fn mobile(text: &str) -> Result<String, String> {
    let text: String = text.chars().filter(|c| !" -()".contains(*c)).collect();
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && (7..=15).contains(&digits.len()) {
        Ok(text)
    } else {
        Err("a mobile number has 7 to 15 digits".to_owned())
    }
}

/// The last six digits of a card, and nothing else.
///
/// # Errors
/// What is allowed.
pub fn last_six(text: &str) -> Result<String, String> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && text.len() == 6 {
        Ok(text.to_owned())
    } else {
        Err("the last six digits of the card are needed, and nothing else".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_taken_as_people_write_it() {
        let taken = mobile("+91 98765-43210");
        assert_eq!(taken.as_deref(), Ok("+919876543210"));
        for odd in ["", "98765", "98765 4321O", "1234567890123456", "++4912345"] {
            assert!(mobile(odd).is_err(), "{odd}");
        }
        for odd in ["12345", "1234567", "12345x", "１２３４５６"] {
            assert!(last_six(odd).is_err(), "{odd}");
        }
    }
}
