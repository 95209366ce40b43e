//! What the look-up's screen says.

use std::fmt::Display;

pub(super) const TITLE: &str = "Find a customer";
pub(super) const CARD_HINT: &str = "like 608040XXXXXX6384";
pub(super) const FILTER_HINT: &str = "any text of a row";
pub(super) const NONE_MATCHES: &str = "No kit matches the filter. Esc shows all of them.";
pub(super) const ENTITY_ID_HEADING: &str = "ENTITY ID";
pub(super) const CHOOSE_THE_ONE: &str = "One customer matches: choose it";
pub(super) const FOUND_BY: &str = "A customer is found by any of";
pub(super) const BY_ENTITY_ID: &str = "  entity id          181223116";
pub(super) const BY_ACCOUNT: &str = "  account number     8000000";
pub(super) const BY_CARD: &str = "  masked card        608040XXXXXX6384";
pub(super) const KIND_IS_GUESSED: &str = "The kind is guessed as you type; Tab changes it.";
pub(super) const ONLY_LOOK_UPS: &str =
    "You can look up customers; writes are blocked until this is fixed.";
pub(super) const ENTITY_ID: &str = "entity id";
pub(super) const ACCOUNT_NUMBER: &str = "account number";
pub(super) const MASKED_CARD: &str = "masked card";
pub(super) const NOTHING_TYPED: &str =
    "Type an entity id, an account number or a masked card first.";
pub(super) const DIGITS_ONLY: &str = "It is made of digits only.";
pub(super) const ENTITY_ID_IS_DIGITS: &str =
    "It is made of digits, like 181223116; Tab changes the kind.";
pub(super) const NO_CUSTOMER: &str = "No customer matches. Check it and try again.";
pub(super) const NO_KITS_SHOWN: &str = "No kits are shown: find a customer first.";
pub(super) const NOTHING_LOOKED_UP: &str = "Nothing was looked up yet: find a customer first.";

pub(super) fn passed_of(passed: &dyn Display, all: &dyn Display) -> String {
    format!("{passed} of {all}")
}

pub(super) fn entity(entity: &dyn Display) -> String {
    format!("entity {entity}")
}

pub(super) fn account(account: &dyn Display) -> String {
    format!("account {account}")
}

pub(super) fn kits_of(entity: &dyn Display) -> String {
    format!("Kits of customer {entity}")
}

pub(super) fn kit(kit: &dyn Display) -> String {
    format!("Kit {kit}")
}

pub(super) fn choose_of(many: &dyn Display) -> String {
    format!("{many} customers match: choose one")
}

pub(super) fn not_recorded(error: &dyn Display) -> String {
    format!("Nothing can be recorded: {error}")
}

pub(super) fn one_is_open(keys: &dyn Display) -> String {
    format!("One write has an unknown outcome. {keys} settles it:")
}

pub(super) fn several_are_open(count: &dyn Display, keys: &dyn Display) -> String {
    format!("{count} writes have an unknown outcome. {keys} settles them:")
}

pub(super) fn looking_up_entity(id: &dyn Display) -> String {
    format!("Looking up entity id {id}")
}

pub(super) fn looking_up_account(no: &dyn Display) -> String {
    format!("Looking up account {no}")
}

pub(super) fn looking_up_card(mask: &dyn Display) -> String {
    format!("Looking up card {mask}")
}

pub(super) fn only_unread_customers(unread: &dyn Display) -> String {
    format!("{unread}, and no other fits. Tell the DCMS's support.")
}

pub(super) fn only_unread_kits(unread: &dyn Display, entity: &dyn Display) -> String {
    format!("{unread}, and customer {entity} has no other. Tell the DCMS's support.")
}

pub(super) fn no_kits(entity: &dyn Display) -> String {
    format!("Customer {entity} has no kits.")
}

pub(super) fn no_entity(id: &dyn Display, code: &dyn Display) -> String {
    format!(
        "No customer has the entity id {id} ({code}). Check it, or press Tab to look it up as an account number."
    )
}

pub(super) fn no_account(no: &dyn Display, code: &dyn Display) -> String {
    format!(
        "No customer has the account {no} ({code}). Check it, or press Tab for another kind of key."
    )
}

pub(super) fn no_card(mask: &dyn Display, code: &dyn Display) -> String {
    format!(
        "No customer has a card {mask} ({code}). Compare the first six and last four with the card."
    )
}
