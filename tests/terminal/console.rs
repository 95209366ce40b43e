//! The program in a pseudo-terminal: keys go in as a keyboard sends them, a parser of terminal
//! output holds the screen. Waits for what is to be seen, never for a time.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use kitdesk::sandbox::{self, Options, Sandbox};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How long a screen may take to come: far more than it needs, for machines under load.
const PATIENCE: Duration = Duration::from_secs(20);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime for the sandboxes")
});

/// Says why a test proves nothing here. Not by a macro: what those print is shown for failures only.
pub fn skipped(why: &str) {
    writeln!(std::io::stderr(), "skipped: {why}").ok();
}

/// A sandbox of the fixed customers alone.
pub fn sandbox() -> Sandbox {
    sandbox_with_kits(0)
}

/// The same with customer `210000000082`, who has so many kits.
pub fn sandbox_with_kits(kits: usize) -> Sandbox {
    let options = Options {
        customers: 0,
        kits,
        seed: 1,
        ..Options::default()
    };
    RUNTIME
        .block_on(sandbox::start(options))
        .expect("a sandbox on a free port")
}

/// A folder with the program's home, and its configuration file if there is one.
pub fn home(config: Option<&str>) -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    if let Some(text) = config {
        let folder = home.path().join("kitdesk");
        std::fs::create_dir(&folder).expect("a folder for the configuration");
        let file = folder.join("config.toml");
        set_mode(&folder, 0o700);
        write_file(&file, text);
    }
    home
}

/// A file that only its owner can read.
pub fn write_file(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a file in the test's own folder");
    set_mode(path, 0o600);
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    set_permissions(path, Permissions::from_mode(mode)).expect("the owner sets the mode");
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) {}

/// The variables that the program gets: its own home, and nothing of this process but the path.
pub fn variables(home: &Path) -> Vec<(&'static str, std::ffi::OsString)> {
    vec![
        ("PATH", std::env::var_os("PATH").unwrap_or_default()),
        ("HOME", home.into()),
        ("XDG_CONFIG_HOME", home.into()),
        ("KITDESK_STATE", home.join("state").into()),
        ("KITDESK_OPERATOR", "maria".into()),
        ("TERM", "xterm-256color".into()),
        ("COLORTERM", "truecolor".into()),
        ("LANG", "C.UTF-8".into()),
    ]
}

/// A key that is no character.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    Enter,
    Tab,
    Esc,
    F(u8),
    Ctrl(char),
    Down,
    Left,
}

impl Key {
    /// As xterm sends it.
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Enter => b"\r".to_vec(),
            Self::Tab => b"\t".to_vec(),
            Self::Esc => b"\x1b".to_vec(),
            Self::F(n @ 1..=4) => vec![0x1b, b'O', b'O' + n],
            Self::F(n) => {
                let code = match n {
                    5 => 15,
                    6..=10 => 11 + n,
                    _ => 12 + n,
                };
                format!("\x1b[{code}~").into_bytes()
            }
            Self::Down => b"\x1b[B".to_vec(),
            Self::Left => b"\x1b[D".to_vec(),
            Self::Ctrl(c) => vec![c.to_ascii_uppercase() as u8 & 0x1f],
        }
    }
}

/// What has come out of the program.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Digits that must never stand on the screen, at no moment.
    secrets: Vec<&'static str>,
    leaked: bool,
    ended: bool,
    /// Nobody reads what the program writes.
    is_held: bool,
}

