//! What was read before and after a write, in the form in which the journal keeps it. What follows from
//! it each operation says itself: [`super::operations::Kind`].

use serde_json::{Value, json};

use super::kits::KitsBefore;
use crate::dcms::{Expiry, Kit, KitNo, Kits, Order, ReadFault, Text};
use crate::pin::MaskedPan;

/// What was read after a write.
#[derive(Debug, Clone)]
pub enum Reading {
    /// The customer's kits, as far as they could be read.
    Kits(Kits),
    /// The order.
    Order(Box<Order>),
}

impl Reading {
    /// For the journal: the kit that the write is about and those that are new, or the order.
    pub(super) fn to_json(&self, kit: Option<&KitNo>, known: Option<&KitsBefore>) -> Value {
        match self {
            Self::Order(order) => order_json(order),
            Self::Kits(kits) => {
                let about = kits.iter().find(|one| Some(&one.kit_no) == kit);
                let new = known.map(|known| known.new_among(kits));
                let mut reading = json!({
                    "kit": about.map(kit_json),
                    "new": new.map(|new| new.into_iter().map(kit_json).collect::<Vec<_>>()),
                    "count": kits.len(),
                });
                if kits.unread > 0 {
                    reading["unread_kits"] = json!(kits.unread);
                }
                reading
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

/// What a reply has named, for the record of its outcome.
pub(super) fn named(kits: &[Kit]) -> Value {
    json!({ "new": kits.iter().map(kit_json).collect::<Vec<_>>() })
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

/// What was read before a write to a kit.
pub(super) fn kits_before(kit: &Kit, all: &KitsBefore) -> Value {
    let mut reading = json!({ "kit": kit_json(kit) });
    all.put_into(&mut reading);
    reading
}

pub(super) fn order_json(order: &Order) -> Value {
    json!({ "status": order.status.word() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(number: &str, status: &str) -> Kit {
        let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    fn kits(kits: &[(&str, &str)]) -> Kits {
        let kits = kits.iter();
        let kits = kits.map(|(number, status)| kit(number, status));
        Kits::from(kits.collect::<Vec<_>>())
    }

    fn number(number: &str) -> KitNo {
        KitNo::parse(number).expect("a number")
    }

    type States<'a> = &'a [(&'a str, &'a str)];

    const BEFORE: States<'static> = &[("1", "ACTIVE"), ("2", "ACTIVE"), ("9", "REPLACED")];

    #[test]
    fn no_kit_is_new_where_one_could_not_be_read_before() {
        let before = Kits {
            unread: 1,
            ..kits(BEFORE)
        };
        let known = KitsBefore::of(&before, None);
        let now = Kits {
            unread: 2,
            ..kits(&[("1", "REPLACED"), ("3", "ASSIGNED")])
        };
        let json = Reading::Kits(now).to_json(Some(&number("1")), Some(&known));
        assert_eq!(json["new"], json!([]));
        assert_eq!(json["unread_kits"], 2);
    }

    #[test]
    fn a_reading_after_names_what_is_new() {
        let read = kits(&[("1", "REPLACED"), ("3", "ASSIGNED")]);
        let known = KitsBefore::of(&kits(&[("1", "ACTIVE"), ("2", "CLOSED")]), None);
        let json = Reading::Kits(read).to_json(Some(&number("1")), Some(&known));
        assert_eq!(json["kit"]["status"], "REPLACED");
        assert_eq!(json["new"][0]["kit_no"], "3");
        assert_eq!(json["count"], 2);
    }
}
