//! `kits` and `order`: what is printed for people and for programs.

use kitdesk::dcms::is_harmful;

use crate::console::sandbox;
use crate::fixtures::{Desk, PROCESSED, answers, config_for};

#[test]
fn kits_by_each_kind_of_key() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for key in [
        ["--entity", "181223116"],
        ["--account", "8000000"],
        ["--card", "608040XXXXXX6384"],
    ] {
        let ended = desk.run(&["kits", key[0], key[1]]).code(0);
        assert_eq!(ended.err, "", "{key:?}");
        for part in [
            "Customer 181223116",
            "KIT NUMBER",
            "10930010477  608040XXXXXX6384",
            "REPLACED",
            "CLASSICONE",
        ] {
            assert!(ended.out.contains(part), "{part}: {}", ended.out);
        }
        assert!(!ended.out.contains('\u{1b}'), "no colour in a pipe");
    }
}

#[test]
fn kits_as_an_object_with_names_that_stay() {
    let sandbox = sandbox();
    let ended = Desk::on(&sandbox)
        .run(&["--json", "kits", "--entity", "181223116"])
        .code(0);
    let json = ended.json();
    assert_eq!(
        (&json["outcome"], &json["operation"]),
        (&"done".into(), &"kits".into())
    );
    assert!(json["error"].is_null() && json["journal_id"].is_null());
    assert_eq!(json["result"]["entity_id"], "181223116");
    assert_eq!(json["result"]["candidates"], serde_json::json!([]));
    let kit = &json["result"]["kits"][0];
    for (name, value) in [
        ("kit_no", "10930010477"),
        ("entity_id", "181223116"),
        ("account_no", "8000000"),
        ("card", "608040XXXXXX6384"),
        ("category", "DEBIT"),
        ("card_type", "PHYSICAL"),
        ("status", "ACTIVE"),
        ("network", "RUPAY"),
        ("product_name", "RUPAY Debit"),
        ("tier", "CLASSICONE"),
        ("plastic_code", "4466"),
        ("alias", "ANITA RAO"),
        ("expiry", "0729"),
    ] {
        assert_eq!(kit[name], value, "{name}");
    }
    for name in ["product_id", "created", "changed", "activated"] {
        assert!(kit.get(name).is_some(), "{name}");
    }
    assert_eq!(kit.as_object().map(serde_json::Map::len), Some(17));
}

#[test]
fn several_customers_are_listed_to_choose_from() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = ["kits", "--card", "608040XXXXXX0007"];
    let ended = desk.run(&args).code(0);
    assert!(ended.out.contains("choose one with --entity"));
    assert!(ended.out.contains("210000000087") && ended.out.contains("210000000088"));
    let json = desk.run(&[&args[..], &["--json"]].concat()).json();
    assert!(json["result"]["entity_id"].is_null());
    assert_eq!(json["result"]["candidates"][1]["entity_id"], "210000000088");
}

#[test]
fn the_kits_of_a_joint_account_are_listed_by_customer() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = ["kits", "--account", "8000100"];
    let ended = desk.run(&args).code(0);
    assert!(ended.out.contains("choose one with --entity"));
    let place = |text: &str| ended.out.find(text).unwrap_or_else(|| panic!("{text}"));
    for (entity, next) in [("210000000085", "210000000086"), ("210000000086", "")] {
        let from = place(&format!("Customer {entity}\n"));
        let kits = &ended.out[from..];
        let kits = match next {
            "" => kits,
            next => &kits[..kits.find(&format!("Customer {next}")).expect("the next")],
        };
        assert_eq!(kits.matches("ACTIVE").count(), 1, "{kits}");
    }
    let json = desk.run(&[&args[..], &["--json"]].concat()).json();
    assert!(json["result"]["entity_id"].is_null());
    assert_eq!(json["result"]["kits"], serde_json::json!([]));
    let candidates = json["result"]["candidates"].as_array().expect("a list");
    assert_eq!(candidates.len(), 2);
    for candidate in candidates {
        assert_eq!(candidate["name"], "Mx Joint Account");
        let kits = candidate["kits"].as_array().expect("kits");
        assert_eq!(kits.len(), 1);
        assert_eq!(kits[0]["entity_id"], candidate["entity_id"]);
    }
}

#[test]
fn an_odd_kit_hides_no_other_and_is_told() {
    let kit = r#"{"kitNo":"4561789","entityId":"676165","cardStatus":"ACTIVE"}"#;
    let odd = format!("[null,{kit},{{\"kitNo\":\"\"}}]");
    let args = ["kits", "--entity", "676165"];
    let desk = || Desk::configured(&config_for(answers(vec![odd.clone()]), ""));
    let ended = desk().run(&args).code(0).says("2 kits could not be read.");
    ended.shows("4561789");
    let ended = desk().run(&[&args[..], &["--json"]].concat()).code(0);
    let json = ended.says("2 kits could not be read.").json();
    assert_eq!(json["result"]["unread_kits"], 2);
    assert_eq!(json["result"]["kits"][0]["kit_no"], "4561789");
    // None is there to be read, and none is said not to be there.
    let desk = Desk::configured(&config_for(answers(vec!["[null]".into()]), ""));
    let ended = desk.run(&args).code(0).says("1 kit could not be read.");
    assert!(!ended.out.contains("no kits"), "{}", ended.out);
    let order = r#"{"status":"RECEIVED","productDetails":[null,{"productId":"P1"}]}"#;
    let desk = Desk::configured(&config_for(answers(vec![order.into()]), ""));
    let ended = desk.run(&["order", "--order", PROCESSED, "--json"]).code(0);
    let json = ended.says("1 product could not be read.").json();
    assert_eq!(json["result"]["unread_products"], 1);
}

