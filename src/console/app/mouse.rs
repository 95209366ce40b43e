//! The mouse: a click is the key that it stands for. What is where, the last picture says.
//! Nothing can be done with it that can't be done by keys, and only `--mouse` switches it on.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::tab::TabName;
use super::{App, NO_KEY};
use crate::console::keymap::{Action, Key};
use crate::console::widgets::drawn::Drawn;

/// How many rows a step of the wheel is.
const WHEEL: usize = 3;

/// Where the tabs and the keys of the key line were drawn.
#[derive(Default)]
pub(super) struct Bars {
    pub(super) tabs: Drawn<TabName>,
    pub(super) keys: Drawn<Key>,
}

impl App {
    /// Takes a button or the wheel.
    pub(super) fn mouse(&mut self, event: MouseEvent) {
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => self.click(at),
            MouseEventKind::ScrollUp => self.wheel(Action::Up),
            MouseEventKind::ScrollDown => self.wheel(Action::Down),
            _ => {}
        }
    }

    /// Does what it would by its key, whichever that is.
    fn does(&mut self, action: Action) {
        self.meant(Some(action), &NO_KEY);
    }

    fn wheel(&mut self, action: Action) {
        // Elsewhere these keys change fields, which nobody means by turning a wheel.
        for _ in 0..WHEEL * usize::from(self.place().is_scrolled()) {
            self.does(action);
        }
    }

    fn click(&mut self, at: Position) {
        let name = self.bars.tabs.at(at);
        if let Some(Key(code, modifiers)) = self.bars.keys.at(at) {
            self.key(&KeyEvent::new(code, modifiers));
        } else if self.popup.is_some() {
            // What lies under a popup takes no keys either.
        } else if let Some((.., action)) = TabName::ALL.iter().find(|(one, ..)| name == Some(*one))
        {
            self.does(*action);
        } else if let Some(field) = self.below().form().and_then(|form| form.drawn.at(at)) {
            self.go_to_field(field);
        } else if let Some(action) = self.tabs[self.front].top_mut().point(at) {
            self.does(action);
        }
    }

    /// Goes there step by step, so that every field on the way is left as by the keyboard.
    fn go_to_field(&mut self, field: usize) {
        if !self.place().takes_text() {
            self.does(Action::Back);
        }
        let focus = |app: &Self| app.below().form().map(|form| form.focus);
        while let Some(before) = focus(self)
            && before != field
        {
            self.does(if before < field {
                Action::Next
            } else {
                Action::Previous
            });
            if focus(self).is_none_or(|now| now == before) {
                // Something is waited for: the form takes no steps now.
                break;
            }
        }
    }
}
