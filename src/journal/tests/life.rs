//! The life of a write in the journal, of one console and of several at once.

use super::*;
use crate::dcms::Word;

#[test]
fn a_write_from_intent_to_outcome() {
    let folder = folder();
    let mut journal = open(folder.path());
    let id = journal.intend(&upgrade("4561789")).expect("an intent");
    assert_eq!(id, RecordId(1));
    let end = Outcome {
        error_code: Some("MCC007".to_owned()),
        message: Some("no such kit".to_owned()),
        after: Some(json!({"kits": []})),
        ..an_outcome(Word::Refused)
    };
    assert_eq!(journal.conclude(id, &end), Ok(RecordId(2)));
    let observation = Observation {
        after: None,
        message: Some("no answer within 5s".to_owned()),
        duration: Duration::from_secs(5),
    };
    assert_eq!(journal.observe(id, &observation), Ok(RecordId(3)));

    let thread = journal.reader().show(RecordId(2)).expect("the thread");
    let Record {
        at,
        kind,
        digest,
        key_check,
        ref before,
        ..
    } = thread.record;
    assert_eq!(at.to_string(), "2026-03-01T09:00:00Z");
    assert_eq!(
        (kind, digest.is_some(), key_check),
        (Kind::Intent, true, None)
    );
    assert_eq!(before.as_ref().expect("a reading")[0]["status"], "ACTIVE");
    assert_eq!(thread.record.session, journal.session());
    assert_eq!(
        (&thread.record.who, &thread.record.place),
        (&who("asha"), &place(Environment::Uat))
    );
    let [outcome, reading] = thread.followers.as_slice() else {
        panic!("two followers: {:?}", thread.followers);
    };
    assert_eq!((outcome.kind, outcome.of), (Kind::Outcome, Some(id)));
    assert_eq!(outcome.outcome, Some(ResultWord::Outcome(Word::Refused)));
    assert_eq!(outcome.error_code.as_deref(), Some("MCC007"));
    assert_eq!(outcome.duration_ms, Some(240));
    assert_eq!(outcome.subject, thread.record.subject);
    assert_eq!((reading.kind, reading.outcome), (Kind::Reading, None));
    assert_eq!(journal.reader().open_writes(), Ok(vec![]));
}

#[test]
fn an_end_is_recorded_once_and_only_for_a_write() {
    let folder = folder();
    let mut journal = open(folder.path());
    let id = journal.intend(&upgrade("4561789")).expect("an intent");
    let done = an_outcome(Word::Done);
    let end = journal.conclude(id, &done).expect("an end");
    assert_eq!(
        journal.conclude(id, &done),
        Err(JournalError::AlreadyConcluded(id))
    );
    assert_eq!(
        journal.conclude(end, &done),
        Err(JournalError::NotAnIntent(end))
    );
    let none = RecordId(99);
    assert_eq!(
        journal.conclude(none, &done),
        Err(JournalError::NoSuchRecord(none))
    );
    let by_person = Settlement::ByPerson {
        finding: Finding::Done,
        reason: "seen".to_owned(),
    };
    let error = refused(journal.settle(id, &by_person));
    assert_eq!(
        error,
        JournalError::NotOpen(id, ResultWord::Outcome(Word::Done))
    );
    assert_eq!(
        said(&error),
        "record 1 is not open, its outcome is done: nothing is left to do"
    );
    // What was refused has left nothing behind.
    assert_eq!(journal.reader().verify().map(|v| v.records), Ok(2));
}

#[test]
fn an_unknown_blocks_the_same_again_until_it_is_settled() {
    let folder = folder();
    let mut journal = open(folder.path());
    let id = journal.intend(&upgrade("4561789")).expect("an intent");
    journal
        .conclude(id, &an_outcome(Word::Unknown))
        .expect("an end");
    let error = refused(journal.intend(&upgrade("4561789")));
    assert_eq!(
        said(&error),
        "kit 4561789: an upgrade by asha at 2026-03-01 09:00 UTC (record 1) has an unknown \
         outcome: settle it before anything else is sent"
    );
    journal.intend(&upgrade("4561790")).expect("another kit");

    let reading = Settlement::ByReading {
        done: false,
        after: json!([{"kit": "4561789", "status": "ACTIVE"}]),
    };
    let by = journal.settle(id, &reading).expect("settled");
    let again = refused(journal.settle(id, &reading));
    assert_eq!(
        said(&again),
        format!("record 1 was settled already, as not done, by record {by}: nothing is left to do")
    );
    journal.intend(&upgrade("4561789")).expect("free again");
}