impl Seen {
    /// The screen without frames, with single blanks: sentences that are broken into lines whole.
    fn flat(&self) -> String {
        let text = self.parser.screen().contents();
        let text = text.replace(['│', '╭', '╮', '╰', '╯', '─', '^'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn take_in(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.parser.process(bytes);
        if self.secrets.is_empty() {
            return;
        }
        let mut text = self.parser.screen().contents();
        text.retain(|c| c != ' ');
        self.leaked |= self.secrets.iter().any(|secret| text.contains(secret));
    }
}

/// The running program and its terminal.
pub struct Console {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    /// How the terminal treats keys and lines, as the program has found it.
    found: String,
    home: Option<TempDir>,
}

/// The terminal's modes, as far as this system tells them.
#[cfg(unix)]
fn modes(master: &dyn MasterPty) -> String {
    master.get_termios().map_or_else(String::new, |modes| {
        let (local, input, output) = (modes.local_flags, modes.input_flags, modes.output_flags);
        format!("{local:?} {input:?} {output:?}")
    })
}

#[cfg(not(unix))]
fn modes(_master: &dyn MasterPty) -> String {
    String::new()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn some(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has rows and columns")
}

impl Console {
    /// The console on this sandbox, by its configuration file.
    pub fn on(sandbox: &Sandbox, columns: u16, rows: u16) -> Self {
        Self::configured(&sandbox.config_file(), columns, rows)
    }

    /// The console with this configuration file.
    pub fn configured(config: &str, columns: u16, rows: u16) -> Self {
        let home = home(Some(config));
        let file = home.path().join("kitdesk").join("config.toml");
        let file = file.to_str().expect("a temporary folder's name is text");
        let args = ["--config".to_owned(), file.to_owned()];
        let mut console = Self::start(home, &args, columns, rows);
        console.until("Find a customer");
        // Else the check that the modes come back would prove nothing.
        assert!(cfg!(not(unix)) || modes(&*console.master) != console.found);
        console
    }

    /// The console once more, in the home that another one has left.
    pub fn again(home: TempDir, columns: u16, rows: u16) -> Self {
        let mut console = Self::start(home, &[], columns, rows);
        console.until("Find a customer");
        console
    }

    /// The home, for another console after this one.
    pub fn home(&mut self) -> TempDir {
        self.home.take().expect("it is asked for once")
    }

    /// The program with these arguments.
    pub fn start(home: TempDir, args: &[String], columns: u16, rows: u16) -> Self {
        let program = env!("CARGO_BIN_EXE_kitdesk");
        Self::start_program(program, home, args, columns, rows)
    }

    /// Another program, which starts the console, with these arguments.
    pub fn start_program(
        program: &str,
        home: TempDir,
        args: &[String],
        columns: u16,
        rows: u16,
    ) -> Self {
        let pair = native_pty_system()
            .openpty(size(columns, rows))
            .expect("a pseudo-terminal");
        let found = modes(&*pair.master);
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.cwd(home.path());
        for (name, value) in variables(home.path()) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program");
        // With this end still open, the output would never end.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let writer = pair.master.take_writer().expect("its input");
        let seen = Seen {
            parser: vt100::Parser::new(some(rows), some(columns), 0),
            bytes: Vec::new(),
            secrets: Vec::new(),
            leaked: false,
            ended: false,
            is_held: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                // Linux answers with an error where the program has closed its end.
                let got = reader.read(&mut chunk).unwrap_or(0);
                let (seen, changed) = &*shared;
                let seen = seen.lock().expect("no reader has panicked");
                let held = changed.wait_while(seen, |seen| seen.is_held);
                let mut seen = held.expect("no reader has panicked");
                seen.take_in(&chunk[..got]);
                seen.ended = got == 0;
                changed.notify_all();
                if got == 0 {
                    return;
                }
            }
        });
        Self {
            child,
            master: pair.master,
            writer,
            seen,
            found,
            home: Some(home),
        }
    }

    /// The same on a terminal that does not say how large it is, which is as large as this.
    pub fn start_unsized(
        program: &str,
        home: TempDir,
        args: &[String],
        columns: u16,
        rows: u16,
    ) -> Self {
        let script = "stty rows 0 columns 0; exec \"$@\"";
        let shell = ["-c", script, "sh", program].map(str::to_owned);
        Self::start_program("sh", home, &[&shell[..], args].concat(), columns, rows)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().expect("no reader has panicked")
    }

    /// Sends these bytes.
    pub fn send(&mut self, bytes: &[u8]) -> &mut Self {
        self.writer.write_all(bytes).expect("the program reads");
        self.writer.flush().expect("the program reads");
        self
    }

    /// Types a text, character by character as far as the program can tell.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        self.send(text.as_bytes())
    }

    /// Presses a key. After Esc something must be waited for: with the next key it would be Alt.
    pub fn key(&mut self, key: Key) -> &mut Self {
        self.send(&key.bytes())
    }

    /// Pastes, as a terminal with bracketed paste does.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes())
    }

    /// Waits until all of this text is on the screen, wherever its lines are broken.
    #[track_caller]
    pub fn until(&mut self, text: &str) -> &mut Self {
        self.wait_for(&format!("{text:?} on the screen"), |seen| {
            seen.flat().contains(text)
        })
    }

    /// Waits until this text is no longer on the screen.
    #[track_caller]
    pub fn until_gone(&mut self, text: &str) -> &mut Self {
        self.wait_for(&format!("{text:?} gone from the screen"), |seen| {
            !seen.flat().contains(text)
        })
    }

    /// Waits until one row holds all of these.
    #[track_caller]
    pub fn until_row(&mut self, parts: &[&str]) -> &mut Self {
        self.wait_for(&format!("a row with {parts:?}"), |seen| {
            let text = seen.parser.screen().contents();
            text.lines()
                .any(|row| parts.iter().all(|part| row.contains(part)))
        })
    }

