//! The journal's fixed words: kinds, operations and results. They are in files and exports that
//! outlive this program: none of them may ever change its spelling or its meaning.

use crate::dcms::Word;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$item_doc])* $item,)+ }

        impl $name {
            /// All of them, in the order in which they are listed to people.
            pub const ALL: &'static [Self] = &[$(Self::$item,)+];

            /// The word in files and exports.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$item => $word,)+ }
            }

            /// What the word means, if it is one of these.
            #[must_use]
            pub fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$item),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

words! {
    /// What a record tells.
    Kind {
        /// A write is about to be sent.
        Intent = "intent",
        /// How a write ended, as far as its reply said.
        Outcome = "outcome",
        /// What was read after a write; it did not decide an open one.
        Reading = "reading",
        /// An open write was settled.
        Settled = "settled",
        /// Something was read on somebody's behalf.
        LookUp = "look_up",
        /// Something was refused here, before anything was sent.
        Refusal = "refusal",
        /// A try that failed here: a wrong confirmation, two PINs that differ, a weak PIN.
        FailedTry = "failed_try",
        /// A card number was opened from the kit's encrypted one.
        PanOpened = "pan_opened",
        /// Somebody answers for records that are missing.
        Accepted = "accepted",
        /// Somebody has begun to work over kitdesk's SSH server.
        SessionBegan = "session_began",
        /// Their session has ended.
        SessionEnded = "session_ended",
        /// Somebody who looks after the server has had the session of somebody else ended.
        SessionEndOrdered = "session_end_ordered",
        /// Somebody here has settled what another host, which is gone, had left open.
        SettledForHost = "settled_for_host",
    }
}

words! {
    /// A call that changes something.
    Write {
        /// Replaces a kit by a new one.
        Upgrade = "upgrade",
        /// Sets a kit's PIN.
        SetPin = "set_pin",
        /// Cancels a card order.
        CancelOrder = "cancel_order",
        /// Activates a kit.
        Activate = "activate",
        /// Stops a kit for now.
        Lock = "lock",
        /// Lets a locked kit go on.
        Unlock = "unlock",
        /// Stops a kit for good.
        Block = "block",
        /// Replaces a kit by a new one of the same product.
        Replace = "replace",
        /// Stops a kit for good and makes a new one.
        BlockAndReplace = "block_and_replace",
        /// Stops all kits of a customer for now.
        LockAll = "lock_all",
        /// Stops all kits of a customer for good.
        BlockAll = "block_all",
        /// Changes a card's switches and daily limits.
        SetLimits = "set_limits",
    }
}

/// What the journal knows of a write besides its word.
struct Facts {
    noun: &'static str,
    is_repeatable: bool,
    brings_kits: bool,
}

impl Write {
    fn facts(self) -> Facts {
        let (noun, is_repeatable, brings_kits) = match self {
            Self::Upgrade => ("an upgrade", false, true),
            Self::SetPin => ("the setting of a PIN", true, false),
            Self::CancelOrder => ("a cancellation", false, false),
            Self::Activate => ("an activation", false, false),
            Self::Lock => ("a lock", false, false),
            Self::Unlock => ("an unlock", false, false),
            Self::Block => ("a block", false, false),
            Self::Replace => ("a replacement", false, true),
            Self::BlockAndReplace => ("a block with a replacement", false, true),
            Self::LockAll => ("a lock of all kits", false, false),
            Self::BlockAll => ("a block of all kits", false, false),
            Self::SetLimits => ("a change of limits", false, false),
        };
        Facts {
            noun,
            is_repeatable,
            brings_kits,
        }
    }

    /// Whether it may be sent again while an earlier one of the same kind has an unknown outcome: the
    /// second makes the first one's outcome irrelevant.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        self.facts().is_repeatable
    }

    /// Whether it brings kits that were not there before.
    #[must_use]
    pub fn brings_kits(self) -> bool {
        self.facts().brings_kits
    }

    /// What it is called in a sentence: `an upgrade`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.facts().noun
    }
}

words! {
    /// Why a member of staff changes something, as they choose it from a list.
    Reason {
        /// The customer has lost the card.
        Lost = "lost",
        /// The card was stolen.
        Stolen = "stolen",
        /// It never reached the customer.
        NotReceived = "not-received",
        /// It does not work any more.
        Damaged = "damaged",
        /// It is past its date.
        Expired = "expired",
        /// Somebody else may be using it.
        SuspectedFraud = "suspected-fraud",
        /// There is a copy of it.
        Counterfeit = "counterfeit",
        /// The customer has another name now.
        NameChange = "name-change",
        /// The customer wants it so.
        CustomerRequest = "customer-request",
        /// A machine has kept it.
        Captured = "captured",
        /// The customer does not know the PIN any more.
        PinForgotten = "pin-forgotten",
        /// It should never have been made.
        IssuedInError = "issued-in-error",
        /// The customer has found it again.
        FoundAgain = "found-again",
        /// None of these: a note says which.
        Other = "other",
    }
}

impl Reason {
    /// Whether it says nothing without a note.
    #[must_use]
    pub fn needs_note(self) -> bool {
        self == Self::Other
    }
}

