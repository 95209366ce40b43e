//! An activation by events: no form, so the kit is read once more and reviewed.

use super::*;
use crate::dcms::{CheckedCard, Doubt, Status};
use crate::desk::{Question, Verdict};

/// On the row of the kit that is ASSIGNED.
fn on_assigned() -> Bench {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.press(KeyCode::End);
    bench
}

/// Up to its review.
fn reviewed() -> Bench {
    let mut bench = on_assigned();
    bench.text("a");
    bench.must_show("Reading kit 4561801 once more before it is reviewed");
    bench.read_again(Ok(kits()));
    bench
}

fn kits_after(status: &str) -> Vec<Kit> {
    vec![kit("4561789", "ACTIVE"), kit("4561801", status)]
}

#[test]
fn an_activation_is_read_again_reviewed_confirmed_and_sent_once() {
    let mut bench = reviewed();
    bench.must_show("ASSIGNED → ACTIVE");
    bench.must_show("POST /kit-manager/kitActivation");
    bench.text("1789");
    bench.enter();
    bench.must_show("That is not the end of the kit number 4561801.");
    bench.text("1801");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Activate));
    assert_eq!(
        sent_request(&bench).body().raw().get(),
        r#"{"entityId":"676165","kitNo":"4561801"}"#
    );
    bench.ends(
        Write::Activate,
        Outcome::Done(Made::Nothing),
        read(kits_after("ACTIVE")),
        JournalResult::default(),
    );
    bench.must_show("✓ Done");
    bench.must_show("The activation of kit 4561801 was done.");
    bench.enter();
    bench.must_show("● ACTIVE");
}

#[test]
fn done_is_doubted_where_the_reading_does_not_show_it() {
    let mut bench = reviewed();
    bench.text("1801");
    bench.enter();
    bench.ends(
        Write::Activate,
        Outcome::Done(Made::Nothing),
        read(kits_after("ASSIGNED")),
        JournalResult::default(),
    );
    bench.must_show("The DCMS has accepted it; it still reads ASSIGNED.");
}

#[test]
fn a_lost_answer_is_settled_by_the_status() {
    let mut bench = reviewed();
    bench.text("1801");
    bench.enter();
    let kept = JournalResult {
        verdict: Some(Verdict::Done),
        ..JournalResult::default()
    };
    bench.ends(
        Write::Activate,
        Outcome::Unknown(Doubt::LineLost),
        read(kits_after("ACTIVE")),
        kept,
    );
    bench.must_show("Read just now: kit 4561801 is ACTIVE, so it was activated.");
}

#[test]
fn only_a_card_that_is_not_in_use_yet_is_activated() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("a");
    bench.must_show("Kit 4561789 is ACTIVE; it can't be activated.");
    assert_eq!(bench.notes.len(), 1, "it is on record");

    // It may have changed since it was looked up.
    for (now, says) in [
        (
            Ok(kits_after("BLOCKED")),
            "Kit 4561801 is BLOCKED; it can't be activated.",
        ),
        (
            Ok(vec![kit("4561789", "ACTIVE")]),
            "Customer 676165 has no kit 4561801.",
        ),
        (Err(ReadError::Lost(Doubt::LineLost)), "try again."),
    ] {
        let mut bench = on_assigned();
        bench.text("a");
        bench.read_again(now);
        bench.must_show(says);
        assert_eq!(bench.sent(), None);
        bench.must_show("entity 676165");
    }
}

#[test]
fn it_can_be_left_while_the_kit_is_read() {
    let mut bench = on_assigned();
    bench.text("a");
    let ticket = bench.ticket();
    bench.press(KeyCode::Esc);
    assert!(matches!(bench.last(), Command::Leave(left) if *left == ticket));
    bench.event(Event::ReadAgain(ticket, Ok(kits().into())));
    assert!(!bench.shows("ASSIGNED → ACTIVE"));
}

/// Through the check of a card to the review, with this answer.
fn checked(answer: Result<CheckedCard, ReadError>) -> Bench {
    let mut bench = reviewed();
    assert!(bench.shows("F7 check the card"));
    bench.press(KeyCode::F(7));
    bench.must_show("Check the card of kit 4561801");
    bench.press(KeyCode::F(10));
    bench.must_show("the last six digits of the card are needed");
    bench.text("006384");
    bench.press(KeyCode::Tab);
    bench.text("0729");
    bench.press(KeyCode::Tab);
    bench.text("98765 43210");
    keep!(bench, "card-check");
    bench.enter();
    bench.must_show("Checking the card of kit 4561801");
    let Command::Ask(ticket, question) = bench.last() else {
        panic!("nothing was asked");
    };
    let Question::CheckCard(check) = &**question else {
        panic!("another question");
    };
    assert_eq!((&*check.mobile, &*check.last_six), ("9876543210", "006384"));
    let ticket = *ticket;
    bench.event(Event::Answered(ticket, Answer::CheckCard(answer)));
    bench
}

fn card(number: &str) -> CheckedCard {
    CheckedCard {
        kit: KitNo::parse(number).expect("a number"),
        status: Status::Assigned,
    }
}

#[test]
fn the_card_at_the_counter_can_be_checked_before_it_is_activated() {
    for (answer, says, kept) in [
        (
            Ok(card("4561801")),
            "matched: the card is this customer's and this kit's",
            "matched",
        ),
        (
            Ok(card("4561789")),
            "not matched: the card is that of kit 4561789",
            "not_matched",
        ),
        (
            Err(ReadError::Lost(Doubt::LineLost)),
            "could not be asked",
            "not_asked",
        ),
    ] {
        let mut bench = checked(answer);
        if kept == "not_asked" {
            // What was typed is there for another try.
            bench.must_show("The connection was lost");
            bench.must_show("006384");
            bench.press(KeyCode::Esc);
        }
        bench.must_show(says);
        bench.must_show("Type the last 4 of kit number 4561801 to send it");
        let warns = bench.shows("The card and the customer do not match.");
        assert_eq!(warns, kept == "not_matched");
        if warns {
            keep!(bench, "card-not-matched");
        }
        bench.text("1801");
        bench.enter();
        assert_eq!(bench.sent(), Some(Write::Activate), "a person decides");
        let before = sent_request(&bench).before_json().expect("it was read");
        assert_eq!(before["card_check"], kept);
        for secret in ["006384", "43210"] {
            assert!(!before.to_string().contains(secret), "{before}");
        }
    }
}

#[test]
fn what_was_typed_of_a_card_is_not_kept() {
    let mut bench = reviewed();
    bench.press(KeyCode::F(7));
    bench.text("006384");
    bench.press(KeyCode::Esc);
    bench.must_show("ASSIGNED → ACTIVE");
    bench.press(KeyCode::F(7));
    bench.press(KeyCode::F(10));
    bench.must_show("the last six digits of the card are needed");
    bench.press(KeyCode::Esc);
    // Nothing was asked, so that nothing is said of it.
    bench.text("1801");
    bench.enter();
    let before = sent_request(&bench).before_json().expect("it was read");
    assert!(before.get("card_check").is_none());
}

#[test]
fn a_card_is_checked_only_where_it_is_in_the_customer_s_hand() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("b");
    bench.text("lost");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(kits()));
    assert!(!bench.shows("check the card"));
    bench.press(KeyCode::F(7));
    bench.must_show("Only before an activation.");
}
