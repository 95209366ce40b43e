//! Nobody there: the idle limit and its countdown, hidden screens, and what is left of a customer.

use super::*;
use crate::config::RemoteSign;
use crate::console::Guards;

const LIMIT: u64 = 300;

fn guarded(about: About) -> Bench {
    let mut bench = Bench::with(about);
    bench.app = bench.app.guarded(Guards {
        idle_limit: seconds(LIMIT),
        hide_on_focus_lost: true,
    });
    // The first picture, which wipes the terminal as well.
    bench.message(Message::Redraw);
    bench.cleared = 0;
    bench
}

fn with_a_customer() -> Bench {
    let mut bench = guarded(about(Environment::Uat));
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench
}

fn after(bench: &mut Bench, time: u64) {
    bench.now += seconds(time);
    bench.message(Message::Tick);
}

/// Nothing of the customer is anywhere on the screen.
#[track_caller]
fn must_hide(bench: &Bench) {
    for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        let picture = bench.picture(size.0, size.1);
        for part in ["MEENA", "Meena", "4561789", "676165", "411111", "1111"] {
            assert!(!picture.contains(part), "{part} in\n{picture}");
        }
    }
}

#[test]
fn a_countdown_is_seen_and_then_the_customer_is_put_away() {
    let mut bench = with_a_customer();
    // A sentence stands for a while first; then nothing wakes the loop until the countdown.
    after(&mut bench, 20);
    assert_eq!(
        bench.app.wakes_in(bench.now),
        Some(seconds(LIMIT - 20 - 30))
    );
    after(&mut bench, LIMIT - 20 - 31);
    assert!(!bench.shows("Locks in"));
    after(&mut bench, 1);
    bench.must_show("Locks in 30 s: any key stops this, and does nothing else.");
    assert_eq!(bench.app.wakes_in(bench.now), Some(seconds(1)));
    after(&mut bench, 29);
    bench.must_show("Locks in 1 s");
    bench.must_show("4561789");
    after(&mut bench, 1);
    bench.must_show("Locked after 5m without a key");
    must_hide(&bench);
    assert_eq!(bench.cleared, 1, "the terminal is wiped too");
    assert_eq!(
        bench.app.wakes_in(bench.now),
        None,
        "nothing ticks any more"
    );
}

#[test]
fn the_messages_are_put_away_too() {
    let mut bench = with_a_customer();
    bench.text("x");
    bench.text("m");
    after(&mut bench, LIMIT);
    must_hide(&bench);
    bench.press(KeyCode::F(11));
    bench.must_show("No messages yet.");
}

#[test]
fn a_key_that_stops_the_countdown_does_nothing_else() {
    let mut bench = with_a_customer();
    after(&mut bench, LIMIT - 10);
    bench.text("u");
    assert!(!bench.shows("Upgrade kit") && !bench.shows("Locks in"));
    bench.text("u");
    bench.must_show("Upgrade kit 4561789");
}

#[test]
fn a_key_that_comes_too_late_finds_the_lock() {
    let mut bench = with_a_customer();
    bench.now += seconds(LIMIT);
    bench.text("u");
    bench.must_show("Locked after 5m without a key");
    must_hide(&bench);
}

#[test]
fn over_ssh_the_session_ends() {
    let mut far = about(Environment::Uat);
    far.origin = SessionOrigin::Remote(RemoteSign::Keeper("tmux".into()));
    let mut bench = guarded(far);
    bench.found(vec![kit("4561789", "ACTIVE")]);
    after(&mut bench, LIMIT - 5);
    bench.must_show("The session ends in 5 s");
    after(&mut bench, 5);
    assert_eq!(
        bench.ended,
        Some(vec!["The session ended after 5m without a key.".to_owned()])
    );
    must_hide(&bench);
}

#[test]
fn a_draft_and_what_was_typed_are_put_away() {
    let mut bench = with_a_customer();
    bench.text("u");
    bench.text("ZIRCON");
    after(&mut bench, LIMIT);
    must_hide(&bench);
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.text("u");
    bench.must_show("Upgrade kit 4561789");
    assert!(!bench.shows("ZIRCON"), "no draft is left");
}

#[test]
fn a_write_under_way_is_waited_for_and_its_end_is_shown() {
    let mut bench = with_a_customer();
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(vec![kit("4561789", "ACTIVE")]));
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Upgrade));
    after(&mut bench, LIMIT);
    bench.must_show("Locks when the write under way has ended.");
    must_hide(&bench);
    bench.ends(
        Write::Upgrade,
        Outcome::Done(Made::Kits(Vec::new())),
        read(vec![kit("4561789", "REPLACED")]),
        JournalResult::default(),
    );
    bench.must_show("Upgrade of kit •••1789: Done.");
    bench.must_show("Locked after 5m without a key");
}

#[test]
fn one_key_hides_everything_and_shows_it_again() {
    let mut bench = with_a_customer();
    bench.text("u");
    bench.text("ZIR");
    bench.ctrl('l');
    must_hide(&bench);
    assert_eq!(bench.cleared, 1);
    bench.must_show("Hidden. Enter shows it again");
    bench.must_show("UAT");
    // No key goes to what lies under it.
    bench.text("CON");
    bench.message(Message::Paste(Zeroizing::new("99".into())));
    bench.message(Message::LostPaste);
    bench.press(KeyCode::Esc);
    must_hide(&bench);
    bench.enter();
    bench.must_show("Upgrade kit 4561789");
    bench.must_show("ZIR");
    assert!(!bench.shows("ZIRCON") && !bench.shows("99"));
    bench.ctrl('l');
    bench.ctrl('c');
    assert!(bench.has_quit, "the end is always near");
}

