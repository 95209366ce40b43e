//! Writes: the four outcomes by word, object and exit code, and what is read afterwards.

use serde_json::json;

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, KIT, PROCESSED, RECEIVED, answers, closed_port, config_for};

const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

#[test]
fn an_upgrade_that_is_done() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = with(&UPGRADE, &["--alias", "RAVI K", "--card-type", "virtual"]);
    let ended = desk.run(&args).code(0);
    assert!(
        ended
            .out
            .starts_with("Done: The upgrade of kit 4561789 was done.")
    );
    assert!(ended.out.contains("REPLACED") && ended.out.contains("VIRTUAL"));
    // What was sent is shown before, and does not get into the result.
    let ended = ended
        .says("will be sent")
        .says("-> SILVER")
        .says("upgradeCard");
    assert!(
        ended.err.contains(r#""aliasName":"RAVI K""#),
        "{}",
        ended.err
    );
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[test]
fn an_upgrade_as_an_object() {
    let sandbox = sandbox();
    let json = Desk::on(&sandbox)
        .run(&with(&UPGRADE, &["--json"]))
        .code(0)
        .json();
    assert_eq!(json["outcome"], "done");
    assert_eq!(json["operation"], "upgrade");
    assert_eq!(json["result"]["kit"]["status"], "REPLACED");
    assert_eq!(json["result"]["new_kits"][0]["tier"], "SILVER");
    assert_eq!(json["result"]["new_kits"][0]["status"], "ASSIGNED");
}

#[test]
fn a_look_up_that_is_lost_leaves_the_write_unsent() {
    let sandbox = sandbox();
    sandbox.add_fault("fetchKitsByEntityId=truncate".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    let ended = desk.run(&with(&UPGRADE, &["--json"])).code(3);
    assert_eq!(ended.json()["outcome"], "not_sent");
    ended.says("Nothing was changed");
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

#[test]
fn every_write_names_its_record() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let id = |args: &[&str]| desk.run(&with(args, &["--json"])).json()["journal_id"].clone();
    assert!(id(&["kits", "--entity", ENTITY]).is_null());
    let first = id(&UPGRADE).as_i64().expect("a number");
    let args = ["cancel-order", "--order", RECEIVED, "--yes"];
    assert!(id(&args).as_i64().expect("a number") > first);
    assert!(id(&args).is_null(), "nothing was sent");
}

#[test]
fn nothing_is_sent_that_can_not_be_recorded() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    std::fs::write(desk.path("state"), "a file in the folder's place").expect("a file");
    let ended = desk.run(&with(&UPGRADE, &["--json"])).code(3);
    let json = ended.says("was not sent").json();
    assert_eq!(json["outcome"], "not_sent");
    assert!(json["journal_id"].is_null());
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

#[test]
fn a_refusal_brings_the_words_of_the_dcms() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = [
        "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "NOSUCH", "--yes",
    ];
    let ended = desk.run(&with(&args, &["--json"])).code(1);
    let json = ended.json();
    assert_eq!(json["outcome"], "refused");
    assert_eq!(
        json["error"]["fields"],
        json!(["tierType: no such tier: NOSUCH"])
    );
    assert!(json["error"]["code"].is_string() && json["error"]["message"].is_string());
    assert_eq!(json["result"]["kit"]["status"], "ACTIVE");
    desk.run(&args)
        .code(1)
        .says("was refused: tierType: no such tier: NOSUCH");
    // A branch that does not match is the DCMS's to refuse.
    let args = [
        "cancel-order",
        "--order",
        RECEIVED,
        "--branch",
        "54321",
        "--yes",
    ];
    desk.run(&args).code(1).says("ORD002");
    assert_eq!(sandbox.worked("upgradeCard") + sandbox.worked("cancel"), 0);
}

#[test]
fn nobody_listens() {
    let desk = Desk::configured(&config_for(closed_port(), "branch_id = \"12345\""));
    for args in [
        &["kits", "--entity", ENTITY][..],
        &["order", "--order", RECEIVED],
        &UPGRADE,
        &["cancel-order", "--order", RECEIVED, "--yes"],
    ] {
        let ended = desk.run(&with(args, &["--json"])).code(3);
        let json = ended.json();
        assert_eq!(json["outcome"], "not_sent", "{args:?}");
        assert!(json["error"]["code"].is_null());
        assert!(ended.err.contains("connection refused"), "{}", ended.err);
        assert_eq!(desk.run(args).code(3).out, "");
    }
}

#[test]
fn nobody_listens_any_more_when_it_is_sent() {
    let kit = json!([{"kitNo": KIT, "entityId": ENTITY, "cardStatus": "ACTIVE"}]);
    let desk = Desk::configured(&config_for(answers(vec![kit.to_string()]), ""));
    let ended = desk
        .run(&with(&UPGRADE, &["--json"]))
        .code(3)
        .says("was not sent");
    assert_eq!(ended.json()["outcome"], "not_sent");
}

#[test]
fn unknown_is_a_word_of_its_own_and_is_sent_once() {
    for (fault, said, worked) in [
        ("upgradeCard=500", "HTTP 500", false),
        ("upgradeCard=reset-after", "the connection was lost", true),
        ("upgradeCard=wrong-entity", "another customer", true),
        ("upgradeCard=truncate", "cut off", true),
    ] {
        let sandbox = sandbox();
        sandbox.add_fault(fault.parse().expect("a fault"));
        let desk = Desk::on(&sandbox);
        let args = with(&UPGRADE, &["--json", "--settle-for", "0"]);
        let ended = desk
            .run(&args)
            .code(4)
            .says("may or may not have been done");
        let json = ended.json();
        assert_eq!(json["outcome"], "unknown", "{fault}");
        let message = json["error"]["message"].as_str().expect("a sentence");
        assert!(message.contains(said), "{fault}: {message}");
        let new = json["result"]["new_kits"].as_array().expect("a list").len();
        assert_eq!(new, usize::from(worked), "{fault}: read afterwards");
        assert_eq!(sandbox.received("upgradeCard"), 1, "{fault}");
    }
}

#[test]
fn what_a_reading_decides_is_not_called_under_way_where_nothing_is_settled() {
    let cancel = ["cancel-order", "--order", RECEIVED, "--yes"];
    let activate = [
        "activate",
        "--entity",
        "181223116",
        "--kit",
        "10930010478",
        "--yes",
    ];
    for (call, args, said) in [
        ("cancel", &cancel[..], "the order is CANCELLED."),
        ("kitActivation", &activate[..], "is ACTIVE."),
    ] {
        let sandbox = sandbox();
        let fault = format!("{call}=reset-after");
        sandbox.add_fault(fault.parse().expect("a fault"));
        let ended = Desk::on(&sandbox)
            .run(&with(args, &["--settle-for", "0"]))
            .code(4)
            .says(said);
        for wrong in ["under way", "unclear which of them"] {
            assert!(!ended.err.contains(wrong), "{}", ended.err);
        }
    }
}

#[test]
fn a_look_up_without_a_usable_answer_is_unknown() {
    let sandbox = sandbox();
    sandbox.add_fault("fetchKitsByEntityId=500".parse().expect("a fault"));
    let ended = Desk::on(&sandbox)
        .run(&["kits", "--entity", ENTITY, "--json"])
        .code(4);
    assert_eq!(ended.json()["outcome"], "unknown");
}

#[test]
fn an_order_is_cancelled_for_the_branch_of_the_profile() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = ["cancel-order", "--order", RECEIVED, "--yes"];
    let json = desk.run(&with(&args, &["--json"])).code(0).json();
    assert_eq!(json["result"]["order"]["status"], "CANCELLED");
    assert_eq!(json["result"]["message"], "Order cancelled successfully");
    let again = desk
        .run(&args)
        .code(2)
        .says("only an order that is RECEIVED can be cancelled");
    assert_eq!(again.out, "");
    assert_eq!(sandbox.received("cancel"), 1);
}

