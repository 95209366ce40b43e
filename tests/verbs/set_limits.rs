//! Changing a card's switches and limits, with the simulator as the DCMS: what is sent, what is said, and what
//! is read afterwards.

use kitdesk::sandbox::Sandbox;
use serde_json::Value;

use crate::between::{Act, Answer, Between};
use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, Ended, KIT};

const OF_KIT: [&str; 4] = ["--entity", ENTITY, "--kit", KIT];

/// The verb about the kit, confirmed, with these changes.
fn run(desk: &Desk, changes: &[&str], more: &[&str]) -> Ended {
    let sets = changes.iter().flat_map(|change| ["--set", *change]);
    let sets: Vec<&str> = sets.collect();
    desk.run(&[&["set-limits", "--yes"], &OF_KIT[..], &sets, more].concat())
}

fn json(desk: &Desk, changes: &[&str], code: i32) -> Value {
    run(desk, changes, &["--json"]).code(code).json()
}

/// The limits as the DCMS has them.
fn limits(sandbox: &Sandbox) -> Value {
    let args = [&["limits", "--json"], &OF_KIT[..]].concat();
    let mut limits = Desk::on(sandbox).run(&args).code(0).json()["result"].take();
    let object = limits.as_object_mut().expect("an object");
    object.remove("entity_id");
    object.remove("kit_no");
    limits
}

/// A simulator on which a call goes wrong like this.
fn faulty(fault: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.add_fault(fault.parse().expect("a fault"));
    sandbox
}

const CHANGES: [&str; 3] = ["domestic.atm.daily=1500", "international=on", "otp=off"];

/// The limits with these changes.
fn changed(mut limits: Value) -> Value {
    limits["domestic"]["atm"]["daily"] = "1500".into();
    limits["international"]["enabled"] = true.into();
    limits["otp"] = false.into();
    limits
}

#[test]
fn what_was_asked_for_changes_and_nothing_else() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let before = limits(&sandbox);
    let done = json(&desk, &CHANGES, 0);
    assert_eq!(done["outcome"], "done");
    assert_eq!(done["result"]["limits"], changed(before.clone()));
    assert!(done["result"]["warning"].is_null());
    assert_eq!(limits(&sandbox), changed(before));
    assert_eq!(sandbox.received("set"), 1);
    // What it was is on record, next to what was sent.
    let id = done["journal_id"].to_string();
    let record = desk.run(&["journal", "show", &id, "--json"]).code(0).json();
    let read = &record["result"]["records"][0]["before"]["limits"];
    assert_eq!(read["read"]["international"], "off");
    assert_eq!(read["sent"]["international"], "on");
}

#[test]
fn what_has_become_of_each_setting_is_said_as_on_the_screen() {
    let sandbox = sandbox();
    let ended = run(&Desk::on(&sandbox), &["international=on", "otp=off"], &[]).code(0);
    ended.shows("Read afterwards: international was off and is on; extra OTP was on and is off.");
}

#[test]
fn what_some_settings_did_not_take_is_named() {
    let sandbox = faulty("set=partial");
    let desk = Desk::on(&sandbox);
    let done = json(&desk, &CHANGES, 0);
    let warning = done["result"]["warning"].as_str().expect("a warning");
    assert!(
        warning.starts_with(
            "Not all of it has changed: international is off, not on; extra OTP is on, not off."
        ),
        "{warning}"
    );
    let sandbox = faulty("set=no-effect:1");
    let desk = Desk::on(&sandbox);
    let done = json(&desk, &CHANGES, 0);
    let warning = done["result"]["warning"].as_str().expect("a warning");
    assert!(warning.contains("nothing of it has changed"), "{warning}");
    // The journal's list does not call that done without more, and the next one it does.
    json(&desk, &CHANGES, 0);
    let listed = desk
        .run(&["journal", "list", "--kind", "outcome"])
        .code(0)
        .out;
    let ends: Vec<_> = listed.lines().skip(1).map(str::trim_end).collect();
    assert_eq!(ends.len(), 2, "{listed}");
    assert!(ends[0].ends_with("  done"), "{listed}");
    assert!(ends[1].ends_with("  done, reads otherwise"), "{listed}");
}

