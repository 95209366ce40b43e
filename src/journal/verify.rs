//! Walking the chain: whether every record is what was written, and if not, which is the first that
//! is not, and what was done. Trusts neither the columns' contents nor their types.

use rusqlite::{Row, params};

use super::chain::Hash;
use super::error::Broken;
use super::head::{self, Head};
use super::id::RecordId;
use super::identity::{ChainId, follows};
use super::link::Link;
use super::reader::Reader;
use super::record::Record;
use super::words::Kind;

/// A journal whose chain is whole, or whole but for what a person has answered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The number of the last record.
    pub records: i64,
    /// The last one's hash: kept elsewhere, it also proves that nobody has rewritten all of it.
    pub head: Hash,
    /// What was wrong before and a person has answered for, oldest first.
    pub accepted: Vec<Record>,
    /// The first record that the chain holds from: later than the first one where records before it
    /// are broken and it answers for them.
    pub whole_from: RecordId,
}

/// How many removed records are looked for when those after them were moved up.
const FURTHEST: i64 = 1000;

/// How far a walk along the chain has come, and what it has found.
#[derive(Debug, Clone)]
pub(super) struct Walked {
    pub(super) last: Head,
    /// A digest of all records up to there as they stand, whether or not they are what was written.
    /// A record that answers for what is broken before it holds it: after that, none of them can be
    /// changed once more without notice.
    pub(super) stood: Hash,
    /// The first thing that is wrong and that no record has answered for.
    pub(super) broken: Option<Broken>,
    pub(super) whole_from: RecordId,
}

impl Default for Walked {
    fn default() -> Self {
        Self {
            last: Head::START,
            stood: Hash::ZERO,
            broken: None,
            whole_from: RecordId(1),
        }
    }
}

/// One record of a walk.
pub(super) struct Step<'a> {
    pub(super) row: &'a Row<'a>,
    pub(super) link: &'a Link,
    pub(super) at: Head,
    /// Whether it is what was written there, as far as its own hash and the one before tell.
    pub(super) fits: bool,
    /// Whether it answers for all that was broken before.
    pub(super) answers: bool,
}

impl Reader {
    /// Walks the whole chain, compares its end with the head, and has the database checked.
    ///
    /// # Errors
    /// The first record that is not what it was and what was done, or else what is wrong with the
    /// head or the database.
    pub fn verify(&self) -> Result<Verified, Broken> {
        // Read first: records that others add meanwhile make the chain longer, never shorter.
        let head = head::read(&self.store.folder);
        let unread = |error| Broken::NotRead(self.store.error(&error));
        // One moment for all of it: another program may bring the journal to a newer format meanwhile.
        let _moment = self
            .store
            .connection
            .unchecked_transaction()
            .map_err(unread)?;
        let mut rewritten = None;
        let mut accepted = Vec::new();
        let mut walked = Walked::default();
        let read = self.walk(&mut walked, |step| {
            if head.is_ok_and(|head| head.id == step.at.id && head.hash != step.at.hash) {
                rewritten = Some(Broken::Rewritten(step.at.id));
            }
            let kind = step.row.get_ref("kind")?.as_str().ok();
            if step.fits && kind == Some(Kind::Accepted.word()) {
                accepted.extend(Record::of_row(step.row)?);
            }
            Ok(())
        });
        read.map_err(unread)?;
        if let Some(broken) = walked.broken.or(rewritten) {
            return Err(broken);
        }
        let last = walked.last;
        let rest = match head {
            Ok(head) if head.id <= last.id => self.altered(),
            _ => self.gap(),
        };
        let rest =
            rest.and_then(|found| found.map_or_else(|| self.unsound(), |found| Ok(Some(found))));
        match rest {
            Ok(None) => Ok(Verified {
                records: last.id.0,
                head: last.hash,
                accepted,
                whole_from: walked.whole_from,
            }),
            Ok(Some(broken)) => Err(broken),
            Err(error) => Err(Broken::NotRead(error)),
        }
    }

