//! What the review says.

use std::fmt::Display;

pub(super) const MORE_LINE: &str = "more line";
pub(super) const NOW: &str = "now";
pub(super) const WILL_BE_SENT: &str = "will be sent";
pub(super) const ENTER_GOES_ON: &str =
    "Enter goes on to the confirmation. Esc goes back; nothing is lost.";
pub(super) const ENTER_SENDS: &str = "Enter sends it, once. Esc goes back; nothing is lost.";
pub(super) const ADDRESS_MISSING: &str =
    "Type the number that stands before the address, then Enter.";
pub(super) const NEVER_PASTED: &str = "Type the four characters: a confirmation can't be pasted.";
pub(super) const ONLY_BEFORE_ACTIVATION: &str = "Only before an activation.";
pub(super) const ADDRESS_FIRST: &str = "Only once it is known where it goes.";
pub(super) const READ_ON: &str = "More will be changed than fits here: read on, then Enter.";

pub(super) fn title(operation: &dyn Display) -> String {
    format!("Review: {operation}")
}

pub(super) fn lines_below(count: &dyn Display) -> String {
    format!("▼ {count}: PgDn")
}

pub(super) fn lines_above(count: &dyn Display) -> String {
    format!("▲ {count}: PgUp")
}

pub(super) fn type_last(count: &dyn Display, of: &dyn Display) -> String {
    format!("Type the last {count} of {of} to send it")
}

pub(super) fn the(what: &dyn Display) -> String {
    format!("the {what}")
}

pub(super) fn type_answer(asks: &dyn Display) -> String {
    format!("Type {asks}")
}

pub(super) fn type_to_confirm(answer: &dyn Display) -> String {
    format!("Type {answer} to confirm, then Enter.")
}

pub(super) fn wrong(why: &dyn Display) -> String {
    format!("{why} Compare it with what the customer asked for.")
}
