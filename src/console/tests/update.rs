use super::*;
use crate::config::Sign;
use crate::dcms::{Doubt, NotSent};
use crate::desk::{AfterCancel, AfterPin, AfterUpgrade, Candidate, FindBy, Verdict};
use crate::pin::{MaskedPan, PinLength};

pub(super) fn kits() -> Vec<Kit> {
    vec![
        with_pan(kit("4561789", "ACTIVE")),
        kit("4561700", "REPLACED"),
        kit("4561801", "ASSIGNED"),
    ]
}

/// Up to the review of an upgrade to SILVER.
pub(super) fn reviewed() -> Bench {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("u");
    bench.text("SILVER");
    bench.press(KeyCode::F(10));
    bench.read_again(Ok(kits()));
    bench
}

pub(super) fn sent_upgrade(bench: &Bench) -> crate::dcms::Upgrade {
    match bench.last() {
        Command::Upgrade(_, request, _) => request.clone(),
        other => panic!("an upgrade was expected, not {other:?}"),
    }
}

/// Up to the review of a PIN.
fn pin_reviewed() -> Bench {
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
fn the_box_has_the_focus_at_the_start_and_letters_are_text() {
    let mut bench = Bench::new();
    bench.text("gop?");
    assert!(bench.asked.is_empty());
    bench.must_show("gop?");
}

#[test]
fn the_kind_of_key_is_guessed_shown_and_changed_with_tab() {
    let mut bench = Bench::new();
    bench.text("608040XXXXXX6384");
    bench.must_show("masked card");
    bench.enter();
    let mask = MaskedPan::parse("608040XXXXXX6384").expect("a mask");
    assert!(matches!(bench.last(), Command::Find(_, FindBy::Card(asked)) if *asked == mask));

    let mut bench = Bench::new();
    bench.text("8000000");
    bench.must_show("entity id");
    bench.press(KeyCode::Tab);
    bench.must_show("account number");
    bench.enter();
    assert!(
        matches!(bench.last(), Command::Find(_, FindBy::Account(no)) if no.as_str() == "8000000")
    );
}

#[test]
fn a_full_card_number_in_the_box_is_drawn_and_sent_as_its_mask() {
    let mut bench = Bench::new();
    bench.text("4111111111111111");
    assert!(!bench.shows("4111111111111111"));
    bench.must_show("411111XXXXXX1111");
    bench.enter();
    assert!(matches!(bench.last(), Command::Find(_, FindBy::Card(_))));
}

#[test]
fn bad_look_ups_are_told_at_the_box_and_stay_there() {
    let mut bench = Bench::new();
    bench.enter();
    bench.must_show("Type an entity id, an account number or a masked card first.");
    bench.text("80O0");
    bench.press(KeyCode::Tab);
    bench.enter();
    bench.must_show("An account number can't contain 'O'. It is made of digits only.");
    bench.must_show("80O0");
    bench.press(KeyCode::Tab);
    bench.enter();
    bench.must_show("A masked card is its first six and last four digits, like 608040XXXXXX6384.");
    assert!(bench.asked.is_empty());
}

#[test]
fn an_unknown_customer_gives_a_sentence_and_the_box_back() {
    let mut bench = Bench::new();
    bench.text("999");
    bench.enter();
    let fault = ReadFault::Refused(refusal(r#"{"exception":{"errorCode":"MCC007"}}"#));
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Err(fault)));
    bench.must_show("No customer has the entity id 999 (MCC007). Check it, or press Tab");
    bench.text("1");
    bench.must_show("9991");
}

#[test]
fn every_trouble_with_the_dcms_is_told_in_words() {
    let cases = [
        (
            ReadFault::Lost(Doubt::TimedOut(seconds(5))),
            "No answer within 5s. Nothing was changed: try again.",
        ),
        (
            ReadFault::Lost(Doubt::CutOff),
            "The answer was cut off. Nothing was changed: try again.",
        ),
        (
            ReadFault::Lost(Doubt::Unreadable("it is not the JSON of a DCMS")),
            "The answer could not be read (it is not the JSON of a DCMS). Check that base_url is that of a DCMS.",
        ),
        (
            ReadFault::NotReached(NotSent::NoConnection {
                host: "127.0.0.1:1".into(),
                reason: "nothing is listening there".into(),
            }),
            "No connection to 127.0.0.1:1: nothing is listening there. Check that the DCMS is up",
        ),
    ];
    for (fault, sentence) in cases {
        let mut bench = Bench::new();
        bench.text("676165");
        bench.enter();
        let ticket = bench.ticket();
        bench.event(Event::Found(ticket, Err(fault)));
        bench.must_show(sentence);
        bench.must_show("676165");
    }
}

#[test]
fn leaving_a_look_up_drops_its_answer() {
    let mut bench = Bench::new();
    bench.text("676165");
    bench.enter();
    assert!(bench.app.is_waiting());
    let ticket = bench.ticket();
    bench.press(KeyCode::Esc);
    assert!(matches!(bench.last(), Command::Leave(left) if *left == ticket));
    assert!(!bench.app.is_waiting());
    let entity = EntityId::parse("676165").expect("good");
    bench.event(Event::Found(
        ticket,
        Ok(Found::One(CustomerKits {
            entity,
            kits: kits(),
        })),
    ));
    assert!(!bench.shows("4561789"));
    bench.must_show("676165");
}

#[test]
fn nobody_s_kits_stay_under_another_id() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.must_show("4561789");
    bench.press(KeyCode::F(2));
    bench.ctrl('u');
    bench.text("181223116");
    bench.enter();
    assert!(!bench.shows("4561789"));
}

