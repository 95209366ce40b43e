//! On a terminal: the typed last four, and secrets that are asked for and shown as nothing.

use kitdesk::pin::{Pin, PinLength};

use crate::console::{Console, Key, sandbox};
use crate::fixtures::{Desk, ENTITY, KIT, RECEIVED};

fn start(sandbox: &kitdesk::sandbox::Sandbox, args: &[&str]) -> Console {
    let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    Console::start(Desk::on(sandbox).into_home(), &args, 120, 40)
}

const UPGRADE: [&str; 7] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER",
];
const SET_PIN: [&str; 5] = ["set-pin", "--entity", ENTITY, "--kit", KIT];

#[test]
fn the_last_four_send_it() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &UPGRADE);
    terminal
        .until_row(&["tier", "CLASSIC", "-> SILVER"])
        .until("Type the last 4 of the kit number 4561789 to send it:");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    terminal.type_text("17x\u{7f}89").key(Key::Enter);
    terminal.until("Done: The upgrade of kit 4561789 was done.");
    assert_eq!(terminal.exit_code(), 0);
    terminal.modes_are_back();
    assert_eq!(sandbox.received("upgradeCard"), 1);
}

#[test]
fn anything_else_does_not() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &["cancel-order", "--order", RECEIVED]);
    terminal.until("Type the last 4 of the order id");
    terminal.type_text("afa7").key(Key::Enter);
    terminal.until("That is not the end of the order id");
    terminal.paste("afa6");
    terminal.until("A confirmation can't be pasted.");
    terminal.key(Key::Enter);
    terminal.until("it was not confirmed: nothing was sent");
    assert_eq!(terminal.exit_code(), 2);
    terminal.modes_are_back();
    assert_eq!(sandbox.received("cancel"), 0);
    let tries = failed_tries(terminal.home());
    assert_eq!(tries.len(), 1, "{tries:?}");
    assert_eq!(tries[0]["message"], "the confirmation did not match");
    assert_eq!(tries[0]["operation"], "cancel_order");
    assert_eq!(tries[0]["order_id"], RECEIVED);
}

/// The failed tries that are on record, newest first.
fn failed_tries(home: tempfile::TempDir) -> Vec<serde_json::Value> {
    let list = ["journal", "list", "--kind", "failed_try", "--json"];
    let json = Desk::in_home(home).run(&list).code(0).json();
    let records = json["result"]["records"].as_array();
    records.expect("a list").clone()
}

#[test]
fn each_pin_and_confirmation_that_is_not_taken_is_on_record() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &SET_PIN);
    terminal.guard(&["8053", "8054"]);
    terminal
        .until("not shown):")
        .type_text("8053")
        .key(Key::Enter);
    terminal
        .until("PIN again:")
        .type_text("8054")
        .key(Key::Enter);
    terminal.until("this is not the same PIN as before");
    terminal.type_text("8053").key(Key::Enter);
    terminal.until_screen("the second question again", |screen| {
        screen.contents().matches("PIN again:").count() == 2
    });
    terminal.type_text("8053").key(Key::Enter);
    terminal
        .until("to send it:")
        .type_text("0000")
        .key(Key::Enter);
    terminal.until("That is not the end of the kit number");
    terminal.type_text("1789").key(Key::Enter);
    terminal.until("Done: Setting the PIN");
    assert_eq!(terminal.exit_code(), 0);
    terminal.kept_secrets();
    let tries = failed_tries(terminal.home());
    let said: Vec<_> = tries.iter().map(|one| one["message"].clone()).collect();
    assert_eq!(
        said,
        ["the confirmation did not match", "a PIN was not taken"]
    );
    for one in &tries {
        assert_eq!((&one["entity"], &one["kit"]), (&ENTITY.into(), &KIT.into()));
    }
}

