//! Taking back what was done to a form, step by step. Secrets are never remembered here.

use super::{Field, Form, Value};
use crate::console::widgets::entry::Entry;

/// Steps that can be taken back; nobody remembers more.
const MOST: usize = 100;

/// How a form was before a step.
pub(super) enum FormBefore {
    /// A field held this text.
    Text(usize, Entry),
    /// A field had this option.
    Choice(usize, Option<usize>),
    /// So many fields were not there yet.
    Added(usize, usize),
    /// These fields were there.
    Removed(usize, Vec<Field>),
    /// All fields were these, with the focus on this one.
    All(usize, Vec<Field>),
}

impl FormBefore {
    /// How a field is now; nothing for one with a secret.
    pub(super) fn of(place: usize, value: &Value) -> Option<Self> {
        match value {
            Value::Text(entry) => Some(Self::Text(place, entry.clone())),
            Value::Choice(choice) => Some(Self::Choice(place, choice.chosen())),
            Value::Pin(_) | Value::Pan { .. } => None,
        }
    }

    /// Whether a field is as it was.
    fn still_holds(&self, fields: &[Field]) -> bool {
        let now = |place: &usize| fields.get(*place).map(|field| &field.value);
        match self {
            Self::Text(place, was) => {
                matches!(now(place), Some(Value::Text(entry)) if entry.value() == was.value())
            }
            Self::Choice(place, was) => {
                matches!(now(place), Some(Value::Choice(choice)) if choice.chosen() == *was)
            }
            Self::Added(..) | Self::Removed(..) | Self::All(..) => false,
        }
    }
}

impl Form {
    /// Remembers a step, if it changed anything.
    pub(super) fn remember(&mut self, before: FormBefore) {
        if before.still_holds(&self.fields) {
            return;
        }
        if self.steps.len() == MOST {
            self.steps.remove(0);
        }
        self.steps.push(before);
    }

    /// Puts fields in at a place, and the focus on the first of them.
    pub fn add(&mut self, at: usize, fields: Vec<Field>) {
        self.spell();
        self.remember(FormBefore::Added(at, fields.len()));
        self.fields.splice(at..at, fields);
        self.typing = None;
        self.go_to(at);
    }

    /// Takes fields out.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn remove(&mut self, at: usize, count: usize) {
        let removed = self.fields.drain(at..at + count).collect();
        self.remember(FormBefore::Removed(at, removed));
        self.typing = None;
        self.focus = self.focus.min(self.fields.len().saturating_sub(1));
    }

    /// Whether the same is in it as in these fields.
    #[must_use]
    pub fn holds(&self, fields: &[Field]) -> bool {
        let is_same = |(place, field): (usize, &Field)| {
            FormBefore::of(place, &field.value)
                .is_some_and(|before| before.still_holds(&self.fields))
        };
        self.fields.len() == fields.len() && fields.iter().enumerate().all(is_same)
    }

    /// Puts these fields in the place of all, as one step. Not for forms with secrets: what was typed
    /// is remembered.
    pub fn start_over(&mut self, fields: Vec<Field>) {
        let is_step = !self.holds(&fields);
        let before = std::mem::replace(&mut self.fields, fields);
        if is_step {
            self.remember(FormBefore::All(self.focus, before));
        }
        self.typing = None;
        self.focus = 0;
    }

    /// Takes the last step back. Returns whether there was one.
    pub fn undo(&mut self) -> bool {
        self.typing = None;
        let Some(before) = self.steps.pop() else {
            return false;
        };
        let place = match before {
            FormBefore::Text(place, entry) => {
                if let Some(field) = self.fields.get_mut(place) {
                    field.value = Value::Text(entry);
                    // It would be completed once more, and could never be had as it was.
                    field.as_typed = true;
                }
                place
            }
            FormBefore::Choice(place, chosen) => {
                if let Some(Value::Choice(choice)) =
                    self.fields.get_mut(place).map(|field| &mut field.value)
                {
                    choice.put(chosen);
                }
                place
            }
            FormBefore::Added(at, count) => {
                self.fields.drain(at..at + count);
                at.saturating_sub(1)
            }
            FormBefore::Removed(at, fields) => {
                self.fields.splice(at..at, fields);
                at
            }
            FormBefore::All(focus, fields) => {
                self.fields = fields;
                focus
            }
        };
        self.go_to(place.min(self.fields.len().saturating_sub(1)));
        self.focused().error = None;
        true
    }
}
