//! Locking, unlocking, blocking and replacing cards, with the simulator as the DCMS: what is sent, what is said,
//! and what is read afterwards, also where the contract leaves two answers open.

use kitdesk::sandbox::Sandbox;
use serde_json::Value;

use crate::between::{Act, Answer, Between};
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

const NEW_CARD: [&str; 4] = ["--card-type", "physical", "--delivery", "PERMANENT"];

/// With the answers of the list, the new card, and more.
fn replacing<'a>(verb: &str, more: &[&'a str]) -> Vec<&'a str> {
    let replaces: &[&str] = if verb == "block" { &["--replace"] } else { &[] };
    [&LOST, &NEW_CARD[..], replaces, more].concat()
}

/// With this other answer of the simulator.
fn twisted(twist: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.add_fault(format!("manageKit={twist}").parse().expect("a fault"));
    sandbox
}

fn new_kits(json: &Value) -> usize {
    json["result"]["new_kits"].as_array().expect("a list").len()
}

#[test]
fn a_block_is_for_good_and_a_locked_card_is_blocked_as_it_is() {
    for locked_first in [false, true] {
        let sandbox = sandbox();
        let desk = Desk::on(&sandbox);
        if locked_first {
            json(&desk, "lock", &LOST, 0);
        }
        let ended = run(&desk, "block", &LOST).code(0);
        let ended = ended.says("A block is final: this card can never be used again.");
        assert!(ended.out.contains("BLOCKED"), "{}", ended.out);
        // Nothing but the block was sent.
        let sent = sandbox.received("manageKit");
        assert_eq!(sent, 1 + usize::from(locked_first));
        for verb in ["block", "lock", "unlock"] {
            let reason = if verb == "unlock" { &FOUND } else { &LOST };
            run(&desk, verb, reason)
                .code(2)
                .says("Kit 4561789 is BLOCKED");
        }
        assert_eq!(sandbox.received("manageKit"), sent);
    }
}

#[test]
fn a_locked_card_whose_block_is_refused_stays_locked() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    json(&desk, "lock", &LOST, 0);
    sandbox.add_fault("manageKit=strict".parse().expect("a fault"));
    for (verb, more) in [("block", LOST.to_vec()), ("block", replacing("block", &[]))] {
        let ended = run(&desk, verb, &more).code(1);
        ended.says("A card that is LOCKED is never unlocked to be blocked.");
    }
    assert_eq!(sandbox.worked("manageKit"), 1, "the lock alone");
    let json = json(&desk, "block", &LOST, 1);
    assert_eq!(json["result"]["kit"]["status"], "LOCKED");
}

#[test]
fn a_replacement_brings_a_new_kit_and_the_old_one_stops() {
    for (verb, old) in [("replace", "REPLACED"), ("block", "BLOCKED")] {
        let sandbox = sandbox();
        let desk = Desk::on(&sandbox);
        let json = json(&desk, verb, &replacing(verb, &[]), 0);
        assert_eq!(json["outcome"], "done");
        assert_eq!(json["result"]["kit"]["status"], old);
        assert_eq!(new_kits(&json), 1);
        assert!(json["result"]["warning"].is_null());
        // What it was, and why, is on record.
        let id = json["journal_id"].to_string();
        let record = desk.run(&["journal", "show", &id]).code(0);
        record.shows("lost");
    }
}

#[test]
fn what_is_asked_about_a_new_card_belongs_to_a_replacement() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for (verb, more, says) in [
        ("block", [&LOST, &NEW_CARD[..]].concat(), "--replace"),
        (
            "block",
            [&LOST[..], &["--replace"]].concat(),
            "--card-type: choose one of",
        ),
        ("replace", LOST.to_vec(), "--card-type"),
        (
            "replace",
            replacing("replace", &["--note", "4111 1111 1111 1111"]),
            "card number",
        ),
        (
            "block",
            vec!["--reason", "found-again"],
            "--reason: allowed are lost,",
        ),
        (
            "block",
            vec!["--reason", "other"],
            "--note: say in the note",
        ),
    ] {
        run(&desk, verb, &more).code(2).says(says);
    }
    assert_eq!(sandbox.received("manageKit"), 0);
}

