//! A day's end out of the journal: what needs somebody first, then who did what. Another day or one operator alone is
//! typed in a line above it; nothing is asked of the DCMS.

use crossterm::event::KeyEvent;
use jiff::ToSpan as _;
use jiff::civil::Date;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::{Cx, Go, Screen, View, draw_said, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::Message;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::cells::{self, Row};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::lines;
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::wrap;
use crate::dcms::harmless;
use crate::desk::day::Section;
use crate::desk::typed_days::day;
use crate::desk::{BankQuestion, Command, Day, Event, Ticket};
use crate::people::Right;

/// What is said here.
mod words {
    pub(super) const HOW_TO_FILTER: &str = "write date:2026-11-03, operator:maria, or both";
    pub(super) const FILTER_HINT: &str =
        "/ then like date:2026-11-03 operator:maria; ← and → are a day";
    pub(super) const FILTER_HINT_OF_OWN: &str = "/ then like date:2026-11-03; ← and → are a day";
    pub(super) const TITLE: &str = "Day's end";
    pub(super) const NO_ANSWER: &str = "no answer";
    pub(super) const UNDER_WAY: &str = "under way";
}

/// Before each row of a section.
const INDENT: usize = 2;
/// The column that says how a write stands, and where it goes: columns at the end give way where there is no room.
const OUTCOME: &str = "OUTCOME";
const OUTCOME_AT: usize = 2;

/// The screen.
pub struct DayScreen {
    /// Which day is asked for; nothing for today.
    date: Option<Date>,
    operator: Option<String>,
    /// Whether it is that of the whole bank.
    of_bank: bool,
    asked: Option<Ticket>,
    day: Option<Box<Day>>,
    error: Option<String>,
    typed: Entry,
    filtering: bool,
    scroll: Scroll,
}

impl DayScreen {
    /// Asks for today, and for everybody: on this host, or in the whole bank.
    pub fn new(of_bank: bool, cx: &mut Cx) -> Self {
        let mut screen = Self {
            date: None,
            operator: None,
            of_bank,
            asked: None,
            day: None,
            error: None,
            typed: Entry::default(),
            filtering: false,
            scroll: Scroll::default(),
        };
        screen.ask(cx);
        screen
    }

    fn ask(&mut self, cx: &mut Cx) {
        let (date, operator) = (self.date, self.operator.clone());
        let of_bank = self.of_bank;
        self.asked = Some(cx.tell_desk(|ticket| {
            if of_bank {
                Command::Bank(ticket, Box::new(BankQuestion::Day(date, operator)))
            } else {
                Command::Day(ticket, date, operator)
            }
        }));
    }

    /// Another day, so many after the one that is asked for: the answer may still be under way.
    fn go(&mut self, days: i64, cx: &mut Cx) {
        let shown = self.day.as_ref().map(|day| day.date);
        let from = self.date.or(shown);
        if let Some(date) = from.and_then(|date| date.checked_add(days.days()).ok()) {
            self.date = Some(date);
            self.typed = Entry::of(self.filter());
            self.ask(cx);
        }
    }

    /// What is asked for, as it is typed.
    fn filter(&self) -> String {
        let date = self.date.map(|date| format!("date:{date}"));
        let operator = self.operator.as_ref();
        let operator = operator.map(|operator| format!("operator:{operator}"));
        let parts: Vec<_> = date.into_iter().chain(operator).collect();
        parts.join(" ")
    }

    fn take_filter(&mut self) -> Result<(), String> {
        let (mut date, mut operator) = (None, None);
        for word in self.typed.value().split_whitespace() {
            match word.split_once([':', '=']) {
                Some(("date", typed)) => date = Some(day(typed)?),
                Some(("operator", typed)) if !typed.is_empty() => {
                    operator = Some(typed.to_owned());
                }
                Some(_) | None => {
                    return Err(words::HOW_TO_FILTER.into());
                }
            }
        }
        (self.date, self.operator) = (date, operator);
        Ok(())
    }

    fn filter_key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) {
        match action {
            Some(Action::Enter) => match self.take_filter() {
                Ok(()) => {
                    self.filtering = false;
                    self.ask(cx);
                }
                Err(error) => self.error = Some(sentence(&error)),
            },
            Some(Action::Back) => {
                self.filtering = false;
                self.typed = Entry::of(self.filter());
            }
            _ => {
                self.typed.edit(event);
            }
        }
    }
}

