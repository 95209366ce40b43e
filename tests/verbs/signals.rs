//! Signals: before anything is sent they end a verb; a write under way is waited for.

use std::io::Read as _;
use std::process::Child;
use std::thread;
use std::time::Duration;

use kitdesk::sandbox::Sandbox;

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, Ended, KIT, signal};

const UPGRADE: [&str; 9] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes", "--json",
];

fn slow(call: &str) -> Sandbox {
    let sandbox = sandbox();
    let fault = format!("{call}=delay:600");
    sandbox.add_fault(fault.parse().expect("a fault"));
    sandbox
}

/// Starts it and waits until the call has come in.
fn until_asked(sandbox: &Sandbox, args: &[&str], call: &str) -> Child {
    let desk = Desk::on(sandbox);
    let child = desk.start(args);
    while sandbox.received(call) == 0 {
        thread::sleep(Duration::from_millis(5));
    }
    // The program has read all that it needs of its home.
    child
}

fn end(child: Child) -> Ended {
    Ended::of(&child.wait_with_output().expect("the program ends"))
}

/// Reads what it says up to and with this.
pub fn until_said(child: &mut Child, text: &str) {
    let err = child.stderr.as_mut().expect("a pipe");
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(text) {
        let mut byte = [0];
        assert_eq!(
            err.read(&mut byte).expect("a pipe"),
            1,
            "it ended before {text:?}"
        );
        said.push(byte[0]);
    }
}

#[test]
fn before_anything_is_sent() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131)] {
        let sandbox = slow("fetchKitsByEntityId");
        let child = until_asked(&sandbox, &UPGRADE, "fetchKitsByEntityId");
        signal(child.id(), name);
        let ended = end(child).code(code).says("interrupted; nothing was sent");
        assert_eq!(ended.json()["outcome"], "not_sent", "{name}");
        assert_eq!(sandbox.received("upgradeCard"), 0);
    }
}

#[test]
fn a_write_under_way_is_waited_for() {
    let sandbox = sandbox();
    sandbox.add_fault("upgradeCard=delay:1".parse().expect("a fault"));
    let child = until_asked(&sandbox, &UPGRADE, "upgradeCard");
    signal(child.id(), "INT");
    let ended = end(child).code(0).says("Waiting for its outcome");
    assert_eq!(ended.json()["outcome"], "done");
}

#[test]
fn whoever_insists_is_told_that_nobody_knows() {
    let sandbox = slow("upgradeCard");
    let mut child = until_asked(&sandbox, &UPGRADE, "upgradeCard");
    signal(child.id(), "INT");
    until_said(&mut child, "Waiting for its outcome");
    signal(child.id(), "INT");
    let ended = end(child).code(4).says("may or may not have been done");
    assert_eq!(ended.json()["outcome"], "unknown");

    for name in ["TERM", "HUP"] {
        let sandbox = slow("upgradeCard");
        let child = until_asked(&sandbox, &UPGRADE, "upgradeCard");
        signal(child.id(), name);
        let json = end(child).code(4).json();
        assert_eq!(json["outcome"], "unknown");
        assert!(json["journal_id"].is_i64(), "it is on record: {json}");
    }
}

#[test]
fn a_doctor_need_not_be_waited_for() {
    let sandbox = slow("fetchStatus");
    let child = until_asked(&sandbox, &["doctor", "--json"], "fetchStatus");
    signal(child.id(), "INT");
    let ended = end(child).code(130).says("interrupted");
    assert_eq!(ended.json()["operation"], "doctor");
}
