//! A PIN by events: typed twice, sealed, reviewed, wiped.

use super::*;
use crate::config::RemoteSign;
use crate::console::Guards;
use crate::pin::PinLength;

/// Up to the review of a PIN.
pub(super) fn pin_reviewed() -> Bench {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.read_again(Ok(kits()));
    bench
}

#[test]
fn a_pin_is_sealed_before_it_is_reviewed_and_never_drawn() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.must_show("card number opened from what the DCMS sent");
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.must_show("••••");
    assert!(!bench.shows("4315"));
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.press(KeyCode::F(10));
    assert!(!bench.shows("••••"), "what was typed is gone from the form");
    bench.read_again(Ok(kits()));
    bench.must_show("sealed (key AES-128");
    bench.must_show("\"pin\": \"<sealed>\"");
    bench.text("1789");
    bench.enter();
    let request = sent_pin(&bench);
    assert_eq!(request.expiry.mmyy(), "0729");
    let (Ok(key), Ok(pan)) = (Key::from_bytes(&[1; 16]), Pan::parse("4111111111111111")) else {
        panic!("test values");
    };
    let account = crate::pin::Account::Pan(&pan);
    let opened = crate::pin::open_pin(request.pin.as_wire(), &account, &key, BlockForm::Raw);
    let typed = crate::pin::Pin::parse("4315", PinLength::STANDARD).expect("a PIN");
    assert!(opened.is_ok_and(|pin| pin.same_as(&typed)));
}

#[test]
fn a_pin_that_differs_the_second_time_is_an_error_there() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.press(KeyCode::Tab);
    bench.text("4316");
    bench.enter();
    bench.must_show("^ this is not the same PIN as above: type it again, here or above");
    bench.text("4315");
    bench.enter();
    bench.read_again(Ok(kits()));
    bench.must_show("Review: set a PIN");
}

#[test]
fn bad_pins_and_expiries_are_errors_at_their_fields() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.ctrl('u');
    bench.text("1329");
    bench.press(KeyCode::Tab);
    bench.must_show("^ an expiry is MMYY as on the card");
    bench.text("431");
    bench.press(KeyCode::Tab);
    bench.must_show("^ a PIN has 4 to 6 digits here, not 3");
    bench.must_show("1329");
    bench.press(KeyCode::F(10));
    bench.must_show("^ an expiry is MMYY as on the card");
    bench.message(Message::Paste("4315".to_owned().into()));
    assert!(
        matches!(bench.last(), Command::Find(..)),
        "nothing was sealed or sent"
    );
}

#[test]
fn a_card_number_that_does_not_open_is_keyed_and_checked_here() {
    let mut broken = kit("4561789", "ACTIVE");
    broken.encrypted_pan = Some(crate::pin::EncryptedPan::new("AAAA"));
    let mut bench = Bench::new();
    bench.found(vec![broken.clone()]);
    bench.text("p");
    bench.must_show("The card number could not be opened");
    bench.press(KeyCode::Tab);
    bench.text("4111111111111112");
    bench.press(KeyCode::Tab);
    bench.must_show("^ a digit is wrong (the check digit does not fit)");
    bench.press(KeyCode::BackTab);
    bench.text("5555555555554444");
    bench.press(KeyCode::Tab);
    bench.must_show("^ this is another card: the kit's card is 411111XXXXXX1111");
    bench.press(KeyCode::BackTab);
    bench.text("4111111111111111");
    bench.must_show("411111••••••1111");
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.enter();
    bench.read_again(Ok(vec![broken]));
    bench.must_show("Review: set a PIN");
}

#[test]
fn a_refused_pin_goes_back_to_the_form_without_the_pin() {
    let mut bench = pin_reviewed();
    bench.text("1789");
    bench.enter();
    let bad = refused(
        r#"{"exception":{"errorCode":"PIN001","detailMessage":"PIN could not be opened"}}"#,
    );
    bench.ends(Write::SetPin, bad, read(kits()), JournalResult::default());
    bench.must_show("PIN could not be opened (PIN001).");
    bench.press(KeyCode::Esc);
    bench.must_show("Set the PIN of kit 4561789");
    bench.must_show("expiry * 0729");
    assert!(!bench.shows("••••"));
}

