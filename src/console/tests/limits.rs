//! Changing a card's switches and daily limits by events: the form, the review, and what is read afterwards.

use super::*;
use crate::dcms::{Doubt, Preferences};
use crate::desk::Verdict;

const READ: &str = r#"{"domestic":{"isEnabled":true,"atm":{"isEnabled":true,"dailyLimit":"20000","maxLimit":"200000"},
    "ecom":{"isEnabled":false,"dailyLimit":"5000","maxLimit":"100000"}},
    "international":{"isEnabled":false},"dynamicAuth":{"otp":true}}"#;

fn limits(json: &str) -> Preferences {
    serde_json::from_str(json).expect("preferences")
}

fn reading(json: &str) -> Reading {
    Reading {
        limits: Some(Box::new(limits(json))),
        ..Reading::from(vec![kit("4561789", "ACTIVE")])
    }
}

fn read_so(bench: &mut Bench, json: &str) {
    let ticket = bench.ticket();
    bench.event(Event::ReadAgain(ticket, Ok(reading(json))));
}

/// With the form open.
fn begun() -> Bench {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.text("i");
    let ticket = bench.ticket();
    let answer = Answer::Limits(Ok(Box::new(limits(READ))));
    bench.event(Event::Answered(ticket, answer));
    bench.text("e");
    bench.must_show("Reading the limits of kit 4561789");
    read_so(&mut bench, READ);
    bench
}

/// Goes on to the field of this name.
fn go_to(bench: &mut Bench, name: &str) {
    for _ in 0..40 {
        let here = format!("│ ▸ {name} ");
        if bench.picture(80, 24).lines().any(|row| row.contains(&here)) {
            return;
        }
        bench.press(KeyCode::Tab);
    }
    panic!("there is no field {name}:\n{}", bench.picture(80, 24));
}

/// With the review open.
fn reviewed() -> Bench {
    let mut bench = begun();
    go_to(&mut bench, "domestic ATM a day");
    bench.text("150000");
    go_to(&mut bench, "domestic e-commerce");
    bench.text("on");
    bench.press(KeyCode::F(10));
    read_so(&mut bench, READ);
    bench
}

/// The review confirmed, and this read after the end.
fn ended(outcome: Outcome<Made>, after: &str, verdict: Option<Verdict>) -> Bench {
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    // Whatever is below has to be read first.
    for _ in 0..9 {
        bench.enter();
    }
    assert_eq!(bench.sent(), Some(Write::SetLimits));
    let kept = JournalResult {
        verdict,
        ..JournalResult::default()
    };
    let event = end_of(bench.last(), outcome, Ok(reading(after)), kept);
    bench.event(event);
    bench
}

const TAKEN: &str = r#"{"domestic":{"isEnabled":true,"atm":{"isEnabled":true,"dailyLimit":"150000","maxLimit":"200000"},
    "ecom":{"isEnabled":true,"dailyLimit":"5000","maxLimit":"100000"}},
    "international":{"isEnabled":false},"dynamicAuth":{"otp":true}}"#;

#[test]
fn what_changes_is_typed_next_to_what_is_there_and_sent_whole() {
    let mut bench = begun();
    bench.must_show("What is left empty stays as it is.");
    go_to(&mut bench, "domestic ATM a day");
    bench.must_show("A day's amount, a whole number, at most 200000.");
    bench.text("150000");
    bench.must_show("≠ now 20000");
    keep!(bench, "limits-form");
    let mut bench = reviewed();
    bench.must_show("150000 (at most 200000)");
    bench.must_show("domestic e-commerce");
    keep!(bench, "limits-review");
    let mut bench = ended(Outcome::Done(Made::Nothing), TAKEN, None);
    let Command::Write(_, request) = bench.last() else {
        panic!("a write");
    };
    let body: serde_json::Value = serde_json::from_str(request.body().raw().get()).expect("JSON");
    assert_eq!(body["domestic"]["atm"]["dailyLimit"], "150000");
    assert_eq!(body["domestic"]["ecom"]["isEnabled"], true);
    assert_eq!(
        body["domestic"]["ecom"]["dailyLimit"], "5000",
        "as it was read"
    );
    assert_eq!(body["dynamicAuth"]["otp"], true);
    bench.must_show("✓ Done");
    bench.must_show("20000 → 150000 ✓ reads 150000");
    bench.must_show("off → on ✓ reads on");
    keep!(bench, "limits-done");
}

