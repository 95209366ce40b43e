//! The JSON reference has every field that the program writes, and no other.

use serde_json::Value;

use super::page;
use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, ENTITY, KIT, RECEIVED};
use crate::people::PEOPLE;

/// What a row of the reference has in backticks, by the row's first cell.
fn named(first: &str) -> Vec<String> {
    let text = page("docs/json.md").text;
    let mut rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    let row = rows.find_map(|row| row.strip_prefix(first)?.strip_prefix(" | "));
    let row = row.unwrap_or_else(|| panic!("there is no row {first:?}"));
    let names = row.split('`').skip(1).step_by(2).map(str::to_owned);
    names.collect()
}

fn fields(object: &Value) -> Vec<String> {
    let object = object.as_object().expect("an object");
    object.keys().cloned().collect()
}

/// A row that lists all fields of an object.
#[track_caller]
fn lists(first: &str, object: &Value) {
    let (mut told, mut there) = (named(first), fields(object));
    told.sort();
    there.sort();
    assert_eq!(told, there, "docs/json.md, {first}");
}

/// A row that says what the result of a verb is.
#[track_caller]
fn tells(first: &str, result: &Value) {
    let told = named(first);
    for field in fields(result) {
        assert!(told.contains(&field), "docs/json.md, {first}: {field}");
    }
}

#[test]
fn the_reference_has_every_field_of_look_ups_and_writes() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let json = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        desk.run(&args).json()
    };

    let kits = json(&["kits", "--entity", ENTITY]);
    let text = page("docs/json.md").text;
    for field in fields(&kits) {
        assert!(text.contains(&format!("\n| `{field}` | ")), "{field}");
    }
    tells("`kits`", &kits["result"]);
    lists("a kit", &kits["result"]["kits"][0]);
    let several = json(&["kits", "--account", "8000100"]);
    lists("a candidate", &several["result"]["candidates"][0]);

    let order = json(&["order", "--order", RECEIVED]);
    lists("an order", &order["result"]);
    lists("a product of an order", &order["result"]["products"][0]);
    let customer = json(&["customer", "--entity", ENTITY]);
    tells("`customer`", &customer["result"]);
    lists("an address", &customer["result"]["addresses"][0]);
    lists("a contact", &customer["result"]["contacts"][0]);
    let tracked = json(&["track", "--kit", "10930010477"]);
    tells("`track`", &tracked["result"]);
    lists("a parcel", &tracked["result"]["parcels"][0]);
    lists("a scan", &tracked["result"]["parcels"][0]["scans"][0]);
    let limits = json(&["limits", "--entity", ENTITY, "--kit", KIT]);
    tells("`limits`", &limits["result"]);
    let domestic = &limits["result"]["domestic"];
    lists("`domestic`, `international`", domestic);
    lists("a limit", &domestic["atm"]);
    let paid = json(&["transactions", "--entity", ENTITY]);
    tells("`transactions`", &paid["result"]);
    lists("a payment", &paid["result"]["transactions"][0]);
    let orders = json(&["orders", "--branch", "12345"]);
    tells("`orders`", &orders["result"]);
    lists("an order of a branch", &orders["result"]["orders"][0]);
    let product = &orders["result"]["orders"][0]["products"][0];
    lists("a product of those", product);
    let refused = json(&["order", "--order", "no-such"]);
    lists("an error", &refused["error"]);

    let of_kit = ["--entity", ENTITY, "--kit", KIT, "--yes"];
    let set = [&["set-limits", "--set", "international=on"], &of_kit[..]].concat();
    let set = json(&set);
    tells("`set-limits`", &set["result"]);
    let set = &set["result"]["limits"];
    tells("`limits`", set);
    lists("`domestic`, `international`", &set["domestic"]);
    let upgraded = json(&[&["upgrade", "--tier", "SILVER"], &of_kit[..]].concat());
    tells("`upgrade`", &upgraded["result"]);
    let kit = &upgraded["result"]["new_kits"][0]["kit_no"];
    let of_new = [
        "--entity",
        ENTITY,
        "--kit",
        kit.as_str().expect("its number"),
        "--yes",
    ];
    let activated = json(&[&["activate"], &of_new[..]].concat());
    let of_kits = "`activate`, `lock`, `unlock`, `block`, `set-pin`";
    tells(of_kits, &activated["result"]);
    let locked = json(&[&["lock", "--reason", "lost"], &of_new[..]].concat());
    tells(of_kits, &locked["result"]);

    sandbox.add_fault("cancel=reset-before:1".parse().expect("a fault"));
    let cancel = ["cancel-order", "--order", RECEIVED, "--yes"];
    json(&[&cancel[..], &["--settle-for", "0"]].concat());
    let settled = json(&["settle"]);
    tells("`settle`", &settled["result"]);
    lists("one of `writes`", &settled["result"]["writes"][0]);
    let id = settled["result"]["writes"][0]["journal_id"].to_string();
    json(&["settle", &id, "--as", "not-done", "--reason", "a test"]);
    let cancelled = json(&cancel);
    tells("`cancel-order`", &cancelled["result"]);
}

