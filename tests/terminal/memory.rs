//! What is left of a PIN, a card number and a key once the screen is gone: nothing, in the process'
//! own memory, on the terminal, in its files and in its log at the finest level.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kitdesk::pin::{Pin, PinLength};
use kitdesk::sandbox::{BRANCH, CARD_KEY, PIN_KEY, TENANT};
use tempfile::TempDir;

use super::console::{Console, Key, home, sandbox, skipped, variables, write_file};
use super::process_memory::{
    OPENED, PAN, PIN, Sought, found_in, hex, process_holds, writable_memory,
};

const ENTITY: &str = "210000000097";
const KIT: &str = "97000000001";

fn files_under(folder: &Path, files: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder of this test") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_under(&path, files);
        } else if path
            .file_name()
            .is_none_or(|name| name != "pin.key" && name != "card.key")
        {
            files.push(fs::read(&path).expect("a file of this test"));
        }
    }
}

/// A console that logs all it can, with its keys in files. Without a card key, card numbers are keyed.
fn console(base_url: &str, card_key: bool) -> (Console, std::path::PathBuf) {
    let (home, folder) = home_for(base_url, card_key);
    let args = logging(&folder);
    let mut console = Console::start(home, &args, 100, 30);
    console.until("Find a customer");
    (console, folder)
}

fn logging(folder: &Path) -> [String; 4] {
    let log = folder.join("trace.log").display().to_string();
    ["--log", &log, "--log-level", "trace"].map(str::to_owned)
}

fn home_for(base_url: &str, card_key: bool) -> (TempDir, std::path::PathBuf) {
    let mut config = format!(
        "[profiles.counter]\nbase_url = \"{base_url}\"\ntenant = \"{TENANT}\"\n\
         environment = \"sandbox\"\nbranch_id = \"{BRANCH}\"\npin_length = [4, 12]\n\
         pin_key = {{ file = \"pin.key\" }}\n"
    );
    if card_key {
        config.push_str("card_key = { file = \"card.key\" }\n");
    }
    let home = home(Some(&config));
    let folder = home.path().to_owned();
    write_file(&folder.join("kitdesk/pin.key"), &hex(PIN_KEY));
    write_file(&folder.join("kitdesk/card.key"), &hex(CARD_KEY));
    (home, folder)
}

/// The same of a console.
#[track_caller]
fn holds(console: &Console, expected: &[&str], when: &str) {
    process_holds(console.process_id(), expected, when);
}

fn type_all(console: &mut Console) {
    console.type_text("p").until("Set the PIN of kit");
    console.key(Key::Tab).until_row(&["card number", "of card"]);
    // In one piece, as a fast hand or a slow line brings it: the hardest case for a buffer.
    console
        .type_text(PAN)
        .until_row(&["card number", "401288••••••1881"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN ", "••••••••••••"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN again", "••••••••••••"]);
}

/// Makes sure that nothing was written down anywhere.
#[track_caller]
fn nothing_is_written(console: &Console, folder: &Path) {
    console.kept_secrets();
    let mut files = Vec::new();
    files_under(folder, &mut files);
    let log = fs::read_to_string(folder.join("trace.log")).expect("the log");
    assert!(log.contains("setPin"), "the log tells of the call:\n{log}");
    assert_eq!(found_in(&files), [""; 0], "in files");
    let journal = folder.join("state/journal.db");
    assert!(journal.exists(), "the journal is among the files");
    let exported = export(folder);
    let told = str::from_utf8(&exported).expect("JSON Lines are text");
    assert!(told.contains("\"operation\":\"set_pin\""), "{told}");
    assert!(told.contains("\"key_check\":\"AES-"), "{told}");
    assert_eq!(found_in(&[exported]), [""; 0], "in the export");
}

