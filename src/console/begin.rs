//! What is begun with a kit: the form of an upgrade or a PIN, or the sentence that says why not.
//! Nothing is sent here.

use std::time::Instant;

use super::app::App;
use super::keymap::Action;
use super::message::Effect;
use super::notices::Reason;
use super::screens::tenant::Begun;
use super::screens::upgrade::{CardOffers, UpgradeScreen};
use super::screens::{Context, Layer, pin};
use crate::dcms::{EntityId, Kit};
use crate::desk::{Command, checks};
use crate::journal::{Note, NoteKind, OpenWrite, Subject, Write};

impl App {
    pub(super) fn open_upgrade(&mut self, kit: &Kit, effects: &mut Vec<Effect>) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = self.may_upgrade(kit) {
            return self.refuse(Write::Upgrade, entity, kit, why, effects);
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

    /// Whether an upgrade can be asked for: of an ACTIVE card, about which nothing is unsaid.
    pub(super) fn may_upgrade(&self, kit: &Kit) -> Result<(), String> {
        checks::may_upgrade(kit)?;
        let is_open = |open: &&OpenWrite| {
            let (intent, about) = (&open.intent, &self.about);
            intent.operation == Write::Upgrade.into()
                && intent.subject.kit.as_ref() == Some(&kit.kit_no)
                && intent.place.environment == about.environment
                && intent.place.tenant.as_str() == about.tenant
        };
        match self.open.iter().find(is_open) {
            Some(open) => Err(format!(
                "Kit {}: an upgrade is open (record {}). Settle it first: {}.",
                kit.kit_no,
                open.intent.id,
                self.keymap.named(Action::Journal)
            )),
            None => Ok(()),
        }
    }

    /// Says why something is not begun, here and in the journal.
    fn refuse(
        &mut self,
        write: Write,
        entity: EntityId,
        kit: &Kit,
        why: String,
        effects: &mut Vec<Effect>,
    ) {
        let subject = Subject::kit(entity, kit.kit_no.clone());
        let note = Note {
            message: Some(why.clone()),
            ..Note::new(NoteKind::Refusal, write, subject)
        };
        effects.push(Effect::Ask(Command::Note(Box::new(note))));
        self.notices.answer(why);
    }

    pub(super) fn open_pin(&mut self, kit: Kit, now: Instant, effects: &mut Vec<Effect>) {
        let Some(entity) = kit.entity.clone().or_else(|| self.find.entity().cloned()) else {
            return;
        };
        if let Err(why) = pin::may_set(&self.about, &kit) {
            return self.refuse(Write::SetPin, entity, &kit, why, effects);
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