/// A desk with something of everything on one day (UTC), and that day.
fn one_day() -> (Desk, String) {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let of_kit = ["--entity", ENTITY, "--kit", KIT, "--yes"];
    for (verb, reason) in [
        ("lock", "lost"),
        ("unlock", "found-again"),
        ("lock", "stolen"),
        ("block", "stolen"),
    ] {
        let args = [&[verb, "--reason", reason], &of_kit[..]].concat();
        desk.run(&args).code(0);
    }
    let refused = [&["upgrade", "--tier", "SILVER"], &of_kit[..]].concat();
    desk.run(&refused).code(1);
    sandbox.add_fault("cancel=reset-before:1".parse().expect("a fault"));
    let cancel = ["cancel-order", "--order", RECEIVED, "--yes"];
    desk.run(&[&cancel[..], &["--settle-for", "0"]].concat())
        .code(4);
    let listed = desk.run(&["journal", "list", "--json"]).json();
    let records = listed["result"]["records"].as_array().expect("records");
    let day = |record: &Value| record["at"].as_str().expect("a time")[..10].to_owned();
    let (first, last) = (day(&records[records.len() - 1]), day(&records[0]));
    // Midnight was on the way: the next day is long enough.
    if first == last {
        (desk, last)
    } else {
        one_day()
    }
}

#[test]
fn the_reference_has_every_field_of_a_days_report() {
    let (desk, day) = one_day();
    let told = desk.run(&["report", "--date", &day, "--json"]).json();
    let told = &told["result"];
    tells("`report`", told);
    for (first, list) in [
        (
            "one of a day's `writes`, `unsettled`, `final_steps`",
            "writes",
        ),
        ("one of `refusals`", "refusals"),
        ("one of `busy_customers`", "busy_customers"),
        ("one of `hours`", "hours"),
        ("one of `operators`", "operators"),
    ] {
        lists(first, &told[list][0]);
    }
    assert_eq!(fields(&told["unsettled"][0]), fields(&told["writes"][0]));
    assert_eq!(fields(&told["final_steps"][0]), fields(&told["writes"][0]));
}

#[test]
fn the_reference_has_every_field_of_many() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let table = format!("entity,kit,tier\n{ENTITY},{KIT},SILVER\n");
    write_file(&desk.path("batch.csv"), &table);
    let ended = desk.run(&["upgrade", "--from", "batch.csv", "--yes", "--json"]);
    let result = &ended.json()["result"];
    tells("`upgrade --from`", result);
    lists("`counts`", &result["counts"]);
    lists("one of `rows`", &result["rows"][0]);
}

#[test]
fn the_reference_has_every_field_of_the_other_verbs() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    let result = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        desk.run(&args).json()["result"].clone()
    };

    let listed = result(&["journal", "list"]);
    tells("`journal list`, `show`, `export`", &listed);
    lists("one of `records`", &listed["records"][0]);
    tells("`journal verify`", &result(&["journal", "verify"]));
    write_file(&desk.path("people.toml"), PEOPLE);
    let listed = result(&["people", "list", "people.toml"]);
    tells("`people list`", &listed);
    let maria = &listed["people"][0];
    lists("one of the list's `people`", maria);
    lists("a public key", &maria["keys"][0]);
    lists("one of `authorities`", &listed["authorities"][0]);
    let checked = result(&["people", "check", "people.toml"]);
    tells("`people check`", &checked);
    lists("one of `mistakes`, `warnings`", &checked["warnings"][0]);
    let checked = result(&["doctor"]);
    tells("`doctor`", &checked);
    lists("one of `checks`", &checked["checks"][0]);
    let shown = result(&["config", "show"]);
    tells("`config show`", &shown);
    lists("one of `settings`", &shown["settings"][0]);
    lists("an origin", &shown["settings"][0]["origin"]);
    tells(
        "`config init`",
        &result(&["config", "init", "--path", "new.toml"]),
    );
    tells("`themes`", &result(&["themes"]));
    tells("`completions`", &result(&["completions", "bash"]));
    tells("`man`", &result(&["man"]));
    tells("`man`", &result(&["man", "--out", "pages"]));
}
