//! The mouse: a click is the key that it stands for. What is where, the last picture says.
//! Nothing can be done with it that can't be done by keys, and only `--mouse` switches it on.

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::app::{App, Tab};
use super::keymap::{Action, Key, Place};
use super::message::Effect;
use super::screens::Layer;
use super::widgets::drawn::Drawn;
use super::widgets::form::Form;

/// How many rows a step of the wheel is.
const WHEEL: usize = 3;

/// Where the tabs and the keys of the key line were drawn.
#[derive(Default)]
pub(super) struct Bars {
    pub(super) tabs: Drawn<Tab>,
    pub(super) keys: Drawn<Key>,
}

impl App {
    /// Takes a button or the wheel.
    pub(super) fn mouse(&mut self, event: MouseEvent, now: Instant, effects: &mut Vec<Effect>) {
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => self.click(at, now, effects),
            MouseEventKind::ScrollUp => self.wheel(Action::Up, now, effects),
            MouseEventKind::ScrollDown => self.wheel(Action::Down, now, effects),
            _ => {}
        }
    }

    /// Does what it would by its key, whichever that is.
    fn does(&mut self, action: Action, now: Instant, effects: &mut Vec<Effect>) {
        let no_key = KeyEvent::new(KeyCode::Null, KeyModifiers::NONE);
        self.meant(Some(action), &no_key, now, effects);
    }

    fn wheel(&mut self, action: Action, now: Instant, effects: &mut Vec<Effect>) {
        // Elsewhere these keys change fields, which nobody means by turning a wheel.
        let is_list = matches!(
            self.place(),
            Place::Kits
                | Place::Filter
                | Place::Picker
                | Place::Detail
                | Place::Order
                | Place::Journal
                | Place::Story
                | Place::Palette
                | Place::Themes
                | Place::Popup
        );
        for _ in 0..WHEEL * usize::from(is_list) {
            self.does(action, now, effects);
        }
    }

    fn click(&mut self, at: Position, now: Instant, effects: &mut Vec<Effect>) {
        if let Some(Key(code, modifiers)) = self.bars.keys.at(at) {
            self.key(&KeyEvent::new(code, modifiers), now, effects);
        } else if self.popup.is_some() {
            // What lies under a popup takes no keys either.
        } else if let Some(tab) = self.bars.tabs.at(at) {
            let action = match tab {
                Tab::Kits => Action::LookUp,
                Tab::Orders => Action::Orders,
                Tab::Journal => Action::Journal,
            };
            self.does(action, now, effects);
        } else if let Some(field) = self.form_in_front().and_then(|form| form.drawn.at(at)) {
            self.go_to_field(field, now, effects);
        } else {
            self.click_on_a_list(at, now, effects);
        }
    }

    /// A first click goes to a row, a second one opens it.
    fn click_on_a_list(&mut self, at: Position, now: Instant, effects: &mut Vec<Effect>) {
        let was_there = match (self.top(), self.tab) {
            (None, Tab::Kits) if self.find.is_box_at(at) => {
                return self.does(Action::LookUp, now, effects);
            }
            (None, Tab::Kits) => self.find.point_at(at),
            (None, Tab::Journal) => self.journal.point_at(at),
            _ => None,
        };
        if was_there == Some(true) {
            self.does(Action::Enter, now, effects);
        }
    }

    fn form_in_front(&self) -> Option<&Form> {
        match (self.top(), self.tab) {
            (Some(Layer::Upgrade(screen)), _) => Some(&screen.form),
            (Some(Layer::Pin(screen)), _) => Some(&screen.form),
            (None, Tab::Orders) => Some(&self.orders.form),
            (None, Tab::Journal) => self.journal.form(),
            _ => None,
        }
    }

    /// Goes there step by step, so that every field on the way is left as by the keyboard.
    fn go_to_field(&mut self, field: usize, now: Instant, effects: &mut Vec<Effect>) {
        if self.place() == Place::Order {
            self.does(Action::Back, now, effects);
        }
        while let Some(focus) = self.form_in_front().map(|form| form.focus)
            && focus != field
        {
            let action = if focus < field {
                Action::Next
            } else {
                Action::Previous
            };
            self.does(action, now, effects);
            if self.form_in_front().is_none_or(|form| form.focus == focus) {
                // Something is waited for: the form takes no steps now.
                break;
            }
        }
    }
}
