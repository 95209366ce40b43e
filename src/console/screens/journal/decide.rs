//! What a person knows of an open write, and how they know it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::words;
use super::{Cx, Go, Screen, View, below_said, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::Message;
use crate::console::widgets::form::{Choice, Field, Routed, Value};
use crate::console::widgets::form_page::FormPage;
use crate::console::widgets::lines;
use crate::desk::{Command, Event, Ticket};
use crate::journal::{CopyId, Finding, RecordId};

const FINDING: usize = 0;
const REASON: usize = 1;
const FINDINGS: [(&str, Finding); 3] = [
    ("DONE", Finding::Done),
    (words::NOT_DONE, Finding::NotDone),
    ("UNKNOWN", Finding::Unknown),
];

/// What is settled.
pub(super) enum Decided {
    /// A write of this host.
    Own(RecordId),
    /// A write of a host that is gone, by its claim at the central store.
    ForGone(CopyId, String),
}

/// The form, over the record that it settles.
pub(super) struct DecideScreen {
    decided: Decided,
    page: FormPage,
    /// The settling, once it was asked for.
    settling: Option<Ticket>,
}

impl DecideScreen {
    pub(super) fn new(decided: Decided) -> Self {
        let words = FINDINGS.iter().map(|(word, _)| *word).collect();
        let finding = Field::new("outcome", Value::Choice(Choice::optional(words)), "")
            .required()
            .explained(words::FINDING_EXPLAINED);
        let reason = Field::text(words::REASON, words::REASON_HINT)
            .required()
            .explained(words::REASON_EXPLAINED);
        Self {
            decided,
            page: FormPage::new(vec![finding, reason]),
            settling: None,
        }
    }

    /// The decision once it is whole.
    fn decision(&mut self) -> Option<(Finding, String)> {
        let form = &mut self.page.form;
        let chosen = form.fields[FINDING].chosen();
        let finding = chosen.and_then(|place| FINDINGS.get(place));
        let reason = form.fields[REASON].as_text().map(str::to_owned);
        if finding.is_none() {
            form.fields[FINDING].error = Some(words::CHOOSE_FINDING.into());
        }
        if reason.is_none() {
            form.fields[REASON].error = Some(words::SAY_REASON.into());
        }
        if form.go_to_fault() {
            return None;
        }
        Some((finding?.1, reason?))
    }
}

impl Screen for DecideScreen {
    fn place(&self) -> Place {
        Place::Decide
    }

    fn page(&self) -> Option<&FormPage> {
        Some(&self.page)
    }

    fn page_mut(&mut self) -> Option<&mut FormPage> {
        Some(&mut self.page)
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        self.settling == Some(ticket)
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        self.page.error = None;
        match self.page.form.route(action, event) {
            Routed::Back => return Go::Back,
            Routed::GoOn => {
                if let Some((finding, reason)) = self.decision() {
                    let decide = |ticket| match &self.decided {
                        Decided::Own(record) => Command::Decide(ticket, *record, finding, reason),
                        Decided::ForGone(_, claim) => {
                            Command::DecideForGone(ticket, claim.clone(), finding, reason)
                        }
                    };
                    self.settling = Some(cx.tell_desk(decide));
                }
            }
            Routed::Left(_) | Routed::Changed | Routed::Ignored => {}
        }
        Go::Stay
    }

    /// Back to the record, which shows it, or here with the reason why the journal did not take it.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::Settled(_, _, settled) | Event::SettledForGone(_, settled)) =
            answer
        else {
            return Go::Stay;
        };
        self.settling = None;
        match settled {
            Ok(()) => Go::Back,
            Err(error) => {
                self.page.error = Some(sentence(&error));
                Go::Stay
            }
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let body = below_said(frame, area, (None, self.error()), view);
        let title = match &self.decided {
            Decided::Own(record) => words::settle_by_hand(record),
            Decided::ForGone(copy, _) => words::settle_by_hand(copy),
        };
        let inner = lines::panel(frame, body, title, true, view.theme);
        self.page.form.draw(frame, inner, true, view.theme);
    }
}
