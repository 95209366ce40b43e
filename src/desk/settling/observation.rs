//! What was read of a write whose outcome is unknown, and what follows from it.

use std::time::Duration;

use jiff::Timestamp;

use super::evidence::Evidence;
use super::kits_before::KitsBefore;
use super::verdict::Verdict;
use crate::dcms::ReadError;
use crate::desk::operations::Kind;
use crate::desk::reading::Reading;
use crate::desk::sentences::sentence;
use crate::desk::target::Target;
use crate::journal::{RecordId, Write};

/// What was read about an open write.
#[derive(Debug)]
pub struct Look {
    /// The intent's record.
    pub record: RecordId,
    /// Which call.
    pub write: Write,
    /// About what.
    pub target: Target,
    /// What was read.
    pub reading: Result<Reading, ReadError>,
    /// The kits that were there before.
    pub known: Option<KitsBefore>,
    /// When its intent was recorded.
    pub sent: Option<Timestamp>,
    /// What it says.
    pub verdict: Verdict,
    /// In how long the desk reads it again.
    pub next: Option<Duration>,
    /// What could not be recorded, as a sentence.
    pub trouble: Option<String>,
}

impl Look {
    /// What it says, whole, where its screen is not in front.
    #[must_use]
    pub fn in_words(&self) -> String {
        let about = &self.target;
        match (&self.reading, self.verdict) {
            (_, Verdict::CantBeRead) => format!(
                "The PIN of {about} can't be read back. The old one may still work; setting it again is harmless."
            ),
            (Err(fault), _) => format!(
                "The outcome of {about} could not be read: {}",
                sentence(&fault.to_string())
            ),
            (Ok(_), Verdict::Done) => format!("Settled: what was sent for {about} was done."),
            (Ok(_), Verdict::NotDone) => {
                format!("Settled: what was sent for {about} was not done.")
            }
            (Ok(seen), Verdict::Open) => {
                let evidence = Evidence {
                    target: about,
                    sent: self.sent,
                    before: self.known.as_ref(),
                    now: seen,
                };
                let kind = Kind::from_write(self.write);
                let says = kind.proof.says(&evidence, Some(self.verdict));
                says.unwrap_or_else(|| format!("The outcome of {about} is still open."))
            }
        }
    }
}
