//! What can be said about a write before anything is sent: one sentence for each thing that is
//! wrong. Screens and verbs ask the same questions here; nothing is read or sent.

use super::sealing::Vault;
use super::sentences::unread;
use crate::dcms::{CardType, EntityId, Kit, KitNo, Kits, Order, Text, WantedCard};
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

/// Whether a wanted card differs from the present one in anything but the name.
///
/// # Errors
/// What is to be said.
pub fn changes_something(wanted: &WantedCard, kit: &Kit) -> Result<(), String> {
    let type_stays =
        wanted.card_type.map(CardType::word) == kit.card_type.as_ref().map(Text::as_sent);
    if wanted.tier_type.is_none() && wanted.plastic_code.is_none() && type_stays {
        Err("say what is to change: a tier, a plastic code or another card type".into())
    } else {
        Ok(())
    }
}

/// Whether a kit can be upgraded.
///
/// # Errors
/// In which state it is.
pub fn may_upgrade(kit: &Kit) -> Result<(), String> {
    if kit.status.can_be_upgraded() {
        return Ok(());
    }
    Err(format!(
        "Kit {} is {}; only an ACTIVE card can be upgraded.",
        kit.kit_no,
        kit.status.word()
    ))
}

/// Whether a PIN can be set for a kit.
///
/// # Errors
/// In which state it is.
pub fn may_take_a_pin(kit: &Kit) -> Result<(), String> {
    if kit.status.can_take_a_pin() {
        return Ok(());
    }
    Err(format!(
        "Kit {} is {}; it can't take a PIN.",
        kit.kit_no,
        kit.status.word()
    ))
}

/// Whether a PIN could be sealed at all.
///
/// # Errors
/// What the profile lacks.
pub fn has_pin_key(vault: &Vault) -> Result<(), String> {
    if vault.pin_key.is_some() {
        return Ok(());
    }
    Err("This profile has no pin_key, so no PIN can be sealed. Add it to the configuration.".into())
}

/// Whether an order can be cancelled.
///
/// # Errors
/// In which state it is.
pub fn may_cancel(order: &Order) -> Result<(), String> {
    if order.status.can_be_cancelled() {
        return Ok(());
    }
    Err(format!(
        "The order is {}: only an order that is RECEIVED can be cancelled.",
        order.status.word()
    ))
}

/// The kit of this number among a customer's kits.
///
/// # Errors
/// That there is none, or that it can't be told: a kit that could not be read may be this one.
pub fn kit_of<'a>(kits: &'a Kits, entity: &EntityId, kit: &KitNo) -> Result<&'a Kit, String> {
    let mut all = kits.iter();
    all.find(|known| &known.kit_no == kit)
        .ok_or_else(|| match unread(kits.unread, "kit") {
            Some(unread) => format!(
                "Kit {kit} is not among the kits of customer {entity} that could be read: {unread}. Ask the DCMS's support to correct the customer's kits."
            ),
            None => format!("Customer {entity} has no kit {kit}. Look at their kits first."),
        })
}
