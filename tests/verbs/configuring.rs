//! `config show` and `config init`, and the verbs that ask nobody: themes, completions, the version.

use std::path::Path;

use serde_json::Value;

use crate::console::{sandbox, skipped, write_file};
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

/// All of it, a line a setting, without the folder's changing name.
const SHOWN: &str = "
configuration                    HOME/kitdesk/config.toml             built_in
default_profile                  one                                  built_in
theme                            paper                                flag --theme
idle_limit                       2m                                   file HOME/kitdesk/config.toml 2
hide_on_focus_lost               false                                built_in
linear                           false                                built_in
operator                         maria                                variable KITDESK_OPERATOR
state                            HOME/state                           variable KITDESK_STATE
profiles.one.base_url            https://dcms.example.com/v1          file HOME/kitdesk/config.toml 5
profiles.one.tenant              BANK                                 file HOME/kitdesk/config.toml 6
profiles.one.environment         live                                 file HOME/kitdesk/config.toml 7
profiles.one.branch_id           null                                 built_in
profiles.one.tiers               null                                 built_in
profiles.one.plastic_codes       null                                 built_in
profiles.one.pin_entry           local                                built_in
profiles.one.pin_block           raw                                  built_in
profiles.one.pin_account         pan                                  built_in
profiles.one.pin_length          [4, 6]                               built_in
profiles.one.weak_pins           refuse                               built_in
profiles.one.weak_pin_list       null                                 built_in
profiles.one.timeouts.connect    5s                                   built_in
profiles.one.timeouts.read       7s                                   file HOME/kitdesk/config.toml 8
profiles.one.timeouts.write      15s                                  built_in
profiles.one.ca_file             null                                 built_in
profiles.one.client_cert         null                                 built_in
profiles.one.client_key          null                                 built_in
profiles.one.proxy               null                                 built_in
profiles.one.no_proxy            null                                 built_in
profiles.one.pin_key             file HOME/kitdesk/pin.key            file HOME/kitdesk/config.toml 10
profiles.one.pin_key.format      hex                                  built_in
profiles.one.card_key            command vault                        file HOME/kitdesk/config.toml 13
profiles.one.card_key.format     base64                               file HOME/kitdesk/config.toml 15
profiles.one.sign_in.username    api_user                             file HOME/kitdesk/config.toml 18
profiles.one.sign_in.password    environment variable DCMS_PASSWORD   file HOME/kitdesk/config.toml 19
profiles.one.headers.x-api-key   plain value                          file HOME/kitdesk/config.toml 22
";

#[test]
fn every_setting_with_its_origin() {
    // None of the files that it names is there: `doctor` says so, this verb does not need them.
    let desk = Desk::configured(SETTINGS);
    let args = ["config", "show", "--theme", "paper", "--json"];
    let ended = desk.run(&args).code(0);
    let object = ended.json();
    assert_eq!(object["operation"], "config show");
    let settings = object["result"]["settings"].as_array().expect("a list");
    let home = desk.path("").display().to_string();
    let word = |value: &Value| match value {
        Value::String(text) => text.replace(&home, "HOME/"),
        other => other.to_string(),
    };
    let rows: Vec<String> = settings
        .iter()
        .map(|setting| {
            let origin = &setting["origin"];
            let place = [&origin["name"], &origin["line"]];
            let place = place.map(|part| {
                if part.is_null() {
                    String::new()
                } else {
                    word(part)
                }
            });
            let [name, kind] = [&setting["name"], &origin["kind"]].map(&word);
            format!(
                "{name} {} {kind} {}",
                word(&setting["value"]),
                place.join(" ")
            )
        })
        .collect();
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: Vec<String> = rows.iter().map(|row| words(row)).collect();
    let expected: Vec<String> = SHOWN.trim().lines().map(words).collect();
    assert_eq!(shown, expected);
    ended.keeps(&["g4teway-Plain", "card-4711"]);
}

