//! What became of a write: waiting for it, then one of four words, and what was read afterwards.

mod draw;
mod words;

use std::path::PathBuf;

use crossterm::event::KeyEvent;

use words::{End, kit_row};

use super::{Context, Go, sentence};
use crate::console::keymap::{Action, Place};
use crate::console::message::{About, Effect, Wait};
use crate::console::widgets::entry::Entry;
use crate::dcms::{Kit, KitNo, OrderId, Outcome, Text};
use crate::desk::sentences::{
    after_pin, against_cancellation, against_upgrade, of_cancellation, of_look, of_upgrade,
};
use crate::desk::{
    AfterCancel, AfterPin, AfterUpgrade, Kept, KitsBefore, Look, Reading, Slip, Ticket,
};
use crate::journal::Write;
use crate::pin::MaskedPan;

/// A write's end, or the wait for it.
pub struct OutcomeScreen {
    ticket: Ticket,
    /// What was sent.
    about: Subject,
    state: State,
    slip: Option<SlipLine>,
    /// What became of the slip.
    said: Option<String>,
}

/// What a write was about, for its slip and for what is read afterwards.
pub struct Subject {
    /// Which call.
    pub write: Write,
    /// The card, masked.
    pub card: Option<MaskedPan>,
    /// The kit.
    pub kit: Option<KitNo>,
    /// The order.
    pub order: Option<OrderId>,
    /// Its branch.
    pub branch: Option<String>,
    /// The kits that the customer had before: what is not among them has come since.
    pub known: KitsBefore,
}

enum State {
    Waiting(Wait),
    Ended(Box<End>),
}

/// The file for the slip, while it is being named or written.
struct SlipLine {
    name: Entry,
    writing: Option<Ticket>,
}

impl OutcomeScreen {
    /// Waits for a write's end.
    #[must_use]
    pub fn new(wait: Wait, about: Subject) -> Self {
        Self {
            ticket: wait.ticket,
            about,
            state: State::Waiting(wait),
            slip: None,
            said: None,
        }
    }

    fn is_order(&self) -> bool {
        self.about.write == Write::CancelOrder
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
        match (&self.state, self.is_order()) {
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
            State::Ended(end) if end.next.is_none() => &["set its PIN"],
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
            State::Ended(end) => end,
        };
        match action {
            // After a refusal the form is there with everything that was typed.
            Some(Action::Back) if end.was_refused => Go::Back,
            Some(Action::Enter | Action::Back) if self.is_order() => Go::ToOrder,
            Some(Action::Enter | Action::Back) => Go::ToList(end.list.clone()),
            Some(Action::SetPin) => match &end.next {
                Some(kit) => Go::SetPin(Box::new(kit.clone())),
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
        let State::Ended(end) = &self.state else {
            return None;
        };
        let outcome = match end.settled {
            Some(settled) => format!("{}, {settled}", end.word),
            None => end.word.to_owned(),
        };
        let branch = self.about.branch.clone();
        Some(Slip {
            what: match self.about.write {
                Write::Upgrade => "Upgrade of a card",
                Write::SetPin => "Setting of a PIN",
                Write::CancelOrder => "Cancellation of a card order",
            },
            at: end.at,
            tenant: about.tenant.clone(),
            environment: about.environment.word(),
            branch: branch.or_else(|| about.branch.as_ref().map(ToString::to_string)),
            operator: about.operator.clone(),
            card: self.about.card.clone(),
            kit: self.about.kit.clone(),
            new_kits: end.new_kits.clone(),
            order: self.about.order.clone(),
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

    /// Takes an upgrade's end.
    pub fn upgraded(&mut self, after: &AfterUpgrade) {
        let old = &after.request.kit;
        let what = format!("The upgrade of kit {old}");
        let mut end = End::of(&after.outcome, &what, &after.kept);
        let named: &[Kit] = match &after.outcome {
            Outcome::Done(kits) => kits,
            _ => &[],
        };
        let first = named.first().map(|kit| kit.kit_no.clone());
        end.list = first.or_else(|| Some(old.clone()));
        match &after.reading {
            Ok(kits) => {
                end.take_kits(kits, old, &self.about.known, named, after.kept.verdict);
                let is_there = |new: &&Kit| kits.iter().any(|kit| kit.kit_no == new.kit_no);
                let against = match after.outcome {
                    Outcome::Done(_) => against_upgrade(kits, old, &self.about.known),
                    _ => None,
                };
                if let Some(against) = against {
                    end.speaks_against(against);
                } else if kits.unread == 0 && named.iter().any(|new| !is_there(&new)) {
                    end.sentences.push(
                        "The new kit is not in the customer's list yet: read it again in a moment."
                            .into(),
                    );
                }
                if matches!(after.outcome, Outcome::Unknown(_)) {
                    let said = of_upgrade(kits, old, &self.about.known, after.kept.verdict);
                    end.take_verdict(said, &after.kept);
                }
            }
            Err(fault) => end.unread(&after.outcome, fault),
        }
        self.state = State::Ended(Box::new(end));
    }

    /// Takes the end of setting a PIN.
    pub fn pin_set(&mut self, after: &AfterPin) {
        let what = format!("Setting the PIN of kit {}", after.kit);
        let mut end = End::of(&after.outcome, &what, &after.kept);
        end.list = Some(after.kit.clone());
        end.sentences
            .extend(after_pin(&after.outcome).map(str::to_owned));
        match &after.reading {
            Ok(kits) => {
                if let Some(kit) = kits.iter().find(|kit| kit.kit_no == after.kit) {
                    end.read.push(kit_row("kit", kit));
                }
            }
            Err(fault) => end.unread(&after.outcome, fault),
        }
        self.state = State::Ended(Box::new(end));
    }

    /// Takes a cancellation's end.
    pub fn cancelled(&mut self, after: &AfterCancel) {
        let what = format!("The cancellation of order {}", after.request.order);
        let mut end = End::of(&after.outcome, &what, &after.kept);
        if let Outcome::Done(words) = &after.outcome {
            end.sentences
                .push(format!("The DCMS says: {}", sentence(&Text::shown(words))));
        }
        match &after.reading {
            Ok(order) => {
                end.take_order(order);
                if let (Outcome::Done(_), Some(against)) =
                    (&after.outcome, against_cancellation(order))
                {
                    end.speaks_against(against);
                }
                if matches!(after.outcome, Outcome::Unknown(_)) {
                    let said = of_cancellation(order, after.kept.verdict);
                    end.take_verdict(said, &after.kept);
                }
            }
            Err(fault) => end.unread(&after.outcome, fault),
        }
        self.state = State::Ended(Box::new(end));
    }

    /// Takes one more reading, if it is about what is shown here. Returns whether it was.
    pub fn looked(&mut self, look: &Look) -> bool {
        let State::Ended(end) = &mut self.state else {
            return false;
        };
        if end.record != Some(look.record) {
            return false;
        }
        let said = match &look.reading {
            Ok(Reading::Kits(kits)) => match &self.about.kit {
                Some(kit) => {
                    end.take_kits(kits, kit, &self.about.known, &[], Some(look.verdict));
                    of_upgrade(kits, kit, &self.about.known, Some(look.verdict))
                }
                None => of_look(look),
            },
            Ok(Reading::Order(order)) => {
                end.take_order(order);
                of_cancellation(order, Some(look.verdict))
            }
            Err(_) => of_look(look),
        };
        let kept = Kept {
            verdict: Some(look.verdict),
            next: look.next,
            ..Kept::default()
        };
        end.take_verdict(said, &kept);
        end.found.extend(look.trouble.clone());
        true
    }
}
