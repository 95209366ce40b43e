//! The record of actions by verb, and settling what nobody knows.

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, Ended, KIT};

const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

#[test]
fn the_receipt_of_a_change_and_of_nothing_else() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let done = desk.run(&with(&UPGRADE, &["--json"])).code(0).json();
    let id = done["journal_id"].to_string();
    let show = ["journal", "show", &id, "--receipt"];
    let mut command = desk.command(&show);
    let output = command.env("TZ", "IST-5:30").output().expect("it runs");
    let text = Ended::of(&output).code(0).out;
    for part in [
        "Upgrade of a card",
        "Branch     12345",
        "Operator   maria",
        "+05:30 (IST)",
        "Outcome    Done",
        "ACTIVE -> REPLACED",
        "New kit    77000000001",
        "has to be activated",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("signature") && !text.contains("0729"),
        "{text}"
    );
    let two = with(&show, &["--copies", "2"]);
    let ended = desk.run(&with(&two, &["--json"])).code(0).json();
    let text = ended["result"]["receipt"].as_str().expect("a text");
    assert_eq!(text.matches("Customer's signature").count(), 2);
    desk.run(&with(&show, &["--copies", "3"])).code(2);
    // A look-up has none.
    let listed = desk.run(&["journal", "list", "--kind", "look-up", "--json"]);
    let look_up = listed.json()["result"]["records"][0]["id"].to_string();
    let ended = desk.run(&["journal", "show", &look_up, "--receipt"]);
    ended
        .code(2)
        .says("only a change that was to be sent has one");
}

#[test]
fn what_was_done_is_listed_shown_verified_and_exported() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["journal", "list"])
        .code(0)
        .shows("No record fits.");
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    let id = desk.run(&with(&UPGRADE, &["--json"])).code(0).json()["journal_id"].clone();
    let id = id.as_i64().expect("a number").to_string();

    let listed = desk.run(&["journal", "list"]).code(0);
    let listed = listed.shows("upgrade, to send").shows("kit 4561789");
    listed.shows("kits by entity").shows("maria");
    let json = desk.run(&["journal", "list", "--operation", "upgrade", "--json"]);
    let json = json.code(0).json();
    let kinds = json["result"]["records"]
        .as_array()
        .expect("records")
        .iter();
    let kinds: Vec<_> = kinds
        .map(|record| record["kind"].as_str().expect("a word"))
        .collect();
    assert_eq!(kinds, ["reading", "outcome", "intent"]);
    let none = desk.run(&["journal", "list", "--outcome", "unknown"]);
    none.code(0).shows("No record fits.");

    let shown = desk.run(&["journal", "show", &id]).code(0);
    shown
        .shows("intent upgrade")
        .shows("outcome upgrade")
        .shows("done");
    desk.run(&["journal", "show", "4711"])
        .code(2)
        .says("there is no record 4711");

    let whole = desk.run(&["journal", "verify"]).code(0);
    whole.shows("The journal is whole: ");
    let lines = desk.run(&["journal", "export"]).code(0);
    let count = lines.out.lines().count();
    let whole = desk.run(&["journal", "verify", "--json"]).code(0).json();
    assert_eq!(whole["result"]["records"], count);
    for line in lines.out.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
        assert_eq!(record["operator"], "maria");
    }
    let file = desk.path("actions.jsonl");
    let file = file.to_str().expect("text");
    let args = ["journal", "export", "--kind", "intent", "--out", file];
    desk.run(&args).code(0).shows("1 record is in");
    desk.run(&args).code(2).says("is there already");
}

