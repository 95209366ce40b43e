//! Reading files, and one rule for all of them: nobody but the user and root can change or replace a file
//! that decides what is run, whom to trust or where secrets go, and nobody else can read a secret.
//! What is read goes into wiped buffers; an error names the file and what to do, never its content.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::{ConfigError, Place};
use super::file_checks::{FileError, Last};
#[cfg(unix)]
use super::folders::check_way;

/// Keys and passwords are short; anything longer is another file by mistake.
pub(super) const SECRET_LIMIT: usize = 64 * 1024;
/// Certificate bundles and the configuration itself.
const PLAIN_LIMIT: usize = 1024 * 1024;

/// What other users may do with a file. None of them may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// Read it: configurations, certificates, programs.
    Read,
    /// Nothing: keys and passwords.
    Nothing,
}

impl Others {
    /// The permissions that the file must not give to its group or to others.
    #[cfg(unix)]
    fn forbidden(self) -> u32 {
        match self {
            Self::Read => 0o022,
            Self::Nothing => 0o077,
        }
    }

    fn size_limit(self) -> usize {
        match self {
            Self::Read => PLAIN_LIMIT,
            Self::Nothing => SECRET_LIMIT,
        }
    }
}

/// Checks a file and the way to it, without reading it.
pub(super) fn check(path: &Path, others: Others) -> Result<(), FileError> {
    let metadata = regular(path, std::fs::metadata(path))?;
    check_way(path, Last::Own)?;
    check_mode(path, &metadata, others)
}

/// Reads a file that passes [`check`].
pub(super) fn read(path: &Path, others: Others) -> Result<Zeroizing<Vec<u8>>, FileError> {
    check(path, others)?;
    let file = File::open(path).map_err(|error| FileError::io(path, &error))?;
    // Again for what was opened: the name may belong to another file by now.
    let metadata = regular(path, file.metadata())?;
    check_mode(path, &metadata, others)?;
    take(path, file, others.size_limit())
}

/// Reads a file that holds no secret; `what` names it in errors.
///
/// # Errors
/// When it is not there, or others can change it.
pub(crate) fn read_bytes(path: &Path, what: &str) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
    let bytes = read(path, Others::Read);
    bytes.map_err(|error| ConfigError::outside(format!("{what} {error}")))
}

/// The same of a text.
///
/// # Errors
/// The same, or when it is no text.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String, ConfigError> {
    let bytes = read_bytes(path, what)?;
    let text = str::from_utf8(&bytes).map_err(|_| {
        let path = path.display();
        ConfigError::outside(format!("{what} {path} is not UTF-8, as TOML has to be"))
    })?;
    Ok(text.to_owned())
}

/// Anything but a regular file could block or never end.
fn regular(path: &Path, found: io::Result<Metadata>) -> Result<Metadata, FileError> {
    let metadata = found.map_err(|error| FileError::io(path, &error))?;
    if !metadata.is_file() {
        return Err(FileError::NotRegular(path.to_owned()));
    }
    Ok(metadata)
}

fn take(path: &Path, file: File, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    match read_up_to(file, limit) {
        Ok(Some(bytes)) if bytes.is_empty() => Err(FileError::Empty(path.to_owned())),
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(FileError::TooLarge(path.to_owned(), limit / 1024)),
        Err(error) => Err(FileError::io(path, &error)),
    }
}

/// All there is, or `None` when it is more than `limit`.
/// The buffer never grows, because growing leaves an unwiped copy behind.
pub(super) fn read_up_to(
    mut from: impl Read,
    limit: usize,
) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut buffer = Zeroizing::new(vec![0; limit + 1]);
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => {
                buffer.truncate(filled);
                return Ok(Some(buffer));
            }
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &Metadata, others: Others) -> Result<(), FileError> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & others.forbidden() != 0 {
        return Err(match others {
            Others::Read => FileError::Writable(path.to_owned()),
            Others::Nothing => FileError::Exposed(path.to_owned()),
        });
    }
    super::folders::check_owner(path, metadata)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn check_mode(_: &Path, _: &Metadata, _: Others) -> Result<(), FileError> {
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn check_way(_: &Path, _: Last) -> Result<(), FileError> {
    Ok(())
}

/// Checks the folder of the journal: nobody but the user and root can write it or replace a part of the
/// way to it. What is missing is not checked, because it will be the user's own.
///
/// # Errors
/// When somebody else can, with the folder and what to do.
pub fn check_state(folder: &Path) -> Result<(), ConfigError> {
    let checked = check_way(&folder.join("journal.db"), Last::Own);
    checked.map_err(|error| ConfigError::outside(error.to_string()))
}

/// Checks the way to the log in the same manner. It may also be in a folder in which users can't replace
/// each other's files, such as `/tmp`.
///
/// # Errors
/// When somebody else can replace it, with the folder and what to do.
pub fn check_log(file: &Path) -> Result<(), ConfigError> {
    let checked = check_way(file, Last::MayBeShared);
    checked.map_err(|error| ConfigError::outside(error.to_string()))
}

/// A file that holds no secret, such as a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainFile {
    key: String,
    path: PathBuf,
    place: Place,
}

impl PlainFile {
    pub(super) fn new(key: String, path: PathBuf, place: Place) -> Self {
        Self { key, path, place }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check(&self.path, Others::Read).map_err(|error| self.error(&error))
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, ConfigError> {
        let bytes = read(&self.path, Others::Read).map_err(|error| self.error(&error))?;
        Ok(bytes.to_vec())
    }

    /// What is in it can't be used.
    pub(super) fn refused(&self, why: impl std::fmt::Display) -> ConfigError {
        let path = self.path.display();
        ConfigError::at(self.place.clone(), format!("{}: {path}: {why}", self.key))
    }

    fn error(&self, error: &FileError) -> ConfigError {
        ConfigError::at(self.place.clone(), format!("{}: {error}", self.key))
    }
}

/// A file that only its owner may read, such as a server's own private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateFile {
    key: String,
    path: PathBuf,
    place: Place,
}

impl PrivateFile {
    pub(super) fn new(key: String, path: PathBuf, place: Place) -> Self {
        Self { key, path, place }
    }

    /// A file that no setting names.
    #[cfg(test)]
    pub(crate) fn alone(path: &Path) -> Self {
        let place = Place::whole(&path.into());
        Self::new("a file".to_owned(), path.to_owned(), place)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its content, which is wiped after use.
    ///
    /// # Errors
    /// When it is missing, or others can read or replace it.
    pub fn read(&self) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
        let bytes = read(&self.path, Others::Nothing);
        bytes.map_err(|error| ConfigError::at(self.place.clone(), format!("{}: {error}", self.key)))
    }

    /// What is in it can't be used. `why` names the file and never quotes it.
    #[must_use]
    pub fn refused(&self, why: impl std::fmt::Display) -> ConfigError {
        ConfigError::at(self.place.clone(), format!("{}: {why}", self.key))
    }
}
