//! Which kit took another's place, where the replies say enough to tell. The contract has no field
//! for it, so what can't be told is not guessed.

use crate::dcms::{Kit, KitNo, Status, Text};

/// What ties a kit to another of the same customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// This one took its place.
    ReplacedBy(KitNo),
    /// It took this one's place.
    InPlaceOf(KitNo),
}

impl Tie {
    /// A kit that was replaced on a day, and the only one of that account that was made on that day,
    /// belong together; but only if no other was replaced then.
    #[must_use]
    pub fn of(kit: &Kit, kits: &[Kit]) -> Option<Self> {
        let is_replaced = kit.status == Status::Replaced;
        let day = if is_replaced {
            day(kit.changed.as_ref())?
        } else {
            day(kit.created.as_ref())?
        };
        let old = only(kits, |one| {
            one.status == Status::Replaced && self::day(one.changed.as_ref()) == Some(day)
        })?;
        let new = only(kits, |one| self::day(one.created.as_ref()) == Some(day))?;
        if old.kit_no == new.kit_no || old.account_no != new.account_no {
            None
        } else if kit.kit_no == old.kit_no {
            Some(Self::ReplacedBy(new.kit_no.clone()))
        } else {
            (kit.kit_no == new.kit_no).then(|| Self::InPlaceOf(old.kit_no.clone()))
        }
    }
}

/// The day of either form of a date (contract, 3).
fn day(text: Option<&Text>) -> Option<&str> {
    text?.as_sent().trim().get(..10)
}

/// The one that fits, unless more do.
fn only(kits: &[Kit], fits: impl Fn(&Kit) -> bool) -> Option<&Kit> {
    let mut fitting = kits.iter().filter(|kit| fits(kit));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(number: &str, status: &str, created: &str, changed: &str) -> Kit {
        let text = format!(
            r#"{{"kitNo":"{number}","cardStatus":"{status}","createdDate":"{created}","changedDate":"{changed}"}}"#
        );
        serde_json::from_str(&text).expect("a kit")
    }

    #[test]
    fn tied_by_a_day_that_only_the_two_share() {
        let old = kit(
            "1",
            "REPLACED",
            "2019-08-02",
            "2024-07-09T10:00:00.000+00:00",
        );
        let new = kit("2", "ACTIVE", "2024-07-09", "");
        let other = kit("3", "ACTIVE", "2020-01-01", "");
        let kits = [old.clone(), new.clone(), other.clone()];
        let number = |text: &str| KitNo::parse(text).expect("a number");
        assert_eq!(Tie::of(&old, &kits), Some(Tie::ReplacedBy(number("2"))));
        assert_eq!(Tie::of(&new, &kits), Some(Tie::InPlaceOf(number("1"))));
        assert_eq!(Tie::of(&other, &kits), None);
    }

    #[test]
    fn not_guessed_where_more_than_one_fits() {
        let old = kit("1", "REPLACED", "2019-08-02", "2024-07-09");
        let new = kit("2", "ACTIVE", "2024-07-09", "");
        let twin = kit("3", "ASSIGNED", "2024-07-09", "");
        let kits = [old.clone(), new.clone(), twin];
        assert_eq!(Tie::of(&old, &kits), None);
        assert_eq!(Tie::of(&new, &kits), None);
        let two = kit("4", "REPLACED", "2018-08-02", "2024-07-09");
        assert_eq!(Tie::of(&old, &[old.clone(), new, two]), None);
        let undated = kit("5", "REPLACED", "", "");
        assert_eq!(Tie::of(&undated, std::slice::from_ref(&undated)), None);
    }
}
