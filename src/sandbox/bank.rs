//! What the sandbox bank holds: customers, their kits, orders, the PINs that it opened.
//! Data alone; its rules are in `status`, JSON and HTTP elsewhere.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::day::{Day, TODAY};
use super::kit::{CardNumber, Kit, pan};
use super::order::{Ending, Order, OrderState, Product};
use super::pin_form::PinForm;
use super::preferences::Preferences;
use crate::pin::Pin;

/// Everything that the bank knows.
pub(super) struct Bank {
    pub(super) customers: BTreeMap<String, Customer>,
    pub(super) orders: BTreeMap<String, Order>,
    /// Which PIN messages it takes.
    pub(super) pin_form: PinForm,
    /// The PIN of each kit that one was set for.
    pub(super) pins: HashMap<String, SetPin>,
    /// The preferences of each kit that some were set for.
    pub(super) changed_preferences: HashMap<String, Preferences>,
    /// How many kits were made since the start: numbers of new ones follow from it.
    pub(super) kits_made: u64,
    /// How many cards were sent out since the start: the ids of their orders follow from it.
    pub(super) deliveries: u64,
}

/// A PIN that was set, and when: the one time that is not the bank's own, since a client compares it with its
/// own sending (contract, 4).
pub(super) struct SetPin {
    pub(super) pin: Pin,
    pub(super) since: Timestamp,
}

/// One customer, and how the bank's replies spell this customer's fields (contract, 3).
pub(super) struct Customer {
    pub(super) name: Name,
    pub(super) birth: Day,
    pub(super) account: String,
    pub(super) owns_account: bool,
    pub(super) kits: Vec<Kit>,
    pub(super) spelling: Spelling,
}

/// What a customer is called.
pub(super) struct Name {
    pub(super) title: &'static str,
    pub(super) first: String,
    pub(super) middle: Option<String>,
    pub(super) last: String,
    pub(super) gender: &'static str,
}

/// How the bank writes its values: ids as numbers or strings, an empty field as null or left out.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four habits that have nothing to do with each other"
)]
pub(super) struct Spelling {
    pub(super) entity_as_number: bool,
    pub(super) account_as_number: bool,
    pub(super) nothing_as_null: bool,
    pub(super) short_dates: bool,
}

impl Bank {
    /// A kit of exactly this customer.
    pub(super) fn kit(&self, entity: &str, number: &str) -> Option<&Kit> {
        let kits = &self.customers.get(entity)?.kits;
        kits.iter().find(|kit| kit.number == number)
    }

    /// The same, to be changed.
    pub(super) fn kit_mut(&mut self, entity: &str, number: &str) -> Option<&mut Kit> {
        let kits = &mut self.customers.get_mut(entity)?.kits;
        kits.iter_mut().find(|kit| kit.number == number)
    }

    /// What a kit can be used for.
    pub(super) fn preferences(&self, kit: &Kit) -> Preferences {
        let changed = self.changed_preferences.get(&kit.number);
        changed.cloned().unwrap_or_else(|| Preferences::first(kit))
    }

    /// The order by which a card goes to its customer, of the one branch that this bank has.
    pub(super) fn deliver(&mut self, entity: &str, number: &str) {
        let Some(kit) = self.kit(entity, number) else {
            return;
        };
        let order = Order {
            name: format!("Card of kit {number}"),
            branch: super::BRANCH,
            state: OrderState::Received,
            moves: Some(Ending::Success),
            cards: 1,
            product: Product {
                bin: kit.bin(),
                id: kit.product(),
            },
            ref_type: "DC_KIT",
            ordered: TODAY,
        };
        self.deliveries += 1;
        let id = format!("77000000-0000-4000-8000-{:012}", self.deliveries);
        self.orders.insert(id, order);
    }

    /// A number and a card number for a kit that takes the place of another.
    pub(super) fn next_kit(&mut self, bin: &str) -> (String, CardNumber) {
        self.kits_made += 1;
        let number = 77_000_000_000 + self.kits_made;
        // The seeded ones stay below, so that no card number comes twice.
        let pan = pan(bin, 900_000_000 + self.kits_made);
        (number.to_string(), pan)
    }
}
