//! The outcome of a write: the wait for it, then one of four words, and what was read afterwards.

mod draw;
mod end;
mod words;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use end::End;

use super::detail::DetailScreen;
use super::receipt::ReceiptScreen;
use super::{Cx, Go, Heard, Screen, View};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::dcms::Word;
use crate::desk::{Event, Target, Ticket, Written};

/// A write's end, or the wait for it.
pub struct OutcomeScreen {
    ticket: Ticket,
    /// Whether it is about an order.
    is_order: bool,
    state: State,
}

enum State {
    Waiting(Wait),
    /// It has its outcome, and is being read.
    Reading(Wait, Word, String),
    /// What came of it, and how that is said.
    Ended(Box<(Written, End)>),
}

impl OutcomeScreen {
    /// Waits for a write's end.
    #[must_use]
    pub fn new(wait: Wait, about: &Target) -> Self {
        Self {
            ticket: wait.ticket,
            is_order: about.order().is_some(),
            state: State::Waiting(wait),
        }
    }
}

impl OutcomeScreen {
    /// What can be done next, by key.
    fn steps(&self, cx: &Cx) -> Vec<draw::Step> {
        let place = self.place();
        let offered = cx.keymap.shown_in(cx.here(place)).filter(|binding| {
            let is_step = matches!(
                binding.action,
                Action::Write(_) | Action::Track | Action::Receipt | Action::Enter
            );
            is_step && self.why_not(binding.action).is_none()
        });
        let named = offered.filter_map(|binding| {
            let key = binding.keys_in(place).next()?;
            Some((key.to_string(), binding.says))
        });
        named.collect()
    }
}

impl Screen for OutcomeScreen {
    fn place(&self) -> Place {
        match (&self.state, self.is_order) {
            (State::Waiting(_) | State::Reading(..), _) => Place::Waiting,
            (State::Ended(_), true) => Place::OrderOutcome,
            (State::Ended(_), false) => Place::Outcome,
        }
    }

    fn wait(&self) -> Option<&Wait> {
        match &self.state {
            State::Waiting(wait) | State::Reading(wait, ..) => Some(wait),
            State::Ended(_) => None,
        }
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        self.ticket == ticket
    }

    fn is_sent(&self) -> bool {
        true
    }

    fn why_not(&self, action: Action) -> Option<String> {
        match (&self.state, action) {
            (State::Waiting(_), Action::Back) => Some(words::CANT_BE_LEFT.into()),
            (State::Reading(..), Action::Back) => Some(words::BEING_READ.into()),
            (State::Ended(ended), Action::Write(_) | Action::Track)
                if ended.1.kit_for(action).is_none() =>
            {
                Some(words::NOT_FOR_THIS.into())
            }
            (State::Ended(ended), Action::Receipt) if ended.1.record.is_none() => {
                Some(words::NO_RECEIPT.into())
            }
            _ => None,
        }
    }

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        let end = match &self.state {
            State::Waiting(_) if action == Some(Action::Back) => {
                return Go::Say(words::CANT_BE_LEFT.into());
            }
            State::Reading(..) if action == Some(Action::Back) => {
                return Go::Say(words::BEING_READ.into());
            }
            State::Waiting(_) | State::Reading(..) => return Go::Stay,
            State::Ended(ended) => &ended.1,
        };
        match action {
            // After a refusal the form is there with everything that was typed.
            Some(Action::Back) if end.was_refused => Go::Back,
            Some(Action::Enter | Action::Back) => Go::ToRoot(end.list.clone()),
            Some(action @ Action::Write(write)) => match end.kit_for(action) {
                Some(kit) => Go::Begin(write.into(), Box::new(kit.clone())),
                None => Go::Stay,
            },
            Some(action @ Action::Track) => match end.kit_for(action) {
                Some(kit) => Go::Push(Box::new(DetailScreen::tracking(kit.clone(), cx))),
                None => Go::Stay,
            },
            Some(Action::Receipt) => match end.record {
                Some(record) => Go::Push(Box::new(ReceiptScreen::new(record, cx))),
                None => Go::Say(words::NO_RECEIPT.into()),
            },
            _ => Go::Stay,
        }
    }

    /// Takes the outcome.
    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        match answer {
            Message::Desk(Event::Ended(ticket, word, said)) => {
                self.state = State::Reading(cx.reading_after(ticket), word, said);
            }
            Message::Desk(Event::Written(_, written)) => {
                let end = End::from_written(&written);
                self.state = State::Ended(Box::new((*written, end)));
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
            State::Reading(wait, word, said) => {
                draw::draw_reading(frame, area, (*word, said), wait, view);
            }
            State::Ended(ended) => {
                let steps = self.steps(view.cx);
                draw::draw_end(frame, area, (&ended.1, &steps), view.theme);
            }
        }
    }
}
