//! An activation by events: no form, so the kit is read once more and reviewed.

use super::*;
use crate::dcms::Doubt;
use crate::desk::Verdict;

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
