//! What is kept in a record of what was read: the JSON of `before` and `after`. Its keys are part of the
//! journal's format; the desk writes it, and settling reads it back after a restart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dcms::PinChange;

/// What was read before a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EvidenceBefore {
    /// The customer's kits.
    Kits(Box<KitsRead>),
    /// The order's status.
    Order {
        /// The contract's word.
        status: String,
    },
}

/// A customer's kits before a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitsRead {
    /// The one that the write is about.
    pub kit: Option<KitRead>,
    /// The numbers of all of them.
    pub kits: Vec<String>,
    /// The state of each, in the same places; unknown where it was listed in more than one. Older programs
    /// kept none.
    #[serde(default)]
    pub states: Vec<Option<String>>,
    /// Before a write to all of them, the masked card of each, by the kit's number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cards: BTreeMap<String, String>,
    /// The id of the last record before they were read.
    pub since: Option<i64>,
    /// How many more there were that could not be read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread_kits: usize,
    /// Before a change of its limits, those of the kit that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsRead>,
    /// Where there were several addresses that a new card could go to, which of them was meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressMeant>,
    /// What a check of the card at the counter has shown, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_check: Option<CardMatch>,
    /// Before its PIN is set, when that was last changed; nothing where it was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<PinRead>,
}

/// When a card's PIN was last changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinRead {
    /// The moment, in UTC; nothing where it never was.
    pub changed: Option<String>,
}

impl From<PinChange> for PinRead {
    fn from(change: PinChange) -> Self {
        Self {
            changed: change.0.map(|at| at.to_string()),
        }
    }
}

impl PinRead {
    /// What it was made of; nothing where its moment can't be read, since nothing can be compared with that.
    #[must_use]
    pub fn change(&self) -> Option<PinChange> {
        let at = self.changed.as_deref().map(str::parse);
        at.transpose().ok().map(PinChange)
    }
}

/// What a check of a card at the counter has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardMatch {
    /// It is the customer's, and the kit's.
    Matched,
    /// It is not.
    NotMatched,
    /// The DCMS could not be asked.
    NotAsked,
}

/// Which of a customer's addresses of one kind a new card is meant to go to: the DCMS takes the kind alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressMeant {
    /// Its number in the review.
    pub meant: usize,
    /// How many there were.
    pub of: usize,
}

/// A card's switches and limits before they were changed, each under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitsRead {
    /// As they were.
    pub read: BTreeMap<String, String>,
    /// As they were sent.
    pub sent: BTreeMap<String, String>,
}

/// What a write's reply has named, or what was read after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EvidenceAfter {
    /// The customer's kits.
    Kits {
        /// The one that the write is about.
        kit: Option<Box<KitRead>>,
        /// Those that were not there before, where it is known which were.
        new: Option<Vec<KitRead>>,
        /// How many there are.
        count: usize,
        /// How many more there are that could not be read.
        #[serde(default, skip_serializing_if = "is_zero")]
        unread_kits: usize,
        /// After a change of its limits, those of the kit that it is about, each under its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<Box<BTreeMap<String, String>>>,
        /// After its PIN was set, when that was last changed; nothing where it was not read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Box<PinRead>>,
        /// After a change of all kits, the state of each under its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        states: Option<Box<BTreeMap<String, String>>>,
    },
    /// The kits that a reply has named.
    Named {
        /// Which.
        new: Vec<KitRead>,
    },
    /// The order's status.
    Order {
        /// The contract's word.
        status: String,
    },
    /// Nothing could be read.
    Unread {
        /// Why.
        unread: String,
    },
    /// Nothing was to be read.
    Nothing {},
}

/// A kit as it was read. No field of it holds a full card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitRead {
    /// Its number.
    pub kit_no: String,
    /// The contract's word for its state.
    #[serde(default)]
    pub status: String,
    /// Its card, masked.
    pub card: Option<String>,
    /// Plastic or not, as the DCMS says it.
    pub card_type: Option<String>,
    /// Its tier.
    pub tier: Option<String>,
    /// Which plastic.
    pub plastic_code: Option<String>,
    /// `MMYY`.
    pub expiry: Option<String>,
}

