//! The sessions of a server: who sees them, and ending one.

use std::sync::{Arc, Mutex};

use super::*;
use crate::console::keymap::Place;
use crate::console::{Served, SessionRow, SessionState, Sessions};
use crate::journal::NoteKind;
use crate::people::Role;

/// The sessions of a server, which the test makes up.
struct Server(Mutex<Vec<SessionRow>>);

impl Sessions for Server {
    fn now(&self) -> Vec<SessionRow> {
        self.0.lock().expect("nobody has panicked").clone()
    }

    fn end(&self, number: u64) {
        let mut rows = self.0.lock().expect("nobody has panicked");
        rows.retain(|row| row.number != number || row.state == SessionState::Writing);
        let row = rows.iter_mut().find(|row| row.number == number);
        if let Some(row) = row {
            row.state = SessionState::Ending;
        }
    }
}

fn row(number: u64, person: &str, name: &str, minutes: u64) -> SessionRow {
    SessionRow {
        number,
        person: person.into(),
        name: name.into(),
        since: "2026-11-27T07:05:00Z".parse().expect("a time"),
        from: format!("10.1.2.{number}"),
        terminal: Some("xterm-256color".into()),
        client: "OpenSSH_9.6p1 Ubuntu-3ubuntu13".into(),
        idle: Duration::from_secs(60 * minutes + 7),
        state: SessionState::Open,
        is_own: false,
    }
}

fn rows() -> Vec<SessionRow> {
    vec![
        row(3, "maria", "Maria D'Souza", 0),
        SessionRow {
            state: SessionState::Writing,
            ..row(4, "lakshmi", "Lakshmi Rao\u{1b}[31m", 3)
        },
        SessionRow {
            is_own: true,
            ..row(7, "sunita", "Sunita Nair", 0)
        },
        SessionRow {
            terminal: None,
            from: "2001:db8:85a3::8a2e:370:7334".into(),
            ..row(9, "arun", "Arun Menon", 127)
        },
    ]
}

fn bench_of(roles: &[Role]) -> Bench {
    let mut about = about(Environment::Uat);
    about.operator = "sunita".into();
    about.rights = Rights::of(&roles.iter().copied().collect());
    about.served = Some(Served {
        clipboard: true,
        sessions: Some(Arc::new(Server(Mutex::new(rows())))),
    });
    Bench::with(about)
}

/// In front of the list.
fn admin() -> Bench {
    let mut bench = bench_of(&[Role::Admin]);
    bench.press(KeyCode::Char('W'));
    bench
}

impl Bench {
    pub(super) fn server(&self) -> Arc<dyn Sessions> {
        let sessions = self.app.cx.about.sessions();
        Arc::clone(sessions.expect("only then it is asked for"))
    }

    /// Answers for the loop.
    pub(super) fn sessions(&mut self, ticket: Ticket) {
        let rows = self.server().now();
        self.message(Message::Sessions(ticket, rows));
    }
}

#[test]
fn an_admin_sees_who_is_here() {
    let mut bench = admin();
    assert_eq!(bench.app.place(), Place::Sessions);
    keep!(bench, "sessions");
    bench.must_show("4 sessions on this server");
    assert!(!bench.picture(120, 40).contains('\u{1b}'));
    bench.text("j");
    bench.must_show("x end session");
}

#[test]
fn the_list_is_read_again_by_its_key_and_when_it_is_opened_and_the_row_stays() {
    let mut bench = admin();
    bench.text("j");
    bench.server().end(3);
    bench.must_show("4 sessions");
    bench.text("r");
    bench.must_show("3 sessions");
    assert!(bench.picture(80, 24).contains(">lakshmi"));
    bench.press(KeyCode::F(4));
    bench.server().end(9);
    bench.press(KeyCode::Char('W'));
    bench.must_show("2 sessions");
}

#[test]
fn a_session_is_ended_after_a_question_and_that_is_noted() {
    let mut bench = admin();
    bench.text("x");
    assert_eq!(bench.app.place(), Place::EndSession);
    keep!(bench, "end-session");
    bench.press(KeyCode::Esc);
    assert_eq!(bench.app.place(), Place::Sessions);
    assert!(bench.notes.is_empty() && bench.server().now().len() == 4);
    bench.text("xx");
    bench.press(KeyCode::Down);
    bench.must_show("End the session of Maria D'Souza?");
    bench.enter();
    bench.must_show("The session of Maria D'Souza has ended.");
    bench.must_show("3 sessions");
    let [note] = bench.notes.as_slice() else {
        panic!("{:?}", bench.notes);
    };
    assert_eq!(note.kind, NoteKind::SessionEndOrdered);
    let facts = note.facts.as_ref().expect("what it was about");
    assert_eq!(facts["person"], "maria");
    assert_eq!(facts["address"], "10.1.2.3");
}

#[test]
fn a_write_under_way_ends_first() {
    let mut bench = admin();
    bench.text("jx");
    bench.enter();
    bench.must_show("ends, after its write if one is under way");
    assert!(bench.picture(80, 24).contains("ending"));
    bench.text("x");
    bench.must_show("This session is ending already.");
    assert_eq!(bench.notes.len(), 1);
}

#[test]
fn one_s_own_session_is_not_ended_here() {
    let mut bench = admin();
    bench.text("jjx");
    bench.must_show("This is your own session: Ctrl+C ends it.");
    assert_eq!(bench.app.place(), Place::Sessions);
    assert!(!bench.picture(200, 40).contains("x end session"));
}

#[test]
fn the_palette_leads_there() {
    let mut bench = bench_of(&[Role::Desk, Role::Admin]);
    bench.ctrl('k');
    bench.text("sessions");
    bench.enter();
    assert_eq!(bench.app.place(), Place::Sessions);
    bench.press(KeyCode::Esc);
    assert_eq!(bench.app.place(), Place::Box);
}

#[test]
fn who_does_not_look_after_the_server_is_offered_nothing_of_it() {
    let mut bench = bench_of(&[Role::Audit]);
    bench.press(KeyCode::Char('W'));
    bench.must_show(
        "Your roles don't let you see or end sessions of others. It needs the role admin.",
    );
    assert!(!bench.shows("Sessions"));
    bench.ctrl('k');
    bench.text("sessions");
    bench.must_show("No matching command.");
    assert!(bench.app.cx.about.sessions().is_none());
}

#[test]
fn a_console_of_its_own_has_no_sessions() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    bench.press(KeyCode::Char('W'));
    bench.must_show("Only on kitdesk's SSH server.");
    assert_eq!(bench.app.place(), Place::Journal);
    bench.ctrl('k');
    bench.text("sessions");
    bench.must_show("No matching command.");
}
