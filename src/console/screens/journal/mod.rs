//! The journal: what is open and what was done. Over it lie one action with all that belongs to it, and settling.

mod bank;
mod decide;
mod draw;
mod thread;
mod words;

use crossterm::event::KeyEvent;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};

use bank::BankList;
use draw::Widest;
use thread::ThreadScreen;

use super::day::DayScreen;
use super::{Cx, Go, Heard, Screen, View, draw_said, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::lines::padded;
use crate::console::widgets::said::Said;
use crate::console::widgets::select::Select;
use crate::desk::{BankPage, BankQuestion, Command, Event, Ticket};
use crate::journal::{
    Copied, CopyId, Filter, Listed, LookUps, OpenWrite, Page, Record, RecordId, Standing,
};

/// How many records are read at once.
const PAGE: u32 = 200;
/// Most letters of a filter, which may name many things.
const FILTER: usize = 200;

/// The journal's screen.
#[derive(Default)]
pub struct JournalScreen {
    wait: Option<Wait>,
    /// Writes whose end nobody knows.
    open: Vec<OpenWrite>,
    records: Vec<Listed>,
    look_ups: LookUps,
    /// Whether there are older ones that have not been read.
    has_more: bool,
    filter: Filter,
    typed: Entry,
    filtering: bool,
    select: Select,
    widest: Widest,
    /// The whole bank's records instead of this host's.
    bank: Option<BankList>,
    error: Option<String>,
    /// Why there are no records to show.
    unread: Option<String>,
    asked: Option<Asked>,
    /// A settling, whose end is taken whatever else is asked meanwhile.
    settling: Option<Ticket>,
}

/// A row of the list.
struct Row<'a> {
    record: &'a Record,
    /// How a write stands.
    standing: Option<Standing>,
    /// Whether what was read speaks against that.
    is_doubted: bool,
    /// Where it was read, where that is not this host's journal.
    copied: Option<&'a Copied>,
}

/// What tells a row from all others.
type Key = (Option<CopyId>, RecordId);

impl Row<'_> {
    fn key(&self) -> Key {
        let id = self.record.id;
        (self.copied.map(|copied| copied.id(id)), id)
    }
}

/// What was asked of the journal, and where the answer goes.
enum Asked {
    /// With so many records at most.
    FirstPage(Ticket, u32),
    NextPage(Ticket),
    RecordThread(Ticket),
}

