//! What the desk and the loop answer, taken to the screens that wait for it or told below the one in
//! front. Nothing is asked here but what an answer leads to.

use super::App;
use super::tab::Tab;
use super::words;
use crate::console::message::{Effect, Message};
use crate::console::notices::Reason;
use crate::console::screens::{Heard, sentence};
use crate::dcms::Outcome;
use crate::desk::{Event, Observation, OpenNow, Ticket, Verdict, Written};

impl App {
    /// Takes an answer to the screen that waits for it. One that nobody waits for is dropped, but a write's
    /// outcome never is.
    pub(super) fn answered(&mut self, answer: Message) {
        let before = self.errors();
        self.hand_over(answer);
        for (error, before) in self.errors().into_iter().zip(before) {
            // The messages screen keeps it for later.
            if let Some(error) = error.filter(|error| before.as_ref() != Some(error)) {
                self.cx.notices.keep(error);
            }
        }
    }

    fn hand_over(&mut self, answer: Message) {
        let ticket = answer.ticket();
        let waits = |ticket: Ticket| self.tabs.screens().any(|one| one.waits_for(ticket));
        let is_write = matches!(answer, Message::Desk(Event::Written(..)));
        if ticket.is_some_and(|ticket| !waits(ticket)) && !is_write {
            return;
        }
        let is_in_front = ticket.is_some_and(|ticket| self.below().waits_for(ticket));
        let is_shown = self.follow(&answer);
        if let Message::Desk(event) = &answer {
            match event {
                Event::Written(_, written) => self.written(written, is_in_front),
                Event::Observed(observation) => self.observed(observation, is_shown),
                Event::Open(open) => self.take_open(open),
                Event::Recording(told) => self.take_recording(told),
                Event::Central(delivery) => self.cx.journal.delivery = delivery.clone(),
                // For the panic's message to be seen, the terminal was given back.
                Event::Crashed => self.cx.effects.push(Effect::Retake),
                // The screen that asked takes it. Only a run of many asks for histories, and only a verb
                // names the record of what it has not told yet. An outcome that nobody waits for is shown with
                // what was read.
                Event::Found(..)
                | Event::Named(..)
                | Event::ReadAgain(..)
                | Event::OrderRead(..)
                | Event::Answered(..)
                | Event::Records(..)
                | Event::Bank(..)
                | Event::RecordThread(..)
                | Event::Settled(..)
                | Event::ReadForGone(..)
                | Event::SettledForGone(..)
                | Event::Ended(..)
                | Event::Day(..)
                | Event::Histories(..)
                | Event::PendingWrite(_) => {}
            }
        }
        let Some(ticket) = ticket else { return };
        let mut tabs = self.tabs.each_mut();
        if let Some((name, screen)) =
            tabs.find_map(|(name, tab)| Some((name, tab.waiting_for(ticket)?)))
        {
            let go = screen.answer(answer, &mut self.cx);
            drop(tabs);
            self.go(go, name);
        }
    }

    /// Lets every screen see an answer. Returns whether the one in front shows what it says.
    fn follow(&mut self, answer: &Message) -> bool {
        let mut is_shown = false;
        for (name, tab) in self.tabs.each_mut() {
            is_shown |= tab.follow(answer, name == self.front, &mut self.cx);
        }
        let popup = self.popup.as_mut();
        if popup.map(|popup| popup.follow(answer, &mut self.cx)) == Some(Heard::Over) {
            self.popup = None;
        }
        is_shown
    }

    /// Says what one more reading shows, if no screen does and it is news.
    fn observed(&mut self, observation: &Observation, is_shown: bool) {
        // Anybody may stand before a locked screen; the count in the top line says enough.
        if is_shown {
            self.cx.notices.keep(observation.in_words());
        } else if observation.verdict != Verdict::Open && !self.idle.is_locked() {
            self.cx.notices.say(observation.in_words());
        }
    }

    fn take_open(&mut self, open: &Result<OpenNow, String>) {
        let (journal, about) = (&mut self.cx.journal, &self.cx.about);
        match open {
            Ok(open) => {
                journal.error = None;
                journal.gap = open.gap.as_deref().map(sentence);
                let writes = open.writes.iter().cloned();
                (journal.open, journal.open_of_others) =
                    writes.partition(|open| about.may_see(&open.intent));
            }
            Err(error) => journal.error = Some(sentence(error)),
        }
    }

    fn take_recording(&mut self, told: &Result<(), String>) {
        let unrecorded = told.as_ref().err().map(|why| sentence(why));
        match &unrecorded {
            Some(why) => self
                .cx
                .notices
                .say_while(Reason::Recording, words::not_recorded(&why)),
            None => self.cx.notices.over(Reason::Recording),
        }
        self.cx.journal.unrecorded = unrecorded;
    }

    /// Says a write's end where its screen was left.
    fn written(&mut self, written: &Written, is_in_front: bool) {
        if let (Outcome::Done(_), Some(kit), true) = (
            &written.outcome,
            written.target.kit_no(),
            written.write.brings_kits(),
        ) {
            // The kit has been replaced: what was asked for it is no draft any more.
            self.cx.drafts.retain(|(_, of), _| of.kit_no() != Some(kit));
        }
        let unseen = written.in_short();
        if is_in_front {
            self.cx.notices.keep(unseen);
        } else {
            self.cx.notices.say(unseen);
        }
    }

    /// What the screens say is wrong: those at the root of a tab, and the topmost of those over them.
    fn errors(&self) -> Vec<Option<String>> {
        let roots = self.tabs.each().map(|(_, tab)| tab.root.error());
        let tabs = self.tabs.each().rev();
        let mut layers = tabs.flat_map(|(_, tab): (_, &Tab)| tab.layers.iter().rev());
        let topmost = layers.find_map(|layer| layer.error());
        let all = roots.chain([topmost]);
        all.map(|error| error.map(str::to_owned)).collect()
    }
}
