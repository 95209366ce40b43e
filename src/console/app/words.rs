//! What is said over all screens.

use std::fmt::Display;

pub(super) const NO_ORDER: &str = "No order is shown: look one up first.";
pub(super) const OVER_KITS: &str = "Only with the kits of a customer in front.";
pub(super) const OVER_LIMITS: &str = "Only with a card's limits in front.";
pub(super) const OVER_ORDER: &str = "Only with an order in front.";
pub(super) const OVER_ORDERS: &str = "Only with the orders in front.";
pub(super) const ONLY_BEFORE_ACTIVATION: &str = "Only before an activation.";
pub(super) const IN_TABLE: &str = "Only in a table.";
pub(super) const AFTER_WRITE: &str = "Only after a write, or in the journal on an action.";
pub(super) const IN_JOURNAL: &str = "Only in the journal.";
pub(super) const OVER_DAY: &str = "Only with a day's end in front.";
pub(super) const ON_ACTION: &str = "Only in the journal, on an action.";
pub(super) const OVER_SESSIONS: &str = "Only with the sessions in front.";
pub(super) const ONLY_SERVED: &str = "Only on kitdesk's SSH server.";
pub(super) const IN_FORM: &str = "Only in a form.";
pub(super) const IN_UPGRADE: &str = "Only in an upgrade.";
pub(super) const WHERE_READ: &str = "Only where something was read.";
pub(super) const NOT_HERE: &str = "Not here.";
pub(super) const WIPED_HIDDEN: &str = "The PIN screen was wiped and closed: the screen was hidden.";
pub(super) const WIPED_STOPPED: &str =
    "The PIN screen was wiped and closed: the program was stopped.";
pub(super) const LOST_PASTE: &str =
    "The paste was incomplete, so nothing was pasted. Paste again, or type.";
pub(super) const NO_PASTE_NOW: &str =
    "Nothing can be pasted while this screen waits. Paste again when it is done.";
pub(super) const WIPED_AFTER_30_S: &str =
    "The PIN screen was wiped and closed after 30 s without a key.";
pub(super) const WIPED_ANOTHER: &str =
    "The PIN screen was wiped and closed: another one was opened.";
pub(super) const LIVE: &str = " ◆◆ LIVE: real cards ◆◆ ";
pub(super) const NO_JOURNAL: &str = " ! no journal";
pub(super) const RECORDS_MISSING: &str = " ! records missing";
pub(super) const HIDDEN: &str = "Hidden. Enter shows it again; no other key does anything.";

pub(super) fn not_recorded(why: &dyn Display) -> String {
    format!("The journal could not record this: {why}")
}

pub(super) fn open_write(
    whose: &dyn Display,
    what: &dyn Display,
    record: &dyn Display,
    key: &dyn Display,
) -> String {
    format!("{whose}{what} is open (record {record}). Settle it first: {key}.")
}

/// The central store is away, and so many records wait to be forwarded there.
pub(super) fn central(waiting: Option<u64>) -> String {
    match waiting {
        Some(waiting) => format!(" ! central {waiting}"),
        None => " ! central".to_owned(),
    }
}

pub(super) fn open(count: &dyn Display) -> String {
    format!(" ? {count} open")
}

pub(super) fn too_small(
    columns: &dyn Display,
    rows: &dyn Display,
    width: &dyn Display,
    height: &dyn Display,
) -> String {
    format!(
        "kitdesk needs {columns} columns and {rows} rows; this window has {width} and {height}. Make it larger: until then keys do nothing."
    )
}

pub(super) fn under_way_by(whose: &dyn Display, what: &dyn Display, who: &dyn Display) -> String {
    format!("{whose}{what} by {who} is still under way: wait for its outcome")
}

pub(super) fn open_by(
    whose: &dyn Display,
    what: &dyn Display,
    who: &dyn Display,
    role: &dyn Display,
) -> String {
    format!(
        "{whose}{what} by {who} has an unknown outcome. They, or somebody with the role {role}, must settle it first"
    )
}
