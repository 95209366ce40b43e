//! One action in the journal: the record and what followed it, field by field.

use crate::console::widgets::scroll::Scroll;
use crate::desk::record_threads::lines_of;
use crate::journal::{RecordId, RecordThread};

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
    pub(super) fn new(thread: RecordThread, said: Option<String>) -> Self {
        let mut lines = lines_of(&thread.record, None);
        for follower in &thread.followers {
            lines.push((String::new(), String::new()));
            lines.extend(lines_of(follower, Some(&thread.record)));
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
