//! What is asked of the way to a file, and why a file was not taken: which one, and what to do. Never what
//! is in it.

use crate::io_error::plain;
use std::io;
use std::path::{Path, PathBuf};

/// What the folder that holds a file, or a link to it, may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// A folder that nobody else writes.
    Own,
    /// Also one in which users can't replace each other's files, such as `/tmp`.
    MayBeShared,
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileError {
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    #[error("{} is not a regular file", .0.display())]
    NotRegular(PathBuf),
    #[error("{path} can't be read: {kind}", path = .0.display(), kind = plain(*.1))]
    Unreadable(PathBuf, io::ErrorKind),
    #[error("{path} can be read by others; only its owner may: chmod 600 {path}", path = .0.display())]
    Exposed(PathBuf),
    #[error("{path} can be changed by other users; only its owner may write it: chmod go-w {path}", path = .0.display())]
    Writable(PathBuf),
    #[error(
        "{folder} is on the way to {file} and can be changed by other users; only its owner may write it: chmod go-w {folder}",
        file = .file.display(), folder = .folder.display()
    )]
    OpenFolder { file: PathBuf, folder: PathBuf },
    #[error(
        "{file} is in {folder}, which other users write too: move it to a folder of your own (chmod 700)",
        file = .file.display(), folder = .folder.display()
    )]
    SharedFolder { file: PathBuf, folder: PathBuf },
    #[error("{path} belongs to another user; it must be yours or root's: see ls -ld {path}", path = .0.display())]
    Foreign(PathBuf),
    #[error("{path} is larger than {limit} KiB", path = .0.display(), limit = .1)]
    TooLarge(PathBuf, usize),
    #[error("{} is empty", .0.display())]
    Empty(PathBuf),
}

impl FileError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing(path.to_owned()),
            kind => Self::Unreadable(path.to_owned(), kind),
        }
    }
}
