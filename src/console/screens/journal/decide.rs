//! What a person knows of an open write, and how they know it.

use crossterm::event::KeyEvent;

use crate::console::keymap::Action;
use crate::console::widgets::form::{Choice, Field, Form, Routed, Value};
use crate::journal::{Finding, RecordId};

const FINDING: usize = 0;
const REASON: usize = 1;
const FINDINGS: [(&str, Finding); 3] = [
    ("DONE", Finding::Done),
    ("NOT DONE", Finding::NotDone),
    ("UNKNOWN", Finding::Unknown),
];

/// The form.
pub(super) struct DecideForm {
    /// Which write.
    pub(super) record: RecordId,
    pub(super) form: Form,
    /// Why the journal did not take it.
    pub(super) error: Option<String>,
}

impl DecideForm {
    pub(super) fn new(record: RecordId) -> Self {
        let words = FINDINGS.iter().map(|(word, _)| *word).collect();
        let finding = Field::new("outcome", Value::Choice(Choice::optional(words)), "")
            .required()
            .explained("Choose only what you have confirmed. UNKNOWN closes it without an answer.");
        let reason = Field::text("how you know", "like: asked DCMS support, ticket 4711")
            .required()
            .explained("It is recorded with your name.");
        Self {
            record,
            form: Form::new(vec![finding, reason]),
            error: None,
        }
    }

    /// Takes a key. Gives the decision once it is whole.
    pub(super) fn key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
    ) -> Option<(Finding, String)> {
        self.error = None;
        match self.form.route(action, event) {
            Routed::GoOn => self.decision(),
            Routed::Back | Routed::Left(_) | Routed::Changed | Routed::Ignored => None,
        }
    }

    fn decision(&mut self) -> Option<(Finding, String)> {
        let chosen = self.form.fields[FINDING].chosen();
        let finding = chosen.and_then(|place| FINDINGS.get(place));
        let reason = self.form.fields[REASON].as_text().map(str::to_owned);
        if finding.is_none() {
            self.form.fields[FINDING].error = Some("choose one: ←, → or its first letter".into());
        }
        if reason.is_none() {
            self.form.fields[REASON].error = Some("say in a few words how you know".into());
        }
        if self.form.go_to_fault() {
            return None;
        }
        Some((finding?.1, reason?))
    }
}
