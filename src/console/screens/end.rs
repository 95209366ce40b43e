//! The question before the end of the program, while a write is under way.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Cx, Go, Heard, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Effect, Message};
use crate::console::theme::Scope;
use crate::console::widgets::lines;
use crate::console::widgets::overlay::overlay;
use crate::desk::Event;

/// What is said here.
mod words {
    pub(super) const TITLE: &str = "A write is under way";
    pub(super) const QUESTION: &str =
        "If you quit now you won't see the result. Press y or Ctrl+C to quit anyway, Esc to stay.";
}

/// A write is under way: really end?
pub struct EndQuestion;

impl Screen for EndQuestion {
    fn place(&self) -> Place {
        Place::Popup
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if action == Some(Action::Quit) || event.code == KeyCode::Char('y') {
            cx.effects.push(Effect::Quit);
        }
        match action {
            Some(Action::Back) => Go::Back,
            _ => Go::Stay,
        }
    }

    /// Once the write has come to its end there is nothing to ask.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        match answer {
            Message::Desk(Event::Written(..)) => Heard::Over,
            _ => Heard::Nothing,
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let inner = overlay(frame, area, (58, 6), words::TITLE, theme);
        let text = words::QUESTION;
        lines::sentence(frame, inner, text, Scope::Warn, theme);
    }
}
