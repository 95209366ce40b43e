//! The console as questions and answers, on a terminal that can only write lines.

use super::console::{Console, Key, home, sandbox};
use super::walk::{PIN, pin};

/// The program on a terminal of that kind. It has room for all lines of a test.
fn start(home: tempfile::TempDir, args: &[&str]) -> Console {
    let program = ["TERM=dumb", env!("CARGO_BIN_EXE_kitdesk")];
    let all: Vec<_> = program
        .iter()
        .chain(args)
        .map(|&word| word.to_owned())
        .collect();
    Console::start_program("/usr/bin/env", home, &all, 240, 280)
}

/// Waits for a question at the end of all lines, and answers it.
#[track_caller]
fn answer(console: &mut Console, question: &str, answer: &str) {
    console.until_screen(&format!("the question {question:?}"), |screen| {
        screen.contents().trim_end().ends_with(question)
    });
    console.type_text(answer).key(Key::Enter);
}

/// Answers one question after another.
#[track_caller]
fn answers(console: &mut Console, all: &[(&str, &str)]) {
    for (question, with) in all {
        answer(console, question, with);
    }
}

/// The last question, to which everything comes back.
const MAIN: &str = "What is to be done?";
const GO_ON: &str = "Enter alone goes on:";

/// Ends the session, after which the terminal is as it was, and nothing but lines was written to it.
#[track_caller]
fn end(console: &mut Console) {
    answer(console, MAIN, "end");
    assert_eq!(console.exit_code(), 0);
    console.until("The session has ended.").modes_are_back();
    only_lines(console);
}

#[track_caller]
fn only_lines(console: &Console) {
    let bytes = console.bytes();
    assert!(!bytes.contains(&0x1b), "an escape sequence was written");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    for sign in ['●', '│', '─', '→', '✓', '✗', '·', '…'] {
        assert!(!text.contains(sign), "{sign:?} was written: {text}");
    }
}

#[test]
fn the_main_jobs_from_the_look_up_to_the_journal() {
    let sandbox = sandbox();
    let mut console = start(home(Some(&sandbox.config_file())), &["--linear"]);
    console.guard(&[PIN]);
    console.until("Environment SANDBOX, tenant SANDBOX, profile sandbox, operator maria.");
    answers(
        &mut console,
        &[
            (MAIN, "kits"),
            ("Enter alone takes entity:", ""),
            ("entity. The customer's id:", "676165"),
        ],
    );
    console.until("kit number 4561789, card 608040XXXXXX1789, product RUPAY Debit, tier CLASSIC, type PHYSICAL, status ACTIVE, expiry 07/29");

    answers(
        &mut console,
        &[
            (MAIN, "set pin"),
            ("Enter alone takes 676165:", ""),
            ("kit. The kit whose PIN is set:", "4561789"),
            (GO_ON, ""),
            ("not shown):", PIN),
            ("PIN again:", PIN),
            ("to send it:", "1789"),
        ],
    );
    console.until("Done: Setting the PIN of kit 4561789 was done.");
    assert!(sandbox.pin_is("4561789", &pin()));

    answers(
        &mut console,
        &[
            (MAIN, "lock"),
            ("Enter alone takes 676165:", ""),
            ("Enter alone takes 4561789:", ""),
            ("other:", "sto"),
            (GO_ON, ""),
            ("to send it:", "1789"),
        ],
    );
    console
        .until("reason: stolen.")
        .until("status: now ACTIVE, will be LOCKED");
    console.until("Done: The locking of kit 4561789 was done.");

    answers(
        &mut console,
        &[
            (MAIN, "unlock"),
            ("Enter alone takes 676165:", ""),
            ("Enter alone takes 4561789:", ""),
            ("other:", "found-again"),
            (GO_ON, ""),
            ("to send it:", "1789"),
            (MAIN, "upgrade"),
            ("Enter alone takes 676165:", ""),
            ("Enter alone takes 4561789:", ""),
            ("SIGNATURE:", "SILVER"),
            (GO_ON, ""),
            ("to send it:", "1789"),
        ],
    );
    console.until("tier: now CLASSIC, will be SILVER");
    console.until("Done: The upgrade of kit 4561789 was done.");
    answers(
        &mut console,
        &[
            (MAIN, "journal"),
            ("Enter alone takes list:", ""),
            (GO_ON, ""),
        ],
    );
    console.until_row(&["by maria, what upgrade, answer, about kit 4561789, outcome done"]);
    end(&mut console);
    console.kept_secrets();
    assert_eq!(sandbox.received("upgradeCard"), 1);
    assert_eq!(sandbox.received("setPin"), 1);
}

