//! A terminal that takes no output, as after Ctrl+S, with a stopped `tmux` client or a lost connection:
//! nothing else waits for it.

use std::os::unix::fs::chown;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::bytes::is_still;
use super::console::{Console, Key, home, sandbox, skipped};
use super::guards::{AS_NOBODY, ends_well_as_nobody};

/// How long the end may take: the last answer of the terminal, and that of the DCMS.
const END: Duration = Duration::from_secs(5);

fn tell(console: &Console, signal: Signal) {
    let id = i32::try_from(console.process_id()).expect("a process's number");
    let id = Pid::from_raw(id).expect("not zero");
    kill_process(id, signal).expect("it is ours");
}

/// A customer's kits on the screen.
fn with_a_customer(console: &mut Console) {
    console.type_text("181223116").key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);
}

#[test]
fn signals_end_it() {
    let sandbox = sandbox();
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ] {
        let mut console = Console::on(&sandbox, 120, 40);
        with_a_customer(&mut console);
        console.hold();
        let began = Instant::now();
        tell(&console, signal);
        assert_eq!(console.exit_code_unread(), code);
        assert!(began.elapsed() < END, "{:?}", began.elapsed());
        console.keys_are_as_before();
    }
}

#[test]
fn its_user_ends_it() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 120, 40);
    console.hold().key(Key::Ctrl('c'));
    assert_eq!(console.exit_code_unread(), 0);
    console.keys_are_as_before();
}

#[test]
fn a_terminal_that_takes_output_in_time_is_given_back_whole() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 120, 40);
    with_a_customer(&mut console);
    console.hold();
    tell(&console, Signal::TERM);
    console.read_on();
    assert_eq!(console.exit_code(), 143);
    console.gave_the_terminal_back();
}

#[test]
fn the_newest_state_is_drawn_and_nothing_of_the_one_before() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 120, 40);
    with_a_customer(&mut console);
    console.hold();
    // Hidden while nobody can see it; whatever of the customer was still to be drawn is dropped.
    console.key(Key::Ctrl('l'));
    std::thread::sleep(Duration::from_millis(200));
    let before = console.bytes().len();
    console.read_on().until("Hidden.").until_quiet();
    console.absent("10930010477");
    let bytes = console.bytes();
    let after = String::from_utf8_lossy(&bytes[before..]).into_owned();
    let (_, newest) = after
        .rsplit_once("\x1b[?1049h")
        .expect("drawn from nothing");
    assert!(!newest.contains("10930010477") && newest.contains("Hidden."));
    console
        .key(Key::Enter)
        .until_row(&["10930010477", "ACTIVE"]);
    console.end();
}

/// As after `su`: the terminal belongs to somebody else, and only the handles that are open can be used.
#[test]
fn a_terminal_that_can_not_be_opened_once_more() {
    let kitdesk = env!("CARGO_BIN_EXE_kitdesk");
    let sandbox = sandbox();
    let home = home(Some(&sandbox.config_file()));
    let can_give_away = rustix::process::geteuid().is_root()
        && chown(home.path(), Some(65534), Some(65534)).is_ok()
        && chown(home.path().join("kitdesk"), Some(65534), None).is_ok()
        && chown(home.path().join("kitdesk/config.toml"), Some(65534), None).is_ok()
        && ends_well_as_nobody(&["test", "-x", kitdesk]);
    if !can_give_away {
        return skipped("only root can start the program as somebody else");
    }
    let args = [&AS_NOBODY[1..], &[kitdesk]].concat();
    let args: Vec<_> = args.into_iter().map(str::to_owned).collect();
    let mut console = Console::start_program(AS_NOBODY[0], home, &args, 120, 40);
    console.until("Find a customer");
    with_a_customer(&mut console);
    console.hold();
    tell(&console, Signal::TERM);
    assert_eq!(console.exit_code_unread(), 143);
    console.keys_are_as_before();
}

#[test]
fn waiting_for_it_costs_nothing() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 120, 40);
    with_a_customer(&mut console);
    console.until("u upgrade").hold();
    assert!((0..10).any(|_| is_still(&console)));
    console.read_on().end();
}

#[test]
fn a_typed_pin_is_wiped_at_its_limit() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 120, 40);
    with_a_customer(&mut console);
    console
        .type_text("p")
        .until("Set the PIN of kit 10930010477");
    console.key(Key::Tab).type_text("4315").until("••••");
    console.hold();
    let began = Instant::now();
    let last_key = Duration::from_secs(30);
    // What it does is seen by what it asks to be drawn, once somebody reads it again.
    std::thread::sleep(last_key + Duration::from_secs(2));
    console.read_on();
    console.until("wiped and closed after 30 s without a key");
    assert!(began.elapsed() < last_key * 2);
    console.absent("••••").end();
}
