//! Real cards: the tenant is typed once a session, before the first form.

use super::*;
use crate::journal::NoteKind;

fn live() -> Bench {
    let mut bench = Bench::with(about(Environment::Live));
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench
}

#[test]
fn the_tenant_is_typed_before_the_first_form() {
    let mut bench = live();
    bench.text("u");
    bench.must_show("You are about to change LIVE cards of tenant ACME_BANK.");
    assert!(!bench.shows("Upgrade kit 4561789"));
    bench.enter();
    bench.must_show("Type the tenant's name, then Enter.");
    bench.text("acme_bank");
    bench.enter();
    bench.must_show("That is not this profile's tenant. Capitals count.");
    assert_eq!(bench.notes.len(), 1, "a wrong name is on record");
    assert_eq!(bench.notes[0].kind, NoteKind::FailedTry);
    bench.text("ACME_BANK");
    bench.enter();
    bench.must_show("Upgrade kit 4561789");
    // Once a session: nothing is asked in front of the next form.
    bench.press(KeyCode::Esc);
    bench.text("p");
    bench.must_show("Set the PIN of kit 4561789");
}

#[test]
fn what_waited_is_gone_with_the_question() {
    let mut bench = live();
    bench.text("p");
    bench.must_show("LIVE: real cards");
    bench.press(KeyCode::Esc);
    assert!(!bench.shows("Set the PIN of kit"));
    bench.text("u");
    bench.must_show("You are about to change LIVE cards");
}

#[test]
fn the_name_can_not_be_pasted() {
    let mut bench = live();
    bench.text("u");
    bench.message(Message::Paste(Zeroizing::new("ACME_BANK".into())));
    bench.must_show("The tenant is typed, never pasted.");
    bench.enter();
    assert!(!bench.shows("Upgrade kit 4561789"));
}

#[test]
fn an_order_waits_for_it_too() {
    let mut bench = Bench::with(about(Environment::Live));
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64-5717-4562-b3fc-2c963f66afa6");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.text("x");
    bench.must_show("You are about to change LIVE cards");
    bench.text("ACME");
    bench.enter();
    let order_id = bench.notes[0]
        .subject
        .order
        .as_ref()
        .map(ToString::to_string);
    let asked = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
    assert_eq!(
        order_id.as_deref(),
        Some(asked),
        "a wrong name is on record with its order"
    );
    bench.text("ACME_BANK");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.must_show("Review: cancel an order");
}

#[test]
fn elsewhere_nothing_is_asked() {
    for environment in [Environment::Sandbox, Environment::Uat] {
        let mut bench = Bench::with(about(environment));
        bench.found(vec![kit("4561789", "ACTIVE")]);
        bench.text("u");
        bench.must_show("Upgrade kit 4561789");
    }
}
