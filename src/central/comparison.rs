//! A journal next to what a store has of it, record by record. What is kept there as a record's hash is not trusted: the
//! hash of its cells is what counts, because who may change a cell may change the hash and every check of it too.

use super::checkpoints::{AboutChain, Cut};
use super::connection::Store;
use super::error::CentralError;
use super::records::{kept, number};
use crate::journal::{Hash, JournalError, KeptRecord, Reader, RecordId};

/// So many records are compared at a time; no more than these are in memory, twice. More would let a busy server's
/// time for one statement run out while the ones before are compared.
const BATCH: u32 = 1_000;

/// What comparing has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many records are the same here and there.
    pub agree: u64,
    /// How many are not.
    pub differ: u64,
    /// The first of those.
    pub first: Option<(RecordId, Difference)>,
    /// Records from the front that are not there any more because of their age.
    pub cut: Option<CutOff>,
    /// How many wait to be forwarded.
    pub waiting: u64,
}

/// What was cut off there for its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOff {
    /// The last record that was.
    pub up_to: RecordId,
    /// Whether the hash that was kept of it is that of this journal.
    pub agrees: bool,
}

/// How a record differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It is not there, though later ones are.
    MissingThere,
    /// It is not here, though later ones are.
    MissingHere,
    /// What is there was changed: it does not give its own hash, or the next one holds on to this journal's.
    ChangedThere,
    /// What is here was changed: it does not give its own hash, and what is there does.
    ChangedHere,
    /// Each is whole, and they are two: from here on one of the two was written once more.
    TwoHistories,
    /// It is there, and this journal has no record so late.
    OnlyThere,
    /// The hash that was kept when it was cut off there is another one.
    CutWithAnotherHash,
}

/// Why nothing can be compared.
#[derive(Debug, thiserror::Error)]
pub enum NotCompared {
    /// The store gave no answer.
    #[error(transparent)]
    Central(#[from] CentralError),
    /// This journal can't be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Store {
    /// Compares a journal with the records of its chain. Both are read in batches, so it takes the same memory for any
    /// number of records.
    ///
    /// `suspect` is the record that the walk along the journal's own chain has stopped at.
    ///
    /// # Errors
    /// When the store gives no answer, or the journal can't be read.
    pub async fn compare(
        &self,
        chain: &str,
        about: &AboutChain,
        journal: &Reader,
        suspect: Option<RecordId>,
    ) -> Result<Comparison, NotCompared> {
        let mut comparing = Comparing {
            found: Comparison::default(),
            journal,
            cut: about.cut.as_ref(),
            suspect,
            doubt: None,
        };
        let mut after = RecordId(0);
        let mut rows = self.rows(chain, after, BATCH).await?;
        while let Some(last) = rows.last().map(number) {
            // The store looks for the next ones while these are compared. What is added here meanwhile makes this
            // journal longer, never shorter than what is there.
            let (next, compared) = tokio::join!(self.rows(chain, last, BATCH), async {
                let there: Vec<_> = rows.iter().map(kept).collect();
                comparing.batch(after, last, &there)
            });
            compared?;
            (after, rows) = (last, next?);
        }
        let signed = about.checkpoint.as_ref().map_or(0, |newest| newest.size);
        comparing.end(after, signed)?;
        Ok(comparing.found)
    }
}

struct Comparing<'a> {
    found: Comparison,
    journal: &'a Reader,
    cut: Option<&'a Cut>,
    suspect: Option<RecordId>,
    /// A record that is whole here and there and not the same: the next one there says which of the two it follows.
    doubt: Option<(RecordId, Hash)>,
}

impl Comparing<'_> {
    /// All records after the one and up to the other.
    fn batch(
        &mut self,
        after: RecordId,
        up_to: RecordId,
        there: &[KeptRecord],
    ) -> Result<(), JournalError> {
        let mut after = after;
        let mut kept = there.iter().copied().peekable();
        loop {
            let mut own = self.journal.hashes(after, BATCH)?;
            own.retain(|(id, _)| *id <= up_to);
            let Some((last, _)) = own.last().copied() else {
                break;
            };
            for (id, hash) in own {
                while let Some(only) = kept.next_if(|kept| kept.id < id) {
                    self.differs(only.id, Difference::MissingHere);
                }
                match kept.next_if(|kept| kept.id == id) {
                    Some(kept) => self.both(kept, hash)?,
                    None => self.only_here(id, hash),
                }
            }
            after = last;
        }
        for only in kept {
            self.follows(&only);
            self.differs(only.id, Difference::OnlyThere);
        }
        Ok(())
    }

    fn both(&mut self, kept: KeptRecord, own: Hash) -> Result<(), JournalError> {
        self.follows(&kept);
        let is_suspect = self.suspect == Some(kept.id);
        let is_same = kept.is_sound() && kept.contents == own;
        if is_same && !is_suspect {
            self.found.agree += 1;
            return Ok(());
        }
        let is_whole_here = self.journal.contents(kept.id)? == Some(own);
        if is_same && is_whole_here {
            self.found.agree += 1;
        } else if !kept.is_sound() {
            self.differs(kept.id, Difference::ChangedThere);
        } else if is_whole_here {
            if self.found.first.is_none() {
                self.doubt = Some((kept.id, own));
            }
            self.differs(kept.id, Difference::TwoHistories);
        } else {
            self.differs(kept.id, Difference::ChangedHere);
        }
        Ok(())
    }

    /// A record that was changed there together with its hash: the next one still holds on to what it was.
    fn follows(&mut self, next: &KeptRecord) {
        if let Some((id, own)) = self.doubt.take()
            && next.id.0 == id.0 + 1
            && next.prev == Some(own)
        {
            self.found.first = Some((id, Difference::ChangedThere));
        }
    }

    fn only_here(&mut self, id: RecordId, own: Hash) {
        match self.cut {
            Some(cut) if id.0 < cut.up_to => {}
            Some(cut) if id.0 == cut.up_to => {
                let agrees = own.to_string() == cut.hash;
                self.found.cut = Some(CutOff { up_to: id, agrees });
                if !agrees {
                    self.differs(id, Difference::CutWithAnotherHash);
                }
            }
            _ => self.differs(id, Difference::MissingThere),
        }
    }

    fn differs(&mut self, id: RecordId, how: Difference) {
        self.found.differ += 1;
        self.found.first.get_or_insert((id, how));
    }

    fn end(&mut self, last_there: RecordId, signed: u64) -> Result<(), JournalError> {
        // What is signed there was there.
        if u64::try_from(last_there.0).is_ok_and(|last| last < signed) {
            self.differs(RecordId(last_there.0 + 1), Difference::MissingThere);
        }
        let last = self.journal.last()?;
        let waiting = last.0.saturating_sub(last_there.0);
        self.found.waiting = u64::try_from(waiting).unwrap_or(0);
        Ok(())
    }
}
