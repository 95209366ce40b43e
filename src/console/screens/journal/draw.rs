//! How the journal is drawn: a list with the open writes on top, one action, the form to settle it.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::JournalScreen;
use super::thread::ThreadView;
use crate::console::screens::{Screen as _, View, draw_said};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::lines;
use crate::console::widgets::text::{columns, fit, wrap};
use crate::dcms::{Word, harmless};
use crate::desk::record_threads::{about, what};
use crate::desk::sentences::counted;
use crate::journal::{Record, ResultWord, State};

impl JournalScreen {
    pub(super) fn draw_journal(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let [body, said] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(2)]).areas(area);
        let said = Rect {
            x: said.x + 1,
            width: said.width.saturating_sub(2),
            ..said
        };
        let mut fault = self.fault.as_deref();
        match (&self.decide, &self.thread) {
            (Some(form), _) => {
                let title = format!("Settle record {} by what you know", form.record);
                let inner = lines::panel(frame, body, title, true, theme);
                form.form.draw(frame, inner, true, theme);
                fault = form.fault.as_deref().or(fault);
            }
            (None, Some(thread)) => {
                draw_story(frame, body, thread, theme);
                fault = thread.said.as_deref().or(fault);
            }
            (None, None) => self.draw_list(frame, body, theme),
        }
        draw_said(frame, said, (self.wait(), fault), view);
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let count = self.rows();
        let title = match &self.unread {
            Some(_) => "Journal".to_owned(),
            None if self.has_more => format!("Journal: {count}+ records, newest first"),
            None => format!("Journal: {}, newest first", counted(count, "record")),
        };
        let mut block = lines::ruled(title, !self.filtering, theme);
        let below = block.inner(area);
        if let Some(why) = &self.unread {
            frame.render_widget(block, area);
            lines::sentence(frame, below, why, Scope::Danger, theme);
            return;
        }
        // The pointer to the selected row is left of the rows.
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
        let rows = usize::from(table.height);
        let first = self.select.draw_in(table, count);
        if count > 0 {
            let place = lines::place(self.select.at(), count, first, rows);
            block = block.title_bottom(Line::styled(place, theme.of(Scope::Text)).right_aligned());
        }
        frame.render_widget(block, area);
        self.draw_filter(frame, filter, theme);
        let columns = Columns::of(inner.width, &self.widest);
        let heading = columns.row(["ID", "TIME (UTC)", "BY", "WHAT", "ABOUT", "OUTCOME"]);
        frame.render_widget(Span::styled(heading, theme.of(Scope::Muted)), head);
        if count == 0 {
            let text = if self.filter == crate::journal::Filter::default() {
                "Nothing is recorded yet."
            } else {
                "No record matches the filter. Clear it to see all records."
            };
            lines::sentence(frame, table, text, Scope::Muted, theme);
            return;
        }
        let in_sight = self.listed().enumerate().skip(first);
        for ((place, (record, state)), y) in in_sight.zip(table.y..table.bottom()) {
            let area = Rect {
                y,
                height: 1,
                ..below
            };
            let is_selected = place == self.select.at();
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
        self.typed.draw(frame, field, hint, self.filtering, theme);
    }
}

/// The longest of each column in the list.
#[derive(Default)]
pub(super) struct Widest {
    by: usize,
    what: usize,
    about: usize,
}

impl Widest {
    /// Of these records, and of the headings.
    pub(super) fn of<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut widest = Self {
            by: "BY".len(),
            what: "WHAT".len(),
            about: "ABOUT".len(),
        };
        for record in records {
            widest.by = widest.by.max(columns(&record.who.operator));
            widest.what = widest.what.max(columns(&what(record)));
            widest.about = widest.about.max(columns(&about(record)));
        }
        widest
    }
}

#[derive(Clone, Copy)]
struct Columns([usize; 6]);

impl Columns {
    /// As wide as what they hold. Where that is too much, words are cut before whom it is about.
    fn of(width: u16, widest: &Widest) -> Self {
        const ID: usize = 7;
        const TIME: usize = 15;
        const OUTCOME: usize = 11;
        const FEWEST: usize = 10;
        let is_narrow = width < 70;
        let rest = usize::from(width).saturating_sub(ID + TIME + OUTCOME);
        // Who did it is in the record itself.
        let by = if is_narrow {
            0
        } else {
            (widest.by + 1).min(rest / 4)
        };
        let about = (widest.about + 1).min((rest - by).saturating_sub(FEWEST));
        let what = (widest.what + 1).min(rest.saturating_sub(by + about));
        Self([ID, TIME, by, what, about, OUTCOME])
    }

    /// Cells side by side; the last column may be left to the caller.
    fn row<const N: usize>(self, cells: [&str; N]) -> String {
        let cells = cells.iter().zip(self.0);
        cells
            .filter(|(_, width)| *width > 0)
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
            Some(ResultWord::Outcome(Word::Done)) => ("✓ done", Scope::Ok),
            Some(ResultWord::Outcome(Word::Refused)) => ("✗ refused", Scope::Danger),
            Some(ResultWord::Outcome(Word::NotSent)) => ("○ not sent", Scope::Muted),
            Some(ResultWord::NotDone) => ("✗ not done", Scope::Danger),
            Some(ResultWord::Outcome(Word::Unknown)) => ("? unknown", Scope::Warn),
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

fn draw_story(frame: &mut Frame<'_>, area: Rect, view: &ThreadView, theme: &Theme) {
    const LABEL: usize = 13;
    let title = format!("Record {} and what belongs to it", view.record());
    let room = usize::from(area.width).saturating_sub(LABEL + 4);
    let mut lines = Vec::new();
    for (label, value) in &view.lines {
        let scope = if label.starts_with("record ") {
            Scope::Title
        } else {
            Scope::Muted
        };
        let mut label = label.as_str();
        for part in wrap(value, room) {
            lines.push(Line::from(vec![
                Span::styled(fit(label, LABEL), theme.of(scope)),
                Span::raw(part),
            ]));
            label = "";
        }
    }
    view.scroll.draw(frame, area, (title, true), &lines, theme);
}
