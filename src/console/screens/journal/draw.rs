//! How the journal is drawn: a list with the open writes on top.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

use super::JournalScreen;
use super::words;
use crate::console::context::View;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::grid::{self, Column, Rows};
use crate::console::widgets::lines;
use crate::console::widgets::text::columns;
use crate::dcms::{Word, harmless};
use crate::desk::record_threads::{about, action};
use crate::journal::{LookUps, Record, ResultWord, Standing, State};
use crate::people::Right;

impl JournalScreen {
    pub(super) fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let count = self.rows();
        let title = if self.unread.is_some() {
            "Journal".to_owned()
        } else {
            let is_own = !view.cx.about.rights.has(Right::SeeOthers);
            words::title(count, self.has_more, is_own)
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
        let hint = words::FILTER_HINT;
        if self.look_ups == LookUps::Folded {
            let folded = Span::styled(words::FOLDED, theme.of(Scope::Muted));
            block = block.title_bottom(folded);
        }
        let filter = lines::padded(filter);
        self.typed
            .draw_as_filter(frame, filter, hint, self.filtering, theme);
        let rows = Table {
            rows: self.listed().collect(),
            widest: &self.widest,
            zone: &view.cx.about.zone,
        };
        let drawn = grid::draw(frame, table, &rows, (&self.select, !self.filtering), theme);
        frame.render_widget(lines::with_place(block, drawn.place, theme), area);
        if rows.count() == 0 {
            let text = if self.filter == crate::journal::Filter::default() {
                words::NOTHING_RECORDED
            } else {
                words::NONE_MATCHES
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

const ID: usize = 0;
const TIME: usize = 1;
const BY: usize = 2;
const WHAT: usize = 3;
const ABOUT: usize = 4;
const OUTCOME: usize = 5;

const COLUMNS: [Column; 6] = [
    Column {
        heading: "ID",
        min: 6,
        max: 20,
        given_up: 0,
    },
    Column {
        heading: "TIME",
        min: 14,
        max: 14,
        given_up: 0,
    },
    // Who did it is in the record itself.
    Column {
        heading: "BY",
        min: 6,
        max: 16,
        given_up: 1,
    },
    // Words are cut before whom they are about.
    Column {
        heading: "WHAT",
        min: 16,
        max: 40,
        given_up: 0,
    },
    Column {
        heading: "ABOUT",
        min: 24,
        max: 64,
        given_up: 0,
    },
    Column {
        heading: "OUTCOME",
        min: 10,
        max: 10,
        given_up: 0,
    },
];

/// How wide the widest cell of each column is.
#[derive(Default)]
pub(super) struct Widest([usize; COLUMNS.len()]);

impl Widest {
    /// Of these records, and of the headings.
    pub(super) fn of<'a>(records: impl Iterator<Item = &'a Record>, zone: &TimeZone) -> Self {
        let mut widest = COLUMNS.each_ref().map(|column| columns(column.heading));
        // Every time and every outcome may be as wide as its column.
        widest[TIME] = COLUMNS[TIME].max;
        widest[OUTCOME] = COLUMNS[OUTCOME].max;
        for record in records {
            for column in [ID, BY, WHAT, ABOUT] {
                widest[column] = columns(&text(record, column, zone)).max(widest[column]);
            }
        }
        Self(widest)
    }
}

/// What a cell says, but for the outcome.
fn text(record: &Record, column: usize, zone: &TimeZone) -> String {
    match column {
        ID => record.id.to_string(),
        TIME => {
            let at = record.at.to_zoned_datetime(zone.clone());
            at.strftime("%m-%d %H:%M:%S").to_string()
        }
        BY => harmless(&record.who.operator).into_owned(),
        WHAT => action(record),
        _ => match &record.subject.order {
            Some(order) => words::order(&ends(order.as_str())),
            None => harmless(&about(record)).into_owned(),
        },
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
    rows: Vec<(&'a Record, Option<Standing>, bool)>,
    widest: &'a Widest,
    zone: &'a TimeZone,
}

impl Rows for Table<'_> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        COLUMNS.iter()
    }

    fn widest(&self, column: usize) -> usize {
        self.widest.0[column]
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let (record, standing, is_doubted) = self.rows[row];
        if column == OUTCOME {
            let (outcome, scope) = outcome(record, standing, is_doubted);
            return (outcome, theme.of(scope));
        }
        *room = text(record, column, self.zone);
        (room, theme.of(Scope::Text))
    }
}

/// By sign and word, so that no colour is needed.
fn outcome(record: &Record, standing: Option<Standing>, is_doubted: bool) -> (&'static str, Scope) {
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
