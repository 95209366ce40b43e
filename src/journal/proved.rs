//! One record for those who have nothing else of the journal: its bytes as they are hashed, and its way to the root of
//! a tree that was signed.

use rusqlite::types::Value as Cell;
use serde_json::{Map, Value};

use super::chain::{self, COLUMNS, HASHED, Hash};
use super::error::JournalError;
use super::hashes::PIECE;
use super::id::RecordId;
use super::reader::Reader;
use crate::checkpoint::{Inclusion, InclusionBuilder};

/// The columns that hold numbers.
const NUMBERS: [&str; 3] = ["id", "of", "duration_ms"];

impl Reader {
    /// A record in the bytes that are hashed, and its way to the root of the tree over the first so many records. What
    /// the root is has to be compared: nothing is checked here.
    ///
    /// # Errors
    /// When there is no such record among them, or the journal can't be read.
    pub fn prove(&self, id: RecordId, size: u64) -> Result<(Vec<u8>, Inclusion), JournalError> {
        let missing = || JournalError::NoSuchRecord(id);
        let index = id.0.checked_sub(1).and_then(|at| u64::try_from(at).ok());
        let builder = index.and_then(|index| InclusionBuilder::new(index, size));
        let mut builder = builder.ok_or_else(missing)?;
        let found = self.as_hashed(RecordId(id.0 - 1), 1)?;
        let record = found.first().filter(|record| record["id"] == id.0);
        let cells = record.ok_or_else(missing)?;
        let cell = |column: &&str| match &cells[*column] {
            Value::String(text) => Cell::Text(text.clone()),
            Value::Number(number) => Cell::Text(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Cell::Null,
        };
        let cells: Vec<_> = COLUMNS[..HASHED].iter().map(cell).collect();
        let (mut after, mut left) = (RecordId(0), size);
        while left > 0 {
            let piece = u32::try_from(left).unwrap_or(PIECE).min(PIECE);
            let hashes = self.hashes(after, piece)?;
            let Some((last, _)) = hashes.last().copied() else {
                return Err(JournalError::NoSuchRecord(RecordId(after.0 + 1)));
            };
            for (_, hash) in &hashes {
                builder.push(&hash.bytes());
            }
            after = last;
            left = left.saturating_sub(u64::try_from(hashes.len()).unwrap_or(left));
        }
        Ok((chain::hashed(&cells), builder.finish().0))
    }
}

/// A record by the names of its columns, with its hash, out of the bytes that are hashed. Nothing where no record has
/// these bytes.
#[must_use]
pub fn cells_of_hashed(bytes: &[u8]) -> Option<Value> {
    let values = chain::of_hashed(bytes)?;
    let mut cells = Map::new();
    for (column, value) in COLUMNS.into_iter().zip(values) {
        let cell = match value {
            Cell::Text(text) if NUMBERS.contains(&column) => text.parse::<i64>().ok()?.into(),
            Cell::Text(text) => text.into(),
            Cell::Null | Cell::Integer(_) | Cell::Real(_) | Cell::Blob(_) => Value::Null,
        };
        cells.insert(column.to_owned(), cell);
    }
    let hash = Hash::of_bytes(bytes).to_string();
    cells.insert(COLUMNS[HASHED].to_owned(), hash.into());
    Some(Value::Object(cells))
}
