//! Where a new card goes, by events: the address on the review, and the question where there are two.

use super::*;
use crate::dcms::{Address, Doubt, List};

fn addresses(cities: &[&str]) -> List<Address> {
    let all = cities.iter().map(|city| {
        format!(r#"{{"addressCategory":"PERMANENT","address1":"Flat 32","address2":"66 Lake View Road","city":"{city}","pincode":302006}}"#)
    });
    let all = all.collect::<Vec<_>>().join(",");
    serde_json::from_str(&format!("[{all}]")).expect("addresses")
}

/// With the review of a replacement open, after this was read of the customer.
fn reviewed(addresses: Result<List<Address>, ReadError>) -> Bench {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.text("R");
    bench.text("damaged");
    for typed in ["", "", "p"] {
        bench.press(KeyCode::Tab);
        bench.text(typed);
    }
    bench.press(KeyCode::F(10));
    let reading = Reading {
        addresses: Some(addresses),
        ..read(vec![kit("4561789", "ACTIVE")])
    };
    let ticket = bench.ticket();
    bench.event(Event::ReadAgain(ticket, Ok(reading)));
    bench
}

#[test]
fn the_review_shows_the_whole_address() {
    let mut bench = reviewed(Ok(addresses(&["Jaipur"])));
    bench.must_show("goes to");
    bench.must_show("Flat 32, 66 Lake View Road, Jaipur, 302006");
    keep!(bench, "address");
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Replace));
}

#[test]
fn of_two_addresses_one_is_meant_before_anything_is_confirmed() {
    let mut bench = reviewed(Ok(addresses(&["Jaipur", "Mumbai"])));
    bench.must_show("Type the number of the address that is meant (1 to 2)");
    bench.must_show("so the DCMS chooses one of them");
    assert!(!bench.shows("Enter send"), "it does not yet");
    keep!(bench, "addresses");
    // The confirmation comes later.
    for (typed, said) in [
        (
            "1789",
            "There is no address 1789: the customer has 2 addresses of that kind.",
        ),
        ("x", "Type the number that stands before the address"),
        ("0", "There is no address 0"),
    ] {
        bench.text(typed);
        bench.enter();
        bench.must_show(said);
    }
    bench.text("2");
    bench.enter();
    bench.must_show("address 2, meant");
    bench.must_show("Type the last 4 of kit number 4561789 to send it");
    bench.must_show("Enter send");
    assert!(bench.sent().is_none());
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Replace));
    let before = sent_request(&bench).before_json().expect("it was read");
    assert_eq!(before["address"], serde_json::json!({"meant": 2, "of": 2}));
}

#[test]
fn what_could_not_be_read_is_said_and_a_person_decides() {
    let mut bench = reviewed(Err(ReadError::Lost(Doubt::LineLost)));
    bench.must_show("The customer's addresses could not be read");
    bench.text("1789");
    bench.enter();
    assert_eq!(bench.sent(), Some(Write::Replace));
    reviewed(Ok(List::default())).must_show("The customer has no PERMANENT address at the DCMS.");
}
