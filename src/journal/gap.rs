//! What is wrong with the journal at a glance: records that are missing as far as the head proves it,
//! a head that is missing itself, a database of another shape. Nothing is sent until a person answers
//! for that; walking the whole chain is done elsewhere.

use super::error::{Broken, JournalError};
use super::folder;
use super::head::{self, HeadError};
use super::id::RecordId;
use super::open_intents::OpenIntents;
use super::reader::Reader;

impl Reader {
    /// What the head proves to be missing or written again, that there is no head for the records, or
    /// what was changed in the database's shape.
    ///
    /// # Errors
    /// When the journal can't be read, or another program holds the head.
    pub fn gap(&self) -> Result<Option<Broken>, JournalError> {
        let missing = self.missing()?;
        missing.map_or_else(|| self.altered(), |broken| Ok(Some(broken)))
    }

    fn missing(&self) -> Result<Option<Broken>, JournalError> {
        // The head first: it is moved on after its record is there for all to see.
        match head::read(&self.store.folder) {
            Ok(head) if self.has(&head)? => return Ok(None),
            // Half of a line that is just being written can look like that too.
            Ok(_) | Err(_) => {}
        }
        let head = match head::read_in_peace(&self.store.folder) {
            Ok(head) => head,
            Err(error) => return self.headless(error),
        };
        if self.has(&head)? {
            return Ok(None);
        }
        let last = self.last()?;
        Ok(Some(if head.id > last {
            Broken::TailCut {
                from: RecordId(last.0 + 1),
                to: head.id,
            }
        } else {
            Broken::Rewritten(head.id)
        }))
    }

    /// The same with everything that takes longer to find: whether the database is in order, and
    /// whether the records are what was written, as far as nobody has answered for it since.
    ///
    /// # Errors
    /// As above.
    pub fn gap_or_damage(&self) -> Result<Option<Broken>, JournalError> {
        if let Some(broken) = self.gap()? {
            return Ok(Some(broken));
        }
        if let Some(broken) = self.unsound()? {
            return Ok(Some(broken));
        }
        OpenIntents::default().follow(self)
    }

    /// Without a head nothing proves that the last records are there. A journal without records needs
    /// none, but a file that can't be read may tell of some.
    fn headless(&self, error: HeadError) -> Result<Option<Broken>, JournalError> {
        let RecordId(last) = self.last()?;
        match error {
            HeadError::Missing if last == 0 => Ok(None),
            HeadError::Missing => Ok(Some(Broken::HeadMissing(last))),
            HeadError::Unreadable => Ok(Some(Broken::HeadUnreadable(last))),
            HeadError::KeyRepeatGuard => {
                let head = folder::head(&self.store.folder);
                Err(JournalError::Busy(head, head::PATIENCE))
            }
        }
    }
}
