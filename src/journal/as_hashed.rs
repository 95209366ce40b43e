//! Records as they are hashed, for a store elsewhere that keeps them too.

use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use super::chain::{COLUMNS, Hash};
use super::error::JournalError;
use super::id::RecordId;
use super::reader::Reader;

impl Reader {
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
        let failed = |error| self.store.error(&error);
        let rest = format!("NOT INDEXED WHERE id > ?1 ORDER BY id LIMIT {limit}");
        let question = self.store.select_from(&rest).map_err(failed)?;
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
