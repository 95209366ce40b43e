//! Finds out from which commit this is built, so that `--version` can tell it. Reads git's own files
//! or what a crate archive holds; runs no program, needs no network, and never fails a build.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// As many digits as tell one commit from all others.
const DIGITS: usize = 12;

fn main() -> io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut read = vec![root.join("build.rs")];
    let commit = of_checkout(&root, &mut read).or_else(|| of_archive(&root, &mut read));
    let commit = commit.map_or("unknown".to_owned(), |commit| {
        commit.chars().take(DIGITS).collect()
    });
    let told = |name| std::env::var(name).unwrap_or_default();
    let mut cargo = io::stdout().lock();
    // `cargo run` hands these on to the program: none may have a name from which it takes a setting.
    writeln!(cargo, "cargo::rustc-env=KITDESK_BUILT_FROM={commit}")?;
    writeln!(
        cargo,
        "cargo::rustc-env=KITDESK_BUILT_FOR={}",
        told("TARGET")
    )?;
    writeln!(
        cargo,
        "cargo::rustc-env=KITDESK_BUILT_AS={}",
        told("PROFILE")
    )?;
    // Only what is there: cargo takes a file that is missing for one that changes all the time.
    for path in read.iter().filter(|path| path.exists()) {
        writeln!(cargo, "cargo::rerun-if-changed={}", path.display())?;
    }
    Ok(())
}

/// The commit that is checked out, where this lies at the root of a repository or of a work tree
/// of it; a repository further up is somebody else's.
fn of_checkout(root: &Path, read: &mut Vec<PathBuf>) -> Option<String> {
    let dot_git = root.join(".git");
    let own = match fs::read_to_string(&dot_git) {
        Ok(text) => root.join(text.strip_prefix("gitdir:")?.trim()),
        Err(_) => dot_git,
    };
    let head = note(own.join("HEAD"), read)?;
    let Some(name) = head.strip_prefix("ref:").map(str::trim) else {
        return hash(&head);
    };
    let shared = match note(own.join("commondir"), read) {
        Some(path) => own.join(path.trim()),
        None => own,
    };
    let loose = shared.join(name);
    if let Some(found) = note(loose.clone(), read).as_deref().and_then(hash) {
        return Some(found);
    }
    // The next commit makes this file, which shows in its folder.
    read.extend(loose.parent().map(Path::to_owned));
    let packed = note(shared.join("packed-refs"), read)?;
    let mut lines = packed.lines().filter_map(|line| line.split_once(' '));
    lines
        .find(|(_, packed)| *packed == name)
        .and_then(|(commit, _)| hash(commit))
}

/// The commit that `cargo package` writes into an archive.
fn of_archive(root: &Path, read: &mut Vec<PathBuf>) -> Option<String> {
    let told = note(root.join(".cargo_vcs_info.json"), read)?;
    let (_, after) = told.split_once("\"sha1\"")?;
    hash(after.split('"').nth(1)?)
}

fn note(path: PathBuf, read: &mut Vec<PathBuf>) -> Option<String> {
    let text = fs::read_to_string(&path).ok();
    read.push(path);
    text
}

fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    let is_hash = text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_owned())
}
