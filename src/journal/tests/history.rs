//! What is on record of a write since a place that was written down elsewhere.

use super::*;
use crate::dcms::Word;
use crate::journal::{Anchor, History};

fn body(number: &str) -> Digest {
    Digest::of(Write::Upgrade, &json!({"kitNo": number}))
}

fn begun(journal: &mut Journal, number: &str) -> RecordId {
    let intent = Intent {
        digest: body(number),
        since: journal.reader().last().ok(),
        ..upgrade(number)
    };
    journal.intend(&intent).expect("an intent")
}

fn history(journal: &Journal, since: Option<&Anchor>, number: &str) -> History {
    let subject = Subject::kit(entity(), kit(number));
    journal
        .history(since, Write::Upgrade, &subject, body(number))
        .expect("an answer")
}

/// A journal with one record, and that as an anchor.
fn anchored(folder: &Path) -> (Journal, Anchor) {
    let mut journal = open(folder);
    assert_eq!(journal.reader().anchor().expect("an answer"), None);
    journal.note(&look_up()).expect("a note");
    let anchor = journal.reader().anchor().expect("an answer");
    (journal, anchor.expect("the note"))
}

#[test]
fn each_end_has_its_word() {
    let folder = folder();
    let (mut journal, anchor) = anchored(folder.path());
    for (number, outcome) in [
        ("1", Word::Done),
        ("2", Word::Refused),
        ("3", Word::NotSent),
        ("4", Word::Unknown),
        ("5", Word::Unknown),
        ("6", Word::Unknown),
    ] {
        let id = begun(&mut journal, number);
        let mut end = an_outcome(outcome);
        end.error_code = Some("UPG001".into());
        journal.conclude(id, &end).expect("an end");
        let finding = match number {
            "5" => Finding::NotDone,
            "6" => Finding::Unknown,
            _ => continue,
        };
        let reason = "asked".to_owned();
        let how = Settlement::ByPerson { finding, reason };
        journal.settle(id, &how).expect("settled");
    }
    begun(&mut journal, "7");
    let history = |number| history(&journal, Some(&anchor), number);
    assert!(matches!(history("1"), History::Done(records) if records.intent == RecordId(2)));
    assert!(
        matches!(history("2"), History::Refused(records) if records.error_code.as_deref() == Some("UPG001"))
    );
    assert_eq!(history("3"), History::Free);
    assert!(matches!(history("4"), History::Open(_)));
    assert_eq!(history("5"), History::Free);
    assert!(matches!(history("6"), History::GivenUp(_)));
    assert!(matches!(history("7"), History::Open(_)));
    assert_eq!(history("8"), History::Free);
}

#[test]
fn what_says_most_counts_where_it_was_sent_more_than_once() {
    let folder = folder();
    let (mut journal, anchor) = anchored(folder.path());
    for (outcome, word) in [
        (Word::Refused, "refused"),
        (Word::Done, "done"),
        (Word::Refused, "done"),
    ] {
        let id = begun(&mut journal, "1");
        journal.conclude(id, &an_outcome(outcome)).expect("an end");
        let found = match history(&journal, Some(&anchor), "1") {
            History::Done(_) => "done",
            History::Refused(_) => "refused",
            _ => "something else",
        };
        assert_eq!(found, word);
    }
}

#[test]
fn what_was_before_or_asked_for_something_else_forbids_at_most() {
    let folder = folder();
    let (mut journal, _) = anchored(folder.path());
    for (number, outcome) in [("1", Word::Done), ("2", Word::Unknown)] {
        let id = begun(&mut journal, number);
        journal.conclude(id, &an_outcome(outcome)).expect("an end");
    }
    let later = journal.reader().anchor().expect("an answer");
    for since in [None, later.as_ref()] {
        assert_eq!(history(&journal, since, "1"), History::Free);
        assert!(
            matches!(history(&journal, since, "2"), History::Forbidden(open)
            if open.intent.subject.kit == Some(kit("2")))
        );
    }
    // Another place knows other cards by these numbers.
    drop(journal);
    let other = Opening::new(&who("asha"), &place(Environment::Live));
    let other = Journal::open(folder.path(), other).expect("a journal");
    assert_eq!(history(&other, None, "2"), History::Free);
}

#[test]
fn an_anchor_is_known_again_in_its_own_journal_only() {
    let (here, there) = (folder(), folder());
    let (journal, anchor) = anchored(here.path());
    assert!(journal.reader().holds(&anchor).expect("an answer"));
    let mut other = open(there.path());
    assert!(!other.reader().holds(&anchor).expect("an answer"));
    let subject = Subject::kit(entity(), kit("1"));
    let note = Note::new(NoteKind::LookUp, LookUp::KitsByEntity, subject);
    other.note(&note).expect("a note");
    assert!(!other.reader().holds(&anchor).expect("an answer"));
}

#[test]
fn the_last_one_that_was_done_is_found_among_all_to_that_kit_and_to_all_of_its_customer() {
    const BOTH: &[Write] = &[Write::Lock, Write::Unlock];
    let folder = folder();
    let mut journal = open(folder.path());
    let of_kit = Subject::kit(entity(), kit("1"));
    let found = |journal: &Journal| journal.last_done(BOTH, &of_kit).expect("an answer");
    assert_eq!(found(&journal), None);
    let all = Subject::entity(entity());
    for (write, subject, outcome, is_last) in [
        (Write::Lock, &of_kit, Word::Done, true),
        (Write::Lock, &of_kit, Word::Refused, false),
        (
            Write::Lock,
            &Subject::kit(entity(), kit("2")),
            Word::Done,
            false,
        ),
        (Write::Activate, &of_kit, Word::Done, false),
        (Write::Unlock, &of_kit, Word::Done, true),
        (Write::Lock, &all, Word::Done, true),
        (Write::Unlock, &of_kit, Word::Unknown, false),
    ] {
        let before = found(&journal);
        let id = journal.intend(&intent(write, subject.clone()));
        let id = id.expect("an intent");
        journal.conclude(id, &an_outcome(outcome)).expect("an end");
        let found = found(&journal).map(|record| record.id);
        let expected = if is_last {
            Some(id)
        } else {
            before.map(|record| record.id)
        };
        assert_eq!(found, expected, "{write}: {outcome:?}");
    }
}
