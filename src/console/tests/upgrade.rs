//! An upgrade by events: form, draft, review, outcome.

use super::*;
use crate::dcms::{Doubt, NotSent};
use crate::desk::Verdict;

#[test]
fn an_upgrade_is_read_again_reviewed_confirmed_and_sent_once() {
    let mut bench = reviewed();
    bench.must_show("CLASSIC → SILVER");
    bench.must_show("POST /kit-manager/upgradeCard");
    bench.enter();
    bench.must_show("Type the last 4 of the kit number 4561789 to confirm, then Enter.");
    bench.text("1788");
    bench.enter();
    bench.must_show("That is not the end of the kit number 4561789.");
    assert!(
        matches!(bench.last(), Command::ReadAgain(..)),
        "nothing was sent"
    );
    bench.press(KeyCode::Backspace);
    bench.text("9");
    bench.enter();
    let body = serde_json::to_string(sent_upgrade(&bench)).expect("JSON");
    assert_eq!(
        body,
        r#"{"entityId":"676165","kitNo":"4561789","kitInfo":[{"cardType":"PHYSICAL","tierType":"SILVER"}]}"#
    );
    let so_far = bench.asked.len();
    bench.enter();
    bench.press(KeyCode::F(10));
    assert_eq!(
        bench.asked.len(),
        so_far,
        "Enter held down sends nothing more"
    );
    bench.press(KeyCode::Esc);
    bench.must_show("It has been sent and can't be taken back.");
}

#[test]
fn a_wrong_confirmation_makes_room_for_the_right_one() {
    let mut bench = reviewed();
    bench.text("1780");
    bench.enter();
    bench.must_show("That is not the end of the kit number 4561789.");
    assert_eq!(bench.notes.len(), 1, "it is on record");
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Upgrade));

    // No more is taken than is asked for: the rest can't make it wrong.
    let mut bench = reviewed();
    bench.text("17899");
    assert!(!bench.shows("17899"));
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Upgrade));
}

#[test]
fn the_tier_alone_takes_four_keys_and_what_is_typed() {
    let mut bench = Bench::new();
    let mut keys = 0;
    let mut press = |bench: &mut Bench, code| {
        keys += 1;
        bench.press(code);
    };
    bench.text("676165");
    press(&mut bench, KeyCode::Enter);
    let ticket = bench.ticket();
    let entity = EntityId::parse("676165").expect("good");
    let kits_now = kits();
    let found = Found::One(CustomerKits {
        entity,
        kits: kits_now.into(),
    });
    bench.event(Event::Found(ticket, Ok(found)));
    press(&mut bench, KeyCode::Char('u'));
    bench.text("SILVER");
    press(&mut bench, KeyCode::F(10));
    bench.read_again(Ok(kits()));
    bench.text("1789");
    press(&mut bench, KeyCode::Enter);
    assert_eq!(
        sent_upgrade(&bench).cards[0].tier_type.as_deref(),
        Some("SILVER")
    );
    assert_eq!(keys, 4, "at most 8 are asked of it");
}

#[test]
fn what_is_drawn_behind_the_cursor_is_what_is_sent() {
    for (typed, keys, sent) in [
        ("si", vec![], "SILVER"),
        ("SILVER", vec![], "SILVER"),
        ("GOLDX", vec![], "GOLDX"),
        ("SILV", vec![KeyCode::Delete], "SILV"),
    ] {
        let mut bench = Bench::new();
        bench.found(kits());
        bench.text("u");
        bench.must_show("→ offers SILVER, GOLD, CLASSIC.");
        bench.text(typed);
        let is_completed =
            bench.shows("→ or Tab makes it SILVER. Delete keeps it as you typed it.");
        assert_eq!(is_completed, typed.len() < 5, "{typed}");
        bench.must_be_readable();
        for key in keys {
            bench.press(key);
            bench.must_show(&format!("tier {typed} "));
        }
        bench.press(KeyCode::F(10));
        bench.read_again(Ok(kits()));
        bench.text("1789");
        bench.enter();
        let tier = sent_upgrade(&bench).cards[0].tier_type.clone();
        assert_eq!(tier.as_deref(), Some(sent));
    }
}

