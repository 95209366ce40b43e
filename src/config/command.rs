//! Running programs: a vault's client, which is asked for a secret, or one that is given something to keep. No shell,
//! a time limit.
//! Errors name the program only: its arguments may hold a secret and its output is one.

use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::env::Env;
use super::file_checks::FileError;
use super::files::{self, Others, SECRET_LIMIT, read_up_to};
use crate::clock::Clock;
use crate::durations;
use crate::io_error::plain;

/// How long a program may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How often an ending program is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// Why a program gave no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error("was not found")]
    NotFound,
    #[error(
        "was not found: each argument must be a string of its own, such as [\"vault\", \"kv\", \"get\"]"
    )]
    OneString,
    #[error("is not run: {0}")]
    Unsafe(FileError),
    #[error("could not be started: {}", plain(*.0))]
    NotStarted(std::io::ErrorKind),
    #[error("took longer than {} and was ended", durations::shown(*.0))]
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

/// A program as the configuration names it.
#[derive(Clone)]
pub(super) struct Program {
    /// A path, or a name to be searched in PATH.
    name: PathBuf,
    /// What may be shown of it.
    shown: String,
    has_blanks: bool,
}

impl Program {
    /// Takes the first string of a command. A path starts where `resolve` has it start.
    pub(super) fn new(text: &str, resolve: impl Fn(&str) -> PathBuf) -> Self {
        let named = |text: &str| {
            if text.contains('/') {
                resolve(text)
            } else {
                text.into()
            }
        };
        // A whole command line in one string has a password or a token behind the first blank, or in a
        // variable that is set before it.
        let may_be_secret = |c: char| c.is_whitespace() || "=;|&<>()$`'\"".contains(c);
        let text = text.trim();
        let shown = match text.find(may_be_secret) {
            Some(end) => format!("{} ...", named(&text[..end]).display()),
            None => named(text).display().to_string(),
        };
        Self {
            name: named(text),
            shown,
            has_blanks: text.contains(char::is_whitespace),
        }
    }

    /// Its name, from which the same is made again.
    pub(super) fn name(&self) -> String {
        self.name.display().to_string()
    }

    /// The program without what may be its arguments.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The file that will run, checked: nobody else may change it.
    #[cfg(unix)]
    fn find(&self, around: &Env) -> Result<PathBuf, CommandError> {
        let is_path = self.name.as_os_str().as_encoded_bytes().contains(&b'/');
        let file = if is_path {
            Some(self.name.clone()).filter(|file| file.exists())
        } else {
            searched(&self.name, around)
        };
        let file = file.ok_or(if self.has_blanks {
            CommandError::OneString
        } else {
            CommandError::NotFound
        })?;
        let checked = files::check(&file, Others::Read);
        checked.map_err(CommandError::Unsafe).map(|()| file)
    }

    /// Elsewhere the system searches by rules of its own, and has no such owners and modes.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
    fn find(&self, _: &Env) -> Result<PathBuf, CommandError> {
        Ok(self.name.clone())
    }

    /// Finds what is wrong without running it. One that is not there is an error only where its name
    /// can't be right: what it is for may never be needed here.
    pub(super) fn check(&self, around: &Env) -> Result<(), CommandError> {
        match self.find(around) {
            Ok(_) | Err(CommandError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The first executable file of this name in PATH, as a shell finds it.
#[cfg(unix)]
fn searched(name: &Path, around: &Env) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    /// What `execvp` takes without a PATH.
    const USUAL_PATH: &str = "/bin:/usr/bin";
    let path = around.var("PATH");
    let path = path.unwrap_or_else(|| USUAL_PATH.into());
    let is_program = |file: &PathBuf| {
        let metadata = file.metadata();
        metadata.is_ok_and(|its| its.is_file() && its.permissions().mode() & 0o111 != 0)
    };
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(name));
    files.find(is_program)
}

/// Runs a program and takes what it prints.
pub(super) fn ask(
    program: &Program,
    arguments: &[String],
    around: &Env,
    patience: Duration,
) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    let clock = Clock::start();
    let mut child = start(program, arguments, around, [Stdio::null(), Stdio::piped()])?;
    let (output, status) = match listen(&mut child, clock, patience) {
        Ok(heard) => heard,
        Err(error) => {
            end(&mut child);
            return Err(error);
        }
    };
    ended_well(status)?;
    if output.trim_ascii().is_empty() {
        return Err(CommandError::Nothing);
    }
    Ok(output)
}

/// Runs a program, and gives it this on its standard input, which has room for it. Nothing that it prints is read.
pub(super) fn tell(
    program: &Program,
    arguments: &[String],
    around: &Env,
    input: &str,
    patience: Duration,
) -> Result<(), CommandError> {
    let clock = Clock::start();
    let mut child = start(program, arguments, around, [Stdio::piped(), Stdio::null()])?;
    if let Some(mut pipe) = child.stdin.take() {
        // One that does not read it says with its status whether that is well.
        pipe.write_all(input.as_bytes()).ok();
    }
    let status = wait(&mut child, clock, patience).inspect_err(|_| end(&mut child))?;
    ended_well(status)
}

fn start(
    program: &Program,
    arguments: &[String],
    around: &Env,
    [input, output]: [Stdio; 2],
) -> Result<Child, CommandError> {
    let mut command = Command::new(program.find(around)?);
    around.pass_to(&mut command);
    command
        .args(arguments)
        .stdin(input)
        .stdout(output)
        .stderr(Stdio::null());
    // In a group of its own it gets neither the console's keys nor its Ctrl+C.
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
        // Some programs are many in one, and go by the name that they are called by.
        command.arg0(&program.name);
    }
    command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => CommandError::NotFound,
        kind => CommandError::NotStarted(kind),
    })
}

fn ended_well(status: ExitStatus) -> Result<(), CommandError> {
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(CommandError::Failed(code)),
        None => Err(CommandError::Killed),
    }
}

/// What it printed and how it ended. After an error it may still run, and has not been waited for.
fn listen(
    child: &mut Child,
    clock: Clock,
    patience: Duration,
) -> Result<(Zeroizing<Vec<u8>>, ExitStatus), CommandError> {
    let pipe = child.stdout.take().expect("standard output is a pipe");
    // Here and not on another thread: this wipes what was read at the limit, even while a child still
    // holds the pipe.
    let pipe = Until {
        pipe,
        clock,
        patience,
    };
    let output = match read_up_to(pipe, SECRET_LIMIT) {
        Ok(Some(output)) => output,
        Ok(None) => return Err(CommandError::TooMuch),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            return Err(CommandError::TooSlow(patience));
        }
        Err(_) => return Err(CommandError::Unreadable),
    };
    wait(child, clock, patience).map(|status| (output, status))
}

/// How it ended. After an error it may still run.
fn wait(child: &mut Child, clock: Clock, patience: Duration) -> Result<ExitStatus, CommandError> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if clock.elapsed() < patience => thread::sleep(PAUSE),
            Ok(None) => return Err(CommandError::TooSlow(patience)),
            Err(_) => return Err(CommandError::Unreadable),
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
        // It may have exited already; either way the program needs nothing more from it.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
