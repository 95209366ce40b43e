//! What is on record of a write that may have been sent before. A run that continues interrupted work
//! asks here, so that it sends nothing twice. Decided from the records alone.

use jiff::Timestamp;
use rusqlite::params;

use super::anchor::Anchor;
use super::entry::{Digest, Subject};
use super::error::JournalError;
use super::evidence::EvidenceAfter;
use super::id::RecordId;
use super::open_write::OpenWrite;
use super::record::{Record, environment_word};
use super::words::{Kind, Operation, ResultWord, Write};
use super::writer::Journal;
use crate::dcms::{EntityId, KitNo, Word};

/// What is on record of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// It was not sent, or it is known not to have been done: it may be sent.
    Free,
    /// It was not sent, and another open write forbids it.
    Forbidden(Box<OpenWrite>),
    /// It was done.
    Done(WriteRecords),
    /// It was refused.
    Refused(WriteRecords),
    /// It was begun, and nobody knows how it ended.
    Open(WriteRecords),
    /// Nobody will ever know how it ended, and somebody has left it at that.
    GivenUp(WriteRecords),
}

/// The records of a write, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteRecords {
    /// Its intent.
    pub intent: RecordId,
    /// When the last thing about it was recorded.
    pub at: Timestamp,
    /// The DCMS's code.
    pub error_code: Option<String>,
    /// The message that the operator saw.
    pub message: Option<String>,
    /// Kits that the reply has named, or else that were new when it was read afterwards.
    pub new_kits: Vec<KitNo>,
}

impl Journal {
    /// What is on record, since the anchor, of this very request at this place. Without an anchor
    /// only what forbids it now.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn history(
        &self,
        since: Option<&Anchor>,
        write: Write,
        subject: &Subject,
        digest: Digest,
    ) -> Result<History, JournalError> {
        let mut history = History::Free;
        if let Some(since) = since {
            for intent in self.intents_since(since, write, digest)? {
                let one = history_of(&intent, &self.reader().followers(intent.id)?);
                // At one rank the later says more.
                if one.rank() >= history.rank() {
                    history = one;
                }
            }
        }
        if history == History::Free
            && let Some(open) = self.reader().blocking(write, subject, self.place())?
        {
            history = History::Forbidden(Box::new(open));
        }
        Ok(history)
    }

    /// The last of these writes that was done at this place, to this kit or to all of its customer's. Of
    /// one that is open, nobody knows.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn last_done(
        &self,
        writes: &[Write],
        subject: &Subject,
    ) -> Result<Option<Record>, JournalError> {
        let intents = self.reader().select(
            // Each part names the kind, because there is an index for the intents of a kit.
            "WHERE (kind = 'intent' AND kit = ?1 OR kind = 'intent' AND kit IS NULL AND entity = ?2)
             AND tenant = ?3 AND environment = ?4 ORDER BY id DESC",
            params![
                subject.kit.as_ref().map(KitNo::as_str),
                subject.entity.as_ref().map(EntityId::as_str),
                self.place().tenant.as_str(),
                environment_word(self.place().environment),
            ],
        )?;
        for intent in intents {
            let is_one = |write: &Write| intent.operation == Operation::Write(*write);
            if writes.iter().any(is_one)
                && matches!(
                    history_of(&intent, &self.reader().followers(intent.id)?),
                    History::Done(_)
                )
            {
                return Ok(Some(intent));
            }
        }
        Ok(None)
    }

    fn intents_since(
        &self,
        since: &Anchor,
        write: Write,
        digest: Digest,
    ) -> Result<Vec<Record>, JournalError> {
        self.reader().select(
            "WHERE id > ?1 AND kind = 'intent' AND operation = ?2 AND digest = ?3
             AND tenant = ?4 AND environment = ?5 ORDER BY id",
            params![
                since.record.0,
                write.word(),
                digest.0.to_string(),
                self.place().tenant.as_str(),
                environment_word(self.place().environment),
            ],
        )
    }
}

impl History {
    /// The one that says most of what was done counts, if ever there are several.
    fn rank(&self) -> u8 {
        match self {
            Self::Free | Self::Forbidden(_) => 0,
            Self::Refused(_) => 1,
            Self::GivenUp(_) => 2,
            Self::Open(_) => 3,
            Self::Done(_) => 4,
        }
    }
}

pub(super) fn history_of(intent: &Record, followers: &[Record]) -> History {
    let of_kind = |kind| followers.iter().find(|record| record.kind == kind);
    let (settled, outcome) = (of_kind(Kind::Settled), of_kind(Kind::Outcome));
    let word = settled.or(outcome).and_then(|record| record.outcome);
    // What the reply has named is its own; what was read may be another's too.
    let named = outcome.map(new_kits).filter(|kits| !kits.is_empty());
    let records = WriteRecords {
        intent: intent.id,
        at: followers.last().unwrap_or(intent).at,
        error_code: outcome.and_then(|record| record.error_code.clone()),
        message: outcome.and_then(|record| record.message.clone()),
        new_kits: named
            .or_else(|| {
                followers
                    .iter()
                    .map(new_kits)
                    .rfind(|kits| !kits.is_empty())
            })
            .unwrap_or_default(),
    };
    match word {
        Some(ResultWord::Outcome(Word::Done)) => History::Done(records),
        Some(ResultWord::Outcome(Word::Refused)) => History::Refused(records),
        Some(ResultWord::Outcome(Word::NotSent) | ResultWord::NotDone) => History::Free,
        Some(ResultWord::Outcome(Word::Unknown)) if settled.is_some() => History::GivenUp(records),
        Some(ResultWord::Outcome(Word::Unknown)) | None => History::Open(records),
    }
}

fn new_kits(record: &Record) -> Vec<KitNo> {
    let after = record.after.as_ref().and_then(EvidenceAfter::from_json);
    let new = after.map(EvidenceAfter::into_new_kits).unwrap_or_default();
    let numbers = new.iter().map(|kit| KitNo::parse(&kit.kit_no));
    numbers.filter_map(Result::ok).collect()
}
