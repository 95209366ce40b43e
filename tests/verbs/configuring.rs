//! `config show` and `config init`, and the verbs that ask nobody: themes, completions, the version.

use serde_json::Value;

use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, ENTITY, Ended, KIT};

const SETTINGS: &str = r#"
idle_limit = "2m"

[profiles.one]
base_url    = "https://dcms.example.com/v1"
tenant      = "BANK"
environment = "live"
timeouts    = { read = "7s" }

[profiles.one.pin_key]
file = "pin.key"

[profiles.one.card_key]
command = ["vault", "kv", "get", "secret/card-4711"]
format = "base64"

[profiles.one.sign_in]
username = "api_user"
password = { env = "DCMS_PASSWORD" }

[profiles.one.headers]
"X-Api-Key" = "g4teway-Plain"
"#;

/// A setting's value, what kind of origin it has, and where that is.
fn setting(ended: &Ended, name: &str) -> (Value, Value, Value, Value) {
    let object = ended.json();
    let settings = object["result"]["settings"].as_array().expect("a list");
    let found = settings.iter().find(|setting| setting["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {object}"));
    let origin = &found["origin"];
    (
        found["value"].clone(),
        origin["kind"].clone(),
        origin["name"].clone(),
        origin["line"].clone(),
    )
}

#[test]
fn every_setting_with_its_origin() {
    // None of the files that it names is there: `doctor` says so, this verb does not need them.
    let desk = Desk::configured(SETTINGS);
    let args = ["config", "show", "--theme", "paper", "--json"];
    let ended = desk.run(&args).code(0);
    assert_eq!(ended.json()["operation"], "config show");
    let file = desk.path("kitdesk/config.toml").display().to_string();
    let key = desk.path("kitdesk/pin.key").display().to_string();
    let null = Value::Null;
    let state = desk.path("state").display().to_string();
    for (name, value, kind, place, line) in [
        (
            "configuration",
            file.as_str(),
            "built_in",
            null.clone(),
            null.clone(),
        ),
        (
            "default_profile",
            "one",
            "built_in",
            null.clone(),
            null.clone(),
        ),
        ("theme", "paper", "flag", "--theme".into(), null.clone()),
        ("idle_limit", "2m", "file", file.clone().into(), 2.into()),
        (
            "operator",
            "maria",
            "variable",
            "KITDESK_OPERATOR".into(),
            null.clone(),
        ),
        (
            "state",
            &state,
            "variable",
            "KITDESK_STATE".into(),
            null.clone(),
        ),
        (
            "profiles.one.tenant",
            "BANK",
            "file",
            file.clone().into(),
            6.into(),
        ),
        (
            "profiles.one.environment",
            "live",
            "file",
            file.clone().into(),
            7.into(),
        ),
        (
            "profiles.one.pin_entry",
            "local",
            "built_in",
            null.clone(),
            null.clone(),
        ),
        (
            "profiles.one.pin_length",
            "[4, 6]",
            "built_in",
            null.clone(),
            null.clone(),
        ),
        (
            "profiles.one.timeouts.read",
            "7s",
            "file",
            file.clone().into(),
            8.into(),
        ),
        (
            "profiles.one.timeouts.write",
            "15s",
            "built_in",
            null.clone(),
            null.clone(),
        ),
        (
            "profiles.one.pin_key",
            &format!("file {key}"),
            "file",
            file.clone().into(),
            10.into(),
        ),
        (
            "profiles.one.pin_key.format",
            "hex",
            "built_in",
            null.clone(),
            null.clone(),
        ),
        (
            "profiles.one.card_key",
            "command vault",
            "file",
            file.clone().into(),
            13.into(),
        ),
        (
            "profiles.one.card_key.format",
            "base64",
            "file",
            file.clone().into(),
            15.into(),
        ),
        (
            "profiles.one.sign_in.username",
            "api_user",
            "file",
            file.clone().into(),
            18.into(),
        ),
        (
            "profiles.one.sign_in.password",
            "environment variable DCMS_PASSWORD",
            "file",
            file.clone().into(),
            19.into(),
        ),
        (
            "profiles.one.headers.x-api-key",
            "plain value",
            "file",
            file.clone().into(),
            22.into(),
        ),
    ] {
        let expected = (value.into(), kind.into(), place, line);
        assert_eq!(setting(&ended, name), expected, "{name}");
    }
    let unset = setting(&ended, "profiles.one.ca_file");
    assert_eq!(
        unset,
        (Value::Null, "built_in".into(), Value::Null, Value::Null)
    );
    let ended = ended.keeps(&["g4teway-Plain", "card-4711"]);
    assert_eq!(ended.err, "");
}

