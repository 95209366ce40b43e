//! The head: a small file with the id and hash of the last record, by which a cut-off tail is noticed.
//! It is not flushed to disk, so it may lag behind the records; it is never ahead of them.
//!
//! One line of fixed length is written over the old one in place: a file that is replaced by name
//! without a flush can be empty after a loss of power, and a line within one disk block can't.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::chain::Hash;
use super::error::JournalError;
use super::folder;
use super::id::RecordId;
use super::new_file;

/// Twenty digits, a blank, the hash, the end of the line.
const LENGTH: usize = 20 + 1 + 64 + 1;
/// How long to wait for another console that writes its line.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// The last record that is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) id: RecordId,
    pub(super) hash: Hash,
}

/// Why there is no head to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadError {
    Missing,
    /// Not a regular file, not ours to read, or not the one line that it should be.
    Unreadable,
    /// Another program holds it.
    KeyRepeatGuard,
}

impl HeadError {
    fn io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Unreadable,
        }
    }
}

impl Default for Head {
    fn default() -> Self {
        Self::START
    }
}

impl Head {
    /// Before the first record.
    pub(super) const START: Self = Self {
        id: RecordId(0),
        hash: Hash::ZERO,
    };

    fn line(self) -> String {
        format!("{:020} {}\n", self.id.0, self.hash)
    }

    fn parse(line: &str) -> Option<Self> {
        let (id, hash) = line.strip_suffix('\n')?.split_once(' ')?;
        let whole = line.len() == LENGTH && id.bytes().all(|b| b.is_ascii_digit());
        let id = RecordId(id.parse().ok().filter(|_| whole)?);
        let hash = Hash::parse(hash)?;
        Some(Self { id, hash })
    }
}

/// Reads what the file says.
pub(super) fn read(state: &Path) -> Result<Head, HeadError> {
    let file = folder::open_regular(&folder::head(state), false);
    let file = file.map_err(|error| HeadError::io(&error))?;
    // Half of a line that is just being written can't be read either.
    read_from(&file).map_or_else(|| read_locked(&file), Ok)
}

/// Reads it while nobody writes it.
pub(super) fn read_in_peace(state: &Path) -> Result<Head, HeadError> {
    let file = folder::open_regular(&folder::head(state), false);
    read_locked(&file.map_err(|error| HeadError::io(&error))?)
}

fn read_locked(mut file: &File) -> Result<Head, HeadError> {
    if !lock(file) {
        return Err(HeadError::KeyRepeatGuard);
    }
    file.rewind().map_err(|error| HeadError::io(&error))?;
    read_from(file).ok_or(HeadError::Unreadable)
}

/// Makes the file for a new journal. One that is there already stays: it tells of records that
/// were in a journal before this one.
pub(super) fn begin(state: &Path) -> Result<(), JournalError> {
    match folder::head(state).symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => renew(state, Head::START),
        _ => Ok(()),
    }
}

/// Makes it again, whatever has its name now: a file, or something that never was one.
pub(super) fn renew(state: &Path, to: Head) -> Result<(), JournalError> {
    let path = folder::head(state);
    let renewed = || {
        let new = state.join(format!("journal.head.{:016x}", rand::random::<u64>()));
        let mut file = new_file::create(&new)?;
        let put = file
            .write_all(to.line().as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| give_way(&path))
            .and_then(|()| std::fs::rename(&new, &path));
        if put.is_err() {
            std::fs::remove_file(&new).ok();
        }
        put
    };
    renewed().map_err(|error| JournalError::io(&path, &error))?;
    folder::flush(state);
    Ok(())
}

/// A file takes the place of anything but a folder. What is in the folder is kept.
fn give_way(path: &Path) -> io::Result<()> {
    if !path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    let aside = format!("journal.head.aside-{:016x}", rand::random::<u64>());
    std::fs::rename(path, path.with_file_name(aside))
}

/// Moves the head on to a new record. It stays where it is when it is further already, and when
/// `holds` says that what it tells of is not among the records: it is the only proof of that.
///
/// A failure is no reason to take a record back that is on disk: the head lags behind then, and the
/// next record moves it on.
pub(super) fn advance(state: &Path, to: Head, holds: impl FnOnce(&Head) -> bool) {
    let Ok(mut file) = folder::open_regular(&folder::head(state), true) else {
        return;
    };
    let Ok(now) = read_locked(&file) else { return };
    if now.id >= to.id || !(now == Head::START || holds(&now)) {
        return;
    }
    let _ = file
        .rewind()
        .and_then(|()| file.write_all(to.line().as_bytes()));
}

fn read_from(file: &File) -> Option<Head> {
    let mut line = String::with_capacity(LENGTH);
    let limit = u64::try_from(LENGTH + 1).ok()?;
    io::Read::take(file, limit).read_to_string(&mut line).ok()?;
    Head::parse(&line)
}

/// The file is held for microseconds; a program that holds it longer has been stopped.
fn lock(file: &File) -> bool {
    let since = Instant::now();
    while file.try_lock().is_err() {
        if since.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(id: i64) -> Head {
        let hash = Hash::of_bytes(&id.to_be_bytes());
        Head {
            id: RecordId(id),
            hash,
        }
    }

    #[test]
    fn it_moves_on_and_never_back() {
        let state = tempfile::tempdir().expect("a folder");
        assert_eq!(read(state.path()), Err(HeadError::Missing));
        begin(state.path()).expect("a head");
        assert_eq!(read(state.path()), Ok(Head::START));
        advance(state.path(), at(7), |_| false);
        advance(state.path(), at(6), |_| true);
        assert_eq!(read(state.path()), Ok(at(7)));
        advance(state.path(), at(8), |head| *head == at(7));
        begin(state.path()).expect("it is there");
        assert_eq!(read(state.path()), Ok(at(8)));
    }

    #[test]
    fn it_stays_when_its_record_is_gone_or_it_can_not_be_read() {
        let state = tempfile::tempdir().expect("a folder");
        advance(state.path(), at(1), |_| true);
        assert_eq!(read(state.path()), Err(HeadError::Missing));
        begin(state.path()).expect("a head");
        advance(state.path(), at(7), |_| true);
        advance(state.path(), at(8), |_| false);
        assert_eq!(read(state.path()), Ok(at(7)));
        for garbage in ["", "7\n", &at(7).line()[1..], &format!("{} ", at(7).line())] {
            std::fs::write(folder::head(state.path()), garbage).expect("a write");
            advance(state.path(), at(8), |_| true);
            assert_eq!(
                read(state.path()),
                Err(HeadError::Unreadable),
                "{garbage:?}"
            );
        }
    }
}