    /// Waits until this sentence begins in the row below the one that holds the label.
    #[track_caller]
    pub fn until_below(&mut self, label: &str, sentence: &str) -> &mut Self {
        self.wait_for(&format!("{sentence:?} below {label:?}"), |seen| {
            let text = seen.parser.screen().contents();
            let rows: Vec<_> = text.lines().collect();
            let sentence = format!("^ {sentence}");
            rows.windows(2)
                .any(|two| two[0].contains(label) && two[1].contains(&sentence))
        })
    }

    /// Waits until the cells are such that `test` holds.
    #[track_caller]
    pub fn until_screen(&mut self, what: &str, test: impl Fn(&vt100::Screen) -> bool) -> &mut Self {
        self.wait_for(what, |seen| test(seen.parser.screen()))
    }

    #[track_caller]
    fn wait_for(&mut self, what: &str, test: impl Fn(&Seen) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().expect("no reader has panicked");
        while !test(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.ended {
                let screen = framed(&seen.parser.screen().contents());
                let ended = if seen.ended { " (it has ended)" } else { "" };
                // A poisoned lock would hide this message behind another one.
                drop(seen);
                panic!("waited for {what}; this is there{ended}:\n{screen}");
            }
            seen = changed
                .wait_timeout(seen, left)
                .expect("no reader has panicked")
                .0;
        }
        drop(seen);
        self
    }

    /// Waits until nothing has been written for a while: for drawing pictures, not for tests.
    pub fn until_quiet(&mut self) -> &mut Self {
        self.until_quiet_for(Duration::from_millis(500))
    }

    /// Waits until nothing has been written for so long.
    pub fn until_quiet_for(&mut self, quiet: Duration) -> &mut Self {
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().expect("no reader has panicked");
        loop {
            let (again, wait) = changed
                .wait_timeout(seen, quiet)
                .expect("no reader has panicked");
            seen = again;
            if wait.timed_out() {
                break;
            }
        }
        drop(seen);
        self
    }

    /// Makes sure that a text is not on the screen at this moment.
    #[track_caller]
    pub fn absent(&mut self, text: &str) -> &mut Self {
        let seen = self.seen();
        let (is_there, screen) = (
            seen.flat().contains(text),
            framed(&seen.parser.screen().contents()),
        );
        drop(seen);
        assert!(!is_there, "{text:?} is on the screen:\n{screen}");
        self
    }

    /// The screen's text, broken sentences whole.
    pub fn text(&self) -> String {
        self.seen().flat()
    }

    /// The screen's cells.
    pub fn screen(&self) -> vt100::Screen {
        self.seen().parser.screen().clone()
    }

    /// All that has come out so far, as it came.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// From now on these digits must not come onto the screen, not even between two pictures.
    pub fn guard(&mut self, secrets: &[&'static str]) -> &mut Self {
        self.seen().secrets.extend(secrets);
        self
    }

    /// Makes sure that what is guarded has never been written.
    #[track_caller]
    pub fn kept_secrets(&self) {
        let seen = self.seen();
        let bytes = String::from_utf8_lossy(&seen.bytes);
        let written = seen.secrets.iter().any(|secret| bytes.contains(secret));
        assert!(!seen.secrets.is_empty(), "nothing was guarded");
        assert!(!written, "a secret was written to the terminal");
        assert!(!seen.leaked, "a secret stood on the screen");
    }

    /// Reads nothing more of what the program writes, as a stopped terminal does, and lets it draw until
    /// its terminal takes no more.
    #[cfg(target_os = "linux")]
    pub fn hold(&mut self) -> &mut Self {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        self.seen().is_held = true;
        let name = self.master.tty_name().expect("the terminal has a name");
        let terminal = std::fs::OpenOptions::new().write(true).open(name);
        let terminal = terminal.expect("the test's own terminal");
        let deadline = Instant::now() + PATIENCE;
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: 50_000_000,
        };
        let mut refusals = 0;
        // Not only for a moment: the reader may have been in the middle of something.
        while refusals < 4 {
            let mut ready = [PollFd::new(&terminal, PollFlags::OUT)];
            if poll(&mut ready, Some(&moment)).expect("a terminal can be polled") == 0 {
                refusals += 1;
            } else {
                refusals = 0;
                // One picture for each key, not one for all of them.
                std::thread::sleep(Duration::from_millis(20));
            }
            self.key(Key::Ctrl('r'));
            assert!(Instant::now() < deadline, "it takes more and more");
        }
        self
    }

    /// Reads on.
    pub fn read_on(&mut self) -> &mut Self {
        self.seen().is_held = false;
        self.seen.1.notify_all();
        self
    }

