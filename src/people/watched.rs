//! The list of people while a server runs: read again when a file of it has changed.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::People;
use super::error::PeopleError;

/// The list as it was last read without a mistake.
#[derive(Debug)]
pub struct Watched {
    path: PathBuf,
    people: Arc<People>,
    /// The files as they were before they were last read, whatever came of it.
    seen: Vec<(PathBuf, Option<Stamp>)>,
    /// What was wrong when it was last read. A list that has a mistake may name files that are not among those
    /// above, so that it is read again until it is right.
    mistake: Option<String>,
}

/// What has become of the list.
#[derive(Debug)]
pub enum Look {
    /// Nothing has changed.
    Same,
    /// It was read again.
    Changed(Arc<People>),
    /// It was read again and has mistakes: the one before still holds. Said once for each change.
    Broken(PeopleError),
}

impl Watched {
    /// Reads the list for the first time.
    ///
    /// # Errors
    /// When anything is wrong with it.
    pub fn open(path: &Path) -> Result<Self, PeopleError> {
        let mut watched = Self {
            path: path.to_owned(),
            people: Arc::default(),
            seen: stamps(&[path.to_owned()]),
            mistake: None,
        };
        watched.read()?;
        Ok(watched)
    }

    /// The list as it holds.
    #[must_use]
    pub fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// Reads it again if a file of it has changed.
    pub fn look(&mut self) -> Look {
        let is_same = stamps(&self.files()) == self.seen;
        let before = self.mistake.clone();
        if is_same && before.is_none() {
            return Look::Same;
        }
        match self.read_again() {
            Look::Broken(_) if is_same && self.mistake == before => Look::Same,
            look => look,
        }
    }

    /// Reads it again in any case.
    pub fn read_again(&mut self) -> Look {
        let read = self.read();
        self.mistake = read.as_ref().err().map(ToString::to_string);
        match read {
            Ok(()) => Look::Changed(Arc::clone(&self.people)),
            Err(error) => Look::Broken(error),
        }
    }

    fn read(&mut self) -> Result<(), PeopleError> {
        // Before it is read: what changes meanwhile is seen the next time.
        self.seen = stamps(&self.files());
        let people = People::read(&self.path)?;
        let known = self.files();
        let is_new = people.files().iter().any(|file| !known.contains(file));
        self.seen.retain(|(file, _)| people.files().contains(file));
        if is_new {
            // A list that was not known before may have changed since it was read.
            self.seen = stamps(people.files());
            return self.read();
        }
        self.people = Arc::new(people);
        Ok(())
    }

    fn files(&self) -> Vec<PathBuf> {
        self.seen.iter().map(|(file, _)| file.clone()).collect()
    }
}

/// By what a file is known to be the same as before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: Option<std::time::SystemTime>,
    length: u64,
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            // Another file of the same length, and other permissions.
            #[cfg(unix)]
            inode: (
                metadata.dev(),
                metadata.ino(),
                metadata.ctime(),
                metadata.ctime_nsec(),
            ),
        }
    }
}

fn stamps(files: &[PathBuf]) -> Vec<(PathBuf, Option<Stamp>)> {
    let stamp = |file: &PathBuf| std::fs::metadata(file).ok().map(|of| Stamp::of(&of));
    files
        .iter()
        .map(|file| (file.clone(), stamp(file)))
        .collect()
}
