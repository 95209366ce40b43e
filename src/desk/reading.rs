//! What was read before and after a write, and what can be told from the two (contract, 4).
//! Decided here alone: a reading settles a write only where it shows something that can't be else.

use serde_json::{Value, json};

use crate::dcms::{Expiry, Kit, KitNo, Order, OrderStatus, ReadFault, Status, Text};
use crate::pin::MaskedPan;

/// What was read just before a write was confirmed.
#[derive(Debug, Clone)]
pub enum Before {
    /// A customer's kits.
    Kits {
        /// The one that the write is about.
        kit: Box<Kit>,
        /// The numbers of all, so that a new one is known when it is there.
        all: Vec<KitNo>,
    },
    /// An order.
    Order(Box<Order>),
}

impl Before {
    /// A customer's kits, as they were read; nothing where the kit is not among them.
    #[must_use]
    pub fn kits(kits: &[Kit], kit: &KitNo) -> Option<Self> {
        let kit = kits.iter().find(|one| &one.kit_no == kit)?.clone();
        Some(Self::Kits {
            kit: Box::new(kit),
            all: kits.iter().map(|kit| kit.kit_no.clone()).collect(),
        })
    }

    /// For the journal.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Kits { kit, all } => json!({
                "kit": kit_json(kit),
                "kits": all.iter().map(KitNo::as_str).collect::<Vec<_>>(),
            }),
            Self::Order(order) => order_json(order),
        }
    }
}

/// What was read after a write.
#[derive(Debug, Clone)]
pub enum Reading {
    /// The customer's kits, all of them.
    Kits(Vec<Kit>),
    /// The order.
    Order(Box<Order>),
}

impl Reading {
    /// For the journal: the kit that the write is about and those that are new, or the order.
    pub(super) fn to_json(&self, kit: Option<&KitNo>, known: Option<&[KitNo]>) -> Value {
        match self {
            Self::Order(order) => order_json(order),
            Self::Kits(kits) => {
                let about = kits.iter().find(|one| Some(&one.kit_no) == kit);
                let new = known.map(|known| new_among(kits, known));
                json!({
                    "kit": about.map(kit_json),
                    "new": new.map(|new| new.into_iter().map(kit_json).collect::<Vec<_>>()),
                    "count": kits.len(),
                })
            }
        }
    }
}

/// What a reading says about a write whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was done.
    Done,
    /// It was not done, and never will be.
    NotDone,
    /// Nothing can be told yet: it may still be under way over there.
    Open,
    /// Nothing can ever be told by reading.
    CantBeRead,
}

impl Verdict {
    /// About an upgrade: it shows as a kit that was not there before, or as the old one REPLACED.
    /// That nothing has changed shows nothing: a bank's own systems may still be at work.
    #[must_use]
    pub fn of_upgrade(
        known: Option<&[KitNo]>,
        was: Option<&str>,
        kit: &KitNo,
        kits: &[Kit],
    ) -> Self {
        let is_new = known.is_some_and(|known| !new_among(kits, known).is_empty());
        let now = kits.iter().find(|one| &one.kit_no == kit);
        let replaced = now.is_some_and(|kit| kit.status == Status::Replaced);
        if is_new || (replaced && was != Some("REPLACED")) {
            Self::Done
        } else {
            Self::Open
        }
    }

    /// About a cancellation: only an order that is RECEIVED can be cancelled, so one that has gone
    /// on was not.
    #[must_use]
    pub fn of_cancellation(order: &Order) -> Self {
        match order.status {
            OrderStatus::Cancelled => Self::Done,
            OrderStatus::Received | OrderStatus::Other(_) => Self::Open,
            OrderStatus::Pending
            | OrderStatus::Processed
            | OrderStatus::Success
            | OrderStatus::Failed => Self::NotDone,
        }
    }
}

/// The kits that are not among those known before.
#[must_use]
pub fn new_among<'a>(kits: &'a [Kit], known: &[KitNo]) -> Vec<&'a Kit> {
    let new = kits.iter().filter(|kit| !known.contains(&kit.kit_no));
    new.collect()
}

