//! Records that are missing, as far as the head kept beside them proves it at a glance. Nothing is sent
//! over a gap until a person answers for it; walking the whole chain is done elsewhere.

use super::fault::Fault;
use super::head::{self, Head};
use super::reader::Reader;
use super::record::RecordId;
use super::verify::Broken;

impl Reader {
    /// What the head proves to be missing, or to have been written anew. A head that is lost proves
    /// nothing.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn gap(&self) -> Result<Option<Broken>, Fault> {
        // The head first: it is moved on after its record is there for all to see.
        let Ok(head) = head::read(&self.store.folder) else {
            return Ok(None);
        };
        if self.has(&head)? {
            return Ok(None);
        }
        // Half of a line that is just being written looks like that too.
        let Some(head) = head::read_in_peace(&self.store.folder) else {
            return Ok(None);
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

    fn has(&self, head: &Head) -> Result<bool, Fault> {
        if *head == Head::START {
            return Ok(true);
        }
        match self.record(head.id) {
            Ok(record) => Ok(record.hash == head.hash),
            Err(Fault::NoSuchRecord(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }
}
