//! The form kit: labelled fields of text, choice and secret digits, with their faults beside them.
//! Knows editing and drawing; what the fields mean is the screen's affair.

mod draw;
mod value;

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

pub use draw::draw_input;
pub use value::{Choice, Secret, Value, edit};
use value::{has_command, insert, then};

use crate::pin::{PanEntry, PinEntry};

/// Longest text that a field takes: longer ones are a paste gone wrong.
const LONGEST: usize = 64;

/// A labelled field.
pub struct Field {
    /// Before the field.
    pub label: Cow<'static, str>,
    /// What is typed or chosen.
    pub value: Value,
    /// Shown, muted, while a text is empty: for example what the present card has.
    pub hint: String,
    /// What is wrong with it, in a sentence.
    pub fault: Option<String>,
    /// What it is, for the line under the form while it has the focus.
    pub explains: &'static str,
}

/// What became of a key that was given to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// It changed the field.
    Changed,
    /// It meant nothing here.
    Ignored,
}

impl Field {
    /// A text field.
    #[must_use]
    pub fn text(label: impl Into<Cow<'static, str>>, hint: impl Into<String>) -> Self {
        Self::new(label, Value::Text(Input::default()), hint)
    }

    /// A field with one of a few words.
    #[must_use]
    pub fn choice(
        label: impl Into<Cow<'static, str>>,
        choice: Choice,
        hint: impl Into<String>,
    ) -> Self {
        Self::new(label, Value::Choice(choice), hint)
    }

    /// A field of any kind.
    #[must_use]
    pub fn new(label: impl Into<Cow<'static, str>>, value: Value, hint: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value,
            hint: hint.into(),
            fault: None,
            explains: "",
        }
    }

    /// With a line that explains it.
    #[must_use]
    pub fn explained(mut self, explains: &'static str) -> Self {
        self.explains = explains;
        self
    }

    /// With a text in it.
    #[must_use]
    pub fn filled(mut self, text: &str) -> Self {
        self.value = Value::Text(Input::new(text.to_owned()));
        self
    }

    /// The text without blanks around it; nothing for an empty one and for other kinds of field.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(input) => Some(input.value().trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The chosen option's place.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        match &self.value {
            Value::Choice(choice) => choice.chosen(),
            _ => None,
        }
    }

    fn typed(&mut self, event: &KeyEvent) -> Typed {
        let changed = match &mut self.value {
            Value::Text(input) => edit(input, event),
            Value::Choice(choice) => match event.code {
                KeyCode::Left => then(|| choice.step(false)),
                KeyCode::Right | KeyCode::Char(' ') => then(|| choice.step(true)),
                KeyCode::Char(letter) if !has_command(event) => then(|| choice.type_ahead(letter)),
                KeyCode::Backspace | KeyCode::Delete => then(|| choice.clear()),
                _ => false,
            },
            Value::Pin(secret) => {
                secret.typed(event, PinEntry::push, PinEntry::pop, PinEntry::wipe)
            }
            Value::Pan { entry, .. } => {
                entry.typed(event, PanEntry::push, PanEntry::pop, PanEntry::wipe)
            }
        };
        if changed {
            self.fault = None;
            Typed::Changed
        } else {
            Typed::Ignored
        }
    }

    /// Takes a paste; secrets are never pasted.
    fn pasted(&mut self, text: &str) {
        match &mut self.value {
            Value::Text(input) => {
                for c in text.trim().chars().filter(|c| !c.is_control()) {
                    insert(input, c);
                }
                self.fault = None;
            }
            Value::Choice(choice) => choice.choose(text.trim()),
            Value::Pin(_) => self.fault = Some("a PIN is typed, never pasted".into()),
            Value::Pan { .. } => self.fault = Some("a card number is keyed, never pasted".into()),
        }
    }
}

/// Fields with one focus.
#[derive(Default)]
pub struct Form {
    /// From top to bottom.
    pub fields: Vec<Field>,
    /// The place of the field that keys go to.
    pub focus: usize,
}

impl Form {
    /// A form with the focus on its first field.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// The field that keys go to.
    pub fn focused(&mut self) -> &mut Field {
        &mut self.fields[self.focus]
    }

    /// Whether the focus is on the last field, where Enter goes on.
    #[must_use]
    pub fn is_on_last(&self) -> bool {
        self.focus + 1 == self.fields.len()
    }

    /// Moves the focus; it does not go round, so that Tab held down ends somewhere.
    pub fn step(&mut self, forward: bool) {
        let to = if forward {
            (self.focus + 1).min(self.fields.len() - 1)
        } else {
            self.focus.saturating_sub(1)
        };
        self.go_to(to);
    }

    /// Puts the focus on a field.
    pub fn go_to(&mut self, place: usize) {
        if place != self.focus {
            self.focus = place;
            self.retype();
        }
    }

    /// Makes the next digit of a secret start over.
    pub fn retype(&mut self) {
        match &mut self.focused().value {
            Value::Pin(secret) => secret.start_over(),
            Value::Pan { entry, .. } => entry.start_over(),
            _ => {}
        }
    }

    /// Puts the focus on the first field with a fault. Returns whether there is one.
    pub fn go_to_fault(&mut self) -> bool {
        let faulty = self.fields.iter().position(|field| field.fault.is_some());
        if let Some(place) = faulty {
            self.focus = place;
            self.retype();
        }
        faulty.is_some()
    }

    /// Gives a key to the focused field.
    pub fn typed(&mut self, event: &KeyEvent) -> Typed {
        self.focused().typed(event)
    }

    /// Gives a paste to the focused field.
    pub fn pasted(&mut self, text: &str) {
        self.focused().pasted(text);
    }
}

#[cfg(test)]
mod tests;
