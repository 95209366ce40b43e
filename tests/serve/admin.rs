//! Somebody who looks after the server, and the sessions of others.

use crate::console::{Key, sandbox};
use crate::endings::in_a_write;
use crate::fixtures::{Server, has_ssh, key, people, person};

/// With Sunita, who looks after the server, and has key 4.
fn people_with_admin() -> String {
    people() + &person("sunita", "Sunita Nair", "\"admin\"", 4)
}

#[test]
fn an_admin_sees_who_is_here_and_ends_a_session() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "", &people_with_admin());
    let mut maria = server.console(&key(1), 80, 24);
    let mut sunita = server.ssh(&key(4)).terminal(120, 40);
    sunita.until("Journal:").type_text("W");
    sunita
        .until("2 sessions on this server")
        .until_row(&["maria", "Maria D'Souza", "127.0.0.1", "xterm-256color"])
        .until_row(&["sunita", "yours"]);
    sunita.type_text("x").until("End the session of Maria");
    sunita.key(Key::Enter);
    maria.until("kitdesk: Sunita Nair has ended this session");
    assert_eq!(maria.exit_code(), 1);

    let ended = server.recorded("session_ended");
    assert_eq!(ended["operator"], "maria");
    assert_eq!(ended["message"], "ended_by_admin");
    assert_eq!(ended["after"]["by"], "sunita");
    let ordered = server.recorded("session_end_ordered");
    assert_eq!(ordered["operator"], "sunita");
    assert_eq!(ordered["after"]["person"], "maria");

    sunita.type_text("r").until("1 session on this server");
    sunita.type_text("x").until("This is your own session");
    sunita.key(Key::Ctrl('c'));
    assert_eq!(sunita.exit_code(), 0);
    // Who was sent away may come again: people.toml says who may not.
    server.console(&key(1), 80, 24).end();
}

#[test]
fn a_write_of_the_ended_session_comes_to_its_end_and_nothing_begins_after_it() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "", &people_with_admin());
    let mut sunita = server.ssh(&key(4)).terminal(120, 40);
    sunita.until("Journal:");
    let mut maria = in_a_write(&server, &sandbox);
    sunita
        .type_text("W")
        .until_row(&["maria", "writing"])
        .type_text("jx");
    sunita.until("End the session of Maria").key(Key::Enter);
    sunita.until_row(&["maria", "ending"]);
    // What she types now counts no more.
    maria.key(Key::Ctrl('c')).key(Key::F(4));
    maria.until("kitdesk: Sunita Nair has ended this session");
    assert_eq!(maria.exit_code(), 1);
    let kinds: Vec<_> = server
        .records()
        .into_iter()
        .filter(|record| record["operator"] == "maria")
        .map(|record| record["kind"].as_str().unwrap_or_default().to_owned())
        .collect();
    let place = |kind: &str| kinds.iter().position(|one| one == kind);
    // The newest first.
    assert!(place("session_ended") < place("outcome"), "{kinds:?}");
    assert!(place("outcome").is_some(), "{kinds:?}");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    sunita.end();
}