#[test]
fn a_reply_that_contradicts_itself_about_a_kit_says_so() {
    let kit = |number: &str, state: &str| {
        format!(r#"{{"kitNo":"{number}","entityId":"676165","cardStatus":"{state}"}}"#)
    };
    let list = |kits: &[String]| format!("[{}]", kits.join(","));
    let args = ["kits", "--entity", "676165"];
    let desk = |result: String| Desk::configured(&config_for(answers(vec![result]), ""));
    let twice = list(&[kit("1", "ACTIVE"), kit("2", "ACTIVE"), kit("1", "LOCKED")]);
    for more in [&[][..], &["--json"]] {
        let ended = desk(twice.clone()).run(&[&args[..], more].concat()).code(0);
        ended.says("Kit 1 is listed more than once, with different details: ask the DCMS's support which are right.");
    }
    let alike = list(&[kit("1", "ACTIVE"), kit("1", "ACTIVE")]);
    let ended = desk(alike).run(&args).code(0);
    assert_eq!(
        (ended.err.as_str(), ended.out.matches("ACTIVE").count()),
        ("", 1)
    );
}

/// In KiB.
#[cfg(target_os = "linux")]
const ROOM: u32 = 200_000;

#[cfg(target_os = "linux")]
#[test]
fn no_reply_takes_more_room_than_its_bounds() {
    let many = |element: &str, count| format!("[{}]", vec![element; count].join(","));
    let deep = 10 << 20;
    let nested = "[".repeat(deep) + &"]".repeat(deep);
    for (result, code, said) in [
        (
            many(r#"{"kitNo":"1"}"#, 1_300_000),
            4,
            "The answer lists 1300000 kits",
        ),
        (many("{}", 5_000_000), 4, "The answer lists 5000000 kits"),
        (many("{}", 200_000), 0, "200000 kits could not be read"),
        (nested.clone(), 0, "1 kit could not be read"),
        (format!(r#"[{{"kitNo":"1","x":{nested}}}]"#), 0, ""),
    ] {
        let more = "timeouts = { read = \"120s\" }";
        let desk = Desk::configured(&config_for(answers(vec![result]), more));
        // Stacks that are hardly used count too.
        let ended = desk.run_within(ROOM, &["kits", "--entity", "676165"]);
        ended.code(code).says(said);
    }
}

#[test]
fn a_kit_that_may_be_the_unread_one_is_not_said_to_be_missing() {
    let desk = Desk::configured(&config_for(answers(vec!["[null]".into()]), ""));
    let args = ["upgrade", "--entity", "676165", "--kit", "4561789"];
    let args = [&args[..], &["--tier", "GOLD", "--yes"]].concat();
    let ended = desk.run(&args).code(2);
    ended.says("Kit 4561789 is not among the kits of customer 676165 that could be read");
}

#[test]
fn a_verb_asks_for_nothing_that_it_does_not_show() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["kits", "--entity", "676165"]).code(0);
    desk.run(&["kits", "--card", "608040XXXXXX0007"]).code(0);
    let ended = desk.run(&["journal", "list", "--json"]).code(0);
    let json = ended.json();
    let records = json["result"].to_string();
    assert_eq!(
        records.matches("\"kits_by_entity\"").count(),
        1,
        "{records}"
    );
    // The names of the two are shown.
    assert_eq!(records.matches("\"customer\"").count(), 2, "{records}");
}

#[test]
fn what_could_steer_a_terminal_never_gets_there() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let plain = desk.run(&["kits", "--entity", "210000000095"]).code(0);
    assert!(
        plain.out.contains("M·[2J·]0;owned·AL·YROL·"),
        "{}",
        plain.out
    );
    let object = desk
        .run(&["kits", "--entity", "210000000095", "--json"])
        .code(0);
    let harmful = |text: &str| text.chars().any(|c| c != '\n' && is_harmful(c));
    assert!(!harmful(&plain.out) && !harmful(&object.out));
    let alias = &object.json()["result"]["kits"][0]["alias"];
    assert_eq!(alias, "M\u{1b}[2J\u{1b}]0;owned\u{7}AL\u{202e}YROL\u{200b}");
}

#[test]
fn an_order_and_one_that_is_not_there() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let plain = desk.run(&["order", "--order", PROCESSED]).code(0);
    for part in [PROCESSED, "PROCESSED", "Branch stock", "60804101", "CARDS"] {
        assert!(plain.out.contains(part), "{part}: {}", plain.out);
    }
    let json = desk
        .run(&["order", "--order", PROCESSED, "--json"])
        .code(0)
        .json();
    assert_eq!(json["result"]["order_id"], PROCESSED);
    assert_eq!(json["result"]["status"], "PROCESSED");
    assert_eq!(json["result"]["products"][0]["no_of_card"], "5");

    let ended = desk
        .run(&["order", "--order", "no-such", "--json"])
        .code(1)
        .says("ORD001");
    let json = ended.json();
    assert_eq!(json["outcome"], "refused");
    assert_eq!(json["error"]["code"], "ORD001");
    assert!(json["result"].is_null());
    let plain = desk.run(&["order", "--order", "no-such"]).code(1);
    assert_eq!(plain.out, "");
}

#[cfg(unix)]
#[test]
fn whoever_stops_reading_is_no_fault() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = desk.command(&["kits", "--entity", "210000000096"]);
    let output = command.stdout(writer).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
