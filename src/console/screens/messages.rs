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
use crate::console::widgets::overlay::cleared;
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::{fit, wrap};

/// What is said here.
mod words {
    use std::fmt::Display;

    pub(super) const NONE: &str = "No messages yet.";
    pub(super) const TITLE: &str = "Messages, newest first";
    pub(super) const JUST_NOW: &str = "just now";

    pub(super) fn seconds_ago(seconds: &dyn Display) -> String {
        format!("{seconds} s ago")
    }

    pub(super) fn minutes_ago(minutes: &dyn Display) -> String {
        format!("{minutes} min ago")
    }

    pub(super) fn hours_ago(hours: &dyn Display) -> String {
        format!("{hours} h ago")
    }
}

/// For "59 min ago".
const AGE: usize = 12;

/// The sentences as they were when it was opened.
pub struct Messages {
    all: Vec<Said>,
    scroll: Scroll,
}

impl Messages {
    /// All that is kept.
    #[must_use]
    pub fn of(notices: &Notices) -> Self {
        Self {
            all: notices.all().cloned().collect(),
            scroll: Scroll::default(),
        }
    }
}

impl Screen for Messages {
    fn place(&self) -> Place {
        Place::Popup
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, _cx: &mut Cx) -> Go {
        match action {
            Some(Action::Quit) => Go::Do(Action::Quit),
            Some(Action::Back | Action::Messages) => Go::Back,
            other => {
                self.scroll.by(other);
                Go::Stay
            }
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let (now, theme) = (view.now, view.theme);
        let width = area.width.clamp(20, 90);
        let room = usize::from(width).saturating_sub(AGE + 6);
        let mut lines = Vec::new();
        for said in &self.all {
            let mut age = ago(now.saturating_duration_since(said.at));
            for line in wrap(&said.sentence, room) {
                let age = fit(&std::mem::take(&mut age), AGE);
                lines.push(Line::from(vec![
                    Span::styled(age, theme.of(Scope::Muted)),
                    Span::raw(line),
                ]));
            }
        }
        if lines.is_empty() {
            lines.push(words::NONE.into());
        }
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let place = cleared(frame, area, (width, height), theme);
        let title = (words::TITLE, true);
        self.scroll.draw(frame, place, title, &lines, theme);
    }
}

fn ago(age: Duration) -> String {
    match age.as_secs() {
        0..5 => words::JUST_NOW.to_owned(),
        seconds @ 5..90 => words::seconds_ago(&seconds),
        seconds @ 90..5400 => words::minutes_ago(&(seconds / 60)),
        seconds => words::hours_ago(&(seconds / 3600)),
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
