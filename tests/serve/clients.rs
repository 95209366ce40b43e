//! Other clients than OpenSSH's, where they are installed: `PuTTY`'s and Dropbear's.

use std::process::{Command, Stdio};

use crate::console::{Console, Key, home, sandbox};
use crate::fixtures::{Server, has, key, write_key};

/// One look-up, and a proper end.
fn walk(mut console: Console) {
    console.until("Find a customer").until("maria");
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn putty_is_served() {
    if !has("plink", "-V") || !has("puttygen", "-V") {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let home = home(None);
    let id = home.path().join("id");
    write_key(&id, &key(1));
    let own = home.path().join("id.ppk");
    let converted = Command::new("puttygen")
        .arg(&id)
        .args(["-O", "private", "--new-passphrase", "/dev/null", "-o"])
        .arg(&own)
        .stdin(Stdio::null())
        .status();
    assert!(converted.expect("it runs").success());
    let args = [
        "-ssh",
        "-batch",
        "-t",
        "-P",
        &server.address.port().to_string(),
        "-hostkey",
        &server.host_key,
        "-i",
        &own.display().to_string(),
        "desk@127.0.0.1",
    ];
    walk(Console::start_program(
        "plink",
        home,
        &args.map(str::to_owned),
        80,
        24,
    ));
}

#[test]
fn dropbear_is_served() {
    if !has("dbclient", "-V") || !has("dropbearconvert", "-V") {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let home = home(None);
    let id = home.path().join("id");
    write_key(&id, &key(1));
    let own = home.path().join("id.dropbear");
    let converted = Command::new("dropbearconvert")
        .args(["openssh", "dropbear"])
        .args([&id, &own])
        .stderr(Stdio::null())
        .status();
    assert!(converted.expect("it runs").success());
    let args = [
        "-y",
        "-y",
        "-p",
        &server.address.port().to_string(),
        "-i",
        &own.display().to_string(),
        "desk@127.0.0.1",
    ];
    walk(Console::start_program(
        "dbclient",
        home,
        &args.map(str::to_owned),
        80,
        24,
    ));
}

#[test]
fn an_auditor_of_ssh_servers_finds_nothing_that_fails() {
    if !has("ssh-audit", "--help") {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let port = server.address.port().to_string();
    let audit = Command::new("ssh-audit")
        .args(["-n", "--skip-rate-test", "-p", &port, "127.0.0.1"])
        .stdin(Stdio::null())
        .output();
    let audit = audit.expect("it runs");
    let said = String::from_utf8_lossy(&audit.stdout);
    assert!(said.contains("(gen) banner: SSH-2.0-kitdesk"), "{said}");
    assert!(!said.contains("[fail]"), "{said}");
    // Two is for warnings: not every client has a key exchange for the time of quantum computers yet.
    assert!(matches!(audit.status.code(), Some(0 | 2)), "{said}");
}
