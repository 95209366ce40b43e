//! The journal: what is open, what was done, one action with all that belongs to it, and settling.

mod decide;
mod draw;
mod story;

use std::time::Instant;

use crossterm::event::KeyEvent;
use ratatui::layout::Position;

use decide::DecideForm;
use draw::Widest;
use story::StoryView;

use super::{Context, Go, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::Wait;
use crate::console::widgets::entry::Entry;
use crate::console::widgets::form::Form;
use crate::console::widgets::select::Select;
use crate::desk::sentences::of_look;
use crate::desk::{Command, Look, Ticket};
use crate::journal::{Filter, OpenWrite, Page, Record, RecordId, State, Story};

/// How many records are read at once.
const PAGE: u32 = 200;
/// Most letters of a filter, which may name many things.
const FILTER: usize = 200;

/// The journal's screen.
#[derive(Default)]
pub struct JournalScreen {
    /// What is waited for.
    pub wait: Option<Wait>,
    /// Writes whose end nobody knows.
    open: Vec<OpenWrite>,
    records: Vec<Record>,
    /// Whether there are older ones that have not been read.
    has_more: bool,
    filter: Filter,
    typed: Entry,
    filtering: bool,
    select: Select,
    widest: Widest,
    fault: Option<String>,
    /// Why there are no records to show.
    unread: Option<String>,
    story: Option<StoryView>,
    decide: Option<DecideForm>,
    asked: Option<Asked>,
}

/// What was asked of the journal, and where the answer goes.
enum Asked {
    /// With so many records at most.
    FirstPage(Ticket, u32),
    NextPage(Ticket),
    Story(Ticket),
    Settling(Ticket),
}

impl JournalScreen {
    /// Where the keys go.
    #[must_use]
    pub fn place(&self) -> Place {
        if self.filtering {
            Place::JournalFilter
        } else if self.decide.is_some() {
            Place::Decide
        } else if self.story.is_some() {
            Place::Story
        } else {
            Place::Journal
        }
    }

    /// Which entries of the key line don't apply.
    #[must_use]
    pub fn hides(&self) -> &'static [&'static str] {
        let open = match &self.story {
            Some(view) => self.is_open(view.record()),
            None => self.selected_open().is_some(),
        };
        if open {
            &[]
        } else {
            &["settle by reading", "settle by hand"]
        }
    }

    /// Comes to the front: reads the newest records.
    pub fn enter(&mut self, context: &mut Context<'_>) {
        self.filtering = false;
        self.decide = None;
        self.story = None;
        self.read(context);
    }

    fn read(&mut self, context: &mut Context<'_>) {
        self.read_newest(PAGE, context);
    }

    fn read_newest(&mut self, limit: u32, context: &mut Context<'_>) {
        let page = Page { limit, offset: 0 };
        let ticket = self.ask_page(page, context);
        self.asked = Some(Asked::FirstPage(ticket, limit));
    }

    /// Something else is open than before, so that something was recorded: the list that is in front
    /// shows it. Nothing else that is asked is put off by it.
    pub fn follow(&mut self, context: &mut Context<'_>) {
        if self.place() == Place::Journal && self.asked.is_none() {
            let known = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
            self.read_newest(known.max(PAGE), context);
        }
    }

    fn ask_page(&mut self, page: Page, context: &mut Context<'_>) -> Ticket {
        let filter = Box::new(self.filter.clone());
        context.tell_desk(|ticket| Command::Records(ticket, filter, page))
    }

    /// The writes that are open now.
    pub fn set_open(&mut self, open: Vec<OpenWrite>) {
        let selected = self.selected_record();
        self.open = open;
        self.select(selected);
    }

    fn is_open(&self, record: RecordId) -> bool {
        self.open.iter().any(|open| open.intent.id == record)
    }

    /// What is said below what is in front.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        let of_story = self.story.as_ref().and_then(|view| view.said.as_deref());
        of_story
            .or(self.fault.as_deref())
            .or(self.unread.as_deref())
    }

    /// The open writes are only in the list when nothing is filtered away.
    fn shown_open(&self) -> &[OpenWrite] {
        if self.filter == Filter::default() {
            &self.open
        } else {
            &[]
        }
    }

    /// The records below the open writes: all but those.
    fn rest(&self) -> impl Iterator<Item = &Record> {
        let open = self.shown_open();
        let is_above = move |record: &Record| open.iter().any(|open| open.intent.id == record.id);
        self.records.iter().filter(move |record| !is_above(record))
    }

    fn rows(&self) -> usize {
        self.shown_open().len() + self.rest().count()
    }

    /// Stays on this record, whatever has come before it; on the first row whoever is there.
    fn select(&mut self, record: Option<RecordId>) {
        let place = self.listed().position(|(one, _)| Some(one.id) == record);
        if let Some(place) = place.filter(|_| self.select.at() > 0) {
            self.select.go_to(place);
        }
        self.select.keep_within(self.rows());
        self.widest = Widest::of(self.listed().map(|(record, _)| record));
    }

    /// What stands in the list, with what is open about it.
    fn listed(&self) -> impl Iterator<Item = (&Record, Option<State>)> {
        let open = self.shown_open().iter();
        let open = open.map(|open| (&open.intent, Some(open.state)));
        open.chain(self.rest().map(|record| (record, None)))
    }

    fn selected_open(&self) -> Option<RecordId> {
        let open = self.shown_open().get(self.select.at())?;
        Some(open.intent.id)
    }

    fn selected_record(&self) -> Option<RecordId> {
        self.selected_open().or_else(|| {
            let place = self.select.at().checked_sub(self.shown_open().len())?;
            Some(self.rest().nth(place)?.id)
        })
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        context: &mut Context<'_>,
    ) -> Go {
        self.fault = None;
        match self.place() {
            Place::JournalFilter => self.filter_key(action, event, context),
            Place::Decide => self.decide_key(action, event, context),
            Place::Story => self.story_key(action, context),
            _ => return self.list_key(action, context),
        }
        Go::Stay
    }

    /// The form that is typed into, if one is.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        self.decide.as_ref().map(|decide| &decide.form)
    }

    /// Goes to the row that was drawn there. Returns whether it was there already; nothing where
    /// there is no row.
    pub fn point_at(&mut self, at: Position) -> Option<bool> {
        if self.place() != Place::Journal {
            return None;
        }
        self.select.point_at(at)
    }

    fn list_key(&mut self, action: Option<Action>, context: &mut Context<'_>) -> Go {
        match action {
            Some(Action::Filter) => {
                self.typed = std::mem::take(&mut self.typed).limited(FILTER);
                self.filtering = true;
            }
            Some(Action::Reload) => self.read(context),
            Some(Action::Enter) => {
                if let Some(record) = self.selected_record() {
                    self.ask_story(record, context);
                }
            }
            Some(Action::Settle) => {
                if let Some(record) = self.selected_open() {
                    self.settle(record, context);
                }
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
            let ticket = self.ask_page(page, context);
            self.asked = Some(Asked::NextPage(ticket));
        }
        Go::Stay
    }

    fn filter_key(&mut self, action: Option<Action>, event: &KeyEvent, context: &mut Context<'_>) {
        match action {
            Some(Action::Enter) => match Filter::parse(self.typed.value()) {
                Ok(filter) => {
                    self.filter = filter;
                    self.filtering = false;
                    self.select.go_to(0);
                    self.read(context);
                }
                Err(fault) => self.fault = Some(sentence(&fault.to_string())),
            },
            Some(Action::Back) => {
                self.filtering = false;
                self.typed = Entry::default();
                if self.filter != Filter::default() {
                    self.filter = Filter::default();
                    self.read(context);
                }
            }
            _ => {
                self.typed.edit(event);
            }
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        if self.filtering {
            self.typed.paste(text);
        } else if let Some(decide) = &mut self.decide {
            decide.form.pasted(text);
        }
    }

    fn ask_story(&mut self, record: RecordId, context: &mut Context<'_>) {
        let ticket = context.tell_desk(|ticket| Command::Story(ticket, record));
        self.asked = Some(Asked::Story(ticket));
    }

    fn story_key(&mut self, action: Option<Action>, context: &mut Context<'_>) {
        let Some(record) = self.story.as_ref().map(StoryView::record) else {
            return;
        };
        let is_open = self.is_open(record);
        let Some(view) = &mut self.story else { return };
        match action {
            Some(Action::Back) => self.story = None,
            Some(Action::Settle) if is_open => self.settle(record, context),
            Some(Action::Decide) if is_open => {
                self.decide = Some(DecideForm::new(record));
            }
            Some(Action::Settle | Action::Decide) => {
                view.said = Some("Nothing is open about it: there is nothing to settle.".into());
            }
            Some(Action::Reload) => self.ask_story(record, context),
            other => view.scroll.by(other),
        }
    }

    fn settle(&mut self, record: RecordId, context: &mut Context<'_>) {
        let what = format!("Reading what became of record {record}");
        let wait = context.ask(what, |ticket| Command::Settle(ticket, record));
        self.asked = Some(Asked::Settling(wait.ticket));
        self.wait = Some(wait);
    }

    fn decide_key(&mut self, action: Option<Action>, event: &KeyEvent, context: &mut Context<'_>) {
        let Some(form) = &mut self.decide else { return };
        match action {
            Some(Action::Back) => self.decide = None,
            _ => {
                if let Some((finding, reason)) = form.key(action, event) {
                    let record = form.record;
                    let ticket = context
                        .tell_desk(|ticket| Command::Decide(ticket, record, finding, reason));
                    self.asked = Some(Asked::Settling(ticket));
                }
            }
        }
    }

    /// Takes a page of records.
    pub fn records(&mut self, ticket: Ticket, read: Result<Vec<Record>, String>) {
        let (is_next, limit) = match self.asked {
            Some(Asked::FirstPage(asked, limit)) if asked == ticket => (false, limit),
            Some(Asked::NextPage(asked)) if asked == ticket => (true, PAGE),
            _ => return,
        };
        self.asked = None;
        match read {
            Ok(records) => {
                self.has_more = records.len() >= limit as usize;
                let selected = self.selected_record();
                if !is_next {
                    self.records.clear();
                    self.unread = None;
                }
                self.records.extend(records);
                self.select(selected);
            }
            Err(fault) if self.records.is_empty() => self.unread = Some(sentence(&fault)),
            Err(fault) => self.fault = Some(sentence(&fault)),
        }
    }

    /// Takes a record with what belongs to it.
    pub fn story(&mut self, ticket: Ticket, read: Result<Box<Story>, String>) {
        match self.asked {
            Some(Asked::Story(asked)) if asked == ticket => self.asked = None,
            _ => return,
        }
        match read {
            Ok(story) => {
                let said = self.story.take().and_then(|view| view.said);
                self.story = Some(StoryView::new(*story, said));
            }
            Err(fault) => self.fault = Some(sentence(&fault)),
        }
    }

    /// Takes what one more reading says. Returns whether it is shown here.
    pub fn looked(&mut self, look: &Look) -> bool {
        match &mut self.story {
            Some(view) if view.record() == look.record => {
                view.said = Some(of_look(look));
                true
            }
            _ if matches!(self.asked, Some(Asked::Settling(_))) => {
                self.fault = Some(of_look(look));
                true
            }
            _ => false,
        }
    }

    /// Takes the end of settling: what is shown is read again.
    pub fn settled(
        &mut self,
        ticket: Ticket,
        record: RecordId,
        settled: Result<(), String>,
        context: &mut Context<'_>,
    ) {
        match self.asked {
            Some(Asked::Settling(asked)) if asked == ticket => self.asked = None,
            _ => return,
        }
        self.wait = None;
        match settled {
            Ok(()) => {
                self.decide = None;
                if self.story.is_some() {
                    self.ask_story(record, context);
                } else {
                    self.read(context);
                }
            }
            Err(fault) => {
                let fault = sentence(&fault);
                match (&mut self.decide, &mut self.story) {
                    (Some(form), _) => form.fault = Some(fault),
                    (None, Some(view)) => view.said = Some(fault),
                    (None, None) => self.fault = Some(fault),
                }
            }
        }
    }

    fn waits_since(&self) -> Option<(&Wait, Instant)> {
        self.wait.as_ref().map(|wait| (wait, wait.since))
    }
}
