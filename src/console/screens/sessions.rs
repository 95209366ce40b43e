//! The sessions of the server, for a person who looks after it: who is here, and ending a session of somebody else.

use std::time::Duration;

use crossterm::event::KeyEvent;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::{Cx, Go, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Effect, Message};
use crate::console::served::{SessionRow, SessionState};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::grid::{self, Column, Rows};
use crate::console::widgets::lines;
use crate::console::widgets::overlay::overlay;
use crate::console::widgets::select::Select;
use crate::console::widgets::text::{columns, wrap};
use crate::dcms::harmless;
use crate::desk::Ticket;
use crate::journal::{EndedSession, Note};

/// What is said here.
mod words {
    use std::fmt::Display;

    use crate::desk::sentences::counted;

    pub(super) const OWN: &str = "This is your own session: Ctrl+C ends it.";
    pub(super) const ENDING: &str = "This session is ending already.";
    pub(super) const NONE: &str = "No session is selected.";
    pub(super) const JUST_NOW: &str = "now";
    pub(super) const STATE_OWN: &str = "yours";
    pub(super) const STATE_WRITING: &str = "writing";
    pub(super) const STATE_ENDING: &str = "ending";

    pub(super) fn title(count: usize) -> String {
        format!("{} on this server", counted(count, "session"))
    }

    pub(super) fn minutes(minutes: &dyn Display) -> String {
        format!("{minutes} min")
    }

    pub(super) fn hours(hours: &dyn Display) -> String {
        format!("{hours} h")
    }

    pub(super) fn question(name: &dyn Display) -> String {
        format!("End the session of {name}?")
    }

    pub(super) fn explained(
        person: &dyn Display,
        from: &dyn Display,
        since: &dyn Display,
    ) -> String {
        format!(
            "{person}, from {from}, since {since}. They read that you ended it, and the journal records it. A \
             write under way ends first. Enter ends it, Esc leaves it."
        )
    }

    pub(super) fn ended(name: &dyn Display) -> String {
        format!("The session of {name} has ended.")
    }

    pub(super) fn ends_later(name: &dyn Display) -> String {
        format!("The session of {name} ends, after its write if one is under way: r looks again.")
    }
}

/// The list, and the question before a session is ended.
#[derive(Default)]
pub struct SessionsScreen {
    rows: Vec<SessionRow>,
    cells: Vec<[String; COLUMNS.len()]>,
    select: Select,
    asked: Option<Ticket>,
    /// The session that is to be ended, if that is confirmed.
    question: Option<SessionRow>,
    /// The session whose end was ordered, until the list is there again.
    ordered: Option<SessionRow>,
}

const STATE: usize = 5;
const CLIENT: usize = 7;

const COLUMNS: [Column; 8] = {
    const fn column(heading: &'static str, min: usize, max: usize, given_up: u8) -> Column {
        Column {
            heading,
            min,
            max,
            given_up,
        }
    }
    [
        column("PERSON", 8, 24, 0),
        column("NAME", 8, 24, 1),
        column("SINCE", 11, 11, 0),
        column("FROM", 39, 39, 0),
        column("IDLE", 6, 6, 0),
        column("STATE", 7, 7, 0),
        column("TERMINAL", 14, 20, 2),
        column("CLIENT", 28, 40, 3),
    ]
};

impl SessionsScreen {
    fn read(&mut self, cx: &mut Cx) {
        let ticket = cx.ticket();
        self.asked = Some(ticket);
        cx.effects.push(Effect::ListSessions(ticket));
    }

    fn selected(&self) -> Option<&SessionRow> {
        self.rows.get(self.select.at())
    }

    /// Takes the list. The same session stays selected where it is still there.
    fn take(&mut self, rows: Vec<SessionRow>, zone: &TimeZone) {
        let selected = self.selected().map(|row| row.number);
        if let Some(place) = rows.iter().position(|row| Some(row.number) == selected) {
            self.select.go_to(place);
        }
        self.select.keep_within(rows.len());
        self.cells = rows.iter().map(|row| cells(row, zone)).collect();
        self.rows = rows;
    }

    /// Orders the end, and leaves a note of it: also where the session has ended meanwhile, it was ordered.
    fn end(&mut self, row: SessionRow, cx: &mut Cx) {
        cx.note(Note::session_end_ordered(&EndedSession {
            person: row.person.clone(),
            name: row.name.clone(),
            address: row.from.clone(),
            since: row.since,
        }));
        let ticket = cx.ticket();
        self.asked = Some(ticket);
        cx.effects.push(Effect::EndSession(ticket, row.number));
        self.ordered = Some(row);
    }

