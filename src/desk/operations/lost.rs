//! A lost card as one guided path: what is asked about it, and which of the operations the answers make. It is no
//! operation of its own: each of them is sent, recorded and settled as always, and one write at a time.

use super::fields::{Answers, Field, STEPS};
use super::kind::{Kind, Request};
use crate::dcms::Kit;
use crate::desk::target::Target;
use crate::journal::{Reason, Write};

/// What is begun with a kit: an operation, or the path of a lost card, which ends in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Begun {
    /// This operation.
    Operation(Write),
    /// What a lost card needs.
    LostCard,
}

/// Why a card is stopped that the customer does not have: the first is meant unless another is typed.
const REASONS: &[Reason] = &[
    Reason::Lost,
    Reason::Stolen,
    Reason::NotReceived,
    Reason::Captured,
    Reason::SuspectedFraud,
    Reason::Counterfeit,
    Reason::Other,
];

const FIELDS: &[Field] = &[
    Field::Reason(REASONS),
    Field::LostAt,
    Field::Note,
    Field::Step,
    Field::CardType,
    Field::Delivery,
];

impl From<Write> for Begun {
    fn from(write: Write) -> Self {
        Self::Operation(write)
    }
}

impl Begun {
    /// The operation, or the usual one.
    #[must_use]
    pub fn write(self) -> Write {
        match self {
            Self::Operation(write) => write,
            Self::LostCard => Write::BlockAndReplace,
        }
    }

    /// As a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Operation(write) => Kind::from_write(write).words.title,
            Self::LostCard => "A lost card",
        }
    }

    /// What is asked before it; nothing where it has a form of its own.
    #[must_use]
    pub fn asks(self) -> Option<&'static [Field]> {
        match self {
            Self::Operation(write) => Kind::from_write(write).asks(),
            Self::LostCard => Some(FIELDS),
        }
    }

    /// What a kit's state leaves to be done about a lost card, in words.
    #[must_use]
    pub fn steps(kit: &Kit) -> Vec<&'static str> {
        let may = |write| Kind::from_write(write).may(kit).is_ok();
        // What is blocked already is only replaced, and what is not is blocked in the same step.
        let is_blocked = !may(Write::Block);
        let is_step = |write| may(write) && is_blocked == (write == Write::Replace);
        let steps = STEPS.into_iter().filter(|(_, write)| is_step(*write));
        steps.map(|(word, _)| word).collect()
    }

    /// The operations that it may come to with a kit in this state.
    ///
    /// # Errors
    /// That there is none, and in which state the kit is.
    pub fn writes(self, kit: &Kit) -> Result<Vec<Write>, String> {
        match self {
            Self::Operation(write) => Ok(vec![write]),
            Self::LostCard => {
                let words = Self::steps(kit);
                let steps = STEPS.into_iter().filter(|(word, _)| words.contains(word));
                let writes: Vec<Write> = steps.map(|(_, write)| write).collect();
                if writes.is_empty() {
                    Kind::from_write(Write::Block).may(kit)?;
                }
                Ok(writes)
            }
        }
    }

    /// The request that these answers make; nothing where it has a form of its own, or is about something else.
    #[must_use]
    pub fn request(self, about: &Target, answers: Answers, operator: &str) -> Option<Request> {
        let write = match self {
            Self::Operation(write) => write,
            Self::LostCard => answers.step?,
        };
        Kind::from_write(write).request(about, answers, operator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(status: &str) -> Vec<&'static str> {
        let text = format!(r#"{{"kitNo":"4561789","cardStatus":"{status}"}}"#);
        Begun::steps(&serde_json::from_str(&text).expect("a kit"))
    }

    #[test]
    fn the_state_says_what_can_be_done_and_nothing_unlocks() {
        let all = ["block and replace", "only block", "lock for now"];
        for status in ["ACTIVE", "ASSIGNED", "INACTIVE", "SUSPENDED_BY_BANK"] {
            assert_eq!(steps(status), all, "{status}");
        }
        assert_eq!(steps("LOCKED"), ["block and replace", "only block"]);
        assert_eq!(steps("UNALLOCATED"), ["only block"]);
        for status in ["BLOCKED", "HOTLISTED"] {
            assert_eq!(steps(status), ["replace"], "{status}");
        }
        for status in ["REPLACED", "CLOSED", "EXPIRED"] {
            assert!(steps(status).is_empty(), "{status}");
        }
        assert!(STEPS.iter().all(|(_, write)| *write != Write::Unlock));
    }
}
