//! One action in the journal: the record and what followed it, field by field.

use crate::console::keymap::Action;
use crate::dcms::harmless;
use crate::journal::{Record, RecordId, Story};

/// A story that is read.
pub(super) struct StoryView {
    story: Story,
    /// The lines: a label and what it says; an empty label goes on.
    pub(super) lines: Vec<(String, String)>,
    pub(super) scroll: usize,
    /// What reading or settling came to.
    pub(super) said: Option<String>,
}

impl StoryView {
    pub(super) fn new(story: Story, said: Option<String>) -> Self {
        let mut lines = lines_of(&story.record);
        for follower in &story.followers {
            lines.push((String::new(), String::new()));
            lines.extend(lines_of(follower));
        }
        Self {
            story,
            lines,
            scroll: 0,
            said,
        }
    }

    /// The record that it is about: of a write, its intent.
    pub(super) fn record(&self) -> RecordId {
        self.story.record.id
    }

    pub(super) fn scroll_by(&mut self, action: Option<Action>) {
        let last = self.lines.len().saturating_sub(1);
        self.scroll = match action {
            Some(Action::Down) => (self.scroll + 1).min(last),
            Some(Action::Up) => self.scroll.saturating_sub(1),
            Some(Action::PageDown) => (self.scroll + 10).min(last),
            Some(Action::PageUp) => self.scroll.saturating_sub(10),
            Some(Action::First) => 0,
            Some(Action::Last) => last,
            _ => self.scroll,
        };
    }
}

fn lines_of(record: &Record) -> Vec<(String, String)> {
    let who = &record.who;
    let place = &record.place;
    let from = who.ssh_origin.as_deref();
    let mut lines = vec![
        (
            format!("record {}", record.id),
            format!("{} {}", record.kind, record.operation),
        ),
        ("at".into(), format!("{:.3}", record.at)),
        (
            "by".into(),
            match from {
                Some(from) => format!("{} on {}, over SSH from {from}", who.operator, who.host),
                None => format!("{} on {}", who.operator, who.host),
            },
        ),
        (
            "for".into(),
            format!("{} {} ({})", place.environment, place.tenant, place.profile),
        ),
    ];
    let subject = &record.subject;
    let duration = record.duration_ms.filter(|took| *took > 0);
    let more = [
        ("entity", subject.entity.as_ref().map(ToString::to_string)),
        ("kit", subject.kit.as_ref().map(ToString::to_string)),
        ("order", subject.order.as_ref().map(ToString::to_string)),
        ("before", record.before.as_ref().map(ToString::to_string)),
        ("key", record.key_check.clone()),
        ("outcome", record.outcome.map(|outcome| outcome.to_string())),
        ("code", record.error_code.clone()),
        ("said", record.message.clone()),
        ("took", duration.map(|took| format!("{took} ms"))),
        ("read", record.after.as_ref().map(ToString::to_string)),
        ("reason", record.reason.clone()),
        ("hash", Some(record.hash.to_string())),
    ];
    let more = more.into_iter().filter_map(|(label, value)| {
        let value = value?;
        Some((label.to_owned(), harmless(&value).into_owned()))
    });
    lines.extend(more);
    lines
}
