//! Locking and unlocking by events: the form with its reasons, the review, the end.

use super::*;
use crate::dcms::Doubt;
use crate::desk::{Undone, Verdict};
use crate::journal::Reason;

fn one(status: &str) -> Vec<Kit> {
    vec![kit("4561789", status)]
}

/// With the form open over a kit in this state.
fn begun(status: &str, letter: &str) -> Bench {
    let mut bench = Bench::new();
    bench.found(one(status));
    bench.text(letter);
    bench
}

/// With the review open.
fn reviewed(status: &str, letter: &str, reason: &str) -> Bench {
    let mut bench = begun(status, letter);
    bench.text(reason);
    bench.press(KeyCode::F(10));
    bench.must_show("Reading kit 4561789 once more before it is reviewed");
    bench.read_again(Ok(one(status)));
    bench
}

/// With the review of an unlock open, and this on record of the lock.
fn unlocking(undone: Undone) -> Bench {
    let mut bench = begun("LOCKED", "l");
    bench.text("found-again");
    bench.press(KeyCode::F(10));
    let reading = Reading {
        undone: Some(undone),
        ..Reading::from(one("LOCKED"))
    };
    let ticket = bench.ticket();
    bench.event(Event::ReadAgain(ticket, Ok(reading)));
    bench
}

fn sent(mut bench: Bench) -> Bench {
    bench.text("1789");
    bench.enter();
    bench
}

#[test]
fn a_lock_is_asked_why_reviewed_confirmed_and_sent_once() {
    let mut bench = begun("ACTIVE", "l");
    bench.must_show("Lock a card");
    keep!(bench, "lock-form");
    bench.text("los");
    bench.press(KeyCode::Tab);
    bench.text("on the bus");
    bench.enter();
    bench.read_again(Ok(one("ACTIVE")));
    bench.must_show("ACTIVE");
    bench.must_show("→ LOCKED");
    bench.must_show("on the bus");
    keep!(bench, "lock-review");
    let mut bench = sent(bench);
    assert_eq!(bench.sent(), Some(Write::Lock));
    let request = sent_request(&bench);
    assert_eq!(
        request.body().raw().get(),
        r#"{"entityId":"676165","oldKit":"4561789","operation":"LOCK"}"#
    );
    let why = request.why().expect("a reason");
    assert_eq!(why.reason, Reason::Lost);
    assert_eq!(why.note.as_deref(), Some("on the bus"));
    bench.ends(
        Write::Lock,
        Outcome::Done(Made::Nothing),
        read(one("LOCKED")),
        JournalResult::default(),
    );
    bench.must_show("✓ Done");
    bench.must_show("The locking of kit 4561789 was done.");
    bench.enter();
    bench.must_show("LOCKED");
    bench.text("l");
    bench.must_show("Unlock a card");
    bench.must_show("found-again");
}

#[test]
fn what_is_missing_is_said_at_its_field() {
    let mut bench = begun("ACTIVE", "l");
    bench.press(KeyCode::F(10));
    bench.must_show("choose one of lost, stolen,");
    bench.text("other");
    bench.press(KeyCode::F(10));
    bench.must_show("say in the note what the reason is");
    assert!(!matches!(bench.last(), Command::ReadAgain(..)));
    // The focus is on the note.
    bench.text("asked by the police");
    bench.press(KeyCode::F(10));
    assert!(matches!(
        bench.last(),
        Command::ReadAgain(_, Write::Lock, _)
    ));
}

#[test]
fn nothing_typed_is_lost() {
    let mut bench = reviewed("ACTIVE", "l", "stolen");
    bench.must_show("→ LOCKED");
    bench.press(KeyCode::Esc);
    bench.must_show("stolen");
    bench.press(KeyCode::Esc);
    bench.must_show("entity 676165");
    bench.text("l");
    bench.must_show("Lock a card");
    bench.must_show("stolen");
}

#[test]
fn a_state_that_allows_neither_is_refused_here() {
    let bench = begun("BLOCKED", "l");
    bench.must_show("Kit 4561789 is BLOCKED; it can't be locked.");
    assert_eq!(bench.notes.len(), 1, "it is on record");

    // It may have changed since it was looked up.
    let mut bench = begun("ACTIVE", "l");
    bench.text("lost");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(one("BLOCKED")));
    bench.must_show("Kit 4561789 is BLOCKED; it can't be locked.");
    bench.must_show("Lock a card");
}

#[test]
fn the_key_line_names_what_the_key_does() {
    for (status, says, not) in [
        ("ACTIVE", "l lock", "l unlock"),
        ("LOCKED", "l unlock", "l lock"),
    ] {
        let mut bench = Bench::new();
        bench.found(one(status));
        for _ in ["the list", "the kit alone"] {
            let picture = bench.picture(120, 40);
            assert!(picture.contains(says), "{picture}");
            assert!(!picture.contains(not), "{picture}");
            bench.enter();
        }
    }
}

#[test]
fn a_success_with_an_unchanged_state_is_doubted() {
    let mut bench = sent(reviewed("LOCKED", "l", "found-again"));
    bench.ends(
        Write::Unlock,
        Outcome::Done(Made::Nothing),
        read(one("LOCKED")),
        JournalResult::default(),
    );
    bench.must_show("it still reads LOCKED.");
}

#[test]
fn a_lost_answer_is_settled_by_the_status() {
    let mut bench = sent(reviewed("ACTIVE", "l", "lost"));
    let kept = JournalResult {
        verdict: Some(Verdict::Done),
        ..JournalResult::default()
    };
    let lost = Outcome::Unknown(Doubt::LineLost);
    bench.ends(Write::Lock, lost, read(one("LOCKED")), kept);
    bench.must_show("Read just now: kit 4561789 is LOCKED, so it was locked.");
}

#[test]
fn a_refusal_leaves_the_form_as_it_was() {
    let mut bench = sent(reviewed("ACTIVE", "l", "lost"));
    bench.ends(
        Write::Lock,
        refused(r#"{"exception":{"errorCode":"card.blocked"}}"#),
        read(one("ACTIVE")),
        JournalResult::default(),
    );
    bench.must_show("Refused");
    bench.press(KeyCode::Esc);
    bench.must_show("Lock a card");
    bench.must_show("lost");
}

#[test]
fn the_review_of_an_unlock_says_whether_the_lock_is_on_record() {
    let mut bench = unlocking(Undone::NotHere);
    bench.must_show("This card was not locked from this desk, as far as the journal shows.");
    keep!(bench, "unlock-review");
    let bench = unlocking(Undone::NotAsked);
    bench.must_show("The journal did not answer whether this card was locked from this desk.");
}
