//! The configuration and what it names: keys, lists, and whether PINs may be typed here.

use kitdesk::sandbox::Sandbox;

use super::{doctor, finds};
use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, Ended, closed_port, config_for};

#[test]
fn without_a_configuration() {
    let desk = Desk::unconfigured();
    let ended = doctor(&desk).code(2);
    let ended = ended.says("checks failed: configuration");
    assert_eq!(ended.json()["outcome"], "not_sent");
    let ended = finds(ended, "configuration", "fail", "kitdesk config init");
    let ended = finds(ended, "dcms", "skipped", "no profile");
    finds(ended, "journal", "ok", "state");
    let ended = desk.run(&["--sandbox", "doctor", "--json"]).code(0);
    finds(ended, "dcms", "ok", "SANDBOX");
}

#[test]
fn a_faulty_configuration() {
    let config = config_for(closed_port(), "pin_block = \"round\"");
    let ended = doctor(&Desk::configured(&config)).code(2);
    finds(ended, "configuration", "fail", "config.toml, line 5");
}

/// The sandbox' configuration with another set-PIN key.
fn with_key(sandbox: &Sandbox, text: &str) -> Desk {
    let config = sandbox.config_file();
    let own = config.lines().find(|line| line.starts_with("command"));
    let own = own.expect("its key");
    let desk = Desk::configured(&config.replacen(own, "file = \"pin.key\"", 1));
    write_file(&desk.path("kitdesk").join("pin.key"), text);
    desk
}

#[test]
fn keys() {
    let sandbox = sandbox();
    let zeros = with_key(&sandbox, &"00".repeat(24));
    let ended = doctor(&zeros).code(0);
    finds(
        ended,
        "pin_key",
        "ok",
        "AES-192, check value AAE069 (zeros), 0B50E6 (CMAC) (file ",
    );

    let short = "c4d1f06a93b27e5588ab01cc420aff";
    let ended = doctor(&with_key(&sandbox, short)).code(2);
    let ended = finds(ended, "pin_key", "fail", "it has 15 bytes");
    // The others are looked at all the same.
    let ended = finds(ended, "dcms", "ok", "ORD001").keeps(&[short, "c4d1f06a"]);
    finds(ended, "card_key", "ok", "AES-256");

    let desk = with_key(&sandbox, "");
    std::fs::remove_file(desk.path("kitdesk").join("pin.key")).expect("it is there");
    let ended = doctor(&desk).code(2);
    finds(ended, "pin_key", "fail", "does not exist");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let desk = with_key(&sandbox, &"5b".repeat(16));
    let file = desk.path("kitdesk").join("pin.key");
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(file, mode).expect("it is our own");
    let ended = doctor(&desk).code(2).keeps(&["5b5b5b5b"]);
    finds(ended, "pin_key", "fail", "can be read by others");
}

#[test]
fn where_pins_are_typed() {
    let sandbox = sandbox();
    let with = |line: &str| {
        let after = "environment = \"sandbox\"\n";
        let config = sandbox.config_file();
        Desk::configured(&config.replace(after, &format!("{after}{line}\n")))
    };
    let ended = doctor(&with("pin_entry = \"off\"")).code(0);
    finds(ended, "pin_entry", "skipped", "switched off");

    let local = with("pin_entry = \"local\"");
    let mut command = local.command(&["doctor", "--json"]);
    command.env("SSH_CONNECTION", "10.0.0.7 50022 10.0.0.1 22");
    let ended = Ended::of(&command.output().expect("the program runs")).code(0);
    let ended = finds(ended, "pin_entry", "warn", "SSH_CONNECTION is set");
    finds(ended, "ssh", "ok", "over SSH: SSH_CONNECTION is set");

    let ended = doctor(&with("weak_pin_list = \"weak.txt\"")).code(2);
    finds(ended, "pin_entry", "fail", "weak.txt does not exist");
}