/// The journal as a person takes it elsewhere.
#[track_caller]
fn export(folder: &Path) -> Vec<u8> {
    let exported = Command::new(env!("CARGO_BIN_EXE_kitdesk"))
        .args(["journal", "export"])
        .env_clear()
        .envs(variables(folder))
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&exported.stderr);
    assert!(exported.status.success(), "{said}");
    exported.stdout
}

#[test]
fn nothing_of_a_pin_a_card_number_or_a_key_is_left() {
    let sandbox = sandbox();
    let (mut console, folder) = console(&sandbox.base_url(), false);
    console.guard(&[PIN, PAN]);
    console.type_text(ENTITY).key(Key::Enter);
    console.until_row(&[KIT]).until("u upgrade");

    type_all(&mut console);
    // If what is there could not be found, not finding it later would prove nothing.
    let typed = ["the PIN as numbers", "the card number as numbers"];
    holds(&console, &typed, "while they are typed");
    console
        .key(Key::Esc)
        .until("u upgrade")
        .until_gone("Set the PIN");
    holds(&console, &[], "after Esc");

    type_all(&mut console);
    console.key(Key::Enter).until("Review: set a PIN");
    holds(&console, &[], "sealed, before it is sent");
    console.type_text("0001").key(Key::Enter);
    console.until(&format!("Setting the PIN of kit {KIT} was done."));
    holds(&console, &[], "after it was sent");
    let pin = Pin::parse(PIN, PinLength::STANDARD).expect("a PIN");
    assert!(sandbox.pin_is(KIT, &pin), "the bank has it all the same");

    console.key(Key::Enter).until("u upgrade");
    console
        .type_text("p")
        .until("Set the PIN of kit")
        .key(Key::Tab);
    console.paste(PIN).until("never pasted");
    console.key(Key::Esc).until("u upgrade");
    holds(&console, &[], "after a paste");

    sandbox.add_fault("setPin=500".parse().expect("a fault"));
    type_all(&mut console);
    console.key(Key::Enter).until("Review: set a PIN");
    console.type_text("0001").key(Key::Enter).until("Unknown");
    holds(&console, &[], "after an unknown end");

    // The box is for masks; a whole number is taken as its mask.
    console
        .key(Key::F(2))
        .until("Find a customer")
        .key(Key::Ctrl('u'));
    console
        .type_text(PAN)
        .until_row(&["masked card", "401288XXXXXX1881"]);
    console.key(Key::Enter).until_row(&[KIT]).until("u upgrade");
    holds(&console, &[], "after a look-up");

    nothing_is_written(&console, &folder);
    console.end();
}

#[test]
fn nothing_is_left_when_another_screen_comes_or_all_is_hidden() {
    let sandbox = sandbox();
    let (mut console, _folder) = console(&sandbox.base_url(), false);
    console.guard(&[PIN, PAN]);
    console.type_text(ENTITY).key(Key::Enter);
    console.until_row(&[KIT]).until("u upgrade");

    for way in [3, 4] {
        type_all(&mut console);
        console.key(Key::F(way));
        console.until("wiped and closed: another one was opened.");
        holds(&console, &[], &format!("after F{way}"));
        console
            .key(Key::F(2))
            .until("Enter look up")
            .key(Key::Enter);
        console.until_row(&[KIT]).until("u upgrade");
    }
    type_all(&mut console);
    console.key(Key::Ctrl('l')).until("Hidden.");
    holds(&console, &[], "while all is hidden");
    console.key(Key::Enter).until("the screen was hidden.");
    console.kept_secrets();
    console.end();
}

#[test]
fn nothing_is_left_of_a_pin_that_was_refused() {
    let sandbox = sandbox();
    let (mut console, folder) = console(&sandbox.base_url(), false);
    // The bank can't open what is sealed with a key of ours.
    write_file(&folder.join("kitdesk/pin.key"), &hex(CARD_KEY));
    console.guard(&[PIN, PAN]);
    console.type_text(ENTITY).key(Key::Enter);
    console.until_row(&[KIT]).until("u upgrade");
    type_all(&mut console);
    console.key(Key::Enter).until("Review: set a PIN");
    console.type_text("0001").key(Key::Enter);
    console.until("Refused").until("PIN001");
    holds(&console, &[], "after it was refused");
    console.key(Key::Esc).until("Set the PIN of kit");
    holds(&console, &[], "back on the form");
    nothing_is_written(&console, &folder);
    console.end();
}