    fn draw_question(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let Some(row) = &self.question else { return };
        let from = harmless(&row.from);
        let since = since(row, &view.cx.about.zone);
        let text = words::explained(&harmless(&row.person), &from, &since);
        let width = area.width.min(62);
        let rows = wrap(&text, usize::from(width.saturating_sub(4))).len();
        let height = u16::try_from(rows + 2).unwrap_or(u16::MAX);
        let title = words::question(&harmless(&row.name));
        let inner = overlay(frame, area, (width, height), &title, view.theme);
        lines::sentence(frame, inner, &text, Scope::Warn, view.theme);
    }
}

impl Screen for SessionsScreen {
    fn place(&self) -> Place {
        match self.question {
            Some(_) => Place::EndSession,
            None => Place::Sessions,
        }
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.question = None;
        self.read(cx);
    }

    fn why_not(&self, action: Action) -> Option<String> {
        if action != Action::EndSession {
            return None;
        }
        let why = match self.selected() {
            None => words::NONE,
            Some(row) if row.is_own => words::OWN,
            Some(row) if row.state == SessionState::Ending => words::ENDING,
            Some(_) => return None,
        };
        Some(why.to_owned())
    }

    fn point(&mut self, at: Position) -> Option<Action> {
        if self.question.is_none() {
            self.select.point(at);
        }
        None
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        if let Some(row) = self.question.take() {
            match action {
                Some(Action::Enter) => self.end(row, cx),
                Some(Action::Back) => {}
                _ => self.question = Some(row),
            }
            return Go::Stay;
        }
        match action {
            Some(Action::EndSession) => match self.why_not(Action::EndSession) {
                Some(why) => return Go::Say(why),
                None => self.question = self.selected().cloned(),
            },
            Some(Action::Reload) => self.read(cx),
            Some(Action::Back) => return Go::ToKits,
            other => self.select.by(other, self.rows.len()),
        }
        Go::Stay
    }

    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        self.asked = None;
        if let Message::Sessions(_, rows) = answer {
            self.take(rows, &cx.about.zone);
        }
        let Some(ordered) = self.ordered.take() else {
            return Go::Stay;
        };
        let name = harmless(&ordered.name);
        let is_there = self.rows.iter().any(|row| row.number == ordered.number);
        Go::Say(if is_there {
            words::ends_later(&name)
        } else {
            words::ended(&name)
        })
    }

    fn unseen(&mut self) {
        self.question = None;
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let title = words::title(self.rows.len());
        let mut block = lines::ruled(title, self.question.is_none(), theme);
        let has_focus = self.question.is_none();
        let drawn = grid::draw(
            frame,
            block.inner(area),
            self,
            (&self.select, has_focus),
            theme,
        );
        if !drawn.columns.contains(&CLIENT)
            && let Some(row) = self.selected()
        {
            // What has no room in the row.
            let rest = [row.terminal.as_deref().unwrap_or("—"), &row.client];
            let rest = harmless(&rest.join(", ")).into_owned();
            block = block.title_bottom(Line::styled(format!(" {rest} "), theme.of(Scope::Muted)));
        }
        frame.render_widget(lines::with_place(block, drawn.place, theme), area);
        self.draw_question(frame, area, view);
    }
}

impl Rows for SessionsScreen {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        COLUMNS.iter()
    }

    fn widest(&self, column: usize) -> usize {
        let cells = self.cells.iter().map(|cells| columns(&cells[column]));
        cells.fold(columns(COLUMNS[column].heading), usize::max)
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        _room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let scope = match self.rows[row].state {
            SessionState::Writing | SessionState::Ending if column == STATE => Scope::Warn,
            SessionState::Open | SessionState::Writing | SessionState::Ending => Scope::Text,
        };
        (&self.cells[row][column], theme.of(scope))
    }
}

fn cells(row: &SessionRow, zone: &TimeZone) -> [String; COLUMNS.len()] {
    let state = match row.state {
        SessionState::Ending => words::STATE_ENDING,
        SessionState::Open | SessionState::Writing if row.is_own => words::STATE_OWN,
        SessionState::Writing => words::STATE_WRITING,
        SessionState::Open => "",
    };
    [
        harmless(&row.person).into_owned(),
        harmless(&row.name).into_owned(),
        since(row, zone),
        harmless(&row.from).into_owned(),
        idle(row.idle),
        state.to_owned(),
        harmless(row.terminal.as_deref().unwrap_or("—")).into_owned(),
        harmless(&row.client).into_owned(),
    ]
}

fn since(row: &SessionRow, zone: &TimeZone) -> String {
    let since = row.since.to_zoned_datetime(zone.clone());
    since.strftime("%m-%d %H:%M").to_string()
}

fn idle(idle: Duration) -> String {
    match idle.as_secs() / 60 {
        0 => words::JUST_NOW.to_owned(),
        minutes @ 1..90 => words::minutes(&minutes),
        minutes => words::hours(&(minutes / 60)),
    }
}
