//! Who could put another file in a file's place: checks every folder and every link on the way to it.
//! Looks at owners and modes only and reads no file.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use super::file_checks::{FileError, Last};

/// No way has as many links as this: the system itself gives up sooner.
const MOST_LINKS: usize = 40;

/// Goes the way to a file as the system does, link by link, as far as there is one.
pub(super) fn check_way(file: &Path, last: Last) -> Result<(), FileError> {
    let io = |path: &Path, error| FileError::io(path, &error);
    let start = std::path::absolute(file).map_err(|error| io(file, error))?;
    let mut rest = steps(&start);
    let mut folder = PathBuf::from("/");
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            folder.pop();
            continue;
        }
        let next = folder.join(&name);
        let may_be_shared = !rest.is_empty() || last == Last::MayBeShared;
        check_folder(&folder, may_be_shared, file)?;
        // What is missing or out of reach can't be opened either, and that has errors of its own.
        let Ok(metadata) = next.symlink_metadata() else {
            return Ok(());
        };
        check_owner(&next, &metadata)?;
        if metadata.is_symlink() {
            links += 1;
            if links > MOST_LINKS {
                return Err(io(file, ErrorKind::NotFound.into()));
            }
            let target = next.read_link().map_err(|error| io(&next, error))?;
            if target.is_absolute() {
                folder = PathBuf::from("/");
            }
            for step in steps(&target).into_iter().rev() {
                rest.push_front(step);
            }
        } else {
            folder = next;
        }
    }
    Ok(())
}

/// Checks that it belongs to the user, or to root, who can do anything anyway.
pub(super) fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), FileError> {
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() == own || metadata.uid() == 0 {
        return Ok(());
    }
    Err(FileError::Foreign(path.to_owned()))
}

/// In a folder such as `/tmp` nobody can replace what belongs to somebody else. That is enough on the
/// way, because the owner of each step is checked.
fn check_folder(folder: &Path, may_be_shared: bool, file: &Path) -> Result<(), FileError> {
    const GROUP_OR_OTHERS: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    let metadata = folder.metadata();
    let metadata = metadata.map_err(|error| FileError::io(folder, &error))?;
    check_owner(folder, &metadata)?;
    let (file, folder) = (file.to_owned(), folder.to_owned());
    match (
        metadata.mode() & GROUP_OR_OTHERS != 0,
        metadata.mode() & STICKY != 0,
    ) {
        (false, _) => Ok(()),
        (true, true) if may_be_shared => Ok(()),
        (true, true) => Err(FileError::SharedFolder { file, folder }),
        (true, false) => Err(FileError::OpenFolder { file, folder }),
    }
}

fn steps(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    names.collect()
}