#[test]
fn more_offers_than_fit_end_in_a_mark() {
    let mut about = about(Environment::Uat);
    about.tiers = (10..90).map(|n| format!("TIER-{n}")).collect();
    let mut bench = Bench::with(about);
    bench.found(kits());
    bench.text("u");
    let picture = bench.picture(80, 24);
    assert!(picture.contains("TIER-10, TIER-11,"), "{picture}");
    assert!(picture.contains(", … "), "{picture}");
    bench.text("TIER-8");
    let picture = bench.picture(80, 24);
    assert!(picture.contains("TIER-80, TIER-81"), "{picture}");
    bench.text("9");
    bench.press(KeyCode::Tab);
    bench.must_show("TIER-89");
}

#[test]
fn the_choices_of_a_delivery_are_named() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    for _ in 0..4 {
        bench.press(KeyCode::Tab);
    }
    for (width, height) in [(60, 16), (80, 24), (120, 40)] {
        let picture = bench.picture(width, height);
        assert!(picture.contains("PERMANENT / COMMUNICATION"), "{picture}");
        assert!(picture.contains("the DCMS."), "{picture}");
    }
    bench.text("c");
    bench.must_show("delivery address COMMUNICATION");
    bench.must_show("To the PERMANENT or the COMMUNICATION address");
}

#[test]
fn a_draft_says_that_it_is_one_and_is_thrown_away_in_one_go() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("uZIRCON");
    bench.press(KeyCode::F(7));
    bench.text("GOLD");
    bench.press(KeyCode::Esc);
    bench.text("u");
    bench.must_show("As you left it; F5 starts over.");
    bench.must_be_readable();
    bench.must_show("1. tier ZIRCON");
    bench.press(KeyCode::F(5));
    assert!(!bench.shows("ZIRCON") && !bench.shows("2. tier"));
    assert!(!bench.shows("As you left it"));
    bench.press(KeyCode::F(6));
    bench.must_show("1. tier ZIRCON");
    bench.must_show("2. tier GOLD");
    bench.ctrl('k');
    bench.text("start over");
    bench.enter();
    assert!(!bench.shows("ZIRCON"));
    bench.press(KeyCode::Esc);
    bench.text("u");
    assert!(!bench.shows("As you left it"), "nothing was left");
}

#[test]
fn an_emptied_form_comes_back_without_its_old_error() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.press(KeyCode::F(10));
    bench.must_show("say what is to change");
    bench.press(KeyCode::Esc);
    bench.text("u");
    assert!(!bench.shows("say what is to change"));
    assert!(!bench.shows("As you left it"));
}

#[test]
fn help_names_the_keys_of_a_field() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.press(KeyCode::F(1));
    for row in [
        "F6 undo",
        "F5 start over",
        "In a field:",
        "Shift+Tab ↑ the field before",
        "Home End move to the start, the end",
        "Ctrl+← Ctrl+→ move a word left, right",
        "Ctrl+U empty the field",
    ] {
        bench.must_show(row);
    }
    // Where no letters are typed they do other things.
    bench.press(KeyCode::Esc);
    bench.press(KeyCode::Esc);
    bench.press(KeyCode::F(1));
    assert!(!bench.shows("In a field:"));
}

#[test]
fn fields_can_be_walked_by_enter_and_all_of_them_are_sent() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    for (value, then) in [
        ("SILVER", KeyCode::Enter),
        ("V", KeyCode::Tab),
        ("4566", KeyCode::Down),
        ("sample", KeyCode::Enter),
    ] {
        bench.text(value);
        bench.press(then);
    }
    bench.text("PERM");
    bench.enter();
    bench.read_again(Ok(kits()));
    bench.text("1789");
    bench.enter();
    let body = serde_json::to_string(sent_upgrade(&bench)).expect("JSON");
    assert_eq!(
        body,
        r#"{"entityId":"676165","kitNo":"4561789","deliveryAddress":"PERMANENT","kitInfo":[{"aliasName":"sample","cardType":"VIRTUAL","plasticCode":"4566","tierType":"SILVER"}]}"#
    );
}

#[test]
fn several_cards_are_added_and_removed() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(8));
    bench.must_show("An upgrade asks for at least one card.");
    bench.press(KeyCode::F(7));
    bench.text("GOLD");
    bench.press(KeyCode::F(7));
    bench.text("TIN");
    bench.press(KeyCode::F(8));
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(kits()));
    bench.text("1789");
    bench.enter();
    let tiers: Vec<_> = sent_upgrade(&bench)
        .cards
        .iter()
        .filter_map(|card| card.tier_type.as_deref())
        .collect();
    assert_eq!(tiers, ["SILVER", "GOLD"]);
}

