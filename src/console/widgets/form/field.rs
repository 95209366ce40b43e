//! One labelled field: what it holds, what it says of itself, and what a key does to it.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent};

use super::value::{Choice, Value, then};
use super::words;
use super::{Offers, Typed};
use crate::console::widgets::entry::{Entry, has_command};
use crate::pin::{PanEntry, PinEntry};

/// A labelled field.
pub struct Field {
    /// Before the field.
    pub label: Cow<'static, str>,
    /// What is typed or chosen.
    pub value: Value,
    /// Shown, muted, while a text is empty: for example what the present card has.
    pub hint: String,
    /// What is wrong with it, in a sentence.
    pub error: Option<String>,
    /// What it is, for the line under the form while it has the focus.
    pub explains: Cow<'static, str>,
    /// Words that it offers.
    pub offers: Offers,
    /// What the present card has in its place, so that a difference shows.
    pub present: Option<String>,
    /// Whether it can't be left empty.
    pub required: bool,
    /// Whether it is meant as it stands, although an offered word begins so.
    pub(super) as_typed: bool,
}

impl Field {
    /// A text field.
    #[must_use]
    pub fn text(label: impl Into<Cow<'static, str>>, hint: impl Into<String>) -> Self {
        Self::new(label, Value::Text(Entry::default()), hint)
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
            error: None,
            explains: Cow::Borrowed(""),
            offers: Offers::default(),
            present: None,
            required: false,
            as_typed: false,
        }
    }

    /// With a line that explains it.
    #[must_use]
    pub fn explained(mut self, explains: impl Into<Cow<'static, str>>) -> Self {
        self.explains = explains.into();
        self
    }

    /// With words to choose from.
    #[must_use]
    pub fn offering(mut self, offers: Offers) -> Self {
        self.offers = offers;
        self
    }

    /// With what the present card has here.
    #[must_use]
    pub fn instead_of(mut self, present: Option<String>) -> Self {
        self.present = present;
        self
    }

    /// Not to be left empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Whether the same words can be chosen as in that one.
    #[must_use]
    pub fn offers_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Choice(one), Value::Choice(other)) => one.options() == other.options(),
            _ => true,
        }
    }

    /// Whether what is in it would change the present card; nothing where that can't be said.
    #[must_use]
    pub fn differs(&self) -> Option<bool> {
        let wanted = match &self.value {
            Value::Text(_) => self.as_text()?,
            Value::Choice(choice) => choice.word()?,
            Value::Pin(_) | Value::Pan { .. } => return None,
        };
        Some(self.present.as_deref()? != wanted)
    }

    /// With a text in it.
    #[must_use]
    pub fn filled(mut self, text: &str) -> Self {
        self.value = Value::Text(Entry::of(text));
        self
    }

    /// The text without blanks around it; nothing for an empty one and for other kinds of field.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(entry) => Some(entry.value().trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// What is typed or chosen; nothing where it is left empty.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match &self.value {
            Value::Choice(choice) => choice.word(),
            Value::Text(_) | Value::Pin(_) | Value::Pan { .. } => self.as_text(),
        }
    }

    /// The one offered word that what is typed begins, as far as it is not meant as it stands. What
    /// is drawn behind the cursor is what the field will hold.
    pub(super) fn completion(&self) -> Option<&str> {
        match &self.value {
            Value::Text(entry) if entry.is_at_end() && !self.as_typed => {
                self.offers.completed(entry.value())
            }
            _ => None,
        }
    }

    /// The offered word that is meant, where it is not quite the one that was typed.
    pub(super) fn meant(&self) -> Option<&str> {
        self.completion()
            .or_else(|| self.offers.spelt(self.as_text()?))
    }

    /// The chosen option's place.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        match &self.value {
            Value::Choice(choice) => choice.chosen(),
            _ => None,
        }
    }

    pub(super) fn typed(&mut self, event: &KeyEvent) -> Typed {
        if let (Value::Pin(_) | Value::Pan { .. }, KeyCode::Char(typed)) = (&self.value, event.code)
            && typed.is_numeric()
            && !typed.is_ascii()
        {
            self.error = Some(words::ASCII_DIGITS.into());
            return Typed::Ignored;
        }
        let changed = match &mut self.value {
            Value::Text(entry) => {
                if let Some(word) = self.offers.taken(entry, event) {
                    entry.put(&word);
                    true
                } else {
                    let before = entry.value().len();
                    let is_edited = entry.edit(event);
                    match event.code {
                        KeyCode::Char(_) if !has_command(event) => self.as_typed = false,
                        KeyCode::Delete => self.as_typed = true,
                        // A user who deletes letters doesn't want them completed.
                        _ => self.as_typed |= entry.value().len() < before,
                    }
                    is_edited
                }
            }
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
            self.error = None;
            Typed::Changed
        } else {
            Typed::Ignored
        }
    }

    /// Takes a paste; secrets are never pasted.
    pub(super) fn pasted(&mut self, text: &str) {
        match &mut self.value {
            Value::Text(entry) => {
                entry.paste(text);
                self.as_typed = false;
                self.error = None;
            }
            Value::Choice(choice) => choice.choose(text.trim()),
            Value::Pin(_) => self.error = Some(words::PIN_NEVER_PASTED.into()),
            Value::Pan { .. } => self.error = Some(words::PAN_NEVER_PASTED.into()),
        }
    }
}
