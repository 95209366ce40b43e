//! Asking a program, such as a vault's client, for a secret: no shell, no input, a time limit.
//! Faults name the program only: its arguments may tell and its output is the secret.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::files::{SECRET_LIMIT, read_up_to};
use super::surroundings::Surroundings;

/// How long a program may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How often an ending program is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// Why a program gave no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandFault {
    #[error("was not found")]
    NotFound,
    #[error("could not be started: {0}")]
    NotStarted(std::io::ErrorKind),
    #[error("took longer than {} and was ended", humantime::format_duration(*.0))]
    TooSlow(Duration),
    #[error("failed with status {0}")]
    Failed(i32),
    #[error("was ended by a signal")]
    Killed,
    #[error("printed more than {} KiB", SECRET_LIMIT / 1024)]
    TooMuch,
    #[error("printed nothing")]
    Nothing,
    #[error("could not be read from")]
    Unreadable,
}

/// Runs a program and takes what it prints.
pub(super) fn ask(
    program: &Path,
    arguments: &[String],
    around: &Surroundings,
    patience: Duration,
) -> Result<Zeroizing<Vec<u8>>, CommandFault> {
    let deadline = Instant::now() + patience;
    let mut command = Command::new(program);
    around.pass_to(&mut command);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    // In a group of its own it gets neither the console's keys nor its Ctrl+C.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|fault| match fault.kind() {
        std::io::ErrorKind::NotFound => CommandFault::NotFound,
        kind => CommandFault::NotStarted(kind),
    })?;
    let outcome = listen(&mut child, deadline, patience);
    if outcome.is_err() {
        // It may have ended by itself; either way there is nothing more to want from it.
        let _ = child.kill();
        let _ = child.wait();
    }
    outcome
}

fn listen(
    child: &mut Child,
    deadline: Instant,
    patience: Duration,
) -> Result<Zeroizing<Vec<u8>>, CommandFault> {
    let stdout = child.stdout.take().expect("standard output is a pipe");
    // Reading can block for as long as anyone holds the pipe, so it is done beside the clock. What
    // was read comes back as the thread's own result: a secret goes through no channel.
    let reader = thread::spawn(move || read_up_to(stdout, SECRET_LIMIT));
    while !reader.is_finished() {
        if Instant::now() >= deadline {
            return Err(CommandFault::TooSlow(patience));
        }
        thread::sleep(PAUSE);
    }
    let output = match reader.join() {
        Ok(Ok(Some(output))) => output,
        Ok(Ok(None)) => return Err(CommandFault::TooMuch),
        Ok(Err(_)) | Err(_) => return Err(CommandFault::Unreadable),
    };
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => thread::sleep(PAUSE),
            Ok(None) => return Err(CommandFault::TooSlow(patience)),
            Err(_) => return Err(CommandFault::Unreadable),
        }
    };
    match status.code() {
        Some(0) if output.trim_ascii().is_empty() => Err(CommandFault::Nothing),
        Some(0) => Ok(output),
        Some(code) => Err(CommandFault::Failed(code)),
        None => Err(CommandFault::Killed),
    }
}
