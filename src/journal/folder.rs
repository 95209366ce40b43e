//! The state folder and its files: made for the owner alone, and refused when others can write them.
//! Knows names and permissions, not what is in the files.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::new_file;
use crate::config::check_state;

/// The records.
pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join("journal.db")
}

/// The log and the index of the log, which `SQLite` keeps next to a database that is open.
pub(super) fn side_files(folder: &Path) -> [PathBuf; 2] {
    ["journal.db-wal", "journal.db-shm"].map(|name| folder.join(name))
}

/// What is kept of a journal of format 1 that was brought to a newer one.
pub(super) fn copy_of_format_1(folder: &Path, more: &str) -> PathBuf {
    folder.join(format!("journal.db.format-1{more}"))
}

/// The last record's id and hash.
pub(super) fn head(folder: &Path) -> PathBuf {
    folder.join("journal.head")
}

/// The tree over the records, as it was signed last.
pub(super) fn checkpoint(folder: &Path) -> PathBuf {
    folder.join("journal.checkpoint")
}

/// A locked file for every console that runs.
pub(super) fn consoles(folder: &Path) -> PathBuf {
    folder.join("consoles")
}

/// Makes the folders and the database file where they are missing, and checks those that are there.
/// `SQLite` gives its side files the mode of the database file.
pub(super) fn prepare(folder: &Path) -> Result<(), JournalError> {
    make(folder)?;
    check_way(folder)?;
    make(&consoles(folder))?;
    let database = database(folder);
    match new_file::create(&database) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => drop(made.map_err(|error| JournalError::io(&database, &error))?),
    }
    refuse_open_to_others(&database, &look_at_database(folder)?)
}

/// What lies where the database should, found out without opening it: what is no regular file can
/// block for ever, and a link leads to a file whose side files lie elsewhere.
pub(super) fn look_at_database(folder: &Path) -> Result<Metadata, JournalError> {
    let look = |path: &Path| {
        let metadata = path.symlink_metadata();
        let metadata = metadata.map_err(|error| JournalError::io(path, &error))?;
        if metadata.is_file() {
            Ok(metadata)
        } else {
            Err(JournalError::NotRegular(path.to_owned()))
        }
    };
    for side in side_files(folder) {
        match look(&side) {
            Ok(_) | Err(JournalError::Io(_, io::ErrorKind::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    look(&database(folder))
}

/// Whether a journal can be kept here, found out by trying it; nothing of that is left behind.
///
/// # Errors
/// When it can't, with what to do about it.
pub fn check_folder(folder: &Path) -> Result<(), JournalError> {
    let there = |path: &&Path| !matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound);
    // What is missing is made, so the folder that counts is the nearest one that is there.
    let nearest = folder
        .ancestors()
        .filter(|path| !path.as_os_str().is_empty())
        .find(there)
        .unwrap_or(Path::new("."));
    let metadata = std::fs::metadata(nearest).map_err(|error| JournalError::io(folder, &error))?;
    if !metadata.is_dir() {
        let kind = io::ErrorKind::NotADirectory;
        return Err(JournalError::Folder(folder.to_owned(), kind));
    }
    check_way(folder)?;
    if nearest != folder {
        return try_folder(folder, nearest);
    }
    if database(folder).symlink_metadata().is_ok() {
        look_at_database(folder)?;
    }
    for path in [folder.to_owned(), consoles(folder), database(folder)] {
        if let Ok(metadata) = std::fs::metadata(&path) {
            refuse_open_to_others(&path, &metadata)?;
            check_writable(&path)?;
        }
    }
    try_file(folder)
}

/// Makes the folder and takes it away again: permissions alone do not tell, least of all to root.
fn try_folder(folder: &Path, nearest: &Path) -> Result<(), JournalError> {
    let tried = builder().create(folder);
    let made = folder.ancestors().take_while(|path| *path != nearest);
    for path in made.filter(|path| !path.as_os_str().is_empty()) {
        // Fails, and keeps the folder, if somebody has put something into it meanwhile.
        std::fs::remove_dir(path).ok();
    }
    tried.map_err(|error| of_folder(folder, &error))
}

/// The same with a file in it.
fn try_file(folder: &Path) -> Result<(), JournalError> {
    let path = folder.join(format!(".try-{}", std::process::id()));
    let tried = new_file::create(&path);
    std::fs::remove_file(&path).ok();
    tried.map(drop).map_err(|error| of_folder(folder, &error))
}

#[cfg(target_os = "linux")]
fn check_writable(path: &Path) -> Result<(), JournalError> {
    let may = rustix::fs::access(path, rustix::fs::Access::WRITE_OK);
    may.map_err(|_| JournalError::NotWritable(path.to_owned()))
}

#[cfg(not(target_os = "linux"))]
fn check_writable(path: &Path) -> Result<(), JournalError> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.permissions().readonly() => Ok(()),
        _ => Err(JournalError::NotWritable(path.to_owned())),
    }
}

/// Opens a file to be read, or read and written, without waiting: a pipe waits for its other end.
///
/// # Errors
/// Also when it is anything but a regular file, which is [`io::ErrorKind::InvalidInput`].
pub(super) fn open_regular(path: &Path, to_write: bool) -> io::Result<File> {
    let not_regular = || io::Error::from(io::ErrorKind::InvalidInput);
    if !path.symlink_metadata()?.is_file() {
        return Err(not_regular());
    }
    let file = at_once(OpenOptions::new().read(true).write(to_write)).open(path)?;
    // Once more on what was opened: the name may lead elsewhere by now.
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(not_regular())
    }
}

/// Makes new names in a folder outlive a loss of power. A system that can't do that for folders
/// does it without being asked.
pub(super) fn flush(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn make(folder: &Path) -> Result<(), JournalError> {
    let made = builder().create(folder);
    let metadata = made.and_then(|()| std::fs::metadata(folder));
    let metadata = metadata.map_err(|error| of_folder(folder, &error))?;
    refuse_open_to_others(folder, &metadata)
}

fn of_folder(folder: &Path, error: &io::Error) -> JournalError {
    match JournalError::io(folder, error) {
        JournalError::Io(path, kind) => JournalError::Folder(path, kind),
        plainer => plainer,
    }
}

#[cfg(unix)]
fn builder() -> std::fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder
}

#[cfg(not(unix))]
fn builder() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    builder
}

#[cfg(unix)]
fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn check_way(folder: &Path) -> Result<(), JournalError> {
    check_state(folder).map_err(|error| JournalError::Replaceable(error.to_string()))
}

#[cfg(unix)]
fn refuse_open_to_others(path: &Path, metadata: &Metadata) -> Result<(), JournalError> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(JournalError::OpenToOthers(path.to_owned()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn refuse_open_to_others(_: &Path, _: &Metadata) -> Result<(), JournalError> {
    Ok(())
}
