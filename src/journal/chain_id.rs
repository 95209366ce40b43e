//! The name of a journal's chain, and its records as they are hashed: what a store elsewhere knows them by.

use std::fmt;

use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use super::chain::{COLUMNS, Hash};
use super::error::JournalError;
use super::id::RecordId;
use super::reader::Reader;

/// The name of a chain: the first half of its first record's hash, so that every copy of a journal has the
/// same, and no two journals do.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainId([u8; 16]);

impl fmt::Display for ChainId {
    /// In the form of a UUID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if [4, 6, 8, 10].contains(&at) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Reader {
    /// The name of this journal's chain; none where there is no record yet.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn chain_id(&self) -> Result<Option<ChainId>, JournalError> {
        let first = self.hash_of(RecordId(1))?;
        Ok(first.map(|hash| {
            let bytes = hash.bytes();
            ChainId(std::array::from_fn(|at| bytes[at]))
        }))
    }

    /// The hash of a record; none where there is no such record.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn hash_of(&self, id: RecordId) -> Result<Option<Hash>, JournalError> {
        match self.record(id) {
            Ok(record) => Ok(Some(record.hash)),
            Err(JournalError::NoSuchRecord(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The records that follow this one, oldest first, so many at most: each cell as it is hashed.
    ///
    /// # Errors
    /// When the journal can't be read, or a record has a cell that no journal writes.
    pub fn as_hashed(&self, after: RecordId, limit: u32) -> Result<Vec<Value>, JournalError> {
        let columns = COLUMNS.map(|column| format!("\"{column}\"")).join(", ");
        let question = format!(
            "SELECT {columns} FROM records NOT INDEXED WHERE id > ?1 ORDER BY id LIMIT {limit}"
        );
        let failed = |error| self.store.error(&error);
        let mut statement = self.store.connection.prepare(&question).map_err(failed)?;
        let mut rows = statement.query([after.0]).map_err(failed)?;
        let mut records = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let mut record = Map::new();
            for (at, column) in COLUMNS.into_iter().enumerate() {
                let cell = match row.get_ref(at).map_err(failed)? {
                    ValueRef::Null => Some(Value::Null),
                    ValueRef::Integer(number) => Some(number.into()),
                    ValueRef::Text(text) => str::from_utf8(text).ok().map(Value::from),
                    ValueRef::Real(_) | ValueRef::Blob(_) => None,
                };
                let id = RecordId(row.get(0).map_err(failed)?);
                let cell = cell.ok_or(JournalError::Unreadable(id))?;
                record.insert(column.to_owned(), cell);
            }
            records.push(Value::Object(record));
        }
        Ok(records)
    }
}
