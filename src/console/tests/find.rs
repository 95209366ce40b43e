//! Finding a customer by events: the box, the choice, the kits.

use super::*;
use crate::dcms::{Doubt, NotSent};
use crate::desk::{Candidate, FindBy};
use crate::pin::MaskedPan;

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
fn bad_look_ups_are_explained_at_the_box_and_stay_there() {
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
fn read_again_after_a_look_up_by_card_the_selection_stays() {
    let card = |number: &str, mask: &str| -> Kit {
        let text = format!(
            r#"{{"kitNo":"{number}","entityId":"676165","cardStatus":"ACTIVE","cardNumber":"{mask}"}}"#
        );
        serde_json::from_str(&text).expect("a kit")
    };
    let kits = || {
        vec![
            card("4561789", "608040XXXXXX6384"),
            card("4561790", "608040XXXXXX1117"),
        ]
    };
    let mut bench = Bench::new();
    bench.text("608040XXXXXX1117");
    bench.enter();
    let found = |bench: &mut Bench| {
        let entity = EntityId::parse("676165").expect("an id");
        let kits = CustomerKits {
            entity,
            kits: kits().into(),
        };
        let asked = bench.asked.iter().rev();
        let ticket = asked.clone().find_map(|command| match command {
            Command::Find(ticket, _) => Some(*ticket),
            _ => None,
        });
        bench.event(Event::Found(ticket.expect("asked"), Ok(Found::One(kits))));
    };
    found(&mut bench);
    bench.must_show(">4561790");
    bench.press(KeyCode::Up);
    bench.must_show(">4561789");
    bench.press(KeyCode::F(5));
    found(&mut bench);
    bench.must_show(">4561789");
}

#[test]
fn an_unknown_customer_gives_a_sentence_and_the_box_back() {
    let mut bench = Bench::new();
    bench.text("999");
    bench.enter();
    let error = ReadError::Refused(refusal(r#"{"exception":{"errorCode":"MCC007"}}"#));
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Err(error)));
    bench.must_show("No customer has the entity id 999 (MCC007). Check it, or press Tab");
    // It can be edited, or the next one typed in its place.
    bench.press(KeyCode::End);
    bench.text("1");
    bench.must_show("9991");
    bench.press(KeyCode::F(2));
    bench.text("8");
    bench.must_show("99918");
}

/// Whether the id in the box is drawn as selected.
fn is_selected(bench: &Bench, id: &str) -> bool {
    let picture = bench.picture(80, 24);
    let row = picture.lines().nth(2).expect("the box");
    let before = row.split_once(id).expect(id).0;
    let at = u16::try_from(before.chars().count()).expect("narrow");
    let cell = bench.buffer(80, 24)[(at, 2)].clone();
    cell.modifier.contains(ratatui::style::Modifier::REVERSED)
}

fn last_asked(bench: &Bench) -> &FindBy {
    match bench.last() {
        Command::Find(_, by) => by,
        other => panic!("a look-up was expected, not {other:?}"),
    }
}

fn entity(id: &str) -> FindBy {
    FindBy::Entity(EntityId::parse(id).expect("good"))
}

#[test]
fn the_next_customer_is_typed_in_the_place_of_the_last() {
    for way_back in [KeyCode::Char('g'), KeyCode::F(2), KeyCode::Esc] {
        let mut bench = Bench::new();
        bench.text("67");
        assert!(!is_selected(&bench, "67"));
        bench.ctrl('u');
        bench.found(kits());
        bench.press(way_back);
        assert!(is_selected(&bench, "676165"));
        bench.must_be_readable();
        bench.text("181223116");
        assert!(!is_selected(&bench, "181223116"));
        bench.enter();
        assert_eq!(last_asked(&bench), &entity("181223116"));
    }
}

#[test]
fn a_paste_takes_the_place_of_the_last_customer_too() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("g");
    bench.message(Message::Paste(Zeroizing::new("181223116\r\n".into())));
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("181223116"));
}

#[test]
fn what_was_looked_up_can_be_emptied_edited_and_asked_again() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("g");
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("676165"));
    bench.text("g");
    bench.ctrl('u');
    bench.text("181223116");
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("181223116"));
    bench.text("g");
    bench.press(KeyCode::Backspace);
    bench.text("7");
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("181223117"));
    // What was typed and not looked up yet stays, wherever one goes meanwhile.
    bench.text("g");
    bench.text("67");
    bench.press(KeyCode::F(3));
    bench.press(KeyCode::F(2));
    bench.text("6165");
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("676165"));
    // A look-up is left to change what was typed.
    bench.press(KeyCode::Esc);
    bench.text("9");
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("6761659"));
}

