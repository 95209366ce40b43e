//! Who could put another file in a secret's place: every folder and every link on the way to it is
//! looked at. Looks at owners and modes only; what is in a file is not read here.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use super::files::FileFault;

/// No way has as many links as this: the system itself gives up sooner.
const MOST_LINKS: usize = 40;

/// Goes the way to a file as the system does, link by link.
pub(super) fn check_way(file: &Path) -> Result<(), FileFault> {
    let io = |path: &Path, fault| FileFault::io(path, &fault);
    let start = std::path::absolute(file).map_err(|fault| io(file, fault))?;
    let mut rest = steps(&start);
    let mut folder = PathBuf::from("/");
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            folder.pop();
            continue;
        }
        let next = folder.join(&name);
        let metadata = next.symlink_metadata();
        let metadata = metadata.map_err(|fault| io(&next, fault))?;
        // Whoever can write the last folder has the secret itself, or the link to it, in their hands.
        check_folder(&folder, rest.is_empty(), file)?;
        check_owner(&next, &metadata)?;
        if metadata.is_symlink() {
            links += 1;
            if links > MOST_LINKS {
                return Err(io(file, std::io::ErrorKind::NotFound.into()));
            }
            let target = next.read_link().map_err(|fault| io(&next, fault))?;
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

/// It belongs to whoever runs this, or to root, who can do anything anyway.
pub(super) fn check_owner(path: &Path, metadata: &Metadata) -> Result<(), FileFault> {
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() == own || metadata.uid() == 0 {
        return Ok(());
    }
    Err(FileFault::Foreign(path.to_owned()))
}

/// In a folder such as `/tmp` nobody can replace what is somebody else's: that will do on the way, and
/// that it is not somebody else's is checked for each step.
fn check_folder(folder: &Path, is_last: bool, file: &Path) -> Result<(), FileFault> {
    const GROUP_OR_OTHERS: u32 = 0o022;
    const OTHERS: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let metadata = folder.metadata();
    let metadata = metadata.map_err(|fault| FileFault::io(folder, &fault))?;
    check_owner(folder, &metadata)?;
    let mode = metadata.mode();
    let names = || (file.to_owned(), folder.to_owned());
    if is_last && mode & GROUP_OR_OTHERS != 0 {
        let (file, folder) = names();
        return Err(FileFault::OpenFolder { file, folder });
    }
    if mode & OTHERS != 0 && mode & STICKY == 0 {
        let (file, folder) = names();
        return Err(FileFault::OpenWay { file, folder });
    }
    Ok(())
}

fn steps(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    names.collect()
}
