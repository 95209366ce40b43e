//! Many upgrades out of a table: all checked first, one after the other, gone on with where it stopped,
//! and none sent twice.

use std::fmt::Write as _;
use std::fs;
use std::process::Child;
use std::thread;
use std::time::Duration;

use kitdesk::sandbox::Sandbox;

use crate::console::{Console, Key, sandbox_of};
use crate::fixtures::{Desk, Ended, signal};

const MANY: [&str; 4] = ["upgrade", "--from", "cards.csv", "--rate=50"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&MANY[..], more].concat()
}

/// A desk with a table of so many cards that can be upgraded, and their (entity, kit).
fn desk_of(sandbox: &Sandbox, count: usize) -> (Desk, Vec<(String, String)>) {
    let desk = Desk::on(sandbox);
    let mut cards = Vec::new();
    for nth in 1.. {
        if cards.len() == count {
            break;
        }
        let entity = (210_000_000_000_u64 + nth).to_string();
        let found = desk.run(&["kits", "--entity", &entity, "--json"]).code(0);
        let json = found.json();
        let kits = json["result"]["kits"].as_array().expect("kits").clone();
        // One a customer, so that a new kit can be told by its customer.
        let is_fit =
            |kit: &&serde_json::Value| kit["status"] == "ACTIVE" && kit["tier"] != "PLATINUM";
        if let Some(kit) = kits.iter().find(is_fit) {
            cards.push((entity, kit["kit_no"].as_str().expect("a number").to_owned()));
        }
    }
    let mut table = String::from("entity,kit,tier\n");
    for (entity, kit) in &cards {
        writeln!(table, "{entity},{kit},PLATINUM").expect("a string");
    }
    put(&desk, &table);
    (desk, cards)
}

fn put(desk: &Desk, table: &str) {
    fs::write(desk.path("cards.csv"), table).expect("its own home");
}

fn results(desk: &Desk) -> String {
    fs::read_to_string(desk.path("cards.results.csv")).expect("results")
}

fn end(child: Child) -> Ended {
    Ended::of(&child.wait_with_output().expect("the program ends"))
}