/// Why each of them is JSON.
const PLAIN: &str = "plain structs with text keys are JSON";

impl From<KitsRead> for EvidenceBefore {
    fn from(kits: KitsRead) -> Self {
        Self::Kits(Box::new(kits))
    }
}

impl EvidenceBefore {
    /// As a record holds it.
    ///
    /// # Panics
    /// Never: it is a plain struct with text keys.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect(PLAIN)
    }

    /// From a record; nothing where it holds none of them.
    #[must_use]
    pub fn from_json(json: &Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }
}

impl EvidenceAfter {
    /// As a record holds it.
    ///
    /// # Panics
    /// Never: it is a plain struct with text keys.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect(PLAIN)
    }

    /// From a record; nothing where it holds none of them.
    #[must_use]
    pub fn from_json(json: &Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }

    /// The kits that were named or were new.
    #[must_use]
    pub fn into_new_kits(self) -> Vec<KitRead> {
        match self {
            Self::Kits { new, .. } => new.unwrap_or_default(),
            Self::Named { new } => new,
            Self::Order { .. } | Self::Unread { .. } | Self::Nothing {} => Vec::new(),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out a reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kit() -> KitRead {
        KitRead {
            kit_no: "4561789".into(),
            status: "ACTIVE".into(),
            card: Some("411111XXXXXX1111".into()),
            card_type: None,
            tier: Some("SILVER".into()),
            plastic_code: None,
            expiry: Some("0729".into()),
        }
    }

    fn kit_json() -> Value {
        json!({"kit_no": "4561789", "status": "ACTIVE", "card": "411111XXXXXX1111", "card_type": null,
            "tier": "SILVER", "plastic_code": null, "expiry": "0729"})
    }

    #[test]
    fn what_was_read_before_keeps_its_keys() {
        let kits = |unread_kits| {
            EvidenceBefore::Kits(Box::new(KitsRead {
                kit: Some(kit()),
                kits: vec!["1".into(), "4561789".into()],
                states: vec![None, Some("ACTIVE".into())],
                cards: BTreeMap::new(),
                since: Some(7),
                unread_kits,
                limits: None,
                pin: None,
                address: None,
                card_check: None,
            }))
        };
        let order = EvidenceBefore::Order {
            status: "RECEIVED".into(),
        };
        for (before, expected) in [
            (
                kits(0),
                json!({"kit": kit_json(), "kits": ["1", "4561789"], "states": [null, "ACTIVE"], "since": 7}),
            ),
            (
                kits(2),
                json!({"kit": kit_json(), "kits": ["1", "4561789"], "states": [null, "ACTIVE"], "since": 7,
                    "unread_kits": 2}),
            ),
            (order, json!({"status": "RECEIVED"})),
        ] {
            assert_eq!(before.to_json(), expected);
            assert_eq!(EvidenceBefore::from_json(&expected), Some(before));
        }
    }

    #[test]
    fn what_was_read_after_keeps_its_keys() {
        let kits = |new, unread_kits| EvidenceAfter::Kits {
            kit: None,
            new,
            count: 3,
            unread_kits,
            limits: None,
            pin: None,
            states: None,
        };
        for (after, expected) in [
            (
                kits(Some(vec![kit()]), 0),
                json!({"kit": null, "new": [kit_json()], "count": 3}),
            ),
            (
                kits(None, 1),
                json!({"kit": null, "new": null, "count": 3, "unread_kits": 1}),
            ),
            (
                EvidenceAfter::Named { new: vec![kit()] },
                json!({"new": [kit_json()]}),
            ),
            (
                EvidenceAfter::Order {
                    status: "CANCELLED".into(),
                },
                json!({"status": "CANCELLED"}),
            ),
            (
                EvidenceAfter::Unread {
                    unread: "no answer".into(),
                },
                json!({"unread": "no answer"}),
            ),
            (EvidenceAfter::Nothing {}, json!({})),
        ] {
            assert_eq!(after.to_json(), expected);
            assert_eq!(EvidenceAfter::from_json(&expected), Some(after));
        }
    }

    #[test]
    fn limits_keep_their_keys() {
        let words =
            |daily: &str| BTreeMap::from([("domestic.atm.daily".to_owned(), daily.to_owned())]);
        let before = EvidenceBefore::Kits(Box::new(KitsRead {
            kit: None,
            kits: Vec::new(),
            states: Vec::new(),
            cards: BTreeMap::from([("4561789".into(), "411111XXXXXX1111".into())]),
            since: None,
            unread_kits: 0,
            limits: Some(LimitsRead {
                read: words("1"),
                sent: words("2"),
            }),
            pin: None,
            address: Some(AddressMeant { meant: 2, of: 2 }),
            card_check: Some(CardMatch::NotMatched),
        }));
        let expected = json!({"kit": null, "kits": [], "states": [],
            "cards": {"4561789": "411111XXXXXX1111"}, "since": null, "limits": {"read": {"domestic.atm.daily": "1"}, "sent": {"domestic.atm.daily": "2"}},
            "address": {"meant": 2, "of": 2}, "card_check": "not_matched"});
        assert_eq!(before.to_json(), expected);
        assert_eq!(EvidenceBefore::from_json(&expected), Some(before));
        let after = EvidenceAfter::Kits {
            kit: None,
            new: None,
            count: 1,
            unread_kits: 0,
            limits: Some(Box::new(words("2"))),
            pin: None,
            states: None,
        };
        let expected =
            json!({"kit": null, "new": null, "count": 1, "limits": {"domestic.atm.daily": "2"}});
        assert_eq!(after.to_json(), expected);
        assert_eq!(EvidenceAfter::from_json(&expected), Some(after));
    }

    #[test]
    fn a_pin_that_never_was_changed_is_something_else_than_one_that_was_not_read() {
        let at = "2026-11-26T12:00:00.421Z";
        let changed = |changed: Option<&str>| PinRead {
            changed: changed.map(str::to_owned),
        };
        let known = json!({"kit": null, "kits": [], "states": [], "since": null});
        for (pin, expected) in [
            (None, None),
            (Some(changed(None)), Some(json!({"changed": null}))),
            (Some(changed(Some(at))), Some(json!({"changed": at}))),
        ] {
            let after = EvidenceAfter::Kits {
                kit: None,
                new: None,
                count: 1,
                unread_kits: 0,
                limits: None,
                pin: pin.clone().map(Box::new),
                states: None,
            };
            let kept = after.to_json();
            assert_eq!(kept.get("pin"), expected.as_ref());
            assert_eq!(EvidenceAfter::from_json(&kept), Some(after));
            let mut before = known.clone();
            before
                .as_object_mut()
                .expect("an object")
                .extend(expected.map(|pin| ("pin".into(), pin)));
            let Some(EvidenceBefore::Kits(kits)) = EvidenceBefore::from_json(&before) else {
                panic!("kits");
            };
            assert_eq!(kits.pin, pin);
        }
    }

    #[test]
    fn what_an_older_program_has_kept_is_read() {
        let before = json!({"kit": {"kit_no": "1", "status": "ACTIVE"}, "kits": ["1", "2"]});
        let Some(EvidenceBefore::Kits(kits)) = EvidenceBefore::from_json(&before) else {
            panic!("kits");
        };
        assert_eq!((kits.states.len(), kits.since), (0, None));
        let after = EvidenceAfter::from_json(&json!({"new": [{"kit_no": "3"}]})).expect("kits");
        assert_eq!(after.into_new_kits()[0].kit_no, "3");
        assert_eq!(EvidenceBefore::from_json(&json!({})), None);
    }
}
