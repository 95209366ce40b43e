//! Writes to a whole customer next to writes to one of their kits, and why a write was asked for.

use super::*;
use crate::journal::{JournalError, Reason, Rivals, Why};

/// A write to all kits of a customer. No operation does that yet, and the journal does not mind which.
fn to_all() -> Intent {
    intent(Write::Activate, Subject::entity(entity()))
}

fn to_kit(number: &str) -> Intent {
    intent(Write::Activate, Subject::kit(entity(), kit(number)))
}

fn of_somebody_else() -> Intent {
    let somebody = EntityId::parse("210000000099").expect("an id");
    intent(Write::Activate, Subject::kit(somebody, kit("99")))
}

#[test]
fn a_write_to_a_customer_keeps_those_to_their_kits_waiting_and_the_other_way_round() {
    for (first, second) in [(to_all(), to_kit("1")), (to_kit("1"), to_all())] {
        let folder = folder();
        let mut journal = open(folder.path());
        let id = journal.intend(&first).expect("an intent");
        let blocked = |journal: &mut Journal| {
            let reader = journal.reader();
            let open = reader.blocking(second.write, &second.subject, journal.place());
            let found = open.expect("an answer").map(|open| open.intent.id);
            assert_eq!(found, Some(id), "{:?}", second.subject);
            let told = journal.intend(&second).expect_err("it is open");
            assert!(matches!(told, JournalError::Blocked(_)), "{told}");
        };
        blocked(&mut journal);
        journal
            .conclude(id, &an_outcome(Word::Unknown))
            .expect("an end");
        blocked(&mut journal);
        let free = of_somebody_else();
        journal.intend(&free).expect("another customer is free");
        let order = intent(Write::CancelOrder, Subject::order(order()));
        journal.intend(&order).expect("an order is free");
    }
}

#[test]
fn what_was_done_to_all_kits_is_a_rival_of_what_was_done_to_one() {
    let folder = folder();
    let mut journal = open(folder.path());
    let since = journal.reader().last().expect("an answer");
    let own = journal.intend(&to_kit("1")).expect("an intent");
    let rivals = |journal: &Journal| {
        let reader = journal.reader();
        reader.rivals(own, Some(since), &[Write::CancelOrder], &[])
    };
    assert_eq!(rivals(&journal), Ok(Rivals::default()));
    journal
        .conclude(own, &an_outcome(Word::Refused))
        .expect("an end");
    journal.intend(&to_kit("2")).expect("another kit");
    assert_eq!(rivals(&journal), Ok(Rivals::default()));
    let alike = intent(Write::CancelOrder, Subject::entity(entity()));
    let mut other = open(folder.path());
    let told = other.intend(&alike).expect_err("kit 2 is under way");
    assert!(matches!(told, JournalError::Blocked(_)), "{told}");
    drop(journal);
    let mut journal = open(folder.path());
    journal.intend(&alike).expect("of another kind");
    assert!(rivals(&journal).expect("an answer").any);
}

#[test]
fn what_ended_before_the_reading_is_no_rival() {
    let folder = folder();
    let mut journal = open(folder.path());
    let earlier = journal.intend(&to_kit("1")).expect("an intent");
    journal
        .conclude(earlier, &an_outcome(Word::Done))
        .expect("an end");
    let since = journal.reader().last().expect("an answer");
    let own = journal.intend(&to_kit("1")).expect("an intent");
    let rivals = |since| journal.reader().rivals(own, since, &[], &[]);
    assert_eq!(rivals(Some(since)), Ok(Rivals::default()));
    assert!(rivals(None).expect("an answer").any);
}

#[test]
fn why_it_was_asked_for_is_kept_and_a_card_number_in_the_note_is_not() {
    let folder = folder();
    let mut journal = open(folder.path());
    let why = Why {
        reason: Reason::Lost,
        note: Some("it was 4111 1111 1111 1111, on the bus".into()),
    };
    let asked = Intent {
        why: Some(why),
        ..to_kit("1")
    };
    let id = journal.intend(&asked).expect("an intent");
    let record = journal.reader().show(id).expect("a record").record;
    assert_eq!(record.reason.as_deref(), Some("lost"));
    let note = record.message.expect("a note");
    assert!(
        note.contains("on the bus") && !note.contains("1111 1111"),
        "{note}"
    );
    journal.reader().verify().expect("the chain holds");
}
