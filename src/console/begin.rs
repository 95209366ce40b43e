//! What is begun with a kit: the form of an upgrade or a PIN, or the sentence that says why not.
//! Nothing is sent here.

use std::time::Instant;

use super::app::App;
use super::keymap::Action;
use super::message::Effect;
use super::notices::Reason;
use super::screens::tenant::Begun;
use super::screens::upgrade::{CardOffers, UpgradeScreen};
use super::screens::{Context, Layer, pin, sentence};
use crate::dcms::Kit;
use crate::desk::{Command, checks};
use crate::journal::{Note, NoteKind, OpenWrite, State, Subject, Write};

impl App {
    pub(super) fn open_upgrade(&mut self, kit: &Kit, effects: &mut Vec<Effect>) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = self.may_upgrade(kit) {
            let subject = Subject::kit(entity, kit.kit_no.clone());
            return self.refuse(Write::Upgrade, subject, why, effects);
        }
        if !self.may_begin(Begun::Upgrade(Box::new(kit.clone()))) {
            return;
        }
        let offers = CardOffers::of(&self.about, self.find.all_kits());
        let screen = match self.drafts.remove(&kit.kit_no) {
            Some(draft) => {
                let anew = self.keymap.named(Action::StartOver);
                draft.on(kit.clone(), offers, &anew)
            }
            None => UpgradeScreen::new(entity, kit.clone(), offers),
        };
        self.kit_layers.push(Layer::Upgrade(Box::new(screen)));
    }

    /// Whether an upgrade can be asked for: of an ACTIVE card, with no open write in the way.
    pub(super) fn may_upgrade(&self, kit: &Kit) -> Result<(), String> {
        checks::may_upgrade(kit)?;
        self.may_write(Write::Upgrade, |open| {
            open.kit.as_ref() == Some(&kit.kit_no)
        })
    }

    /// Whether a PIN can be set for a kit here, with no open write in the way.
    pub(super) fn may_set_pin(&self, kit: &Kit) -> Result<(), String> {
        pin::may_set(&self.about, kit)?;
        self.may_write(Write::SetPin, |open| open.kit.as_ref() == Some(&kit.kit_no))
    }

    /// Whether the order that is shown can be cancelled, with no open write in the way.
    pub(super) fn may_cancel(&self) -> Result<(), String> {
        if let Some(why) = self.orders.why_not() {
            return Err(why);
        }
        let order = self.orders.subject().order;
        self.may_write(Write::CancelOrder, |open| open.order == order)
    }

    /// The journal would hold the write back after it was confirmed: this says so before.
    fn may_write(&self, write: Write, is_about: impl Fn(&Subject) -> bool) -> Result<(), String> {
        let is_in_the_way = |open: &&OpenWrite| {
            let (intent, about) = (&open.intent, &self.about);
            open.forbids(write)
                && is_about(&intent.subject)
                && intent.place.environment == about.environment
                && intent.place.tenant.as_str() == about.tenant
        };
        match self.open.iter().find(is_in_the_way) {
            Some(open) => Err(sentence(&match open.state {
                State::UnderWay => format!("{open}"),
                State::Unknown | State::Abandoned => format!(
                    "{}{} is open (record {}). Settle it first: {}.",
                    open.of(),
                    open.noun(),
                    open.intent.id,
                    self.keymap.named(Action::Journal)
                ),
            })),
            None => Ok(()),
        }
    }

    /// Says why something is not begun, here and in the journal.
    pub(super) fn refuse(
        &mut self,
        write: Write,
        subject: Subject,
        why: String,
        effects: &mut Vec<Effect>,
    ) {
        let note = Note {
            message: Some(why.clone()),
            ..Note::new(NoteKind::Refusal, write, subject).answered()
        };
        effects.push(Effect::Ask(Command::Note(Box::new(note))));
        self.notices.answer(why);
    }

    pub(super) fn open_pin(&mut self, kit: Kit, now: Instant, effects: &mut Vec<Effect>) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = self.may_set_pin(&kit) {
            let subject = Subject::kit(entity, kit.kit_no.clone());
            return self.refuse(Write::SetPin, subject, why, effects);
        }
        if !self.may_begin(Begun::SetPin(Box::new(kit.clone()))) {
            return;
        }
        let mut context = Context {
            about: &self.about,
            now,
            last_ticket: &mut self.last_ticket,
            effects,
        };
        let screen = pin::PinScreen::new(entity, kit, &mut context);
        if matches!(self.kit_layers.last(), Some(Layer::Outcome(_))) {
            self.kit_layers.clear();
        }
        self.kit_layers.push(Layer::Pin(Box::new(screen)));
        // Whether it still holds is looked at again now.
        self.notices.over(Reason::Seat);
    }
}