words! {
    /// A call that only reads.
    LookUp {
        /// A customer's kits.
        KitsByEntity = "kits_by_entity",
        /// The kits of a bank account.
        KitsByAccount = "kits_by_account",
        /// Who has a card, by its mask.
        OwnersByCard = "owners_by_card",
        /// A customer's name and the like.
        Customer = "customer",
        /// A card order.
        OrderStatus = "order_status",
        /// A kit's parcels.
        KitTracking = "kit_tracking",
        /// A card's switches and limits.
        Limits = "limits",
        /// A customer's payments.
        Transactions = "transactions",
        /// The card orders of a branch.
        BranchOrders = "branch_orders",
        /// Whether a card is a customer's.
        CardCheck = "card_check",
        /// When a card's PIN was last changed.
        PinChange = "pin_change",
    }
}

words! {
    /// What an open write is settled as.
    Finding {
        /// It was done.
        Done = "done",
        /// It was not done: neither refused nor provably never sent, and still not done.
        NotDone = "not_done",
        /// Nobody will ever know, and somebody takes it upon them to leave it at that.
        Unknown = "unknown",
    }
}

/// A value of a record's column of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResultWord {
    /// How a call ended, or how an unknown one was settled.
    Outcome(Word),
    /// It was sent and, as was found out later, not done.
    NotDone,
}

impl ResultWord {
    /// All of them, in the order in which they are listed to people.
    pub const ALL: [Self; 5] = [
        Self::Outcome(Word::Done),
        Self::Outcome(Word::Refused),
        Self::Outcome(Word::NotSent),
        Self::Outcome(Word::Unknown),
        Self::NotDone,
    ];

    /// The word in files and exports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Outcome(word) => word.as_str(),
            Self::NotDone => Finding::NotDone.word(),
        }
    }

    /// What the word means, if it is one of these.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }

    /// The word as people say it: `not done`.
    #[must_use]
    pub fn spoken(self) -> String {
        self.word().replace('_', " ")
    }
}

impl From<Finding> for ResultWord {
    fn from(finding: Finding) -> Self {
        match finding {
            Finding::Done => Self::Outcome(Word::Done),
            Finding::NotDone => Self::NotDone,
            Finding::Unknown => Self::Outcome(Word::Unknown),
        }
    }
}

/// What a record is about: a write, a look-up, a session, or the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// A write.
    Write(Write),
    /// A look-up.
    LookUp(LookUp),
    /// A session over kitdesk's SSH server.
    Session,
    /// The journal itself.
    Journal,
}

impl Operation {
    const JOURNAL: &str = "journal";
    const SESSION: &str = "session";

    /// The word in files and exports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Write(write) => write.word(),
            Self::LookUp(look_up) => look_up.word(),
            Self::Session => Self::SESSION,
            Self::Journal => Self::JOURNAL,
        }
    }

    /// Whether it is a write that brings kits.
    #[must_use]
    pub fn brings_kits(self) -> bool {
        matches!(self, Self::Write(write) if write.brings_kits())
    }

    /// What it is called in a sentence: `an upgrade`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Write(write) => write.noun(),
            Self::Session => "a session",
            Self::LookUp(_) | Self::Journal => "a look-up",
        }
    }

    /// What the word means, if it is one of these.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let write = Write::of_word(word).map(Self::Write);
        let look_up = || LookUp::of_word(word).map(Self::LookUp);
        let session = || (word == Self::SESSION).then_some(Self::Session);
        let journal = || (word == Self::JOURNAL).then_some(Self::Journal);
        write.or_else(look_up).or_else(session).or_else(journal)
    }

    /// All of them, writes first.
    pub fn all() -> impl Iterator<Item = Self> {
        let writes = Write::ALL.iter().copied().map(Self::Write);
        let look_ups = LookUp::ALL.iter().copied().map(Self::LookUp);
        writes.chain(look_ups).chain([Self::Session, Self::Journal])
    }
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

impl From<Write> for Operation {
    fn from(write: Write) -> Self {
        Self::Write(write)
    }
}

impl From<LookUp> for Operation {
    fn from(look_up: LookUp) -> Self {
        Self::LookUp(look_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_none_is_used_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for operation in Operation::all() {
            assert_eq!(Operation::of_word(operation.word()), Some(operation));
            assert!(seen.insert(operation.word()), "{operation}");
        }
        for &reason in Reason::ALL {
            assert_eq!(Reason::of_word(reason.word()), Some(reason));
        }
        for &kind in Kind::ALL {
            assert_eq!(Kind::of_word(kind.word()), Some(kind));
        }
        for result in ResultWord::ALL {
            assert_eq!(ResultWord::of_word(result.word()), Some(result));
            let outcome = Word::from_word(result.word()).map(ResultWord::Outcome);
            assert_eq!(outcome.unwrap_or(ResultWord::NotDone), result);
        }
        for &finding in Finding::ALL {
            assert_eq!(ResultWord::from(finding).word(), finding.word());
        }
        assert_eq!(Operation::of_word("UPGRADE"), None);
    }
}
