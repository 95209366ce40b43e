//! What an open journal knows of itself: its files, its last record, its open writes. By that it
//! notices what is done to it from elsewhere before anything is sent.

use super::error::{Broken, JournalError};
use super::head::Head;
use super::in_place::InPlace;
use super::open_intents::OpenIntents;
use super::reader::Reader;

/// Kept for as long as the journal is open.
pub(super) struct Watch {
    pub(super) files: InPlace,
    /// The last record that this journal has made, or found when it was opened.
    pub(super) seen: Head,
    pub(super) open: OpenIntents,
    /// Whether the whole database was found to be in order since it was opened.
    is_sound: bool,
    /// Whether the last thorough look has found something.
    had_trouble: bool,
}

impl Watch {
    pub(super) fn begin(reader: &Reader, files: InPlace) -> Result<Self, JournalError> {
        Ok(Self {
            files,
            seen: reader.last_head()?,
            open: OpenIntents::default(),
            is_sound: false,
            had_trouble: false,
        })
    }

    /// Whether a record can be added at all. Over a gap it can: the gap is answered for with one.
    pub(super) fn check(&self, reader: &Reader) -> Result<(), JournalError> {
        if reader.has(&self.seen)? || reader.gap()?.is_some() {
            Ok(())
        } else {
            Err(JournalError::PutBack(self.seen.id))
        }
    }

    /// What a person must answer for before anything is sent, found by a thorough look the first time.
    pub(super) fn trouble(&mut self, reader: &Reader) -> Result<Option<Broken>, JournalError> {
        let found = self.look(reader)?;
        self.had_trouble = found.is_some();
        Ok(found)
    }

    /// The same by a short look, as long as no other has found something.
    pub(super) fn glance(&mut self, reader: &Reader) -> Result<Option<Broken>, JournalError> {
        if self.had_trouble {
            return self.trouble(reader);
        }
        self.files.check()?;
        let gap = reader.gap()?;
        if gap.is_none() {
            self.check(reader)?;
        }
        Ok(gap)
    }

    fn look(&mut self, reader: &Reader) -> Result<Option<Broken>, JournalError> {
        self.files.check()?;
        if let Some(gap) = reader.gap()? {
            return Ok(Some(gap));
        }
        self.check(reader)?;
        if !self.is_sound {
            if let Some(unsound) = reader.unsound()? {
                return Ok(Some(unsound));
            }
            self.is_sound = true;
        }
        self.open.follow(reader)
    }
}
