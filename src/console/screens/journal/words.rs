//! What the journal's screens say.

use std::fmt::Display;

use crate::desk::sentences::counted;

pub(super) const NOT_DONE: &str = "NOT DONE";
pub(super) const FINDING_EXPLAINED: &str =
    "Choose only what you have confirmed. UNKNOWN closes it without an answer.";
pub(super) const REASON: &str = "how you know";
pub(super) const REASON_HINT: &str = "like: asked DCMS support, ticket 4711";
pub(super) const REASON_EXPLAINED: &str = "It is recorded with your name.";
pub(super) const CHOOSE_FINDING: &str = "choose one: ←, → or its first letter";
pub(super) const SAY_REASON: &str = "say in a few words how you know";
pub(super) const FILTER_HINT: &str = "/ then like outcome:unknown kit:4561789 from:2026-11-24";
pub(super) const FOLDED: &str = " look-ups are folded away ";
pub(super) const NOTHING_RECORDED: &str = "Nothing is recorded yet.";
pub(super) const NONE_MATCHES: &str = "No record matches the filter. Clear it to see all records.";
pub(super) const OUTCOME_NOT_SENT: &str = "○ not sent";
pub(super) const OUTCOME_NOT_DONE: &str = "✗ not done";
pub(super) const OUTCOME_KNOWN: &str = "The outcome of this action is known.";
pub(super) const NO_ACTION: &str = "No action is shown.";
pub(super) const NOTHING_TO_SETTLE: &str =
    "This record has no open write: there is nothing to settle.";
pub(super) const KNOWN_FROM: &str = "Known from";

pub(super) fn settle_by_hand(record: &dyn Display) -> String {
    format!("Settle record {record} by what you know")
}

pub(super) fn title(count: usize, has_more: bool, is_own: bool) -> String {
    let actions = if has_more {
        format!("{count}+ actions")
    } else {
        counted(count, "action")
    };
    let whose = if is_own { " of yours" } else { "" };
    format!("Journal: {actions}{whose}, newest first")
}

pub(super) fn order(id: &dyn Display) -> String {
    format!("order {id}")
}

pub(super) fn reading_outcome(record: &dyn Display) -> String {
    format!("Reading the outcome of record {record}")
}

pub(super) fn record_title(record: &dyn Display) -> String {
    format!("Record {record} and what belongs to it")
}
