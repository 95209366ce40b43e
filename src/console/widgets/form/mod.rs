//! The form kit: labelled fields of text, choice and secret digits, with their errors next to them.
//! Knows editing and drawing; the screen gives the fields their meaning.

mod draw;
mod field;
mod offers;
mod undo;
mod value;

use crossterm::event::{KeyCode, KeyEvent};

pub use field::Field;
pub use offers::Offers;
use undo::FormBefore;
pub use value::{Choice, Secret, Value};

use super::drawn::Drawn;
use super::entry::{Entry, has_command};
use crate::console::keymap::Action;

/// What a form did with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// It changed the field.
    Changed,
    /// It meant nothing here.
    Ignored,
}

/// What a key or an action came to that was given to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routed {
    /// The screen is to be left.
    Back,
    /// The form is to go on.
    GoOn,
    /// This field was left: now its error is shown.
    Left(usize),
    /// What is in the form has changed.
    Changed,
    /// It meant nothing to the form.
    Ignored,
}

/// Fields with one focus.
#[derive(Default)]
pub struct Form {
    /// From top to bottom.
    pub fields: Vec<Field>,
    /// The place of the field that keys go to.
    pub focus: usize,
    /// Where the fields were drawn.
    pub drawn: Drawn<usize>,
    /// How wide the values are at most, where what is said next to them needs the room.
    values: Option<u16>,
    steps: Vec<FormBefore>,
    /// The field whose letters are one step until something else is done.
    typing: Option<usize>,
}

impl Form {
    /// A form with the focus on its first field.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// With values of so many columns at most.
    #[must_use]
    pub fn with_values_of(mut self, columns: u16) -> Self {
        self.values = Some(columns);
        self
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
            // The field that is left may be gone.
            if let Some(Value::Text(entry)) = self
                .fields
                .get_mut(self.focus)
                .map(|field| &mut field.value)
            {
                entry.keep();
            }
            self.focus = place;
            self.retype();
        }
    }

    /// Selects what is in the focused field: the next letter takes its place.
    pub fn select(&mut self) {
        self.typing = None;
        if let Value::Text(entry) = &mut self.focused().value {
            entry.select();
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

    /// Puts the focus on the first field with an error. Returns whether there is one.
    pub fn go_to_fault(&mut self) -> bool {
        let faulty = self.fields.iter().position(|field| field.error.is_some());
        if let Some(place) = faulty {
            self.focus = place;
            self.retype();
        }
        faulty.is_some()
    }

    /// Gives a key to the form, with what it means here. Every form of the desk is moved through in
    /// the same way: that way is here.
    pub fn route(&mut self, action: Option<Action>, event: &KeyEvent) -> Routed {
        match action {
            Some(Action::Back) => Routed::Back,
            Some(Action::Next) => self.leave(true),
            Some(Action::Previous) => self.leave(false),
            Some(Action::Enter) if !self.is_on_last() => self.leave(true),
            Some(Action::Enter | Action::GoOn) => {
                self.spell();
                Routed::GoOn
            }
            Some(Action::Undo) => {
                self.undo();
                Routed::Changed
            }
            Some(_) => Routed::Ignored,
            None => match self.typed(event) {
                Typed::Changed => Routed::Changed,
                Typed::Ignored => Routed::Ignored,
            },
        }
    }

    fn leave(&mut self, forward: bool) -> Routed {
        let left = self.focus;
        self.spell();
        self.step(forward);
        Routed::Left(left)
    }

    /// A word that was offered is meant as it was offered: whatever its capitals, and all of it where
    /// only one begins with what was typed.
    pub(super) fn spell(&mut self) {
        let place = self.focus;
        let field = &self.fields[place];
        if let Some(word) = field.meant().map(Entry::of) {
            let before = FormBefore::of(place, &field.value);
            self.fields[place].value = Value::Text(word);
            if let Some(before) = before {
                self.remember(before);
            }
        }
        self.typing = None;
    }

    /// Gives a key to the focused field.
    pub fn typed(&mut self, event: &KeyEvent) -> Typed {
        let place = self.focus;
        let before = FormBefore::of(place, &self.fields[place].value);
        let typed = self.focused().typed(event);
        // A word is one step, and so is a row of letters that were taken away.
        let is_letter = match event.code {
            KeyCode::Char(c) => c != ' ' && !has_command(event),
            KeyCode::Backspace => !has_command(event),
            _ => false,
        };
        let goes_on = is_letter && self.typing == Some(place);
        self.typing = is_letter.then_some(place);
        if let Some(before) = before
            && !goes_on
        {
            self.remember(before);
        }
        typed
    }

    /// Gives a paste to the focused field.
    pub fn pasted(&mut self, text: &str) {
        let before = FormBefore::of(self.focus, &self.focused().value);
        self.focused().pasted(text);
        self.typing = None;
        if let Some(before) = before {
            self.remember(before);
        }
    }
}

#[cfg(test)]
mod tests;
mod words;
