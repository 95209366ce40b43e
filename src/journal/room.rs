//! Whether a disk has room left.

use std::io;
use std::path::Path;

use super::new_file;

/// Whether no room is left for another file here, found out by making one: a quota can be used up
/// on a disk that has room.
pub(super) fn is_full(folder: &Path) -> bool {
    const ENOUGH: usize = 64 * 1024;
    let path = folder.join(format!(".try-{:016x}", rand::random::<u64>()));
    let tried = new_file::create(&path).and_then(|mut file| {
        io::Write::write_all(&mut file, &vec![1; ENOUGH])?;
        file.sync_all()
    });
    std::fs::remove_file(&path).ok();
    tried.is_err_and(|error| is_lack(error.kind()))
}

/// A full disk, a quota or a limit of this process on the length of its files.
pub(super) fn is_lack(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}
