//! How the journal is drawn: a list with the open writes on top, one action, the form to settle it.

use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::JournalScreen;
use super::story::StoryView;
use crate::console::screens::draw_said;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::form::draw_input;
use crate::console::widgets::lines;
use crate::console::widgets::text::{columns, fit, wrap};
use crate::dcms::harmless;
use crate::desk::stories::{about, what};
use crate::journal::{Record, ResultWord, State};

impl JournalScreen {
    /// Draws it.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, now: Instant, theme: &Theme) {
        let [body, said] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(2)]).areas(area);
        let said = Rect {
            x: said.x + 1,
            width: said.width.saturating_sub(2),
            ..said
        };
        let mut fault = self.fault.as_deref();
        match (&self.decide, &self.story) {
            (Some(form), _) => {
                let title = format!("Settle record {} by what you know", form.record);
                let inner = lines::panel(frame, body, title, true, theme);
                form.form.draw(frame, inner, true, theme);
                fault = form.fault.as_deref().or(fault);
            }
            (None, Some(view)) => {
                draw_story(frame, body, view, theme);
                fault = view.said.as_deref().or(fault);
            }
            (None, None) => self.draw_list(frame, body, theme),
        }
        let wait = self.waits_since().map(|(wait, _)| wait);
        draw_said(frame, said, wait, fault, now, theme);
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let open = self.shown_open();
        let more = if self.has_more { "+" } else { "" };
        let title = match &self.unread {
            Some(_) => "Journal".to_owned(),
            None => format!(
                "Journal: {}{more} records, newest first",
                self.records.len()
            ),
        };
        let block = lines::ruled(title, !self.filtering, theme);
        let below = block.inner(area);
        frame.render_widget(block, area);
        if let Some(why) = &self.unread {
            lines::sentence(frame, below, why, Scope::Danger, theme);
            return;
        }
        // Beside the rows is what points at one of them.
        let inner = Rect {
            x: below.x + 1,
            width: below.width.saturating_sub(2),
            ..below
        };
        let [filter, head, table] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Fill(1),
        ])
        .areas(inner);
        self.draw_filter(frame, filter, theme);
        let columns = Columns::of(inner.width);
        let heading = columns.row(["ID", "TIME (UTC)", "BY", "WHAT", "ABOUT", "OUTCOME"]);
        frame.render_widget(Span::styled(heading, theme.of(Scope::Muted)), head);
        if self.rows() == 0 {
            let text = if self.filter == crate::journal::Filter::default() {
                "Nothing is recorded yet."
            } else {
                "No record fits the filter. Emptied, it shows all of them."
            };
            lines::sentence(frame, table, text, Scope::Muted, theme);
            return;
        }
        let rows = usize::from(table.height);
        let first = self
            .first
            .get()
            .min(self.selected)
            .max((self.selected + 1).saturating_sub(rows));
        self.first.set(first);
        self.drawn.begin();
        self.drawn.put_rows(table, first, self.rows());
        for (place, y) in (first..self.rows()).zip(table.y..table.bottom()) {
            let (record, state) = match open.get(place) {
                Some(open) => (&open.intent, Some(open.state)),
                None => (&self.records[place - open.len()], None),
            };
            let area = Rect {
                y,
                height: 1,
                ..below
            };
            let is_selected = place == self.selected;
            let pointer = lines::pointer(is_selected, !self.filtering, theme.of(Scope::Text));
            draw_row(frame, area, pointer, (record, state), columns, theme);
        }
    }

    fn draw_filter(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let label = Span::styled("filter ", theme.of(Scope::Muted));
        let label_width = u16::try_from(columns(&label.content)).unwrap_or(area.width);
        frame.render_widget(label, area);
        let field = Rect {
            x: area.x + label_width,
            width: area.width.saturating_sub(label_width),
            ..area
        };
        let hint = "/ then like outcome:unknown kit:4561789 from:2026-11-24";
        draw_input(frame, field, &self.typed, hint, self.filtering, theme);
    }
}

#[derive(Clone, Copy)]
struct Columns([usize; 6]);

impl Columns {
    /// What is done and to whom is worth the most room.
    fn of(width: u16) -> Self {
        let width = usize::from(width);
        let (id, time, outcome) = (6, 15, 11);
        let (by, what) = match width {
            ..60 => (7, 18),
            60..90 => (8, 19),
            _ => (14, 26),
        };
        let about = width.saturating_sub(id + time + by + what + outcome);
        Self([id, time, by, what, about, outcome])
    }

    /// Cells side by side; the last column may be left to the caller.
    fn row<const N: usize>(self, cells: [&str; N]) -> String {
        let cells = cells.iter().zip(self.0);
        cells
            .map(|(cell, width)| fit(cell, width.saturating_sub(1)) + " ")
            .collect()
    }
}

fn draw_row(
    frame: &mut Frame<'_>,
    area: Rect,
    (pointer, lit): (Span<'static>, Style),
    (record, state): (&Record, Option<State>),
    columns: Columns,
    theme: &Theme,
) {
    let (outcome, scope) = match state {
        Some(State::UnderWay) => ("… sent", Scope::Accent),
        Some(State::Unknown | State::Abandoned) => ("? open", Scope::Warn),
        None => match record.outcome {
            Some(ResultWord::Done) => ("✓ done", Scope::Ok),
            Some(ResultWord::Refused) => ("✗ refused", Scope::Danger),
            Some(ResultWord::NotSent) => ("○ not sent", Scope::Muted),
            Some(ResultWord::NotDone) => ("✗ not done", Scope::Danger),
            Some(ResultWord::Unknown) => ("? unknown", Scope::Warn),
            None => ("", Scope::Text),
        },
    };
    let time = record.at.strftime("%m-%d %H:%M:%S").to_string();
    let row = columns.row([
        &record.id.to_string(),
        &time,
        &harmless(&record.who.operator),
        &what(record),
        &harmless(&about(record)),
    ]);
    let (id, rest) = row.split_at(row.find(' ').unwrap_or(row.len()));
    let line = Line::from(vec![
        pointer,
        Span::styled(id, lit),
        Span::raw(rest),
        Span::styled(outcome, theme.of(scope)),
    ]);
    frame.render_widget(line, area);
}

fn draw_story(frame: &mut Frame<'_>, area: Rect, view: &StoryView, theme: &Theme) {
    const LABEL: usize = 13;
    let title = format!("Record {} and what belongs to it", view.record());
    let inner = lines::panel(frame, area, title, true, theme);
    let room = usize::from(inner.width).saturating_sub(LABEL);
    let mut y = inner.y;
    for (label, value) in view.lines.iter().skip(view.scroll) {
        let parts = if value.is_empty() {
            vec![String::new()]
        } else {
            wrap(value, room)
        };
        for (place, part) in parts.iter().enumerate() {
            if y >= inner.bottom() {
                return;
            }
            let label = if place == 0 { label.as_str() } else { "" };
            let style = if label.starts_with("record ") {
                Scope::Title
            } else {
                Scope::Muted
            };
            let line = Line::from(vec![
                Span::styled(fit(label, LABEL), theme.of(style)),
                Span::raw(part.as_str()),
            ]);
            let row = Rect {
                y,
                height: 1,
                ..inner
            };
            frame.render_widget(line, row);
            y += 1;
        }
    }
}