#[test]
fn half_done_is_called_half_done_and_a_replacement_is_a_new_decision() {
    let sandbox = twisted("half-done:1");
    let desk = Desk::on(&sandbox);
    let ended = run(&desk, "block", &replacing("block", &[])).code(0);
    let half = "It is half done: kit 4561789 is blocked; no new card found.";
    ended.says(half);
    assert_eq!(sandbox.received("manageKit"), 1, "it was not tried again");
    let done = json(&desk, "replace", &replacing("replace", &[]), 0);
    assert_eq!(new_kits(&done), 1);
    assert_eq!(done["result"]["kit"]["status"], "REPLACED");
}

#[test]
fn half_done_with_a_lost_answer_stays_open_until_a_person_settles_it() {
    let sandbox = twisted("half-done:1");
    let act = Act {
        works: true,
        answer: Answer::Reset,
    };
    let between = Between::start(sandbox.address(), "/manageKit", act);
    let through = format!("http://{}/v1", between.address());
    let config = sandbox.config_file();
    let desk = Desk::configured(&config.replace(&sandbox.base_url(), &through));
    let more = replacing("block", &["--settle-for", "1"]);
    let told = json(&desk, "block", &more, 4);
    let message = told["error"]["message"].as_str().expect("a message");
    assert!(
        message.contains("half done, kit 4561789 is blocked; no new card found."),
        "{message}"
    );
    // A second card is not ordered by mistake.
    let held_back = run(&desk, "replace", &replacing("replace", &[])).code(3);
    held_back.says("a block with a replacement");
    assert_eq!(between.met(), 1);
    let id = told["journal_id"].to_string();
    let settled = [
        "settle",
        &id,
        "--as",
        "not-done",
        "--reason",
        "no card came",
    ];
    desk.run(&settled).code(0);
    run(
        &desk,
        "replace",
        &replacing("replace", &["--settle-for", "1"]),
    )
    .code(0);
    assert_eq!(between.met(), 2);
}

#[test]
fn a_status_that_is_false_is_unknown_and_stays_open() {
    for (verb, more) in [
        ("lock", LOST.to_vec()),
        ("block", LOST.to_vec()),
        ("block", replacing("block", &[])),
        ("replace", replacing("replace", &[])),
    ] {
        let sandbox = twisted("status-false");
        let desk = Desk::on(&sandbox);
        let more = [&more[..], &["--settle-for", "1"]].concat();
        let json = json(&desk, verb, &more, 4);
        assert_eq!(json["outcome"], "unknown", "{verb}");
        assert_eq!(json["result"]["kit"]["status"], "ACTIVE", "{verb}");
        assert_eq!(sandbox.received("manageKit"), 1, "{verb}");
        let again = run(&desk, verb, &more).code(3);
        again.says("has an unknown outcome");
        assert_eq!(sandbox.received("manageKit"), 1, "{verb}");
    }
}

#[test]
fn a_success_that_changes_nothing_is_reported_as_it_is() {
    for (verb, more) in [
        ("lock", LOST.to_vec()),
        ("block", LOST.to_vec()),
        ("block", replacing("block", &[])),
        ("replace", replacing("replace", &[])),
    ] {
        let sandbox = twisted("no-effect");
        let desk = Desk::on(&sandbox);
        let json = json(&desk, verb, &more, 0);
        let warning = json["result"]["warning"].as_str().expect("a warning");
        assert!(
            warning.contains("it still reads ACTIVE"),
            "{verb}: {warning}"
        );
    }
}