#[test]
fn one_of_several_customers_is_chosen() {
    let mut bench = Bench::new();
    bench.text("608040XXXXXX0007");
    bench.enter();
    let candidate = |id: &str, name: Option<&str>| Candidate {
        entity: EntityId::parse(id).expect("good"),
        name: name.map(Text::new),
    };
    let both = vec![candidate("88", Some("Anna")), candidate("87", None)];
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Ok(Found::Several(both))));
    bench.must_show("2 customers fit: choose one");
    bench.text("j");
    bench.enter();
    assert!(matches!(bench.last(), Command::Find(_, FindBy::Entity(id)) if id.as_str() == "87"));
}

#[test]
fn moving_filtering_and_opening() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("jj");
    bench.enter();
    bench.must_show("○ ASSIGNED");
    bench.press(KeyCode::Esc);
    bench.text("/replaced");
    bench.must_show("1 of 3 kits");
    assert!(!bench.shows("4561789"));
    bench.enter();
    bench.text("u");
    bench.must_show("Kit 4561700 is REPLACED; only an ACTIVE card can be upgraded.");
    bench.text("p");
    bench.must_show("Kit 4561700 is REPLACED; it can't take a PIN.");
    bench.press(KeyCode::Esc);
    bench.must_show("4561789");
}

#[test]
fn without_a_kit_single_keys_say_so() {
    let mut bench = Bench::new();
    bench.press(KeyCode::Esc);
    bench.text("u");
    bench.must_show("No kit is selected: find a customer first.");
}

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
    let body = serde_json::to_string(&sent_upgrade(&bench).body()).expect("JSON");
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
    let body = serde_json::to_string(&sent_upgrade(&bench).body()).expect("JSON");
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
        .into_iter()
        .filter_map(|card| card.tier_type)
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
    bench.must_show("Kit 4561789 has become HOTLISTED meanwhile");
    bench.must_show("SILVER");
}