#[test]
fn pins_are_not_set_where_the_profile_says_so() {
    let mut about = about(Environment::Uat);
    about.pin_settings.entry = PinEntryRule::Off;
    let mut bench = Bench::with(about.clone());
    bench.found(kits());
    bench.text("p");
    bench.must_show("PIN entry is switched off in this profile");
    assert!(!bench.shows("set PIN"));
    bench.text("?");
    bench.must_show("The kits");
    bench.must_show("upgrade");
    assert!(!bench.shows("set PIN"));
    about.pin_settings.entry = PinEntryRule::Local;
    about.origin = SessionOrigin::Remote(RemoteSign::Variable("SSH_TTY"));
    let mut bench = Bench::with(about.clone());
    bench.found(kits());
    bench.text("p");
    bench.must_show("not over SSH: SSH_TTY is set.");
    about.origin = SessionOrigin::Here;
    let mut bench = Bench::with(about);
    bench.found(kits());
    bench.text("p");
    bench.must_show("Set the PIN of kit 4561789");
    assert_eq!(bench.looked_around, 1);
}

#[test]
fn a_pin_screen_closes_when_somebody_elsewhere_turns_out_to_watch() {
    let mut about = about(Environment::Live);
    about.pin_settings.entry = PinEntryRule::Local;
    let mut bench = Bench::with(about);
    bench.found(kits());
    bench.text("p");
    // Real cards: the tenant comes first.
    bench.text("ACME_BANK");
    bench.enter();
    bench.enter();
    bench.text("4315");
    bench.message(Message::Seated(SessionOrigin::Here));
    bench.must_show("••••");
    bench.message(Message::Seated(SessionOrigin::Remote(RemoteSign::Keeper(
        "tmux".into(),
    ))));
    assert!(!bench.shows("••••") && !bench.shows("Set the PIN of kit"));
    bench.must_show("tmux is used over SSH.");
    // They may have gone: the screen looks again.
    bench.text("p");
    bench.must_show("Set the PIN of kit 4561789");
    assert!(!bench.shows("tmux is used over SSH."), "asked again");
    bench.message(Message::Seated(SessionOrigin::Here));
    bench.must_show("Set the PIN of kit 4561789");
}

#[test]
fn a_refusal_goes_with_its_reason() {
    let mut about = about(Environment::Uat);
    about.pin_settings.entry = PinEntryRule::Local;
    let mut bench = Bench::with(about);
    bench.found(kits());
    bench.text("p");
    let watched = SessionOrigin::Remote(RemoteSign::Keeper("tmux".into()));
    bench.message(Message::Seated(watched));
    bench.must_show("tmux is used over SSH.");
    bench.message(Message::Seated(SessionOrigin::Here));
    assert!(!bench.shows("tmux is used over SSH."));
    // The same for what could not be recorded and then could.
    let failed = Event::Recording(Err("the disk is full".into()));
    bench.event(failed);
    bench.must_show("The journal could not record this: The disk is full");
    bench.event(Event::Recording(Ok(())));
    assert!(!bench.shows("could not be recorded"));
}

#[test]
fn a_weak_pin_is_refused_with_one_sentence_whatever_is_weak_about_it() {
    for weak in ["1234", "7777", "1987", "2580", "4545"] {
        let mut bench = Bench::new();
        bench.found(kits());
        bench.text("p");
        bench.enter();
        bench.text(weak);
        bench.enter();
        bench.must_show("this PIN is too easy to guess: the customer chooses another");
    }
}

