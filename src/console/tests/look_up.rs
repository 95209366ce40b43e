//! What is looked up from a kit: the customer, the limits, the payments.

use super::*;
use crate::dcms::{Doubt, Preferences, TransactionQuery, Transactions};
use crate::desk::{CustomerRead, Question};

fn over_a_kit(letter: &str) -> Bench {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.text(letter);
    bench
}

fn customer() -> Customer {
    let address = |kind: &str, town: &str| {
        let json = serde_json::json!({
            "addressCategory": kind, "address1": "Flat 57, 30 Market Street", "city": town,
            "pincode": "302001", "country": "INDIA",
        });
        serde_json::from_str(&json.to_string()).expect("an address")
    };
    let contact = serde_json::json!({"contactNo": "919876543210", "emailId": "meena@example.com"});
    Customer {
        name: Some(Text::new("Ms Meena Iyer")),
        accounts: vec![Text::new("8000000")],
        gender: Some(Text::new("FEMALE")),
        born: Some(Text::new("1984-02-29")),
        addresses: crate::dcms::List {
            items: vec![
                address("PERMANENT", "Jaipur"),
                address("COMMUNICATION", "Pune"),
            ],
            unread: 0,
        },
        contacts: crate::dcms::List {
            items: vec![serde_json::from_str(&contact.to_string()).expect("a contact")],
            unread: 0,
        },
    }
}

fn page(of: std::ops::Range<u32>) -> Transactions {
    let payment = |nth: u32| {
        let json = serde_json::json!({
            "channel": "ECOM", "crDr": "DR", "damount": format!("-{nth}00.5"),
            "dateTimeTransaction": 828_123_500 + nth, "description": "Insufficient funds",
            "cardAcceptorNameLocation": "MODEL PHARMACY Pune", "cardAcceptorTerminalId": "T2647219",
        });
        serde_json::from_str(&json.to_string()).expect("a payment")
    };
    Transactions {
        list: crate::dcms::List {
            items: of.map(payment).collect(),
            unread: 0,
        },
        pages: Some(2),
        total: Some(5),
    }
}

fn asked(bench: &Bench) -> &Question {
    match bench.last() {
        Command::Ask(_, question) => question,
        other => panic!("{other:?}"),
    }
}

fn answer(bench: &mut Bench, answer: Answer) {
    let ticket = bench.ticket();
    bench.event(Event::Answered(ticket, answer));
}

#[test]
fn the_customer_of_a_kit() {
    let mut bench = over_a_kit("c");
    assert!(matches!(asked(&bench), Question::Customer(entity) if entity.as_str() == "676165"));
    bench.must_show("Looking up customer 676165");
    let kits = vec![
        kit("4561789", "ACTIVE"),
        kit("4561790", "LOCKED"),
        kit("41", "REPLACED"),
    ];
    let read = |kits| CustomerRead {
        customer: Ok(Box::new(customer())),
        kits,
    };
    answer(&mut bench, Answer::Customer(read(Ok(kits.into()))));
    bench.must_show("date of birth 1984-02-29");
    bench.must_show("permanent address Flat 57, 30 Market Street, Jaipur");
    bench.must_show("communication address Flat 57, 30 Market Street, Pune");
    bench.must_show("•••• 3210");
    assert!(!bench.shows("98765"));
    bench.must_show("kits 4561789 ● ACTIVE");
    bench.must_show("4561790 ◐ LOCKED");
    keep!(bench, "customer");
    // Each of the two calls can fail without the other.
    let lost = || ReadError::Lost(Doubt::TimedOut(seconds(5)));
    bench.text("r");
    answer(&mut bench, Answer::Customer(read(Err(lost()))));
    bench.must_show("Jaipur");
    bench.must_show("kits No answer within 5s");
    bench.text("r");
    let only_kits = CustomerRead {
        customer: Err(lost()),
        kits: Ok(vec![kit("4561789", "ACTIVE")].into()),
    };
    answer(&mut bench, Answer::Customer(only_kits));
    bench.must_show("No answer within 5s");
    bench.must_show("kits 4561789 ● ACTIVE");
    bench.press(KeyCode::Esc);
    bench.must_show("KIT NUMBER");
}

#[test]
fn the_limits_of_a_card_and_why_there_are_none() {
    let mut bench = over_a_kit("i");
    let lost = ReadError::Lost(Doubt::TimedOut(seconds(5)));
    answer(&mut bench, Answer::Limits(Err(lost)));
    bench.must_show("No answer within 5s");
    bench.text("r");
    let limits: Preferences = serde_json::from_str(
        r#"{"domestic":{"isEnabled":true,"atm":{"isEnabled":true,"dailyLimit":"20000","maxLimit":"200000"}},
            "international":{"isEnabled":false}}"#,
    )
    .expect("preferences");
    answer(&mut bench, Answer::Limits(Ok(Box::new(limits))));
    bench.must_show("20000 a day · at most 200000 a day");
    keep!(bench, "limits");
}