#[test]
fn what_is_under_way_blocks_everything_and_can_not_be_settled() {
    let folder = folder();
    let mut here = open(folder.path());
    let mut there = open(folder.path());
    let kit = Subject::kit(entity(), kit("4561789"));
    let id = here
        .intend(&intent(Write::SetPin, kit.clone()))
        .expect("an intent");
    for journal in [&mut here, &mut there] {
        let JournalError::Blocked(open) = refused(journal.intend(&upgrade("4561789"))) else {
            panic!("not blocked");
        };
        assert_eq!((open.intent.id, open.state), (id, State::UnderWay));
    }
    let by_person = Settlement::ByPerson {
        finding: Finding::NotDone,
        reason: "the console hangs".to_owned(),
    };
    let error = refused(there.settle(id, &by_person));
    assert_eq!(error, JournalError::StillUnderWay(id));
    said(&error);
    // The console is gone: killed between intent and outcome.
    drop(here);
    let open = there.reader().open_writes().expect("the open ones");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].state, State::Abandoned);
    // A PIN may be set again; it settles nothing.
    there.intend(&intent(Write::SetPin, kit)).expect("harmless");
    there.settle(id, &by_person).expect("a person's word");
}

#[test]
fn a_crash_is_found_at_the_next_start() {
    let folder = folder();
    let subject = Subject::order(order());
    let id = open(folder.path())
        .intend(&intent(Write::CancelOrder, subject.clone()))
        .expect("an intent");
    let mut next = open(folder.path());
    let open = next.reader().open_writes().expect("the open ones");
    assert_eq!((open[0].intent.id, open[0].state), (id, State::Abandoned));
    assert!(matches!(
        next.intend(&intent(Write::CancelOrder, subject)),
        Err(JournalError::Blocked(_))
    ));
    // Its outcome can still be put on record, as unknown, and stays open.
    next.conclude(id, &an_outcome(Word::Unknown))
        .expect("an end");
    assert_eq!(
        next.reader().open_write(id).map(|open| open.state),
        Ok(State::Unknown)
    );
}

#[test]
fn other_cards_with_the_same_numbers_are_other_cards() {
    let folder = folder();
    let id = open(folder.path())
        .intend(&upgrade("4561789"))
        .expect("an intent");
    let live = Opening::new(&who("ravi"), &place(Environment::Live));
    let mut live = Journal::open(folder.path(), live).expect("a journal");
    live.intend(&upgrade("4561789"))
        .expect("another bank's card");
    let reading = Settlement::ByReading {
        done: true,
        after: json!([]),
    };
    let error = refused(live.settle(id, &reading));
    assert_eq!(error, JournalError::OtherPlace(id));
    said(&error);
}

#[test]
fn a_person_gives_a_reason() {
    let folder = folder();
    let id = open(folder.path())
        .intend(&upgrade("4561789"))
        .expect("an intent");
    let mut journal = open(folder.path());
    let word = |reason: &str| Settlement::ByPerson {
        finding: Finding::Unknown,
        reason: reason.to_owned(),
    };
    assert_eq!(
        refused(journal.settle(id, &word(" \n"))),
        JournalError::NoReason
    );
    said(&JournalError::NoReason);
    let by = journal
        .settle(id, &word(" the branch asked the vendor "))
        .expect("settled");
    let settled = journal.reader().record(by).expect("the record");
    assert_eq!(
        settled.reason.as_deref(),
        Some("the branch asked the vendor")
    );
    assert_eq!(settled.outcome, Some(ResultWord::Outcome(Word::Unknown)));
}

#[test]
fn several_consoles_write_at_once() {
    const CONSOLES: usize = 6;
    const STARTS: usize = 4;
    const WRITES: usize = 3;
    let folder = folder();
    std::thread::scope(|scope| {
        for console in 0..CONSOLES {
            let path = folder.path();
            scope.spawn(move || {
                // Opening and closing is where the log is made and removed.
                for start in 0..STARTS {
                    let opening = opening("asha").patience(Duration::from_mins(1));
                    let mut journal = Journal::open(path, opening).expect("a journal");
                    for write in 0..WRITES {
                        let number = format!("{console}-{start}-{write}");
                        let id = journal.intend(&upgrade(&number)).expect("an intent");
                        let done = an_outcome(Word::Done);
                        journal.conclude(id, &done).expect("an end");
                    }
                }
            });
        }
    });
    let reader = Journal::open_to_read(folder.path()).expect("a journal");
    let records = i64::try_from(CONSOLES * STARTS * WRITES * 2).expect("not many");
    assert_eq!(reader.verify().map(|v| v.records), Ok(records));
    let head = crate::journal::head::read(folder.path()).expect("a head");
    assert_eq!(head.id.0, records);
}