#[test]
fn whoever_no_variable_names_is_named_by_the_system() {
    let desk = Desk::configured(SETTINGS);
    let mut command = desk.command(&["config", "show", "--json"]);
    let output = command.env_remove("KITDESK_OPERATOR").output();
    let object = Ended::of(&output.expect("it runs")).code(0).json();
    let settings = object["result"]["settings"].as_array().expect("a list");
    let mut operators = settings
        .iter()
        .filter(|setting| setting["name"] == "operator");
    let operator = operators
        .next()
        .and_then(|setting| setting["value"].as_str());
    // It is a name, or a number where the system has none; never a word that an outcome is called by.
    let operator = operator.expect("there is one");
    assert!(!operator.is_empty() && operator != "unknown", "{operator}");
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
fn no_secret_in_a_wrong_place_is_shown() {
    const SECRET: &str = "s.SECRET";
    const HEAD: &str = "[profiles.one]\nbase_url = \"https://127.0.0.1:9/v1\"\ntenant = \"T\"\nenvironment = \"uat\"\n";
    for (wrong, said) in [
        (
            "pin_key = { command = [\"vault kv get -token=s.SECRET\"] }",
            "string of its own",
        ),
        (
            "pin_key = { command = [\"T=s.SECRET vault\", \"s.SECRET\"] }",
            "string of its own",
        ),
        (
            "headers = { x = { command = [\"./vault -t s.SECRET\"] } }",
            "string of its own",
        ),
        (
            "sign_in = { username = \"u\", password = { command = [\"a s.SECRET\"] } }",
            "string of its own",
        ),
        (
            "sign_in = { username = \"u\", password = { env = \"s.SECRET\" } }",
            "letters, digits and _",
        ),
        (
            "sign_in = { username = \"u\", password = \"s.SECRET\" }",
            "where it is kept",
        ),
        ("headers = { \"x: s.SECRET\" = \"v\" }", "header name"),
        (
            "proxy = \"http://u:s.SECRET@proxy:3128\"",
            "name or a password",
        ),
        (
            "proxy = \"http://proxy:3128\"\nno_proxy = [\"http://u:s.SECRET@h\"]",
            "without scheme",
        ),
    ] {
        let desk = Desk::configured(&format!("{HEAD}{wrong}\n"));
        desk.run(&["kits", "--entity", ENTITY])
            .code(2)
            .says("config.toml, line")
            .says(said)
            .keeps(&[SECRET]);
        desk.run(&["config", "show"]).keeps(&[SECRET]);
        let found = desk.run(&["doctor", "--json"]).keeps(&[SECRET]);
        assert!(found.out.contains(said), "{wrong}: {}", found.out);
    }
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
fn what_of_a_pin_is_sealed_is_never_taken_for_granted() {
    let desk = Desk::unconfigured();
    let init = ["config", "init", "--path"];
    let ended = desk.run(&[&init[..], &["open.toml"]].concat()).code(0);
    ended.shows("pin_block is left open in it");
    let args = [&init[..], &["hex.toml", "--pin-block", "hex"]].concat();
    let ended = desk.run(&args).code(0);
    assert!(!ended.out.contains("left open"), "{}", ended.out);
    let key = "[profiles.acme-uat.pin_key]\nfile = \"pin.key\"\n";
    write_file(&desk.path("pin.key"), &"7".repeat(32));
    for (file, state) in [("open.toml", "warn"), ("hex.toml", "ok")] {
        let path = desk.path(file);
        let text = std::fs::read_to_string(&path).expect("it was written");
        write_file(&path, &(text + "\n" + key));
        let ended = desk.run(&["--config", file, "doctor", "--json"]);
        let json = ended.json();
        let checks = json["result"]["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["name"] == "pin_block");
        assert_eq!(check.expect("it is one")["state"], state, "{file}");
    }
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

    let folder = desk.path("themes");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("night.toml"), "inherits = \"desk\"").expect("written");
    let config = desk.path("config.toml");
    let config = config.to_str().expect("a path");
    let plain = desk.run(&["themes", "--config", config]).code(0);
    assert_eq!(plain.out.lines().last(), Some("night"));
}

#[test]
fn manual_pages_for_the_program_and_its_verbs() {
    let desk = Desk::unconfigured();
    let page = desk.run(&["man"]).code(0).out;
    let title = page
        .lines()
        .find(|line| line.starts_with(".TH"))
        .expect("a title");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(title, format!(".TH kitdesk 1  \"kitdesk {version}\" "));
    for word in ["set\\-pin", "doctor", "KITDESK_CONFIG"] {
        assert!(page.contains(word), "{word}: {page}");
    }
    let folder = desk.path("pages");
    let args = ["man", "--out", folder.to_str().expect("a path")];
    let listed = desk.run(&args).code(0).out;
    for name in ["kitdesk.1", "kitdesk-upgrade.1", "kitdesk-journal-export.1"] {
        assert!(listed.lines().any(|line| line == name), "{listed}");
        let page = std::fs::read_to_string(folder.join(name)).expect("a page");
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
        let title = page.lines().find(|line| line.starts_with(".TH"));
        let title = title.expect("a title");
        assert!(
            title.contains(version) && !title.contains("commit"),
            "{title}"
        );
    }
}

#[test]
fn completions_for_each_shell() {
    let desk = Desk::unconfigured();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = desk.run(&["completions", shell]).code(0);
        for word in [
            "kitdesk",
            "doctor",
            "set-pin",
            "secrets-stdin",
            "keep-going",
        ] {
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
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join(".git").exists() {
        return skipped("this was not built from a checkout of its own, which names a commit");
    }
    let is_hash = commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_hash, "{}", ended.out);
}

#[test]
fn keys_that_clash_are_refused_by_every_verb_and_others_are_shown() {
    let sandbox = sandbox();
    let with = |keys: &str| format!("{}\n[keys]\n{keys}\n", sandbox.config_file());
    let said = "keys.upgrade: g is find too (The kits); give one of them another key";
    let desk = Desk::configured(&with("upgrade = \"g\""));
    desk.run(&["kits", "--entity", "676165"]).code(2).says(said);
    desk.run(&["doctor"]).code(2).shows(said);
    desk.run(&["config", "show"]).code(2).says(said);
    let desk = Desk::configured(&with("upgrade = [\"U\", \"F12\"]"));
    desk.run(&["kits", "--entity", "676165"]).code(0);
    desk.run(&["config", "show"])
        .code(0)
        .shows("keys.upgrade")
        .shows("U, F12");
}

#[test]
fn a_theme_that_there_is_none_of_is_refused_by_every_verb() {
    let sandbox = sandbox();
    let with = |theme: &str| format!("theme = \"{theme}\"\n{}", sandbox.config_file());
    let kits = ["kits", "--entity", ENTITY];
    let desk = Desk::configured(&with("nonesuch"));
    let said = "config.toml, line 1: theme nonesuch: there is no such theme; there are desk, ";
    desk.run(&kits).code(2).says(said);
    desk.run(&["config", "show"]).code(2).says(said);
    let ended = desk.run(&["doctor", "--json"]).code(2);
    let checks = ended.json()["result"]["checks"].clone();
    assert_eq!(checks[0]["state"], "fail", "{checks}");
    let words = checks[0]["said"].as_str().expect("words");
    assert!(words.contains(said), "{words}");
    // Another one by a flag is a way out, and the list of them is always to be had.
    desk.run(&[&kits[..], &["--theme", "paper"]].concat())
        .code(0);
    desk.run(&["themes"]).code(0);

    let desk = Desk::on(&sandbox);
    let args = [&kits[..], &["--theme", "nonesuch"]].concat();
    desk.run(&args).code(2).says("--theme: theme nonesuch");
    let desk = Desk::configured(&with("themes/own.toml"));
    let said = "config.toml, line 1: the theme ";
    desk.run(&kits).code(2).says(said).says("does not exist");
    std::fs::create_dir(desk.path("kitdesk/themes")).expect("made");
    write_file(&desk.path("kitdesk/themes/own.toml"), "palette = 3\n");
    desk.run(&kits)
        .code(2)
        .says("config.toml, line 1: theme ")
        .says("own.toml, line 1");
    write_file(
        &desk.path("kitdesk/themes/own.toml"),
        "inherits = \"desk\"\n",
    );
    desk.run(&kits).code(0);
}