impl Screen for DayScreen {
    fn place(&self) -> Place {
        if self.filtering {
            Place::DayFilter
        } else {
            Place::DayEnd
        }
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn paste(&mut self, text: &str) {
        if self.filtering {
            self.typed.paste(text);
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        self.error = None;
        if self.filtering {
            self.filter_key(action, event, cx);
            return Go::Stay;
        }
        match action {
            Some(Action::Back) => return Go::Back,
            Some(Action::Filter) => self.filtering = true,
            Some(Action::DayBefore) => self.go(-1, cx),
            Some(Action::DayAfter) => self.go(1, cx),
            Some(Action::Reload) => self.ask(cx),
            other => self.scroll.by(other),
        }
        Go::Stay
    }

    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::Day(_, read)) = answer else {
            return Go::Stay;
        };
        self.asked = None;
        match read {
            Ok(day) => {
                self.day = Some(day);
                self.scroll.go_to(0);
            }
            Err(error) => self.error = Some(sentence(&error)),
        }
        Go::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let [filter, body, said] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(if self.error.is_some() { 2 } else { 0 }),
        ])
        .areas(area);
        let hint = if view.cx.about.rights.has(Right::DayOfAll) {
            words::FILTER_HINT
        } else {
            words::FILTER_HINT_OF_OWN
        };
        self.typed
            .draw_as_filter(frame, lines::padded(filter), hint, self.filtering, theme);
        let width = usize::from(body.width.saturating_sub(4));
        let (title, lines) = match &self.day {
            Some(day) => (
                harmless(&day.title()).into_owned(),
                of_day(day, width, theme),
            ),
            None => (words::TITLE.to_owned(), Vec::new()),
        };
        self.scroll
            .draw(frame, body, (title, !self.filtering), &lines, theme);
        draw_said(frame, lines::padded(said), (None, self.error()), view);
    }
}

fn of_day(day: &Day, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let summary = harmless(&day.summary()).into_owned();
    let mut all: Vec<_> = wrap(&summary, width).into_iter().map(Line::raw).collect();
    for section in day.sections() {
        all.push(Line::default());
        let title = harmless(&section.title).into_owned();
        all.push(Line::styled(title, theme.of(Scope::Title)));
        if section.rows.is_empty() {
            all.push(Line::styled(
                format!("  {}", section.none),
                theme.of(Scope::Muted),
            ));
        } else {
            all.extend(cells::lines_of(&rows(section), (INDENT, width), theme));
        }
    }
    all
}

/// The heading and the rows, with the outcome where it always has room.
fn rows(section: Section) -> Vec<Row> {
    let outcome = section.heads.iter().position(|head| *head == OUTCOME);
    let of = |cells: Vec<String>, scope| {
        let mut cells: Vec<_> = cells
            .iter()
            .map(|cell| harmless(cell).into_owned())
            .collect();
        if let Some(from) = outcome.filter(|from| *from > OUTCOME_AT) {
            cells[OUTCOME_AT..=from].rotate_right(1);
        }
        Row {
            label: "",
            cells,
            scope,
        }
    };
    let heads = section.heads.iter().map(|head| (*head).to_owned());
    let heads = of(heads.collect(), Scope::Muted);
    let rows = section.rows.into_iter();
    std::iter::once(heads)
        .chain(rows.map(|row| {
            // What nobody knows the end of needs somebody.
            let is_unknown = outcome.is_some_and(|at| {
                ["unknown", words::NO_ANSWER, words::UNDER_WAY]
                    .iter()
                    .any(|word| row[at].starts_with(word))
            });
            of(row, if is_unknown { Scope::Warn } else { Scope::Text })
        }))
        .collect()
}
