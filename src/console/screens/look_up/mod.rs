//! What is looked up over a kit: the customer, the card's limits, its payments. Asked when the screen is opened.

mod facts;
mod payments;
mod words;

use super::{Cx, Go, Heard, Screen, Shown, View, above_said, read_error};
use crate::console::keymap::Action;
use crate::dcms::{EntityId, Kit};
use facts::{About, FactsScreen};
use payments::PaymentsScreen;

/// Opens what a key stands for over a kit of this customer; nothing for any other key.
pub fn over_kit(action: Action, kit: &Kit, entity: Option<&EntityId>, cx: &mut Cx) -> Option<Go> {
    let is_look_up = matches!(
        action,
        Action::Customer | Action::Limits | Action::Transactions
    );
    let Some(entity) = kit.entity.as_ref().or(entity).cloned() else {
        let says = words::NO_CUSTOMER;
        return is_look_up.then(|| Go::Say(says.into()));
    };
    let kit = kit.clone();
    let screen: Box<dyn Screen> = match action {
        Action::Customer => Box::new(FactsScreen::new(About::Customer, kit, entity, cx)),
        Action::Limits => Box::new(FactsScreen::new(About::Limits, kit, entity, cx)),
        Action::Transactions => Box::new(PaymentsScreen::new(kit, entity, cx)),
        _ => return None,
    };
    Some(Go::Push(screen))
}
