//! The copy of a journal that is kept before it is brought to another format: as it was, page by page.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::error::JournalError;
use super::{folder, new_file};

/// More copies of one journal than that are a sign that something else is wrong.
const MOST: u32 = 100;
/// All pages in one go: the journal is locked meanwhile.
const ALL: i32 = i32::MAX;

/// Keeps a copy of the database in its folder, for the owner alone, and on disk when this returns. One that is
/// there already stays. Only by the program that holds the journal's lock, so that there is one at a time.
pub(super) fn keep_copy(
    state: &Path,
    fill: impl FnOnce(&Path) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let failed = |path: &Path, error: &io::Error| JournalError::io(path, error);
    let name = free_name(state)?;
    // Under another name until it is whole: what a crash has left there is no copy.
    let part = folder::copy_of_format_1(state, ".part");
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&part, &error)),
        _ => {}
    }
    drop(new_file::create(&part).map_err(|error| failed(&part, &error))?);
    let kept = fill(&part).and_then(|()| {
        let whole = folder::open_regular(&part, true);
        let synced = whole.and_then(|file| file.sync_all());
        let named = synced.and_then(|()| std::fs::rename(&part, &name));
        named.map_err(|error| failed(&name, &error))
    });
    if kept.is_err() {
        std::fs::remove_file(&part).ok();
    }
    folder::flush(state);
    kept
}

/// `journal.db.format-1`; after somebody went back to that and on again, the next one that is not there.
fn free_name(state: &Path) -> Result<PathBuf, JournalError> {
    let first = folder::copy_of_format_1(state, "");
    let more = (2..MOST).map(|number| folder::copy_of_format_1(state, &format!(".{number}")));
    for path in [first.clone()].into_iter().chain(more) {
        match path.symlink_metadata() {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path),
            Err(error) => return Err(JournalError::io(&path, &error)),
        }
    }
    Err(JournalError::Io(first, io::ErrorKind::AlreadyExists))
}

/// Copies a database, as it stands on disk and in its log, into an empty file.
pub(super) fn copy(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let open =
        |path, flags| Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let from = open(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut to = open(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(&from, &mut to)?.run_to_completion(ALL, Duration::ZERO, None)
}
