//! One action in the journal: the record and what followed it, field by field.

use crate::console::widgets::scroll::Scroll;
use crate::desk::record_threads::lines_of;
use crate::journal::{RecordId, RecordThread};

/// A story that is read.
pub(super) struct StoryView {
    story: RecordThread,
    /// The lines: a label and what it says; an empty label goes on.
    pub(super) lines: Vec<(String, String)>,
    pub(super) scroll: Scroll,
    /// What reading or settling came to.
    pub(super) said: Option<String>,
}

impl StoryView {
    pub(super) fn new(story: RecordThread, said: Option<String>) -> Self {
        let mut lines = lines_of(&story.record, None);
        for follower in &story.followers {
            lines.push((String::new(), String::new()));
            lines.extend(lines_of(follower, Some(&story.record)));
        }
        Self {
            story,
            lines,
            scroll: Scroll::default(),
            said,
        }
    }

    /// The record that it is about: of a write, its intent.
    pub(super) fn record(&self) -> RecordId {
        self.story.record.id
    }
}
