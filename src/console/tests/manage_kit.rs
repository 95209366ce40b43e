//! Stopping and replacing cards by events: the form with its reasons, the review, the end.

use super::*;
use crate::dcms::Doubt;
use crate::desk::{Question, Undone, Verdict};
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

/// With the review of a replacement open: this key, and these fields after the reason.
fn replacing(letter: &str, fields: &[&str]) -> Bench {
    let mut bench = begun("ACTIVE", letter);
    bench.text("damaged");
    for typed in fields {
        bench.press(KeyCode::Tab);
        bench.text(typed);
    }
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(one("ACTIVE")));
    bench
}

/// What the DCMS says, what was read, and what that proves.
fn ended(bench: &mut Bench, outcome: Outcome<Made>, now: Vec<Kit>, verdict: Verdict) {
    let kept = JournalResult {
        verdict: Some(verdict),
        ..JournalResult::default()
    };
    let write = bench.sent().expect("it was sent");
    bench.ends(write, outcome, read(now), kept);
}

fn with_new(old: &str) -> Vec<Kit> {
    vec![kit("4561789", old), kit("77000000001", "ASSIGNED")]
}

#[test]
fn a_block_is_final_and_says_so() {
    let mut bench = reviewed("LOCKED", "b", "stolen");
    bench.must_show("LOCKED → BLOCKED");
    bench.must_show("A block is final: this card can never be used again.");
    bench.must_show("Whether a card that is LOCKED can be blocked is not known here");
    keep!(bench, "block-review");
    let bench = sent(bench);
    assert_eq!(bench.sent(), Some(Write::Block));
    assert_eq!(
        sent_request(&bench).body().raw().get(),
        r#"{"entityId":"676165","oldKit":"4561789","operation":"BLOCK"}"#
    );
}

#[test]
fn a_refused_block_of_a_locked_card_leaves_it_locked() {
    let mut bench = sent(reviewed("LOCKED", "b", "lost"));
    bench.ends(
        Write::Block,
        refused(r#"{"exception":{"errorCode":"card.status.active"}}"#),
        read(one("LOCKED")),
        JournalResult::default(),
    );
    bench.must_show("A card that is LOCKED is never unlocked to be blocked.");
    assert_eq!(bench.sent(), Some(Write::Block), "and nothing else");
}

#[test]
fn a_block_with_a_replacement_asks_about_the_new_card() {
    let mut bench = begun("ACTIVE", "b");
    bench.text("stolen");
    bench.press(KeyCode::Tab);
    bench.press(KeyCode::Tab);
    bench.text("y");
    bench.press(KeyCode::F(10));
    bench.must_show("choose one of PERMANENT, COMMUNICATION");
    keep!(bench, "block-form");
    bench.text("c");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(one("ACTIVE")));
    bench.must_show("Review: block and replace a card");
    bench.must_show("This is final: this card can never be used again, and a new one is made.");
    let mut bench = sent(bench);
    assert_eq!(bench.sent(), Some(Write::BlockAndReplace));
    assert_eq!(
        sent_request(&bench).body().raw().get(),
        r#"{"entityId":"676165","oldKit":"4561789","operation":"BLOCK_AND_REPLACE","cardType":"PHYSICAL","deliveryAddress":"COMMUNICATION"}"#
    );
    ended(
        &mut bench,
        Outcome::Done(Made::Nothing),
        one("BLOCKED"),
        Verdict::Open,
    );
    bench.must_show("It is half done: kit 4561789 is blocked; no new card found.");
    assert!(!bench.shows("✓"));
    keep!(bench, "half-done");
    // A new decision: with the form empty.
    bench.enter();
    bench.text("R");
    bench.must_show("Replace a card");
    bench.must_show("→ offers lost, stolen");
}

#[test]
fn a_blocked_card_can_still_be_replaced_by_the_key_of_a_block() {
    let bench = begun("BLOCKED", "b");
    bench.must_show("Block and replace a card");
}

#[test]
fn after_a_replacement_the_new_kit_is_one_key_from_its_pin_and_its_parcel() {
    for key in ["p", "t"] {
        let bench = replacing("R", &["", "", "p"]);
        bench.must_show("A replacement is final");
        let mut bench = sent(bench);
        assert_eq!(
            sent_request(&bench).body().raw().get(),
            r#"{"entityId":"676165","oldKit":"4561789","operation":"REPLACE","cardType":"PHYSICAL","deliveryAddress":"PERMANENT"}"#
        );
        ended(
            &mut bench,
            Outcome::Done(Made::Nothing),
            with_new("REPLACED"),
            Verdict::Done,
        );
        bench.must_show("✓ Done");
        bench.must_show("new kit   77000000001");
        if key == "p" {
            keep!(bench, "replaced");
            bench.text(key);
            bench.must_show("Set the PIN of kit 77000000001");
        } else {
            bench.text(key);
            bench.must_show("Asking for the parcels of kit 77000000001");
            let Command::Ask(_, question) = bench.last() else {
                panic!("nothing was asked");
            };
            assert!(matches!(&**question, Question::Parcels(kit) if kit.as_str() == "77000000001"));
            bench.press(KeyCode::Esc);
            bench.press(KeyCode::Esc);
            bench.must_show("✓ Done");
        }
    }
}

#[test]
fn a_new_kit_that_may_be_of_another_request_is_not_offered() {
    let mut bench = sent(replacing("R", &["", "", "p"]));
    ended(
        &mut bench,
        Outcome::Done(Made::Nothing),
        with_new("REPLACED"),
        Verdict::Open,
    );
    let picture = bench.picture(120, 40);
    assert!(!picture.contains("its parcels"), "{picture}");
    bench.text("t");
    assert!(!matches!(bench.last(), Command::Ask(..)));
}

fn two(one: &str, other: &str) -> Vec<Kit> {
    vec![
        kit("4561789", one),
        kit("4561801", other),
        kit("4561700", "REPLACED"),
    ]
}

#[test]
fn all_kits_are_reviewed_one_by_one_and_blocked_at_once() {
    let mut bench = Bench::new();
    bench.found(two("ACTIVE", "ASSIGNED"));
    bench.text("B");
    bench.must_show("all kits of customer 676165");
    bench.text("stolen");
    bench.press(KeyCode::Tab);
    bench.text("the whole bag");
    // What is left comes back.
    bench.press(KeyCode::Esc);
    bench.text("B");
    bench.must_show("the whole bag");
    bench.press(KeyCode::F(10));
    bench.must_show("Reading customer 676165 once more before it is reviewed");
    bench.read_again(Ok(two("ACTIVE", "ASSIGNED")));
    bench.must_show("BLOCKED, if the DCMS allows it");
    bench.must_show("REPLACED, stays as it is");
    bench.must_show("none of these cards can ever be used again.");
    keep!(bench, "block-all-review");
    bench.text("6165");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::BlockAll));
    assert_eq!(
        sent_request(&bench).body().raw().get(),
        r#"{"entityId":"676165","operation":"BLOCK","reason":"stolen","changer":"maria","channel":"BRANCH"}"#
    );
    bench.ends(
        Write::BlockAll,
        Outcome::Done(Made::Nothing),
        read(two("BLOCKED", "ASSIGNED")),
        JournalResult::default(),
    );
    bench.must_show("Not all of them have changed: kit 4561801 is ASSIGNED.");
    assert!(!bench.shows("✓"));
}

#[test]
fn where_no_kit_can_be_locked_it_is_refused_here() {
    let mut bench = Bench::new();
    bench.found(one("BLOCKED"));
    bench.text("L");
    bench.must_show("The customer has no kit for which this can be done.");
}
