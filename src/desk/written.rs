//! The account of a finished write: the word, the sentences, what was read afterwards and what follows
//! from it. The console draws it, the verb prints it, a run of many keeps it.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;

use super::operations::{Kind, Made};
use super::reading::Reading;
use super::sentences::{sentence, what_became, with};
use super::settling::{ComparedSetting, Evidence, KitsBefore, Observation, Verdict};
use super::target::Target;
use crate::dcms::{
    CardSettings, Doubt, Kit, KitNo, Kits, NotSent, Order, Outcome, Preferences, ReadError, Text,
    Word,
};
use crate::journal::{RecordId, Write};

/// A write that has come to its end.
#[derive(Debug)]
pub struct Written {
    /// Which.
    pub write: Write,
    /// What it was about.
    pub target: Target,
    /// Its outcome.
    pub outcome: Outcome<Made>,
    /// What was read afterwards.
    pub reading: Result<Reading, ReadError>,
    /// Why the latest of several readings failed.
    pub not_read_again: Option<ReadError>,
    /// The customer's kits before.
    pub before: Option<KitsBefore>,
    /// When its intent was recorded.
    pub sent: Option<Timestamp>,
    /// What the journal holds of it.
    pub kept: JournalResult,
}

/// What the journal holds of a write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalResult {
    /// The intent's record; none where nothing was recorded, and so nothing sent, or where the write's job
    /// has crashed and what it recorded has to be looked for in the journal.
    pub record: Option<RecordId>,
    /// What the latest reading says, where the outcome is unknown, or done by a reply that names no new kit.
    pub verdict: Option<Verdict>,
    /// In how long the desk reads it again.
    pub next: Option<Duration>,
    /// Why other writes could not be looked up, so that the reading says no more, as a sentence.
    pub unasked: Option<String>,
    /// What could not be recorded, as a sentence.
    pub trouble: Option<String>,
}

impl Written {
    /// A write that was not sent, and of which nothing was recorded.
    #[must_use]
    pub fn not_sent(write: Write, target: Target, why: NotSent) -> Self {
        let outcome = Outcome::NotSent(why.clone());
        Self::without_record(write, target, outcome, ReadError::NotReached(why))
    }

    /// A write whose job has crashed. The journal has it as open, if it came as far as that.
    #[must_use]
    pub fn crashed(write: Write, target: Target) -> Self {
        let outcome = Outcome::Unknown(Doubt::Crashed);
        Self::without_record(write, target, outcome, ReadError::Lost(Doubt::Crashed))
    }

    fn without_record(
        write: Write,
        target: Target,
        outcome: Outcome<Made>,
        unread: ReadError,
    ) -> Self {
        Self {
            write,
            target,
            reading: Err(unread),
            outcome,
            not_read_again: None,
            before: None,
            sent: None,
            kept: JournalResult::default(),
        }
    }

