//! One picture of the app: top line, the screen in front, notice, key line, popup.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::app::{App, Tab};
use super::keymap::{Action, Here};
use super::screens::Layer;
use super::screens::popup::Below;
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
        if self.cover.is_some() {
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

    /// What the journal has to say wherever one is: a count, or that nothing can be recorded.
    fn trouble(&self) -> String {
        let fault = self.journal_fault.as_ref().or(self.unrecorded.as_ref());
        match (fault, self.open.len()) {
            (Some(_), _) => " ! no journal".to_owned(),
            _ if self.gap.is_some() => " ! records missing".to_owned(),
            (None, 0) => String::new(),
            (None, count) => format!(" ? {count} open"),
        }
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
        lines.extend(self.open.iter().take(5).map(|open| format!("  {open}.")));
        lines
    }

    /// Product, environment, tenant, profile, operator: always there, whatever is in front.
    pub(super) fn draw_top(&self, frame: &mut Frame<'_>, area: Rect) {
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
        self.bars.tabs.begin();
        let mut x = area.x;
        for (place, span) in left.iter().enumerate() {
            let width = u16::try_from(columns(&span.content)).unwrap_or(u16::MAX);
            let tab = [Tab::Kits, Tab::Orders, Tab::Journal].get(place.wrapping_sub(2));
            if let Some(tab) = tab {
                let spot = Rect { x, width, ..area };
                self.bars.tabs.put(spot.intersection(area), *tab);
            }
            x = x.saturating_add(width);
        }
        frame.render_widget(Line::from(left), area);
        let who = format!("{} · {} · {} ", about.tenant, about.profile, about.operator);
        let room = usize::from(area.width).saturating_sub(used + 2);
        let who = cut(&harmless(&who), room);
        frame.render_widget(Line::from(Span::raw(who)).right_aligned(), area);
    }
}
