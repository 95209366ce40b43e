//! A write's intent that is on record, as far as settling needs it: from its request, or from its record alone.

use jiff::Timestamp;

use super::evidence::Evidence;
use super::kits_before::KitsBefore;
use crate::desk::reading::Reading;
use crate::desk::target::Target;
use crate::journal::{EvidenceAfter, Record, RecordId, Write};

/// The intent of a write, once it is on record.
#[derive(Debug, Clone)]
pub struct RecordedIntent {
    /// Its record.
    pub record: RecordId,
    /// Which call.
    pub write: Write,
    /// About what.
    pub target: Target,
    /// The customer's kits before.
    pub before: Option<KitsBefore>,
    /// When it was recorded.
    pub sent: Timestamp,
}

impl RecordedIntent {
    /// From the journal: what another run has left behind. Nothing where the record names neither a
    /// customer nor an order.
    pub(in crate::desk) fn from_record(write: Write, intent: &Record) -> Option<Self> {
        Some(Self {
            record: intent.id,
            write,
            target: Target::from_subject(&intent.subject)?,
            before: intent.before.as_ref().and_then(KitsBefore::from_record),
            sent: intent.at,
        })
    }

    /// What follows from a reading, next to what was there before.
    pub(in crate::desk) fn evidence<'a>(&'a self, now: &'a Reading) -> Evidence<'a> {
        Evidence {
            target: &self.target,
            sent: Some(self.sent),
            before: self.before.as_ref(),
            now,
        }
    }

    /// A reading, for the journal.
    pub(super) fn after(&self, reading: &Reading) -> EvidenceAfter {
        reading.after(self.target.kit_no(), self.before.as_ref())
    }

    /// What every line of the log says that is about it: its record, to find one by the other.
    pub(in crate::desk) fn span(&self) -> tracing::Span {
        tracing::info_span!("write", journal_id = %self.record, operation = %self.write.word())
    }
}
