//! The name of a journal, as its readers know it, and whether it is what it was.

use rusqlite::OptionalExtension as _;

use super::chain::Hash;
use super::error::JournalError;
use super::identity::{ChainId, first, found};
use super::reader::Reader;

impl Reader {
    /// The name of this journal's chain; none where it is a journal of format 1 without records, or where
    /// somebody has changed it.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn chain_id(&self) -> Result<Option<ChainId>, JournalError> {
        let failed = |error| self.store.error(&error);
        if self.store.has_later_columns().map_err(failed)? {
            return Ok(found(&self.store.connection).map(|identity| identity.chain));
        }
        let first = self.first_of_chain()?;
        Ok(first.and_then(|(prev, hash)| ChainId::of_first(prev, hash)))
    }

    /// Whether the name is there, once, and is that which the first record holds.
    pub(super) fn has_its_identity(&self) -> Result<bool, JournalError> {
        let Some(identity) = found(&self.store.connection) else {
            return Ok(false);
        };
        let Some((prev, hash)) = self.first_of_chain()? else {
            return Ok(true);
        };
        if ChainId::of_first(prev, hash) == Some(identity.chain) {
            return Ok(true);
        }
        // A record that was changed says nothing of the name.
        let first = first(&self.store.connection).map_err(|error| self.store.error(&error))?;
        Ok(!first.is_some_and(|first| first.is_sound()))
    }

    fn first_of_chain(&self) -> Result<Option<(Hash, Hash)>, JournalError> {
        let read = || {
            let question = "SELECT prev, hash FROM records WHERE id = 1";
            let mut statement = self.store.connection.prepare_cached(question)?;
            let cells = statement.query_row([], |row| {
                Ok([0, 1].map(|at| row.get::<_, String>(at).unwrap_or_default()))
            });
            cells.optional()
        };
        let cells = read().map_err(|error: rusqlite::Error| self.store.error(&error))?;
        Ok(cells.map(|cells| {
            cells
                .map(|cell| Hash::parse(&cell).unwrap_or(Hash::ZERO))
                .into()
        }))
    }
}