#[test]
fn a_record_that_was_changed_is_named() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&UPGRADE).code(0);
    // Whoever changes a row behind the program's back changes what its hash is of.
    let journal = rusqlite::Connection::open(desk.path("state/journal.db")).expect("it is there");
    let mut triggers = journal
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .expect("a question");
    let names = triggers.query_map([], |row| row.get::<_, String>(0));
    let names: Vec<_> = names.expect("names").flatten().collect();
    for name in names {
        let dropped = journal.execute_batch(&format!("DROP TRIGGER \"{name}\""));
        dropped.expect("it is not there any more");
    }
    let changed = journal.execute(
        "UPDATE records SET operator = 'asha' WHERE kind = 'intent'",
        [],
    );
    assert_eq!(changed, Ok(1));
    let ended = desk.run(&["journal", "verify"]).code(1);
    ended.says("The journal is not whole: record ");
    let json = desk.run(&["journal", "verify", "--json"]).code(1).json();
    assert_eq!(json["outcome"], "refused");
    desk.run(&["doctor"]).code(2);

    let reason = ["journal", "accept", "--reason", "asked the administrator"];
    let accepted = desk.run(&with(&reason, &["--json"])).code(0).json();
    let accepted = &accepted["result"]["record"];
    let ended = desk.run(&["journal", "verify"]).code(0);
    ended
        .shows(&format!("The journal is whole from record {accepted} on: "))
        .shows("maria answered on")
        .shows("Reason: asked the administrator");
    let json = desk.run(&["journal", "verify", "--json"]).code(0).json();
    assert_eq!(&json["result"]["whole_from"], accepted);
    let ended = desk.run(&["doctor", "--json"]).code(0).json();
    let checks = ended["result"]["checks"].as_array().expect("checks");
    let chain = checks.iter().find(|check| check["name"] == "journal_chain");
    let chain = chain.expect("the chain's");
    assert_eq!(chain["state"], "warn", "{chain}");
    let said = chain["said"].as_str().expect("words");
    assert!(said.contains("asked the administrator"), "{chain}");

    // What is changed after that is found again.
    let changed = "DROP TRIGGER no_update; UPDATE records SET operator = 'ravi' WHERE id = 1;
        CREATE TRIGGER no_update BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END";
    journal.execute_batch(changed).expect("changed");
    let ended = desk.run(&["journal", "verify"]).code(1);
    ended.says("was changed");
}

#[test]
fn a_bad_filter_says_what_is_allowed() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let ended = desk.run(&["journal", "list", "--outcome", "lost"]).code(2);
    ended.says("allowed are done, refused, not_sent, unknown, not_done");
    let ended = desk
        .run(&["journal", "list", "--from", "yesterday"])
        .code(2);
    ended.says("allowed is a day like 2026-11-24");
}

#[test]
fn an_unknown_upgrade_that_was_done_is_settled_within_its_time() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    sandbox.add_fault("upgradeCard=reset-after:1".parse().expect("a fault"));
    let ended = desk.run(&with(&UPGRADE, &["--json"])).code(0);
    let json = ended.json();
    assert_eq!(json["outcome"], "done");
    assert_eq!(json["result"]["kit"]["status"], "REPLACED");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    desk.run(&["settle"]).code(0).shows("Nothing is open.");
    let all = desk
        .run(&["journal", "list", "--operation", "upgrade", "--json"])
        .json();
    let all = all["result"]["records"]
        .as_array()
        .expect("records")
        .clone();
    let told: Vec<_> = all.iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(
        told,
        ["done", "unknown"]
            .map(Into::into)
            .into_iter()
            .chain([serde_json::Value::Null])
            .collect::<Vec<_>>()
    );
}

#[test]
fn what_stays_unknown_is_left_open_blocks_the_same_and_is_settled_by_a_person() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    sandbox.add_fault("upgradeCard=reset-before:1".parse().expect("a fault"));
    let json = desk
        .run(&with(&UPGRADE, &["--json", "--settle-for", "1"]))
        .code(4)
        .json();
    assert_eq!(json["outcome"], "unknown");
    let id = json["journal_id"].as_i64().expect("a number").to_string();

    // Not once more before it is settled, and reading alone can't tell that nothing will come.
    let again = desk.run(&with(&UPGRADE, &[])).code(3);
    let again = again.says("settle it before anything else is sent");
    // It is told before anybody reviews it, and nothing is promised or shown that is not so.
    assert_eq!(again.out, "");
    again.keeps(&["will be sent", "can be tried again"]);
    assert_eq!(sandbox.received("upgradeCard"), 1);
    desk.run(&["settle"])
        .code(4)
        .shows("kit 4561789 is ACTIVE and no kit is new");
    let json = desk.run(&["settle", &id, "--json"]).code(4).json();
    assert_eq!(json["result"]["writes"][0]["found"], "open");

    desk.run(&["settle", &id, "--as", "not-done"]).code(2);
    desk.run(&["settle", &id, "--as", "not-done", "--reason", " "])
        .code(2)
        .says("A reason is missing");
    let args = [
        "settle",
        &id,
        "--as",
        "not-done",
        "--reason",
        "asked support, ticket 4711",
    ];
    let json = desk.run(&with(&args, &["--json"])).code(0).json();
    assert_eq!(json["journal_id"].to_string(), id);
    let settled = &json["result"]["writes"][0];
    let told = ["journal_id", "operation", "entity_id", "kit_no", "order_id"];
    assert_eq!(
        told.map(|key| settled[key].to_string()),
        [
            id.clone(),
            "\"upgrade\"".to_owned(),
            format!("\"{ENTITY}\""),
            format!("\"{KIT}\""),
            "null".to_owned()
        ]
    );
    assert_eq!(settled["found"], "not_done");
    let said = settled["said"].as_str().expect("a sentence");
    assert!(said.contains("is settled by what you know"), "{said}");
    desk.run(&args).code(2).says("settled already, as not done");
    desk.run(&["journal", "show", &id]).shows("ticket 4711");
    desk.run(&UPGRADE).code(0);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[test]
