//! Whether the system lets this process have what it needs to start. The async runtime and its signals
//! panic where it does not, so that is asked first.

use std::fs::File;
use std::sync::RwLock;
use std::{io, thread};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

mod words {
    use std::fmt::Display;

    pub(super) fn too_many_files(
        what_for: &dyn Display,
        needed: &dyn Display,
        maximum: &dyn Display,
    ) -> String {
        format!(
            "{what_for} may need {needed} open files, and the system allows {maximum}: set \
            LimitNOFILE={needed} in the unit of the service, or a lower number of sessions"
        )
    }

    pub(super) fn limit_not_raised(error: &dyn Display) -> String {
        format!("the limit of open files can't be raised: {error}")
    }

    pub(super) fn too_few_files(error: &dyn Display, files: &dyn Display) -> String {
        format!("too few files may be open at once ({error}): {files} are needed, see ulimit -n")
    }

    pub(super) fn no_more_threads(error: &dyn Display) -> String {
        format!(
            "no more threads can be started ({error}): see ulimit -u for their number and ulimit \
            -v for their memory"
        )
    }
}

/// More than are ever open at once: the runtime, the terminal, the journal with its side files, the log
/// and a few connections.
const FILES: usize = 32;
/// The runtime's workers, the journal's thread, and some for commands that give keys.
const THREADS: usize = 6;

/// A limit that leaves room for many times what is needed isn't tried: that would make each start slower.
const PLENTY: u64 = 256;

/// Where a limit is low, opens and starts as much as is needed, and lets it go again.
///
/// # Errors
/// A sentence that says which limit is too low.
pub(super) fn check() -> Result<(), String> {
    let limit = |of| getrlimit(of).current;
    if limit(Resource::Nofile).is_some_and(|limit| limit < PLENTY) {
        files()?;
    }
    let memory = limit(Resource::As).or(limit(Resource::Data));
    if memory.is_some() || limit(Resource::Nproc).is_some_and(|limit| limit < PLENTY) {
        threads()?;
    }
    Ok(())
}

/// Lets this process have so many files open at once, as far as the system allows.
///
/// # Errors
/// A sentence that says which limit is too low, and what to do.
pub(super) fn raise_files(needed: usize, what_for: &str) -> Result<(), String> {
    let needed = u64::try_from(needed).unwrap_or(u64::MAX);
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|limit| limit >= needed) {
        return Ok(());
    }
    if limit.maximum.is_some_and(|most| most < needed) {
        return Err(words::too_many_files(
            &what_for,
            &needed,
            &limit.maximum.unwrap_or_default(),
        ));
    }
    let raised = Rlimit {
        current: Some(needed),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).map_err(|error| words::limit_not_raised(&error))
}

fn files() -> Result<(), String> {
    let files = (0..FILES).map(|_| File::open("/dev/null"));
    match files.collect::<io::Result<Vec<_>>>() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(words::too_few_files(&error, &FILES))
        }
        // Where there is no such device, there is no such limit either.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn threads() -> Result<(), String> {
    // None of the threads ends before all of them were started: the limit is on those that run together.
    let gate = RwLock::new(());
    let gate = &gate;
    thread::scope(|scope| {
        let closed = gate.write();
        let threads = (0..THREADS).map(|_| {
            let wait = move || drop(gate.read());
            thread::Builder::new().spawn_scoped(scope, wait)
        });
        let started: io::Result<Vec<_>> = threads.collect();
        drop(closed);
        started
            .map(drop)
            .map_err(|error| words::no_more_threads(&error))
    })
}
