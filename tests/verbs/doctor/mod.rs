//! `doctor`: how its checks are told, the exit codes, and what never gets out.

mod certificates;
mod reach;
mod records;
mod settings;

use serde_json::Value;

use crate::console::{Console, sandbox, write_file};
use crate::fixtures::{Desk, Ended, closed_port, config_for};

/// In the order in which they are told.
const NAMES: [&str; 16] = [
    "configuration",
    "profile",
    "pin_key",
    "card_key",
    "pin_block",
    "pin_entry",
    "credentials",
    "dcms",
    "clock",
    "memory",
    "process",
    "terminal",
    "ssh",
    "journal",
    "journal_chain",
    "open_writes",
];

pub fn doctor(desk: &Desk) -> Ended {
    desk.run(&["doctor", "--json"])
}

/// A check by its name: its state, and what it said with what to do. What warns or failed says that.
#[track_caller]
fn check(ended: &Ended, name: &str) -> (String, String) {
    let object = ended.json();
    assert_eq!(object["operation"], "doctor");
    let checks = object["result"]["checks"].as_array().expect("a list");
    for check in checks {
        let is_not_well = check["state"] == "warn" || check["state"] == "fail";
        assert_eq!(check["advice"].is_string(), is_not_well, "{check}");
    }
    let found = checks.iter().find(|check| check["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {object}"));
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    let words = format!("{} -> {}", text("said"), text("advice"));
    (text("state"), words)
}

#[track_caller]
pub fn finds(ended: Ended, name: &str, state: &str, said: &str) -> Ended {
    let (found, words) = check(&ended, name);
    assert_eq!(found, state, "{words}");
    assert!(words.contains(said), "{said:?} in {words:?}");
    ended
}

/// The sandbox' own keys, as its configuration has them.
fn keys_of(config: &str) -> Vec<String> {
    let lines = config.lines().filter(|line| line.starts_with("command"));
    let keys = lines.filter_map(|line| line.rsplit('"').nth(1));
    keys.map(str::to_owned).collect()
}

#[test]
fn all_is_well() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let ended = doctor(&desk).code(0);
    let object = ended.json();
    assert_eq!(object["outcome"], "done");
    assert!(object["error"].is_null() && object["journal_id"].is_null());
    let checks = object["result"]["checks"].as_array().expect("a list");
    let names = checks.iter().filter_map(|check| check["name"].as_str());
    assert_eq!(names.collect::<Vec<_>>(), NAMES);
    let (pin_key, card_key) = (sandbox.pin_key(), sandbox.card_key());
    let ended = finds(
        ended,
        "pin_key",
        "ok",
        &pin_key.check_value().by_both_methods(),
    );
    let ended = finds(
        ended,
        "card_key",
        "ok",
        &card_key.check_value().by_both_methods(),
    );
    let ended = finds(ended, "pin_key", "ok", "command printf");
    let ended = finds(ended, "dcms", "ok", "ORD001");
    let ended = finds(ended, "clock", "ok", "the DCMS's clock");
    let ended = finds(ended, "journal", "ok", "the first action makes it");
    finds(ended, "open_writes", "skipped", "no journal yet");
    assert_eq!(sandbox.received("fetchStatus"), 1);
    assert!(!desk.path("state").exists(), "it only looks");
}

#[test]
fn a_line_for_each_check() {
    let sandbox = sandbox();
    let plain = Desk::on(&sandbox).run(&["doctor"]).code(0);
    assert_eq!(plain.err, "");
    let lines: Vec<&str> = plain.out.lines().collect();
    assert_eq!(lines.len(), NAMES.len() + 1, "{}", plain.out);
    for (line, name) in lines.iter().zip(NAMES) {
        let signs = ["✓ ok ", "! warn ", "- skipped "];
        assert!(signs.iter().any(|sign| line.starts_with(sign)), "{line}");
        assert!(line.contains(name), "{line}");
    }
    assert!(plain.out.contains("\nOK"), "{}", plain.out);
    assert!(!plain.out.contains('\u{1b}'), "no colour in a pipe");
}

#[test]
fn one_object_also_where_it_fails() {
    let ended = doctor(&Desk::configured(&config_for(closed_port(), ""))).code(3);
    let object = ended.json();
    assert_eq!(object["outcome"], "not_sent");
    assert_eq!(object["error"]["message"], "checks failed: dcms");
    assert_eq!(object["error"]["code"], Value::Null);
    assert!(object["result"]["checks"].is_array());
}

#[test]
fn on_a_terminal() {
    let sandbox = sandbox();
    let start = |columns, rows| {
        let args = ["doctor".to_owned()];
        Console::start(Desk::on(&sandbox).into_home(), &args, columns, rows)
    };
    let mut wide = start(240, 40);
    wide.until_row(&["✓ ok", "terminal", "true colour, 240×40"]);
    wide.until("OK");
    // What was waited for is gone again.
    wide.absent("…");
    assert_eq!(wide.exit_code(), 0);
    let mut low = start(200, 12);
    low.until_row(&["! warn", "terminal", "200×12", "60×16 at least"]);
    assert_eq!(low.exit_code(), 0);
}

#[test]
fn no_secret_gets_out() {
    let sandbox = sandbox();
    let headers = "[profiles.sandbox.headers]\n\"x-api-key\" = \"g4teway-Plain\"\n\
                   \"x-other\" = { file = \"other\" }\n";
    let sign_in = "[profiles.sandbox.sign_in]\nusername = \"sandbox\"\n\
                   password = { env = \"WORD\" }\n";
    // The sandbox takes but one password, which is no secret; its token is.
    for (sign_in, password, call) in [
        ("", "w8-Zq-pass", "fetchStatus"),
        (sign_in, "w8-Zq-pass", "authenticate"),
        (sign_in, "sandbox", "fetchStatus"),
    ] {
        let config = sandbox.config_file() + headers + sign_in;
        let desk = Desk::configured(&config);
        write_file(&desk.path("kitdesk").join("other"), "0ther-Kept");
        let mut secrets = vec![
            "w8-Zq-pass",
            "g4teway-Plain",
            "0ther-Kept",
            "%s",
            "eyJhbGci",
        ];
        let keys = keys_of(&config);
        secrets.extend(keys.iter().map(String::as_str));
        for args in [
            &["doctor", "--entity", "181223116"][..],
            &["doctor", "--entity", "181223116", "--json"],
            &["config", "show"],
            &["config", "show", "--json"],
        ] {
            let logged = [args, &["--log", "log", "--log-level", "trace"]].concat();
            let mut command = desk.command(&logged);
            command.env("WORD", password);
            let ended = Ended::of(&command.output().expect("the program runs"));
            let log = std::fs::read_to_string(desk.path("log")).expect("a log");
            std::fs::remove_file(desk.path("log")).expect("its own file");
            for secret in &secrets {
                assert!(!log.contains(secret), "a secret in the log of {args:?}");
            }
            assert_eq!(args[0] == "doctor", log.contains(call), "{args:?}");
            assert!(ended.out.contains("x-api-key"), "{}", ended.out);
            ended.keeps(&secrets);
        }
    }
}
