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
use crate::desk::{Command, tries};
use crate::journal::{Subject, Write};

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
                    Begun::Kit(write, kit) => {
                        self.go(Go::Begin(write, kit), Tab::Kits, now, effects);
                    }
                    Begun::Cancel => {
                        self.act(Action::Write(Write::CancelOrder), event, now, effects);
                    }
                }
            }
        }
    }

    fn note_wrong_tenant(&self, effects: &mut Vec<Effect>) {
        let Some(Popup::Tenant(question)) = &self.popup else {
            return;
        };
        let of = |kit: &crate::dcms::Kit| Subject {
            entity: kit.entity.clone().or_else(|| self.find.entity().cloned()),
            kit: Some(kit.kit_no.clone()),
            order: None,
        };
        let (write, subject) = match question.begun() {
            Begun::Kit(write, kit) => (*write, of(kit)),
            Begun::Cancel => (Write::CancelOrder, self.orders.subject()),
        };
        let note = tries::wrong_tenant(write, subject);
        effects.push(Effect::Ask(Command::Note(Box::new(note))));
    }
}
