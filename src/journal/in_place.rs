//! Whether the files that are open are still the files of those names. A file that was moved, removed
//! or replaced can still be written, and no other program will ever read what is written to it.
//!
//! A name can change between a look at it and a write. So the writer looks before each record and
//! again when the record is on disk: only then does a record count. What remains is a change after
//! that second look, and it finds a record that another program could have read.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::folder;

/// Which file a name leads to.
#[cfg(unix)]
type FileId = (u64, u64);
#[cfg(not(unix))]
type FileId = ();

/// The files of an open journal.
pub(super) struct InPlace(Vec<(PathBuf, FileId)>);

impl InPlace {
    /// The folder, the database and the two files that `SQLite` keeps next to it while it is open.
    pub(super) fn of_journal(state: &Path) -> Result<Self, JournalError> {
        let mut files = Self(Vec::with_capacity(4));
        let [log, index] = folder::side_files(state);
        for path in [state.to_owned(), folder::database(state), log, index] {
            files.add(path)?;
        }
        Ok(files)
    }

    /// One file alone.
    pub(super) fn of(path: &Path) -> Result<Self, JournalError> {
        let mut file = Self(Vec::with_capacity(1));
        file.add(path.to_owned())?;
        Ok(file)
    }

    fn add(&mut self, path: PathBuf) -> Result<(), JournalError> {
        let id = id(&path).map_err(|error| JournalError::io(&path, &error))?;
        self.0.push((path, id));
        Ok(())
    }

    /// # Errors
    /// [`JournalError::Displaced`] with the first file that is not there any more.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        let moved = |(path, known): &&(PathBuf, FileId)| id(path).ok() != Some(*known);
        match self.0.iter().find(moved) {
            Some((path, _)) => Err(JournalError::Displaced(path.clone())),
            None => Ok(()),
        }
    }
}

/// Never by opening it: to close any handle of a database gives up `SQLite`'s locks on it.
pub(super) fn id(path: &Path) -> io::Result<FileId> {
    std::fs::metadata(path).map(|metadata| of(&metadata))
}

#[cfg(unix)]
fn of(metadata: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// Other systems don't let go of the name of an open file.
#[cfg(not(unix))]
fn of(_: &Metadata) -> FileId {}
