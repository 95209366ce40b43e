//! One picture of the app: the screen in front, notice, key line, popup. The top line has a file of its own.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

use super::app::{App, Tab};
use super::keymap::{Action, Here};
use super::screens::Layer;
use super::screens::popup::Below;
use super::sight::{SMALLEST, has_room};
use super::theme::Scope;
use super::widgets::lines;
use super::widgets::text::cut;
use crate::journal::State;

impl App {
    /// Draws the whole console.
    pub fn draw(&self, frame: &mut Frame<'_>, now: Instant) {
        let area = frame.area();
        let plain = self.theme.of(Scope::Text);
        // Not as an area, in which each cell would be looked for by its place.
        for cell in &mut frame.buffer_mut().content {
            cell.set_style(plain);
        }
        if !has_room(area.as_size()) {
            let text = format!(
                "kitdesk needs {} columns and {} rows; here are {} and {}. Make the window larger: no key does anything until then.",
                SMALLEST.0, SMALLEST.1, area.width, area.height
            );
            let used = lines::sentence(frame, area, &text, Scope::Warn, &self.theme);
            if let Some(text) = self.countdown(now) {
                let rest = Rect {
                    y: area.y + used,
                    height: area.height - used,
                    ..area
                };
                lines::sentence(frame, rest, &text, Scope::Danger, &self.theme);
            }
            return;
        }
        // After a suspend a picture may come before the message that locks.
        if self.cover.is_some() || self.idle.is_over(now) {
            return self.draw_cover(frame, now);
        }
        let [top, body, notice, keys] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        self.draw_top(frame, top);
        let under = self.popup.as_ref().map(|_| self.theme.under());
        let theme = under.as_ref().unwrap_or(&self.theme);
        match (self.top(), self.tab) {
            (Some(layer), _) => layer.draw(frame, body, now, theme),
            (None, Tab::Kits) => self.find.draw(frame, body, now, &self.unsaid(), theme),
            (None, Tab::Orders) => self.orders.draw(frame, body, now, theme),
            (None, Tab::Journal) => self.journal.draw(frame, body, now, theme),
        }
        self.draw_notice(frame, notice, now);
        let here = Here {
            place: self.place(),
            ..self.here_below()
        };
        lines::key_line(
            frame,
            keys,
            (&self.keymap, here),
            |row| self.is_offered(row),
            &self.bars.keys,
            &self.theme,
        );
        if let Some(popup) = &self.popup {
            let commands = self.commands_of_palette();
            let below = Below {
                here: self.here_below(),
                keymap: &self.keymap,
                commands: &commands,
            };
            popup.draw(frame, body, &below, now, &self.theme);
        }
    }

    /// Which entries of the key line don't apply.
    pub(super) fn hidden(&self) -> &'static [&'static str] {
        match self.top() {
            Some(Layer::Outcome(screen)) => screen.hides(),
            None if self.tab == Tab::Journal => self.journal.hides(),
            _ => &[],
        }
    }

    /// What is to be told now: that time runs out before anything else.
    pub(super) fn draw_notice(&self, frame: &mut Frame<'_>, area: Rect, now: Instant) {
        let notice = self.notices.standing().filter(|_| self.cover.is_none());
        let Some(sentence) = self.countdown(now).or(notice.map(str::to_owned)) else {
            return;
        };
        let room = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        let text = cut(&sentence, room.width.into());
        frame.render_widget(Span::styled(text, self.theme.of(Scope::Warn)), room);
    }

    /// What a new console has to tell first.
    fn unsaid(&self) -> Vec<String> {
        let mut lines = self.idle.told().to_vec();
        lines.extend(self.of_the_journal());
        lines
    }

    fn of_the_journal(&self) -> Vec<String> {
        if let Some(fault) = &self.journal_fault {
            return vec![
                format!("Nothing can be recorded: {fault}"),
                "Customers can be looked up; nothing can be sent until this is mended.".to_owned(),
            ];
        }
        let mut lines: Vec<String> = self.gap.clone().into_iter().collect();
        let keys = self.keymap.named(Action::Journal);
        lines.extend(match self.open.len() {
            0 => return lines,
            1 => [format!(
                "One write has an unknown outcome. {keys} settles it:"
            )],
            count => [format!(
                "{count} writes have an unknown outcome. {keys} settles them:"
            )],
        });
        if !self.idle.told().is_empty() {
            // Which they are is not for everybody who comes by.
            return lines;
        }
        lines.extend(self.open.iter().take(5).map(|open| match open.state {
            State::UnderWay => format!("  {open}."),
            State::Unknown | State::Abandoned => format!("  {}.", open.what()),
        }));
        lines
    }
}
