//! Walking the chain: whether every record is what was written, and if not, which is the first that
//! is not, and what was done. Trusts neither the columns' contents nor their types.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Row, params};

use super::chain::{HASHED, Hash};
use super::fault::Fault;
use super::head::{self, Head, HeadFault};
use super::reader::{Reader, select_from};
use super::record::RecordId;

/// A journal whose chain is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many records there are.
    pub records: i64,
    /// The last one's hash: kept elsewhere, it also proves that all was not written anew.
    pub head: Hash,
}

/// The first thing that is wrong with the chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Its contents are not those that were written.
    #[error("record {0} was changed: {KEEP}")]
    Changed(RecordId),
    /// It is gone, with or without those after it moved up.
    #[error("record {0} was removed: {KEEP}")]
    Removed(RecordId),
    /// It was not written by this program at that place.
    #[error("record {0} was inserted: {KEEP}")]
    Inserted(RecordId),
    /// Another record stood there.
    #[error("record {0} is not in its place, records were reordered: {KEEP}")]
    Reordered(RecordId),
    /// The records end before the head.
    #[error("the tail was cut off, records {from} to {to} are missing: {KEEP}")]
    TailCut {
        /// The first that is missing.
        from: RecordId,
        /// The last that is known of.
        to: RecordId,
    },
    /// Whole in itself, and not what the head tells of.
    #[error(
        "record {0} is not the one that journal.head tells of, it or records before it were written anew: {KEEP}"
    )]
    Rewritten(RecordId),
    /// There is no head.
    #[error(
        "journal.head is missing, so that a cut-off tail can't be ruled out (the {0} records that are there are whole): {KEEP}"
    )]
    HeadMissing(i64),
    /// The head makes no sense.
    #[error(
        "journal.head can't be read, so that a cut-off tail can't be ruled out (the {0} records that are there are whole): {KEEP}"
    )]
    HeadUnreadable(i64),
    /// It can't be told.
    #[error("{0}")]
    NotRead(Fault),
}

const KEEP: &str = "keep a copy of the journal's folder and ask who could write there";

/// How many removed records are looked for when those after them were moved up.
const FURTHEST: i64 = 1000;

struct Link {
    id: i64,
    cells: Vec<Value>,
    prev: Option<Hash>,
    hash: Option<Hash>,
}

impl Link {
    fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let cells = (0..=HASHED)
            .map(|index| row.get_ref(index).map(as_it_is))
            .collect::<rusqlite::Result<Vec<Value>>>()?;
        let [hashed @ .., hash] = cells.as_slice() else {
            unreachable!("a row has as many cells as were asked for")
        };
        Ok(Self {
            id: row.get("id")?,
            cells: hashed.to_vec(),
            prev: hashed.last().and_then(as_hash),
            hash: as_hash(hash),
        })
    }

    /// Whether the hash is that of the contents.
    fn is_sound(&self) -> bool {
        self.hash == Some(Hash::of_record(&self.cells))
    }

    /// Whether it would be with this number.
    fn is_sound_as(&mut self, id: i64) -> bool {
        self.cells[0] = Value::Integer(id);
        let sound = self.is_sound();
        self.cells[0] = Value::Integer(self.id);
        sound
    }
}

/// A text that is none in UTF-8 is no reason to stop: the record was changed.
fn as_it_is(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(bytes.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Null => Value::Null,
    }
}

fn as_hash(value: &Value) -> Option<Hash> {
    match value {
        Value::Text(text) => Hash::parse(text),
        _ => None,
    }
}

impl Reader {
    /// Walks the whole chain and compares its end with the head.
    ///
    /// # Errors
    /// The first record that is not what it was, and what was done.
    pub fn verify(&self) -> Result<Verified, Broken> {
        // Read first: records that others add meanwhile make the chain longer, never shorter.
        let head = head::read(&self.store.folder);
        let verified = self
            .walk(head.ok())
            .map_err(|fault| Broken::NotRead(self.store.fault(&fault)))??;
        match head {
            Err(HeadFault::Missing) => Err(Broken::HeadMissing(verified.records)),
            Err(HeadFault::Unreadable) => Err(Broken::HeadUnreadable(verified.records)),
            Ok(head) if head.id.0 > verified.records => Err(Broken::TailCut {
                from: RecordId(verified.records + 1),
                to: head.id,
            }),
            Ok(_) => Ok(verified),
        }
    }

    fn walk(&self, head: Option<Head>) -> rusqlite::Result<Result<Verified, Broken>> {
        let connection = &self.store.connection;
        let mut statement = connection.prepare(&select_from("ORDER BY id"))?;
        let mut rows = statement.query([])?;
        let mut last = Hash::ZERO;
        let mut expected = 1;
        let mut headless = None;
        while let Some(row) = rows.next()? {
            let mut link = Link::of_row(row)?;
            if link.id != expected || link.prev != Some(last) || !link.is_sound() {
                return Ok(Err(self.judge(&mut link, expected, last, head)?));
            }
            last = link.hash.unwrap_or(Hash::ZERO);
            if head.is_some_and(|head| head.id.0 == link.id && head.hash != last) {
                headless = Some(RecordId(link.id));
            }
            expected += 1;
        }
        Ok(match headless {
            Some(id) => Err(Broken::Rewritten(id)),
            None => Ok(Verified {
                records: expected - 1,
                head: last,
            }),
        })
    }

    /// What was done, at the first record that does not fit. `last` is the hash of the record
    /// before, which fits.
    fn judge(
        &self,
        link: &mut Link,
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
            // changed and hashed anew.
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
