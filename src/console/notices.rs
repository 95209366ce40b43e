//! Messages below the screen: each disappears after a while, and the console keeps all of them for a user
//! who looked away. Knows no clock: the caller passes the time.

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
    /// How the newest stands below the screen, if it does.
    stands: Option<Stay>,
    /// Said while nobody knew the time; `stamp` tells it.
    fresh: Vec<(String, Option<Stay>)>,
}

/// How long a sentence stands below the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stay {
    /// For its time.
    Long,
    /// Until the next key: it answers the one before.
    ToNextKey,
    /// For its time, but no longer than what it says is so.
    While(Reason),
}

/// What a sentence says, where that can pass while it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// PINs can't be typed here.
    SessionOrigin,
    /// What is done can't be recorded.
    Recording,
}

impl Notices {
    /// Says a sentence. It is kept from the next `stamp` on.
    pub fn say(&mut self, sentence: impl Into<String>) {
        self.fresh.push((sentence.into(), Some(Stay::Long)));
    }

    /// Says a sentence that goes as soon as its reason is over.
    pub fn say_while(&mut self, reason: Reason, sentence: impl Into<String>) {
        let stay = Stay::While(reason);
        self.fresh.push((sentence.into(), Some(stay)));
    }

    /// What was said for this reason is not so any more. It stays among all that is kept.
    pub fn over(&mut self, reason: Reason) {
        let gone = Some(Stay::While(reason));
        if self.stands == gone {
            self.stands = None;
        }
        for (_, stay) in &mut self.fresh {
            if *stay == gone {
                *stay = None;
            }
        }
    }

    /// Says why a key did nothing. The next key clears it.
    pub fn answer(&mut self, sentence: impl Into<String>) {
        self.fresh.push((sentence.into(), Some(Stay::ToNextKey)));
    }

    /// Keeps a sentence that is said elsewhere on the screen.
    pub fn keep(&mut self, sentence: impl Into<String>) {
        self.fresh.push((sentence.into(), None));
    }

    /// A key was pressed: what answered the one before goes.
    pub fn key_pressed(&mut self) {
        if self.stands == Some(Stay::ToNextKey) {
            self.stands = None;
        }
    }

    /// Tells the time to what was said since the last time, and takes away what has stood long enough.
    pub fn stamp(&mut self, now: Instant) {
        for (sentence, stay) in self.fresh.drain(..) {
            let said = Said { sentence, at: now };
            match stay {
                Some(_) => {
                    self.stands = stay;
                    self.kept.push_back(said);
                }
                // What stands stays the newest, so that it stays in sight.
                None if self.stands.is_some() => {
                    self.kept.insert(self.kept.len().saturating_sub(1), said);
                }
                None => self.kept.push_back(said),
            }
        }
        let surplus = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..surplus);
        if self.goes_at().is_some_and(|at| at <= now) {
            self.stands = None;
        }
    }

    /// What stands below the screen.
    #[must_use]
    pub fn standing(&self) -> Option<&str> {
        let mut fresh = self.fresh.iter().rev();
        let fresh = fresh.find(|(_, stay)| stay.is_some());
        let newest = self.kept.back().filter(|_| self.stands.is_some());
        let newest = newest.map(|said| said.sentence.as_str());
        fresh.map(|(sentence, _)| sentence.as_str()).or(newest)
    }

    /// When it disappears.
    #[must_use]
    pub fn goes_at(&self) -> Option<Instant> {
        let said = self.kept.back().filter(|_| self.stands.is_some())?;
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
    fn a_sentence_disappears_in_time_and_is_kept() {
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

    #[test]
    fn an_answer_goes_with_the_next_key_and_an_outcome_stays() {
        let start = Instant::now();
        let mut notices = Notices::default();
        notices.answer("No kit is selected.");
        notices.stamp(start);
        assert_eq!(notices.standing(), Some("No kit is selected."));
        notices.key_pressed();
        assert_eq!(notices.standing(), None);
        notices.say("Upgrade of kit 4561789: Done.");
        notices.stamp(start);
        notices.key_pressed();
        assert_eq!(notices.standing(), Some("Upgrade of kit 4561789: Done."));
        assert_eq!(notices.all().count(), 2);
    }

    #[test]
    fn a_sentence_goes_with_its_reason_and_is_kept() {
        let start = Instant::now();
        let mut notices = Notices::default();
        notices.say_while(Reason::SessionOrigin, "PINs are typed at the counter only.");
        notices.stamp(start);
        notices.key_pressed();
        notices.over(Reason::Recording);
        assert!(notices.standing().is_some());
        notices.over(Reason::SessionOrigin);
        assert_eq!((notices.standing(), notices.goes_at()), (None, None));
        // Also where nobody has seen it yet, and not what was said after it.
        notices.say_while(Reason::SessionOrigin, "PINs are typed at the counter only.");
        notices.over(Reason::SessionOrigin);
        assert_eq!(notices.standing(), None);
        notices.say("Upgrade of kit 4561789: Done.");
        notices.stamp(start);
        notices.over(Reason::SessionOrigin);
        assert_eq!(notices.standing(), Some("Upgrade of kit 4561789: Done."));
        assert_eq!(notices.all().count(), 3);
    }

    #[test]
    fn what_is_said_elsewhere_is_kept_and_takes_no_place() {
        let start = Instant::now();
        let mut notices = Notices::default();
        notices.keep("No customer has the entity id 7.");
        assert_eq!(notices.standing(), None);
        notices.stamp(start);
        assert_eq!((notices.standing(), notices.goes_at()), (None, None));
        notices.say("Upgrade of kit 4561789: Done.");
        notices.keep("No customer has the entity id 8.");
        notices.stamp(start);
        assert_eq!(notices.standing(), Some("Upgrade of kit 4561789: Done."));
        assert_eq!(notices.all().count(), 3);
    }
}
