//! The pictures of the states that a screen can be in apart from the way through it: empty, waiting,
//! failed, left, hidden, locked.

use super::journal::{lost, unknown_upgrade};
use super::pictures::many;
use super::pin::pin_reviewed;
use super::*;
use crate::console::Guards;
use crate::dcms::{Doubt, NotSent, Shipment};
use crate::desk::Verdict;

const ORDER: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

fn unreached() -> NotSent {
    NotSent::NoConnection {
        host: "api.dcms.example.com:443".into(),
        reason: "connection refused".into(),
    }
}

#[test]
fn look_ups_that_find_nothing() {
    let mut bench = Bench::new();
    bench.text("676165");
    bench.enter();
    let ticket = bench.ticket();
    let unknown = refusal(r#"{"exception":{"errorCode":"MCC007"}}"#);
    bench.event(Event::Found(ticket, Err(ReadError::Refused(unknown))));
    keep!(bench, "find-unknown");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::Found(
        ticket,
        Err(ReadError::NotReached(unreached())),
    ));
    keep!(bench, "find-unreached");
    bench.ctrl('u');
    bench.text("67 61");
    bench.enter();
    keep!(bench, "find-bad-key");
    let mut bench = Bench::new();
    bench.found(Vec::new());
    keep!(bench, "kits-none");
    let mut bench = Bench::new();
    bench.found(many());
    bench.text("/zzz");
    keep!(bench, "kits-filter-none");
    bench.press(KeyCode::Esc);
    bench.text("sssS");
    keep!(bench, "kits-sorted");
}

#[test]
fn parcels() {
    let mut bench = Bench::new();
    bench.found(many());
    bench.enter();
    bench.text("t");
    bench.now += seconds(1);
    keep!(bench, "parcels-waiting");
    let ticket = bench.ticket();
    bench.event(Event::Answered(
        ticket,
        Answer::Parcels(Err(ReadError::Lost(Doubt::TimedOut(seconds(5))))),
    ));
    keep!(bench, "parcels-fault");
    bench.text("t");
    let ticket = bench.ticket();
    bench.event(Event::Answered(ticket, Answer::Parcels(Ok(Vec::new()))));
    keep!(bench, "parcels-none");
    bench.text("t");
    let ticket = bench.ticket();
    let json = serde_json::json!({
        "deliveryService": "BlueDart", "waybillNo": "43801190011", "origin": "Mumbai",
        "destination": "Chennai", "expectedDeliveryDate": "2024-07-12", "status": "Delivered, Chennai",
        "statusDate": "2024-07-11", "statusTime": "16:40",
    });
    let shipment: Shipment = serde_json::from_str(&json.to_string()).expect("a parcel");
    bench.event(Event::Answered(ticket, Answer::Parcels(Ok(vec![shipment]))));
    keep!(bench, "parcels");
    bench.size = (60, 16);
    bench.look();
    bench.press(KeyCode::Home);
    assert!(bench.look().contains("status             ● ACTIVE"));
    bench.press(KeyCode::End);
    assert!(bench.look().contains("Mumbai to Chennai"));
}

#[test]
fn a_pin_s_ends() {
    let mut bench = pin_reviewed();
    bench.text("1788");
    bench.enter();
    keep!(bench, "pin-review-wrong");
    bench.ctrl('u');
    bench.text("1789");
    bench.enter();
    bench.now += seconds(2);
    keep!(bench, "pin-sent");
    let ends = |bench: &mut Bench, outcome| {
        bench.ends(
            Write::SetPin,
            outcome,
            read(kits()),
            JournalResult::default(),
        );
    };
    ends(&mut bench, Outcome::Done(Made::Nothing));
    keep!(bench, "pin-done");
    let mut bench = pin_reviewed();
    bench.text("1789");
    bench.enter();
    ends(&mut bench, Outcome::Unknown(Doubt::LineLost));
    keep!(bench, "pin-unknown");
    let mut bench = pin_reviewed();
    bench.text("1789");
    bench.enter();
    let bad = refused(
        r#"{"exception":{"errorCode":"PIN001","detailMessage":"PIN could not be opened"}}"#,
    );
    ends(&mut bench, bad);
    keep!(bench, "pin-refused");
}

#[test]
fn an_order_s_states() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("3fa8 5f64");
    bench.enter();
    keep!(bench, "order-bad-id");
    bench.ctrl('u');
    bench.text(ORDER);
    bench.enter();
    bench.now += seconds(1);
    keep!(bench, "order-waiting");
    let ticket = bench.ticket();
    let unknown = refusal(r#"{"exception":{"errorCode":"order.not.found"}}"#);
    bench.event(Event::OrderRead(ticket, Err(ReadError::Refused(unknown))));
    keep!(bench, "order-unknown");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("PROCESSED"))));
    bench.text("x");
    keep!(bench, "order-processed");
    bench.text("r");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.text("x");
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("RECEIVED"))));
    bench.text("afa6");
    bench.enter();
    bench.ends(
        Write::CancelOrder,
        Outcome::Done(Made::Words(Text::new("Order cancelled successfully"))),
        read_order("CANCELLED"),
        JournalResult::default(),
    );
    keep!(bench, "order-cancelled");
}

