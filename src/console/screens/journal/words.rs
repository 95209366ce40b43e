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
pub(super) const BANK_FILTER_HINT: &str = "/ then like branch:1021 host:counter-3 outcome:unknown";
pub(super) const FOLDED: &str = " look-ups are folded away ";
pub(super) const NOTHING_RECORDED: &str = "Nothing is recorded yet.";
pub(super) const NONE_MATCHES: &str = "No record matches the filter. Clear it to see all records.";
pub(super) const OUTCOME_NOT_SENT: &str = "○ not sent";
pub(super) const OUTCOME_NOT_DONE: &str = "✗ not done";
pub(super) const OUTCOME_KNOWN: &str = "The outcome of this action is known.";
pub(super) const NO_ACTION: &str = "No action is shown.";
pub(super) const NOTHING_TO_SETTLE: &str =
    "This record has no open write: there is nothing to settle.";
pub(super) const ON_ITS_HOST: &str = "That is done on the host where it was sent.";
pub(super) const FROM_THE_ACTION: &str =
    "Open the action: what a host that is gone has left is read and settled from there.";
pub(super) const READ_FIRST: &str =
    "First settle by reading: what the DCMS says now is shown before somebody decides.";
pub(super) const NO_BANK: &str =
    "Only with a central store, which has the records of all hosts ([central]).";
pub(super) const NOT_FORWARDED: &str = "No host has forwarded a record yet.";
pub(super) const BRANCH_OF_BANK: &str =
    "A host's own records name no branch: only the bank's journal can be filtered by it.";
pub(super) const READING_BANK: &str = "Reading the journal of the whole bank";
pub(super) const CHANGED: &str = "! changed";
pub(super) const KNOWN_FROM: &str = "Known from";

pub(super) fn settle_by_hand(record: &dyn Display) -> String {
    format!("Settle record {record} by what you know")
}

fn actions(count: usize, has_more: bool) -> String {
    if has_more {
        format!("{count}+ actions")
    } else {
        counted(count, "action")
    }
}

pub(super) fn title(count: usize, has_more: bool, (is_own, has_bank): (bool, bool)) -> String {
    let actions = actions(count, has_more);
    let journal = if has_bank {
        "Journal of this host"
    } else {
        "Journal"
    };
    let whose = if is_own { " of yours" } else { "" };
    format!("{journal}: {actions}{whose}, newest first")
}

/// Without a time it was not read yet.
pub(super) fn bank_title(count: usize, has_more: bool, as_of: Option<&str>) -> String {
    match as_of {
        Some(as_of) => {
            let actions = actions(count, has_more);
            format!("Journal of the WHOLE BANK: {actions}, as of {as_of}")
        }
        None => "Journal of the WHOLE BANK".to_owned(),
    }
}

pub(super) fn bank_away(why: &dyn Display, key: &dyn Display) -> String {
    format!(
        "The journal of the whole bank can't be read: {why}. This host's is there: press {key}."
    )
}

pub(super) fn unreadable(count: &dyn Display) -> String {
    format!("{count} of the store's records can't be read at all: somebody has changed them there.")
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
