//! The calls that change nothing (contract, 2, look-ups), one file a call: what is asked and what comes back.

mod account;
mod branch_orders;
mod card_check;
mod customer;
mod kits;
mod order;
mod owners;
mod pin_change;
mod preferences;
mod tracking;
mod transactions;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ids::{AccountNo, EntityId};
use super::kit::Kit;
use super::outcome::Doubt;
use super::text::Text;

pub use account::Holder;
pub use branch_orders::{BranchOrder, BranchOrdersQuery, BranchProduct};
pub use card_check::{CardCheck, CheckedCard};
pub use customer::{Address, Contact, Customer};
#[doc(hidden)]
pub use kits::kits_in;
pub use order::{Order, OrderStatus, OrderedProduct};
pub use pin_change::PinChange;
pub use preferences::{DynamicAuth, Limit, Preferences, Usage};
pub use tracking::{Scan, Scans, Shipment};
pub use transactions::{Channel, Moment, Transaction, TransactionQuery, Transactions};

/// Reads a call's `result`.
pub(crate) fn decode<'a, T: Deserialize<'a>>(result: Option<&'a RawValue>) -> Result<T, Doubt> {
    let raw = result.ok_or(Doubt::Unreadable("there is no result in it"))?;
    serde_json::from_str(raw.get()).map_err(|error| {
        tracing::debug!(
            line = error.line(),
            column = error.column(),
            "result of another shape"
        );
        Doubt::Unreadable("its result has another shape")
    })
}

/// Makes sure that kits which name their customer name this one (contract, 5.4).
pub(crate) fn all_of(asked: &EntityId, kits: &[Kit]) -> Result<(), Doubt> {
    let other = kits
        .iter()
        .filter_map(|kit| kit.entity.as_ref())
        .find(|id| *id != asked);
    match other {
        None => Ok(()),
        Some(answered) => Err(Doubt::OtherCustomer {
            asked: asked.clone(),
            answered: answered.to_string(),
        }),
    }
}

/// Makes sure that a reply that names its account names this one. A number loses the zeros in front
/// where the DCMS sends it as one.
pub(super) fn same_account(asked: &AccountNo, answered: &Text) -> Result<(), Doubt> {
    let digits = |number: &str| number.trim().trim_start_matches('0').to_owned();
    if digits(answered.as_sent()) == digits(asked.as_str()) {
        Ok(())
    } else {
        Err(Doubt::OtherAccount {
            asked: asked.clone(),
            answered: answered.shown().into_owned(),
        })
    }
}

pub(crate) fn same_customer(asked: &EntityId, answered: &Text) -> Result<(), Doubt> {
    if answered.as_sent().trim() == asked.as_str() {
        Ok(())
    } else {
        Err(Doubt::OtherCustomer {
            asked: asked.clone(),
            answered: answered.shown().into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    /// The result of a reply, as each call's reader gets it.
    pub(super) fn result(json: &str) -> Option<&RawValue> {
        serde_json::from_str(json).expect("JSON")
    }
}
