//! What was read before and after a write, and what can be told from the two (contract, 4).
//! Decided here alone: a reading settles a write only where it shows something that can't be else.

use serde_json::{Value, json};

use super::kits::{KitsBefore, KitsRead, masked};
use crate::dcms::{Expiry, Kit, KitNo, Kits, Order, OrderStatus, ReadFault, Text};
use crate::journal::{RecordId, Rivals};
use crate::pin::MaskedPan;

/// What was read just before a write was confirmed.
#[derive(Debug, Clone)]
pub enum Before {
    /// A customer's kits.
    Kits {
        /// The one that the write is about.
        kit: Box<Kit>,
        /// All of them, so that what has come or was replaced is known when it is there.
        all: KitsBefore,
    },
    /// An order.
    Order(Box<Order>),
}

impl Before {
    /// A customer's kits, as they were read; nothing where the kit is not among them.
    #[must_use]
    pub fn kits(read: &KitsRead, kit: &KitNo) -> Option<Self> {
        let kit = read.iter().find(|one| &one.kit_no == kit)?.clone();
        Some(Self::Kits {
            kit: Box::new(kit),
            all: KitsBefore::of(read, read.since),
        })
    }

    /// The last record before it was read.
    pub(super) fn since(&self) -> Option<RecordId> {
        match self {
            Self::Kits { all, .. } => all.since,
            Self::Order(_) => None,
        }
    }

    /// For the journal.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Kits { kit, all } => {
                let mut reading = json!({ "kit": kit_json(kit) });
                all.put_into(&mut reading);
                reading
            }
            Self::Order(order) => order_json(order),
        }
    }
}

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

impl Verdict {
    /// About an upgrade: it shows as the old kit REPLACED, or as a kit that was not there before and
    /// can be of no other. That nothing has changed shows nothing: a bank's own systems may still be
    /// at work. A kit that can't be read may be another one that was replaced.
    #[must_use]
    pub fn of_upgrade(
        before: Option<&KitsBefore>,
        kit: &KitNo,
        kits: &Kits,
        rivals: &Rivals,
    ) -> Self {
        // A reading without the old kit may be about anybody.
        let Some(old) = kits.iter().find(|one| &one.kit_no == kit) else {
            return Self::Open;
        };
        let nothing = KitsBefore::default();
        if before.unwrap_or(&nothing).became_replaced(old) {
            return Self::Done;
        }
        let is_its_own = before.is_some_and(|before| {
            let is_theirs = |kit: &&Kit| {
                let number = masked(kit.kit_no.as_str());
                rivals
                    .theirs
                    .iter()
                    .any(|one| masked(one.as_str()) == number)
            };
            let new = before.new_among(kits);
            let new = new.into_iter().filter(|kit| !is_theirs(kit)).count();
            // Each other kit that was replaced meanwhile has brought one of the new ones.
            let others = kits.iter().filter(|kit| before.became_replaced(kit));
            let others = others.count() + kits.unread;
            !rivals.any && before.is_whole() && new > others
        });
        if is_its_own { Self::Done } else { Self::Open }
    }

    /// About a cancellation: only an order that is RECEIVED can be cancelled, so one that has gone
    /// on was not. Where another request may have cancelled it, that it is cancelled shows nothing.
    #[must_use]
    pub fn of_cancellation(order: &Order, has_rival: bool) -> Self {
        match order.status {
            OrderStatus::Cancelled if has_rival => Self::Open,
            OrderStatus::Cancelled => Self::Done,
            OrderStatus::Received | OrderStatus::Other(_) => Self::Open,
            OrderStatus::Pending
            | OrderStatus::Processed
            | OrderStatus::Success
            | OrderStatus::Failed => Self::NotDone,
        }
    }
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

    fn kits(kits: &[(&str, &str)]) -> Kits {
        let kits = kits.iter();
        let kits = kits.map(|(number, status)| kit(number, status));
        Kits::from(kits.collect::<Vec<_>>())
    }

    fn number(number: &str) -> KitNo {
        KitNo::parse(number).expect("a number")
    }

    type States<'a> = &'a [(&'a str, &'a str)];

    /// Of the upgrade of kit 1.
    fn upgrade(before: Option<States<'_>>, now: States<'_>, rivals: &Rivals) -> Verdict {
        let before = before.map(|before| KitsBefore::of(&kits(before), None));
        Verdict::of_upgrade(before.as_ref(), &number("1"), &kits(now), rivals)
    }

    fn alone(before: States<'_>, now: States<'_>) -> Verdict {
        upgrade(Some(before), now, &Rivals::default())
    }

    const BEFORE: States<'static> = &[("1", "ACTIVE"), ("2", "ACTIVE"), ("9", "REPLACED")];

    #[test]
    fn an_upgrade_shows_as_the_old_kit_replaced_or_a_kit_that_is_new() {
        let replaced = [("1", "REPLACED"), ("2", "ACTIVE"), ("9", "REPLACED")];
        assert_eq!(alone(BEFORE, BEFORE), Verdict::Open);
        assert_eq!(alone(BEFORE, &replaced), Verdict::Done);
        let new = [BEFORE, &[("3", "ASSIGNED")]].concat();
        assert_eq!(alone(BEFORE, &new), Verdict::Done);
        // Without a reading before, only the old one can tell.
        let nothing = Rivals::default();
        assert_eq!(upgrade(None, &new, &nothing), Verdict::Open);
        assert_eq!(upgrade(None, &replaced, &nothing), Verdict::Done);
        // One that was replaced before says nothing.
        assert_eq!(alone(&replaced, &replaced), Verdict::Open);
    }

