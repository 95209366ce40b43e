//! The card that is wanted, word by word, as flags and columns give it: the same checks for both.
//! Nothing is read or sent.

use crate::dcms::{CardType, Delivery};
use crate::desk::checks;

mod words {
    pub(super) const EMPTY_TIER: &str = "the tier is empty: name one, like SILVER";
    pub(super) const CARD_TYPES: &str = "allowed are PHYSICAL and VIRTUAL";
    pub(super) const ADDRESSES: &str = "allowed are PERMANENT and COMMUNICATION";
}

/// A tier, which is always named.
pub(super) fn tier(text: &str) -> Result<String, String> {
    let tier = text.trim();
    if tier.is_empty() {
        return Err(words::EMPTY_TIER.into());
    }
    checks::tier(tier)?;
    Ok(tier.to_owned())
}

/// A plastic code; nothing where it is left out.
pub(super) fn plastic_code(text: &str) -> Result<Option<String>, String> {
    optional(text, checks::plastic_code)
}

/// A name to be embossed; nothing where it is left out.
pub(super) fn name_on_card(text: &str) -> Result<Option<String>, String> {
    optional(text, checks::name_on_card)
}

/// Plastic or not.
pub(super) fn card_type(word: &str) -> Result<CardType, &'static str> {
    let mut all = CardType::ALL.into_iter();
    all.find(|known| known.word().eq_ignore_ascii_case(word))
        .ok_or(words::CARD_TYPES)
}

/// Where it is sent.
pub(super) fn delivery(word: &str) -> Result<Delivery, &'static str> {
    let mut all = Delivery::ALL.into_iter();
    all.find(|known| known.word().eq_ignore_ascii_case(word))
        .ok_or(words::ADDRESSES)
}

fn optional(
    text: &str,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    check(text)?;
    Ok(Some(text.to_owned()))
}
