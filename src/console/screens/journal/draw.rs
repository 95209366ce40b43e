//! How the journal is drawn: a list with the open writes on top.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

use super::words;
use super::{JournalScreen, Row};
use crate::console::context::View;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::grid::{self, Column, Rows};
use crate::console::widgets::lines;
use crate::console::widgets::text::columns;
use crate::dcms::{Word, harmless};
use crate::desk::record_threads::{about, action};
use crate::journal::{Copied, Filter, LookUps, ResultWord, Standing, State};
use crate::people::Right;

impl JournalScreen {
    pub(super) fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let count = self.rows();
        let about = &view.cx.about;
        let title = if let Some(bank) = &self.bank {
            let as_of = bank.as_of.map(|at| {
                let at = at.to_zoned_datetime(about.zone.clone());
                at.strftime("%H:%M:%S").to_string()
            });
            words::bank_title(count, self.has_more, as_of.as_deref())
        } else if self.unread.is_some() {
            "Journal".to_owned()
        } else {
            let is_own = !about.rights.has(Right::SeeOthers);
            words::title(count, self.has_more, (is_own, about.has_bank))
        };
        let mut block = lines::ruled(title, !self.filtering, theme);
        let below = block.inner(area);
        if let Some(why) = &self.unread {
            frame.render_widget(block, area);
            lines::sentence(frame, below, why, Scope::Danger, theme);
            return;
        }
        let [filter, table] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(below);
        let hint = if self.bank.is_some() {
            words::BANK_FILTER_HINT
        } else {
            words::FILTER_HINT
        };
        if self.look_ups == LookUps::Folded {
            let folded = Span::styled(words::FOLDED, theme.of(Scope::Muted));
            block = block.title_bottom(folded);
        }
        let filter = lines::padded(filter);
        self.typed
            .draw_as_filter(frame, filter, hint, self.filtering, theme);
        let rows = Table {
            rows: self.listed().collect(),
            columns: columns_of(self.bank.is_some()),
            widest: &self.widest,
            zone: &view.cx.about.zone,
        };
        let drawn = grid::draw(frame, table, &rows, (&self.select, !self.filtering), theme);
        frame.render_widget(lines::with_place(block, drawn.place, theme), area);
        if rows.count() == 0 {
            let text = match &self.bank {
                // It was not read yet.
                Some(bank) if bank.as_of.is_none() => words::READING_BANK,
                Some(_) if self.filter == Filter::default() => words::NOT_FORWARDED,
                None if self.filter == Filter::default() => words::NOTHING_RECORDED,
                Some(_) | None => words::NONE_MATCHES,
            };
            let below_heading = Rect {
                y: table.y + 1,
                height: table.height.saturating_sub(1),
                ..lines::padded(table)
            };
            lines::sentence(frame, below_heading, text, Scope::Muted, theme);
        }
    }
}

/// What a column says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Id,
    Time,
    Host,
    Branch,
    By,
    Done,
    About,
    Outcome,
}

const fn column(heading: &'static str, (min, max): (usize, usize), given_up: u8) -> Column {
    Column {
        heading,
        min,
        max,
        given_up,
    }
}

/// Who did it is in the record itself. Words are cut before whom they are about.
const OF_HOST: &[(What, Column)] = &[
    (What::Id, column("ID", (6, 20), 0)),
    (What::Time, column("TIME", (14, 14), 0)),
    (What::By, column("BY", (6, 16), 1)),
    (What::Done, column("WHAT", (16, 40), 0)),
    (What::About, column("ABOUT", (24, 64), 0)),
    (What::Outcome, column("OUTCOME", (10, 10), 0)),
];

/// Where it was done comes before who did it.
const OF_BANK: &[(What, Column)] = &[
    (What::Id, column("RECORD", (11, 20), 3)),
    (What::Time, column("TIME", (14, 14), 0)),
    (What::Branch, column("BRANCH", (4, 12), 2)),
    (What::Host, column("HOST", (8, 24), 0)),
    (What::By, column("BY", (6, 16), 1)),
    (What::Done, column("WHAT", (12, 40), 0)),
    (What::About, column("ABOUT", (14, 64), 0)),
    (What::Outcome, column("OUTCOME", (10, 10), 0)),
];

fn columns_of(is_bank: bool) -> &'static [(What, Column)] {
    if is_bank { OF_BANK } else { OF_HOST }
}