#[test]
fn an_upgrade_that_changes_nothing_is_not_reviewed() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.press(KeyCode::F(10));
    bench.must_show("say what is to change: a tier, a plastic code or another card type");
    assert!(!matches!(bench.last(), Command::ReadAgain(..)));
}

#[test]
fn a_kit_that_changed_meanwhile_is_not_upgraded() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(vec![kit("4561789", "HOTLISTED")]));
    bench.must_show("Kit 4561789 is HOTLISTED; it can't be upgraded.");
    bench.must_show("SILVER");
}

/// Sends what is reviewed, and gives it this end.
fn ended(bench: &mut Bench, outcome: Outcome<Made>, now: Vec<Kit>) {
    bench.text("1789");
    bench.enter();
    bench.ends(Write::Upgrade, outcome, read(now), JournalResult::default());
}

/// Sends what is reviewed, and loses the answer; reading says this of it.
fn lost(bench: &mut Bench, verdict: Verdict, now: Vec<Kit>) {
    bench.text("1789");
    bench.enter();
    let kept = JournalResult {
        verdict: Some(verdict),
        ..JournalResult::default()
    };
    let lost = Outcome::Unknown(Doubt::LineLost);
    bench.ends(Write::Upgrade, lost, read(now), kept);
}

/// Done, with these new kits.
fn done(new: Vec<Kit>) -> Outcome<Made> {
    Outcome::Done(Made::Kits(new))
}

#[test]
fn enter_held_down_puts_no_outcome_away() {
    // As the first repetition comes on a keyboard, and as fast as they come then.
    for pause in [33, 500] {
        let mut bench = reviewed();
        ended(&mut bench, Outcome::Unknown(Doubt::LineLost), kits());
        bench.app.seen(bench.size.into(), bench.now);
        bench.now += Duration::from_millis(pause);
        for _ in 0..40 {
            bench.message(Message::Tick);
            bench.strike(KeyCode::Enter);
            bench.app.seen(bench.size.into(), bench.now);
            bench.now += Duration::from_millis(33);
        }
        bench.must_show("? Unknown");
        bench.now += Duration::from_millis(200);
        bench.enter();
        assert!(!bench.shows("? Unknown"), "it was let go, and pressed");
    }
}

#[test]
fn a_key_for_an_outcome_that_was_just_drawn_is_not_lost() {
    let mut bench = reviewed();
    ended(&mut bench, Outcome::Unknown(Doubt::LineLost), kits());
    bench.app.seen(bench.size.into(), bench.now);
    bench.now += Duration::from_millis(20);
    bench.strike(KeyCode::Enter);
    bench.must_show("? Unknown");
    let soon = bench.app.wakes_in(bench.now).expect("it wakes for it");
    assert!(soon <= Duration::from_millis(120), "{soon:?}");
    bench.now += soon;
    bench.message(Message::Tick);
    assert!(!bench.shows("? Unknown"));
}

#[test]
fn what_was_read_and_does_not_show_what_the_dcms_says_is_reported() {
    let mut bench = reviewed();
    let named = vec![kit("77000000001", "ASSIGNED")];
    ended(&mut bench, done(named), kits());
    bench.must_show("! Done");
    bench.must_show("The DCMS says done, but what was read afterwards does not show it yet: kit 4561789 is ACTIVE and no kit is new.");
}

#[test]
fn a_new_kit_that_may_be_another_s_is_not_offered_as_the_next_step() {
    let mut bench = reviewed();
    let mut now = kits();
    now.push(kit("77000000001", "ASSIGNED"));
    lost(&mut bench, Verdict::Open, now);
    bench.must_show(
        "77000000001 is new, but kit 4561789 is ACTIVE as before, so it is unclear which upgrade made it.",
    );
    assert!(!bench.shows("set its PIN"));
}