#[test]
fn a_pin_screen_without_a_key_is_wiped_and_closed() {
    let mut bench = Bench::new();
    bench.found(kits());
    assert_eq!(
        bench.app.wakes_in(bench.now),
        None,
        "nothing ticks on the kits"
    );
    bench.text("p");
    bench.press(KeyCode::Tab);
    bench.text("43");
    assert_eq!(bench.app.wakes_in(bench.now), Some(seconds(30)));
    bench.now += seconds(29);
    bench.message(Message::Tick);
    bench.text("1");
    bench.now += seconds(29);
    bench.message(Message::Tick);
    bench.must_show("Set the PIN of kit 4561789");
    bench.now += seconds(1);
    assert_eq!(bench.app.wakes_in(bench.now), Some(seconds(0)));
    bench.message(Message::Tick);
    bench.must_show("The PIN screen was wiped and closed after 30 s without a key.");
    assert!(!bench.shows("Set the PIN of kit 4561789"));
    // The sentence disappears, and then nothing ticks any more.
    assert_eq!(bench.app.wakes_in(bench.now), Some(seconds(6)));
    bench.now += seconds(6);
    bench.message(Message::Tick);
    assert!(!bench.shows("was wiped"));
    assert_eq!(bench.app.wakes_in(bench.now), None);
    bench.now += seconds(60);
    bench.text("m");
    bench.must_show("Messages, newest first");
    bench.must_show("66 s ago The PIN screen was wiped and closed");
    bench.text("m");
    assert!(!bench.shows("Messages"));
}

#[test]
fn a_review_of_a_pin_closes_in_time_too_and_its_outcome_stays() {
    let mut bench = pin_reviewed();
    bench.now += seconds(20);
    bench.text("17");
    bench.now += seconds(20);
    bench.message(Message::Tick);
    bench.must_show("Review: set a PIN");
    bench.now += seconds(10);
    bench.message(Message::Tick);
    assert!(!bench.shows("Review: set a PIN"));

    let mut bench = pin_reviewed();
    bench.text("1789");
    bench.enter();
    bench.now += seconds(60);
    bench.message(Message::Tick);
    bench.must_show("Setting the PIN of kit 4561789");
    assert_ne!(
        bench.app.wakes_in(bench.now),
        Some(seconds(0)),
        "that would spin"
    );
}

/// Up to a PIN that was typed once.
fn pin_half_typed() -> Bench {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.must_show("••••");
    bench
}

type Way = fn(&mut Bench);

/// Every way out of sight: by its key, by the palette, by a click's action, and by hiding.
fn out_of_sight() -> Vec<(&'static str, Way, &'static str)> {
    const OTHER: &str = "The PIN screen was wiped and closed: another one was opened.";
    const HIDDEN: &str = "The PIN screen was wiped and closed: the screen was hidden.";
    vec![
        ("F3", |bench| bench.press(KeyCode::F(3)), OTHER),
        ("F4", |bench| bench.press(KeyCode::F(4)), OTHER),
        (
            "the palette",
            |bench| {
                bench.ctrl('k');
                bench.text("orders");
                bench.enter();
            },
            OTHER,
        ),
        ("Ctrl+L", |bench| bench.ctrl('l'), HIDDEN),
        (
            "another window",
            |bench| bench.message(Message::Focus(false)),
            HIDDEN,
        ),
    ]
}

#[test]
fn a_pin_screen_out_of_sight_is_wiped_and_closed() {
    for (way, leave, said) in out_of_sight() {
        for begin in [pin_half_typed, pin_reviewed] {
            let mut bench = begin();
            bench.app = bench.app.guarded(Guards {
                idle_limit: seconds(300),
                hide_on_focus_lost: true,
            });
            leave(&mut bench);
            assert!(bench.has_no_layers(), "{way}");
            // What is hidden tells nothing until it is seen again.
            if bench.app.hidden.is_some() {
                assert!(!bench.shows("wiped"), "{way}");
                bench.now += seconds(60);
                bench.message(Message::Tick);
                bench.enter();
            }
            bench.must_show(said);
            bench.press(KeyCode::F(2));
            assert!(!bench.shows("••••") && !bench.shows("Set the PIN of kit"));
        }
    }
}