#[test]
fn nothing_is_left_of_a_key_whose_command_hangs() {
    let sandbox = sandbox();
    let (home, folder) = home_for(&sandbox.base_url(), false);
    let config = folder.join("kitdesk/config.toml");
    let key = folder.join("kitdesk/pin.key").display().to_string();
    // What leaves the command's group is not ended with it, and keeps the pipe.
    let hangs = format!("[\"sh\", \"-c\", \"cat {key}; exec setsid --fork sleep 30\"]");
    let text = fs::read_to_string(&config).expect("the configuration");
    let text = text.replace("file = \"pin.key\"", &format!("command = {hangs}"));
    write_file(&config, &text);
    let mut console = Console::start(home, &logging(&folder), 100, 30);
    console.guard(&[PIN, PAN]).until("Find a customer");
    console.type_text(ENTITY).key(Key::Enter);
    console.until_row(&[KIT]).until("u upgrade");
    type_all(&mut console);
    console.key(Key::Enter);
    console.until("the command sh took longer than 5s and was ended");
    holds(&console, &[], "after the command's time was up");
    console.end();
}

#[test]
fn nothing_of_a_card_number_that_was_opened_is_left() {
    let sandbox = sandbox();
    let (mut console, folder) = console(&sandbox.base_url(), true);
    console.guard(&[PIN, OPENED]);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console
        .type_text("p")
        .until("opened from what the DCMS sent");
    console
        .key(Key::Tab)
        .type_text(PIN)
        .until_row(&["PIN ", "••••••••••••"]);
    holds(&console, &["the PIN as numbers"], "while it is typed");
    console.key(Key::Tab).type_text(PIN).key(Key::Enter);
    console.until("Review: set a PIN");
    holds(&console, &[], "sealed, before it is sent");
    console.type_text("1789").key(Key::Enter);
    console.until("Setting the PIN of kit 4561789 was done.");
    holds(&console, &[], "after it was sent");
    let pin = Pin::parse(PIN, PinLength::STANDARD).expect("a PIN");
    assert!(
        sandbox.pin_is("4561789", &pin),
        "under the right card number"
    );
    nothing_is_written(&console, &folder);
    console.end();
}

/// A customer's name, as text or letter by letter in the cells of a screen.
fn is_named(process: u32, name: &str) -> Option<bool> {
    let memory = match writable_memory(process) {
        Ok(memory) => memory,
        Err(fault) => {
            skipped(&format!(
                "other processes' memory can't be read here ({fault}); root can"
            ));
            return None;
        }
    };
    let name = Sought {
        what: "a customer's name".to_owned(),
        bytes: name.as_bytes().to_vec(),
        strides: 1..=64,
    };
    Some(memory.iter().any(|place| name.is_in(place)))
}