impl JournalScreen {
    /// With these writes open, and nothing read yet.
    #[must_use]
    pub fn new(open: Vec<OpenWrite>) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }

    fn read(&mut self, cx: &mut Cx) {
        self.read_newest(PAGE, cx);
    }

    fn read_newest(&mut self, limit: u32, cx: &mut Cx) {
        let page = Page { limit, offset: 0 };
        let ticket = self.ask_page(page, cx);
        self.asked = Some(Asked::FirstPage(ticket, limit));
    }

    /// Something else is open than before, so that something was recorded: the list that is in front
    /// shows it. Nothing else that is asked is put off by it.
    fn read_once_more(&mut self, cx: &mut Cx) {
        let is_free = self.asked.is_none() && self.settling.is_none();
        // A bank's journal stays as of when it was read.
        if self.place() == Place::Journal && is_free && self.bank.is_none() {
            let known = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
            self.read_newest(known.max(PAGE), cx);
        }
    }

    fn ask_page(&mut self, page: Page, cx: &mut Cx) -> Ticket {
        let filter = Box::new(self.filter.clone());
        let look_ups = self.look_ups;
        if let Some(bank) = &mut self.bank {
            return bank.ask(filter, look_ups, page.offset == 0, cx);
        }
        cx.tell_desk(|ticket| Command::Records(ticket, filter, look_ups, page))
    }

    fn set_open(&mut self, open: Vec<OpenWrite>, zone: &TimeZone) {
        let selected = self.selected();
        self.open = open;
        self.select(selected.as_ref(), zone);
    }

    /// The open writes are only in the list when nothing is filtered away.
    fn shown_open(&self) -> &[OpenWrite] {
        if self.filter == Filter::default() && self.bank.is_none() {
            &self.open
        } else {
            &[]
        }
    }

    /// The records below the open writes: all but those.
    fn rest(&self) -> impl Iterator<Item = &Listed> {
        let open = self.shown_open();
        let is_above = move |one: &Listed| open.iter().any(|open| open.intent.id == one.record.id);
        let of_bank = self.bank.iter().flat_map(|bank| &bank.open);
        let records = self.records.iter().filter(move |one| !is_above(one));
        of_bank.chain(records.filter(|one| !self.is_open_in_bank(one)))
    }

    fn is_open_in_bank(&self, one: &Listed) -> bool {
        let open = self.bank.as_ref().map(|bank| &*bank.open);
        let id = one.copy_id();
        open.is_some_and(|open| open.iter().any(|open| open.copy_id() == id))
    }

    fn rows(&self) -> usize {
        self.shown_open().len() + self.rest().count()
    }

    /// Keeps this record selected when newer ones come before it. The first row stays the first row.
    fn select(&mut self, record: Option<&Key>, zone: &TimeZone) {
        let place = self.listed().position(|one| Some(&one.key()) == record);
        if let Some(place) = place.filter(|_| self.select.at() > 0) {
            self.select.go_to(place);
        }
        self.select.keep_within(self.rows());
        self.widest = Widest::of(self.listed(), self.bank.is_some(), zone);
    }

    /// The actions in the list.
    fn listed(&self) -> impl Iterator<Item = Row<'_>> {
        let open = self.shown_open().iter();
        let open = open.map(|open| Row {
            record: &open.intent,
            standing: Some(Standing::Open(open.state)),
            is_doubted: false,
            copied: None,
        });
        open.chain(self.rest().map(|one| Row {
            record: &one.record,
            standing: one.standing,
            is_doubted: one.is_doubted,
            copied: one.copied.as_deref(),
        }))
    }

    fn selected_open(&self) -> Option<RecordId> {
        let open = self.shown_open().get(self.select.at())?;
        Some(open.intent.id)
    }

    fn selected(&self) -> Option<Key> {
        Some(self.listed().nth(self.select.at())?.key())
    }

    /// Shows the whole bank's records, or this host's again. The filter stays.
    fn turn_to_other(&mut self, cx: &mut Cx) {
        self.bank = match self.bank {
            None => Some(BankList::default()),
            Some(_) => None,
        };
        self.asked = None;
        self.records.clear();
        self.unread = None;
        self.has_more = false;
        self.select.go_to(0);
        if self.bank.is_none() && self.filter.branch.take().is_some() {
            self.typed = Entry::default();
            self.filter = Filter::default();
        }
        self.read(cx);
    }

    fn list_key(&mut self, action: Option<Action>, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Filter) => {
                self.typed = std::mem::take(&mut self.typed).limited(FILTER);
                self.filtering = true;
            }
            Some(Action::Reload) => self.read(cx),
            Some(Action::Unfold) => {
                self.look_ups = match self.look_ups {
                    LookUps::Folded => LookUps::Shown,
                    LookUps::Shown => LookUps::Folded,
                };
                self.read(cx);
            }
            Some(Action::Enter) => {
                if let Some((copy, record)) = self.selected() {
                    let ask = |ticket| match copy {
                        Some(copy) => Command::Bank(ticket, Box::new(BankQuestion::Action(copy))),
                        None => Command::RecordThread(ticket, record),
                    };
                    self.asked = Some(Asked::RecordThread(cx.tell_desk(ask)));
                }
            }
            Some(Action::Settle) if self.bank.is_some() => {
                self.error = Some(words::FROM_THE_ACTION.into());
            }
            Some(Action::Settle) => {
                if let Some(record) = self.selected_open() {
                    self.settle(record, cx);
                }
            }
            Some(Action::WholeBank) if !cx.about.has_bank => {
                self.error = Some(words::NO_BANK.into());
            }
            Some(Action::WholeBank) => self.turn_to_other(cx),
            Some(Action::DayEnd) => {
                let of_bank = self.bank.is_some();
                return Go::Push(Box::new(DayScreen::new(of_bank, cx)));
            }
            Some(Action::Back) => return Go::ToKits,
            other => self.select.by(other, self.rows()),
        }
        if self.has_more && self.select.at() + 20 > self.rows() && self.asked.is_none() {
            let offset = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
            let page = Page {
                limit: PAGE,
                offset,
            };
            let ticket = self.ask_page(page, cx);
            self.asked = Some(Asked::NextPage(ticket));
        }
        Go::Stay
    }

    fn filter_key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) {
        match action {
            Some(Action::Enter) => match Filter::parse(self.typed.value()) {
                Ok(filter) if filter.branch.is_some() && self.bank.is_none() => {
                    self.error = Some(words::BRANCH_OF_BANK.into());
                }
                Ok(filter) => {
                    self.filter = filter;
                    self.filtering = false;
                    self.select.go_to(0);
                    self.read(cx);
                }
                Err(error) => self.error = Some(sentence(&error.to_string())),
            },
            Some(Action::Back) => {
                self.filtering = false;
                self.typed = Entry::default();
                if self.filter != Filter::default() {
                    self.filter = Filter::default();
                    self.read(cx);
                }
            }
            _ => {
                self.typed.edit(event);
            }
        }
    }

    fn settle(&mut self, record: RecordId, cx: &mut Cx) {
        let what = words::reading_outcome(&record);
        let wait = cx.ask(what, |ticket| Command::Settle(ticket, record));
        self.settling = Some(wait.ticket);
        self.wait = Some(wait);
    }

    /// Takes a page of records, of so many at most.
    fn records(
        &mut self,
        read: Result<Vec<Listed>, String>,
        (limit, is_first): (u32, bool),
        zone: &TimeZone,
    ) {
        match read {
            Ok(records) => {
                self.has_more = match &self.bank {
                    Some(bank) => bank.has_more(),
                    None => records.len() >= limit as usize,
                };
                let selected = self.selected();
                if is_first {
                    self.records.clear();
                    self.unread = None;
                }
                self.records.extend(records);
                self.select(selected.as_ref(), zone);
            }
            Err(error) if self.records.is_empty() => self.unread = Some(sentence(&error)),
            Err(error) => self.error = Some(sentence(&error)),
        }
    }

    /// Takes a page of the bank's records.
    fn page_of_bank(&mut self, read: Result<Box<BankPage>, String>, is_first: bool, cx: &Cx) {
        let Some(bank) = &mut self.bank else { return };
        let read = match read {
            Ok(page) => {
                let unreadable = page.actions.unreadable;
                if unreadable > 0 {
                    self.error = Some(words::unreadable(&unreadable));
                }
                Ok(bank.take(*page, is_first))
            }
            Err(error) => {
                let key = cx.keymap.named(Action::WholeBank);
                Err(words::bank_away(&error, &key))
            }
        };
        self.records(read, (PAGE, is_first), &cx.about.zone);
    }

    /// Takes the end of settling, from here or from what lies over it: what is shown is read again.
    fn settled(&mut self, settled: Result<(), String>, cx: &mut Cx) {
        self.settling = None;
        self.wait = None;
        match settled {
            Ok(()) => self.read(cx),
            Err(error) => self.error = Some(sentence(&error)),
        }
    }
}

