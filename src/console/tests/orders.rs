//! Orders by events: found, cancelled, refused.

use super::*;
use crate::desk::AfterCancel;

#[test]
fn an_order_id_is_checked_as_soon_as_it_is_left() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64/..");
    bench.press(KeyCode::Tab);
    bench.must_show("^ ");
    bench.press(KeyCode::BackTab);
    bench.text("x");
    assert!(!bench.shows("^ "), "a change takes the fault away");
}

#[test]
fn an_order_is_shown_reviewed_and_cancelled() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.must_show("12345");
    bench.enter();
    bench.must_show("^ type the order's id first");
    bench.text("3fa85f64-afa6");
    bench.press(KeyCode::Tab);
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.must_show("status RECEIVED");
    assert!(
        !bench.shows("▸ branch id"),
        "letters are commands now, so no field shows a focus"
    );
    bench.text("x");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.must_show("RECEIVED → CANCELLED, for good");
    bench.text("AFA6");
    bench.enter();
    let Command::Cancel(ticket, request, _) = bench.last() else {
        panic!("a cancellation was to be sent");
    };
    let (ticket, request) = (*ticket, request.clone());
    let after = AfterCancel {
        kept: Kept::default(),
        request,
        outcome: Outcome::Done(Text::new("Order cancelled successfully")),
        reading: Ok(order("CANCELLED")),
    };
    bench.event(Event::Cancelled(ticket, Box::new(after)));
    bench.must_show("✓ Done");
    bench.must_show("order CANCELLED");
    bench.press(KeyCode::F(11));
    bench.must_show("just now Cancelling order 3fa85f64-afa6: Done.");
    bench.press(KeyCode::Esc);
    bench.enter();
    bench.must_show("status CANCELLED");
}

#[test]
fn an_order_past_its_cancelling_is_told_so() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("9b2e");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("PROCESSED"))));
    bench.text("x");
    bench.must_show("The order is PROCESSED: only an order that is RECEIVED can be cancelled.");
}