#[test]
fn what_is_seen_here_is_not_sent() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let upgrade = |entity, kit, tier| {
        vec![
            "upgrade", "--entity", entity, "--kit", kit, "--tier", tier, "--yes", "--json",
        ]
    };
    for (args, said) in [
        (
            upgrade("181223116", "10930010476", "SILVER"),
            "is REPLACED; it can't be upgraded",
        ),
        (
            upgrade(ENTITY, "10930010477", "SILVER"),
            "has no kit 10930010477",
        ),
        (
            upgrade(ENTITY, KIT, "A/B"),
            "a tier is one of the bank's own words",
        ),
        (upgrade(ENTITY, KIT, " "), "the tier is empty"),
        (
            with(&UPGRADE, &["--json", "--plastic-code", "4-4"]),
            "made of letters and digits",
        ),
        (
            with(
                &UPGRADE,
                &["--json", "--alias", "A NAME THAT IS FAR TOO LONG"],
            ),
            "room for 26",
        ),
        (
            vec!["cancel-order", "--order", PROCESSED, "--yes", "--json"],
            "only an order that is RECEIVED",
        ),
    ] {
        let ended = desk.run(&args).code(2).says(said);
        let json = ended.json();
        assert_eq!(json["outcome"], "not_sent", "{args:?}");
        assert!(json["error"]["code"].is_null() && json["result"].is_null());
    }
    assert_eq!(
        sandbox.received("upgradeCard") + sandbox.received("cancel"),
        0
    );
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let sandbox = sandbox();
    let config = sandbox.config_file()
        + "\n[profiles.sandbox.headers]\n\"X-Api-Key\" = \"gateway-secret-1\"\n\
           [profiles.sandbox.sign_in]\nusername = \"api\"\npassword = { env = \"HOME\" }\n";
    let desk = Desk::configured(&config);
    for (args, path, body) in [
        (
            with(&UPGRADE, &["--dry-run", "--delivery", "PERMANENT"]),
            "/kit-manager/upgradeCard",
            json!({"entityId": ENTITY, "kitNo": KIT, "deliveryAddress": "PERMANENT",
                   "kitInfo": [{"tierType": "SILVER"}]}),
        ),
        (
            vec!["cancel-order", "--order", RECEIVED, "--dry-run"],
            "/card-order/cancel",
            json!({"orderId": RECEIVED, "branchId": "12345"}),
        ),
    ] {
        let ended = desk.run(&args).code(0);
        let request: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
        assert_eq!(request["method"], "POST");
        assert_eq!(request["url"], format!("{}{path}", sandbox.base_url()));
        assert_eq!(request["body"], body);
        assert_eq!(request["headers"]["tenant"], "SANDBOX");
        assert_eq!(request["headers"]["x-api-key"], "<secret>");
        assert_eq!(request["headers"]["authorization"], "<secret>");
        ended.keeps(&["gateway-secret-1"]);
    }
    assert_eq!(
        sandbox.received("upgradeCard") + sandbox.received("cancel"),
        0
    );
}
