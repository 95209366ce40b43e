//! Whether the database still is as it was made. Somebody with write access can add a trigger, drop an
//! index or empty one; `SQLite` then answers wrongly without an error.

use super::error::{Broken, JournalError};
use super::reader::Reader;
use super::schema::{found, is_stray, of_format};
use super::store::FORMAT;

impl Reader {
    /// The first thing in the database's shape that is not as it was made, at a glance.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub(super) fn altered(&self) -> Result<Option<Broken>, JournalError> {
        let failed = |error| self.store.error(&error);
        let found = found(&self.store.connection).map_err(failed)?;
        let format = self.store.format().map_err(failed)?;
        let schema = of_format(format);
        let is_there =
            |name: &str, sql: &str| found.iter().any(|one| one.0 == name && one.1 == sql);
        let lacks = schema.iter().find(|(name, sql)| !is_there(name, sql));
        if let Some((name, _)) = lacks {
            return Ok(Some(Broken::Altered(format!(
                "its {name} was changed or removed"
            ))));
        }
        let more = found
            .iter()
            .find(|one| !schema.iter().any(|(name, _)| *name == one.0));
        if let Some((name, _)) = more {
            return Ok(Some(Broken::Altered(format!("{name} was added"))));
        }
        // In format 1 a journal had none.
        if format == FORMAT && !self.has_its_identity()? {
            return Ok(Some(Broken::without_identity()));
        }
        Ok(None)
    }

    /// Whether every index tells of every record and every page is in order, which takes a second for
    /// 500,000 records.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub(super) fn unsound(&self) -> Result<Option<Broken>, JournalError> {
        let question = "PRAGMA integrity_check(1)";
        let answer = self
            .store
            .connection
            .query_row(question, [], |row| row.get(0));
        let answer: String = answer.map_err(|error| self.store.error(&error))?;
        Ok((answer != "ok").then_some(Broken::Unsound))
    }

    /// Whether there are records whose number is none that a journal comes to.
    pub(super) fn strays(&self) -> Result<bool, JournalError> {
        let question = format!("SELECT EXISTS (SELECT 1 FROM records WHERE {})", is_stray());
        let answer = self
            .store
            .connection
            .query_row(&question, [], |row| row.get(0));
        answer.map_err(|error| self.store.error(&error))
    }
}