#[test]
fn a_pin_is_not_asked_for_while_another_program_writes_to_the_kit() {
    let sandbox = sandbox();
    sandbox.add_fault("upgradeCard=delay:3:1".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    let upgrade = [&UPGRADE[..], &["--yes"]].concat();
    let mut upgrading = desk.start(&upgrade);
    while sandbox.received("upgradeCard") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let set_pin = [&SET_PIN[..], &["--secrets-stdin", "--yes"]].concat();
    desk.run_with(&set_pin, b"8053\n")
        .code(3)
        .says("is still under way: wait for its outcome");
    assert!(upgrading.wait().expect("it ends").success());
    assert_eq!(sandbox.received("setPin"), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_typed_before_the_question_is_no_answer() {
    let sandbox = sandbox();
    sandbox.add_fault("fetchKitsByEntityId=delay:1:1".parse().expect("a fault"));
    let mut terminal = start(&sandbox, &UPGRADE);
    terminal.type_text("1789").key(Key::Enter);
    terminal.until("to send it:").key(Key::Enter);
    terminal.until("it was not confirmed: nothing was sent");
    assert_eq!(terminal.exit_code(), 2);
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

#[test]
fn in_live_the_tenant_is_typed_before_the_last_four() {
    let sandbox = sandbox();
    let live = sandbox
        .config_file()
        .replace("environment = \"sandbox\"", "environment = \"live\"");
    let start = |args: &[&str]| {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        Console::start(Desk::configured(&live).into_home(), &args, 120, 40)
    };
    let question = "This is LIVE: type the tenant's name to go on:";
    let mut terminal = start(&UPGRADE);
    terminal
        .until("SANDBOX (LIVE")
        .until(question)
        .type_text("1789")
        .key(Key::Enter);
    let wrong = "That is not this profile's tenant. Capitals count.";
    terminal.until(wrong);
    terminal.type_text("sandbox").key(Key::Enter);
    terminal.until_screen("the sentence again", |screen| {
        screen.contents().matches(wrong).count() == 2
    });
    terminal.type_text("SANDBOX").key(Key::Enter);
    terminal.until("Type the last 4 of the kit number 4561789 to send it:");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    terminal.type_text("1789").key(Key::Enter);
    terminal.until("Done: The upgrade of kit 4561789 was done.");
    assert_eq!(terminal.exit_code(), 0);

    let mut terminal = start(&["cancel-order", "--order", RECEIVED]);
    terminal.until(question).key(Key::Enter);
    terminal.until("it was not confirmed: nothing was sent");
    assert_eq!(terminal.exit_code(), 2);
    assert_eq!(sandbox.received("cancel"), 0);
    // A script says it with --yes.
    let cancel = ["cancel-order", "--order", RECEIVED, "--yes"];
    Desk::configured(&live).run(&cancel).code(0);
}

#[test]
fn what_an_open_write_forbids_is_not_asked_about() {
    let sandbox = sandbox();
    sandbox.add_fault("upgradeCard=reset-before:1".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    let args = [&UPGRADE[..], &["--yes", "--settle-for", "0"]].concat();
    desk.run(&args).code(4);
    let args = UPGRADE.map(str::to_owned);
    let mut terminal = Console::start(desk.into_home(), &args, 120, 40);
    terminal.until("settle it before anything else is sent");
    assert_eq!(terminal.exit_code(), 3);
    terminal.absent("Type the last");

    sandbox.add_fault("cancel=reset-before:1".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    let args = ["cancel-order", "--order", RECEIVED];
    let unknown = [&args[..], &["--yes", "--settle-for", "0"]].concat();
    desk.run(&unknown)
        .code(4)
        .says("Read just now: the order is RECEIVED. The cancellation may still be under way.");
    let args = args.map(str::to_owned);
    let mut terminal = Console::start(desk.into_home(), &args, 120, 40);
    terminal.until("settle it before anything else is sent");
    assert_eq!(terminal.exit_code(), 3);
    terminal.absent("Type the last");
}

#[test]
fn ctrl_c_at_the_question_ends_it() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &UPGRADE);
    terminal.until("to send it:").key(Key::Ctrl('c'));
    terminal.until("interrupted; nothing was sent");
    assert_eq!(terminal.exit_code(), 130);
    terminal.modes_are_back();
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

#[test]
fn a_signal_at_the_question_gives_the_terminal_back_too() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &SET_PIN);
    terminal.until("PIN (4 to 6 digits, not shown):");
    crate::fixtures::signal(terminal.process_id(), "TERM");
    assert_eq!(terminal.exit_code(), 143);
    terminal.modes_are_back();
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn a_pin_is_typed_twice_and_shown_as_nothing() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &SET_PIN);
    terminal.guard(&["8053", "8054"]);
    let ask = "PIN (4 to 6 digits, not shown):";
    terminal.until(ask).type_text("8053").key(Key::Enter);
    terminal
        .until("PIN again:")
        .type_text("8054")
        .key(Key::Enter);
    terminal.until("this is not the same PIN as before");
    terminal.type_text("99\u{15}8o\u{7f}053").key(Key::Enter);
    terminal.until_screen("the second question again", |screen| {
        screen.contents().matches("PIN again:").count() == 2
    });
    terminal.type_text("8053").key(Key::Enter);
    terminal
        .until_row(&["PIN", "not readable", "-> sealed (key"])
        .until(r#""pin":"<sealed>""#)
        .until("Type the last 4 of the kit number 4561789");
    assert_eq!(sandbox.received("setPin"), 0);
    terminal
        .type_text("1789")
        .key(Key::Enter)
        .until("Done: Setting the PIN");
    assert_eq!(terminal.exit_code(), 0);
    terminal.modes_are_back();
    terminal.kept_secrets();
    let Ok(pin) = Pin::parse("8053", PinLength::STANDARD) else {
        panic!("a test's PIN");
    };
    assert!(sandbox.pin_is(KIT, &pin));
}

#[test]
fn a_card_number_is_keyed_and_shown_as_nothing() {
    let sandbox = sandbox();
    let args = [
        "set-pin",
        "--entity",
        "210000000099",
        "--kit",
        "99000000001",
        "--yes",
    ];
    let mut terminal = start(&sandbox, &args);
    terminal.guard(&["4111111111111111", "5555555555554444", "8053"]);
    let ask = "Card number of 411111XXXXXX1111, not shown:";
    terminal
        .until(ask)
        .type_text("5555555555554444")
        .key(Key::Enter);
    terminal.until("this is another card: the kit's card is 411111XXXXXX1111");
    terminal.type_text("4111111111111111").key(Key::Enter);
    terminal.until("PIN (4 to 6 digits, not shown):");
    terminal.paste("8053");
    terminal.until("a PIN is typed, never pasted");
    terminal.type_text("8053").key(Key::Enter);
    terminal
        .until("PIN again:")
        .type_text("8053")
        .key(Key::Enter);
    terminal.until("Done: Setting the PIN of kit 99000000001");
    assert_eq!(terminal.exit_code(), 0);
    terminal.modes_are_back();
    terminal.kept_secrets();
    assert_eq!(sandbox.worked("setPin"), 1);
}

#[test]
fn three_wrong_pins_are_enough() {
    let sandbox = sandbox();
    let mut terminal = start(&sandbox, &SET_PIN);
    terminal.until("not shown):");
    for (typed, said) in [
        ("805", "a PIN has 4 to 6 digits here, not 3"),
        ("80x53", "a PIN is made of the digits 0 to 9 only"),
        ("1234", "too easy to guess"),
    ] {
        terminal.type_text(typed).key(Key::Enter).until(said);
    }
    assert_eq!(terminal.exit_code(), 2);
    terminal.modes_are_back();
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn secrets_on_standard_input_are_not_typed_on_a_terminal() {
    let sandbox = sandbox();
    let args = [&SET_PIN[..], &["--secrets-stdin"]].concat();
    let mut terminal = start(&sandbox, &args);
    terminal.until("on a terminal it would show the PIN");
    assert_eq!(terminal.exit_code(), 2);
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let sandbox = sandbox();
    let args = ["kits", "--entity", ENTITY];
    let mut terminal = start(&sandbox, &args);
    terminal.until("ACTIVE");
    assert_eq!(terminal.exit_code(), 0);
    assert!(has_colour(&terminal.screen()));
    for unwanted in ["NO_COLOR=1", "TERM=dumb", "KITDESK_COLOURS=none"] {
        for (verb, until) in [(&args[..], "ACTIVE"), (&["doctor"], "OK")] {
            let plain = [&[unwanted, env!("CARGO_BIN_EXE_kitdesk")], verb].concat();
            let plain: Vec<String> = plain.into_iter().map(str::to_owned).collect();
            let home = Desk::on(&sandbox).into_home();
            let mut terminal = Console::start_program("env", home, &plain, 200, 40);
            terminal.until(until);
            assert_eq!(terminal.exit_code(), 0);
            assert!(!has_colour(&terminal.screen()), "{unwanted} {verb:?}");
        }
    }
}

fn has_colour(screen: &vt100::Screen) -> bool {
    let (rows, columns) = screen.size();
    let mut cells = (0..rows.get()).flat_map(|y| (0..columns.get()).map(move |x| (y, x)));
    cells.any(|(y, x)| {
        let cell = screen.cell(y, x);
        cell.is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
    })
}
