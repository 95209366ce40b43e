//! Locking, unlocking, blocking and replacing cards, with the simulator as the DCMS: what is sent, what is said,
//! and what is read afterwards, also where the contract leaves two answers open.

use serde_json::Value;

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, Ended, KIT};

/// A verb about the kit, confirmed.
fn run(desk: &Desk, verb: &str, more: &[&str]) -> Ended {
    let args = [verb, "--entity", ENTITY, "--kit", KIT, "--yes"];
    desk.run(&[&args, more].concat())
}

/// The same as one object.
fn json(desk: &Desk, verb: &str, more: &[&str], code: i32) -> Value {
    run(desk, verb, &[more, &["--json"]].concat())
        .code(code)
        .json()
}

const LOST: [&str; 2] = ["--reason", "lost"];
const FOUND: [&str; 2] = ["--reason", "found-again"];

#[test]
fn an_unlock_says_whether_the_lock_is_on_record() {
    let sandbox = sandbox();
    let (here, elsewhere) = (Desk::on(&sandbox), Desk::on(&sandbox));
    json(&here, "lock", &LOST, 0);
    let done = json(&here, "unlock", &FOUND, 0);
    assert_eq!(done["result"]["lock_on_record"], true);
    assert_eq!(done["result"]["kit"]["status"], "ACTIVE");
    // The lock that is on record here was undone here.
    json(&elsewhere, "lock", &LOST, 0);
    run(&here, "unlock", &FOUND)
        .code(0)
        .says("This card was not locked from this desk, as far as the journal shows.")
        .shows("The card was not locked from this desk.");
    json(&elsewhere, "lock", &LOST, 0);
    let done = json(&here, "unlock", &FOUND, 0);
    assert_eq!(done["result"]["lock_on_record"], false);
}
