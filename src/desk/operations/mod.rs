//! Everything that can be changed at the DCMS: **one file an operation**, and what all of them share.
//!
//! An operation has two halves. [`Kind`] is what is known of it without a request: after a restart an
//! open write is settled from its record alone. [`Operation`] is one request of it; together with what was
//! read before, it is a [`Request`]. What they say is used everywhere and written once: the state table in
//! `states.rs`, what is asked before in `fields.rs`. What a reading shows is in `settling/`.

mod activate;
mod body;
mod cancel_order;
mod destination;
mod fields;
mod kind;
mod lost;
mod manage_all_kits;
mod manage_kit;
mod set_limits;
mod set_pin;
mod states;
mod upgrade;
mod words;

pub use body::Body;
pub use cancel_order::CancelOrder;
pub use destination::{AddressesRead, Destination};
pub use fields::{Answers, Field, YES};
pub use kind::{About, Before, Form, Kind, Made, Operation, OwnForm, Request, Sending};
pub use lost::Begun;
pub use set_limits::SetLimits;
pub use set_pin::SetPin;
pub use states::Change;
pub use upgrade::{Upgrade, WantedCard};
pub use words::Words;

use crate::journal::Write;

impl Kind {
    /// What is known of an operation by its word in the journal: the list of them all.
    #[must_use]
    pub fn from_write(write: Write) -> &'static Self {
        match write {
            Write::Upgrade => &upgrade::KIND,
            Write::SetPin => &set_pin::KIND,
            Write::CancelOrder => &cancel_order::KIND,
            Write::Activate => &activate::KIND,
            Write::Lock => &manage_kit::LOCK,
            Write::Unlock => &manage_kit::UNLOCK,
            Write::Block => &manage_kit::BLOCK,
            Write::Replace => &manage_kit::REPLACE,
            Write::BlockAndReplace => &manage_kit::BLOCK_AND_REPLACE,
            Write::LockAll => &manage_all_kits::LOCK_ALL,
            Write::BlockAll => &manage_all_kits::BLOCK_ALL,
            Write::SetLimits => &set_limits::KIND,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_listed_under_its_own_word() {
        for &write in Write::ALL {
            assert_eq!(Kind::from_write(write).write, write);
        }
    }
}
