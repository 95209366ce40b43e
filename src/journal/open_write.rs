//! A write whose end nobody knows, and what it forbids.

use std::fmt;

use super::record::Record;
use super::words::{Operation, Write};
use crate::advice::Advised;

/// Why a write is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its outcome is recorded, and is unknown.
    Unknown,
    /// It has no outcome, and its console is gone: whether it was sent is unknown.
    Abandoned,
    /// It has no outcome yet; its console runs.
    UnderWay,
}

/// A write that is neither decided nor settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenWrite {
    /// Its intent.
    pub intent: Record,
    /// What its console heard, if it heard anything.
    pub outcome: Option<Record>,
    /// Why it is open.
    pub state: State,
}

impl OpenWrite {
    /// Whether it forbids this write to what it is about, or to a part of that. A write under way forbids every other. One
    /// with an unknown outcome forbids the same once more, except that a PIN may be set again: that is
    /// harmless. One that may have brought a new kit forbids every other that brings one: nobody wants two.
    #[must_use]
    pub fn forbids(&self, write: Write) -> bool {
        match self.state {
            State::UnderWay => true,
            State::Unknown | State::Abandoned => {
                let is_same = self.intent.operation == Operation::Write(write);
                let brings_another = write.brings_kits() && self.intent.operation.brings_kits();
                !write.is_repeatable() && (is_same || brings_another)
            }
        }
    }

    /// What it is, of whom and from when.
    #[must_use]
    pub fn what(&self) -> String {
        let Record { id, at, who, .. } = &self.intent;
        let at = at.strftime("%Y-%m-%d %H:%M UTC");
        let (of, what) = (self.of(), self.noun());
        format!("{of}{what} by {} at {at} (record {id})", who.operator)
    }

    /// The beginning of a sentence about it: its kit, its order or its customer.
    #[must_use]
    pub fn of(&self) -> String {
        let subject = &self.intent.subject;
        match (&subject.kit, &subject.order, &subject.entity) {
            (Some(kit), ..) => format!("kit {kit}: "),
            (None, Some(order), _) => format!("order {order}: "),
            (None, None, Some(entity)) => format!("customer {entity}: "),
            (None, None, None) => "a kit or order that is unknown: ".to_owned(),
        }
    }

    /// What kind of write it is.
    #[must_use]
    pub fn noun(&self) -> &'static str {
        self.intent.operation.noun()
    }
}

impl OpenWrite {
    /// What it is, and what to do about it.
    #[must_use]
    pub fn advised(&self) -> Advised {
        let what = self.what();
        match self.state {
            State::UnderWay => {
                Advised::new(format!("{what} is still under way"), "wait for its outcome")
            }
            State::Unknown | State::Abandoned => Advised::new(
                format!("{what} has an unknown outcome"),
                "settle it before anything else is sent",
            ),
        }
    }
}

impl fmt::Display for OpenWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.advised().fmt(f)
    }
}