/// Every journal begins its chain with something that no other has.
fn without_hashes(picture: &str) -> String {
    let lines = picture.lines().map(|line| match line.split_once("hash ") {
        Some((before, rest)) => {
            let hash = rest.trim_start();
            let gap = &rest[..rest.len() - hash.len()];
            format!("{before}hash {gap}{}{}", "0".repeat(16), &hash[16..])
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_journal_s_states() {
    let (records, open, thread) = unknown_upgrade();
    let mut bench = Bench::new();
    bench.event(Event::Open(Ok(open.into())));
    keep!(bench, "start-open");
    bench.press(KeyCode::F(4));
    keep!(bench, "journal-waiting");
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    keep_whole!(bench, "journal");
    bench.text("/outcome:lost");
    bench.enter();
    keep!(bench, "journal-filter-fault");
    bench.press(KeyCode::Esc);
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    bench.must_be_readable();
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let picture = without_hashes(&bench.picture(width, height));
        insta::assert_snapshot!(format!("thread-{width}x{height}"), picture);
    }
    bench.text("d");
    bench.press(KeyCode::F(10));
    keep!(bench, "decide");
    let mut bench = Bench::new();
    let fault = "/s/journal.db can't be written: give yourself the right to write it";
    bench.event(Event::Open(Err(fault.into())));
    keep!(bench, "start-no-journal");
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Err(fault.into())));
    keep!(bench, "journal-fault");
}

#[test]
fn an_open_outcome_and_its_receipt() {
    let kept = JournalResult {
        record: Some(crate::journal::RecordId(12)),
        verdict: Some(Verdict::Open),
        next: Some(seconds(5)),
        ..JournalResult::default()
    };
    let mut bench = lost(kept, kits());
    keep!(bench, "outcome-open");
    bench.text("s");
    let (_, _, thread) = super::journal::unknown_upgrade();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    keep!(bench, "receipt");
}

#[test]
fn what_lies_over_everything() {
    let mut bench = Bench::with(about(Environment::Live));
    bench.found(many());
    bench.text("u");
    bench.text("acme");
    bench.enter();
    keep_whole!(bench, "live-tenant");
    let mut bench = Bench::new();
    bench.press(KeyCode::F(11));
    keep!(bench, "messages-none");
    bench.press(KeyCode::Esc);
    bench.found(many());
    bench.text("ju");
    bench.now += seconds(70);
    bench.press(KeyCode::F(11));
    keep!(bench, "messages");
    bench.press(KeyCode::Esc);
    bench.ctrl('k');
    bench.text("upg");
    keep!(bench, "palette-why-not");
    bench.ctrl('l');
    keep!(bench, "hidden");
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    bench.ctrl('c');
    keep!(bench, "end-while-sending");
}

#[test]
fn whatever_the_size_a_change_of_it_wipes_the_terminal() {
    let mut bench = Bench::new();
    bench.message(Message::Redraw);
    bench.message(Message::Redraw);
    assert_eq!(bench.cleared, 2);
}

#[test]
fn nobody_is_there() {
    let mut bench = Bench::new();
    bench.app = bench.app.guarded(Guards {
        idle_limit: seconds(300),
        hide_on_focus_lost: false,
    });
    bench.message(Message::Redraw);
    bench.found(many());
    bench.now += seconds(280);
    bench.message(Message::Tick);
    keep_whole!(bench, "countdown");
    bench.now += seconds(20);
    bench.message(Message::Tick);
    keep!(bench, "locked");
}

#[test]
fn kits_that_replaced_each_other() {
    let mut old = kit("4561700", "REPLACED");
    old.created = Some(Text::new("2019-08-02"));
    old.changed = Some(Text::new("2024-07-09T10:00:00.000+00:00"));
    let mut other = kit("4561801", "LOCKED");
    other.created = Some(Text::new("2020-01-01"));
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE"), old, other]);
    keep!(bench, "kits-replaced");
    bench.press(KeyCode::Down);
    bench.must_show("→4561789");
    bench.must_show("→ took its place");
    bench.press(KeyCode::Down);
    assert!(!bench.shows("took its place") && !bench.shows("→4561789"));
    bench.press(KeyCode::Home);
    bench.enter();
    bench.must_show("← 4561700, replaced that day");
    keep!(bench, "kit-in-place-of");
    bench.press(KeyCode::Esc);
    bench.press(KeyCode::Down);
    bench.enter();
    bench.must_show("→ 4561789, made that day");
}
