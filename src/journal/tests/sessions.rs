//! One journal, written for the sessions of many.

use super::*;
use crate::journal::presence::is_alive;

const ALL: Page = Page {
    limit: 100,
    offset: 0,
};

fn over_ssh(operator: &str) -> Author {
    let who = Who {
        ssh_origin: Some("10.1.2.3".into()),
        key: None,
        ..who(operator)
    };
    Author::new(&who, &place(Environment::Uat))
}

/// Does something for an author, where their session can be announced.
fn acting<T>(
    journal: &mut Journal,
    author: &Author,
    work: impl FnOnce(&mut Journal) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    journal.act_for(author, |journal| journal.and_then(work))
}

fn facts() -> SessionFacts {
    SessionFacts {
        person: "maria".into(),
        key: "SHA256:4111111111111111abcdefghijklmnopqrstuvwxyz0".into(),
        address: "10.1.2.3".into(),
        terminal: Some("xterm-256color".into()),
        client: "SSH-2.0-OpenSSH_9.6".into(),
    }
}

#[test]
fn each_record_has_its_authors_name_and_session() {
    let folder = folder();
    let mut journal = open(folder.path());
    let (maria, ravi) = (over_ssh("maria"), over_ssh("ravi"));
    for author in [&maria, &ravi, &maria] {
        acting(&mut journal, author, |journal| journal.note(&look_up())).expect("a note");
    }
    journal.note(&look_up()).expect("a note");
    let records = journal.reader().list(&Filter::default(), ALL);
    let mut records = records.expect("records");
    records.reverse();
    let by: Vec<_> = records.iter().map(|r| r.who.operator.as_str()).collect();
    assert_eq!(by, ["maria", "ravi", "maria", "asha"]);
    assert_eq!(records[0].who.ssh_origin.as_deref(), Some("10.1.2.3"));
    assert_eq!(records[3].who.ssh_origin, None);
    assert_eq!(records[0].session, records[2].session);
    assert_ne!(records[0].session, records[1].session);
    assert_eq!(records[3].session, journal.session());
}

#[test]
fn a_session_runs_until_its_author_is_gone() {
    let folder = folder();
    let mut journal = open(folder.path());
    let maria = over_ssh("maria");
    let session = acting(&mut journal, &maria, |journal| {
        journal.intend(&upgrade(KIT))?;
        Ok(journal.session().to_owned())
    });
    let session = session.expect("an intent");
    let state = |journal: &Journal| journal.reader().open_writes().expect("read")[0].state;
    assert_eq!(state(&journal), State::UnderWay);
    assert!(is_alive(folder.path(), &session));
    drop(maria);
    assert!(!is_alive(folder.path(), &session));
    assert_eq!(state(&journal), State::Abandoned);
}

#[test]
fn what_is_owed_is_recorded_for_the_one_who_owes_it() {
    let folder = folder();
    let mut journal = open(folder.path());
    let (maria, ravi) = (over_ssh("maria"), over_ssh("ravi"));
    let intent = acting(&mut journal, &maria, |journal| {
        journal.intend(&upgrade(KIT))
    });
    let intent = intent.expect("an intent");
    let lock = Connection::open(folder.path().join("journal.db")).expect("the database");
    lock.execute_batch("BEGIN IMMEDIATE").expect("it is free");
    journal.wait_at_most(Duration::ZERO).expect("a limit");
    let done = an_outcome(Word::Done);
    let busy = acting(&mut journal, &maria, |journal| {
        journal.conclude(intent, &done)
    });
    assert!(matches!(busy, Err(JournalError::Busy(..))));
    // The session goes on for as long as an outcome of it is owed.
    drop(maria);
    assert_eq!(
        journal.reader().open_writes().expect("read")[0].state,
        State::UnderWay
    );
    lock.execute_batch("ROLLBACK").expect("it was held");
    acting(&mut journal, &ravi, |journal| journal.note(&look_up())).expect("a note");
    let thread = journal.reader().show(intent).expect("the write");
    let end = &thread.followers[0];
    assert_eq!(end.who.operator, "maria");
    assert_eq!(end.session, thread.record.session);
    assert!(journal.reader().open_writes().expect("read").is_empty());
}

#[test]
fn a_session_whose_sign_of_life_is_gone_records_nothing_and_others_go_on() {
    let folder = folder();
    let mut journal = open(folder.path());
    let (maria, ravi) = (over_ssh("maria"), over_ssh("ravi"));
    let session = acting(&mut journal, &maria, |journal| {
        journal.note(&look_up())?;
        Ok(journal.session().to_owned())
    });
    let session = session.expect("a note");
    let sign = folder.path().join(format!("consoles/{session}.lock"));
    std::fs::remove_file(sign).expect("it is there");
    let refused = acting(&mut journal, &maria, |journal| {
        journal.intend(&upgrade(KIT))
    });
    assert!(matches!(refused, Err(JournalError::Displaced(_))));
    acting(&mut journal, &ravi, |journal| journal.intend(&upgrade(KIT))).expect("an intent");
}

#[test]
fn a_session_is_on_record_from_its_beginning_to_its_end() {
    let folder = folder();
    let mut journal = open(folder.path());
    let maria = over_ssh("maria");
    let end = Note::session_ended("closed by the user", None, Duration::from_mins(7));
    for note in [Note::session_began(&facts()), end] {
        acting(&mut journal, &maria, |journal| journal.note(&note)).expect("a note");
    }
    let records = journal.reader().list(&Filter::default(), ALL);
    let records = records.expect("records");
    let [ended, began] = &records[..] else {
        panic!("{records:?}");
    };
    assert_eq!(began.kind, Kind::SessionBegan);
    assert_eq!(began.operation, Operation::Session);
    // A fingerprint is no card number, whatever digits it has.
    assert_eq!(began.after.as_ref().expect("facts")["key"], facts().key);
    assert_eq!(began.after.as_ref().expect("facts")["person"], "maria");
    assert_eq!(ended.kind, Kind::SessionEnded);
    assert_eq!(ended.message.as_deref(), Some("closed by the user"));
    assert_eq!(ended.duration_ms, Some(420_000));
    assert_eq!(ended.session, began.session);
    let listed = |filter: &Filter, look_ups| {
        let listed = journal.reader().actions(filter, look_ups, ALL);
        listed.expect("read").len()
    };
    let sessions = Filter {
        operation: Some(Operation::Session),
        ..Filter::default()
    };
    assert_eq!(listed(&Filter::default(), LookUps::Folded), 0);
    assert_eq!(listed(&Filter::default(), LookUps::Shown), 2);
    assert_eq!(listed(&sessions, LookUps::Folded), 2);
    let verified = journal.reader().verify().expect("read");
    assert_eq!(verified.records, 2);
}
