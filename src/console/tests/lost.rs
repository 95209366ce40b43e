//! A lost card by events: one form, one write, and what is offered next.

use super::*;
use crate::dcms::Doubt;
use crate::desk::Verdict;

fn one(status: &str) -> Vec<Kit> {
    vec![kit("4561789", status)]
}

/// With the form open over a kit in this state.
fn begun(status: &str) -> Bench {
    let mut bench = Bench::new();
    bench.found(one(status));
    bench.text("d");
    bench
}

/// Through the form to the review, with this in the fields after the reason.
fn reviewed(status: &str, fields: &[&str]) -> Bench {
    let mut bench = begun(status);
    for typed in fields {
        bench.press(KeyCode::Tab);
        bench.text(typed);
    }
    bench.press(KeyCode::F(10));
    bench.must_show("Reading kit 4561789 once more before it is reviewed");
    bench.read_again(Ok(one(status)));
    bench
}

fn sent(mut bench: Bench) -> Bench {
    bench.text("1789");
    bench.enter();
    bench
}

fn body(bench: &Bench) -> String {
    sent_request(bench).body().raw().get().to_owned()
}

fn ended(bench: &mut Bench, outcome: Outcome<Made>, now: Vec<Kit>, verdict: Option<Verdict>) {
    let write = bench.sent().expect("it was sent");
    let kept = JournalResult {
        verdict,
        ..JournalResult::default()
    };
    bench.ends(write, outcome, read(now), kept);
}

#[test]
fn a_lost_card_is_blocked_and_replaced_by_one_write() {
    let mut bench = begun("ACTIVE");
    bench.must_show("A lost card");
    keep!(bench, "lost-form");
    let bench = reviewed("ACTIVE", &["2026-11-25 18:30", "on the bus", "", "", "p"]);
    bench.must_show("Review: block and replace a card");
    bench.must_show("lost 2026-11-25 18:30; on the bus");
    let mut bench = sent(bench);
    assert_eq!(
        body(&bench),
        r#"{"entityId":"676165","oldKit":"4561789","operation":"BLOCK_AND_REPLACE","cardType":"PHYSICAL","deliveryAddress":"PERMANENT"}"#
    );
    let why = sent_request(&bench).why().expect("a reason");
    assert_eq!(why.reason.word(), "lost");
    let now = vec![kit("4561789", "BLOCKED"), kit("77000000001", "ASSIGNED")];
    ended(
        &mut bench,
        Outcome::Done(Made::Nothing),
        now,
        Some(Verdict::Done),
    );
    bench.must_show("✓ Done");
    assert!(!bench.shows("order a new card"));
}

#[test]
fn another_reason_takes_the_place_of_the_usual_one() {
    let mut bench = begun("ACTIVE");
    bench.text("stol");
    bench.press(KeyCode::Tab);
    bench.must_show("stolen");
    assert!(!bench.shows("loststol"));
    bench.text("last week");
    bench.press(KeyCode::Tab);
    bench.must_show("write a day like 2026-11-25");
    // Nothing typed is lost.
    bench.press(KeyCode::Esc);
    bench.text("d");
    bench.must_show("last week");
    bench.must_show("stolen");
    // It is another form than that of a block.
    bench.press(KeyCode::Esc);
    bench.text("b");
    bench.must_show("Block a card");
    assert!(!bench.shows("last week"));
}

#[test]
fn a_form_that_was_left_offers_what_the_card_s_state_allows_now() {
    let mut bench = begun("ACTIVE");
    bench.press(KeyCode::Tab);
    bench.press(KeyCode::Tab);
    bench.text("on the bus");
    bench.press(KeyCode::Tab);
    bench.text("lock");
    bench.text("block");
    bench.must_show("what to do * block and replace");
    bench.press(KeyCode::Esc);
    bench.press(KeyCode::F(5));
    let found = bench.asked.iter().rev().find_map(|command| match command {
        Command::Find(ticket, _) => Some(*ticket),
        _ => None,
    });
    let entity = EntityId::parse("676165").expect("an id");
    let kits = one("BLOCKED").into();
    let blocked = Found::One(CustomerKits { entity, kits });
    bench.event(Event::Found(found.expect("asked"), Ok(blocked)));
    bench.text("d");
    bench.must_show("on the bus");
    bench.must_show("what to do * replace");
    // Nor does undoing bring back what is not offered any more.
    for _ in 0..3 {
        bench.press(KeyCode::F(6));
        assert!(!bench.shows("block and replace"));
    }
}

