//! The outcome of a write: the wait for it, then one of four words, and what was read afterwards.

mod draw;
mod words;

use std::path::PathBuf;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use words::End;

use super::detail::DetailScreen;
use super::{Cx, Go, Heard, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::message::{About, Effect, Message, Wait};
use crate::console::widgets::entry::Entry;
use crate::desk::{Event, Receipt, Target, Ticket, Written};

/// A write's end, or the wait for it.
pub struct OutcomeScreen {
    ticket: Ticket,
    /// Whether it is about an order.
    is_order: bool,
    state: State,
    receipt: Option<ReceiptLine>,
    /// Whether the receipt was written, in a sentence.
    said: Option<String>,
}

enum State {
    Waiting(Wait),
    /// What came of it, and how that is said.
    Ended(Box<(Written, End)>),
}

const SENT: &str = "It has been sent and can't be taken back. The result will be shown here.";

/// The file for the receipt, while it is being named or written.
struct ReceiptLine {
    name: Entry,
    writing: Option<Ticket>,
}

impl OutcomeScreen {
    /// Waits for a write's end.
    #[must_use]
    pub fn new(wait: Wait, about: &Target) -> Self {
        Self {
            ticket: wait.ticket,
            is_order: about.order().is_some(),
            state: State::Waiting(wait),
            receipt: None,
            said: None,
        }
    }

    fn name_receipt(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) {
        let Some(line) = &mut self.receipt else {
            return;
        };
        match action {
            Some(Action::Back) => self.receipt = None,
            Some(Action::Enter) if line.name.value().trim().is_empty() => {
                self.said = Some("Type the name of a file first.".into());
            }
            Some(Action::Enter) => {
                let path = PathBuf::from(line.name.value().trim());
                let ticket = cx.ticket();
                line.writing = Some(ticket);
                if let Some(receipt) = self.receipt_of(&cx.about) {
                    cx.effects
                        .push(Effect::WriteReceipt(ticket, Box::new(receipt), path));
                }
            }
            _ => {
                if line.name.edit(event) {
                    self.said = None;
                }
            }
        }
    }

    fn receipt_of(&self, about: &About) -> Option<Receipt> {
        let State::Ended(ended) = &self.state else {
            return None;
        };
        let (written, end) = &**ended;
        let outcome = match end.settled {
            Some(settled) => format!("{}, {settled}", end.word.title()),
            None => end.word.title().to_owned(),
        };
        let branch = written.branch.as_ref().or(about.branch.as_ref());
        Some(Receipt {
            what: written.kind().words.receipt,
            at: written.kept.at,
            tenant: about.tenant.clone(),
            environment: about.environment.word(),
            branch: branch.map(ToString::to_string),
            operator: about.operator.clone(),
            card: written.card.clone(),
            kit: written.target.kit_no().cloned(),
            new_kits: written.own_kits(),
            order: written.target.order().cloned(),
            record: end.record,
            outcome,
        })
    }
}

impl Screen for OutcomeScreen {
    fn place(&self) -> Place {
        match (&self.state, self.is_order) {
            _ if self.receipt.is_some() => Place::Receipt,
            (State::Waiting(_), _) => Place::Waiting,
            (State::Ended(_), true) => Place::OrderOutcome,
            (State::Ended(_), false) => Place::Outcome,
        }
    }

    fn wait(&self) -> Option<&Wait> {
        match &self.state {
            State::Waiting(wait) => Some(wait),
            State::Ended(_) => None,
        }
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        let receipt = self.receipt.as_ref().and_then(|receipt| receipt.writing);
        self.ticket == ticket || receipt == Some(ticket)
    }

    fn is_sent(&self) -> bool {
        true
    }

    fn why_not(&self, action: Action) -> Option<String> {
        match (&self.state, action) {
            (State::Waiting(_), Action::Back) => Some(SENT.into()),
            (State::Ended(ended), Action::Write(_) | Action::Track) if ended.1.next.is_none() => {
                Some("It doesn't apply to this outcome.".into())
            }
            _ => None,
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.receipt.is_some() {
            self.name_receipt(action, event, cx);
            return Go::Stay;
        }
        let end = match &self.state {
            State::Waiting(_) if action == Some(Action::Back) => return Go::Say(SENT.into()),
            State::Waiting(_) => return Go::Stay,
            State::Ended(ended) => &ended.1,
        };
        match action {
            // After a refusal the form is there with everything that was typed.
            Some(Action::Back) if end.was_refused => Go::Back,
            Some(Action::Enter | Action::Back) => Go::ToRoot(end.list.clone()),
            Some(Action::Write(write)) => match &end.next {
                Some(kit) => Go::Begin(write, Box::new(kit.clone())),
                None => Go::Stay,
            },
            Some(Action::Track) => match &end.next {
                Some(kit) => Go::Push(Box::new(DetailScreen::tracking(kit.clone(), cx))),
                None => Go::Stay,
            },
            Some(Action::Receipt) => {
                let name = match end.record {
                    Some(record) => format!("receipt-{record}.txt"),
                    None => "receipt.txt".to_owned(),
                };
                self.said = None;
                self.receipt = Some(ReceiptLine {
                    name: Entry::of(name),
                    writing: None,
                });
                Go::Stay
            }
            _ => Go::Stay,
        }
    }

    /// Takes the outcome, or the result of writing a receipt.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        match answer {
            Message::Desk(Event::Written(_, written)) => {
                let end = End::from_written(&written);
                self.state = State::Ended(Box::new((*written, end)));
            }
            Message::ReceiptWritten(_, Ok(path)) => {
                self.receipt = None;
                self.said = Some(format!("The receipt is in {}.", path.display()));
            }
            // The name stays, to be changed.
            Message::ReceiptWritten(_, Err(sentence)) => {
                self.said = Some(sentence);
                if let Some(line) = &mut self.receipt {
                    line.writing = None;
                }
            }
            _ => {}
        }
        Go::Stay
    }

    /// Takes one more reading, if it is about what is shown here.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let (State::Ended(ended), Message::Desk(Event::Observed(observation))) =
            (&mut self.state, answer)
        else {
            return Heard::Nothing;
        };
        let (written, end) = &mut **ended;
        if !written.follow(observation) {
            return Heard::Nothing;
        }
        *end = End::from_written(written);
        Heard::Shown
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        match &self.state {
            State::Waiting(wait) => draw::draw_wait(frame, area, wait, view),
            State::Ended(ended) => self.draw_end(frame, area, &ended.1, view.theme),
        }
    }
}