#[test]
fn where_nothing_was_typed_nothing_is_said() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.press(KeyCode::F(3));
    assert!(bench.has_no_layers());
    assert!(!bench.shows("wiped"));
}

#[test]
fn a_pin_that_was_sent_is_not_in_the_way_of_another_screen() {
    let mut bench = pin_reviewed();
    bench.text("1789");
    bench.enter();
    bench.press(KeyCode::F(3));
    assert!(!bench.shows("wiped"));
    bench.press(KeyCode::F(2));
    assert!(
        !matches!(bench.last(), Command::Leave(_)),
        "what was sent can't be left"
    );
}

#[test]
fn a_reading_is_left_with_the_pin_screen_that_asked_for_it() {
    let mut bench = pin_half_typed();
    bench.press(KeyCode::Tab);
    bench.text("4315");
    bench.enter();
    let asked = bench.ticket();
    bench.press(KeyCode::F(3));
    assert!(matches!(bench.last(), Command::Leave(ticket) if *ticket == asked));
}

#[test]
fn keys_for_a_popup_do_not_keep_a_pin_waiting() {
    let mut bench = pin_half_typed();
    bench.press(KeyCode::F(1));
    bench.must_show("Setting a PIN");
    for _ in 0..6 {
        bench.now += seconds(5);
        bench.press(KeyCode::Down);
    }
    bench.message(Message::Tick);
    assert!(bench.has_no_layers());
    bench.press(KeyCode::Esc);
    bench.must_show("The PIN screen was wiped and closed after 30 s without a key.");
}

#[test]
fn of_a_card_without_a_mask_the_last_four_come_when_its_field_is_left() {
    let mut unmasked = kit("4561789", "ACTIVE");
    unmasked.card = None;
    let mut bench = Bench::new();
    bench.found(vec![unmasked]);
    bench.text("p");
    bench.press(KeyCode::Tab);
    bench.text("6799998900000070017");
    bench.must_show("679999•••••••••••••");
    bench.press(KeyCode::Tab);
    bench.must_show("679999•••••••••0017");
}

#[test]
fn what_is_pasted_while_a_pin_is_sealed_is_not_sent() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("p");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.press(KeyCode::BackTab);
    bench.message(Message::Paste(Zeroizing::new("1".into())));
    bench.must_show("Nothing can be pasted while this screen waits.");
    bench.read_again(Ok(kits()));
    bench.text("1789");
    bench.enter();
    let request = sent_pin(&bench);
    assert_eq!(request.expiry.mmyy(), "0729");
}

#[test]
fn where_no_digit_of_the_card_is_known_it_is_said_before_the_pin_is_sealed() {
    let mut unmasked = kit("4561789", "ACTIVE");
    unmasked.card = None;
    let mut bench = Bench::new();
    bench.found(vec![unmasked.clone()]);
    bench.text("p");
    bench.must_show("no digits of this card are known: compare the card yourself");
    bench.enter();
    bench.text("4111111111111111");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.read_again(Ok(vec![unmasked]));
    bench.must_show("Review: set a PIN");
    bench.must_show("no digits of this card are known: compare the card yourself");
}

#[test]
fn a_pin_that_was_compared_with_another_mask_is_not_used() {
    let mut bench = Bench::new();
    let mut unmasked = kit("4561789", "ACTIVE");
    unmasked.card = None;
    bench.found(vec![unmasked]);
    bench.text("p");
    bench.enter();
    bench.text("4111111111111111");
    bench.enter();
    bench.text("4315");
    bench.enter();
    bench.text("4315");
    bench.enter();
    let mut other = kit("4561789", "ACTIVE");
    other.card = crate::pin::MaskedPan::parse("608040XXXXXX1785").ok();
    bench.read_again(Ok(vec![other]));
    bench.must_show("The DCMS shows card 608040XXXXXX1785 for kit 4561789 now.");
    bench.must_show("The PIN was wiped");
    assert!(!bench.shows("Review"));
}
