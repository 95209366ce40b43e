//! The help: the keys of the place below, and what it is for.

use std::cell::Cell;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Cx, Go, Screen, View};
use crate::console::keymap::{Action, Here, Place, editing_keys};
use crate::console::theme::Scope;
use crate::console::widgets::overlay::overlay;
use crate::console::widgets::text::{fit, wrap};

/// Lines that a page goes on by.
const PAGE: usize = 8;

/// The help for a place.
pub struct Help {
    /// The place below.
    here: Here,
    /// How far it is scrolled, as far as it can be where it was drawn.
    scroll: Cell<usize>,
}

impl Help {
    /// For this place.
    #[must_use]
    pub fn new(here: Here) -> Self {
        let scroll = Cell::new(0);
        Self { here, scroll }
    }

    fn scroll_by(&self, lines: isize) -> Go {
        self.scroll
            .set(self.scroll.get().saturating_add_signed(lines));
        Go::Stay
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
            Some(Action::Down) => self.scroll_by(1),
            Some(Action::Up) => self.scroll_by(-1),
            Some(Action::PageDown) => self.scroll_by(PAGE.cast_signed()),
            Some(Action::PageUp) => self.scroll_by(-PAGE.cast_signed()),
            _ => Go::Stay,
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
            rows.push((String::new(), "In a field:".to_owned()));
            let back = keymap.keys_in(Action::Previous, of.place);
            let back: Vec<_> = back.map(|key| key.to_string()).collect();
            if !back.is_empty() {
                rows.push((back.join("  "), "the field before".to_owned()));
            }
            rows.extend(editing_keys().map(|(keys, says)| (keys, says.to_owned())));
        }
        let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
        let inner = overlay(frame, area, (width, height), of.place.title(), theme);
        let hidden = rows.len().saturating_sub(usize::from(inner.height));
        let first = self.scroll.get().min(hidden);
        self.scroll.set(first);
        if hidden > 0 {
            let mark = match hidden - first {
                0 => format!("▲ {first} more "),
                more => format!("▼ {more} more "),
            };
            let mark = Line::styled(mark, theme.of(Scope::Warn)).right_aligned();
            frame.render_widget(
                mark,
                Rect {
                    y: inner.bottom(),
                    height: 1,
                    ..inner
                },
            );
        }
        for ((keys, says), row) in rows.iter().skip(first).zip(inner.rows()) {
            let line = if keys.is_empty() {
                Line::from(Span::styled(says.as_str(), theme.of(Scope::Muted)))
            } else {
                Line::from(vec![
                    Span::styled(fit(keys, 18), theme.of(Scope::Key)),
                    Span::raw(says.as_str()),
                ])
            };
            frame.render_widget(line, row);
        }
    }
}
