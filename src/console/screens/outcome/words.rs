//! What the outcome's screen says.

use std::fmt::Display;

pub(super) const READ_AFTERWARDS: &str = "Read afterwards";
pub(super) const SENT_ONCE: &str =
    "It is sent once and can't be taken back. The rest of the console works meanwhile.";
pub(super) const NO_RECEIPT: &str =
    "Nothing was recorded, so there is nothing to write a receipt of.";
pub(super) const BEING_READ: &str = "It is being read once more, which takes a moment.";
pub(super) const CANT_BE_LEFT: &str =
    "It has been sent and can't be taken back. The result will be shown here.";
pub(super) const NOT_FOR_THIS: &str = "It doesn't apply to this outcome.";
pub(super) const TO_CORRECT: &str = " Esc goes back to correct it.";
pub(super) const SETTLED_DONE: &str = "settled: it was done";
pub(super) const SETTLED_NOT_DONE: &str = "settled: it was not done";
pub(super) const NOT_LISTED_YET: &str =
    "The new kit is not in the customer's list yet: read it again in a moment.";
pub(super) const NEW_KIT: &str = "new kit";
pub(super) const OLD_KIT: &str = "old kit";
pub(super) const CHECKED_AGAIN: &str =
    "Checked again automatically for up to 45 s; you can do other work meanwhile.";
pub(super) const LEFT_OPEN: &str =
    "Left open. Check it again, or settle it by hand, in the journal.";

pub(super) fn journal_record(record: &dyn Display) -> String {
    format!("   journal record {record}")
}

pub(super) fn reads(sign: &dyn Display, now: &dyn Display) -> String {
    format!("{sign} reads {now}")
}