#[test]
fn a_lost_reply_is_settled_by_reading() {
    for (fault, outcome, code, says) in [
        (
            "set=reset-after:1",
            "done",
            0,
            "a later read shows it was done",
        ),
        (
            "set=reset-before:1",
            "refused",
            1,
            "a later read shows it was not done",
        ),
    ] {
        let sandbox = faulty(fault);
        let desk = Desk::on(&sandbox);
        let before = limits(&sandbox);
        let ended = run(&desk, &CHANGES, &["--json"]).code(code);
        assert_eq!(ended.json()["outcome"], outcome, "{fault}");
        let now = limits(&sandbox);
        let is_done = outcome == "done";
        assert_eq!(now, if is_done { changed(before) } else { before });
        assert_eq!(sandbox.received("set"), 1, "{fault}: sent once");
        desk.run(&["settle"]).code(0).shows("Nothing is open.");
        let sandbox = faulty(fault);
        let ended = run(&Desk::on(&sandbox), &CHANGES, &[]).code(code);
        let told = ended.out + &ended.err;
        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn a_lost_reply_of_a_part_stays_open_and_the_settings_are_listed() {
    let sandbox = faulty("set=partial");
    let act = Act {
        works: true,
        answer: Answer::Reset,
    };
    let between = Between::start(sandbox.address(), "/set", act);
    let config = sandbox.config_file();
    let address = format!("http://{}/v1", between.address());
    let desk = Desk::configured(&config.replace(&sandbox.base_url(), &address));
    run(&desk, &CHANGES, &["--settle-for", "0"]).code(4);
    // After a restart the record alone says what was asked for.
    let settled = desk.run(&["settle"]);
    settled.shows(
        "domestic ATM a day is 1500; but international is off, not on; extra OTP is on, not off",
    );
    // Until it is settled, no other change of them is sent.
    run(&desk, &CHANGES, &[]).code(3);
    assert_eq!(sandbox.received("set"), 1);
}

#[test]
fn what_can_t_be_sent_is_refused_here() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for (changes, says) in [
        (
            &["domestic.atm.daily=999999999"][..],
            "above the product's ceiling",
        ),
        (&["domestic=on"], "they are so already"),
        (&["domestic.cash=on"], "there is no setting of that name"),
        (&["otp=perhaps"], "otp takes on or off"),
        (&["otp=off", "otp=on"], "otp is given twice"),
        (&[], "--set"),
    ] {
        run(&desk, changes, &[]).code(2).says(says);
    }
    let lock = ["lock", "--yes", "--reason", "lost"];
    desk.run(&[&lock[..], &OF_KIT].concat()).code(0);
    run(&desk, &CHANGES, &[])
        .code(2)
        .says("Kit 4561789 is LOCKED; it can't have its limits changed.");
    assert_eq!(sandbox.received("set"), 0);
}

#[test]
fn what_the_product_has_switched_off_is_refused_by_the_dcms() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let replace = [
        "replace",
        "--yes",
        "--json",
        "--reason",
        "damaged",
        "--card-type",
        "VIRTUAL",
        "--delivery",
        "PERMANENT",
    ];
    let replaced = desk.run(&[&replace[..], &OF_KIT].concat()).code(0).json();
    let new = &replaced["result"]["new_kits"][0]["kit_no"];
    let new = new.as_str().expect("a number");
    let of_new = ["--entity", ENTITY, "--kit", new, "--yes"];
    desk.run(&[&["activate"], &of_new[..]].concat()).code(0);
    let set = ["set-limits", "--set", "domestic.atm=on"];
    let refused = desk.run(&[&set[..], &of_new].concat()).code(1);
    refused.says("product.level.disable");
}

#[test]
fn a_dry_run_shows_the_whole_state_and_sends_nothing() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let shown = run(&desk, &["otp=off"], &["--dry-run"]).code(0).out;
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let body = &shown["body"];
    assert_eq!(body["dynamicAuth"]["otp"], false, "{shown}");
    assert_eq!(body["dynamicAuth"]["pin"], true);
    assert!(body["domestic"]["atm"]["dailyLimit"].is_string());
    assert!(body["domestic"]["atm"]["monthlyLimit"].is_null());
    assert_eq!(sandbox.received("set"), 0);
}
