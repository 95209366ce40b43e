//! What was read of a write whose outcome is unknown, and what follows from it.

use std::time::Duration;

use super::recorded_intent::RecordedIntent;
use super::verdict::Verdict;
use crate::dcms::ReadError;
use crate::desk::operations::Kind;
use crate::desk::reading::Reading;
use crate::desk::sentences::{sentence, with};

/// What was read about an open write.
#[derive(Debug)]
pub struct Observation {
    /// Of which write.
    pub intent: RecordedIntent,
    /// What was read.
    pub reading: Result<Reading, ReadError>,
    /// What it says.
    pub verdict: Verdict,
    /// In how long the desk reads it again.
    pub next: Option<Duration>,
    /// Why other writes could not be looked up, so that it says no more, as a sentence.
    pub unasked: Option<String>,
    /// What could not be recorded, as a sentence.
    pub trouble: Option<String>,
}

impl Observation {
    /// What it says, whole, where its screen is not in front.
    #[must_use]
    pub fn in_words(&self) -> String {
        let about = &self.intent.target;
        match (&self.reading, self.verdict) {
            (_, Verdict::CantBeRead) => format!(
                "The PIN of {about} can't be read back. The old one may still work; setting it again is harmless."
            ),
            (Err(error), _) => format!(
                "The outcome of {about} could not be read: {}",
                sentence(&error.to_string())
            ),
            (Ok(_), Verdict::Done) => format!("Settled: what was sent for {about} was done."),
            (Ok(_), Verdict::NotDone) => {
                format!("Settled: what was sent for {about} was not done.")
            }
            (Ok(seen), Verdict::Open) => {
                let kind = Kind::from_write(self.intent.write);
                let evidence = self.intent.evidence(seen);
                let says = kind.proof.says(&evidence, Some(self.verdict));
                let says = says.unwrap_or_else(|| format!("The outcome of {about} is still open."));
                with(says, self.unasked.as_deref())
            }
        }
    }
}