#[test]
fn two_consoles_never_both_begin_the_same_upgrade() {
    let folder = folder();
    let taken: usize = std::thread::scope(|scope| {
        let consoles: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let opening = opening("asha").patience(Duration::from_mins(1));
                    let mut journal = Journal::open(folder.path(), opening).expect("a journal");
                    usize::from(journal.intend(&upgrade("4561789")).is_ok())
                })
            })
            .collect();
        consoles
            .into_iter()
            .map(|console| console.join().expect("an end"))
            .sum()
    });
    assert_eq!(taken, 1);
}

#[test]
fn no_card_number_gets_in() {
    const PAN: &str = "4111111111111111";
    let folder = folder();
    let who = Who {
        operator: format!("asha {PAN}"),
        host: PAN.to_owned(),
        ssh_origin: Some(PAN.to_owned()),
        key: None,
    };
    let opening = Opening::new(
        &who,
        &Where {
            profile: PAN.to_owned(),
            ..place(Environment::Uat)
        },
    );
    let mut journal = Journal::open(folder.path(), opening).expect("a journal");
    let reading =
        json!({"kits": [{"card": PAN, "4111 1111 1111 1111": 4_111_111_111_111_111_u64}]});
    let free = Some("card 4111-1111-1111-1111".to_owned());
    let subject = Subject::kit(EntityId::parse(PAN).expect("an id"), kit(PAN));
    let mut note = Note::new(NoteKind::LookUp, LookUp::KitsByEntity, subject.clone());
    note.message = Some(format!("nobody has {PAN}"));
    note.error_code = Some(PAN.to_owned());
    journal.note(&note).expect("a note");
    let mut begun = upgrade("4561789");
    begun.before = Some(reading.clone());
    let id = journal.intend(&begun).expect("an intent");
    let end = Outcome {
        error_code: free.clone(),
        message: free.clone(),
        after: Some(reading.clone()),
        ..an_outcome(Word::Unknown)
    };
    journal.conclude(id, &end).expect("an end");
    let observation = Observation {
        after: Some(reading.clone()),
        message: free,
        duration: Duration::ZERO,
    };
    journal.observe(id, &observation).expect("a reading");
    let word = Settlement::ByPerson {
        finding: Finding::Done,
        reason: "the card is 4111 1111 1111 1111".to_owned(),
    };
    journal.settle(id, &word).expect("settled");

    let mut lines = Vec::new();
    journal
        .reader()
        .export(&Filter::default(), &mut lines)
        .expect("an export");
    let lines = String::from_utf8(lines).expect("text");
    assert_eq!(lines.lines().count(), 5);
    assert!(lines.contains("411111XXXXXX1111"));
    for spelling in [PAN, "4111 1111", "4111-1111"] {
        assert!(!lines.contains(spelling), "{spelling}");
    }
    // The customer is still found by the number that was typed.
    let filter = Filter {
        entity: subject.entity,
        ..Filter::default()
    };
    assert_eq!(journal.reader().count(&filter), Ok(1));
}

#[test]
fn a_digest_knows_requests_apart_and_no_pin() {
    let of = |body| Digest::of(Write::SetPin, &body);
    let one = of(json!({"kitNo": "1", "pin": "c2VhbGVk"}));
    assert_eq!(one, of(json!({"pin": "YW5vdGhlcg==", "kitNo": "1"})));
    assert_ne!(one, of(json!({"kitNo": "2"})));
    assert_ne!(one, Digest::of(Write::Upgrade, &json!({"kitNo": "1"})));
}

#[test]
fn a_journal_can_be_given_to_another_thread() {
    fn can<T: Send>() {}
    can::<Journal>();
    can::<Reader>();
}

#[test]
fn a_write_that_ends_is_never_taken_for_an_open_one() {
    let folder = folder();
    let watcher = open(folder.path());
    let ended = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for write in 0..40 {
                let mut journal = open(folder.path());
                let id = journal
                    .intend(&upgrade(&write.to_string()))
                    .expect("an intent");
                let done = an_outcome(Word::Done);
                journal.conclude(id, &done).expect("an end");
            }
            ended.store(true, Ordering::Relaxed);
        });
        while !ended.load(Ordering::Relaxed) {
            let open = watcher.reader().open_writes().expect("the open ones");
            assert!(
                open.iter().all(|open| open.state == State::UnderWay),
                "{open:?}"
            );
        }
    });
}