/// How wide the widest cell of each column is.
#[derive(Default)]
pub(super) struct Widest(Vec<usize>);

impl Widest {
    /// Of these rows, and of the headings.
    pub(super) fn of<'a>(
        rows: impl Iterator<Item = Row<'a>>,
        is_bank: bool,
        zone: &TimeZone,
    ) -> Self {
        let shown = columns_of(is_bank);
        let mut widest: Vec<_> = shown
            .iter()
            .map(|(what, column)| match what {
                // Every time and every outcome may be as wide as its column.
                What::Time | What::Outcome => column.max,
                _ => columns(column.heading),
            })
            .collect();
        for row in rows {
            for ((what, _), widest) in shown.iter().zip(&mut widest) {
                if !matches!(what, What::Time | What::Outcome) {
                    *widest = columns(&text(&row, *what, zone)).max(*widest);
                }
            }
        }
        Self(widest)
    }
}

/// What a cell says, but for the outcome.
fn text(row: &Row<'_>, what: What, zone: &TimeZone) -> String {
    let Row { record, copied, .. } = row;
    match what {
        What::Id => Copied::name(*copied, record.id),
        What::Time => {
            let at = record.at.to_zoned_datetime(zone.clone());
            at.strftime("%m-%d %H:%M:%S").to_string()
        }
        What::Host => harmless(&record.who.host).into_owned(),
        What::Branch => {
            let branch = copied.and_then(|copied| copied.branch.as_deref());
            harmless(branch.unwrap_or_default()).into_owned()
        }
        What::By => harmless(&record.who.operator).into_owned(),
        What::Done => action(record),
        What::About => match &record.subject.order {
            Some(order) => words::order(&ends(order.as_str())),
            None => harmless(&about(record)).into_owned(),
        },
        What::Outcome => outcome(row).0.to_owned(),
    }
}

/// An order's id by both of its ends, which tell it from others; the middle gives way.
fn ends(id: &str) -> String {
    const HEAD: usize = 8;
    const TAIL: usize = 4;
    match (id.get(..HEAD), id.get(id.len().saturating_sub(TAIL)..)) {
        (Some(head), Some(tail)) if id.len() > HEAD + TAIL + 1 => format!("{head}…{tail}"),
        _ => id.to_owned(),
    }
}

/// The actions of the list, the open writes first.
struct Table<'a> {
    rows: Vec<Row<'a>>,
    columns: &'static [(What, Column)],
    widest: &'a Widest,
    zone: &'a TimeZone,
}

impl Rows for Table<'_> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().map(|(_, column)| column)
    }

    fn widest(&self, column: usize) -> usize {
        self.widest.0.get(column).copied().unwrap_or(0)
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let row = &self.rows[row];
        let (what, _) = self.columns[column];
        if what == What::Outcome {
            let (outcome, scope) = outcome(row);
            return (outcome, theme.of(scope));
        }
        *room = text(row, what, self.zone);
        (room, theme.of(Scope::Text))
    }
}

/// By sign and word, so that no colour is needed.
fn outcome(row: &Row<'_>) -> (&'static str, Scope) {
    let Row {
        record,
        standing,
        is_doubted,
        copied,
    } = *row;
    if copied.is_some_and(|copied| !copied.changed.is_empty()) {
        return (words::CHANGED, Scope::Danger);
    }
    let word = match standing {
        Some(Standing::Open(State::UnderWay)) => return ("… sent", Scope::Accent),
        Some(Standing::Open(State::Unknown | State::Abandoned)) => {
            return ("? open", Scope::Warn);
        }
        Some(Standing::Answered(word) | Standing::Settled(word)) => Some(word),
        None => record.outcome,
    };
    match word {
        // As on the outcome's screen: what was read afterwards does not show it.
        Some(ResultWord::Outcome(Word::Done)) if is_doubted => ("! done", Scope::Warn),
        Some(ResultWord::Outcome(Word::Done)) => ("✓ done", Scope::Ok),
        Some(ResultWord::Outcome(Word::Refused)) => ("✗ refused", Scope::Danger),
        Some(ResultWord::Outcome(Word::NotSent)) => (words::OUTCOME_NOT_SENT, Scope::Muted),
        Some(ResultWord::NotDone) => (words::OUTCOME_NOT_DONE, Scope::Danger),
        Some(ResultWord::Outcome(Word::Unknown)) => ("? unknown", Scope::Warn),
        None => ("", Scope::Text),
    }
}