#[test]
fn the_kind_of_the_next_id_is_guessed_again_unless_its_kind_was_chosen_first() {
    let mut bench = Bench::new();
    bench.text("8000000");
    bench.press(KeyCode::Tab);
    bench.enter();
    bench.text("g");
    bench.text("676165");
    bench.enter();
    assert_eq!(last_asked(&bench), &entity("676165"));
    bench.text("g");
    bench.press(KeyCode::Tab);
    bench.text("8000001");
    bench.enter();
    assert!(matches!(last_asked(&bench), FindBy::Account(no) if no.as_str() == "8000001"));
    // An edited id keeps its kind.
    bench.text("g");
    bench.press(KeyCode::Backspace);
    bench.text("2");
    bench.enter();
    assert!(matches!(last_asked(&bench), FindBy::Account(no) if no.as_str() == "8000002"));
}

#[test]
fn every_trouble_with_the_dcms_has_its_sentence() {
    let cases = [
        (
            ReadError::Lost(Doubt::TimedOut(seconds(5))),
            "No answer within 5s. Nothing was changed: try again.",
        ),
        (
            ReadError::Lost(Doubt::CutOff),
            "The answer was cut off. Nothing was changed: try again.",
        ),
        (
            ReadError::Lost(Doubt::Unreadable("it is not the JSON of a DCMS")),
            "The answer could not be read (it is not the JSON of a DCMS). Check that base_url is that of a DCMS.",
        ),
        (
            ReadError::NotReached(NotSent::NoConnection {
                host: "127.0.0.1:1".into(),
                reason: "connection refused".into(),
            }),
            "No connection to 127.0.0.1:1: connection refused. Check that the DCMS is up",
        ),
    ];
    for (error, sentence) in cases {
        let mut bench = Bench::new();
        bench.text("676165");
        bench.enter();
        let ticket = bench.ticket();
        bench.event(Event::Found(ticket, Err(error)));
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
            kits: kits().into(),
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
        kits: None,
    };
    let both = vec![candidate("88", Some("Anna")), candidate("87", None)];
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Ok(Found::Several(both.into()))));
    bench.must_show("2 customers match: choose one");
    bench.text("j");
    bench.enter();
    assert!(matches!(bench.last(), Command::Find(_, FindBy::Entity(id)) if id.as_str() == "87"));
}

#[test]
fn the_name_is_asked_for_with_the_kits_and_may_come_first() {
    let mut bench = Bench::new();
    bench.text("676165");
    bench.enter();
    let [Command::Name(named, _), Command::Find(found, _)] = bench.asked[..] else {
        panic!("{:?}", bench.asked);
    };
    let entity = EntityId::parse("676165").expect("good");
    let customer = Customer {
        name: Some(Text::new("Ms Meena Iyer")),
        ..Customer::default()
    };
    bench.event(Event::Named(named, entity.clone(), customer));
    let kits = kits().into();
    bench.event(Event::Found(
        found,
        Ok(Found::One(CustomerKits { entity, kits })),
    ));
    bench.must_show("Ms Meena Iyer");
    assert_eq!(bench.asked.len(), 2);
}

#[test]
fn the_kits_that_came_with_several_customers_are_not_asked_for_again() {
    let mut bench = Bench::new();
    bench.text("8000100");
    bench.enter();
    let candidate = |id: &str, kits: Vec<Kit>| Candidate {
        entity: EntityId::parse(id).expect("good"),
        name: None,
        kits: Some(kits.into()),
    };
    let both = vec![candidate("88", Vec::new()), candidate("676165", kits())];
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Ok(Found::Several(both.into()))));
    bench.text("j");
    bench.enter();
    bench.must_show("4561789");
    assert!(matches!(bench.last(), Command::Name(_, id) if id.as_str() == "676165"));
}

#[test]
fn kits_and_customers_that_cant_be_read_are_counted() {
    let mut bench = Bench::new();
    let one = |list: Vec<Kit>| {
        let kits = crate::dcms::Kits {
            list,
            unread: 2,
            ..crate::dcms::Kits::default()
        };
        let entity = EntityId::parse("676165").expect("good");
        Found::One(CustomerKits { entity, kits })
    };
    bench.text("676165");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Ok(one(kits()))));
    bench.must_show("4561789");
    bench.must_show("2 kits could not be read");
    bench.text("r");
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Ok(one(Vec::new()))));
    bench.must_show("2 kits could not be read");
    assert!(!bench.shows("has no kits"));
    bench.text("r");
    let ticket = bench.ticket();
    let none = crate::dcms::List {
        items: Vec::new(),
        unread: 1,
    };
    bench.event(Event::Found(ticket, Ok(Found::Several(none))));
    bench.must_show("1 customer could not be read");
    assert!(!bench.shows("No customer matches"));
}

