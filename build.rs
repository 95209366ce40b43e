//! Finds out from which commit this is built, so that `--version` can say it: from git, or from what a
//! crate archive holds. Needs no network and never fails a build.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() -> io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let archive = root.join(".cargo_vcs_info.json");
    let (commit, log) = match of_checkout(&root) {
        Some((commit, log)) => (Some(commit), Some(log)),
        None => (of_archive(&archive), None),
    };
    // As many digits as tell one commit from all others.
    let commit: String =
        commit.map_or("unknown".into(), |commit| commit.chars().take(12).collect());
    let told = |name| std::env::var(name).unwrap_or_default();
    let (target, profile) = (told("TARGET"), told("PROFILE"));
    let mut cargo = io::stdout().lock();
    // `cargo run` hands these on to the program: none may have a name from which it takes a setting.
    writeln!(cargo, "cargo::rustc-env=KITDESK_BUILT_FROM={commit}")?;
    writeln!(cargo, "cargo::rustc-env=KITDESK_BUILT_FOR={target}")?;
    writeln!(cargo, "cargo::rustc-env=KITDESK_BUILT_AS={profile}")?;
    if packs_relocations(&target) {
        writeln!(
            cargo,
            "cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs"
        )?;
    }
    // Only what is there: cargo takes a file that is missing for one that changes all the time.
    let read = [Some(root.join("build.rs")), Some(archive), log];
    for path in read.iter().flatten().filter(|path| path.exists()) {
        writeln!(cargo, "cargo::rerun-if-changed={}", path.display())?;
    }
    Ok(())
}

/// Whether the program's own addresses, which the loader fills in, may be listed the short way: 290 KB less on
/// disk, and in memory. The C library has to know it, which glibc does from 2.36 on: the program is built for
/// a library as new as the one here, as it is by the linker anyway.
fn packs_relocations(target: &str) -> bool {
    let is_ours = std::env::var("HOST").is_ok_and(|host| host == target);
    if !is_ours || !target.ends_with("-linux-gnu") {
        return false;
    }
    let asked = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let said = asked.map(|asked| String::from_utf8_lossy(&asked.stdout).trim().to_owned());
    let version = said.ok().and_then(|said| {
        let (major, minor) = said.strip_prefix("glibc ")?.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    });
    version.is_some_and(|version| version >= (2, 36))
}

/// The commit that is checked out, and the file that changes with each commit and checkout. Only where
/// this lies at the root of a repository: one further up is somebody else's.
fn of_checkout(root: &Path) -> Option<(String, PathBuf)> {
    let asked = [
        "rev-parse",
        "--show-cdup",
        "HEAD",
        "--git-path",
        "logs/HEAD",
    ];
    let git = Command::new("git").arg("-C").arg(root).args(asked).output();
    let git = git.ok().filter(|git| git.status.success())?;
    let told = String::from_utf8(git.stdout).ok()?;
    match told.lines().collect::<Vec<_>>()[..] {
        ["", commit, log] => Some((commit.to_owned(), root.join(log))),
        _ => None,
    }
}

/// The commit that `cargo package` writes into an archive.
fn of_archive(file: &Path) -> Option<String> {
    let told = fs::read_to_string(file).ok()?;
    let (_, after) = told.split_once("\"sha1\"")?;
    after.split('"').nth(1).map(str::to_owned)
}
