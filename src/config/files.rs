//! Reading files, and who else may read them: keys and passwords only from files of one's own.
//! What is read goes into wiped buffers; a fault names the file and what to do, never its content.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::fault::{Fault, Place};

/// Keys and passwords are short; anything longer is another file by mistake.
pub(super) const SECRET_LIMIT: usize = 64 * 1024;
/// Certificate bundles and the configuration itself.
pub(super) const PLAIN_LIMIT: usize = 1024 * 1024;

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileFault {
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    #[error("{} is not a regular file", .0.display())]
    NotRegular(PathBuf),
    #[error("{path} can't be read: {kind}", path = .0.display(), kind = .1)]
    Unreadable(PathBuf, io::ErrorKind),
    #[error("{path} can be read by others; only its owner may: chmod 600 {path}", path = .0.display())]
    Exposed(PathBuf),
    #[error(
        "the folder of {}, {folder}, can be written by others; only its owner may: chmod go-w {folder}",
        .file.display(), folder = .folder.display()
    )]
    OpenFolder { file: PathBuf, folder: PathBuf },
    #[error(
        "a folder on the way to {}, {folder}, can be written by anybody; only its owner may: chmod o-w {folder}",
        .file.display(), folder = .folder.display()
    )]
    OpenWay { file: PathBuf, folder: PathBuf },
    #[error("{path} belongs to another user; it must be yours or root's: see ls -ld {path}", path = .0.display())]
    Foreign(PathBuf),
    #[error("{path} is larger than {limit} KiB", path = .0.display(), limit = .1)]
    TooLarge(PathBuf, usize),
    #[error("{} is empty", .0.display())]
    Empty(PathBuf),
}

impl FileFault {
    pub(super) fn io(path: &Path, fault: &io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::NotFound => Self::Missing(path.to_owned()),
            kind => Self::Unreadable(path.to_owned(), kind),
        }
    }
}

/// Checks a file that holds a secret, without reading it.
pub(super) fn check_secret(path: &Path) -> Result<(), FileFault> {
    let metadata = check_plain(path)?;
    check_way(path)?;
    check_mode(path, &metadata)
}

/// Reads a file that holds a secret.
pub(super) fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileFault> {
    check_secret(path)?;
    let file = File::open(path).map_err(|fault| FileFault::io(path, &fault))?;
    // Once more on what was opened: the name may have moved to another file in between.
    let metadata = file.metadata();
    let metadata = metadata.map_err(|fault| FileFault::io(path, &fault))?;
    check_mode(path, &metadata)?;
    take(path, file, SECRET_LIMIT)
}

/// Checks that there is a regular file: anything else could block or never end.
pub(super) fn check_plain(path: &Path) -> Result<Metadata, FileFault> {
    let metadata = std::fs::metadata(path);
    let metadata = metadata.map_err(|fault| FileFault::io(path, &fault))?;
    if !metadata.is_file() {
        return Err(FileFault::NotRegular(path.to_owned()));
    }
    Ok(metadata)
}

/// Reads a file that anyone may read.
pub(super) fn read_plain(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileFault> {
    check_plain(path)?;
    let file = File::open(path).map_err(|fault| FileFault::io(path, &fault))?;
    take(path, file, PLAIN_LIMIT)
}

fn take(path: &Path, file: File, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileFault> {
    match read_up_to(file, limit) {
        Ok(Some(bytes)) if bytes.is_empty() => Err(FileFault::Empty(path.to_owned())),
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(FileFault::TooLarge(path.to_owned(), limit / 1024)),
        Err(fault) => Err(FileFault::io(path, &fault)),
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
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(None)
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &Metadata) -> Result<(), FileFault> {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(FileFault::Exposed(path.to_owned()));
    }
    super::folders::check_owner(path, metadata)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn check_mode(_: &Path, _: &Metadata) -> Result<(), FileFault> {
    Ok(())
}

#[cfg(unix)]
fn check_way(path: &Path) -> Result<(), FileFault> {
    super::folders::check_way(path)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn check_way(_: &Path) -> Result<(), FileFault> {
    Ok(())
}

/// A file that holds no secret, such as a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainFile {
    key: &'static str,
    path: PathBuf,
    place: Place,
}

impl PlainFile {
    pub(super) fn new(key: &'static str, path: PathBuf, place: Place) -> Self {
        Self { key, path, place }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn check(&self) -> Result<(), Fault> {
        let checked = check_plain(&self.path);
        checked.map_err(|fault| self.fault(&fault)).map(drop)
    }

    pub(super) fn read(&self) -> Result<Vec<u8>, Fault> {
        let bytes = read_plain(&self.path).map_err(|fault| self.fault(&fault))?;
        Ok(bytes.to_vec())
    }

    /// What is in it can't be used.
    pub(super) fn refused(&self, why: impl std::fmt::Display) -> Fault {
        let path = self.path.display();
        Fault::at(self.place.clone(), format!("{}: {path}: {why}", self.key))
    }

    fn fault(&self, fault: &FileFault) -> Fault {
        Fault::at(self.place.clone(), format!("{}: {fault}", self.key))
    }
}