#[test]
fn a_new_card_can_be_a_later_step_of_its_own() {
    let bench = reviewed("ACTIVE", &["", "", "o"]);
    bench.must_show("Review: block a card");
    let mut bench = sent(bench);
    assert_eq!(
        body(&bench),
        r#"{"entityId":"676165","oldKit":"4561789","operation":"BLOCK"}"#
    );
    ended(
        &mut bench,
        Outcome::Done(Made::Nothing),
        one("BLOCKED"),
        None,
    );
    bench.must_show("R      order a new card");
    keep!(bench, "lost-blocked");
    bench.text("R");
    bench.must_show("Replace a card");
    assert_eq!(bench.sent(), Some(Write::Block), "nothing else was sent");
}

#[test]
fn a_refusal_after_which_the_card_reads_otherwise_does_not_say_that_nothing_was_changed() {
    let ended_as = |status: &str| {
        let mut bench = sent(reviewed("ACTIVE", &["", "", "", "", "p"]));
        let why = refused(r#"{"exception":{"errorCode":"plastic.not.found"}}"#);
        ended(&mut bench, why, one(status), None);
        bench
    };
    ended_as("ACTIVE").must_show("Nothing was changed.");
    let bench = ended_as("BLOCKED");
    bench.must_show("✗ Refused");
    bench.must_show("Kit 4561789 was ACTIVE, and now it is BLOCKED. A part of it may have been");
    assert!(!bench.shows("Nothing was changed"));
}

#[test]
fn half_done_is_called_so_and_the_rest_is_a_new_decision() {
    let mut bench = sent(reviewed("ACTIVE", &["", "", "", "", "p"]));
    ended(
        &mut bench,
        Outcome::Done(Made::Nothing),
        one("BLOCKED"),
        Some(Verdict::Open),
    );
    bench.must_show("It is half done: kit 4561789 is blocked; no new card found.");
    bench.must_show("R order a new card");
    bench.text("R");
    bench.must_show("Replace a card");
    bench.press(KeyCode::Esc);

    // Where nobody knows, nothing is offered.
    let mut bench = sent(reviewed("ACTIVE", &["", "", "", "", "p"]));
    let lost = Outcome::Unknown(Doubt::LineLost);
    ended(&mut bench, lost, one("BLOCKED"), Some(Verdict::Open));
    bench.must_show("half done");
    assert!(!bench.shows("order a new card"));
    bench.text("R");
    assert!(!bench.shows("Replace a card"));
}

#[test]
fn a_locked_card_is_blocked_as_it_is() {
    let mut bench = begun("LOCKED");
    for _ in 0..3 {
        bench.press(KeyCode::Tab);
    }
    // There are two things to choose from, and no lock.
    bench.text("l");
    bench.must_show("block and replace");
    let bench = reviewed("LOCKED", &["", "", "o"]);
    bench.must_show("LOCKED → BLOCKED");
    let bench = sent(bench);
    assert!(body(&bench).contains(r#""operation":"BLOCK""#));
    assert_eq!(
        bench
            .asked
            .iter()
            .filter(|asked| matches!(asked, Command::Write(..)))
            .count(),
        1
    );
}

#[test]
fn a_blocked_card_is_replaced_and_a_replaced_one_left_alone() {
    let bench = reviewed("BLOCKED", &["", "", "", "", "c"]);
    bench.must_show("Review: replace a card");
    let bench = sent(bench);
    assert!(body(&bench).contains(r#""operation":"REPLACE""#));
    let mut bench = begun("REPLACED");
    bench.must_show("Kit 4561789 is REPLACED; it can't be blocked.");
    assert_eq!(bench.notes.len(), 1, "it is on record");
    bench.ctrl('k');
    bench.text("lost");
    bench.must_show("lost card");
}

#[test]
fn a_card_is_not_lost_tomorrow() {
    let mut bench = begun("ACTIVE");
    bench.press(KeyCode::Tab);
    bench.text("2026-11-28");
    bench.press(KeyCode::Tab);
    bench.must_show("^ that is still to come: it is 2026-11-27 10:30 now");
    bench.press(KeyCode::BackTab);
    bench.ctrl('u');
    bench.text("2026-11-27 10:30");
    bench.press(KeyCode::Tab);
    assert!(!bench.shows("still to come"));
}
