//! What became of a write: waiting for it, then one of four words, and what was read afterwards.

mod draw;
mod words;

use std::path::PathBuf;

use crossterm::event::KeyEvent;

use words::End;

use super::{Context, Go};
use crate::console::keymap::{Action, Place};
use crate::console::message::{About, Effect, Wait};
use crate::console::widgets::entry::Entry;
use crate::desk::{Look, Slip, Target, Ticket, Written};

/// A write's end, or the wait for it.
pub struct OutcomeScreen {
    ticket: Ticket,
    /// Whether it is about an order.
    is_order: bool,
    state: State,
    slip: Option<SlipLine>,
    /// What became of the slip.
    said: Option<String>,
}

enum State {
    Waiting(Wait),
    /// What came of it, and how that is said.
    Ended(Box<(Written, End)>),
}

/// The file for the slip, while it is being named or written.
struct SlipLine {
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
            slip: None,
            said: None,
        }
    }

    /// Whether the end under this ticket belongs here.
    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    /// What is waited for.
    #[must_use]
    pub fn wait(&self) -> Option<&Wait> {
        match &self.state {
            State::Waiting(wait) => Some(wait),
            State::Ended(_) => None,
        }
    }

    /// Where the keys go.
    #[must_use]
    pub fn place(&self) -> Place {
        match (&self.state, self.is_order) {
            _ if self.slip.is_some() => Place::Slip,
            (State::Waiting(_), _) => Place::Waiting,
            (State::Ended(_), true) => Place::OrderOutcome,
            (State::Ended(_), false) => Place::Outcome,
        }
    }

    /// Which entries of the key line don't apply.
    #[must_use]
    pub fn hides(&self) -> &'static [&'static str] {
        match &self.state {
            State::Waiting(_) => &["leave"],
            State::Ended(ended) if ended.1.next.is_none() => &["set its PIN"],
            State::Ended(_) => &[],
        }
    }

    /// Takes a key.
    pub fn key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        context: &mut Context<'_>,
    ) -> Go {
        if self.slip.is_some() {
            self.name_slip(action, event, context);
            return Go::Stay;
        }
        let end = match &self.state {
            State::Waiting(_) if action == Some(Action::Back) => {
                return Go::Say(
                    "It has been sent and can't be taken back. What becomes of it is shown here."
                        .into(),
                );
            }
            State::Waiting(_) => return Go::Stay,
            State::Ended(ended) => &ended.1,
        };
        match action {
            // After a refusal the form is there with everything that was typed.
            Some(Action::Back) if end.was_refused => Go::Back,
            Some(Action::Enter | Action::Back) if self.is_order => Go::ToOrder,
            Some(Action::Enter | Action::Back) => Go::ToList(end.list.clone()),
            Some(Action::Write(write)) => match &end.next {
                Some(kit) => Go::Begin(write, Box::new(kit.clone())),
                None => Go::Stay,
            },
            Some(Action::Slip) => {
                let name = match end.record {
                    Some(record) => format!("slip-{record}.txt"),
                    None => "slip.txt".to_owned(),
                };
                self.said = None;
                self.slip = Some(SlipLine {
                    name: Entry::of(name),
                    writing: None,
                });
                Go::Stay
            }
            _ => Go::Stay,
        }
    }

    fn name_slip(&mut self, action: Option<Action>, event: &KeyEvent, context: &mut Context<'_>) {
        let Some(line) = &mut self.slip else { return };
        match action {
            Some(Action::Back) => self.slip = None,
            Some(Action::Enter) if line.name.value().trim().is_empty() => {
                self.said = Some("Type the name of a file first.".into());
            }
            Some(Action::Enter) => {
                let path = PathBuf::from(line.name.value().trim());
                let ticket = context.ticket();
                line.writing = Some(ticket);
                if let Some(slip) = self.slip_of(context.about) {
                    context
                        .effects
                        .push(Effect::WriteSlip(ticket, Box::new(slip), path));
                }
            }
            _ => {
                if line.name.edit(event) {
                    self.said = None;
                }
            }
        }
    }

    fn slip_of(&self, about: &About) -> Option<Slip> {
        let State::Ended(ended) = &self.state else {
            return None;
        };
        let (written, end) = &**ended;
        let outcome = match end.settled {
            Some(settled) => format!("{}, {settled}", end.word),
            None => end.word.to_owned(),
        };
        let branch = written.branch.as_ref().or(about.branch.as_ref());
        Some(Slip {
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

    /// Takes what became of a slip, if it is the one that is waited for here.
    pub fn slip_written(&mut self, ticket: Ticket, written: &Result<PathBuf, String>) {
        let is_ours = |line: &SlipLine| line.writing == Some(ticket);
        if !self.slip.as_ref().is_some_and(is_ours) {
            return;
        }
        match written {
            Ok(path) => {
                self.slip = None;
                self.said = Some(format!("The slip is in {}.", path.display()));
            }
            // The name stays, to be changed.
            Err(sentence) => {
                self.said = Some(sentence.clone());
                if let Some(line) = &mut self.slip {
                    line.writing = None;
                }
            }
        }
    }

    /// Takes the end.
    pub fn ended(&mut self, written: Written) {
        let end = End::from_written(&written);
        self.state = State::Ended(Box::new((written, end)));
    }

    /// Takes one more reading, if it is about what is shown here. Returns whether it was.
    pub fn looked(&mut self, look: &Look) -> bool {
        let State::Ended(ended) = &mut self.state else {
            return false;
        };
        let (written, end) = &mut **ended;
        let is_ours = written.follow(look);
        if is_ours {
            *end = End::from_written(written);
        }
        is_ours
    }
}
