//! Asking for a customer by what was typed, and taking in what was found.

use super::words;
use super::{Customers, FindScreen};
use crate::console::context::Cx;
use crate::console::screens::{Screen as _, read_error, unconfirmed};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::kits::View as KitsView;
use crate::console::widgets::select::Select;
use crate::dcms::{EntityId, Kit, ReadError, Text};
use crate::desk::sentences::unread;
use crate::desk::{Command, CustomerKits, FindBy, Found, Ticket};

/// The question for a customer's name, which may be answered before the kits are there.
pub(super) struct Naming {
    pub(super) ticket: Ticket,
    entity: EntityId,
    pub(super) name: Option<Text>,
}

impl Naming {
    fn asked(entity: EntityId, cx: &mut Cx) -> Self {
        let ticket = cx.tell_desk(|ticket| Command::Name(ticket, entity.clone()));
        Self {
            ticket,
            entity,
            name: None,
        }
    }
}

impl FindScreen {
    pub(super) fn look_up(&mut self, by: FindBy, cx: &mut Cx) {
        let what = match &by {
            FindBy::Entity(id) => words::looking_up_entity(&unconfirmed(id.as_str())),
            FindBy::Account(no) => words::looking_up_account(&unconfirmed(no.as_str())),
            FindBy::Card(mask) => words::looking_up_card(&mask),
        };
        if self.asked.as_ref() != Some(&by) {
            // Nobody's kits stay on the screen under another customer's id.
            self.customer = None;
            self.picker = None;
        }
        self.asked = Some(by.clone());
        self.error = None;
        self.left_box = true;
        cx.told.clear();
        self.naming = match &by {
            FindBy::Entity(entity) => Some(Naming::asked(entity.clone(), cx)),
            FindBy::Account(_) | FindBy::Card(_) => None,
        };
        self.wait = Some(cx.ask(what, |ticket| Command::Find(ticket, by)));
    }

    /// Takes what a look-up found.
    pub(super) fn found(&mut self, found: Result<Found, ReadError>, cx: &mut Cx) {
        self.wait = None;
        self.picker = None;
        self.filter = Entry::default();
        self.filtering = false;
        match found {
            Ok(Found::One(customer)) => {
                let selected = self.shown().kit.map(|kit| kit.kit_no.clone());
                let known = self.customer.take();
                let known = known.filter(|known| known.entity == customer.entity);
                let mut kit = selected.filter(|_| known.is_some());
                // Read again, the selection stays where the user has put it.
                if let (None, Some(FindBy::Card(mask))) = (&kit, &self.asked) {
                    let is_it =
                        |kit: &&Kit| kit.card.as_ref().is_some_and(|card| card.agrees_with(mask));
                    kit = customer
                        .kits
                        .iter()
                        .find(is_it)
                        .map(|kit| kit.kit_no.clone());
                }
                self.show(customer, known.and_then(|known| known.name), cx);
                self.select
                    .go_to(kit.and_then(|kit| self.row_of(&kit)).unwrap_or(0));
            }
            Ok(Found::Several(none)) if none.is_empty() && none.unread > 0 => {
                let unread = unread(none.unread, "customer").unwrap_or_default();
                self.error = Some(words::only_unread_customers(&unread));
                self.go_to_box();
            }
            Ok(Found::Several(candidates)) if candidates.is_empty() => {
                self.error = Some(words::NO_CUSTOMER.into());
                self.go_to_box();
            }
            Ok(Found::Several(candidates)) => {
                self.customer = None;
                self.picker = Some((candidates, Select::default()));
            }
            Err(error) => {
                self.error = Some(self.not_found(&error));
                self.go_to_box();
                self.customer = None;
            }
        }
    }

    /// Shows a customer's kits, and asks for the name.
    pub(super) fn show(&mut self, customer: CustomerKits, name: Option<Text>, cx: &mut Cx) {
        let CustomerKits { entity, kits } = customer;
        if kits.is_empty() {
            self.error = Some(match unread(kits.unread, "kit") {
                Some(unread) => words::only_unread_kits(&unread, &entity),
                None => words::no_kits(&entity),
            });
        }
        self.select.keep_within(kits.len());
        let naming = self.naming.take().filter(|naming| naming.entity == entity);
        let naming = naming.unwrap_or_else(|| Naming::asked(entity.clone(), cx));
        let name = naming.name.clone().or(name);
        self.naming = Some(naming);
        let view = KitsView::of(&kits);
        self.customer = Some(Customers {
            entity,
            name,
            kits,
            view,
        });
    }

    fn not_found(&self, error: &ReadError) -> String {
        let (ReadError::Refused(refusal), Some(by)) = (error, &self.asked) else {
            return read_error(error);
        };
        if !refusal.means_not_found() {
            return read_error(error);
        }
        let code = refusal.code.as_ref().map(Text::shown).unwrap_or_default();
        match by {
            FindBy::Entity(id) => {
                let id = unconfirmed(id.as_str());
                words::no_entity(&id, &code)
            }
            FindBy::Account(no) => {
                let no = unconfirmed(no.as_str());
                words::no_account(&no, &code)
            }
            FindBy::Card(mask) => words::no_card(&mask, &code),
        }
    }
}
