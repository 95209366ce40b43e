//! `SQLite`'s log, `journal.db-wal`, as it lies in its file. `SQLite` goes by the log's index, which is in
//! memory: when somebody cuts the file short or writes over it, the next commit succeeds all the same,
//! and no other program ever finds what was committed. So the writer looks after each commit whether
//! the frames are there, each with the salts of the log's header. To open and close the log gives up
//! none of `SQLite`'s locks: they are on the database and on the log's index.

use std::fs::File;
use std::io;
use std::path::Path;

use super::error::JournalError;
use super::folder;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// With either order of bytes in its checksums.
const MAGIC: [[u8; 4]; 2] = [[0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83]];

/// Whether the log has this many frames.
///
/// # Errors
/// [`JournalError::Overwritten`] when it has not.
pub(super) fn check(state: &Path, frames: u64) -> Result<(), JournalError> {
    let [path, _] = folder::side_files(state);
    match has(&path, frames) {
        Ok(true) => Ok(()),
        Ok(false) => Err(JournalError::Overwritten(path)),
        Err(error) => Err(JournalError::io(&path, &error)),
    }
}

fn has(path: &Path, frames: u64) -> io::Result<bool> {
    let file = folder::open_regular(path, false)?;
    let mut header = [0; HEADER];
    if !fill(&file, &mut header, 0)? || !MAGIC.iter().any(|magic| header.starts_with(magic)) {
        return Ok(false);
    }
    let page = u32::from_be_bytes([header[8], header[9], header[10], header[11]]);
    let stride = FRAME_HEADER as u64 + u64::from(page);
    let salts = part(&header, 16);
    let mut frame = [0; FRAME_HEADER];
    for index in 0..frames {
        let at = HEADER as u64 + index * stride;
        if !fill(&file, &mut frame, at)? || part(&frame, 8) != salts {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Eight bytes from there on.
fn part(bytes: &[u8], from: usize) -> [u8; 8] {
    let bytes = bytes.get(from..).and_then(<[u8]>::first_chunk);
    bytes.copied().unwrap_or_default()
}

/// Whether the file is long enough.
fn fill(file: &File, bytes: &mut [u8], at: u64) -> io::Result<bool> {
    match read_at(file, bytes, at) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read as _, Seek as _};
    file.seek(io::SeekFrom::Start(at))?;
    file.read_exact(bytes)
}
