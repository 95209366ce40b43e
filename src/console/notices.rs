//! Sentences that are said below the screen: each goes by itself, and all of them are kept for whoever
//! looked away. Knows no clock: the time comes with what is said.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a sentence stands: longer ones take longer to read.
const SHORTEST: Duration = Duration::from_secs(6);
/// For each character of it.
const A_CHARACTER: Duration = Duration::from_millis(60);
/// So many are kept.
const KEPT: usize = 200;

/// A sentence, and when it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The sentence.
    pub sentence: String,
    /// When.
    pub at: Instant,
}

/// What was said.
#[derive(Default)]
pub struct Notices {
    /// The newest last.
    kept: VecDeque<Said>,
    /// Whether the newest still stands below the screen.
    stands: bool,
    /// Said while nobody knew the time; `stamp` tells it.
    fresh: Vec<String>,
}

impl Notices {
    /// Says a sentence. It is kept from the next `stamp` on.
    pub fn say(&mut self, sentence: impl Into<String>) {
        self.fresh.push(sentence.into());
    }

    /// Tells the time to what was said since the last time, and takes away what has stood long enough.
    pub fn stamp(&mut self, now: Instant) {
        for sentence in self.fresh.drain(..) {
            self.kept.push_back(Said { sentence, at: now });
            self.stands = true;
        }
        let surplus = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..surplus);
        if self.goes_at().is_some_and(|at| at <= now) {
            self.stands = false;
        }
    }

    /// What stands below the screen.
    #[must_use]
    pub fn standing(&self) -> Option<&str> {
        let newest = self.kept.back().filter(|_| self.stands);
        let newest = newest.map(|said| said.sentence.as_str());
        self.fresh.last().map(String::as_str).or(newest)
    }

    /// When it goes by itself.
    #[must_use]
    pub fn goes_at(&self) -> Option<Instant> {
        let said = self.kept.back().filter(|_| self.stands)?;
        let letters = u32::try_from(said.sentence.chars().count()).unwrap_or(u32::MAX);
        Some(said.at + SHORTEST.max(A_CHARACTER.saturating_mul(letters)))
    }

    /// All that is kept, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &Said> {
        self.kept.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_goes_by_itself_and_is_kept() {
        let start = Instant::now();
        let mut notices = Notices::default();
        assert_eq!(notices.goes_at(), None);
        notices.say("Upgrade of kit 4561789: Done.");
        assert_eq!(notices.standing(), Some("Upgrade of kit 4561789: Done."));
        notices.stamp(start);
        assert_eq!(notices.goes_at(), Some(start + SHORTEST));
        notices.stamp(start + Duration::from_millis(5999));
        assert!(notices.standing().is_some());
        notices.stamp(start + SHORTEST);
        assert_eq!(notices.standing(), None);
        assert_eq!(notices.goes_at(), None, "nothing is waited for any more");
        assert_eq!(notices.all().count(), 1);
    }

    #[test]
    fn long_sentences_stand_longer() {
        let start = Instant::now();
        let mut notices = Notices::default();
        notices.say("x".repeat(200));
        notices.stamp(start);
        assert_eq!(notices.goes_at(), Some(start + Duration::from_secs(12)));
    }

    #[test]
    fn the_newest_stands_and_the_oldest_are_forgotten() {
        let start = Instant::now();
        let mut notices = Notices::default();
        for number in 0..=KEPT {
            notices.say(number.to_string());
            notices.stamp(start);
        }
        assert_eq!(notices.standing(), Some(KEPT.to_string().as_str()));
        assert_eq!(notices.all().count(), KEPT);
        assert_eq!(
            notices.all().last().map(|said| said.sentence.as_str()),
            Some("1")
        );
    }

    #[test]
    fn two_in_one_moment_are_both_kept() {
        let mut notices = Notices::default();
        let start = Instant::now();
        notices.say("one");
        notices.stamp(start);
        notices.say("two");
        notices.say("three");
        notices.stamp(start);
        let all: Vec<_> = notices.all().map(|said| said.sentence.as_str()).collect();
        assert_eq!(all, ["three", "two", "one"]);
    }
}
