//! What is begun with a kit: the form of an upgrade or a PIN, or the sentence that says why not.
//! Nothing is sent here.

use std::time::Instant;

use super::app::App;
use super::keymap::Action;
use super::message::Effect;
use super::notices::Reason;
use super::screens::checking::CheckingScreen;
use super::screens::tenant::Begun;
use super::screens::upgrade::{CardOffers, UpgradeScreen};
use super::screens::{Context, Layer, pin, sentence};
use crate::dcms::{EntityId, Kit};
use crate::desk::operations::{Activate, Reads};
use crate::desk::{Command, Kind};
use crate::journal::{Note, NoteKind, OpenWrite, State, Subject, Write};

impl App {
    /// Begins an operation on a kit: with its form, or where it has none by reading the kit once more.
    pub(super) fn begin(
        &mut self,
        write: Write,
        kit: Kit,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = self.may_begin_on(write, &kit) {
            let subject = Subject::kit(entity, kit.kit_no.clone());
            return self.refuse(write, subject, why, effects);
        }
        if !self.may_begin(Begun::Kit(write, Box::new(kit.clone()))) {
            return;
        }
        let mut context = Context {
            about: &self.about,
            now,
            last_ticket: &mut self.last_ticket,
            effects,
        };
        let layer = match write {
            Write::Upgrade => Layer::Upgrade(Box::new(self.upgrade_form(entity, kit))),
            Write::SetPin => {
                // Whether PINs may be typed here is looked at again now.
                self.notices.over(Reason::Seat);
                Layer::Pin(Box::new(pin::PinScreen::new(entity, kit, &mut context)))
            }
            Write::Activate => {
                let request = Activate {
                    entity: entity.clone(),
                    kit: kit.kit_no.clone(),
                };
                Layer::Checking(Box::new(CheckingScreen::new(
                    request,
                    entity,
                    kit,
                    &mut context,
                )))
            }
            // It is begun where the order is shown.
            Write::CancelOrder => return,
        };
        if matches!(self.kit_layers.last(), Some(Layer::Outcome(_))) {
            self.kit_layers.clear();
        }
        self.kit_layers.push(layer);
    }

    fn upgrade_form(&mut self, entity: EntityId, kit: Kit) -> UpgradeScreen {
        let offers = CardOffers::of(&self.about, self.find.all_kits());
        match self.drafts.remove(&kit.kit_no) {
            Some(draft) => {
                let anew = self.keymap.named(Action::StartOver);
                draft.on(kit, offers, &anew)
            }
            None => UpgradeScreen::new(entity, kit, offers),
        }
    }

    /// Whether an operation on a kit can be begun: in the kit's state, here, and with no open write in the
    /// way.
    pub(super) fn may_begin_on(&self, write: Write, kit: &Kit) -> Result<(), String> {
        match &Kind::from_write(write).reads {
            Reads::Kits(_) if write == Write::SetPin => pin::may_set(&self.about, kit)?,
            Reads::Kits(rule) => (rule.may)(kit)?,
            Reads::Order(_) => return self.may_cancel(),
        }
        self.may_write(write, |open| open.kit.as_ref() == Some(&kit.kit_no))
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
}