#[test]
fn a_key_that_others_press_only_hides() {
    let mut bench = with_a_customer();
    bench.ctrl('l');
    bench.ctrl('l');
    must_hide(&bench);
    assert_eq!(bench.cleared, 2, "who attaches sees what there is to see");
    // Hidden by the window alone, it stays hidden once somebody has asked for it.
    let mut bench = with_a_customer();
    bench.message(Message::Focus(false));
    bench.ctrl('l');
    bench.message(Message::Focus(true));
    must_hide(&bench);
    bench.enter();
    bench.must_show("4561789");
}

#[test]
fn after_a_suspend_the_first_picture_is_covered_whatever_wakes_the_console() {
    const TEN_HOURS: u64 = 36_000;
    for wake in ["key", "tick", "redraw", "resumed", "focus"] {
        let mut bench = with_a_customer();
        bench.text("p");
        bench.enter();
        bench.text("43");
        bench.now += seconds(TEN_HOURS);
        must_hide(&bench);
        bench.message(match wake {
            "key" => Message::Key(KeyEvent::new(KeyCode::Char('1'), KeyModifiers::NONE)),
            "tick" => Message::Tick,
            "redraw" => Message::Redraw,
            "resumed" => Message::Resumed,
            _ => Message::Focus(true),
        });
        must_hide(&bench);
        bench.must_show("Locked after 5m without a key");
        assert!(bench.has_no_layers(), "{wake}");
    }
}

#[test]
fn after_a_suspend_the_first_key_finds_no_pin_form() {
    let mut bench = with_a_customer();
    bench.text("p");
    bench.enter();
    bench.text("43");
    bench.now += seconds(31);
    bench.strike(KeyCode::Char('u'));
    bench.must_show("wiped and closed after 30 s without a key");
    assert!(bench.has_no_layers(), "and the key did nothing else");
    // One that was pressed before the form was seen to be gone is not for what lies under it.
    bench.strike(KeyCode::Char('u'));
    assert!(bench.has_no_layers());
    bench.text("u");
    bench.must_show("Upgrade kit 4561789");
}

#[test]
fn what_is_hidden_holds_no_pin() {
    let mut bench = with_a_customer();
    bench.text("p");
    bench.enter();
    bench.text("43");
    bench.ctrl('l');
    assert!(bench.has_no_layers(), "wiped at once");
    bench.enter();
    bench.must_show("4561789");
    assert!(!bench.shows("Set the PIN of kit"));
}

#[test]
fn another_window_in_front_hides_it() {
    let mut bench = with_a_customer();
    bench.message(Message::Focus(false));
    must_hide(&bench);
    bench.message(Message::Focus(true));
    bench.must_show("4561789");
    // What somebody hid by a key stays hidden.
    bench.ctrl('l');
    bench.message(Message::Focus(false));
    bench.message(Message::Focus(true));
    must_hide(&bench);
}

#[test]
fn the_focus_is_nobody_s_business_unless_it_is_asked_for() {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.message(Message::Focus(false));
    bench.must_show("4561789");
}

#[test]
fn a_stop_wipes_a_pin() {
    let mut bench = with_a_customer();
    bench.text("p");
    bench.enter();
    bench.text("43");
    bench.message(Message::Suspend);
    assert_eq!(bench.stopped, 1);
    bench.message(Message::Resumed);
    assert_eq!(bench.retaken, 1);
    assert!(!bench.shows("Set the PIN of kit"));
    bench.must_show("wiped and closed: the program was stopped");
}

#[test]
fn under_the_sentence_of_a_small_window_no_key_does_anything() {
    let mut bench = Bench::new();
    bench.size = (59, 16);
    bench.text("676165");
    bench.enter();
    assert!(bench.asked.is_empty(), "nothing is looked up");
    bench.size = (80, 24);
    bench.look();
    bench.must_show("like 181223116");
    // What is hidden stays hidden, and the way out is open.
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.ctrl('l');
    bench.size = (80, 15);
    bench.enter();
    bench.size = (80, 24);
    must_hide(&bench);
    bench.enter();
    bench.must_show("4561789");
    bench.size = (80, 15);
    bench.ctrl('l');
    bench.size = (80, 24);
    must_hide(&bench);
    bench.size = (59, 24);
    bench.ctrl('c');
    assert!(bench.has_quit);
}

#[test]
fn a_confirmation_that_was_out_of_sight_starts_over() {
    let mut bench = reviewed();
    bench.text("178");
    bench.size = (40, 10);
    bench.look();
    bench.size = (80, 24);
    bench.text("9");
    bench.enter();
    assert!(matches!(bench.last(), Command::ReadAgain(..)));
    bench.must_show("That is not the end of the kit number 4561789");

    let mut bench = Bench::with(about(Environment::Live));
    bench.found(kits());
    bench.text("u");
    bench.text("ACME_");
    bench.size = (40, 10);
    bench.look();
    bench.size = (80, 24);
    bench.text("BANK");
    bench.enter();
    bench.must_show("That is not this profile's tenant.");
}
