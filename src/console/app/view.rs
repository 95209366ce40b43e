//! One picture of the app: the screen in front, notice, key line, popup, or that they are hidden. The
//! top line has a file of its own.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;

use super::App;
use super::title_bar::TitleBar;
use super::words;
use crate::console::context::View;
use crate::console::keymap::Place;
use crate::console::theme::Scope;
use crate::console::visibility::{SMALLEST, has_room};
use crate::console::widgets::lines;
use crate::console::widgets::text::cut;

impl App {
    /// Draws the whole console.
    pub fn draw(&self, frame: &mut Frame<'_>, now: Instant) {
        let area = frame.area();
        let plain = self.cx.theme.of(Scope::Text);
        // Not as an area, in which each cell would be looked for by its place.
        for cell in &mut frame.buffer_mut().content {
            cell.set_style(plain);
        }
        if !has_room(area.as_size()) {
            let text = words::too_small(&SMALLEST.0, &SMALLEST.1, &area.width, &area.height);
            let used = lines::sentence(frame, area, &text, Scope::Warn, &self.cx.theme);
            if let Some(text) = self.countdown(now) {
                let rest = Rect {
                    y: area.y + used,
                    height: area.height - used,
                    ..area
                };
                lines::sentence(frame, rest, &text, Scope::Danger, &self.cx.theme);
            }
            return;
        }
        let [top, body, notice, keys] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        let title_bar = TitleBar {
            cx: &self.cx,
            front: self.front,
        };
        title_bar.draw(frame, top, &self.bars.tabs);
        // After a suspend a picture may come before the message that locks.
        if self.hidden.is_some() || self.idle.is_over(now) {
            self.draw_cover(frame, body);
            self.draw_notice(frame, notice, now);
            return self.draw_keys(frame, keys, Place::Hidden);
        }
        let under = self.popup.as_ref().map(|_| self.cx.theme.under());
        let view = View {
            cx: &self.cx,
            theme: under.as_ref().unwrap_or(&self.cx.theme),
            now,
        };
        self.below().draw(frame, body, &view);
        self.draw_notice(frame, notice, now);
        self.draw_keys(frame, keys, self.place());
        if let Some(popup) = &self.popup {
            let theme = &self.cx.theme;
            popup.draw(frame, body, &View { theme, ..view });
        }
    }

    fn draw_keys(&self, frame: &mut Frame<'_>, area: Rect, place: Place) {
        lines::key_line(
            frame,
            area,
            (&self.cx.keymap, self.cx.here(place)),
            |row| place == Place::Hidden || self.is_offered(row),
            &self.bars.keys,
            &self.cx.theme,
        );
    }

    fn draw_cover(&self, frame: &mut Frame<'_>, area: Rect) {
        let room = Rect {
            x: area.x + 3,
            y: area.y + area.height / 2,
            width: area.width.saturating_sub(6),
            height: area.height / 2,
        };
        let text = words::HIDDEN;
        lines::sentence(frame, room, text, Scope::Text, &self.cx.theme);
    }

    fn countdown(&self, now: Instant) -> Option<String> {
        self.idle.countdown(now, &self.cx.about.origin)
    }

    /// Shows the countdown if one runs, otherwise the last message.
    fn draw_notice(&self, frame: &mut Frame<'_>, area: Rect, now: Instant) {
        let notice = self.cx.notices.standing().filter(|_| self.hidden.is_none());
        let Some(sentence) = self.countdown(now).or(notice.map(str::to_owned)) else {
            return;
        };
        let room = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            ..area
        };
        let text = cut(&sentence, room.width.into());
        frame.render_widget(Span::styled(text, self.cx.theme.of(Scope::Warn)), room);
    }
}
