//! One action in the journal: the record and what followed it, field by field.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::decide::{DecideScreen, Decided};
use super::words;
use super::{Cx, Go, Heard, Screen, View, below_said, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::{About, Message, Wait};
use crate::console::screens::receipt::ReceiptScreen;
use crate::console::theme::Scope;
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::{columns, fit, wrap};
use crate::dcms::harmless;
use crate::desk::record_threads::lines_in;
use crate::desk::{BankQuestion, Command, Copies, Event, Receipt, Ticket};
use crate::journal::{CopyId, Kind, OpenWrite, Record, RecordId, RecordThread, Standing};

/// A thread that was read.
pub(super) struct ThreadScreen {
    /// What it is about: of a write, its intent.
    record: RecordId,
    /// In which journal, where that is not this host's.
    copy: Option<CopyId>,
    /// The lines: a label and what it says; an empty label goes on.
    lines: Vec<(String, String)>,
    /// Whether its outcome is still to be settled.
    is_open: bool,
    /// A write in another journal without an end: its host may be gone.
    left: Option<Box<Record>>,
    /// What the DCMS says of that was shown.
    was_read: bool,
    scroll: Scroll,
    /// Reading it again.
    asked: Option<Ticket>,
    /// The reading that may settle it.
    wait: Option<Wait>,
    /// What reading or settling came to.
    said: Option<String>,
}

impl ThreadScreen {
    pub(super) fn new(thread: &RecordThread, cx: &Cx) -> Self {
        let record = thread.record.id;
        Self {
            record,
            copy: thread.copied.as_ref().map(|copied| copied.id(record)),
            lines: lines_of_thread(thread, &cx.about),
            is_open: thread.copied.is_none() && is_open(record, &cx.journal.open),
            left: left_by_another(thread),
            was_read: false,
            scroll: Scroll::default(),
            asked: None,
            wait: None,
            said: None,
        }
    }

    /// What can be done about a write of another host: reading it, and then settling it, where that host is gone.
    fn of_another(&mut self, action: Action, copy: CopyId, cx: &mut Cx) -> Go {
        self.said = self.why_not(action);
        match self.left.clone().filter(|_| self.said.is_none()) {
            Some(intent) if action == Action::Settle => {
                let what = words::reading_outcome(&copy);
                let read = |ticket| Command::ReadForGone(ticket, intent);
                self.wait = Some(cx.ask(what, read));
            }
            Some(intent) => {
                let claim = intent.claim().unwrap_or_default().to_owned();
                return Go::Push(Box::new(DecideScreen::new(Decided::ForGone(copy, claim))));
            }
            None => {}
        }
        Go::Stay
    }

    fn read(&mut self, cx: &mut Cx) {
        let record = self.record;
        let copy = self.copy.clone();
        self.asked = Some(cx.tell_desk(|ticket| match copy {
            Some(copy) => Command::Bank(ticket, Box::new(BankQuestion::Action(copy))),
            None => Command::RecordThread(ticket, record),
        }));
    }
}

/// The intent, where it is a write of another host that nobody has settled.
fn left_by_another(thread: &RecordThread) -> Option<Box<Record>> {
    let is_open = matches!(thread.standing(), Some(Standing::Open(_)));
    let is_left = thread.copied.is_some() && is_open && thread.record.claim().is_some();
    is_left.then(|| Box::new(thread.record.clone()))
}

fn is_open(record: RecordId, open: &[OpenWrite]) -> bool {
    open.iter().any(|open| open.intent.id == record)
}

impl Screen for ThreadScreen {
    fn place(&self) -> Place {
        Place::RecordThread
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket) || Wait::is_for(self.wait(), ticket)
    }

    fn error(&self) -> Option<&str> {
        self.said.as_deref()
    }

    fn why_not(&self, action: Action) -> Option<String> {
        if self.copy.is_some() {
            let why = match action {
                Action::Receipt => words::ON_ITS_HOST,
                Action::Settle | Action::Decide if self.left.is_none() => words::OUTCOME_KNOWN,
                Action::Decide if !self.was_read => words::READ_FIRST,
                _ => return None,
            };
            return Some(why.into());
        }
        let is_to_settle = matches!(action, Action::Settle | Action::Decide);
        (is_to_settle && !self.is_open).then(|| words::OUTCOME_KNOWN.into())
    }

    /// The reading goes on: what it shows is on record all the same.
    fn leave(&mut self, _cx: &mut Cx) {}

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        let record = self.record;
        match action {
            Some(Action::Back) => return Go::Back,
            Some(action @ (Action::Settle | Action::Decide | Action::Receipt))
                if let Some(copy) = self.copy.clone() =>
            {
                return self.of_another(action, copy, cx);
            }
            Some(Action::Receipt) => return Go::Push(Box::new(ReceiptScreen::new(record, cx))),
            Some(Action::Settle) if self.is_open => {
                let what = words::reading_outcome(&record);
                self.wait = Some(cx.ask(what, |ticket| Command::Settle(ticket, record)));
            }
            Some(Action::Decide) if self.is_open => {
                return Go::Push(Box::new(DecideScreen::new(Decided::Own(record))));
            }
            Some(Action::Settle | Action::Decide) => {
                let why = words::NOTHING_TO_SETTLE;
                self.said = Some(why.into());
            }
            Some(Action::Reload) => self.read(cx),
            other => self.scroll.by(other),
        }
        Go::Stay
    }

    /// Takes the record as it is now, or the end of settling it.
    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        match answer {
            Message::Desk(Event::RecordThread(_, read)) => {
                self.asked = None;
                match read {
                    Ok(thread) => {
                        self.lines = lines_of_thread(&thread, &cx.about);
                        self.left = left_by_another(&thread);
                    }
                    Err(error) => self.said = Some(sentence(&error)),
                }
            }
            Message::Desk(Event::ReadForGone(_, read)) => {
                self.wait = None;
                self.was_read = read.is_ok();
                self.said = Some(read.unwrap_or_else(|error| sentence(&error)));
            }
            Message::Desk(Event::Settled(_, _, settled)) => {
                self.wait = None;
                if let Err(error) = settled {
                    self.said = Some(sentence(&error));
                }
            }
            _ => {}
        }
        Go::Stay
    }

    fn follow(&mut self, answer: &Message, cx: &mut Cx) -> Heard {
        match answer {
            Message::Desk(Event::Open(Ok(open))) => {
                self.is_open = self.copy.is_none() && is_open(self.record, &open.writes);
            }
            // Settled from here or from the form above: what is shown is read again.
            Message::Desk(Event::Settled(_, record, Ok(())))
                if *record == self.record && self.copy.is_none() =>
            {
                self.read(cx);
            }
            Message::Desk(Event::SettledForGone(_, Ok(()))) if self.copy.is_some() => {
                self.said = None;
                self.read(cx);
            }
            Message::Desk(Event::Observed(observation))
                if cx.in_front
                    && observation.intent.record == self.record
                    && self.copy.is_none() =>
            {
                self.said = Some(observation.in_words());
                return Heard::Shown;
            }
            _ => {}
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let body = below_said(frame, area, (self.wait(), self.error()), view);
        let label_width = self.lines.iter().map(|(label, _)| columns(label));
        let label_width = label_width.max().unwrap_or(0) + 2;
        let room = usize::from(area.width).saturating_sub(label_width + 4);
        let mut lines = Vec::new();
        for (label, value) in &self.lines {
            let scope = if label.starts_with("record ") {
                Scope::Title
            } else {
                Scope::Muted
            };
            let mut label = label.as_str();
            for part in wrap(value, room) {
                lines.push(Line::from(vec![
                    Span::styled(fit(label, label_width), theme.of(scope)),
                    Span::raw(part),
                ]));
                label = "";
            }
        }
        let title = match &self.copy {
            Some(copy) => words::record_title(copy),
            None => words::record_title(&self.record),
        };
        self.scroll.draw(frame, body, (title, true), &lines, theme);
    }
}

