//! What fields hold and how keys change it: lines of text, choices with type-ahead, secret digits.

use crossterm::event::{KeyCode, KeyEvent};

use crate::console::widgets::entry::{Entry, has_command};
use crate::pin::{PanEntry, PinEntry};

/// What a field holds. No `Debug`: some hold secrets.
pub enum Value {
    /// Free text.
    Text(Entry),
    /// One of a few.
    Choice(Choice),
    /// A PIN, as dots.
    Pin(Secret<PinEntry>),
    /// A card number: first six and last four are shown, the rest as dots.
    Pan {
        /// The digits.
        entry: Secret<PanEntry>,
        /// How many the card has, where that is known.
        expected: Option<usize>,
    },
}

/// A secret in the making.
#[derive(Default)]
pub struct Secret<E> {
    /// The digits.
    pub entry: E,
    /// Whether the next digit starts over: nobody can correct the middle of a row of dots.
    starts_over: bool,
}

/// One of a few words, or none where that is allowed.
pub struct Choice {
    options: Vec<&'static str>,
    chosen: Option<usize>,
    may_be_none: bool,
    typed: String,
}

impl Choice {
    /// Nothing chosen yet, and nothing need be.
    #[must_use]
    pub fn optional(options: Vec<&'static str>) -> Self {
        Self {
            options,
            chosen: None,
            may_be_none: true,
            typed: String::new(),
        }
    }

    /// Chooses the option of this name, if there is one.
    pub fn choose(&mut self, word: &str) {
        self.chosen = self
            .options
            .iter()
            .position(|option| option.eq_ignore_ascii_case(word));
    }

    /// The place of the chosen option.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// The chosen option's word.
    #[must_use]
    pub fn word(&self) -> Option<&'static str> {
        self.chosen.map(|at| self.options[at])
    }

    /// Chooses as it was chosen before, as far as there still is such an option.
    pub(super) fn put(&mut self, chosen: Option<usize>) {
        self.typed.clear();
        self.chosen = chosen.filter(|at| *at < self.options.len());
    }

    /// The words that can be chosen.
    pub(super) fn options(&self) -> &[&'static str] {
        &self.options
    }

    /// Back to none, where that is allowed.
    pub(super) fn clear(&mut self) {
        self.typed.clear();
        if self.may_be_none {
            self.chosen = None;
        }
    }

    pub(super) fn step(&mut self, forward: bool) {
        let count = self.options.len();
        self.typed.clear();
        let ends_at_none = self.may_be_none && self.chosen.is_some();
        self.chosen = match (self.chosen, forward) {
            (Some(at), true) if at + 1 < count => Some(at + 1),
            (Some(at), false) if at > 0 => Some(at - 1),
            _ if ends_at_none => None,
            (_, true) => Some(0),
            (_, false) => Some(count - 1),
        };
    }

    /// Type-ahead: the letters typed so far, or the last one alone, name an option.
    pub(super) fn type_ahead(&mut self, letter: char) {
        self.typed.push(letter.to_ascii_uppercase());
        let starts = |typed: &str| {
            let begins = |option: &&str| option.to_ascii_uppercase().starts_with(typed);
            self.options.iter().position(begins)
        };
        if let Some(found) = starts(&self.typed) {
            self.chosen = Some(found);
            return;
        }
        let last = letter.to_ascii_uppercase().to_string();
        if let Some(found) = starts(&last) {
            self.chosen = Some(found);
        }
        self.typed = last;
    }
}

impl<E> Secret<E> {
    /// Makes the next digit the first one again.
    pub(super) fn start_over(&mut self) {
        self.starts_over = true;
    }

    pub(super) fn typed(
        &mut self,
        event: &KeyEvent,
        push: fn(&mut E, char) -> bool,
        pop: fn(&mut E),
        wipe: fn(&mut E),
    ) -> bool {
        match event.code {
            KeyCode::Char(digit) if digit.is_ascii_digit() && !has_command(event) => {
                if std::mem::take(&mut self.starts_over) {
                    wipe(&mut self.entry);
                }
                push(&mut self.entry, digit)
            }
            KeyCode::Backspace => {
                self.starts_over = false;
                then(|| pop(&mut self.entry))
            }
            KeyCode::Delete => then(|| wipe(&mut self.entry)),
            KeyCode::Char('u') if has_command(event) => then(|| wipe(&mut self.entry)),
            _ => false,
        }
    }
}

pub(super) fn then(work: impl FnOnce()) -> bool {
    work();
    true
}
