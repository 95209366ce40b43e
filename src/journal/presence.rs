//! Which consoles run: each holds a lock on a file of its own, which the system releases when the
//! process ends, however it ends. Knows nothing of records.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::folder;
use super::new_file;

/// How often another name is tried: each time another console was just looking at the file.
const TRIES: usize = 16;

/// This console's own sign of life; it ends when this is dropped.
pub(super) struct Presence {
    session: String,
    path: PathBuf,
    _held: File,
}

impl Presence {
    /// Announces a new session and clears away the signs of those that are gone.
    pub(super) fn announce(state: &Path) -> Result<Self, JournalError> {
        let consoles = folder::consoles(state);
        sweep(&consoles);
        for _ in 0..TRIES {
            let session = format!("{:016x}", rand::random::<u64>());
            let path = lock_file(&consoles, &session);
            let held = new_file::create(&path).map_err(|error| JournalError::io(&path, &error))?;
            match held.try_lock() {
                // A console that swept in between may have taken the new file for a stale one.
                Ok(()) if path.exists() => {
                    return Ok(Self {
                        session,
                        path,
                        _held: held,
                    });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(JournalError::io(&path, &error)),
            }
        }
        Err(JournalError::Io(consoles, ErrorKind::ResourceBusy))
    }

    /// The file that tells others of this session.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn session(&self) -> &str {
        &self.session
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // What can't be removed is unlocked all the same, and swept away by the next console.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether the console of this session runs. Where that is unclear, the answer is yes: a write that
/// may still be under way must not be settled.
pub(super) fn is_alive(state: &Path, session: &str) -> bool {
    // A session is read from a file that somebody may have changed: it leads nowhere else.
    if session.is_empty() || !session.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let path = lock_file(&folder::consoles(state), session);
    match folder::open_regular(&path, false) {
        Ok(file) => file.try_lock_shared().is_err(),
        // A console that runs holds a regular file.
        Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidInput),
    }
}

fn lock_file(consoles: &Path, session: &str) -> PathBuf {
    consoles.join(format!("{session}.lock"))
}

/// Shared locks do not get in each other's way, so that two who look at once both see the truth.
fn sweep(consoles: &Path) {
    let Ok(entries) = std::fs::read_dir(consoles) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_none_or(|extension| extension != "lock") {
            continue;
        }
        if let Ok(file) = folder::open_regular(&path, false)
            && file.try_lock_shared().is_ok()
        {
            let _ = std::fs::remove_file(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> tempfile::TempDir {
        let state = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder::consoles(state.path())).expect("a folder in it");
        state
    }

    #[test]
    fn a_console_is_alive_until_it_ends() {
        let state = state();
        let here = Presence::announce(state.path()).expect("a session");
        let session = here.session().to_owned();
        assert!(is_alive(state.path(), &session));
        drop(here);
        assert!(!is_alive(state.path(), &session));
    }

    #[test]
    fn only_the_signs_of_the_dead_are_swept_away() {
        let state = state();
        let here = Presence::announce(state.path()).expect("a session");
        let dead = lock_file(&folder::consoles(state.path()), "00ff");
        let other = folder::consoles(state.path()).join("notes.txt");
        std::fs::write(&dead, "").expect("a file");
        std::fs::write(&other, "").expect("a file");
        assert!(!is_alive(state.path(), "00ff"));
        let _there = Presence::announce(state.path()).expect("another session");
        assert!(!dead.exists() && other.exists());
        assert!(is_alive(state.path(), here.session()));
    }

    #[test]
    fn a_session_leads_nowhere_else() {
        let state = state();
        assert!(!is_alive(state.path(), "../journal"));
        assert!(!is_alive(state.path(), ""));
    }
}
