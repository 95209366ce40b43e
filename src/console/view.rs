//! One picture of the app: top line, the screen in front, notice, key line, popup.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::app::{App, Tab};
use super::keymap::Here;
use super::screens::Layer;
use super::screens::popup::Popup;
use super::theme::Scope;
use super::widgets::lines;
use super::widgets::text::{columns, cut};
use crate::config::Environment;
use crate::dcms::harmless;

/// Columns and rows below which nothing useful fits.
pub const SMALLEST: (u16, u16) = (60, 16);

impl App {
    /// Draws the whole console.
    pub fn draw(&self, frame: &mut Frame<'_>, now: Instant) {
        let area = frame.area();
        frame
            .buffer_mut()
            .set_style(area, self.theme.of(Scope::Text));
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            let text = format!(
                "kitdesk needs {} columns and {} rows; here are {} and {}. Make the window larger.",
                SMALLEST.0, SMALLEST.1, area.width, area.height
            );
            lines::sentence(frame, area, &text, Scope::Warn, &self.theme);
            return;
        }
        let [top, body, notice, keys] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        self.draw_top(frame, top);
        match (self.top(), self.tab) {
            (Some(layer), _) => layer.draw(frame, body, now, &self.theme),
            (None, Tab::Kits) => self
                .find
                .draw(frame, body, now, &self.unsaid(), &self.theme),
            (None, Tab::Orders) => self.orders.draw(frame, body, now, &self.theme),
            (None, Tab::Journal) => self.journal.draw(frame, body, now, &self.theme),
        }
        if let Some(sentence) = self.notices.standing() {
            let room = Rect {
                x: notice.x + 1,
                width: notice.width.saturating_sub(2),
                ..notice
            };
            let text = cut(sentence, room.width.into());
            frame.render_widget(Span::styled(text, self.theme.of(Scope::Warn)), room);
        }
        let hidden = match self.top() {
            Some(Layer::Outcome(screen)) => screen.hides(),
            None if self.tab == Tab::Journal => self.journal.hides(),
            _ => &[],
        };
        let is_over = !matches!(self.popup, None | Some(Popup::Palette { .. }));
        let here = Here {
            place: self.place(),
            ..self.here_below()
        };
        lines::key_line(frame, keys, here, hidden, &self.theme);
        if let Some(popup) = &self.popup {
            popup.draw(frame, body, self.here_below(), now, &self.theme);
            if is_over {
                // A popup that takes no text has no cursor; the screen below may have set one.
                frame.set_cursor_position((area.width - 1, area.height - 1));
            }
        }
    }

    /// What the journal has to say wherever one is: a count, or that nothing can be recorded.
    fn trouble(&self) -> String {
        match (&self.journal_fault, self.open.len()) {
            (Some(_), _) => " ! no journal".to_owned(),
            (None, 0) => String::new(),
            (None, count) => format!(" ? {count} open"),
        }
    }

    /// What a new console has to tell first.
    fn unsaid(&self) -> Vec<String> {
        if let Some(fault) = &self.journal_fault {
            return vec![
                format!("Nothing can be recorded: {fault}"),
                "Customers can be looked up; nothing can be sent until this is mended.".to_owned(),
            ];
        }
        let mut lines = match self.open.len() {
            0 => return Vec::new(),
            1 => vec!["One write has an unknown outcome. J or F4 settles it:".to_owned()],
            count => vec![format!(
                "{count} writes have an unknown outcome. J or F4 settles them:"
            )],
        };
        lines.extend(self.open.iter().take(5).map(|open| format!("  {open}.")));
        lines
    }

    /// Product, environment, tenant, profile, operator: always there, whatever is in front.
    fn draw_top(&self, frame: &mut Frame<'_>, area: Rect) {
        let about = &self.about;
        frame
            .buffer_mut()
            .set_style(area, self.theme.of(Scope::Bar));
        let badge = match about.environment {
            Environment::Sandbox => Scope::Sandbox,
            Environment::Uat => Scope::Uat,
            Environment::Live => Scope::Live,
        };
        // LIVE looks like nothing else, and by words, not by colour alone.
        let word = match about.environment {
            Environment::Live => " ◆◆ LIVE: real cards ◆◆ ".to_owned(),
            other => format!(" {other} "),
        };
        let tab = |tab: Tab, name: &'static str| {
            let scope = if self.tab == tab {
                Scope::Title
            } else {
                Scope::Muted
            };
            let mark = if self.tab == tab { "▸" } else { " " };
            Span::styled(format!(" {mark}{name}"), self.theme.of(scope))
        };
        let left = vec![
            Span::styled(" kitdesk ", self.theme.of(Scope::Title)),
            Span::styled(word, self.theme.of(badge)),
            tab(Tab::Kits, "Kits"),
            tab(Tab::Orders, "Orders"),
            tab(Tab::Journal, "Journal"),
            Span::styled(self.trouble(), self.theme.of(Scope::Warn)),
        ];
        let used: usize = left.iter().map(|span| columns(&span.content)).sum();
        frame.render_widget(Line::from(left), area);
        let who = format!("{} · {} · {} ", about.tenant, about.profile, about.operator);
        let room = usize::from(area.width).saturating_sub(used + 2);
        let who = cut(&harmless(&who), room);
        frame.render_widget(Line::from(Span::raw(who)).right_aligned(), area);
    }
}