    /// What is known of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        Kind::from_write(self.write)
    }

    /// Its name, as the beginning of a sentence: `The upgrade of kit 4561789`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.kind().words.name, self.target)
    }

    /// The word that counts: where what was read has settled an unknown outcome, what it was settled as.
    #[must_use]
    pub fn word(&self) -> Word {
        match self.settled() {
            Some(true) => Word::Done,
            Some(false) => Word::Refused,
            None => self.outcome.word(),
        }
    }

    /// Why it did not simply end well, and how it was settled where it was.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        let why = self.outcome.why()?;
        Some(match self.settled() {
            Some(true) => format!("{why}; a later read shows it was done"),
            Some(false) => format!("{why}; a later read shows it was not done"),
            None => why,
        })
    }

    /// The outcome in a sentence, and how it was settled where it was.
    #[must_use]
    pub fn headline(&self) -> String {
        match (self.settled(), self.why()) {
            (Some(_), Some(why)) => {
                format!("{} got no valid reply: {why}.", self.name())
            }
            _ => match (&self.outcome, self.against()) {
                (Outcome::Done(_), Some(_)) => {
                    format!("{} was accepted by the DCMS.", self.name())
                }
                // "Nothing was changed" would be untrue.
                (Outcome::Refused(refusal), Some(_)) => {
                    format!("{} was refused: {refusal}.", self.name())
                }
                // Nobody will ever know.
                (Outcome::Unknown(doubt), _) if self.kept.verdict == Some(Verdict::CantBeRead) => {
                    format!("{} may or may not have been done: {doubt}.", self.name())
                }
                (outcome, _) => what_became(outcome, &self.name()),
            },
        }
    }

    /// The outcome in few words, for a notice: `Upgrade of kit 4561789: Done.`
    #[must_use]
    pub fn in_short(&self) -> String {
        let short = self.kind().words.short;
        format!("{short} {}: {}.", self.target, self.outcome.word().title())
    }

    /// The same as anybody may see it: no more of a number than its last four, and the record.
    #[must_use]
    pub fn in_public(&self) -> String {
        let short = self.kind().words.short;
        let noun = match self.target {
            Target::Kit { .. } => "kit",
            Target::Order(_) => "order",
            Target::Customer(_) => "customer",
        };
        let record = self.kept.record.map(|record| format!(" (record {record})"));
        format!(
            "{short} {noun} •••{}: {}{}.",
            self.target.last_four(),
            self.outcome.word().title(),
            record.unwrap_or_default()
        )
    }

    /// Whether what was read has settled an unknown outcome, and how.
    #[must_use]
    pub fn settled(&self) -> Option<bool> {
        match (&self.outcome, self.kept.verdict) {
            (Outcome::Unknown(_), Some(Verdict::Done)) => Some(true),
            (Outcome::Unknown(_), Some(Verdict::NotDone)) => Some(false),
            _ => None,
        }
    }

    /// The DCMS's own words about what it has done.
    #[must_use]
    pub fn words(&self) -> Option<&Text> {
        match &self.outcome {
            Outcome::Done(Made::Words(words)) => Some(words),
            _ => None,
        }
    }

    /// The kits that the reply has named.
    #[must_use]
    pub fn named(&self) -> &[Kit] {
        match &self.outcome {
            Outcome::Done(Made::Kits(kits)) => kits,
            _ => &[],
        }
    }

    /// The customer's kits, as read afterwards.
    #[must_use]
    pub fn kits(&self) -> Option<&Kits> {
        self.reading.as_ref().ok()?.kits.as_ref()
    }

    /// The kit that it was about, as read afterwards.
    #[must_use]
    pub fn kit(&self) -> Option<&Kit> {
        let number = self.target.kit_no()?;
        self.kits()?.iter().find(|kit| &kit.kit_no == number)
    }

    /// The limits of the kit, as read afterwards.
    #[must_use]
    pub fn limits(&self) -> Option<&Preferences> {
        self.reading.as_ref().ok()?.limits.as_deref()
    }

    /// Each switch and limit that was asked to change, next to what was read afterwards.
    #[must_use]
    pub fn limits_compared(&self) -> Vec<ComparedSetting> {
        let asked = self.before.as_ref().and_then(|kits| kits.limits.as_ref());
        match (asked, self.limits()) {
            (Some(asked), Some(now)) => asked.compared(&CardSettings::from(now)),
            (Some(_) | None, _) => Vec::new(),
        }
    }

    /// The order that it was about, as read afterwards.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        self.reading.as_ref().ok()?.order.as_deref()
    }

    /// All kits that are new, where the operation brings kits: those that the reply has named and those
    /// that were not there before, as they were read; one that was not read yet, as the reply has it.
    #[must_use]
    pub fn new_kits(&self) -> Vec<&Kit> {
        if !self.write.brings_kits() {
            return Vec::new();
        }
        let named = self.named();
        let numbers_of = |kits: &mut dyn Iterator<Item = &Kit>| -> HashSet<KitNo> {
            kits.map(|kit| kit.kit_no.clone()).collect()
        };
        let of_named = numbers_of(&mut named.iter());
        let nothing = KitsBefore::default();
        let before = self.before.as_ref().unwrap_or(&nothing);
        let read = self.kits().map_or(&[][..], |kits| kits);
        let came = before.new_among(read);
        let of_new = numbers_of(&mut came.into_iter());
        let is_new = |kit: &&Kit| of_named.contains(&kit.kit_no) || of_new.contains(&kit.kit_no);
        let read_new: Vec<&Kit> = read.iter().filter(is_new).collect();
        let was_read = numbers_of(&mut read_new.iter().copied());
        let only_named = named.iter().filter(|kit| !was_read.contains(&kit.kit_no));
        read_new.iter().copied().chain(only_named).collect()
    }

    /// The new kits that are certainly this write's own: named by the reply, or proved by what was read.
    #[must_use]
    pub fn own_kits(&self) -> Vec<KitNo> {
        let named = self.named();
        let own: Vec<_> = if !named.is_empty() {
            named.iter().collect()
        } else if let (Some(Verdict::Done), Ok(seen)) = (self.kept.verdict, &self.reading)
            && self.evidence(seen).may_be_of_others() == 0
        {
            self.new_kits()
        } else {
            Vec::new()
        };
        own.into_iter().map(|kit| kit.kit_no.clone()).collect()
    }

    fn evidence<'a>(&'a self, seen: &'a Reading) -> Evidence<'a> {
        Evidence {
            target: &self.target,
            sent: self.sent,
            before: self.before.as_ref(),
            now: seen,
        }
    }

    /// What speaks against the DCMS's own word, in what was read afterwards.
    #[must_use]
    pub fn against(&self) -> Option<String> {
        match (&self.outcome, &self.reading) {
            (Outcome::Refused(_), Ok(seen)) => self.evidence(seen).changed_all_the_same(),
            (Outcome::Done(_), Ok(seen)) => self.kind().proof.against(&self.evidence(seen)),
            // Nothing later is known than what the reply has shown.
            (Outcome::Done(Made::Limits(limits)), Err(_)) => {
                let shown = Reading {
                    limits: Some(limits.clone()),
                    ..Reading::default()
                };
                self.kind().proof.against(&self.evidence(&shown))
            }
            _ => None,
        }
    }

    /// What a reading shows of an unknown outcome.
    #[must_use]
    pub fn observed(&self) -> Option<String> {
        match (&self.outcome, &self.reading) {
            (Outcome::Unknown(_), _) if let Some(error) = &self.not_read_again => Some(format!(
                "The outcome of {} could not be read: {}",
                self.target,
                sentence(&error.to_string())
            )),
            (Outcome::Unknown(_), Ok(seen)) => {
                let proof = &self.kind().proof;
                let says = proof.says(&self.evidence(seen), self.kept.verdict)?;
                Some(with(says, self.kept.unasked.as_deref()))
            }
            _ => None,
        }
    }

    /// Why nothing could be read afterwards; where nothing was sent, there was nothing to read.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        match (&self.outcome, &self.reading) {
            (Outcome::NotSent(_), _) | (_, Ok(_)) => None,
            (_, Err(error)) => Some(format!("It could not be read afterwards: {error}.")),
        }
    }

    /// What else there is to say about the outcome itself: the DCMS's words, and which PIN counts now.
    #[must_use]
    pub fn besides(&self) -> Option<String> {
        if let Some(words) = self.words() {
            return Some(format!("The DCMS says: {}", sentence(&Text::shown(words))));
        }
        let words = &self.kind().words;
        let said = match &self.outcome {
            Outcome::Refused(_) => words.if_refused,
            Outcome::Unknown(_) if self.settled().is_none() => words.if_unknown,
            Outcome::Unknown(_) | Outcome::Done(_) | Outcome::NotSent(_) => None,
        };
        said.map(str::to_owned)
    }

    /// Takes a later reading in, if it is about this write. Says whether it was.
    pub fn follow(&mut self, observation: &Observation) -> bool {
        if self.kept.record != Some(observation.intent.record) {
            return false;
        }
        // What was read before stays shown.
        self.not_read_again = observation.reading.as_ref().err().cloned();
        if let Ok(seen) = &observation.reading {
            self.reading = Ok(seen.clone());
        }
        self.kept.verdict = Some(observation.verdict);
        self.kept.next = observation.next;
        self.kept.unasked.clone_from(&observation.unasked);
        self.kept.trouble = self
            .kept
            .trouble
            .take()
            .or_else(|| observation.trouble.clone());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::{CardSetting, EntityId};
    use crate::desk::settling::LimitsChange;

    #[test]
    fn what_only_the_reply_shows_counts_where_nothing_was_read() {
        let of = |is_on: bool| -> Preferences {
            let text = format!(r#"{{"domestic":{{"isEnabled":{is_on}}}}}"#);
            serde_json::from_str(&text).expect("preferences")
        };
        let before = CardSettings::from(&of(false));
        let change = CardSetting::parse("domestic=on").expect("a setting");
        let sent = before.to_send(&[change].into_iter().collect());
        let entity = EntityId::parse("676165").expect("an id");
        let target = Target::kit(&entity, &KitNo::parse("4561789").expect("a number"));
        // It has no reading.
        let mut written = Written::crashed(Write::SetLimits, target);
        let mut kits = KitsBefore::default();
        kits.limits = Some(LimitsChange { before, sent });
        written.before = Some(kits);
        for (is_on, is_doubted) in [(true, false), (false, true)] {
            written.outcome = Outcome::Done(Made::Limits(Box::new(of(is_on))));
            assert_eq!(written.against().is_some(), is_doubted);
        }
    }
}
