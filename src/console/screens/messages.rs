//! The messages below the screen since the start, newest first, for a user who looked away.

use std::time::Duration;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Cx, Go, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::notices::{Notices, Said};
use crate::console::theme::Scope;
use crate::console::widgets::overlay::overlay;
use crate::console::widgets::text::{fit, wrap};

/// For "59 min ago".
const AGE: usize = 12;
/// Sentences that a page goes on by.
const PAGE: usize = 10;

/// The sentences as they were when it was opened.
pub struct Messages {
    all: Vec<Said>,
    scroll: usize,
}

impl Messages {
    /// All that is kept.
    #[must_use]
    pub fn of(notices: &Notices) -> Self {
        Self {
            all: notices.all().cloned().collect(),
            scroll: 0,
        }
    }
}

impl Screen for Messages {
    fn place(&self) -> Place {
        Place::Popup
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, _cx: &mut Cx) -> Go {
        let to = match action {
            Some(Action::Quit) => return Go::Do(Action::Quit),
            Some(Action::Back | Action::Messages) => return Go::Back,
            Some(Action::Down) => self.scroll + 1,
            Some(Action::Up) => self.scroll.saturating_sub(1),
            Some(Action::PageDown) => self.scroll + PAGE,
            Some(Action::PageUp) => self.scroll.saturating_sub(PAGE),
            _ => self.scroll,
        };
        self.scroll = to.min(self.all.len().saturating_sub(1));
        Go::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let (now, theme) = (view.now, view.theme);
        let width = area.width.clamp(20, 90);
        let room = usize::from(width).saturating_sub(AGE + 6);
        let mut rows = Vec::new();
        for said in self.all.iter().skip(self.scroll) {
            let mut age = ago(now.saturating_duration_since(said.at));
            for line in wrap(&said.sentence, room) {
                rows.push((std::mem::take(&mut age), line));
            }
        }
        if rows.is_empty() {
            rows.push((String::new(), "No messages yet.".to_owned()));
        }
        let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
        let inner = overlay(
            frame,
            area,
            (width, height),
            "Messages, newest first",
            theme,
        );
        for ((age, line), row) in rows.into_iter().zip(inner.rows()) {
            let line = Line::from(vec![
                Span::styled(fit(&age, AGE), theme.of(Scope::Muted)),
                Span::raw(line),
            ]);
            frame.render_widget(line, row);
        }
    }
}

fn ago(age: Duration) -> String {
    match age.as_secs() {
        0..5 => "just now".to_owned(),
        seconds @ 5..90 => format!("{seconds} s ago"),
        seconds @ 90..5400 => format!("{} min ago", seconds / 60),
        seconds => format!("{} h ago", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        let said = |seconds| ago(Duration::from_secs(seconds));
        assert_eq!(said(4), "just now");
        assert_eq!(said(89), "89 s ago");
        assert_eq!(said(90), "1 min ago");
        assert_eq!(said(5399), "89 min ago");
        assert_eq!(said(7300), "2 h ago");
        assert!(said(999 * 3600).chars().count() < AGE);
    }
}
