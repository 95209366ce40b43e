//! The log for support engineers: one file, never longer than it may be, for its owner alone.
//! What is logged is decided where it happens; a secret is in no line at any level.

use std::fs::{File, FileType, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use super::failed::Failed;
use super::report::say;
use crate::config::check_log;
use crate::io_error::plain;

mod words {
    use std::fmt::Display;

    pub(super) const NO_REGULAR_FILE: &str = "it is not a regular file, choose another name";

    pub(super) fn lines_missing(path: &dyn Display, why: &dyn Display) -> String {
        format!(
            "kitdesk: the log {path} could not be written ({why}), so lines are missing in it: \
            make room there, or name another file with --log"
        )
    }

    pub(super) fn unwritable(path: &dyn Display, error: &dyn Display) -> String {
        format!("the log {path} can't be written: {error}")
    }
}

/// A file is put aside when the next line would make it longer.
const LONGEST: u64 = 10 * 1024 * 1024;
/// So many older files are kept, as FILE.1 to FILE.4.
const KEPT: u32 = 4;

/// The log for as long as the program runs.
pub(super) struct Log {
    path: PathBuf,
    failed: Arc<OnceLock<io::ErrorKind>>,
}

impl Log {
    /// Says once, at the end, that something could not be written: before that it would be said over the
    /// console's screen. Not for longer than a moment, because the terminal may take no output.
    pub(super) fn tell(&self) {
        const MOMENT: Duration = Duration::from_secs(1);
        let Some(why) = self.failed.get() else { return };
        let sentence = words::lines_missing(&self.path.display(), &plain(*why));
        let (is_said, said) = mpsc::channel();
        let voice = thread::Builder::new().spawn(move || {
            say(&sentence);
            is_said.send(()).ok();
        });
        if voice.is_ok() {
            said.recv_timeout(MOMENT).ok();
        }
    }
}

/// Starts the log, if one is asked for.
pub(super) fn start(path: Option<&Path>, level: &str) -> Result<Option<Log>, Failed> {
    let Some(path) = path else { return Ok(None) };
    let unwritten = |error: &dyn std::fmt::Display| {
        let path = path.display();
        Failed::usage(words::unwritable(&path, &error))
    };
    // Before it is opened, because a link of somebody else's may lead to any file of the user's.
    check_log(path).map_err(|error| unwritten(&error))?;
    let log = Rotating::open(path, LONGEST).map_err(|error| unwritten(&error))?;
    let kept = Log {
        path: path.to_owned(),
        failed: Arc::clone(&log.failed),
    };
    tracing_subscriber::fmt()
        .with_max_level(level.parse::<tracing::Level>().map_err(Failed::usage)?)
        .with_ansi(false)
        // Its own complaints would go to standard error, over the console's screen.
        .log_internal_errors(false)
        .with_writer(Mutex::new(log))
        .init();
    Ok(Some(kept))
}

/// A file that is put aside before it gets too long.
struct Rotating {
    path: PathBuf,
    file: File,
    longest: u64,
    /// Why a line could not be written, the first time.
    failed: Arc<OnceLock<io::ErrorKind>>,
}

impl Rotating {
    fn open(path: &Path, longest: u64) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            file: open(path)?,
            longest,
            failed: Arc::default(),
        })
    }

    /// Puts the file aside, unless another process that writes to it has done so meanwhile.
    fn put_aside(&mut self) -> io::Result<()> {
        if is_there(&self.file, &self.path) {
            for number in (1..KEPT).rev() {
                let from = self.numbered(number);
                if from.exists() {
                    std::fs::rename(from, self.numbered(number + 1))?;
                }
            }
            std::fs::rename(&self.path, self.numbered(1))?;
        }
        self.file = open(&self.path)?;
        Ok(())
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

impl Write for Rotating {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let written = self.append(line);
        if let Err(error) = &written {
            self.failed.get_or_init(|| error.kind());
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Rotating {
    fn append(&mut self, line: &[u8]) -> io::Result<usize> {
        // Several processes may write to the file, so its length is asked for and not counted.
        let length = self.file.metadata()?.len();
        if length > 0 && length + line.len() as u64 > self.longest {
            // A log that can't be put aside goes on growing: that is better than none.
            self.put_aside().ok();
        }
        self.file.write(line)
    }
}

/// Whether the file that is open is still the one of this name.
#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let which = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
    let open = file.metadata().map(which).ok();
    open.is_some() && open == std::fs::metadata(path).map(which).ok()
}

#[cfg(not(unix))]
fn is_there(_: &File, _: &Path) -> bool {
    true
}

fn open(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path).is_ok_and(|found| !can_take_lines(found.file_type())) {
        return Err(io::Error::other(words::NO_REGULAR_FILE));
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe that has taken the file's place just now must not be waited for.
        let at_once = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        options.mode(0o600).custom_flags(at_once);
    }
    let file = options.open(path)?;
    owners_own(&file)?;
    Ok(file)
}

/// A pipe waits for its reader, and a console must not. Devices such as `/dev/null` take lines at once.
#[cfg(unix)]
fn can_take_lines(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_file() || kind.is_char_device()
}

#[cfg(not(unix))]
fn can_take_lines(kind: FileType) -> bool {
    kind.is_file()
}

/// One that was there before may be open to others. Devices and pipes are nobody's to change.
#[cfg(unix)]
fn owners_own(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn owners_own(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn old_lines_are_put_aside_and_the_oldest_are_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kitdesk.log");
        let mut log = Rotating::open(&path, 10).expect("a log");
        for number in 1..=15 {
            writeln!(log, "line {number:02}").expect("written");
        }
        assert_eq!(lines(&path), ["line 15"]);
        assert_eq!(lines(&log.numbered(1)), ["line 14"]);
        assert_eq!(lines(&log.numbered(KEPT)), ["line 11"]);
        assert!(!log.numbered(KEPT + 1).exists());
    }

    #[test]
    fn a_log_that_another_process_has_put_aside_is_not_put_aside_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kitdesk.log");
        let [mut one, mut other] = [(), ()].map(|()| Rotating::open(&path, 10).expect("a log"));
        for log in [&mut one, &mut other] {
            writeln!(log, "first").expect("written");
        }
        assert_eq!(lines(&one.numbered(1)), ["first"]);
        writeln!(one, "second").expect("written");
        writeln!(other, "third").expect("written");
        assert_eq!(lines(&path), ["third"]);
        assert_eq!(lines(&one.numbered(1)), ["first", "second"]);
        assert_eq!(lines(&one.numbered(2)), ["first"]);
        assert!(!one.numbered(3).exists(), "put aside once each time");
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kitdesk.log");
        let log = Rotating::open(&path, 10).expect("a log");
        let mode = |log: &Rotating| log.file.metadata().expect("there").permissions().mode();
        assert_eq!(mode(&log) & 0o777, 0o600);
        // Also where it was there before, for others to read.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("our own");
        let log = Rotating::open(&path, 10).expect("a log");
        assert_eq!(mode(&log) & 0o777, 0o600);
        Rotating::open(Path::new("/dev/null"), 10).expect("a device is left as it is");
    }
}
