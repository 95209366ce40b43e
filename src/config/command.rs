//! Asking a program, such as a vault's client, for a secret: no shell, no input, a time limit.
//! Faults name the program only: its arguments may tell and its output is the secret.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::clock::Clock;

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
    let clock = Clock::start();
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
    let (output, status) = match listen(&mut child, clock, patience) {
        Ok(heard) => heard,
        Err(fault) => {
            end(&mut child);
            return Err(fault);
        }
    };
    match status.code() {
        Some(0) if output.trim_ascii().is_empty() => Err(CommandFault::Nothing),
        Some(0) => Ok(output),
        Some(code) => Err(CommandFault::Failed(code)),
        None => Err(CommandFault::Killed),
    }
}

/// What it printed and how it ended. After a fault it may still run, and has not been waited for.
fn listen(
    child: &mut Child,
    clock: Clock,
    patience: Duration,
) -> Result<(Zeroizing<Vec<u8>>, ExitStatus), CommandFault> {
    let pipe = child.stdout.take().expect("standard output is a pipe");
    // Here and not on another thread: what was read is wiped at the limit, whoever holds the pipe.
    let pipe = Until {
        pipe,
        clock,
        patience,
    };
    let output = match read_up_to(pipe, SECRET_LIMIT) {
        Ok(Some(output)) => output,
        Ok(None) => return Err(CommandFault::TooMuch),
        Err(fault) if fault.kind() == io::ErrorKind::TimedOut => {
            return Err(CommandFault::TooSlow(patience));
        }
        Err(_) => return Err(CommandFault::Unreadable),
    };
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok((output, status)),
            Ok(None) if clock.elapsed() < patience => thread::sleep(PAUSE),
            Ok(None) => return Err(CommandFault::TooSlow(patience)),
            Err(_) => return Err(CommandFault::Unreadable),
        }
    }
}

/// A pipe that is read for so long since the clock was started, and no longer.
struct Until {
    pipe: ChildStdout,
    clock: Clock,
    patience: Duration,
}

impl Read for Until {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        wait_for(
            &self.pipe,
            self.patience.saturating_sub(self.clock.elapsed()),
        )?;
        self.pipe.read(room)
    }
}

#[cfg(unix)]
fn wait_for(pipe: &ChildStdout, left: Duration) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let left = Timespec::try_from(left).map_err(|_| io::ErrorKind::TimedOut)?;
    match poll(&mut [PollFd::new(pipe, PollFlags::IN)], Some(&left))? {
        0 => Err(io::ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}

/// Elsewhere a program that neither prints nor ends is waited for.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn wait_for(_: &ChildStdout, _: Duration) -> io::Result<()> {
    Ok(())
}

/// Ends it and all that it started, unless they left its group. It has not been waited for, so its
/// number is still its own.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        // It may have ended by itself; either way there is nothing more to want from it.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
