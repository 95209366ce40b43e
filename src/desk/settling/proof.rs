//! What proves the outcome of an operation: its row of the table in the contract (4).

use super::evidence::Evidence;
use super::verdict::Verdict;
use super::{all_kits, kit_state, limits, new_kit, order_cancelled, pin_change, replacement};
use crate::dcms::Status;
use crate::desk::operations::Change;
use crate::journal::Rivals;

/// What a reading has to show to settle an unknown outcome. That nothing has changed proves nothing: the
/// DCMS may still be working on it. Only of limits the contract says that it does.
#[derive(Debug)]
pub enum Proof {
    /// The kit is in one of these states, and was in none of them.
    KitState {
        /// The states that the operation leads to.
        states: &'static [Status],
        /// What was done to the kit then: `activated`.
        done: &'static str,
    },
    /// The old kit is REPLACED, or a kit is new that can be of no other operation.
    NewKit,
    /// The old kit is in one of these states, and a kit is new that can be of no other operation.
    Replacement {
        /// The states of a kit that was replaced.
        old: &'static [Status],
    },
    /// Every kit of the customer whose state allowed this change is in one of these states.
    AllKits {
        /// The change that was asked for.
        change: Change,
        /// The states that it leads to.
        states: &'static [Status],
    },
    /// Every setting of the card reads as it was sent. Where each reads as before, it was not done.
    Limits,
    /// The order is cancelled. One that has gone on was not.
    OrderCancelled,
    /// The card's PIN was changed later than before, and than the sending. Where that can't be read, nothing.
    PinChange,
}

impl Proof {
    /// What a reading says of an unknown outcome: only what is proved. Where nothing could be read, the
    /// reading is empty.
    #[must_use]
    pub fn verdict(&self, evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
        match self {
            Self::KitState { states, .. } => kit_state::verdict(states, evidence, rivals),
            Self::NewKit => new_kit::verdict(evidence, rivals),
            Self::Replacement { old } => replacement::verdict(old, evidence, rivals),
            Self::AllKits { change, states } => {
                all_kits::verdict((*change, states), evidence, rivals)
            }
            Self::Limits => limits::verdict(evidence, rivals),
            Self::OrderCancelled => order_cancelled::verdict(evidence, rivals),
            Self::PinChange => pin_change::verdict(evidence, rivals),
        }
    }

    /// The same as a sentence; nothing where the reading says nothing.
    #[must_use]
    pub fn says(&self, evidence: &Evidence<'_>, verdict: Option<Verdict>) -> Option<String> {
        match self {
            Self::KitState { states, done } => kit_state::says((states, done), evidence, verdict),
            Self::NewKit => new_kit::says(evidence, verdict),
            Self::Replacement { old } => replacement::says(old, evidence, verdict),
            Self::AllKits { change, states } => {
                all_kits::says((*change, states), evidence, verdict)
            }
            Self::Limits => limits::says(evidence, verdict),
            Self::OrderCancelled => order_cancelled::says(evidence, verdict),
            Self::PinChange => pin_change::says(evidence, verdict),
        }
    }

    /// What speaks against an outcome that the DCMS calls done.
    #[must_use]
    pub fn against(&self, evidence: &Evidence<'_>) -> Option<String> {
        match self {
            Self::KitState { states, .. } => kit_state::against(states, evidence),
            Self::NewKit => new_kit::against(evidence),
            Self::Replacement { old } => replacement::against(old, evidence),
            Self::AllKits { change, states } => all_kits::against((*change, states), evidence),
            Self::Limits => limits::against(evidence),
            Self::OrderCancelled => order_cancelled::against(evidence),
            Self::PinChange => pin_change::against(evidence),
        }
    }
}