#[test]
fn a_refusal_stands_at_its_field_and_nothing_typed_is_lost() {
    let mut bench = reviewed();
    let bad = refused(
        r#"{"exception":{"errorCode":"VAL001","fieldError":["Tier Type SILVER is not offered"]}}"#,
    );
    ended(&mut bench, bad, kits());
    bench.must_show("✗ Refused");
    bench.must_show("Tier Type SILVER is not offered (VAL001).");
    bench.press(KeyCode::Esc);
    bench.must_show("tier SILVER");
    bench.must_show("^ Tier Type SILVER is not offered");
}

#[test]
fn a_draft_is_kept_until_it_is_sent() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(3));
    bench.press(KeyCode::F(2));
    assert!(!bench.shows("SILVER"));
    bench.press(KeyCode::Esc);
    bench.text("u");
    bench.must_show("tier SILVER");
}

#[test]
fn a_draft_left_while_it_was_read_again_waits_for_nothing() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(10));
    assert!(bench.app.is_waiting());
    bench.press(KeyCode::F(2));
    bench.press(KeyCode::Esc);
    bench.text("u");
    bench.must_show("tier SILVER");
    assert!(!bench.app.is_waiting(), "what was waited for has been left");
}

#[test]
fn the_bank_s_tiers_are_offered_and_what_differs_is_marked() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.must_show("→ offers SILVER, GOLD, CLASSIC");
    bench.text("g");
    bench.must_show("gOLD");
    bench.press(KeyCode::Right);
    bench.must_show("≠ now CLASSIC");
    bench.press(KeyCode::Tab);
    bench.must_show("= as now");
    bench.press(KeyCode::F(6));
    bench.press(KeyCode::F(6));
    assert!(!bench.shows("≠ now"), "taken back");
    bench.press(KeyCode::F(7));
    bench.must_show("2. tier");
    bench.press(KeyCode::F(6));
    assert!(!bench.shows("2. tier"));
    assert!(!bench.shows("1. tier"), "one card needs no number");
}

#[test]
fn a_draft_is_held_against_the_card_as_it_is_by_now() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::Esc);
    let mut silver = kit("4561789", "ACTIVE");
    silver.tier = Some(crate::dcms::Text::new("SILVER"));
    bench.press(KeyCode::F(5));
    let ticket = bench.ticket();
    let found = Found::One(CustomerKits {
        entity: EntityId::parse("676165").expect("good"),
        kits: vec![silver].into(),
    });
    bench.event(Event::Found(ticket, Ok(found)));
    bench.text("u");
    bench.must_show("tier SILVER = as now");
}

#[test]
fn after_an_upgrade_the_new_kit_s_pin_is_one_key_away() {
    let mut bench = reviewed();
    let new = with_pan(kit("77000000001", "ASSIGNED"));
    let now = vec![kit("4561789", "REPLACED"), new.clone()];
    ended(&mut bench, done(vec![new]), now);
    bench.must_show("✓ Done");
    bench.must_show("old kit 4561789");
    bench.must_show("new kit 77000000001");
    bench.text("p");
    bench.must_show("Set the PIN of kit 77000000001");
    bench.press(KeyCode::Esc);
    bench.must_show("77000000001");
    bench.text("u");
    assert!(!bench.shows("SILVER"), "a sent upgrade leaves no draft");
}

#[test]
fn a_done_upgrade_leaves_no_draft_and_one_that_was_not_sent_does() {
    let not_sent = NotSent::NameNotFound {
        host: "dcms".into(),
    };
    let ends = [
        (done(vec![kit("77000000001", "ASSIGNED")]), false),
        (Outcome::NotSent(not_sent), true),
    ];
    for (outcome, keeps) in ends {
        let mut bench = reviewed();
        ended(&mut bench, outcome, kits());
        bench.press(KeyCode::F(2));
        bench.press(KeyCode::Esc);
        bench.press(KeyCode::Home);
        bench.text("u");
        bench.must_show("Upgrade kit 4561789");
        assert_eq!(bench.shows("tier SILVER"), keeps);
    }
}

#[test]
fn an_unknown_upgrade_is_shown_as_unknown_with_what_was_read() {
    let mut bench = reviewed();
    let now = vec![kit("4561789", "REPLACED"), kit("77000000001", "ASSIGNED")];
    lost(&mut bench, Verdict::Done, now);
    bench.must_show("? Unknown, settled: it was done");
    bench.must_show(
        "got no valid reply: the connection was lost before an answer came; a later read",
    );
    bench.must_show("kit 4561789 is REPLACED and 77000000001 is new, so it was done.");
    bench.must_show("new kit 77000000001");
}