impl Screen for JournalScreen {
    fn place(&self) -> Place {
        if self.filtering {
            Place::JournalFilter
        } else {
            Place::Journal
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        let asked = self.asked.as_ref().map(|asked| match asked {
            Asked::FirstPage(asked, _) | Asked::NextPage(asked) | Asked::RecordThread(asked) => {
                *asked
            }
        });
        [asked, self.settling].contains(&Some(ticket))
    }

    /// What is said below what is in front.
    fn error(&self) -> Option<&str> {
        self.error.as_deref().or(self.unread.as_deref())
    }

    fn why_not(&self, action: Action) -> Option<String> {
        let why = match action {
            Action::Settle if self.bank.is_some() => words::FROM_THE_ACTION,
            Action::Settle if self.selected_open().is_none() => words::OUTCOME_KNOWN,
            Action::Enter if self.place() == Place::Journal && self.rows() == 0 => words::NO_ACTION,
            _ => return None,
        };
        Some(why.into())
    }

    /// Reads the newest records.
    fn enter(&mut self, cx: &mut Cx) {
        self.filtering = false;
        self.read(cx);
    }

    fn paste(&mut self, text: &str) {
        if self.filtering {
            self.typed.paste(text);
        }
    }

    fn point(&mut self, at: Position) -> Option<Action> {
        if self.place() != Place::Journal {
            return None;
        }
        self.select.point(at)
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        self.error = None;
        if self.filtering {
            self.filter_key(action, event, cx);
            return Go::Stay;
        }
        self.list_key(action, cx)
    }

    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        let asked = self.asked.take();
        match (asked, answer) {
            (Some(Asked::FirstPage(_, limit)), Message::Desk(Event::Records(_, read))) => {
                self.records(read, (limit, true), &cx.about.zone);
            }
            (Some(Asked::NextPage(_)), Message::Desk(Event::Records(_, read))) => {
                self.records(read, (PAGE, false), &cx.about.zone);
            }
            (Some(Asked::FirstPage(..)), Message::Desk(Event::Bank(_, read))) => {
                self.page_of_bank(read, true, cx);
            }
            (Some(Asked::NextPage(_)), Message::Desk(Event::Bank(_, read))) => {
                self.page_of_bank(read, false, cx);
            }
            (Some(Asked::RecordThread(_)), Message::Desk(Event::RecordThread(_, read))) => {
                match read {
                    Ok(thread) => return Go::Push(Box::new(ThreadScreen::new(&thread, cx))),
                    Err(error) => self.error = Some(sentence(&error)),
                }
            }
            (asked, Message::Desk(Event::Settled(_, _, settled))) => {
                self.asked = asked;
                self.settled(settled, cx);
            }
            (asked, _) => self.asked = asked,
        }
        Go::Stay
    }

