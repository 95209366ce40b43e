//! Which kit took another's place, where the replies say enough to tell. The contract has no field
//! for it, and unclear cases are not guessed.

use std::collections::HashMap;

use crate::dcms::{Kit, KitNo, Status, Text};

/// How a kit and another one of the same customer belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// This one took its place.
    By(KitNo),
    /// It took this one's place.
    Of(KitNo),
}

/// All replacements among a customer's kits, found once: a long list asks for each of them.
#[derive(Debug, Clone, Default)]
pub struct Replacements(HashMap<KitNo, Replacement>);

/// The kits of one day, as far as there is one of a kind alone.
#[derive(Default)]
struct Day<'k> {
    old: Fitting<'k>,
    new: Fitting<'k>,
}

/// What fits.
#[derive(Default)]
enum Fitting<'k> {
    #[default]
    None,
    One(&'k Kit),
    More,
}

impl<'k> Fitting<'k> {
    fn add(&mut self, kit: &'k Kit) {
        *self = match self {
            Self::None => Self::One(kit),
            Self::One(_) | Self::More => Self::More,
        };
    }
}

impl Replacements {
    /// A kit that was replaced on a day, and the only one of that account that was made on that day,
    /// belong together; but only if no other was replaced then.
    #[must_use]
    pub fn among(kits: &[Kit]) -> Self {
        let mut days: HashMap<&str, Day<'_>> = HashMap::new();
        for old in kits.iter().filter(|kit| kit.status == Status::Replaced) {
            if let Some(day) = day(old.changed.as_ref()) {
                days.entry(day).or_default().old.add(old);
            }
        }
        if days.is_empty() {
            return Self::default();
        }
        for new in kits {
            if let Some(day) = day(new.created.as_ref()).and_then(|day| days.get_mut(day)) {
                day.new.add(new);
            }
        }
        let mut replacements = HashMap::new();
        for day in days.into_values() {
            if let (Fitting::One(old), Fitting::One(new)) = (day.old, day.new)
                && old.kit_no != new.kit_no
                && old.account_no == new.account_no
            {
                replacements.insert(old.kit_no.clone(), Replacement::By(new.kit_no.clone()));
                // A kit that was itself replaced keeps that one.
                if new.status != Status::Replaced {
                    replacements.insert(new.kit_no.clone(), Replacement::Of(old.kit_no.clone()));
                }
            }
        }
        Self(replacements)
    }

    /// The kit that took the place of this one, or in whose place it is.
    #[must_use]
    pub fn of(&self, kit: &KitNo) -> Option<&Replacement> {
        self.0.get(kit)
    }
}

/// The day of either form of a date (contract, 3).
fn day(text: Option<&Text>) -> Option<&str> {
    text?.as_sent().trim().get(..10)
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
        let replacements = Replacements::among(&kits);
        assert_eq!(
            replacements.of(&old.kit_no),
            Some(&Replacement::By(number("2")))
        );
        assert_eq!(
            replacements.of(&new.kit_no),
            Some(&Replacement::Of(number("1")))
        );
        assert_eq!(replacements.of(&other.kit_no), None);
    }

    #[test]
    fn not_guessed_where_more_than_one_fits() {
        let old = kit("1", "REPLACED", "2019-08-02", "2024-07-09");
        let new = kit("2", "ACTIVE", "2024-07-09", "");
        let twin = kit("3", "ASSIGNED", "2024-07-09", "");
        let nothing_among = |kits: &[&Kit]| {
            let kits: Vec<_> = kits.iter().copied().cloned().collect();
            let replacements = Replacements::among(&kits);
            assert!(
                kits.iter()
                    .all(|kit| replacements.of(&kit.kit_no).is_none())
            );
        };
        nothing_among(&[&old, &new, &twin]);
        let two = kit("4", "REPLACED", "2018-08-02", "2024-07-09");
        nothing_among(&[&old, &new, &two]);
        nothing_among(&[&kit("5", "REPLACED", "", "")]);
    }
}
