//! How sessions end: by the line, by the server, by its limits. What was sent is on record in any case.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use kitdesk::sandbox::Sandbox;

use crate::console::{Console, Key, sandbox};
use crate::fixtures::{Server, has_ssh, key, people};

/// A console that has just sent an upgrade, which the DCMS takes a moment to answer.
pub fn in_a_write(server: &Server, sandbox: &Sandbox) -> Console {
    let mut console = server.console(&key(1), 80, 24);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.type_text("u").until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    sandbox.add_fault("upgradeCard=delay:1.5:1".parse().expect("a fault"));
    console.type_text("1789").key(Key::Enter);
    server.recorded("intent");
    console
}

#[test]
fn a_line_that_is_lost_in_a_write_loses_no_outcome() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut console = in_a_write(&server, &sandbox);
    console.kill();
    let outcome = server.recorded("outcome");
    assert_eq!(outcome["outcome"], "done");
    let ended = server.recorded("session_ended");
    assert_eq!(ended["message"], "line_lost");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[test]
fn a_server_that_is_stopped_waits_for_its_writes_and_says_goodbye() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let mut server = Server::on(&sandbox);
    let mut other = server.console(&key(2), 80, 24);
    let mut console = in_a_write(&server, &sandbox);
    server.signal("TERM");
    other.until("kitdesk: the server is stopping: connect again in a minute");
    assert_eq!(other.exit_code(), 1);
    // The one who has sent something sees how it ended first.
    console.until("kitdesk: the server is stopping: connect again in a minute");
    assert_eq!(console.exit_code(), 1);
    assert_eq!(server.exit_code(), 0);
    let kinds: Vec<_> = server
        .records()
        .iter()
        .map(|record| record["kind"].clone())
        .collect();
    assert!(kinds.contains(&"outcome".into()), "{kinds:?}");
    assert_eq!(
        kinds.iter().filter(|kind| *kind == "session_ended").count(),
        2
    );
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[test]
fn nobody_is_let_in_once_the_server_stops() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let mut server = Server::on(&sandbox);
    server.signal("TERM");
    assert_eq!(server.exit_code(), 0);
    let output = server.ssh(&key(1)).with(&["-tt"]).ask(&[]);
    assert_eq!(output.status.code(), Some(255));
}

#[test]
fn a_stop_waits_for_nobody_who_has_no_session() {
    let sandbox = sandbox();
    // A session's write would be waited for longer than this test has patience.
    let config = sandbox.config_file() + "\n[profiles.sandbox.timeouts]\nwrite = \"2m\"\n";
    let mut server = Server::configured(&config, "metrics = \"127.0.0.1:0\"", &people());
    let mut on_its_way = TcpStream::connect(server.address).expect("it listens");
    on_its_way.read_exact(&mut [0; 8]).expect("it is taken in");
    let figures = server.metrics.expect("it was asked for");
    let mut reader = TcpStream::connect(figures).expect("it listens");
    reader
        .write_all(b"GET /metrics HTTP/1.1\r\nHo")
        .expect("taken");
    server.signal("TERM");
    assert_eq!(server.exit_code(), 0);
}

#[test]
fn the_longest_session_and_the_idle_limit_end_with_their_sentence() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "longest_session = \"1s\"", &people());
    let mut console = server.ssh(&key(1)).terminal(80, 24);
    console
        .until("kitdesk: the session has lasted 1s, which is the longest it may (longest_session)");
    assert_eq!(console.exit_code(), 1);
    assert_eq!(
        server.recorded("session_ended")["message"],
        "longest_session"
    );
}

#[test]
fn a_client_that_stops_reading_holds_up_nobody_and_costs_no_memory() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut other = server.console(&key(2), 80, 24);
    let mut console = server.console(&key(1), 200, 60);
    console
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);
    let before = server.memory();
    console.hold();
    for _ in 0..3000 {
        console.send(b"\x1b[15~");
    }
    other
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);
    std::thread::sleep(Duration::from_millis(500));
    let grown = server.memory().saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB more");
    console.read_on();
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
    other.end();
}
