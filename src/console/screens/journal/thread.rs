//! One action in the journal: the record and what followed it, field by field.

use crate::console::message::About;
use crate::console::widgets::scroll::Scroll;
use crate::dcms::harmless;
use crate::desk::record_threads::lines_of;
use crate::desk::{Copies, Receipt};
use crate::journal::{Kind, RecordId, RecordThread};

/// A thread that is read.
pub(super) struct ThreadView {
    thread: RecordThread,
    /// The lines: a label and what it says; an empty label goes on.
    pub(super) lines: Vec<(String, String)>,
    pub(super) scroll: Scroll,
    /// What reading or settling came to.
    pub(super) said: Option<String>,
}

impl ThreadView {
    /// Of a change, what its receipt says comes first: what was before stands next to what came of it.
    pub(super) fn new(thread: RecordThread, said: Option<String>, about: &About) -> Self {
        let branch = about.branch.as_ref().map(ToString::to_string);
        let receipt = Receipt::of(thread.clone(), branch, &about.zone, Copies::One);
        let blank = || (String::new(), String::new());
        let mut lines = Vec::new();
        if let Ok(receipt) = &receipt {
            // What comes next is said to the customer.
            let [whence, about, changes, _next] = receipt.blocks();
            // A receipt doesn't say it either.
            let mut settled = thread.followers.iter();
            let settled = settled.rfind(|record| record.kind == Kind::Settled);
            let why = settled.and_then(|record| record.reason.clone());
            let why = why.map(|why| ("Known from".to_owned(), harmless(&why).into_owned()));
            let whence = whence.into_iter().chain(why).collect();
            for block in [whence, about, changes] {
                if !block.is_empty() {
                    lines.extend(block);
                    lines.push(blank());
                }
            }
        }
        // Read as the receipt reads it, and whole in `journal show`.
        let is_new = |(label, _): &(String, String)| {
            receipt.is_err() || !["before", "read", "entity", "kit", "order"].contains(&&**label)
        };
        lines.extend(lines_of(&thread.record, None).into_iter().filter(is_new));
        for follower in &thread.followers {
            lines.push(blank());
            let follower = lines_of(follower, Some(&thread.record));
            lines.extend(follower.into_iter().filter(is_new));
        }
        Self {
            thread,
            lines,
            scroll: Scroll::default(),
            said,
        }
    }

    /// The record that it is about: of a write, its intent.
    pub(super) fn record(&self) -> RecordId {
        self.thread.record.id
    }
}