    #[test]
    fn a_reading_without_the_old_kit_says_nothing() {
        assert_eq!(alone(BEFORE, &[]), Verdict::Open);
        assert_eq!(alone(BEFORE, &[("999888", "ACTIVE")]), Verdict::Open);
    }

    #[test]
    fn a_new_kit_that_can_be_of_another_one_says_nothing() {
        // Another kit of the customer was upgraded meanwhile, wherever that was.
        let other = [("1", "ACTIVE"), ("2", "REPLACED"), ("3", "ASSIGNED")];
        assert_eq!(alone(BEFORE, &other), Verdict::Open);
        let both = [&other[..], &[("4", "ASSIGNED")]].concat();
        assert_eq!(alone(BEFORE, &both), Verdict::Done);
        // What came for the other one was upgraded in its turn.
        let twice = [
            ("1", "ACTIVE"),
            ("2", "REPLACED"),
            ("3", "REPLACED"),
            ("4", "ASSIGNED"),
        ];
        assert_eq!(alone(BEFORE, &twice), Verdict::Open);
    }

    #[test]
    fn the_records_of_others_are_minded() {
        let new = [BEFORE, &[("3", "ASSIGNED")]].concat();
        let any = Rivals {
            any: true,
            theirs: Vec::new(),
        };
        assert_eq!(upgrade(Some(BEFORE), &new, &any), Verdict::Open);
        let theirs = |number| Rivals {
            any: false,
            theirs: vec![self::number(number)],
        };
        assert_eq!(upgrade(Some(BEFORE), &new, &theirs("3")), Verdict::Open);
        assert_eq!(upgrade(Some(BEFORE), &new, &theirs("8")), Verdict::Done);
        // The old kit speaks for itself.
        let replaced = [("1", "REPLACED"), ("3", "ASSIGNED")];
        assert_eq!(upgrade(Some(BEFORE), &replaced, &any), Verdict::Done);
    }

    #[test]
    fn nothing_follows_from_a_kit_that_is_missing_where_one_could_not_be_read() {
        let odd = |states: States<'_>| Kits {
            unread: 1,
            ..kits(states)
        };
        let told = |before: &Kits, now: &Kits| {
            let before = KitsBefore::of(before, None);
            // A record gives the same answer.
            let mut record = json!({});
            before.put_into(&mut record);
            assert_eq!(KitsBefore::of_record(&record), Some(before.clone()));
            Verdict::of_upgrade(Some(&before), &number("1"), now, &Rivals::default())
        };
        let new = [BEFORE, &[("3", "ASSIGNED")]].concat();
        let two = [BEFORE, &[("3", "ASSIGNED"), ("4", "ASSIGNED")]].concat();
        let replaced = [("1", "REPLACED"), ("3", "ASSIGNED")];
        // Kit 3 may have been there before.
        assert_eq!(told(&odd(BEFORE), &kits(&new)), Verdict::Open);
        // The kit that can't be read may be another one, replaced by kit 3.
        assert_eq!(told(&kits(BEFORE), &odd(&new)), Verdict::Open);
        assert_eq!(told(&kits(BEFORE), &odd(&[("3", "ACTIVE")])), Verdict::Open);
        // What is there decides.
        assert_eq!(told(&kits(BEFORE), &odd(&two)), Verdict::Done);
        assert_eq!(told(&odd(BEFORE), &odd(&replaced)), Verdict::Done);
    }

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
    fn what_an_older_program_has_kept_is_not_trusted_with_more_than_it_says() {
        let record = json!({"kit": {"kit_no": "1", "status": "ACTIVE"}, "kits": ["1", "2"]});
        let before = KitsBefore::of_record(&record).expect("kits");
        let told = |now: States<'_>| {
            let nothing = Rivals::default();
            Verdict::of_upgrade(Some(&before), &number("1"), &kits(now), &nothing)
        };
        assert_eq!(told(&[("1", "ACTIVE"), ("3", "ASSIGNED")]), Verdict::Open);
        assert_eq!(told(&[("1", "REPLACED"), ("3", "ASSIGNED")]), Verdict::Done);
        let record = json!({"kit": {"kit_no": "1", "status": "REPLACED"}, "kits": ["1"]});
        let before = KitsBefore::of_record(&record).expect("kits");
        let old = kits(&[("1", "REPLACED")]);
        let told = Verdict::of_upgrade(Some(&before), &number("1"), &old, &Rivals::default());
        assert_eq!(told, Verdict::Open);
    }

    #[test]
    fn a_number_like_a_card_s_is_known_again_from_a_record() {
        let states = [("1", "ACTIVE"), ("411111XXXXXX1111", "ACTIVE")];
        let now = [("1", "ACTIVE"), ("4111111111111111", "ACTIVE")];
        assert_eq!(alone(&states, &now), Verdict::Open);
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