#[test]
fn a_refusal_stands_at_its_field_and_nothing_typed_is_lost() {
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    let after = AfterUpgrade {
        kept: Kept::default(),
        request: sent_upgrade(&bench),
        outcome: refused(
            r#"{"exception":{"errorCode":"VAL001","fieldError":["Tier Type SILVER is not offered"]}}"#,
        ),
        reading: Ok(kits()),
    };
    let ticket = bench.ticket();
    bench.event(Event::Upgraded(ticket, Box::new(after)));
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
        kits: vec![silver],
    });
    bench.event(Event::Found(ticket, Ok(found)));
    bench.text("u");
    bench.must_show("tier SILVER = as now");
}

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
fn after_an_upgrade_the_new_kit_s_pin_is_one_key_away() {
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    let new = with_pan(kit("77000000001", "ASSIGNED"));
    let after = AfterUpgrade {
        kept: Kept::default(),
        request: sent_upgrade(&bench),
        outcome: Outcome::Done(vec![new.clone()]),
        reading: Ok(vec![kit("4561789", "REPLACED"), new]),
    };
    let ticket = bench.ticket();
    bench.event(Event::Upgraded(ticket, Box::new(after)));
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
        (Outcome::Done(vec![kit("77000000001", "ASSIGNED")]), false),
        (Outcome::NotSent(not_sent), true),
    ];
    for (outcome, keeps) in ends {
        let mut bench = reviewed();
        bench.text("1789");
        bench.enter();
        let after = AfterUpgrade {
            kept: Kept::default(),
            request: sent_upgrade(&bench),
            outcome,
            reading: Ok(kits()),
        };
        let ticket = bench.ticket();
        bench.event(Event::Upgraded(ticket, Box::new(after)));
        bench.press(KeyCode::F(2));
        bench.press(KeyCode::Esc);
        bench.press(KeyCode::Home);
        bench.text("u");
        bench.must_show("Upgrade kit 4561789");
        assert_eq!(bench.shows("tier SILVER"), keeps);
    }
}

#[test]
fn an_unknown_upgrade_is_told_as_unknown_with_what_was_read() {
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    let after = AfterUpgrade {
        kept: Kept {
            verdict: Some(Verdict::Done),
            ..Kept::default()
        },
        request: sent_upgrade(&bench),
        outcome: Outcome::Unknown(Doubt::LineLost),
        reading: Ok(vec![
            kit("4561789", "REPLACED"),
            kit("77000000001", "ASSIGNED"),
        ]),
    };
    let ticket = bench.ticket();
    bench.event(Event::Upgraded(ticket, Box::new(after)));
    bench.must_show("? Unknown, settled: it was done");
    bench.must_show("was not answered as it should be: the line was lost before an answer came.");
    bench.must_show("kit 4561789 is REPLACED and 77000000001 is new, so it was done.");
    bench.must_show("new kit 77000000001");
}

