//! What other upgrades of a customer forbid and claim, and what is done about records that are missing.

use std::fs;

use super::*;
use crate::dcms::Word;
use crate::journal::{Finding, JournalError, Rivals, Settlement};

fn since_now(journal: &Journal, number: &str) -> Intent {
    Intent {
        since: Some(journal.reader().last().expect("an answer")),
        ..upgrade(number)
    }
}

fn done_with(number: &str) -> Outcome {
    Outcome {
        after: Some(json!({ "new": [{ "kit_no": number }] })),
        ..an_outcome(Word::Done)
    }
}

#[test]
fn what_was_reviewed_before_another_has_done_it_is_not_sent() {
    let folder = folder();
    let (mut here, mut there) = (open(folder.path()), open(folder.path()));
    let (first, second) = (since_now(&here, "1"), since_now(&there, "1"));
    let done = here.intend(&first).expect("an intent");
    here.conclude(done, &an_outcome(Word::Done))
        .expect("an end");
    let told = there.intend(&second).expect_err("it was done meanwhile");
    assert!(matches!(told, JournalError::Overtaken(_)), "{told}");
    assert_eq!(
        told.to_string(),
        "kit 1: an upgrade by asha (record 1) ended after the kits that were reviewed had been read: \
         read them again, and look before anything is sent"
    );
    // A write to another kit is free, and one after reading again.
    let other = Intent {
        since: second.since,
        ..upgrade("2")
    };
    there.intend(&other).expect("another kit");
    there.intend(&since_now(&there, "1")).expect("read again");
}

#[test]
fn neither_is_it_where_a_lost_one_was_settled_meanwhile_or_began_before() {
    let folder = folder();
    let (mut here, mut there) = (open(folder.path()), open(folder.path()));
    let lost = here.intend(&since_now(&here, "1")).expect("an intent");
    // Read while the other was under way.
    let second = since_now(&there, "1");
    here.conclude(lost, &an_outcome(Word::Unknown))
        .expect("an end");
    assert!(matches!(
        there.intend(&second),
        Err(JournalError::Blocked(_))
    ));
    let how = Settlement::ByReading {
        done: true,
        after: json!({}),
    };
    here.settle(lost, &how).expect("settled");
    assert!(matches!(
        there.intend(&second),
        Err(JournalError::Overtaken(_))
    ));
}

#[test]
fn what_has_changed_nothing_forbids_nothing() {
    let folder = folder();
    let (mut here, mut there) = (open(folder.path()), open(folder.path()));
    let second = since_now(&there, "1");
    for outcome in [Word::Refused, Word::NotSent] {
        let first = here.intend(&second).expect("an intent");
        here.conclude(first, &an_outcome(outcome)).expect("an end");
    }
    let lost = here.intend(&second).expect("an intent");
    here.conclude(lost, &an_outcome(Word::Unknown))
        .expect("an end");
    let how = Settlement::ByPerson {
        finding: Finding::NotDone,
        reason: "asked support".into(),
    };
    here.settle(lost, &how).expect("settled");
    there.intend(&second).expect("free");
}

#[test]
fn others_claim_the_kits_that_they_have_brought() {
    let folder = folder();
    let mut journal = open(folder.path());
    let earlier = journal.intend(&upgrade("2")).expect("an intent");
    journal.conclude(earlier, &done_with("20")).expect("an end");
    let intent = since_now(&journal, "1");
    let since = intent.since;
    let own = journal.intend(&intent).expect("an intent");
    let rivals = |journal: &Journal| {
        journal
            .reader()
            .rivals(own, since, &[], &[])
            .expect("an answer")
    };
    let theirs = vec![kit("20")];
    let of_others = Rivals {
        theirs,
        ..Rivals::default()
    };
    assert_eq!(rivals(&journal), of_others);
    let later = journal.intend(&upgrade("3")).expect("an intent");
    assert!(rivals(&journal).any, "one that is open may bring one");
    journal.conclude(later, &done_with("30")).expect("an end");
    let theirs = vec![kit("20"), kit("30")];
    let of_others = Rivals {
        any: true,
        theirs,
        ..Rivals::default()
    };
    assert_eq!(rivals(&journal), of_others);
}

