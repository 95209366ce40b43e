//! A customer's kits as they were read before a write, in a form that a record can hold and give back.
//! What follows from them is decided elsewhere.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::dcms::{Kit, KitNo, Kits, Status};
use crate::journal::{RecordId, guarded};

/// Which kits there were before, and in which state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KitsBefore {
    /// By its number, or what the journal's guard has left of it, the state; unknown where the record was
    /// made by a program that did not keep it, or the kit was listed in more than one.
    kits: BTreeMap<String, Option<String>>,
    /// How many more there were that could not be read.
    pub(super) unread: usize,
    /// The last record before they were read.
    pub(super) since: Option<RecordId>,
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

    /// The state in which this kit was, where that is known.
    pub(super) fn state_of(&self, kit: &KitNo) -> Option<&str> {
        self.find(kit).find_map(Option::as_deref)
    }

    /// Whether this kit is REPLACED and was not.
    pub(super) fn became_replaced(&self, kit: &Kit) -> bool {
        let word = Status::Replaced.word();
        let mut before = self.find(&kit.kit_no);
        kit.status == Status::Replaced && !before.any(|status| status.as_deref() == Some(&*word))
    }

    fn find(&self, kit: &KitNo) -> impl Iterator<Item = &Option<String>> {
        let whole = self.kits.get(kit.as_str());
        let masked = masked(kit.as_str());
        let masked = self.kits.get(&masked).filter(|_| masked != kit.as_str());
        whole.into_iter().chain(masked)
    }

    /// Adds itself to a reading for the journal.
    pub(super) fn put_into(&self, reading: &mut Value) {
        let numbers = self.kits.keys().map(|number| json!(number));
        let states = self.kits.values().map(|status| json!(status));
        reading["kits"] = numbers.collect();
        reading["states"] = states.collect();
        reading["since"] = json!(self.since.map(|record| record.0));
        if self.unread > 0 {
            reading["unread_kits"] = json!(self.unread);
        }
    }

    /// As a record holds it; nothing where it names no kits.
    pub(super) fn of_record(reading: &Value) -> Option<Self> {
        let numbers = reading["kits"].as_array()?;
        let words = reading["states"].as_array();
        let kits = numbers.iter().enumerate().filter_map(|(place, number)| {
            let about = &reading["kit"];
            let status = words.and_then(|words| words.get(place)?.as_str());
            // What older programs kept of the one kit that the write is about.
            let status = status.or_else(|| {
                about["status"]
                    .as_str()
                    .filter(|_| about["kit_no"] == *number)
            });
            Some((number.as_str()?.to_owned(), status.map(str::to_owned)))
        });
        let unread = reading["unread_kits"].as_u64().unwrap_or(0);
        Some(Self {
            kits: by_number(kits),
            unread: usize::try_from(unread).unwrap_or(usize::MAX),
            since: reading["since"].as_i64().map(RecordId),
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
        let mut reading = json!({});
        before.put_into(&mut reading);
        assert_eq!(KitsBefore::of_record(&reading), Some(before));
        assert_eq!(KitsBefore::of_record(&json!({})), None);
    }

    #[test]
    fn a_kit_is_known_by_what_the_guard_has_left_of_its_number() {
        let like_a_card = kit("4111111111111111", "ACTIVE");
        for number in ["4111111111111111", "411111XXXXXX1111"] {
            let record = json!({ "kits": [number], "states": ["ACTIVE"] });
            let before = KitsBefore::of_record(&record).expect("kits");
            assert!(before.holds(&like_a_card.kit_no), "{number}");
        }
    }

    #[test]
    fn what_an_older_program_has_kept_is_read() {
        let before = KitsBefore::of_record(&json!({ "kits": ["1", "2"] })).expect("kits");
        assert!(before.holds(&kit("2", "").kit_no) && !before.is_whole());
        assert_eq!(before.since, None);
    }
}