#[test]
fn an_outcome_finds_its_screen_or_a_notice_wherever_one_is() {
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Upgrade));
    let outcome = done(vec![kit("77000000001", "ASSIGNED")]);
    let end = end_of(
        bench.last(),
        outcome,
        Ok(read(kits())),
        JournalResult::default(),
    );
    bench.press(KeyCode::F(3));
    bench.event(end);
    bench.must_show("Upgrade of kit 4561789: Done.");
}

#[test]
fn what_was_never_in_sight_is_not_confirmed() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("uSILVER");
    for tier in ["GOLD", "PLATINUM", "SILVER"] {
        bench.press(KeyCode::F(7));
        bench.text(tier);
    }
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(kits()));
    bench.size = (60, 16);
    let picture = bench.look();
    assert!(picture.contains("more lines: PgDn"), "{picture}");
    assert!(!picture.contains("4. tier"), "{picture}");
    bench.text("1789");
    // It takes as many as there are pages until all of it was there.
    let mut pages = 0;
    while bench.sent() != Some(Write::Upgrade) {
        bench.enter();
        let picture = bench.picture(60, 16);
        if bench.sent() != Some(Write::Upgrade) {
            assert!(
                picture.contains("More will be changed than fits"),
                "{picture}"
            );
        }
        pages += 1;
        assert!(pages < 9);
    }
    assert!(pages > 2, "{pages}");

    // Where all of it is in sight, it is sent at once.
    let mut bench = reviewed();
    for size in [(60, 16), (80, 24)] {
        bench.size = size;
        bench.look();
    }
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Upgrade));
}

const WAITS: &str = "Nothing can be pasted while this screen waits.";

#[test]
fn what_is_pasted_while_the_kit_is_read_is_not_sent() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(10));
    bench.message(Message::Paste(Zeroizing::new("\u{202e}X".into())));
    bench.must_show(WAITS);
    bench.read_again(Ok(kits()));
    bench.text("1789");
    bench.enter();
    let cards = &sent_upgrade(&bench).cards;
    assert_eq!(cards[0].tier_type.as_deref(), Some("SILVER"));
}

#[test]
fn a_look_up_and_an_order_take_no_paste_while_they_wait() {
    let mut bench = Bench::new();
    bench.text("676165");
    bench.enter();
    bench.message(Message::Paste(Zeroizing::new("9".into())));
    bench.must_show(WAITS);
    bench.press(KeyCode::Esc);
    assert!(!bench.shows("6761659"));
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64-5717-4562-b3fc-2c963f66afa6");
    bench.enter();
    bench.message(Message::Paste(Zeroizing::new("9".into())));
    bench.must_show(WAITS);
}

#[test]
fn a_card_that_has_become_what_was_asked_for_meanwhile_is_not_upgraded() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.press(KeyCode::Tab);
    bench.text("V");
    bench.press(KeyCode::F(10));
    let mut now = kits();
    now[0].card_type = Some(Text::new("VIRTUAL"));
    bench.read_again(Ok(now));
    bench.must_show("say what is to change: a tier, a plastic code or another card type");
    assert!(!bench.shows("Review"));
}

#[test]
fn a_card_number_is_no_tier_no_plastic_code_and_no_name() {
    for (field, number, says) in [
        (
            0,
            "4111111111111111",
            "^ this looks like a card number, not like a tier",
        ),
        (
            0,
            "4111-1111-1111-1111",
            "^ this looks like a card number, not like a tier",
        ),
        (
            2,
            "4222222222222",
            "^ this looks like a card number, not like a plastic code",
        ),
        (
            3,
            "PAN 4111111111111111",
            "^ this looks like a card number, not like a name",
        ),
    ] {
        let mut bench = Bench::new();
        bench.found(kits());
        bench.text("u");
        for _ in 0..field {
            bench.press(KeyCode::Down);
        }
        bench.text(number);
        assert!(!bench.shows(number), "it is drawn as its mask");
        bench.press(KeyCode::F(10));
        bench.must_show(says);
        assert!(!matches!(bench.last(), Command::ReadAgain(..)), "{number}");
    }
}