#[test]
fn an_outcome_that_could_not_be_recorded_is_recorded_before_what_comes_next() {
    let folder = folder();
    let opening = opening("asha").patience(Duration::from_millis(20));
    let mut journal = Journal::open(folder.path(), opening).expect("a journal");
    let lost = journal.intend(&upgrade("1")).expect("an intent");
    let other = rusqlite::Connection::open(folder.path().join("journal.db")).expect("a database");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let end = an_outcome(Word::Unknown);
    assert!(matches!(
        journal.conclude(lost, &end),
        Err(JournalError::Busy(..))
    ));
    assert!(matches!(
        journal.open_here(lost),
        Err(JournalError::Busy(..))
    ));
    other.execute_batch("ROLLBACK").expect("free");
    // Its own session settles it, as soon as it can.
    let open = journal.open_here(lost).expect("it is open");
    assert!(open.outcome.is_some());
    journal.note(&look_up()).expect("a note");
    let thread = journal.reader().show(lost).expect("read");
    assert_eq!(thread.followers.len(), 1, "recorded once");
}

#[test]
fn nothing_is_sent_over_missing_records_until_somebody_answers_for_them() {
    let folder = folder();
    let file = folder.path().join("journal.db");
    let backup = folder.path().join("backup");
    {
        let mut journal = open(folder.path());
        journal.note(&look_up()).expect("a note");
        assert_eq!(journal.reader().gap(), Ok(None));
    }
    fs::copy(&file, &backup).expect("copied");
    {
        let mut journal = open(folder.path());
        journal.intend(&upgrade("1")).expect("an intent");
    }
    for side in ["-wal", "-shm"] {
        fs::remove_file(format!("{}{side}", file.display())).ok();
    }
    fs::copy(&backup, &file).expect("put back");

    let mut journal = open(folder.path());
    let told = journal.intend(&upgrade("1")).expect_err("one is missing");
    let said = told.to_string();
    assert!(said.contains("record 2 is missing"), "{said}");
    assert!(said.contains("kitdesk journal accept --reason"), "{said}");
    // Look-ups go on, and what is recorded in the place of the missing ones hides nothing.
    journal.note(&look_up()).expect("a note");
    journal.note(&look_up()).expect("a note");
    assert!(matches!(
        journal.intend(&upgrade("1")),
        Err(JournalError::Gap(_))
    ));
    assert_eq!(journal.accept(" "), Err(JournalError::NoReason));
    let accepted = journal.accept("a backup was put back").expect("accepted");
    let record = journal.reader().show(accepted).expect("read").record;
    assert_eq!(record.kind, Kind::Accepted);
    assert_eq!(record.reason.as_deref(), Some("a backup was put back"));
    assert!(record.message.is_some_and(|said| said.contains("record 2")));
    assert!(journal.reader().verify().is_ok());
    assert_eq!(journal.accept("again"), Err(JournalError::NoGap));
    journal.intend(&upgrade("1")).expect("free again");
}

#[test]
fn the_kits_of_an_earlier_built_in_sandbox_are_nobody_s() {
    for (profile, theirs) in [("built-in", 0), ("acme", 1)] {
        let folder = folder();
        let open = || {
            let place = Where {
                profile: profile.to_owned(),
                ..place(Environment::Sandbox)
            };
            Journal::open(folder.path(), Opening::new(&who("asha"), &place)).expect("a journal")
        };
        let mut earlier = open();
        let done = earlier.intend(&upgrade("1")).expect("an intent");
        earlier.conclude(done, &done_with("77")).expect("an end");
        drop(earlier);
        let mut now = open();
        let own = now.intend(&since_now(&now, "1")).expect("an intent");
        let since = now.reader().last().ok();
        let found = now
            .reader()
            .rivals(own, since, &[], &[])
            .expect("an answer");
        assert_eq!(found.theirs.len(), theirs, "{profile}");
    }
}
