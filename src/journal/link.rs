//! A record as a link of the chain: its cells as they stand, what hash they make, and what it holds on to.
//! Trusts neither the columns' contents nor their types.

use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};

use super::chain::{COLUMNS, HASHED, Hash, PREV};
use super::words::Kind;

/// A row, and what the chain needs of it.
pub(super) struct Link {
    pub(super) id: i64,
    cells: Vec<Value>,
    pub(super) prev: Option<Hash>,
    pub(super) hash: Option<Hash>,
    /// What its hash should be.
    contents: Hash,
}

impl Link {
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let cells = (0..=HASHED)
            .map(|index| row.get_ref(index).map(as_it_is))
            .collect::<rusqlite::Result<Vec<Value>>>()?;
        let [hashed @ .., hash] = cells.as_slice() else {
            unreachable!("a row has as many cells as were asked for")
        };
        Ok(Self {
            id: row.get("id")?,
            contents: Hash::of_record(hashed),
            cells: hashed.to_vec(),
            prev: hashed.get(PREV).and_then(as_hash),
            hash: as_hash(hash),
        })
    }

    /// Whether the hash is that of the contents.
    pub(super) fn is_sound(&self) -> bool {
        self.hash == Some(self.contents)
    }

    /// Whether it would be with this number.
    pub(super) fn is_sound_as(&self, id: i64) -> bool {
        let mut cells = self.cells.clone();
        cells[0] = Value::Integer(id);
        self.hash == Some(Hash::of_record(&cells))
    }

    /// Whether a person answers with it for what stood before it.
    pub(super) fn answers_for(&self, stood: Hash) -> bool {
        let holds = |column: &str, text: &str| {
            let cell = COLUMNS.iter().position(|name| *name == column);
            let cell = cell.and_then(|index| self.cells.get(index));
            matches!(cell, Some(Value::Text(found)) if found == text)
        };
        holds("kind", Kind::Accepted.word()) && holds("digest", &stood.to_string())
    }

    /// The digest of all records as they stand, with this one.
    pub(super) fn added_to(&self, stood: Hash) -> Hash {
        let bears = self.hash.unwrap_or(Hash::ZERO);
        Hash::of_bytes(&[stood, self.contents, bears].map(Hash::bytes).concat())
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
