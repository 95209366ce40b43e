//! A write that is on record, as far as settling needs it: from its request, or from its record alone.

use jiff::Timestamp;

use super::kits_before::KitsBefore;
use crate::desk::reading::Reading;
use crate::desk::target::Target;
use crate::journal::{EvidenceAfter, Record, RecordId, Write};

/// The record of a write that could not be recorded, and so was not sent.
pub(in crate::desk) const NOT_RECORDED: RecordId = RecordId(0);

/// Something that may be settled by reading later.
#[derive(Clone)]
pub(in crate::desk) struct Unsettled {
    pub(in crate::desk) record: RecordId,
    pub(in crate::desk) write: Write,
    pub(in crate::desk) target: Target,
    pub(in crate::desk) known: Option<KitsBefore>,
    /// When its intent was recorded.
    pub(in crate::desk) sent: Option<Timestamp>,
}

impl Unsettled {
    /// From the journal: what another run has left behind. Nothing where the record names neither a
    /// customer nor an order.
    pub(in crate::desk) fn from_record(write: Write, intent: &Record) -> Option<Self> {
        Some(Self {
            record: intent.id,
            write,
            target: Target::from_subject(&intent.subject)?,
            known: intent.before.as_ref().and_then(KitsBefore::from_record),
            sent: Some(intent.at),
        })
    }

    pub(super) fn after(&self, reading: &Reading) -> EvidenceAfter {
        reading.after(self.target.kit_no(), self.known.as_ref())
    }
}

/// What every line of the log says that is about a write: its record, to find one by the other.
pub(in crate::desk) fn about_record(record: RecordId, write: Write) -> tracing::Span {
    tracing::info_span!("write", journal_id = %record, operation = %write.word())
}