#[test]
fn the_same_for_people() {
    let desk = Desk::configured(SETTINGS);
    let mut command = desk.command(&["config", "show"]);
    command.env("KITDESK_PROFILE", "one");
    let ended = Ended::of(&command.output().expect("the program runs")).code(0);
    let row = |name: &str| {
        let mut lines = ended.out.lines();
        let found = lines.find(|line| line.starts_with(&format!("{name} ")));
        let words = found.unwrap_or_else(|| panic!("no {name} in {}", ended.out));
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        row("default_profile"),
        "default_profile one environment variable KITDESK_PROFILE"
    );
    assert!(row("profiles.one.tenant").ends_with("config.toml, line 6"));
    assert_eq!(row("profiles.one.proxy"), "profiles.one.proxy — built in");
    ended.keeps(&["g4teway-Plain", "card-4711"]);
}

#[test]
fn settings_without_a_file_and_of_a_faulty_one() {
    let ended = Desk::unconfigured().run(&["config", "show"]).code(0);
    assert!(ended.out.contains("kitdesk config init"), "{}", ended.out);
    let desk = Desk::configured("theme = 3\n");
    let ended = desk.run(&["config", "show", "--json"]).code(2);
    assert_eq!(ended.json()["outcome"], "not_sent");
    ended.says("config.toml");
}

#[test]
fn a_first_configuration_that_works() {
    let desk = Desk::unconfigured();
    let ended = desk.run(&["config", "init", "--json"]).code(0);
    let file = desk.path("kitdesk/config.toml");
    assert_eq!(ended.json()["result"]["path"], file.display().to_string());
    let text = std::fs::read_to_string(&file).expect("it was written");
    let ended = desk.run(&["config", "init"]).code(2);
    ended.says("is there already");
    assert_eq!(std::fs::read_to_string(&file).expect("it stays"), text);

    // What a reader of it would do: the address and the tenant.
    let sandbox = sandbox();
    let text = text
        .replace("https://api.dcms.example.com/v1", &sandbox.base_url())
        .replace("ACME_BANK", "SANDBOX");
    write_file(&file, &text);
    let ended = desk.run(&["kits", "--entity", ENTITY]).code(0);
    assert!(ended.out.contains(KIT));
    let ended = desk.run(&["doctor"]).code(0);
    assert!(ended.out.contains("tenant SANDBOX, UAT"), "{}", ended.out);
}

#[test]
fn a_first_configuration_somewhere_else() {
    let desk = Desk::unconfigured();
    let args = ["config", "init", "--path", "new/folder/desk.toml"];
    desk.run(&args).code(0);
    assert!(desk.path("new/folder/desk.toml").is_file());
    assert!(!desk.path("kitdesk").exists());
    let ended = desk.run(&["--config", "other.toml", "config", "init"]);
    ended.code(0);
    assert!(desk.path("other.toml").is_file());
    write_file(&desk.path("plain"), "a file");
    let args = ["config", "init", "--path", "plain/config.toml"];
    desk.run(&args).code(2).says("can't be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for (path, mode) in [("new/folder/desk.toml", 0o600), ("new/folder", 0o700)] {
            let metadata = std::fs::metadata(desk.path(path)).expect("it was made");
            assert_eq!(metadata.permissions().mode() & 0o777, mode, "{path}");
        }
    }
}

#[test]
fn themes_are_listed() {
    let desk = Desk::unconfigured();
    let plain = desk.run(&["themes"]).code(0);
    assert!(plain.out.lines().any(|line| line == "desk"));
    let listed = desk.run(&["themes", "--json"]).code(0).json();
    let listed = listed["result"]["themes"].as_array().expect("a list").len();
    assert_eq!(plain.out.lines().count(), listed);
}

#[test]
fn completions_for_each_shell() {
    let desk = Desk::unconfigured();
    for shell in ["bash", "zsh", "fish"] {
        let ended = desk.run(&["completions", shell]).code(0);
        for word in ["kitdesk", "doctor", "set-pin", "secrets-stdin"] {
            assert!(ended.out.contains(word), "{word} for {shell}");
        }
        assert_eq!(ended.err, "");
    }
    desk.run(&["completions", "abacus"]).code(2).says("abacus");
    let object = desk.run(&["completions", "bash", "--json"]).code(0).json();
    assert!(object["result"]["script"].is_string());
}

#[test]
fn the_version_names_the_commit() {
    let ended = Desk::unconfigured().run(&["--version"]).code(0);
    let start = concat!("kitdesk ", env!("CARGO_PKG_VERSION"), " (commit ");
    let rest = ended.out.strip_prefix(start).expect("name and version");
    let commit = rest.split(',').next().expect("a commit");
    let is_hash = commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_hash || commit == "unknown", "{}", ended.out);
}