#[test]
fn wrong_answers_are_asked_again_and_nothing_is_lost() {
    let sandbox = sandbox();
    let mut console = start(home(Some(&sandbox.config_file())), &["--linear"]);
    answers(&mut console, &[(MAIN, "teapot")]);
    console.until("There is no \"teapot\". help lists the jobs.");
    answers(&mut console, &[(MAIN, "lo")]);
    console.until("\"lo\" may be lock, lock all.");
    answers(
        &mut console,
        &[
            (MAIN, "LOCK"),
            ("entity. The customer's id:", "!"),
            ("entity. The customer's id:", ""),
        ],
    );
    console.until("An answer is needed, or back.");
    answers(
        &mut console,
        &[
            ("entity. The customer's id:", "676165"),
            ("kit. The kit:", "4561789"),
            ("other:", "teapot"),
            ("other:", "back"),
            ("Enter alone takes 4561789:", "back"),
            ("Enter alone takes 676165:", ""),
            ("Enter alone takes 4561789:", ""),
            ("other:", "other"),
            (GO_ON, ""),
        ],
    );
    // The reason wants a note: the other answers are still there.
    console.until("Not sent: note:");
    let again = "Enter alone tries it again, back leaves it:";
    answers(
        &mut console,
        &[
            (again, "note"),
            ("Enter alone leaves it out:", "asked on the phone"),
            (again, ""),
            ("to send it:", "0000"),
            ("to send it:", "help"),
            ("to send it:", "back"),
        ],
    );
    console.until("That is not the end of the kit number 4561789.");
    console.until("Nothing is sent before this is answered.");
    console.until("Not sent: it was taken back");
    answers(&mut console, &[(again, "back"), (MAIN, "back")]);
    console.until("There is nothing to go back to");
    end(&mut console);
    assert_eq!(sandbox.received("lock"), 0);
}

#[test]
fn a_pin_can_be_left_and_the_outcome_that_was_refused_is_said_first() {
    let sandbox = sandbox();
    let mut console = start(home(Some(&sandbox.config_file())), &["--linear"]);
    console.guard(&[PIN]);
    answers(
        &mut console,
        &[
            (MAIN, "set pin"),
            ("entity. The customer's id:", "676165"),
            ("kit. The kit whose PIN is set:", "4561789"),
            (GO_ON, ""),
            ("not shown):", "help"),
            ("not shown):", PIN),
            ("PIN again:", "back"),
            ("back leaves it:", "back"),
            (MAIN, "order"),
            (
                "order. The order's id:",
                "00000000-0000-4000-8000-999999999999",
            ),
        ],
    );
    console.until("Refused: ");
    end(&mut console);
    console.kept_secrets();
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn in_live_the_tenant_comes_first() {
    let sandbox = sandbox();
    let config = sandbox.config_file();
    let live = config.replace("environment = \"sandbox\"", "environment = \"live\"");
    assert_ne!(live, config);
    let mut console = start(home(Some(&live)), &["--linear"]);
    console.until("Environment LIVE");
    answers(
        &mut console,
        &[
            (MAIN, "lock"),
            ("entity. The customer's id:", "676165"),
            ("kit. The kit:", "4561789"),
            ("other:", "lost"),
            (GO_ON, ""),
            ("This is LIVE: type the tenant's name to go on:", "SANDBOX"),
            ("to send it:", "1789"),
        ],
    );
    console.until("Done: The locking of kit 4561789 was done.");
    end(&mut console);
}

#[test]
fn the_built_in_sandbox_stays_the_same_from_job_to_job() {
    let mut console = start(home(None), &["--linear"]);
    answers(
        &mut console,
        &[
            (MAIN, "lock"),
            ("entity. The customer's id:", "676165"),
            ("kit. The kit:", "4561789"),
            ("other:", "lost"),
            (GO_ON, ""),
            ("to send it:", "1789"),
            (MAIN, "1"),
            ("Enter alone takes entity:", ""),
            ("Enter alone takes 676165:", ""),
        ],
    );
    console
        .until("1. kits:")
        .until("status LOCKED, expiry 07/29");
    end(&mut console);
}

#[test]
fn a_long_wait_and_an_unknown_outcome_are_said() {
    let sandbox = sandbox();
    sandbox.add_fault("manageKit=delay:5:1".parse().expect("a fault"));
    let mut console = start(home(Some(&sandbox.config_file())), &["--linear"]);
    let lock = [
        (MAIN, "lock"),
        ("entity. The customer's id:", "676165"),
        ("kit. The kit:", "4561789"),
        ("other:", "lost"),
        (GO_ON, ""),
        ("to send it:", "1789"),
    ];
    answers(&mut console, &lock);
    console.until("Still waiting for an answer.");
    console.until("Done: The locking of kit 4561789 was done.");
    sandbox.add_fault("manageKit=reset-before:1".parse().expect("a fault"));
    answers(
        &mut console,
        &[
            (MAIN, "unlock"),
            ("Enter alone takes 676165:", ""),
            ("Enter alone takes 4561789:", ""),
            ("other:", "found-again"),
            (GO_ON, ""),
            ("to send it:", "1789"),
        ],
    );
    console.until("Unknown: The unlocking of kit 4561789 may or may not have been done");
    end(&mut console);
    let mut console = start(console.home(), &["--linear"]);
    console.until("The outcome of 1 write is unknown: settle reads it.");
    end(&mut console);
}

#[test]
fn the_setting_starts_it_and_ctrl_c_and_ctrl_d_end_it() {
    let sandbox = sandbox();
    for key in ['c', 'd'] {
        let config = format!("linear = true\n{}", sandbox.config_file());
        let mut console = start(home(Some(&config)), &[]);
        answers(&mut console, &[(MAIN, "customer")]);
        console.until("entity. The customer:").key(Key::Ctrl(key));
        assert_eq!(console.exit_code(), 0);
        console.until("The session has ended.").modes_are_back();
        only_lines(&console);
    }
}