#[test]
fn kits_that_a_reply_contradicts_itself_about_are_named() {
    let mut bench = Bench::new();
    let twice = ["4561789", "7654321"].map(|number| KitNo::parse(number).expect("good"));
    let kits = crate::dcms::Kits {
        contradictory: twice.to_vec(),
        ..kits().into()
    };
    let entity = EntityId::parse("676165").expect("good");
    bench.text("676165");
    bench.enter();
    let ticket = bench.ticket();
    let found = Found::One(CustomerKits { entity, kits });
    bench.event(Event::Found(ticket, Ok(found)));
    bench.must_show("kit 4561789 (and 1 other kit) is listed more than once");
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
    bench.must_show("Kit 4561700 is REPLACED; it can't be upgraded.");
    bench.text("p");
    bench.must_show("Kit 4561700 is REPLACED; it can't take a PIN.");
    bench.press(KeyCode::Esc);
    bench.must_show("4561789");
}

#[test]
fn no_key_is_silent_where_it_does_nothing() {
    let mut bench = Bench::new();
    bench.press(KeyCode::Esc);
    for (key, why) in [
        ("u", "No kit is selected: find a customer first."),
        ("p", "No kit is selected: find a customer first."),
        ("/", "No kits are shown: find a customer first."),
        ("s", "No kits are shown: find a customer first."),
        ("S", "No kits are shown: find a customer first."),
        ("r", "Nothing was looked up yet: find a customer first."),
    ] {
        bench.text(key);
        bench.must_show(why);
    }
    bench.text("g");
    bench.found(kits());
    bench.text("/nothing-like-it");
    bench.enter();
    bench.text("u");
    bench.must_show("No kit matches the filter: Esc clears it.");
}

fn key_line(bench: &Bench) -> String {
    let picture = bench.picture(220, 40);
    picture.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_key_line_has_what_works_and_nothing_else() {
    let mut bench = Bench::new();
    let line = key_line(&bench);
    assert!(!line.contains("F2 find"), "one is there already: {line}");
    bench.press(KeyCode::Esc);
    let line = key_line(&bench);
    for gone in [
        "open",
        "upgrade",
        "set PIN",
        "parcels",
        "customer",
        "filter",
        "sort",
        "read again",
    ] {
        assert!(!line.contains(gone), "{gone} in {line}");
    }
    bench.text("g");
    bench.found(kits());
    let line = key_line(&bench);
    for there in ["open", "upgrade", "set PIN", "filter", "sort"] {
        assert!(line.contains(there), "{there} in {line}");
    }
    // A kit that is REPLACED, and open: nothing can be done with it.
    bench.press(KeyCode::Down);
    bench.enter();
    let line = key_line(&bench);
    assert!(!line.contains("upgrade") && !line.contains("PIN"), "{line}");
    bench.text("u");
    bench.must_show("Kit 4561700 is REPLACED");
}

#[test]
fn what_answers_a_key_goes_with_the_next_one() {
    let mut bench = Bench::new();
    bench.press(KeyCode::Esc);
    bench.text("u");
    bench.must_show("No kit is selected");
    bench.text("g");
    assert!(!bench.shows("No kit is selected"));
    bench.press(KeyCode::F(11));
    bench.must_show("No kit is selected: find a customer first.");
}

#[test]
fn what_went_wrong_is_among_the_messages() {
    let mut bench = Bench::new();
    bench.text("7");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::Found(ticket, Ok(Found::Several(Vec::new().into()))));
    bench.ctrl('u');
    bench.found(kits());
    assert!(!bench.shows("No customer matches."));
    bench.press(KeyCode::F(11));
    bench.must_show("No customer matches. Check it and try again.");
}

#[test]
fn sorted_only_by_what_can_be_seen() {
    let mut bench = Bench::new();
    bench.found(super::pictures::many());
    for size in [(60, 16), (80, 24), (200, 60)] {
        bench.size = size;
        bench.look();
        for _ in 0..8 {
            bench.text("s");
            let picture = bench.look();
            let heading = picture.lines().find(|line| line.contains("KIT NUMBER"));
            let heading = heading.expect("the columns have names");
            let is_sorted = heading.contains('▲');
            bench.text("S");
            assert!(
                is_sorted || bench.look().contains("KIT NUMBER▼"),
                "{picture}"
            );
            if !is_sorted {
                break;
            }
        }
    }
}