/// Waits until so many upgrades have come in.
fn until_received(sandbox: &Sandbox, count: usize) {
    while sandbox.received("upgradeCard") < count {
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn every_row_is_upgraded_once_and_its_end_is_on_file() {
    let sandbox = sandbox_of(30);
    let (desk, cards) = desk_of(&sandbox, 3);
    let ended = desk.run(&with(&["--yes"])).code(0);
    let ended = ended
        .shows("Done: of 3 upgrades: 3 done.")
        .says("-> PLATINUM")
        .says(&format!("line 2: kit {} done (record ", cards[0].1));
    assert!(!ended.err.contains('\r'), "no bar where nobody watches");
    assert_eq!(sandbox.received("upgradeCard"), 3);
    let file = results(&desk);
    for (line, (entity, kit)) in (2..).zip(&cards) {
        let row = format!("\n{line},{entity},{kit},PLATINUM,done,,");
        assert!(file.contains(&row), "{row} in {file}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let about = fs::metadata(desk.path("cards.results.csv")).expect("there");
        assert_eq!(about.permissions().mode() & 0o777, 0o600);
    }
    // The same command again has nothing left to do.
    desk.run(&with(&["--yes"])).code(0).shows("3 done");
    assert_eq!(sandbox.received("upgradeCard"), 3);
}

#[test]
fn the_result_as_an_object() {
    let sandbox = sandbox_of(30);
    let (desk, cards) = desk_of(&sandbox, 2);
    sandbox.add_fault("upgradeCard=exception200:1".parse().expect("a fault"));
    let json = desk.run(&with(&["--yes", "--json"])).code(1).json();
    assert_eq!(json["outcome"], "refused");
    assert_eq!(json["operation"], "upgrade");
    let result = &json["result"];
    assert_eq!(
        (&result["done"], &result["refused"]),
        (&1.into(), &1.into())
    );
    assert_eq!(result["rows"][0]["kit"], cards[0].1);
    assert_eq!(result["rows"][0]["outcome"], "refused");
    assert!(result["rows"][0]["code"].is_string());
    assert_eq!(result["rows"][1]["outcome"], "done");
    assert!(result["rows"][1]["journal_id"].is_i64());
    assert_eq!(
        result["rows"][1]["new_kits"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn nothing_is_sent_while_any_row_is_wrong() {
    let sandbox = sandbox_of(30);
    let (desk, cards) = desk_of(&sandbox, 2);
    let (entity, kit) = &cards[0];
    // What the table itself says.
    put(
        &desk,
        &format!("entity,kit,tier\n{entity},{kit},\n{entity},,GOLD\n"),
    );
    desk.run(&with(&["--yes"]))
        .code(2)
        .says("line 2: tier is empty")
        .says("line 3: kit is empty");
    put(
        &desk,
        &format!("entity,kit,tier,pin\n{entity},{kit},GOLD,4315\n"),
    );
    desk.run(&with(&["--yes"]))
        .code(2)
        .says("PINs and card numbers are never taken from a file of many")
        .keeps(&["4315"]);
    fs::write(desk.path("cards.csv"), b"entity,kit,tier\n1,2,\xff\n").expect("its own home");
    desk.run(&with(&["--yes"])).code(2).says("it is not UTF-8");
    // What the DCMS says.
    put(
        &desk,
        &format!(
            "entity,kit,tier\n{entity},{kit},GOLD\n181223116,10930010476,GOLD\n{entity},999,GOLD\n"
        ),
    );
    desk.run(&with(&["--yes"]))
        .code(2)
        .says("line 3: Kit 10930010476 is REPLACED")
        .says(&format!("line 4: Customer {entity} has no kit 999"));
    // How much is asked for.
    put(
        &desk,
        &format!(
            "entity,kit,tier\n{entity},{kit},GOLD\n{},{},GOLD\n",
            cards[1].0, cards[1].1
        ),
    );
    desk.run(&with(&["--yes", "--limit", "1"]))
        .code(2)
        .says("there are more than 1 rows");
    desk.run(&with(&["--yes", "--entity", entity]))
        .code(2)
        .says("cannot be used with");
    desk.run(&with(&[])).code(2).says("must be confirmed");
    desk.run(&["upgrade", "--from", "none.csv", "--yes"])
        .code(2)
        .says("none.csv can't be read");
    desk.run(&[
        "upgrade", "--rate", "2", "--entity", entity, "--kit", kit, "--tier", "GOLD",
    ])
    .code(2);
    assert_eq!(sandbox.received("upgradeCard"), 0);
    assert!(
        !desk.path("cards.results.csv").exists(),
        "nothing was begun"
    );
}

#[test]
fn a_dry_run_shows_every_request_and_sends_none() {
    let sandbox = sandbox_of(30);
    let (desk, cards) = desk_of(&sandbox, 2);
    let ended = desk.run(&with(&["--dry-run"])).code(0);
    let all: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(all.as_array().map(Vec::len), Some(2));
    assert_eq!(all[1]["method"], "POST");
    assert_eq!(all[1]["body"]["kitNo"], cards[1].1);
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

#[test]
fn it_stops_at_the_first_unknown_unless_told_otherwise() {
    let sandbox = sandbox_of(30);
    let (desk, _) = desk_of(&sandbox, 3);
    // Nothing is done and nothing said: reading can't tell.
    sandbox.add_fault("upgradeCard=reset-before:1".parse().expect("a fault"));
    let ended = desk
        .run(&with(&["--yes", "--settle-for", "0", "--json"]))
        .code(4);
    let json = ended.json();
    assert_eq!(json["outcome"], "unknown");
    assert_eq!(json["result"]["rows"][2]["outcome"], "not_sent");
    assert_eq!(sandbox.received("upgradeCard"), 1);
    // It is not sent again while nobody knows.
    desk.run(&with(&["--yes", "--settle-for", "0"])).code(4);
    assert_eq!(sandbox.received("upgradeCard"), 1);
    let ended = desk
        .run(&with(&["--yes", "--settle-for", "0", "--keep-going"]))
        .code(4);
    ended.says("2 done, 1 unknown");
    assert_eq!(sandbox.received("upgradeCard"), 3);
    // Once a person has settled it as not done, it is sent.
    let record = json["result"]["rows"][0]["journal_id"].to_string();
    let reason = ["--reason", "asked support, ticket 4711"];
    let settle = [&["settle", &record, "--as", "not-done"], &reason[..]].concat();
    desk.run(&settle).code(0);
    desk.run(&with(&["--yes"])).code(0).shows("3 done");
    assert_eq!(sandbox.worked("upgradeCard"), 3);
}

#[test]
fn a_lost_answer_is_settled_by_reading_and_the_run_goes_on() {
    let sandbox = sandbox_of(30);
    let (desk, _) = desk_of(&sandbox, 2);
    sandbox.add_fault("upgradeCard=reset-after:1".parse().expect("a fault"));
    desk.run(&with(&["--yes"])).code(0).shows("2 done");
    assert_eq!(sandbox.worked("upgradeCard"), 2);
}

#[test]
fn a_row_that_was_not_sent_is_sent_by_the_next_run() {
    let sandbox = sandbox_of(30);
    let (desk, _) = desk_of(&sandbox, 2);
    // The reading before the second row fails, after the checks of both.
    sandbox.add_fault("upgradeCard=delay:1:1".parse().expect("a fault"));
    let child = desk.start(&with(&["--yes"]));
    until_received(&sandbox, 1);
    sandbox.add_fault("fetchKitsByEntityId=garbage".parse().expect("a fault"));
    let ended = end(child);
    assert!(
        ended.code == 3 || ended.code == 4,
        "{} {}",
        ended.code,
        ended.err
    );
    sandbox.clear_faults();
    desk.run(&with(&["--yes"])).code(0).shows("2 done");
    assert_eq!(sandbox.worked("upgradeCard"), 2);
}

#[cfg(unix)]
#[test]
fn interrupted_and_gone_on_with() {
    for (name, count) in [("INT", 4), ("TERM", 3)] {
        let sandbox = sandbox_of(30);
        let (desk, cards) = desk_of(&sandbox, count);
        sandbox.add_fault("upgradeCard=delay:0.3".parse().expect("a fault"));
        let child = desk.start(&with(&["--yes", "--json"]));
        until_received(&sandbox, 2);
        signal(child.id(), name);
        let ended = end(child).code(3).says("no other is sent");
        let json = ended.json();
        assert_eq!(
            json["result"]["done"], 2,
            "the row under way came to its end"
        );
        assert_eq!(json["result"]["not_sent"], count - 2);
        sandbox.clear_faults();
        desk.run(&with(&["--yes"]))
            .code(0)
            .says("Going on from the results that are there.");
        assert_eq!(
            sandbox.received("upgradeCard"),
            cards.len(),
            "none was sent twice"
        );
        assert_eq!(sandbox.worked("upgradeCard"), cards.len());
    }
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_no_row_is_sent_twice() {
    for wait in [0, 40, 90, 200, 330] {
        let sandbox = sandbox_of(30);
        let (desk, cards) = desk_of(&sandbox, 3);
        sandbox.add_fault("upgradeCard=delay:0.1".parse().expect("a fault"));
        let child = desk.start(&with(&["--yes"]));
        until_received(&sandbox, 1);
        thread::sleep(Duration::from_millis(wait));
        signal(child.id(), "KILL");
        child.wait_with_output().expect("it is gone");
        // What it had sent may still be worked on.
        thread::sleep(Duration::from_millis(300));
        sandbox.clear_faults();
        desk.run(&with(&["--yes", "--settle-for", "2"]))
            .code(0)
            .shows("3 done");
        assert_eq!(
            sandbox.worked("upgradeCard"),
            cards.len(),
            "after {wait} ms"
        );
        assert_eq!(
            sandbox.received("upgradeCard"),
            cards.len(),
            "after {wait} ms"
        );
    }
}

#[test]
fn two_runs_do_not_work_on_one_file() {
    let sandbox = sandbox_of(30);
    let (desk, _) = desk_of(&sandbox, 2);
    sandbox.add_fault("upgradeCard=delay:1".parse().expect("a fault"));
    let child = desk.start(&with(&["--yes"]));
    until_received(&sandbox, 1);
    desk.run(&with(&["--yes"]))
        .code(2)
        .says("another run works with it just now");
    end(child).code(0);
    assert_eq!(sandbox.received("upgradeCard"), 2);
}

#[test]
fn results_are_of_one_table_and_one_journal() {
    let sandbox = sandbox_of(30);
    let (desk, cards) = desk_of(&sandbox, 2);
    desk.run(&with(&["--yes"])).code(0);
    put(
        &desk,
        &format!("entity,kit,tier\n{},{},GOLD\n", cards[0].0, cards[0].1),
    );
    desk.run(&with(&["--yes"]))
        .code(2)
        .says("of other rows or of another tenant");
    // The results given as the table.
    desk.run(&["upgrade", "--from", "cards.results.csv", "--yes"])
        .code(2)
        .says("these are results: name the table that they are of");
}

#[test]
fn on_a_terminal_their_number_is_typed_and_a_bar_is_shown() {
    let sandbox = sandbox_of(30);
    let (desk, _) = desk_of(&sandbox, 3);
    let args: Vec<String> = MANY.iter().map(|&arg| arg.to_owned()).collect();
    let mut terminal = Console::start(desk.into_home(), &args, 100, 30);
    terminal.until("Type how many these are (3) to send them:");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    terminal.type_text("2").key(Key::Enter).until("They are 3.");
    terminal.type_text("3").key(Key::Enter);
    terminal.until("Done: of 3 upgrades: 3 done.");
    assert_eq!(terminal.exit_code(), 0);
    let all = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(all.contains("[########................] 1 of 3"), "{all}");
    terminal.modes_are_back();
}
