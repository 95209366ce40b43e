//! Nobody there, or somebody else: the program stopped and gone on, the cover, clicks.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::process::Command;
use std::time::{Duration, Instant};

use crossterm::event::KeyCode;
use futures_util::StreamExt as _;
use rustix::process::{Pid, Signal, kill_process};

use kitdesk::console::theme::Depth;
use kitdesk::console::{Extras, Input, Keyboard, Screen};
use kitdesk::pin::PinEntry;

use super::console::{Console, Key, home, sandbox, skipped};

fn tell(console: &Console, signal: Signal) {
    let id = i32::try_from(console.process_id()).expect("a process's number");
    let id = Pid::from_raw(id).expect("not zero");
    kill_process(id, signal).expect("it is ours");
}

#[test]
fn stopped_and_gone_on() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("181223116").key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]).type_text("p");
    console.until("Set the PIN of kit 10930010477");
    console.key(Key::Tab).type_text("4315").until("••••");

    tell(&console, Signal::TSTP);
    console.until_stopped();
    // The shell has a terminal as it was, and nothing of the customer on it.
    console.until_screen("the shell's own screen", |screen| {
        !screen.alternate_screen()
            && !screen.bracketed_paste()
            && !screen.contents().contains("10930010477")
    });
    console.modes_are_back();

    assert!(console.as_a_shell_has_it().shows_keys());
    tell(&console, Signal::CONT);
    console
        .until("wiped and closed: the program was stopped")
        .until_row(&["10930010477", "ACTIVE"]);
    console.absent("••••");
    assert!(!console.shows_keys());
    // Keys are keys again.
    console.type_text("u").until("Upgrade kit 10930010477");
    console.end();
}

/// How often the terminal was taken.
fn taken(console: &Console) -> usize {
    let bytes = console.bytes();
    let text = String::from_utf8_lossy(&bytes);
    text.matches("\x1b[?1049h").count()
}

#[test]
fn a_signal_to_go_on_that_crosses_the_one_to_stop_is_remembered() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("181223116").key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);
    for _ in 0..20 {
        let before = taken(&console);
        tell(&console, Signal::TSTP);
        tell(&console, Signal::CONT);
        let until = Instant::now() + Duration::from_secs(30);
        while taken(&console) == before || console.is_stopped() {
            assert!(Instant::now() < until, "it stays stopped");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    console.until_row(&["10930010477", "ACTIVE"]);
    console.type_text("u").until("Upgrade kit 10930010477");
    // And the next one that is meant does stop it.
    tell(&console, Signal::TSTP);
    console.until_stopped();
    tell(&console, Signal::CONT);
    console.until("Upgrade kit 10930010477");
    console.end();
}

/// The console on a terminal that another user owns and that is not its controlling terminal, as
/// `su - desk -c kitdesk` leaves it.
fn as_another_user(arguments: &[&str]) -> Option<Console> {
    let kitdesk = env!("CARGO_BIN_EXE_kitdesk");
    if !rustix::process::geteuid().is_root() || !ends_well_as_nobody(&["test", "-x", kitdesk]) {
        skipped("only root can give a terminal to another user");
        return None;
    }
    if Command::new("setsid").arg("-V").output().is_err() {
        skipped("there is no setsid here");
        return None;
    }
    let home = home(None);
    chown(home.path(), Some(65534), Some(65534)).expect("root gives it away");
    let args = [&["-w"], &AS_NOBODY[..], &[kitdesk], arguments].concat();
    let args: Vec<_> = args.into_iter().map(str::to_owned).collect();
    Some(Console::start_program("setsid", home, &args, 80, 24))
}

#[test]
fn a_terminal_that_can_not_be_opened_is_used_as_it_was_given() {
    let Some(mut console) = as_another_user(&["--sandbox"]) else {
        return;
    };
    console.until("Find a customer").type_text("181223116");
    console
        .key(Key::Enter)
        .until_row(&["10930010477", "ACTIVE"]);
    // Nothing tells of the new size; the next key's picture has it.
    console.resize(100, 30);
    console.type_text("u").until("Upgrade kit 10930010477");
    console.until_screen("the key line in the last of 30 rows", |screen| {
        let text = screen.contents();
        text.lines().nth(29).is_some_and(|row| row.contains("F10"))
    });
    console.end();
}

#[test]
fn a_pin_is_asked_on_a_terminal_that_can_not_be_opened() {
    let args = [
        "--sandbox",
        "set-pin",
        "--entity",
        "181223116",
        "--kit",
        "10930010477",
    ];
    let Some(mut console) = as_another_user(&args) else {
        return;
    };
    console
        .until("not shown")
        .send(b"43\x08\x1b[?2026;2$y\x1b]10;rgb:0/0/0\x1b\\315");
    console.send(b"\x1b[27;5;99~");
    assert_eq!(console.exit_code(), 130, "it was Ctrl+C");
}

#[test]
fn the_doctor_reads_the_terminal_as_the_console_does() {
    let Some(mut console) = as_another_user(&["--sandbox", "doctor"]) else {
        return;
    };
    console.until("xterm-256color");
    console.absent("can't be read");
}

#[test]
fn hidden_by_a_key() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("181223116").key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);
    console.key(Key::Ctrl('l')).until("Hidden.");
    console.absent("10930010477").absent("181223116");
    console.type_text("u").key(Key::Esc);
    console
        .key(Key::Enter)
        .until_row(&["10930010477", "ACTIVE"]);
    console.absent("Upgrade kit");
    console.end();
}