    /// Walks on through the records after those that were walked through before.
    pub(super) fn walk(
        &self,
        walked: &mut Walked,
        mut each: impl FnMut(&Step<'_>) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let connection = &self.store.connection;
        // No record should have a number below one, so none is passed over.
        let from = if walked.last == Head::START {
            Some(i64::MIN)
        } else {
            walked.last.id.0.checked_add(1)
        };
        let question = self
            .store
            .select_from("NOT INDEXED WHERE id >= ? ORDER BY id")?;
        let mut statement = connection.prepare(&question)?;
        let mut rows = statement.query([from])?;
        while let Some(row) = rows.next()? {
            let link = Link::of_row(row)?;
            let before = walked.last;
            let expected = before.id.0.saturating_add(1);
            let fits = link.id == expected && follows(link.prev, before) && link.is_sound();
            // Only the first is judged, which takes a look at all the others.
            if !fits && walked.broken.is_none() {
                let head = head::read(&self.store.folder).ok();
                let last = if before == Head::START {
                    self.beginning()?
                } else {
                    before.hash
                };
                walked.broken = Some(self.judge(&link, expected, last, head)?);
            }
            let answers = fits && link.answers_for(walked.stood);
            let id = RecordId(link.id);
            if answers && walked.broken.take().is_some() {
                walked.whole_from = id;
            }
            walked.stood = link.added_to(walked.stood);
            let hash = link.hash.unwrap_or(Hash::ZERO);
            walked.last = Head { id, hash };
            each(&Step {
                row,
                link: &link,
                at: walked.last,
                fits,
                answers,
            })?;
        }
        Ok(())
    }

    /// What the first record should have as the hash before.
    fn beginning(&self) -> rusqlite::Result<Hash> {
        if self.exists("prev = ?1 AND ?2", Hash::ZERO, 1)? {
            return Ok(Hash::ZERO);
        }
        let chain = self.chain_id().ok().flatten();
        Ok(chain.map_or(Hash::ZERO, ChainId::beginning))
    }

    /// What was done, at the first record that does not fit. `last` is the hash of the record
    /// before, which fits.
    fn judge(
        &self,
        link: &Link,
        expected: i64,
        last: Hash,
        head: Option<Head>,
    ) -> rusqlite::Result<Broken> {
        let id = RecordId(link.id);
        let beyond_head = head.is_some_and(|head| link.id > head.id.0);
        if link.id < expected {
            return Ok(Broken::Inserted(id));
        }
        if link.id > expected {
            let all_there = head.is_some_and(|head| expected > head.id.0);
            return Ok(if all_there {
                Broken::Inserted(id)
            } else {
                Broken::Removed(RecordId(expected))
            });
        }
        let another_fits = self.exists("prev = ?1 AND id <> ?2", last, link.id)?;
        if link.prev == Some(last) {
            return Ok(if another_fits {
                Broken::Inserted(id)
            } else {
                Broken::Changed(id)
            });
        }
        let belongs_elsewhere = match link.prev {
            Some(prev) => self.exists("hash = ?1 AND id <> ?2", prev, link.id)?,
            None => false,
        };
        if another_fits {
            return Ok(if belongs_elsewhere {
                Broken::Reordered(id)
            } else {
                Broken::Inserted(id)
            });
        }
        let before = RecordId(link.id - 1);
        if link.is_sound() {
            // The record before has a good hash, and not the one that this one was written after:
            // either it was slipped in, with this one's true predecessor before it, or it was
            // changed and hashed again.
            return Ok(if belongs_elsewhere {
                Broken::Inserted(before)
            } else if beyond_head || before.0 == 0 {
                Broken::Inserted(id)
            } else {
                Broken::Changed(before)
            });
        }
        let moved_up = (1..=FURTHEST).any(|by| link.is_sound_as(link.id + by));
        if moved_up {
            return Ok(Broken::Removed(id));
        }
        let moved_down = link.id > 1 && link.is_sound_as(link.id - 1);
        Ok(if moved_down {
            Broken::Inserted(before)
        } else if beyond_head {
            Broken::Inserted(id)
        } else {
            Broken::Changed(id)
        })
    }

    fn exists(&self, condition: &str, hash: Hash, id: i64) -> rusqlite::Result<bool> {
        self.store.connection.query_row(
            &format!("SELECT EXISTS (SELECT 1 FROM records WHERE {condition})"),
            params![hash.to_string(), id],
            |row| row.get(0),
        )
    }
}
