//! The walk of the README through OpenSSH's client.

use std::process::Command;

use crate::console::{Key, sandbox};
use crate::fixtures::{Server, fingerprint, has_ssh, key, people, public, write_key};

#[test]
fn a_customer_is_served_from_the_first_key_to_the_receipt() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut console = server.console(&key(1), 80, 24);
    console.until("maria");
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.type_text("u").until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    console.type_text("1789").key(Key::Enter);
    console.until("Done").until("s receipt");
    console.type_text("s").until("Receipt");
    console.key(Key::Esc).until("Done");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
    console.gave_the_terminal_back();
    assert_eq!(sandbox.worked("upgradeCard"), 1);

    let ended = server.recorded("session_ended");
    assert_eq!(ended["operator"], "maria");
    let records = server.records();
    let began = records.last().expect("records");
    assert_eq!(began["kind"], "session_began");
    let facts = &began["after"];
    assert_eq!(facts["person"], "Maria D'Souza");
    assert_eq!(facts["key"], fingerprint(&key(1)).as_str());
    assert_eq!(facts["terminal"], "xterm-256color");
    assert!(
        facts["client"]
            .as_str()
            .is_some_and(|client| client.contains("OpenSSH"))
    );
    assert_eq!(facts["address"], "127.0.0.1");
    for record in &records {
        assert_eq!(record["operator"], "maria");
        assert_eq!(record["ssh_origin"], "127.0.0.1");
    }
}

#[test]
fn the_key_decides_who_it_is_and_not_what_the_client_says() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let ssh = server
        .ssh(&key(2))
        .with(&["-l", "maria", "-o", "SetEnv=KITDESK_OPERATOR=root"]);
    let mut console = ssh.console(80, 24);
    console.until("lakshmi");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn a_client_that_trusts_the_host_s_authority_is_asked_nothing() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    write_key(&at("ca"), &key(30));
    std::fs::write(at("host_ed25519.pub"), public(&key(31))).expect("written");
    let issued = Command::new("ssh-keygen")
        .args([
            "-q",
            "-h",
            "-s",
            "ca",
            "-I",
            "desk",
            "-n",
            "desk.example",
            "host_ed25519.pub",
        ])
        .current_dir(folder.path())
        .status();
    assert!(issued.expect("it is with ssh").success());
    let read = |name: &str| std::fs::read_to_string(at(name)).expect("there");
    write_key(&at("host_ed25519"), &key(31));
    let files = [
        ("people.toml", people()),
        ("host_ed25519", read("host_ed25519")),
        ("host_ed25519-cert.pub", read("host_ed25519-cert.pub")),
    ];
    let server = Server::with_files(&sandbox.config_file(), "", &files);
    let known = format!("@cert-authority *.example {}\n", public(&key(30)));
    std::fs::write(at("known_hosts"), known).expect("written");
    let known = format!("UserKnownHostsFile={}", at("known_hosts").display());
    // The first of each option counts.
    let strict = [
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        &known,
        "-o",
        "HostKeyAlias=desk.example",
    ];
    let mut console = server.ssh(&key(1)).with_first(&strict).console(80, 24);
    console.until("maria").end();
    let other = [
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        &known,
        "-o",
        "HostKeyAlias=other.bank",
    ];
    let output = server.ssh(&key(1)).with_first(&other).ask(&["true"]);
    assert_eq!(output.status.code(), Some(255));
}

#[test]
fn a_pin_is_refused_where_pins_are_for_the_counter() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let config = sandbox.config_file();
    let config = config.replace("environment =", "pin_entry = \"local\"\nenvironment =");
    let server = Server::configured(&config, "", &people());
    let mut console = server.console(&key(1), 80, 24);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.type_text("p");
    console.until("PINs are typed at the counter only, not over SSH");
    console.end();
}

#[test]
fn a_terminal_of_any_size_is_drawn_and_can_change() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut console = server.console(&key(1), 120, 40);
    console
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);
    for (columns, rows) in [(80, 24), (400, 120), (60, 16), (20, 5), (100, 30)] {
        console.resize(columns, rows).until_quiet();
    }
    console.until_row(&["4561789"]);
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
}