#[test]
fn a_page_is_as_long_as_what_is_in_sight() {
    let kits: Vec<_> = (0..100)
        .map(|n| kit(&format!("{}", 9_000_000 + n), "ACTIVE"))
        .collect();
    let mut bench = Bench::new();
    bench.found(kits);
    for size in [(60, 16), (80, 24), (200, 60)] {
        bench.size = size;
        bench.press(KeyCode::Home);
        let rows = bench.look().matches("● ACTIVE").count();
        bench.press(KeyCode::PageDown);
        let picture = bench.look();
        let at = format!(">{}", 9_000_000 + rows);
        assert!(picture.contains(&at), "{at}\n{picture}");
    }
}

#[test]
fn a_card_number_in_any_spelling_becomes_its_mask_and_tab_means_the_id() {
    for (typed, mask) in [
        ("4222222222222", "422222XXX2222"),
        ("4111_1111_1111_1111", "411111XXXXXX1111"),
        ("4111 - 1111 - 1111 - 1111", "411111XXXXXX1111"),
        ("４１１１１１１１１１１１１１１１", "411111XXXXXX1111"),
        ("6799998900000070017", "679999XXXXXXXXX0017"),
    ] {
        let mut bench = Bench::new();
        bench.text(typed);
        bench.must_show("masked card");
        bench.must_show(mask);
        assert!(!bench.shows(typed), "{typed}");
        bench.enter();
        assert!(
            matches!(bench.last(), Command::Find(_, FindBy::Card(_))),
            "{typed}"
        );
    }
    let mut bench = Bench::new();
    bench.text("4222222222222");
    bench.press(KeyCode::Tab);
    bench.must_show("entity id");
    bench.must_show("4222222222222");
    bench.enter();
    assert_eq!(*last_asked(&bench), entity("4222222222222"));
    // No sentence repeats what may be a card number after all.
    bench.must_show("Looking up entity id 422222XXX2222");
}

#[test]
fn a_mask_that_shows_less_is_a_card_and_cannot_be_asked_for() {
    for (typed, shows) in [
        ("6080XXXXXXXX1785", "the first 4 and the last 4"),
        ("XXXXXXXXXXXX1785", "the last 4 only"),
        ("608040…", "the first 6 only"),
    ] {
        let mut bench = Bench::new();
        bench.text(typed);
        bench.must_show("masked card");
        bench.enter();
        bench.must_show("The DCMS finds a card by its first six and last four digits");
        bench.must_show(shows);
        assert!(bench.asked.is_empty(), "{typed}");
    }
    for typed in ["60804012XXXX1785", "608040......1785"] {
        let mut bench = Bench::new();
        bench.text(typed);
        bench.enter();
        let Command::Find(_, FindBy::Card(mask)) = bench.last() else {
            panic!("a card was to be looked up");
        };
        assert_eq!(mask.six_and_four().as_deref(), Ok("608040XXXXXX1785"));
    }
}

#[test]
fn digits_in_groups_without_a_check_digit_are_no_card() {
    let mut bench = Bench::new();
    bench.text("5010 0123 4567 88");
    bench.must_show("entity id");
}

#[test]
fn a_card_is_filtered_by_in_any_spelling_and_never_drawn_whole() {
    for typed in ["411111******1111", "411111 1111", "4111 1111 1111 1111"] {
        let mut bench = Bench::new();
        bench.found(kits());
        bench.text("/");
        bench.text(typed);
        bench.must_show("411111XXXXXX1111");
        assert!(!bench.shows("No kit matches the filter"), "{typed}");
        assert!(!bench.shows("4111 1111 1111"), "{typed}");
    }
}

#[test]
fn a_card_number_in_whatever_is_typed_is_drawn_and_asked_for_as_its_mask() {
    for typed in [
        "PAN4111111111111111",
        "4111111111111111X",
        ";4111111111111111=29121010000000000?",
        "4111 1111 1111 1111 1229",
        "4111．1111/1111~1111",
    ] {
        let mut bench = Bench::new();
        bench.text(typed);
        bench.must_show("411111XXXXXX1111");
        assert!(!bench.shows(typed));
        bench.enter();
        assert!(
            matches!(bench.last(), Command::Find(_, FindBy::Card(_))),
            "{typed}"
        );
    }
}

#[test]
fn whose_kits_are_shown_is_said_next_to_a_fault() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.press(KeyCode::F(2));
    bench.text("４２２２２２２");
    bench.enter();
    bench.must_show("digits other than 0 to 9");
    bench.must_show("Kits of customer 676165");
}
