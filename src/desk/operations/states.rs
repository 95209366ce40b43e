//! What can be asked for in which state of a kit (contract, 3), as one table. The DCMS has the last word.

use std::fmt;

use crate::dcms::Kit;

/// A change to a kit that its state allows or not: a column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Activate it.
    Activate,
    /// Stop it for now.
    Lock,
    /// Let it go on.
    Unlock,
    /// Stop it for good.
    Block,
    /// Give a new card for it.
    Replace,
    /// Both at once.
    BlockAndReplace,
    /// Make a card of another tier or product of it.
    Upgrade,
    /// Set its PIN.
    SetPin,
    /// Change its limits and switches.
    SetLimits,
}

/// Whether it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// The contract allows it.
    Yes,
    /// No page of the contract is sure of it: it is offered with a warning.
    Unsure,
    /// It is refused, or makes no sense.
    No,
}

const Y: Offer = Offer::Yes;
const U: Offer = Offer::Unsure;
const N: Offer = Offer::No;

/// The states in the contract's words, and a mark for each of the changes in their order.
#[rustfmt::skip]
const TABLE: [(&[&str], [Offer; 9]); 8] = [
    //                                         activate lock unlock block replace both upgrade PIN limits
    (&["ASSIGNED"],                                   [Y, U, N, U, U, U, U, U, N]),
    (&["INACTIVE"],                                   [Y, U, N, U, U, U, U, U, N]),
    (&["ACTIVE"],                                     [N, Y, N, Y, Y, Y, Y, Y, Y]),
    (&["LOCKED"],                                     [N, N, Y, U, U, U, U, U, N]),
    (&["BLOCKED"],                                    [N, N, N, N, U, U, U, N, N]),
    (&["HOTLISTED"],                                  [N, N, N, N, U, N, N, N, N]),
    (&["REPLACED", "EXPIRED", "EXPIRED_CARD", "CLOSED"], [N; 9]),
    (&["UNALLOCATED", "ALLOCATED"],                   [N, N, N, U, N, N, N, N, N]),
];

/// A word that the contract does not know. A card can always be blocked.
const ANY_OTHER: [Offer; 9] = [U, U, U, U, U, U, U, U, N];

impl Change {
    /// Whether it is offered for a kit.
    pub(super) fn offer(self, kit: &Kit) -> Offer {
        self.offer_in(&kit.status.word())
    }

    /// Whether a state allows it, or may.
    pub(in crate::desk) fn may_in(self, word: &str) -> bool {
        self.offer_in(word) != Offer::No
    }

    /// Whether it is offered for a kit in this state.
    pub(super) fn offer_in(self, word: &str) -> Offer {
        let word = word.trim();
        let is_it = |known: &&str| known.eq_ignore_ascii_case(word);
        let row = TABLE.iter().find(|(words, _)| words.iter().any(is_it));
        row.map_or(ANY_OTHER, |(_, marks)| *marks)[self as usize]
    }

    /// Whether it can be asked for.
    ///
    /// # Errors
    /// In which state the kit is.
    pub fn may(self, kit: &Kit) -> Result<(), String> {
        match self.offer(kit) {
            Offer::Yes | Offer::Unsure => Ok(()),
            Offer::No => Err(format!(
                "Kit {} is {}; it can't {self}.",
                kit.kit_no,
                kit.status.word()
            )),
        }
    }

    /// What is said before it is confirmed, where it is not sure that the DCMS allows it.
    pub(super) fn warning(self, kit: &Kit) -> Option<String> {
        let is_unsure = self.offer(kit) == Offer::Unsure;
        is_unsure.then(|| {
            let word = kit.status.word();
            format!("Whether a card that is {word} can {self} is not known here: the DCMS decides.")
        })
    }
}

impl fmt::Display for Change {
    /// What a card can then do, or have done to it: `be activated`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Activate => "be activated",
            Self::Lock => "be locked",
            Self::Unlock => "be unlocked",
            Self::Block => "be blocked",
            Self::Replace => "be replaced",
            Self::BlockAndReplace => "be blocked and replaced",
            Self::Upgrade => "be upgraded",
            Self::SetPin => "take a PIN",
            Self::SetLimits => "have its limits changed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(status: &str) -> Kit {
        let text = format!(r#"{{"kitNo":"4561789","cardStatus":"{status}"}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    #[test]
    fn each_state_has_its_row() {
        for (status, change, offer) in [
            ("ACTIVE", Change::Activate, N),
            ("ASSIGNED", Change::Activate, Y),
            ("LOCKED", Change::Unlock, Y),
            ("LOCKED", Change::Block, U),
            ("BLOCKED", Change::Block, N),
            ("HOTLISTED", Change::Replace, U),
            ("EXPIRED_CARD", Change::Upgrade, N),
            ("unallocated", Change::Block, U),
            ("ACTIVE", Change::SetLimits, Y),
            ("LOCKED", Change::SetLimits, N),
            ("SUSPENDED_BY_BANK", Change::Block, U),
            ("SUSPENDED_BY_BANK", Change::SetLimits, N),
        ] {
            assert_eq!(change.offer(&kit(status)), offer, "{status}, {change:?}");
        }
    }

    #[test]
    fn what_is_not_sure_is_offered_with_a_warning() {
        assert_eq!(
            Change::Upgrade.may(&kit("REPLACED")),
            Err("Kit 4561789 is REPLACED; it can't be upgraded.".into())
        );
        assert_eq!(Change::SetPin.may(&kit("LOCKED")), Ok(()));
        assert_eq!(
            Change::SetPin.warning(&kit("LOCKED")).as_deref(),
            Some(
                "Whether a card that is LOCKED can take a PIN is not known here: the DCMS decides."
            )
        );
        assert_eq!(Change::SetPin.warning(&kit("ACTIVE")), None);
    }
}
