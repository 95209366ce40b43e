//! What the desk answers, taken to the screens that wait for it or told below the one in front.
//! Nothing is asked here but what an answer leads to.

use std::time::Instant;

use super::app::{App, Tab};
use super::message::Effect;
use super::notices::Reason;
use super::screens::popup::Popup;
use super::screens::{Context, Go, Layer, detail, sentence};
use crate::dcms::{Outcome, ReadFault};
use crate::desk::sentences::of_look;
use crate::desk::{Event, Found, Look, OpenNow, Reading, Ticket, Verdict, Written};

impl App {
    /// Takes an answer of the desk's to the screen that waits for it. One that nobody waits for is
    /// dropped, but a write's outcome never is.
    pub(super) fn answered(&mut self, event: Event, now: Instant, effects: &mut Vec<Effect>) {
        match event {
            Event::Found(ticket, found) => self.found(ticket, found, now, effects),
            Event::Named(ticket, entity, customer) => self.find.named(ticket, &entity, customer),
            Event::OrderRead(ticket, order) => {
                let go = self.orders.read(ticket, order);
                self.go(go, Tab::Orders, now, effects);
            }
            Event::Tracked(ticket, shipments) => {
                for layer in &mut self.kit_layers {
                    if let Layer::Detail(screen) = layer {
                        detail::tracked(screen, ticket, &shipments);
                    }
                }
            }
            Event::KitsAgain(ticket, kits) => {
                if let (Ok(kits), Some(Layer::Checking(_) | Layer::Upgrade(_) | Layer::Pin(_))) =
                    (&kits, self.kit_layers.last())
                {
                    self.find.refresh(kits);
                }
                let go = match self.kit_layers.last_mut() {
                    Some(Layer::Checking(screen)) => screen.read_again(ticket, &kits),
                    Some(Layer::Upgrade(screen)) => screen.read_again(ticket, kits),
                    Some(Layer::Pin(screen)) => screen.read_again(ticket, kits),
                    // The form that asked has been left.
                    _ => Go::Stay,
                };
                self.go(go, Tab::Kits, now, effects);
            }
            Event::Written(ticket, written) => self.written(ticket, *written),
            Event::Looked(look) => self.looked(&look),
            Event::Open(open) => self.take_open(open, now, effects),
            Event::Records(ticket, records) => self.journal.records(ticket, records),
            Event::Story(ticket, story) => self.journal.story(ticket, story),
            // Only a run of many asks that.
            // And only a verb names the record of what it has not told yet.
            Event::Past(..) | Event::Begun(_) => {}
            Event::Recording(told) => {
                self.unrecorded = told.err().map(|why| sentence(&why));
                match &self.unrecorded {
                    Some(why) => self.notices.say_while(
                        Reason::Recording,
                        format!("What was done could not be recorded: {why}"),
                    ),
                    None => self.notices.over(Reason::Recording),
                }
            }
            Event::Settled(ticket, record, settled) => {
                let mut context = Context {
                    about: &self.about,
                    now,
                    last_ticket: &mut self.last_ticket,
                    effects,
                };
                self.journal.settled(ticket, record, settled, &mut context);
            }
        }
    }

    fn found(
        &mut self,
        ticket: Ticket,
        found: Result<Found, ReadFault>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let mut context = Context {
            about: &self.about,
            now,
            last_ticket: &mut self.last_ticket,
            effects,
        };
        self.find.found(ticket, found, &mut context);
    }

    /// Shows what one more reading says where it is waited for, and else in a notice, if it is news.
    fn looked(&mut self, look: &Look) {
        if let Ok(Reading::Kits(kits)) = &look.reading {
            self.find.refresh(kits);
        }
        let mut is_shown = self.tab == Tab::Journal && self.journal.looked(look);
        let in_front = self.top().map(std::ptr::from_ref);
        for layer in self.kit_layers.iter_mut().chain(&mut self.order_layers) {
            let is_in_front = in_front == Some(std::ptr::from_ref(layer));
            if let Layer::Outcome(screen) = layer
                && screen.looked(look)
            {
                is_shown |= is_in_front;
            }
        }
        // Anybody may stand before a locked screen; the count in the top line says enough.
        if is_shown {
            self.notices.keep(of_look(look));
        } else if look.verdict != Verdict::Open && !self.idle.is_locked() {
            self.notices.say(of_look(look));
        }
    }

    fn take_open(
        &mut self,
        open: Result<OpenNow, String>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        match open {
            Ok(open) => {
                self.journal_fault = None;
                self.gap = open.gap.as_deref().map(sentence);
                self.journal.set_open(open.writes.clone());
                if self.tab == Tab::Journal && self.open != open.writes {
                    let mut context = Context {
                        about: &self.about,
                        now,
                        last_ticket: &mut self.last_ticket,
                        effects,
                    };
                    self.journal.follow(&mut context);
                }
                self.open = open.writes;
            }
            Err(fault) => self.journal_fault = Some(sentence(&fault)),
        }
    }

    /// Shows a write's end where it is waited for, and in a notice where its screen was left.
    fn written(&mut self, ticket: Ticket, written: Written) {
        if let Some(kits) = written.kits() {
            self.find.refresh(kits);
        }
        self.orders.ended(&written);
        if let (Outcome::Done(_), Some(kit), true) = (
            &written.outcome,
            written.target.kit_no(),
            written.write.brings_kits(),
        ) {
            // The kit has been replaced: what was asked for it is no draft any more.
            self.drafts.remove(kit);
            self.kit_layers
                .retain(|layer| !matches!(layer, Layer::Upgrade(form) if &form.kit.kit_no == kit));
        }
        for layer in &mut self.kit_layers {
            match layer {
                Layer::Upgrade(form) => form.ended(&written),
                Layer::Pin(form) => form.ended(&written),
                Layer::Detail(_) | Layer::Checking(_) | Layer::Review(_) | Layer::Outcome(_) => {}
            }
        }
        if matches!(self.popup, Some(Popup::End)) {
            self.popup = None;
        }
        let is_in_front =
            matches!(self.top(), Some(Layer::Outcome(screen)) if screen.waits_for(ticket));
        let unseen = written.in_short();
        let layers = self.kit_layers.iter_mut().chain(&mut self.order_layers);
        let mut screens = layers.filter_map(|layer| match layer {
            Layer::Outcome(screen) if screen.waits_for(ticket) => Some(screen),
            _ => None,
        });
        if let Some(screen) = screens.next() {
            screen.ended(written);
        }
        if is_in_front {
            self.notices.keep(unseen);
        } else {
            self.notices.say(unseen);
        }
    }

    /// What the screens say is wrong, one place for each.
    pub(super) fn faults(&self) -> [Option<&str>; 4] {
        let layers = self.kit_layers.iter().chain(&self.order_layers);
        [
            self.find.fault.as_deref(),
            self.orders.fault.as_deref(),
            self.journal.said(),
            layers.rev().find_map(Layer::fault),
        ]
    }

    /// Keeps what an answer made the screens say, for whoever asks later what was wrong.
    pub(super) fn keep_new_faults(&mut self, before: &[Option<String>]) {
        let now = self.faults().map(|fault| fault.map(str::to_owned));
        for (fault, before) in now.into_iter().zip(before) {
            if let Some(fault) = fault.filter(|fault| before.as_ref() != Some(fault)) {
                self.notices.keep(fault);
            }
        }
    }
}