/// Of a change, what its receipt says comes first: what was before stands next to what came of it.
fn lines_of_thread(thread: &RecordThread, about: &About) -> Vec<(String, String)> {
    let branch = match &thread.copied {
        Some(copied) => copied.branch.clone(),
        None => about.branch.as_ref().map(ToString::to_string),
    };
    let receipt = Receipt::of(thread.clone(), branch, &about.zone, Copies::One);
    let blank = || (String::new(), String::new());
    let mut lines = Vec::new();
    if let Ok(receipt) = &receipt {
        // What comes next is said to the customer.
        let [whence, about, changes, _next] = receipt.blocks();
        // A receipt doesn't say it either.
        let mut settled = thread.followers.iter();
        let settled = settled.rfind(|record| record.kind == Kind::Settled);
        let why = settled.and_then(|record| record.reason.clone());
        let why = why.map(|why| (words::KNOWN_FROM.to_owned(), harmless(&why).into_owned()));
        let whence = whence.into_iter().chain(why).collect();
        for block in [whence, about, changes] {
            if !block.is_empty() {
                lines.extend(block);
                lines.push(blank());
            }
        }
    }
    // Read as the receipt reads it, and whole in `journal show`.
    let is_new = |(label, _): &(String, String)| {
        receipt.is_err() || !["before", "read", "entity", "kit", "order"].contains(&&**label)
    };
    lines.extend(lines_in(thread, &thread.record).into_iter().filter(is_new));
    for follower in &thread.followers {
        lines.push(blank());
        let follower = lines_in(thread, follower);
        lines.extend(follower.into_iter().filter(is_new));
    }
    lines
}