    fn follow(&mut self, answer: &Message, cx: &mut Cx) -> Heard {
        match answer {
            Message::Desk(Event::Open(Ok(open))) => {
                let writes = open.writes.iter();
                let seen = writes.filter(|open| cx.about.may_see(&open.intent));
                let seen: Vec<_> = seen.cloned().collect();
                let is_news = self.open != seen;
                self.set_open(seen, &cx.about.zone);
                if is_news && cx.in_front {
                    self.read_once_more(cx);
                }
                Heard::Nothing
            }
            // Settled by what lies over the list.
            Message::Desk(Event::Settled(ticket, _, Ok(()))) if Some(*ticket) != self.settling => {
                self.read_once_more(cx);
                Heard::Nothing
            }
            Message::Desk(Event::SettledForGone(_, Ok(()))) if self.bank.is_some() => {
                self.read_once_more(cx);
                Heard::Nothing
            }
            Message::Desk(Event::Observed(observation))
                if cx.in_front && self.settling.is_some() =>
            {
                self.error = Some(observation.in_words());
                Heard::Shown
            }
            _ => Heard::Nothing,
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let body = below_said(frame, area, (self.wait(), self.error.as_deref()), view);
        self.draw_list(frame, body, view);
    }
}

/// Draws what is said in the two rows below, which are always kept for it. Returns the rows above.
fn below_said(frame: &mut Frame<'_>, area: Rect, said: Said<'_>, view: &View<'_>) -> Rect {
    let [body, below] = Layout::vertical([Constraint::Fill(1), Constraint::Length(2)]).areas(area);
    draw_said(frame, padded(below), said, view);
    body
}
