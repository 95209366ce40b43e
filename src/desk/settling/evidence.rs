//! What a reading shows of a write, next to what was read before it.

use std::collections::HashSet;

use jiff::Timestamp;

use super::kits_before::{KitsBefore, masked};
use crate::dcms::{CardSettings, Kit, Kits, Order, Status};
use crate::desk::reading::Reading;
use crate::desk::sentences::{sentence, unread};
use crate::desk::target::Target;
use crate::journal::Rivals;
use crate::sorting;

/// What was there before a write and what is there now.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What it was about.
    pub target: &'a Target,
    /// When its intent was recorded, by this machine's clock; nothing where it was not.
    pub sent: Option<Timestamp>,
    /// The customer's kits before, where they are known.
    pub before: Option<&'a KitsBefore>,
    /// What is there now.
    pub now: &'a Reading,
}

impl<'a> Evidence<'a> {
    /// The order now.
    #[must_use]
    pub fn order(&self) -> Option<&'a Order> {
        self.now.order.as_deref()
    }

    /// The customer's kits now, as far as they could be read.
    #[must_use]
    pub fn kits(&self) -> Option<&'a Kits> {
        self.now.kits.as_ref()
    }

    fn listed(&self) -> impl Iterator<Item = &'a Kit> + use<'a> {
        let (kits, about) = (self.kits(), self.target.kit_no());
        let kits = kits.into_iter().flat_map(|kits| kits.iter());
        kits.filter(move |kit| Some(&kit.kit_no) == about)
    }

    /// The kit as it is now; a reading without it may be about anybody, and one that lists it in more than
    /// one state contradicts itself.
    #[must_use]
    pub fn kit_now(&self) -> Option<&'a Kit> {
        let mut listed = self.listed();
        let first = listed.next()?;
        listed
            .all(|kit| kit.status == first.status)
            .then_some(first)
    }

    /// The state in which the kit was, where that is known.
    #[must_use]
    pub fn state_before(&self) -> Option<&'a str> {
        self.before?.state_of(self.target.kit_no()?)
    }

    /// That the kit is in another state than before, or a limit as it was asked for, though the change was refused: a
    /// part of it may have been done (contract, 3, rule 3), or somebody else has acted.
    #[must_use]
    pub fn changed_all_the_same(&self) -> Option<String> {
        let what = self.other_state().or_else(|| self.taken_limits())?;
        let what = sentence(&what);
        Some(format!(
            "{what} A part of it may have been done, or somebody else has changed the card."
        ))
    }

    fn other_state(&self) -> Option<String> {
        let (before, now) = (self.state_before()?, self.kit_now()?.status.word());
        let about = self.target;
        (before != now).then(|| format!("{about} was {before}, and now it is {now}"))
    }

    fn taken_limits(&self) -> Option<String> {
        let (change, now) = (self.before?.limits.as_ref()?, self.now.limits.as_deref()?);
        let taken = change.seen(&CardSettings::from(now)).taken;
        (!taken.is_empty()).then(|| format!("read just now, {taken}"))
    }

    /// Why the kit's state is not known now: the end of a sentence about it.
    #[must_use]
    pub fn why_unknown(&self) -> String {
        let about = self.target;
        match self.unread_now() {
            _ if self.listed().next().is_some() => {
                format!("{about} is listed in more than one state")
            }
            Some(unread) => {
                format!("{about} is not among the kits that could be read ({unread})")
            }
            None => format!("{about} is not in the list"),
        }
    }

    /// The kits that were not there before. Where nothing is known of before, all of them.
    #[must_use]
    pub fn new_kits(&self) -> Vec<&'a Kit> {
        let now = self.kits().map_or(&[][..], |kits| kits);
        match self.before {
            Some(before) => before.new_among(now),
            None => now.iter().collect(),
        }
    }

    /// Their numbers, for a sentence that goes on with `is new` or `are new`; nothing where there is none.
    pub(super) fn new_numbers(&self) -> Option<String> {
        let new = self.new_kits().into_iter();
        let numbers = sorting::set(new.map(|kit| kit.kit_no.as_str()));
        let are = if numbers.len() == 1 { "is" } else { "are" };
        let numbers: Vec<_> = numbers.into_iter().collect();
        (!numbers.is_empty()).then(|| format!("{} {are}", numbers.join(", ")))
    }

    /// How many of the new kits may be of other operations: each other kit that was replaced or blocked
    /// meanwhile may have brought one, and so may one that can't be read.
    pub(in crate::desk) fn may_be_of_others(&self) -> usize {
        let (Some(before), Some(now)) = (self.before, self.kits()) else {
            return 0;
        };
        let is_gone = |kit: &&Kit| {
            Some(&kit.kit_no) != self.target.kit_no()
                && [Status::Replaced, Status::Blocked]
                    .iter()
                    .any(|state| before.became(kit, state))
        };
        now.iter().filter(is_gone).count() + now.unread
    }

    /// Whether a kit is new that can be of no other operation.
    pub(super) fn has_own_kit(&self, rivals: &Rivals) -> bool {
        let (Some(before), Some(now)) = (self.before, self.kits()) else {
            return false;
        };
        let theirs = rivals.theirs.iter().map(|kit| masked(kit.as_str()));
        let theirs: HashSet<String> = theirs.collect();
        let is_theirs = |kit: &&Kit| theirs.contains(&masked(kit.kit_no.as_str()));
        let new = before.new_among(now).into_iter();
        let new = new.filter(|kit| !is_theirs(kit)).count();
        !rivals.any && before.is_whole() && new > self.may_be_of_others()
    }

    fn unread_now(&self) -> Option<String> {
        unread(self.kits().map_or(0, |kits| kits.unread), "kit")
    }

    /// What could not be read before or now; if there is any, it is unclear whether a kit is new.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        let before = self.before.map_or(0, |before| before.unread);
        let now = self.kits().map_or(0, |kits| kits.unread);
        unread(now.max(before), "kit")
    }
}

/// What a reading says that does not show the kit's state: nothing follows from it.
pub(super) fn nothing_told(evidence: &Evidence<'_>) -> String {
    let why = evidence.why_unknown();
    format!("Read just now: {why}. That does not show the outcome.")
}