/// The kits' numbers and the kit's state in a record's reading before.
pub(super) fn of_record(before: Option<&Value>) -> (Option<Vec<KitNo>>, Option<String>) {
    let kits = before.and_then(|before| before["kits"].as_array());
    let kits = kits.map(|kits| {
        let numbers = kits.iter().filter_map(Value::as_str);
        numbers.filter_map(|text| KitNo::parse(text).ok()).collect()
    });
    let was = before.and_then(|before| before["kit"]["status"].as_str());
    (kits, was.map(str::to_owned))
}

/// What is told of a reading that failed.
pub(super) fn unread(fault: &ReadFault) -> Value {
    json!({ "unread": fault.to_string() })
}

fn kit_json(kit: &Kit) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.shown().into_owned());
    json!({
        "kit_no": kit.kit_no.as_str(),
        "status": kit.status.word(),
        "card": kit.card.as_ref().map(MaskedPan::to_string),
        "card_type": text(&kit.card_type),
        "tier": text(&kit.tier),
        "plastic_code": text(&kit.plastic_code),
        "expiry": kit.expiry.map(Expiry::mmyy),
    })
}

fn order_json(order: &Order) -> Value {
    json!({ "status": order.status.word() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(number: &str, status: &str) -> Kit {
        let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    fn numbers(numbers: &[&str]) -> Vec<KitNo> {
        let parse = |number: &&str| KitNo::parse(number).expect("a number");
        numbers.iter().map(parse).collect()
    }

    fn upgrade(known: Option<&[&str]>, was: Option<&str>, kits: &[(&str, &str)]) -> Verdict {
        let kits: Vec<_> = kits
            .iter()
            .map(|(number, status)| kit(number, status))
            .collect();
        let known = known.map(numbers);
        let old = KitNo::parse("1").expect("a number");
        Verdict::of_upgrade(known.as_deref(), was, &old, &kits)
    }

    #[test]
    fn an_upgrade_shows_as_a_new_kit_or_the_old_one_replaced() {
        let known: Option<&[&str]> = Some(&["1", "2"]);
        let active = Some("ACTIVE");
        assert_eq!(
            upgrade(known, active, &[("1", "ACTIVE"), ("2", "CLOSED")]),
            Verdict::Open
        );
        assert_eq!(
            upgrade(known, active, &[("1", "REPLACED"), ("2", "CLOSED")]),
            Verdict::Done
        );
        assert_eq!(
            upgrade(known, active, &[("1", "ACTIVE"), ("3", "ASSIGNED")]),
            Verdict::Done
        );
        assert_eq!(upgrade(known, active, &[]), Verdict::Open);
        // Without a reading before, only the old one can tell.
        assert_eq!(
            upgrade(None, None, &[("1", "ACTIVE"), ("3", "ASSIGNED")]),
            Verdict::Open
        );
        assert_eq!(upgrade(None, None, &[("1", "REPLACED")]), Verdict::Done);
        // One that was replaced before says nothing.
        assert_eq!(
            upgrade(known, Some("REPLACED"), &[("1", "REPLACED")]),
            Verdict::Open
        );
    }

    #[test]
    fn a_record_s_reading_is_read_back() {
        let kits = [kit("1", "ACTIVE"), kit("2", "REPLACED")];
        let before = Before::kits(&kits, &kits[0].kit_no).expect("it is among them");
        let (known, was) = of_record(Some(&before.to_json()));
        assert_eq!(known, Some(numbers(&["1", "2"])));
        assert_eq!(was.as_deref(), Some("ACTIVE"));
        assert_eq!(of_record(None), (None, None));
        assert!(Before::kits(&kits, &numbers(&["9"])[0]).is_none());
    }

    #[test]
    fn a_reading_after_names_what_is_new() {
        let kits = vec![kit("1", "REPLACED"), kit("3", "ASSIGNED")];
        let known = numbers(&["1", "2"]);
        let json = Reading::Kits(kits).to_json(Some(&known[0]), Some(&known));
        assert_eq!(json["kit"]["status"], "REPLACED");
        assert_eq!(json["new"][0]["kit_no"], "3");
        assert_eq!(json["count"], 2);
    }
}