#[test]
fn a_customer_who_has_left_the_screen_has_left_the_memory() {
    let sandbox = sandbox();
    let (mut console, _folder) = console(&sandbox.base_url(), true);
    let process = console.process_id();
    console.type_text("181223116").key(Key::Enter);
    console
        .until("Anita Rao")
        .until_row(&["10930010477", "ANITA RAO"]);
    let Some(is_there) = is_named(process, "Anita Rao") else {
        return;
    };
    assert!(is_there, "else the search would prove nothing");
    // Opened and left.
    console.key(Key::Enter).until("Parcels").key(Key::F(2));
    console.until("Enter look up").key(Key::Ctrl('u'));
    console.type_text("676165").key(Key::Enter);
    console
        .until("Ravi Kumar")
        .until_row(&["4561789", "ACTIVE"]);
    console.type_text("?").until("The kits").key(Key::Esc);
    console.until_gone("The kits");
    let mut is_left = true;
    for _ in 0..40 {
        is_left = ["Anita Rao", "ANITA RAO"]
            .iter()
            .any(|name| is_named(process, name) == Some(true));
        if !is_left {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!is_left, "their name is still there");
    console.end();
}

const VERB: [&str; 5] = ["set-pin", "--entity", ENTITY, "--kit", KIT];

#[test]
fn nothing_is_left_of_what_the_verb_asks_for() {
    let sandbox = sandbox();
    let (home, folder) = home_for(&sandbox.base_url(), false);
    let args = [&VERB.map(str::to_owned)[..], &logging(&folder)].concat();
    let mut terminal = Console::start(home, &args, 100, 30);
    terminal.guard(&[PIN, PAN]);
    terminal.until("Card number of 401288XXXXXX1881, not shown:");
    terminal.type_text(PAN).key(Key::Enter);
    terminal.until("PIN (4 to 12 digits, not shown):");
    terminal.type_text(PIN);
    let typed = ["the PIN as numbers", "the card number as numbers"];
    holds(&terminal, &typed, "while they are typed");
    terminal.key(Key::Enter).until("PIN again:");
    terminal.type_text(PIN).key(Key::Enter);
    terminal.until("Type the last 4 of the kit number");
    holds(&terminal, &[], "sealed, before it is sent");
    terminal.type_text("0001").key(Key::Enter).until("Done:");
    assert_eq!(terminal.exit_code(), 0);
    nothing_is_written(&terminal, &folder);
}

#[test]
fn what_is_typed_ahead_of_the_question_is_not_shown() {
    let sandbox = sandbox();
    sandbox.add_fault("fetchKitsByEntityId=delay:600:1".parse().expect("a fault"));
    let start = || {
        let (home, _) = home_for(&sandbox.base_url(), false);
        let mut terminal = Console::start(home, &VERB.map(str::to_owned), 100, 30);
        terminal.guard(&[PIN]);
        terminal
    };
    // Ended while the kit is read.
    let mut terminal = start();
    while sandbox.received("fetchKitsByEntityId") == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    terminal.type_text(PIN).until_quiet();
    let id = i32::try_from(terminal.process_id()).expect("a process's number");
    let id = rustix::process::Pid::from_raw(id).expect("not zero");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it is ours");
    assert_eq!(terminal.exit_code(), 143);
    terminal.kept_secrets();
    terminal.modes_are_back();
    // And by a key at the question.
    let mut terminal = start();
    terminal.until("Card number of 401288XXXXXX1881, not shown:");
    terminal.type_text(PIN).key(Key::Ctrl('c'));
    assert_eq!(terminal.exit_code(), 130);
    terminal.kept_secrets();
    terminal.modes_are_back();
}

#[test]
fn nothing_is_left_of_what_the_verb_reads() {
    let sandbox = sandbox();
    sandbox.add_fault("setPin=delay:600".parse().expect("a fault"));
    let (home, folder) = home_for(&sandbox.base_url(), false);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kitdesk"))
        .args(VERB)
        .args(["--secrets-stdin", "--yes"])
        .args(logging(&folder))
        .env_clear()
        .envs(variables(home.path()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("a pipe");
    write!(input, "{PIN}\r\n{PAN}\r\n").expect("it reads");
    drop(input);
    while sandbox.received("setPin") == 0 {
        let ended = child.try_wait().expect("a child of this process");
        assert!(ended.is_none(), "it has ended before it sent anything");
        std::thread::sleep(Duration::from_millis(5));
    }
    process_holds(child.id(), &[], "while it is under way");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let mut files = Vec::new();
    files_under(&folder, &mut files);
    assert_eq!(found_in(&files), [""; 0], "in files");
}
