//! `set-pin` with secrets from standard input: what is set, and that nothing else ever holds it.

use kitdesk::pin::{Pin, PinLength};
use kitdesk::sandbox::Sandbox;

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, KIT};

const SET: [&str; 7] = [
    "set-pin",
    "--entity",
    ENTITY,
    "--kit",
    KIT,
    "--secrets-stdin",
    "--yes",
];
/// Its number does not open and is keyed: 4111111111111111.
const KEYED: [&str; 7] = [
    "set-pin",
    "--entity",
    "210000000099",
    "--kit",
    "99000000001",
    "--secrets-stdin",
    "--yes",
];

#[track_caller]
fn is_set(sandbox: &Sandbox, kit: &str, pin: &str) {
    let Ok(pin) = Pin::parse(pin, PinLength::STANDARD) else {
        panic!("a test's PIN");
    };
    assert!(sandbox.pin_is(kit, &pin));
}

#[test]
fn a_pin_comes_on_a_line() {
    for line in [
        "7391\n",
        "7391\r\n",
        "7391",
        "7391\nwhat follows is not read",
    ] {
        let sandbox = sandbox();
        let ended = Desk::on(&sandbox).run_with(&SET, line.as_bytes()).code(0);
        assert!(
            ended
                .out
                .starts_with("Done: Setting the PIN of kit 4561789")
        );
        ended.says("<sealed>").keeps(&["7391"]);
        is_set(&sandbox, KIT, "7391");
    }
}

#[test]
fn a_card_number_that_does_not_open_comes_on_the_next_line() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = [&KEYED[..], &["--json"]].concat();
    let ended = desk
        .run_with(&args, b"739154\r\n4111111111111111\r\n")
        .code(0);
    let ended = ended
        .says("could not be opened")
        .keeps(&["739154", "4111111111111111"]);
    let json = ended.json();
    assert_eq!(
        (&json["outcome"], &json["operation"]),
        (&"done".into(), &"set-pin".into())
    );
    assert_eq!(json["result"]["kit"]["card"], "411111XXXXXX1111");
    is_set(&sandbox, "99000000001", "739154");
}

#[test]
fn refused_and_unknown() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let wrong = [&SET[..], &["--expiry", "0828", "--json"]].concat();
    let ended = desk.run_with(&wrong, b"7391\n").code(1).says("0828");
    let ended = ended
        .says("The PIN was wiped: it must be typed again.")
        .keeps(&["7391"]);
    assert_eq!(ended.json()["error"]["code"], "PIN002");
    let opened = ["journal", "list", "--kind", "pan_opened", "--json"];
    let opened = desk.run(&opened).code(0).json();
    let opened = opened["result"]["records"].as_array().map(Vec::len);
    assert_eq!(
        opened,
        Some(1),
        "a card number opened for a PIN is on record once"
    );
    sandbox.add_fault("setPin=500".parse().expect("a fault"));
    let ended = desk.run_with(&SET, b"7391\n").code(4);
    let ended = ended.says("The old PIN may still work.");
    ended.keeps(&["7391"]);
    assert_eq!(sandbox.received("setPin"), 2);
}

const OLD: &str = "the PIN was last changed at 2024-07-20 10:12:33 UTC";