#[test]
fn a_card_that_has_to_be_blocked_before_it_is_replaced() {
    // One page wants it BLOCKED first, another blocks it in the same step (contract, 5.9).
    let sandbox = twisted("block-first");
    let desk = Desk::on(&sandbox);
    run(&desk, "replace", &replacing("replace", &[]))
        .code(1)
        .says("was refused");
    json(&desk, "block", &LOST, 0);
    let done = json(&desk, "replace", &replacing("replace", &[]), 0);
    assert_eq!(new_kits(&done), 1);
    assert_eq!(sandbox.received("manageKit"), 3);
}

#[test]
fn an_answer_that_is_lost_after_the_work_is_settled_by_reading() {
    for (verb, more) in [
        ("block", LOST.to_vec()),
        ("block", replacing("block", &[])),
        ("replace", replacing("replace", &[])),
    ] {
        let sandbox = twisted("reset-after:1");
        let desk = Desk::on(&sandbox);
        let more = [&more[..], &["--settle-for", "2"]].concat();
        let json = json(&desk, verb, &more, 0);
        assert_eq!(json["outcome"], "done", "{verb}");
        assert_eq!(sandbox.received("manageKit"), 1, "{verb}");
    }
}

/// A customer with kits in several states.
const OF_MANY: &str = "181223116";

fn all_of(desk: &Desk, verb: &str, code: i32) -> Value {
    let args = [
        verb,
        "--entity",
        OF_MANY,
        "--yes",
        "--json",
        "--settle-for",
        "1",
    ];
    desk.run(&[&args, &LOST[..]].concat()).code(code).json()
}

fn states(json: &Value) -> Vec<&str> {
    let kits = json["result"]["kits"].as_array().expect("a list").iter();
    kits.map(|kit| kit["status"].as_str().expect("a word"))
        .collect()
}

#[test]
fn all_kits_are_blocked_at_once() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let done = all_of(&desk, "block-all", 0);
    assert_eq!(states(&done), ["BLOCKED", "REPLACED", "BLOCKED"]);
    assert!(done["result"]["warning"].is_null());
    assert_eq!(sandbox.received("manageAllKits"), 1);
    assert_eq!(sandbox.received("manageKit"), 0);
    let record = done["journal_id"].as_i64().expect("a record").to_string();
    desk.run(&["journal", "show", &record, "--receipt"])
        .code(0)
        .shows("608040XXXXXX6384, ACTIVE -> BLOCKED");
    // Nothing is left to be blocked.
    let args = ["block-all", "--entity", OF_MANY, "--yes"];
    desk.run(&[&args, &LOST[..]].concat()).code(2);
}

#[test]
fn what_is_done_by_halves_names_those_that_have_not_changed() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    sandbox.add_fault("manageAllKits=half-done:1".parse().expect("a fault"));
    let done = all_of(&desk, "block-all", 0);
    let warning = done["result"]["warning"].as_str().expect("a warning");
    assert!(
        warning.contains("Not all of them have changed: kit 10930010478 is ASSIGNED."),
        "{warning}"
    );
    // The other one can be asked for.
    let done = all_of(&desk, "block-all", 0);
    assert_eq!(states(&done), ["BLOCKED", "REPLACED", "BLOCKED"]);
}

#[test]
fn all_kits_of_a_lost_answer_are_settled_by_reading() {
    for (verb, code, states_now) in [
        ("block-all", 0, ["BLOCKED", "REPLACED", "BLOCKED"]),
        // Whether the one that is ASSIGNED could be locked nobody knows.
        ("lock-all", 4, ["LOCKED", "REPLACED", "ASSIGNED"]),
    ] {
        let sandbox = sandbox();
        let desk = Desk::on(&sandbox);
        sandbox.add_fault("manageAllKits=reset-after:1".parse().expect("a fault"));
        let json = all_of(&desk, verb, code);
        assert_eq!(states(&json), states_now, "{verb}");
        assert_eq!(sandbox.received("manageAllKits"), 1, "{verb}");
    }
}
