//! `people list` and `people check`, and what the doctor says of a server's own files.

use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::ssh_key::{LineEnding, PrivateKey};

use crate::console::write_file;
use crate::doctor::{doctor, finds};
use crate::fixtures::{Desk, closed_port, config_for};

/// Two people and an authority. Nobody settles.
pub const PEOPLE: &str = "\
[people.maria]
name = \"Maria D'Souza\"
roles = [\"desk\"]
branch = \"12345\"
from = [\"10.1.0.0/16\", \"10.2.0.7\"]
until = 2999-01-31
keys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIoB30y5jyncXTHiApjF1kzvPOVt9CFJSfyxQSd6zbgE maria@pad\"]

[people.ravi]
name = \"Ravi Kumar\"
roles = [\"desk\", \"audit\", \"admin\"]

[authorities.bank]
key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHWBuzS+OvDxZa9w5iMVRC+Rf7sIcKPNzYjSlZI4GZdd bank user CA\"
roles = [\"desk\"]
";
/// Of her key, as `ssh-keygen -l` shows it.
const MARIAS: &str = "SHA256:";

fn with_server(people: &str) -> Desk {
    let desk = Desk::configured(&config_for(closed_port(), "[serve]\npeople = \"who.toml\""));
    write_file(&desk.path("kitdesk").join("who.toml"), people);
    desk
}

#[test]
fn everybody_is_listed_with_whole_fingerprints() {
    let desk = with_server(PEOPLE);
    let ended = desk.run(&["people", "list"]).code(0);
    let ended = ended
        .shows("maria  Maria D'Souza")
        .shows("10.1.0.0/16, 10.2.0.7");
    let ended = ended.shows("2999-01-31").shows("bank user CA");
    let key = ended.out.lines().find(|line| line.starts_with(MARIAS));
    let key = key.expect("her key is listed").to_owned();
    assert!(key.ends_with("maria@pad"), "{key}");
    let object = desk.run(&["people", "list", "--json"]).code(0).json();
    assert_eq!(object["operation"], "people list");
    let fingerprint = object["result"]["people"][0]["keys"][0]["fingerprint"].as_str();
    let fingerprint = fingerprint.expect("a fingerprint");
    assert_eq!(fingerprint.len(), "SHA256:".len() + 43);
    assert!(key.starts_with(fingerprint), "{key}");
    assert_eq!(
        object["result"]["authorities"][0]["lifetime_seconds"],
        24 * 3600
    );
}

#[test]
fn a_good_list_is_checked_with_warnings() {
    let desk = with_server(PEOPLE);
    let ended = desk.run(&["people", "check"]).code(0);
    let ended = ended.shows("2 people, 1 authority, no mistake.");
    ended.shows("nobody has the role settle");
    let warned = PEOPLE
        .replace("2999-01-31", "2001-01-31")
        .replace(
            "roles = [\"desk\", \"audit\", \"admin\"]",
            "roles = [\"audit\"]",
        )
        .replace("roles = [\"desk\"]\n\"", "lifetime = \"7d\"\n")
        + "lifetime = \"7d\"\n";
    let ended = with_server(&warned).run(&["people", "check"]).code(0);
    let ended = ended.shows("line 1: [people.maria] can't log in since 2001-01-31 is over");
    let ended = ended.shows("line 9: [people.ravi] can't log in: there is no key, and no authority gives any of the roles");
    let ended = ended.shows("line 13: [authorities.bank] has certificates that live up to");
    ended.shows("nobody has any of the roles desk, check, settle, admin");
}

#[test]
fn every_mistake_is_reported_with_its_line_and_exit_code_2() {
    let faulty = PEOPLE
        .replace("\"10.2.0.7\"", "\"home\"")
        .replace("\"admin\"", "\"boss\"");
    let desk = with_server(&faulty);
    for verb in ["check", "list"] {
        let ended = desk.run(&["people", verb]).code(2);
        let ended = ended.says("who.toml, line 5: from is \"home\"");
        ended.says(
            "who.toml, line 11: roles is \"boss\"; allowed are desk, check, settle, audit, admin",
        );
    }
    let object = desk.run(&["people", "check", "--json"]).code(2).json();
    assert_eq!(object["outcome"], "not_sent");
    let mistakes = object["result"]["mistakes"].as_array().expect("a list");
    let lines: Vec<_> = mistakes.iter().map(|one| one["line"].as_u64()).collect();
    assert_eq!(lines, [Some(5), Some(11)]);
}

#[test]
fn a_list_can_be_checked_before_it_is_put_in_place() {
    let desk = Desk::unconfigured();
    write_file(&desk.path("new.toml"), PEOPLE);
    desk.run(&["people", "check", "new.toml"]).code(0);
    desk.run(&["people", "check"])
        .code(2)
        .says("no SSH server is configured");
    desk.run(&["people", "list", "none.toml"])
        .code(2)
        .says("none.toml does not exist");
}

#[test]
fn the_doctor_looks_at_the_list_and_the_host_key_where_there_is_a_server() {
    let without = Desk::configured(&config_for(closed_port(), ""));
    let checks = doctor(&without).json()["result"]["checks"].to_string();
    assert!(
        !checks.contains("host_key") && !checks.contains("\"people\""),
        "{checks}"
    );

    let desk = with_server(PEOPLE);
    let ended = finds(
        doctor(&desk),
        "host_key",
        "fail",
        "host_ed25519 does not exist",
    );
    finds(ended, "people", "warn", "nobody has the role settle");

    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32]));
    let key = PrivateKey::new(pair, "").expect("a key");
    let text = key.to_openssh(LineEnding::LF).expect("text");
    let path = desk.path("kitdesk").join("host_ed25519");
    write_file(&path, &text);
    let ended = finds(doctor(&desk), "host_key", "ok", "ssh-ed25519 SHA256:");
    let secret = text.lines().nth(2).expect("a line of the key");
    ended.keeps(&[secret]);

    write_file(&path, "hello");
    finds(
        doctor(&desk),
        "host_key",
        "fail",
        "is not an OpenSSH private key",
    );
    write_file(&desk.path("kitdesk").join("who.toml"), "people = 1");
    finds(
        doctor(&desk),
        "people",
        "fail",
        "who.toml, line 1: people must be a table",
    );
}

#[cfg(unix)]
#[test]
fn a_host_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = with_server(PEOPLE);
    let path = desk.path("kitdesk").join("host_ed25519");
    write_file(&path, "x");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("ours");
    finds(
        doctor(&desk),
        "host_key",
        "fail",
        "can be read by others; only its owner may: chmod 600",
    );
}