#[test]
fn the_payments_of_a_card_page_by_page() {
    let mut bench = over_a_kit("x");
    answer(&mut bench, Answer::Transactions(Ok(page(1..4))));
    bench.must_show("3 of 5 payments");
    bench.must_show("-100.50");
    bench.must_show("Insufficient funds");
    keep!(bench, "payments");
    bench.press(KeyCode::End);
    bench.press(KeyCode::Down);
    assert!(matches!(
        asked(&bench),
        Question::Transactions(TransactionQuery { page: 1, kit: Some(kit), .. }) if kit.as_str() == "4561789"
    ));
    answer(&mut bench, Answer::Transactions(Ok(page(4..6))));
    bench.must_show("5 payments");
    let before = bench.asked.len();
    bench.press(KeyCode::End);
    bench.press(KeyCode::Down);
    assert_eq!(bench.asked.len(), before, "there is no third page");
    bench.text("r");
    answer(
        &mut bench,
        Answer::Transactions(Ok(Transactions::default())),
    );
    bench.must_show("No payments were found for this kit.");
}

#[test]
fn payments_are_filtered_by_the_dcms_and_in_what_it_sent() {
    let mut bench = over_a_kit("x");
    answer(&mut bench, Answer::Transactions(Ok(page(1..4))));
    bench.text("/");
    bench.text("channel:post");
    bench.enter();
    bench.must_show("A channel is one of ATM, POS, ECOM, CONTACTLESS");
    bench.must_show("channel:post");
    bench.ctrl('u');
    bench.text("channel:ecom from:2026-11-03 declined phar");
    bench.enter();
    let TransactionQuery {
        page: nth,
        channel,
        from,
        to,
        ..
    } = match asked(&bench) {
        Question::Transactions(query) => query.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((nth, channel), (0, Some(crate::dcms::Channel::Ecom)));
    assert_eq!((from, to), (Some(jiff::civil::date(2026, 11, 3)), None));
    // What the first page has of them is few: the next one is read too.
    answer(&mut bench, Answer::Transactions(Ok(page(1..4))));
    assert!(matches!(
        asked(&bench),
        Question::Transactions(TransactionQuery { page: 1, .. })
    ));
    bench.must_show("3 of the first 3 payments match; there are 5");
    let mut rest = page(4..6);
    rest.list.items[1].description = Some(Text::new("Approved"));
    answer(&mut bench, Answer::Transactions(Ok(rest)));
    bench.must_show("4 of 5 payments match");
    assert!(!bench.shows("-500.50"), "it was not declined");
    keep!(bench, "payments-filtered");
    // A text that is nowhere.
    bench.text("/");
    bench.ctrl('u');
    bench.text("nowhere");
    bench.enter();
    answer(&mut bench, Answer::Transactions(Ok(page(1..4))));
    answer(&mut bench, Answer::Transactions(Ok(page(4..6))));
    bench.must_show("No payment matches the filter.");
    // Esc in the filter shows all again.
    bench.text("/");
    bench.press(KeyCode::Esc);
    answer(&mut bench, Answer::Transactions(Ok(page(1..4))));
    bench.must_show("3 of 5 payments");
    bench.must_show("/ then like declined");
}

#[test]
fn payments_that_could_not_be_read_are_never_called_none() {
    let lost = || Answer::Transactions(Err(ReadError::Lost(Doubt::TimedOut(seconds(5)))));
    let mut bench = over_a_kit("x");
    answer(&mut bench, lost());
    bench.must_show("No answer within 5s");
    bench.press(KeyCode::Down);
    bench.must_show("The payments were not read: read them again.");
    bench.text("r");
    answer(&mut bench, Answer::Transactions(Ok(page(1..4))));
    bench.must_show("-100.50");
    // Nor are those of one filter shown under another.
    bench.text("/");
    bench.text("channel:atm");
    bench.enter();
    assert!(!bench.shows("-100.50"));
    bench.press(KeyCode::Esc);
    bench.must_show("channel:atm");
    bench.must_show("The payments were not read: read them again.");
    bench.text("r");
    answer(&mut bench, lost());
    bench.press(KeyCode::Down);
    assert!(!bench.shows("-100.50") && !bench.shows("No payment matches"));
}

#[test]
fn a_look_up_can_be_left() {
    for letter in ["c", "i", "x", "t"] {
        let mut bench = over_a_kit(letter);
        bench.press(KeyCode::Esc);
        if letter == "t" {
            bench.press(KeyCode::Esc);
        }
        bench.must_show("KIT NUMBER");
        assert!(bench.has_no_layers(), "{letter}");
    }
}