#[test]
fn an_outcome_finds_its_screen_or_a_notice_wherever_one_is() {
    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    let ticket = bench.ticket();
    let request = sent_upgrade(&bench);
    bench.press(KeyCode::F(3));
    let outcome = Outcome::Done(vec![kit("77000000001", "ASSIGNED")]);
    let after = AfterUpgrade {
        kept: Kept::default(),
        request,
        outcome,
        reading: Ok(kits()),
    };
    bench.event(Event::Upgraded(ticket, Box::new(after)));
    bench.must_show("Upgrade of kit 4561789: Done.");
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
    let Command::SetPin(_, request, _) = bench.last() else {
        panic!("a PIN was to be set");
    };
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
fn a_pin_that_differs_the_second_time_is_told_there() {
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
fn bad_pins_and_expiries_are_told_at_their_fields() {
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
    let ticket = bench.ticket();
    let id = EntityId::parse("676165").expect("good");
    let after = AfterPin {
        kept: Kept::default(),
        entity: id,
        kit: crate::dcms::KitNo::parse("4561789").expect("good"),
        outcome: refused(
            r#"{"exception":{"errorCode":"PIN001","detailMessage":"PIN could not be opened"}}"#,
        ),
        reading: Ok(kits()),
    };
    bench.event(Event::PinSet(ticket, Box::new(after)));
    bench.must_show("PIN could not be opened (PIN001).");
    bench.press(KeyCode::Esc);
    bench.must_show("Set the PIN of kit 4561789");
    bench.must_show("expiry * 0729");
    assert!(!bench.shows("••••"));
}

#[test]
fn pins_are_not_set_where_the_profile_says_so() {
    let mut about = about(Environment::Uat);
    about.vault.entry = PinEntryRule::Off;
    let mut bench = Bench::with(about.clone());
    bench.found(kits());
    bench.text("p");
    bench.must_show("PIN entry is switched off in this profile");
    assert!(!bench.shows("set PIN"));
    bench.text("?");
    bench.must_show("The kits");
    bench.must_show("upgrade");
    assert!(!bench.shows("set PIN"));
    about.vault.entry = PinEntryRule::Local;
    about.seat = Seat::Remote(Sign::Variable("SSH_TTY"));
    let mut bench = Bench::with(about.clone());
    bench.found(kits());
    bench.text("p");
    bench.must_show("not over SSH: SSH_TTY is set.");
    about.seat = Seat::Here;
    let mut bench = Bench::with(about);
    bench.found(kits());
    bench.text("p");
    bench.must_show("Set the PIN of kit 4561789");
    assert_eq!(bench.looked_around, 1);
}

#[test]
fn a_pin_screen_closes_when_somebody_elsewhere_turns_out_to_watch() {
    let mut about = about(Environment::Live);
    about.vault.entry = PinEntryRule::Local;
    let mut bench = Bench::with(about);
    bench.found(kits());
    bench.text("p");
    // Real cards: the tenant comes first.
    bench.text("ACME_BANK");
    bench.enter();
    bench.enter();
    bench.text("4315");
    bench.message(Message::Seated(Seat::Here));
    bench.must_show("••••");
    bench.message(Message::Seated(Seat::Remote(Sign::Keeper("tmux".into()))));
    assert!(!bench.shows("••••") && !bench.shows("Set the PIN of kit"));
    bench.must_show("tmux is used over SSH.");
    // They may have gone: it is looked at anew.
    bench.text("p");
    bench.must_show("Set the PIN of kit 4561789");
    bench.message(Message::Seated(Seat::Here));
    bench.must_show("Set the PIN of kit 4561789");
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
    // The sentence goes by itself, and then nothing ticks any more.
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

#[test]
fn help_and_palette_are_there_and_go_again() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("?");
    bench.must_show("The kits");
    bench.press(KeyCode::Esc);
    bench.ctrl('k');
    bench.text("upgr");
    bench.enter();
    bench.must_show("Upgrade kit 4561789");
    bench.press(KeyCode::F(1));
    bench.must_show("Upgrading a card");
}

#[test]
fn ctrl_c_ends_and_asks_first_only_while_a_write_is_under_way() {
    let mut bench = reviewed();
    bench.ctrl('c');
    assert!(bench.has_quit);

    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    bench.ctrl('c');
    assert!(!bench.has_quit);
    bench.must_show("A write is under way");
    bench.press(KeyCode::Esc);
    bench.ctrl('c');
    bench.ctrl('c');
    assert!(bench.has_quit);
}

#[test]
fn keys_that_nobody_waits_for_do_no_harm() {
    let codes = [
        KeyCode::Char('j'),
        KeyCode::Char('x'),
        KeyCode::Char('1'),
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::F(2),
        KeyCode::F(3),
        KeyCode::F(5),
        KeyCode::F(7),
        KeyCode::F(8),
        KeyCode::F(10),
        KeyCode::Delete,
        KeyCode::Backspace,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Char('u'),
        KeyCode::Char('p'),
        KeyCode::Char('/'),
    ];
    let mut bench = Bench::new();
    bench.found(kits());
    let mut place = 1_usize;
    for step in 0..4000 {
        // A walk that visits all keys in ever other orders, the same at every run.
        place = (place * 31 + step) % 9973;
        bench.press(codes[place % codes.len()]);
        if step % 97 == 0 {
            bench.picture(80, 24);
            bench.picture(60, 16);
        }
    }
    assert!(
        !bench
            .asked
            .iter()
            .any(|command| matches!(command, Command::Upgrade(..) | Command::SetPin(..)))
    );
}
