//! A customer's kits as they were read before a write, in a form that a record can hold and give back.
//! What follows from them is decided elsewhere.

use std::collections::BTreeMap;

use serde_json::Value;

use super::limits_change::LimitsChange;
use crate::dcms::{Kit, KitNo, Kits, PinChange, Status};
use crate::journal::{EvidenceBefore, KitRead, KitsRead, PinRead, RecordId, guarded};

/// Which kits there were before, and in which state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KitsBefore {
    /// By its number, or what the journal's guard has left of it, the state; unknown where the record was
    /// made by a program that did not keep it, or the kit was listed in more than one.
    kits: BTreeMap<String, Option<String>>,
    /// How many more there were that could not be read.
    pub(super) unread: usize,
    /// The last record before they were read.
    pub(in crate::desk) since: Option<RecordId>,
    /// What the write changes of the limits of one of them, where it does.
    pub(in crate::desk) limits: Option<LimitsChange>,
    /// When the PIN of one of them was last changed, where the write sets it and that could be read.
    pub(in crate::desk) pin: Option<PinChange>,
}

impl KitsBefore {
    /// These kits.
    #[must_use]
    pub fn of(read: &Kits, since: Option<RecordId>) -> Self {
        let kits = read.iter().map(|kit| {
            let number = kit.kit_no.as_str().to_owned();
            (number, Some(kit.status.word().into_owned()))
        });
        Self {
            kits: by_number(kits),
            unread: read.unread,
            since,
            limits: None,
            pin: None,
        }
    }

    /// Whether this kit was among them. A number that looks like a card's stands masked in a record.
    #[must_use]
    pub fn holds(&self, kit: &KitNo) -> bool {
        self.find(kit).next().is_some()
    }

    /// The kits that were not there before. None where a kit could not be read before: it may be any
    /// of these.
    #[must_use]
    pub fn new_among<'a>(&self, kits: &'a [Kit]) -> Vec<&'a Kit> {
        if self.unread > 0 {
            return Vec::new();
        }
        let new = kits.iter().filter(|kit| !self.holds(&kit.kit_no));
        new.collect()
    }

    /// Whether every kit and its state is known.
    pub(super) fn is_whole(&self) -> bool {
        self.unread == 0 && self.kits.values().all(Option::is_some)
    }

    /// The number of each kit, and the state in which it was, where that is known.
    pub(in crate::desk) fn states(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let kits = self.kits.iter();
        kits.map(|(number, state)| (number.as_str(), state.as_deref()))
    }

    /// The state in which this kit was, where that is known.
    #[must_use]
    pub fn state_of(&self, kit: &KitNo) -> Option<&str> {
        self.find(kit).find_map(Option::as_deref)
    }

    /// Whether this kit is in that state and was not.
    pub(super) fn became(&self, kit: &Kit, state: &Status) -> bool {
        let word = state.word();
        let mut before = self.find(&kit.kit_no);
        kit.status == *state && !before.any(|status| status.as_deref() == Some(&*word))
    }

    fn find(&self, kit: &KitNo) -> impl Iterator<Item = &Option<String>> {
        let whole = self.kits.get(kit.as_str());
        let masked = masked(kit.as_str());
        let masked = self.kits.get(&masked).filter(|_| masked != kit.as_str());
        whole.into_iter().chain(masked)
    }

    /// As a record holds it, with the kit that the write is about.
    pub(in crate::desk) fn to_record(&self, kit: Option<KitRead>) -> KitsRead {
        KitsRead {
            kit,
            address: None,
            card_check: None,
            cards: BTreeMap::new(),
            kits: self.kits.keys().cloned().collect(),
            states: self.kits.values().cloned().collect(),
            since: self.since.map(|record| record.0),
            unread_kits: self.unread,
            limits: self.limits.as_ref().map(LimitsChange::to_record),
            pin: self.pin.map(Into::into),
        }
    }

    /// From a record; nothing where it names no kits.
    pub(super) fn from_record(reading: &Value) -> Option<Self> {
        let EvidenceBefore::Kits(read) = EvidenceBefore::from_json(reading)? else {
            return None;
        };
        let read = *read;
        let about = read.kit.as_ref();
        let kits = read.kits.into_iter().enumerate().map(|(place, number)| {
            let status = read.states.get(place).cloned().flatten();
            // What older programs kept of the one kit that the write is about.
            let status = status.or_else(|| {
                about
                    .filter(|about| about.kit_no == number)
                    .map(|about| about.status.clone())
            });
            (number, status)
        });
        Some(Self {
            kits: by_number(kits),
            unread: read.unread_kits,
            since: read.since.map(RecordId),
            limits: read.limits.as_ref().map(LimitsChange::from_record),
            pin: read.pin.as_ref().and_then(PinRead::change),
        })
    }
}

/// A kit that is listed in more than one state is in none that is known.
fn by_number(
    kits: impl Iterator<Item = (String, Option<String>)>,
) -> BTreeMap<String, Option<String>> {
    let mut by_number: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (number, status) in kits {
        by_number
            .entry(number)
            .and_modify(|known| {
                *known = known.take().filter(|known| Some(known) == status.as_ref());
            })
            .or_insert(status);
    }
    by_number
}

/// A kit's number as a record may hold it.
pub(super) fn masked(number: &str) -> String {
    guarded(number, &[])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kit(number: &str, status: &str) -> Kit {
        let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    #[test]
    fn a_record_gives_back_what_was_put_into_it() {
        let before = KitsBefore::of(
            &vec![kit("1", "ACTIVE"), kit("2", "REPLACED")].into(),
            Some(RecordId(7)),
        );
        let reading = EvidenceBefore::from(before.to_record(None)).to_json();
        assert_eq!(KitsBefore::from_record(&reading), Some(before));
        assert_eq!(KitsBefore::from_record(&json!({})), None);
    }

    #[test]
    fn a_record_says_when_a_pin_was_changed_to_the_nanosecond() {
        let at = "2026-11-26T14:23:45.421123456Z";
        assert_eq!(guarded(at, &[]), at, "no card number");
        for pin in [
            None,
            Some(PinChange(None)),
            Some(PinChange(at.parse().ok())),
        ] {
            let before = KitsBefore {
                pin,
                ..KitsBefore::default()
            };
            let reading = EvidenceBefore::from(before.to_record(None)).to_json();
            assert_eq!(KitsBefore::from_record(&reading), Some(before));
        }
    }

    #[test]
    fn a_kit_is_known_by_what_the_guard_has_left_of_its_number() {
        let like_a_card = kit("4111111111111111", "ACTIVE");
        for number in ["4111111111111111", "411111XXXXXX1111"] {
            let record = json!({ "kits": [number], "states": ["ACTIVE"] });
            let before = KitsBefore::from_record(&record).expect("kits");
            assert!(before.holds(&like_a_card.kit_no), "{number}");
        }
    }

    #[test]
    fn what_an_older_program_has_kept_is_read() {
        let before = KitsBefore::from_record(&json!({ "kits": ["1", "2"] })).expect("kits");
        assert!(before.holds(&kit("2", "").kit_no) && !before.is_whole());
        assert_eq!(before.since, None);
    }
}