#[test]
fn an_unknown_pin_is_settled_by_when_it_was_changed() {
    let sandbox = sandbox();
    sandbox.add_fault("setPin=reset-after".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    let args = [&SET[..], &["--json"]].concat();
    let ended = desk.run_with(&args, b"7391\n").code(0).keeps(&["7391"]);
    assert_eq!(ended.json()["outcome"], "done");
    is_set(&sandbox, KIT, "7391");
    assert_eq!(sandbox.received("setPin"), 1, "never again by itself");
    assert_eq!(sandbox.received("fetchByCardNo"), 2, "before and after");
    let shown = desk.run(&["journal", "list", "--kind", "settled"]).code(0);
    shown.shows("done");
    let looked = desk.run(&["journal", "list", "--kind", "look_up"]).code(0);
    looked.shows("pin change");

    // One that never arrives stays open: that nothing has changed proves nothing.
    sandbox.clear_faults();
    sandbox.add_fault("setPin=reset-before".parse().expect("a fault"));
    let args = [&SET[..], &["--settle-for", "1"]].concat();
    let ended = desk.run_with(&args, b"7391\n").code(4);
    let ended = ended.says("as before. It may still be under way.");
    ended.says("The old PIN may still work.");
    assert_eq!(sandbox.received("setPin"), 2);
}

#[test]
fn a_pin_that_reads_unchanged_speaks_against_a_success() {
    let sandbox = sandbox();
    sandbox.add_fault("setPin=no-effect".parse().expect("a fault"));
    let ended = Desk::on(&sandbox).run_with(&SET, b"7391\n").code(0);
    ended.says("does not show it yet").says(OLD);
}

#[test]
fn without_a_card_key_an_unknown_pin_stays_unknown() {
    let sandbox = sandbox();
    sandbox.add_fault("setPin=reset-after".parse().expect("a fault"));
    let config = sandbox.config_file();
    let (kept, _) = config
        .split_once("[profiles.sandbox.card_key]")
        .expect("a card key");
    let desk = Desk::configured(kept);
    let ended = desk.run_with(&KEYED, b"7391\n4111111111111111\n").code(4);
    ended
        .says("A PIN can't be read back")
        .says("only with a card_key")
        .keeps(&["7391", "4111111111111111"]);
    let settled = desk.run(&["settle", "--json"]).json();
    assert_eq!(settled["result"]["writes"][0]["found"], "cant_be_read");
    assert_eq!(sandbox.received("fetchByCardNo"), 0);
}

#[test]
fn a_dry_run_asks_for_no_secret() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for args in [
        &["set-pin", "--entity", ENTITY, "--kit", KIT, "--dry-run"][..],
        &[
            "set-pin",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
            "--dry-run",
            "--secrets-stdin",
            "--json",
        ],
    ] {
        let ended = desk.run(args).code(0);
        let request: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
        let body = serde_json::json!({
            "entityId": ENTITY, "kitNo": KIT, "expiryDate": "0729", "pin": "<sealed>",
        });
        assert_eq!(request["body"], body);
    }
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn where_no_pin_may_be_given() {
    let sandbox = sandbox();
    let line = "environment = \"sandbox\"\n";
    let with = |rule: &str| {
        let config = sandbox
            .config_file()
            .replace(line, &format!("{line}{rule}\n"));
        Desk::configured(&config)
    };
    let desk = with("pin_entry = \"off\"");
    desk.run_with(&SET, b"7391\n")
        .code(2)
        .says("PIN entry is switched off");
    let desk = with("pin_entry = \"local\"");
    let mut command = desk.command(&SET);
    command.env("SSH_CONNECTION", "10.0.0.7 50022 10.0.0.1 22");
    let output = command.output().expect("the program runs");
    let ended = crate::fixtures::Ended::of(&output).code(2);
    ended.says("not over SSH: SSH_CONNECTION is set");
    assert_eq!(
        sandbox.received("setPin") + sandbox.received("fetchKitsByEntityId"),
        0
    );
}

#[test]
fn no_terminal_and_no_line() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = ["set-pin", "--entity", ENTITY, "--kit", KIT, "--yes"];
    desk.run(&args)
        .code(2)
        .says("in a script use --secrets-stdin");
    assert_eq!(sandbox.received("setPin"), 0);
}

#[test]
fn no_file_holds_what_was_given() {
    const SECRETS: [&str; 3] = ["80573164", "4111111111111111", "8057316"];
    let sandbox = sandbox();
    let config = sandbox.config_file().replace(
        "environment = \"sandbox\"\n",
        "environment = \"sandbox\"\npin_length = [4, 12]\n",
    );
    let desk = Desk::configured(&config);
    let args = [&KEYED[..], &["--log", "trace.log", "--log-level", "trace"]].concat();
    let ended = desk
        .run_with(&args, b"80573164\n4111111111111111\n")
        .code(0);
    ended.keeps(&SECRETS);
    is_set(&sandbox, "99000000001", "80573164");
    // One that is refused here, and one that is refused there, leave as little.
    let short = b"80573164805731648\n4111111111111111\n";
    desk.run_with(&args, short).code(2).keeps(&SECRETS);
    sandbox.add_fault("setPin=500".parse().expect("a fault"));
    let ended = desk
        .run_with(&args, b"80573164\n4111111111111111\n")
        .code(4);
    ended.keeps(&SECRETS);

    let mut folders = vec![desk.path("")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the program's own folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).expect("the program's own file");
            let holds = |secret: &&str| memchr::memmem::find(&bytes, secret.as_bytes()).is_some();
            assert!(!SECRETS.iter().any(holds), "{}", path.display());
        }
    }
    assert!(files >= 2, "the configuration and the log");
    let log = std::fs::read_to_string(desk.path("trace.log")).expect("a log");
    assert!(log.contains("setPin"), "the log tells of the call");
}
