//! The help: the keys of the place below, and what it is for.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Cx, Go, Screen, View};
use crate::console::keymap::{Action, Here, Place, editing_keys};
use crate::console::theme::Scope;
use crate::console::widgets::overlay::cleared;
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::{fit, wrap};

/// What is said here.
mod words {
    pub(super) const IN_A_FIELD: &str = "In a field:";
    pub(super) const FIELD_BEFORE: &str = "the field before";
}

/// The help for a place.
pub struct Help {
    /// The place below.
    here: Here,
    scroll: Scroll,
}

impl Help {
    /// For this place.
    #[must_use]
    pub fn new(here: Here) -> Self {
        let scroll = Scroll::default();
        Self { here, scroll }
    }
}

impl Screen for Help {
    fn place(&self) -> Place {
        Place::Popup
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, _cx: &mut Cx) -> Go {
        match action {
            Some(Action::Quit) => Go::Do(Action::Quit),
            Some(Action::Back | Action::Help) => Go::Back,
            other => {
                self.scroll.by(other);
                Go::Stay
            }
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let (of, keymap, theme) = (self.here, &view.cx.keymap, view.theme);
        let shown = keymap.shown_in(of);
        let mut rows: Vec<(String, String)> = shown
            .map(|binding| {
                let keys: Vec<_> = binding
                    .keys_in(of.place)
                    .map(|key| key.to_string())
                    .collect();
                (keys.join("  "), binding.says.to_owned())
            })
            .collect();
        let width = area.width.clamp(20, 64);
        for line in wrap(of.place.help(), usize::from(width) - 6) {
            rows.push((String::new(), line));
        }
        if of.place.takes_text() {
            rows.push((String::new(), words::IN_A_FIELD.to_owned()));
            let back = keymap.keys_in(Action::Previous, of.place);
            let back: Vec<_> = back.map(|key| key.to_string()).collect();
            if !back.is_empty() {
                rows.push((back.join("  "), words::FIELD_BEFORE.to_owned()));
            }
            rows.extend(editing_keys().map(|(keys, says)| (keys, says.to_owned())));
        }
        let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
        let place = cleared(frame, area, (width, height), theme);
        let lines: Vec<_> = rows
            .iter()
            .map(|(keys, says)| {
                if keys.is_empty() {
                    Line::styled(says.as_str(), theme.of(Scope::Muted))
                } else {
                    Line::from(vec![
                        Span::styled(fit(keys, 18), theme.of(Scope::Key)),
                        Span::raw(says.as_str()),
                    ])
                }
            })
            .collect();
        let title = (of.place.title(), true);
        self.scroll.draw(frame, place, title, &lines, theme);
    }
}