    /// Waits for the program's end, whether anybody reads what it wrote or not.
    #[track_caller]
    pub fn exit_code_unread(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of this process") {
                assert!(status.signal().is_none(), "ended by {status}");
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it has not ended");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Makes the terminal larger or smaller. What was drawn is gone, so that only what is drawn
    /// for the new size can be seen.
    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        {
            let mut seen = self.seen();
            seen.parser.process(b"\x1b[2J");
            // Beyond this nothing is drawn, and the parser needs more memory than there is.
            let (rows, columns) = (rows.min(300), columns.min(500));
            seen.parser.set_size(some(rows), some(columns));
        }
        self.master
            .resize(size(columns, rows))
            .expect("the terminal takes the size");
        self
    }

    /// Another terminal of the same size takes this one's place: it shows nothing and has no modes set.
    pub fn attach_again(&mut self) -> &mut Self {
        let mut seen = self.seen();
        let (rows, columns) = seen.parser.screen().size();
        seen.parser = vt100::Parser::new(rows, columns, 0);
        drop(seen);
        self
    }

    /// The program's process id.
    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("the program runs")
    }

    /// Waits for the program's end, and for all that it wrote.
    #[track_caller]
    pub fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ended = self.child.try_wait().expect("a child of this process");
            let (seen, changed) = &*self.seen;
            let seen = seen.lock().expect("no reader has panicked");
            if let (Some(status), true) = (&ended, seen.ended) {
                assert!(status.signal().is_none(), "ended by {status}");
                return status.exit_code();
            }
            let screen = framed(&seen.parser.screen().contents());
            // The end of the output comes before the end of the process, which nobody tells.
            let pause = Duration::from_millis(10);
            drop(changed.wait_timeout(seen, pause));
            assert!(Instant::now() < deadline, "it has not ended:\n{screen}");
        }
    }

    /// Makes sure that the terminal is as the program has found it.
    #[track_caller]
    pub fn gave_the_terminal_back(&self) {
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        self.modes_are_back();
        let text = screen.contents();
        assert!(text.trim().is_empty(), "nothing is left behind:\n{text}");
    }

    /// Ends the program as nobody should: it can do nothing about it.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child of this process");
        self.child.wait().expect("a child of this process");
    }

    /// Treats the terminal as a shell does that has it back: what is typed is shown, and comes in lines.
    #[cfg(target_os = "linux")]
    pub fn as_a_shell_has_it(&self) -> &Self {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let name = self.master.tty_name().expect("the terminal has a name");
        let terminal = std::fs::File::open(name).expect("the test's own terminal");
        let mut modes = tcgetattr(&terminal).expect("a terminal");
        let shown = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        modes.local_modes.insert(shown);
        tcsetattr(&terminal, OptionalActions::Now, &modes).expect("a terminal");
        self
    }

    /// Whether the terminal shows what is typed, or keeps it until its line is whole.
    #[cfg(unix)]
    pub fn shows_keys(&self) -> bool {
        self.echoes() || self.has_mode("ICANON")
    }

    /// Whether the terminal shows what is typed.
    #[cfg(unix)]
    pub fn echoes(&self) -> bool {
        self.has_mode("ECHO")
    }

    #[cfg(unix)]
    fn has_mode(&self, mode: &str) -> bool {
        let modes = self.master.get_termios().expect("a terminal");
        let modes = format!("{:?}", modes.local_flags);
        let mut parts = modes.split(|sign: char| !sign.is_ascii_uppercase());
        parts.any(|part| part == mode)
    }

    /// Whether a signal has stopped the program.
    #[cfg(target_os = "linux")]
    pub fn is_stopped(&self) -> bool {
        let state = std::fs::read_to_string(format!("/proc/{}/stat", self.process_id()));
        let state = state.expect("the process is there");
        let (_, rest) = state.rsplit_once(") ").expect("a name in brackets");
        rest.starts_with('T')
    }

    /// Waits until one has.
    #[cfg(target_os = "linux")]
    #[track_caller]
    pub fn until_stopped(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_stopped() {
            assert!(Instant::now() < deadline, "it does not stop");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Makes sure that keys and lines are treated as before.
    #[track_caller]
    pub fn modes_are_back(&self) {
        self.keys_are_as_before();
        // What says so was written, and may still be on its way to the parser.
        let deadline = Instant::now() + PATIENCE;
        while self.screen().bracketed_paste() {
            assert!(Instant::now() < deadline, "bracketed paste is off");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The same without what the terminal has to read for it.
    #[track_caller]
    pub fn keys_are_as_before(&self) {
        let now = modes(&*self.master);
        assert_eq!(now, self.found, "the terminal's modes are as they were");
    }

    /// Ends the program as its user does.
    #[track_caller]
    pub fn end(&mut self) {
        self.key(Key::Ctrl('c'));
        assert_eq!(self.exit_code(), 0);
        self.gave_the_terminal_back();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // A test that has failed leaves it running.
            self.child.kill().ok();
        }
    }
}

fn framed(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        all.extend(["  | ", line, "\n"]);
        all
    })
}
