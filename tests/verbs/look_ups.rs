//! `kits` and `order`: what is printed for people and for programs.

use kitdesk::dcms::is_harmful;

use crate::console::sandbox;
use crate::fixtures::{Desk, PROCESSED};

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