#[test]
fn what_can_not_be_is_said_at_its_field() {
    let mut bench = begun();
    bench.press(KeyCode::F(10));
    bench.must_show("Nothing is changed yet");
    go_to(&mut bench, "domestic ATM a day");
    bench.text("12x");
    bench.press(KeyCode::Tab);
    bench.must_show("^ this takes a whole number");
    bench.press(KeyCode::BackTab);
    bench.ctrl('u');
    bench.text("200001");
    bench.press(KeyCode::F(10));
    bench.must_show("^ 200001 is above the product's ceiling: at most 200000 a day");
    keep!(bench, "limits-above");
    bench.ctrl('u');
    bench.text("200000");
    bench.press(KeyCode::F(10));
    assert!(matches!(bench.last(), Command::ReadAgain(..)));
    // Somebody else has set the same meanwhile.
    read_so(&mut bench, &READ.replace("\"20000\"", "\"200000\""));
    bench.must_show("Nothing of this changes the limits of kit 4561789: they are so already.");
}

#[test]
fn a_refusal_after_which_a_limit_reads_as_it_was_asked_for_says_so() {
    let why = || refused(r#"{"exception":{"errorCode":"product.level.disable"}}"#);
    ended(why(), READ, None).must_show("Nothing was changed.");
    let bench = ended(why(), TAKEN, None);
    bench.must_show("✗ Refused");
    bench.must_show("Read just now, domestic ATM a day is 150000; domestic e-commerce is on.");
    assert!(!bench.shows("Nothing was changed"));
}

#[test]
fn what_was_taken_and_what_changed_besides_is_compared_field_by_field() {
    let half = READ
        .replace("\"20000\"", "\"150000\"")
        .replace("\"otp\":true", "\"otp\":false");
    let mut bench = ended(Outcome::Done(Made::Nothing), &half, None);
    bench.must_show("! Done");
    bench.must_show("Not all of it has changed: domestic e-commerce is off, not on.");
    bench.must_show("Changed without being asked for: extra OTP is off and was on.");
    bench.must_show("✓ reads 150000");
    bench.must_show("off → on ! reads off");
    keep!(bench, "limits-partly");
    let lost = Outcome::Unknown(Doubt::LineLost);
    let bench = ended(lost, TAKEN, Some(Verdict::Done));
    bench.must_show("settled: it was done");
    bench.must_show("✓ reads 150000");
}

#[test]
fn a_refusal_is_shown_at_the_field_that_it_names_and_nothing_typed_is_lost() {
    let json = r#"{"exception":{"errorCode":"invalid.daily.limit.product","detailMessage":"above the product",
        "fieldError":["domestic.atm.dailyLimit: above the product's limit"]}}"#;
    let mut bench = ended(refused(json), READ, None);
    bench.press(KeyCode::Esc);
    bench.must_show("▸ domestic ATM a day");
    bench.must_show("above the product's limit");
    bench.must_show("150000");
    // Left and begun again, it is as it was.
    bench.press(KeyCode::Esc);
    bench.must_show("20000 a day");
    bench.text("e");
    read_so(&mut bench, READ);
    bench.must_show("≠ now 20000");
}

#[test]
fn only_an_active_card_has_its_limits_changed() {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "LOCKED")]);
    bench.text("i");
    let ticket = bench.ticket();
    let answer = Answer::Limits(Ok(Box::new(limits(READ))));
    bench.event(Event::Answered(ticket, answer));
    bench.text("e");
    bench.must_show("LOCKED");
    assert!(!matches!(bench.last(), Command::ReadAgain(..)));
}