#[test]
fn clicks_are_taken_when_they_are_asked_for() {
    let sandbox = sandbox();
    let args = ["--mouse".to_owned()];
    let mut console = Console::start(home(Some(&sandbox.config_file())), &args, 80, 24);
    console.until("Find a customer");
    let orders = "\x1b[<0;29;1M\x1b[<0;29;1m";
    console.send(orders.as_bytes()).until("branch id");
    let taken = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(taken.contains("\x1b[?1000h"));
    console.end();
    let all = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(all.contains("\x1b[?1000l"), "the mouse is given back");

    // Without it the terminal's own selection works, since nothing is asked of it.
    let mut console = Console::on(&sandbox, 80, 24);
    console.until("Find a customer");
    console.end();
    let all = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(!all.contains("\x1b[?1000h"));
}

/// Set where the test below is run once more, in a terminal that it may take.
const IS_CHILD: &str = "KITDESK_TEST_PANICS";

/// Twelve digits, so that a find is no accident.
const PIN: &str = "830671429506";

/// Takes the terminal, has a PIN typed, and lets another thread panic: nothing is dropped by it, so
/// only the hook can give the terminal back.
fn panics_with_a_pin_typed() -> ! {
    let mut screen = Screen::take(Depth::True, Extras::default()).expect("a terminal");
    screen.painter.show(|_| {}).expect("a terminal");
    let mut out = std::io::stdout();
    out.write_all(b"ready").expect("a terminal");
    out.flush().expect("a terminal");
    let entry = typed_pin();
    let thread = std::thread::spawn(move || {
        assert!(entry.is_empty(), "on purpose");
    });
    assert!(thread.join().is_err());
    loop {
        std::thread::park();
    }
}

/// As the console reads it.
#[tokio::main(flavor = "current_thread")]
async fn typed_pin() -> PinEntry {
    let mut entry = PinEntry::new();
    let mut keyboard = Keyboard::open().expect("a terminal");
    while entry.len() < PIN.len() {
        let input = keyboard.next().await.expect("a terminal");
        if let Ok(Input::Key(key)) = input
            && let KeyCode::Char(digit) = key.code
        {
            entry.push(digit);
        }
    }
    entry
}

#[test]
fn a_panic_gives_the_terminal_back_and_tells_no_pin() {
    if std::env::var_os(IS_CHILD).is_some() {
        panics_with_a_pin_typed();
    }
    let program = std::env::current_exe().expect("this test's own program");
    let args = [
        format!("{IS_CHILD}=1"),
        "RUST_BACKTRACE=full".to_owned(),
        program.to_str().expect("a path of text").to_owned(),
        "--exact".to_owned(),
        "--nocapture".to_owned(),
        "guards::a_panic_gives_the_terminal_back_and_tells_no_pin".to_owned(),
    ];
    let mut console = Console::start_program("env", home(None), &args, 80, 24);
    console.guard(&[PIN]).until("ready").type_text(PIN);
    console.until("on purpose");
    console.until_screen("the shell's own screen", |screen| {
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    });
    console.modes_are_back();
    console.kept_secrets();
    console.kill();
    let all = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(all.contains("\x1b[?1049h"), "it had been taken");
}

/// What comes before a program for it to run as nobody.
pub const AS_NOBODY: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// Whether root can run this as nobody, and it ends well.
pub fn ends_well_as_nobody(program: &[&str]) -> bool {
    let [setpriv, flags @ ..] = AS_NOBODY;
    let ended = Command::new(setpriv).args(flags).args(program).output();
    ended.is_ok_and(|ended| ended.status.success())
}

#[test]
fn the_console_can_neither_be_dumped_nor_traced() {
    let kitdesk = env!("CARGO_BIN_EXE_kitdesk");
    let home = home(None);
    let is_root = rustix::process::geteuid().is_root();
    // Everything that root runs looks like root's own, whether it can be dumped or not.
    let mut console = if is_root {
        chown(home.path(), Some(65534), Some(65534)).expect("root gives it away");
        if !ends_well_as_nobody(&["test", "-x", kitdesk]) {
            return skipped("the program can't be run as nobody here");
        }
        let args = [&AS_NOBODY[1..], &[kitdesk, "--sandbox"]].concat();
        let args: Vec<_> = args.into_iter().map(str::to_owned).collect();
        Console::start_program(AS_NOBODY[0], home, &args, 80, 24)
    } else {
        Console::start(home, &["--sandbox".to_owned()], 80, 24)
    };
    console.until("Find a customer");

    let process = format!("/proc/{}", console.process_id());
    let limits = fs::read_to_string(format!("{process}/limits")).expect("it runs");
    let core = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"));
    let core: Vec<_> = core.unwrap_or_default().split_ascii_whitespace().collect();
    assert_eq!(core.first_chunk(), Some(&["0", "0"]), "{limits}");
    // The system gives what can't be dumped to root (proc(5)).
    let maps = format!("{process}/maps");
    let owner = fs::metadata(&maps).expect("it runs").uid();
    assert_eq!(owner, 0, "it is root's, not its user's");
    if is_root {
        assert!(
            ends_well_as_nobody(&["cat", "/proc/self/maps"]),
            "it can read"
        );
        assert!(!ends_well_as_nobody(&["cat", &maps]), "but not this");
    } else {
        for file in [maps, format!("{process}/mem")] {
            assert!(File::open(&file).is_err(), "{file}");
        }
    }
    console.end();
}
