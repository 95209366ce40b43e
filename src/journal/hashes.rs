//! The records' hashes one after another, for those who compare them with what is kept elsewhere, and the Merkle
//! tree over them.

use rusqlite::types::Value;

use super::chain::{COLUMNS, HASHED, Hash, PREV};
use super::error::JournalError;
use super::id::RecordId;
use super::identity::ChainId;
use super::reader::Reader;
use crate::checkpoint::{Frontier, Root};

/// So many hashes are read at a time where nobody else waits for the journal.
pub(super) const PIECE: u32 = 10_000;

/// A record as something else than a journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptRecord {
    /// Its number.
    pub id: RecordId,
    /// The hash of the record before, as it is kept; none where that is no hash.
    pub prev: Option<Hash>,
    /// Its own hash, as it is kept.
    pub hash: Option<Hash>,
    /// The hash that its cells give.
    pub contents: Hash,
}

/// What is kept of each record, in this order.
#[must_use]
pub fn columns() -> &'static [&'static str] {
    &COLUMNS
}

impl KeptRecord {
    /// Of its cells, in the order of [`columns`], numbers as decimal digits.
    #[must_use]
    pub fn of_cells(id: RecordId, cells: Vec<Option<String>>) -> Self {
        let hash_in = |cell: Option<&Value>| match cell {
            Some(Value::Text(text)) => Hash::parse(text),
            _ => None,
        };
        let cells: Vec<_> = cells
            .into_iter()
            .map(|cell| cell.map_or(Value::Null, Value::Text))
            .collect();
        let hashed = &cells[..HASHED.min(cells.len())];
        Self {
            id,
            prev: hash_in(hashed.get(PREV)),
            hash: hash_in(cells.get(HASHED)),
            contents: Hash::of_record(hashed),
        }
    }

    /// Whether its hash is that of its cells.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.hash == Some(self.contents)
    }

    /// Whether it may be the first record of the chain with this name.
    #[must_use]
    pub fn begins(&self, chain: &str) -> bool {
        let named = self
            .prev
            .and_then(|prev| ChainId::of_first(prev, self.contents));
        self.id == RecordId(1) && named.is_some_and(|named| named.to_string() == chain)
    }
}

impl Reader {
    /// The numbers and hashes of the records that follow this one, so many at most. What is no hash is as
    /// the walk along the chain has it.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn hashes(
        &self,
        after: RecordId,
        limit: u32,
    ) -> Result<Vec<(RecordId, Hash)>, JournalError> {
        let question = format!(
            "SELECT id, hash FROM records NOT INDEXED WHERE id > ?1 ORDER BY id LIMIT {limit}"
        );
        let failed = |error| self.store.error(&error);
        let mut statement = self
            .store
            .connection
            .prepare_cached(&question)
            .map_err(failed)?;
        let mut rows = statement.query([after.0]).map_err(failed)?;
        let mut hashes = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let hash = row.get_ref(1).map_err(failed)?;
            let hash = hash.as_str().ok().and_then(Hash::parse);
            hashes.push((
                RecordId(row.get(0).map_err(failed)?),
                hash.unwrap_or(Hash::ZERO),
            ));
        }
        Ok(hashes)
    }

    /// The hash that a record's cells give; none where there is no such record.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn contents(&self, id: RecordId) -> Result<Option<Hash>, JournalError> {
        let records = self.as_hashed(RecordId(id.0 - 1), 1)?;
        let cell = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let found = records.first().filter(|record| record["id"] == id.0);
        let kept = found.map(|record| {
            let cells = COLUMNS.map(|column| cell(&record[column])).to_vec();
            KeptRecord::of_cells(id, cells)
        });
        Ok(kept.map(|kept| kept.contents))
    }

    /// The roots of the trees over the first so many records each, in the order of the sizes; none where the
    /// journal has fewer. The sizes rise.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn roots(&self, sizes: &[u64]) -> Result<Vec<Option<Root>>, JournalError> {
        let mut roots = Vec::with_capacity(sizes.len());
        let (mut tree, mut after) = (Frontier::default(), RecordId(0));
        let mut piece = Vec::new().into_iter();
        for &size in sizes {
            while tree.size() < size {
                let Some((id, hash)) = piece.next() else {
                    let more = self.hashes(after, PIECE)?;
                    if more.is_empty() {
                        break;
                    }
                    piece = more.into_iter();
                    continue;
                };
                after = id;
                tree.push(&hash.bytes());
            }
            roots.push((tree.size() == size).then(|| tree.root()));
        }
        Ok(roots)
    }
}
