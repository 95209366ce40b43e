//! Hands checkpoints over to the program `anchor`: one at a time for a journal, and the newest alone. A process of its
//! own does it, with a time limit, so that the verb that has signed can end before the program does.

use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::config::{Tool, ToolError};
use crate::io_error::plain;

/// The verb of that process.
const VERB: [&str; 2] = ["central", "hand-over"];
/// The newest checkpoint, in the folder of the journal; replaced as a whole.
const NEWEST: &str = "anchor.newest";
/// The last one that the program has taken, next to it. Locked while the program runs.
const TAKEN: &str = "anchor.taken";

/// What is handed over, and to whom.
#[derive(Clone)]
pub struct HandOver {
    folder: PathBuf,
    command: Vec<String>,
}

/// Why a checkpoint was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// The program can't be run, or did not take it.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// What is kept of it in the folder of the journal can't be.
    #[error("{TAKEN} can't be written: {}", plain(.0.kind()))]
    Taken(#[from] io::Error),
}

impl HandOver {
    /// From this folder to this program; `file` is where the newest checkpoint is also kept.
    pub(super) fn new(folder: &Path, tool: &Tool, file: Option<&Path>) -> Self {
        Self {
            folder: folder.to_owned(),
            command: tool.words(file),
        }
    }

    /// As the process gets it, on its standard input: a verb's arguments are looked through for card numbers, and
    /// what a program is given may look like one.
    fn to_text(&self) -> String {
        let folder = self.folder.display().to_string();
        [&[folder], &self.command[..]].concat().join("\0")
    }

    /// The same again; nothing where it names no program.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (folder, command) = text.split_once('\0')?;
        Some(Self {
            folder: folder.into(),
            command: command.split('\0').map(str::to_owned).collect(),
        })
    }

    /// Where the newest checkpoint belongs.
    pub(super) fn newest(&self) -> PathBuf {
        self.folder.join(NEWEST)
    }

    /// The newest checkpoint, unless the program has taken it.
    fn waiting(&self) -> Option<String> {
        let newest = fs::read_to_string(self.newest()).ok()?;
        let taken = fs::read_to_string(self.folder.join(TAKEN)).unwrap_or_default();
        (newest != taken).then_some(newest)
    }

    /// Has the process do it where something waits, and waits for its end. It comes to its end without us too.
    ///
    /// # Errors
    /// A sentence that says why it was not done.
    pub(super) fn start_if_waiting(&self) -> Result<(), String> {
        if self.waiting().is_none() {
            return Ok(());
        }
        let of_system = |error: io::Error| plain(error.kind()).into_owned();
        let mut command = Command::new(this_program().map_err(of_system)?);
        command
            .args(VERB)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // Ctrl+C is for the verb.
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            command.arg0("kitdesk").process_group(0);
        }
        let mut process = command.spawn().map_err(of_system)?;
        if let Some(mut input) = process.stdin.take() {
            // One that can't read it says so.
            input.write_all(self.to_text().as_bytes()).ok();
        }
        let ended = process.wait_with_output().map_err(of_system)?;
        if ended.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&ended.stderr).trim().to_owned())
    }

    /// Hands over what waits, in this process, unless another one is at it: that one looks once more after it has
    /// released the lock, and finds what came in meanwhile.
    ///
    /// # Errors
    /// When the program did not take it, or that can't be noted.
    pub fn run(&self) -> Result<(), HandOverError> {
        let tool = Tool::of_words(&self.command);
        while self.waiting().is_some() {
            let Some(mut taken) = locked(&self.folder.join(TAKEN))? else {
                break;
            };
            if let Some(newest) = self.waiting() {
                tool.run(&newest)?;
                taken.rewind()?;
                taken.set_len(0)?;
                taken.write_all(newest.as_bytes())?;
            }
        }
        Ok(())
    }
}

fn locked(path: &Path) -> io::Result<Option<File>> {
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Also where a newer one has been installed since it was started, and this one has no name any more.
fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        Ok("/proc/self/exe".into())
    } else {
        std::env::current_exe()
    }
}
