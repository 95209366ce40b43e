//! Real cards: the first write of a session waits until the tenant's name was typed.

use std::time::Instant;

use crossterm::event::KeyEvent;

use super::app::{App, Tab};
use super::keymap::Action;
use super::message::Effect;
use super::screens::Go;
use super::screens::popup::Popup;
use super::screens::tenant::{Answer, Begun, TenantQuestion};
use crate::config::Environment;
use crate::desk::Command;
use crate::journal::{Note, NoteKind, Subject, Write};

impl App {
    /// Whether a write may be begun. Asks for the tenant where that is still to be typed.
    pub(super) fn may_begin(&mut self, begun: Begun) -> bool {
        if self.about.environment != Environment::Live || self.tenant_typed {
            return true;
        }
        let question = TenantQuestion::new(self.about.tenant.clone(), begun);
        self.popup = Some(Popup::Tenant(Box::new(question)));
        false
    }

    /// Takes what became of the question.
    pub(super) fn tenant(
        &mut self,
        answer: Answer,
        event: &KeyEvent,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        match answer {
            Answer::None => {}
            Answer::Left => self.popup = None,
            Answer::Wrong => self.note_wrong_tenant(effects),
            Answer::Right(begun) => {
                self.popup = None;
                self.tenant_typed = true;
                match begun {
                    Begun::Upgrade(kit) => self.go(Go::Upgrade(kit), Tab::Kits, now, effects),
                    Begun::SetPin(kit) => self.go(Go::SetPin(kit), Tab::Kits, now, effects),
                    Begun::Cancel => self.act(Action::CancelOrder, event, now, effects),
                }
            }
        }
    }

    fn note_wrong_tenant(&self, effects: &mut Vec<Effect>) {
        let Some(Popup::Tenant(question)) = &self.popup else {
            return;
        };
        let of = |kit: &crate::dcms::Kit| Subject {
            entity: kit.entity.clone(),
            kit: Some(kit.kit_no.clone()),
            ..Subject::default()
        };
        let (write, subject) = match question.begun() {
            Begun::Upgrade(kit) => (Write::Upgrade, of(kit)),
            Begun::SetPin(kit) => (Write::SetPin, of(kit)),
            Begun::Cancel => (Write::CancelOrder, Subject::default()),
        };
        let note = Note {
            message: Some("another tenant was typed".to_owned()),
            ..Note::new(NoteKind::FailedTry, write, subject).answered()
        };
        effects.push(Effect::Ask(Command::Note(Box::new(note))));
    }
}
