//! A verb that asks is stopped and goes on: the shell has had the terminal, and nothing that was typed
//! before counts.

use kitdesk::pin::{Pin, PinLength};
use kitdesk::sandbox::Sandbox;

use crate::console::{Console, Key, sandbox};
use crate::fixtures::{Desk, ENTITY, KIT, signal};

const PIN: &str = "PIN (4 to 6 digits, not shown):";
const SEND: &str = "Type the last 4 of the kit number 4561789 to send it:";

fn start(sandbox: &Sandbox, args: &[&str]) -> Console {
    let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    Console::start(Desk::on(sandbox).into_home(), &args, 120, 40)
}

fn set_pin(sandbox: &Sandbox) -> Console {
    start(sandbox, &["set-pin", "--entity", ENTITY, "--kit", KIT])
}

fn upgrade(sandbox: &Sandbox) -> Console {
    let args = [
        "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER",
    ];
    start(sandbox, &args)
}

/// Waits until something stands there so many times.
#[track_caller]
fn until_times(terminal: &mut Console, text: &str, times: usize) {
    terminal.until_screen(&format!("{text:?}, {times} times"), |screen| {
        screen.contents().matches(text).count() == times
    });
    // It is written after the terminal was taken, and nothing is read before.
    assert!(!terminal.shows_keys(), "a PIN would be shown");
}

/// Stops the program, has the shell set the terminal, types a line there and lets the program go on.
#[track_caller]
fn stop_and_go_on(terminal: &mut Console, name: &str) {
    signal(terminal.process_id(), name);
    terminal.until_stopped();
    if name == "TSTP" {
        terminal.modes_are_back();
    }
    assert!(terminal.as_a_shell_has_it().shows_keys());
    // What is typed there is not for the program: it is no answer to what it asks.
    terminal.send(b"0\r");
    signal(terminal.process_id(), "CONT");
}

#[track_caller]
fn is_set(sandbox: &Sandbox, pin: &str) {
    let Ok(pin) = Pin::parse(pin, PinLength::STANDARD) else {
        panic!("a test's PIN");
    };
    assert!(sandbox.pin_is(KIT, &pin));
}

#[test]
fn a_pin_that_was_begun_before_a_stop_does_not_count() {
    for name in ["TSTP", "STOP"] {
        let sandbox = sandbox();
        let mut terminal = set_pin(&sandbox);
        terminal.guard(&["8053"]);
        terminal.until(PIN).type_text("80");
        stop_and_go_on(&mut terminal, name);
        until_times(&mut terminal, PIN, 2);
        terminal
            .type_text("8053")
            .key(Key::Enter)
            .until("PIN again:");
        terminal.type_text("80");
        stop_and_go_on(&mut terminal, name);
        // The first one was typed before the stop as well.
        until_times(&mut terminal, PIN, 3);
        terminal.type_text("8053").key(Key::Enter);
        until_times(&mut terminal, "PIN again:", 2);
        terminal.type_text("8053").key(Key::Enter).until(SEND);
        terminal.type_text("1789").key(Key::Enter);
        terminal.until("Done: Setting the PIN");
        assert_eq!(terminal.exit_code(), 0, "{name}");
        terminal.modes_are_back();
        terminal.kept_secrets();
        is_set(&sandbox, "8053");
    }
}

#[test]
fn a_confirmation_that_was_begun_before_a_stop_does_not_count() {
    for name in ["TSTP", "STOP"] {
        let sandbox = sandbox();
        let mut terminal = upgrade(&sandbox);
        terminal
            .until(SEND)
            .type_text("17")
            .until(&format!("{SEND} 17"));
        stop_and_go_on(&mut terminal, name);
        until_times(&mut terminal, SEND, 2);
        terminal.type_text("89").key(Key::Enter);
        terminal.until("That is not the end of the kit number 4561789.");
        assert_eq!(sandbox.received("upgradeCard"), 0, "{name}");
        terminal.type_text("1789").key(Key::Enter);
        terminal.until("Done: The upgrade of kit 4561789 was done.");
        assert_eq!(terminal.exit_code(), 0, "{name}");
        terminal.modes_are_back();
    }
}

#[test]
fn a_stop_after_the_last_question_stops_it_too() {
    let sandbox = sandbox();
    sandbox.add_fault("upgradeCard=delay:2:1".parse().expect("a fault"));
    let mut terminal = upgrade(&sandbox);
    terminal.until(SEND).type_text("1789").key(Key::Enter);
    while sandbox.received("upgradeCard") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    signal(terminal.process_id(), "TSTP");
    terminal.until_stopped();
    signal(terminal.process_id(), "CONT");
    terminal.until("Done: The upgrade of kit 4561789 was done.");
    assert_eq!(terminal.exit_code(), 0);
    terminal.modes_are_back();
}

#[test]
fn keys_are_not_shown_after_a_stop_before_the_first_question() {
    let sandbox = sandbox();
    sandbox.add_fault("fetchKitsByEntityId=delay:3:1".parse().expect("a fault"));
    let mut terminal = set_pin(&sandbox);
    terminal.guard(&["8053"]);
    while sandbox.received("fetchKitsByEntityId") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    signal(terminal.process_id(), "TSTP");
    terminal.until_stopped();
    terminal.modes_are_back();
    signal(terminal.process_id(), "CONT");
    let mut left = 2000;
    while terminal.echoes() {
        assert!(left > 0, "keys are shown");
        left -= 1;
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    terminal.type_text("8053").until(PIN).key(Key::Ctrl('c'));
    assert_eq!(terminal.exit_code(), 130);
    terminal.modes_are_back();
    terminal.kept_secrets();
}
