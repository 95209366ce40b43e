//! One action in the journal: the record and what followed it, field by field.

use serde_json::Value;

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
        let mut lines = lines_of(&story.record, None);
        for follower in &story.followers {
            lines.push((String::new(), String::new()));
            lines.extend(lines_of(follower, Some(&story.record)));
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

/// The lines of a record; what it has in common with the one that it follows is not said again.
fn lines_of(record: &Record, followed: Option<&Record>) -> Vec<(String, String)> {
    let who = &record.who;
    let place = &record.place;
    let by = match who.ssh_origin.as_deref() {
        Some(from) => format!("{} on {}, over SSH from {from}", who.operator, who.host),
        None => format!("{} on {}", who.operator, who.host),
    };
    let environment = place.environment;
    let at_place = format!("{environment} {} ({})", place.tenant, place.profile);
    let subject = &record.subject;
    let duration = record.duration_ms.filter(|took| *took > 0);
    let new = |is_same: fn(&Record, &Record) -> bool| {
        followed.is_none_or(|followed| !is_same(record, followed))
    };
    let is_new_subject = new(|one, other| one.subject == other.subject);
    let id = |id: Option<String>| id.filter(|_| is_new_subject);
    let lines = [
        (
            "at",
            Some(record.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ),
        ("by", new(|one, other| one.who == other.who).then_some(by)),
        (
            "for",
            new(|one, other| one.place == other.place).then_some(at_place),
        ),
        (
            "entity",
            id(subject.entity.as_ref().map(ToString::to_string)),
        ),
        ("kit", id(subject.kit.as_ref().map(ToString::to_string))),
        ("order", id(subject.order.as_ref().map(ToString::to_string))),
        ("before", record.before.as_ref().map(told)),
        ("key", record.key_check.clone()),
        (
            "outcome",
            record
                .outcome
                .map(|outcome| outcome.to_string().replace('_', " ")),
        ),
        ("code", record.error_code.clone()),
        ("said", record.message.clone()),
        ("took", duration.map(|took| format!("{took} ms"))),
        ("read", record.after.as_ref().map(told)),
        ("reason", record.reason.clone()),
        (
            "hash",
            Some(record.hash.to_string().chars().take(16).collect()),
        ),
    ];
    let title = format!("{} {}", record.kind, record.operation).replace('_', " ");
    let mut all = vec![(format!("record {}", record.id), title)];
    all.extend(
        lines
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), harmless(&value?).into_owned()))),
    );
    all
}

/// A reading in words: `status ACTIVE, tier SILVER`; what is empty is not said.
fn told(reading: &Value) -> String {
    match reading {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !is_empty(value));
            let fields =
                fields.map(|(name, value)| format!("{} {}", name.replace('_', " "), told(value)));
            fields.collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) if items.len() > 6 => format!("{} in all", items.len()),
        Value::Array(items) => items.iter().map(told).collect::<Vec<_>>().join("; "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