fn nobody_settles_where_no_time_is_given() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    sandbox.add_fault("upgradeCard=reset-after:1".parse().expect("a fault"));
    desk.run(&with(&UPGRADE, &["--settle-for", "0"])).code(4);
    let json = desk.run(&["settle", "--json"]).code(0).json();
    assert_eq!(json["result"]["writes"][0]["found"], "done");
    desk.run(&["settle"]).code(0).shows("Nothing is open.");
}

#[test]
fn an_export_is_lines_or_one_object_of_the_same() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&UPGRADE).code(0);
    let lines = desk.run(&["journal", "export"]).code(0).out;
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert!(lines.len() > 2);
    let json = desk.run(&["journal", "export", "--json"]).code(0).json();
    assert_eq!(json["operation"], "journal");
    assert_eq!(json["result"]["records"], serde_json::Value::from(lines));
    let none = ["journal", "export", "--json", "--entity", "nobody"];
    let json = desk.run(&none).code(0).json();
    assert_eq!(json["result"]["records"], serde_json::json!([]));
}

#[test]
fn what_is_refused_here_is_on_record() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = [
        "upgrade",
        "--entity",
        "181223116",
        "--kit",
        "10930010476",
        "--tier",
        "GOLD",
        "--yes",
    ];
    desk.run(&args).code(2).says("REPLACED");
    let json = desk
        .run(&["journal", "list", "--kind", "refusal", "--json"])
        .json();
    assert_eq!(json["result"]["records"][0]["kit"], "10930010476");
}

#[test]
fn nothing_is_sent_over_missing_records_until_somebody_answers() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    let (file, backup) = (desk.path("state/journal.db"), desk.path("backup"));
    std::fs::copy(&file, &backup).expect("a backup");
    sandbox.add_fault("upgradeCard=reset-before:1".parse().expect("a fault"));
    let upgrade = [
        "upgrade",
        "--entity",
        ENTITY,
        "--kit",
        KIT,
        "--tier",
        "SILVER",
        "--yes",
        "--settle-for",
        "0",
    ];
    desk.run(&upgrade).code(4);
    for side in ["journal.db-wal", "journal.db-shm"] {
        std::fs::remove_file(desk.path("state").join(side)).ok();
    }
    std::fs::copy(&backup, &file).expect("put back");

    // What was lost with the records can't be asked about, so nothing is sent.
    desk.run(&upgrade).code(3).says("are missing");
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    desk.run(&["settle"]).code(0).says("kitdesk journal accept");
    desk.run(&["doctor", "--json"])
        .shows("kitdesk journal accept");
    assert_eq!(sandbox.received("upgradeCard"), 1);
    desk.run(&["journal", "accept", "--reason", " "]).code(2);
    let reason = "the backup of this morning was put back";
    desk.run(&["journal", "accept", "--reason", reason]).code(0);
    desk.run(&["journal", "verify"]).code(0);
    desk.run(&["journal", "list"]).code(0).shows("gap accepted");
    desk.run(&upgrade).code(0);
    desk.run(&["journal", "accept", "--reason", reason])
        .code(2)
        .says("no record is missing");
}

#[test]
fn what_could_not_be_recorded_is_said_and_changes_nothing_else() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    let other = rusqlite::Connection::open(desk.path("state/journal.db")).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let ended = desk.run(&["kits", "--entity", ENTITY, "--json"]).code(0);
    assert_eq!(ended.json()["outcome"], "done");
    let said = ended
        .err
        .lines()
        .filter(|line| line.contains("could not be recorded"));
    assert_eq!(said.count(), 1, "{}", ended.err);
}
