//! The look-ups of a counter: `customer`, `track`, `limits`, `transactions`, `orders`, `check-card`.

use serde_json::json;

use crate::console::sandbox;
use crate::fixtures::{Desk, PROCESSED, RECEIVED, answers, config_for};

const CUSTOMER: &str = "181223116";
const KIT: &str = "10930010477";

/// A desk whose DCMS gives these results, one a request.
fn answering(results: &[serde_json::Value]) -> Desk {
    let results = results.iter().map(ToString::to_string);
    Desk::configured(&config_for(answers(results.collect()), ""))
}

#[test]
fn a_customer_with_addresses_shortened_contacts_and_kits() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let mut ended = desk.run(&["customer", "--entity", CUSTOMER]).code(0);
    for part in ["Anita Rao", "1984-02-29", "permanent address", "•••• ", KIT] {
        ended = ended.shows(part);
    }
    let json = desk
        .run(&["customer", "--entity", CUSTOMER, "--json"])
        .json();
    let result = &json["result"];
    assert_eq!(result["addresses"].as_array().map(Vec::len), Some(2));
    assert_eq!(result["kits"].as_array().map(Vec::len), Some(3));
    let mobile = result["contacts"][0]["mobile"].as_str().expect("one");
    assert_eq!(mobile.chars().filter(char::is_ascii_digit).count(), 4);
    desk.run(&["customer", "--entity", "999999"]).code(1);
}

#[test]
fn two_addresses_of_one_kind_are_both_there() {
    let address =
        |town: &str| json!({"addressCategory": "PERMANENT", "address1": "1 Lane", "city": town});
    let customer = json!({
        "entityId": CUSTOMER,
        "addressInfo": [address("Chennai"), null, address("Pune")],
    });
    let ended = answering(&[customer, json!([])])
        .run(&["customer", "--entity", CUSTOMER])
        .code(0);
    let rows = ended.out.matches("permanent address ").count();
    assert_eq!(rows, 2, "{}", ended.out);
    ended.shows("1 address could not be read");
}

#[test]
fn where_a_parcel_is_and_whose() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let ended = desk.run(&["track", "--kit", KIT]).code(0);
    let ended = ended.shows("SANDBOX POST").shows("Delivered");
    assert_eq!(ended.err, "");
    let shipment = json!({"shipmentData": {"shipment": [
        {"kitNo": "41063130", "waybillNo": "7", "scans": {"scanDetail": [{"scan": "Held"}]}},
    ]}});
    let ended = answering(&[shipment])
        .run(&["track", "--kit", "4240181647", "--json"])
        .code(0);
    let json = ended.json();
    assert_eq!(json["result"]["parcels"][0]["kit_no"], "41063130");
    ended.says("The reply names kit 41063130, not kit 4240181647");
}

#[test]
fn limits_of_a_card() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let of_kit = ["limits", "--entity", CUSTOMER, "--kit", KIT];
    let ended = desk.run(&of_kit).code(0);
    ended.shows("domestic").shows("at most 200000 a day");
    let json = desk.run(&[&of_kit[..], &["--json"]].concat()).json();
    assert_eq!(json["result"]["domestic"]["enabled"], true);
    assert!(json["result"]["domestic"]["atm"]["daily"].is_string());
    let ended = answering(&[json!({})]).run(&of_kit).code(4);
    ended.says("there are no preferences in it");
}

#[test]
fn payments_of_all_pages_with_the_decline_in_words() {
    let payment = |at: u64, why: &str| json!({"dateTimeTransaction": at, "damount": "-100.0", "description": why});
    let page = |nth: u32, data: serde_json::Value| json!({"currentPage": nth, "totalItems": 3, "totalPages": 2, "data": data});
    let pages = [
        page(0, json!([payment(828_123_529, "Insufficient funds"), 7])),
        page(1, json!([payment(1_128_123_529, "Approved")])),
    ];
    let args = ["transactions", "--entity", CUSTOMER];
    let ended = answering(&pages).run(&args).code(0);
    let ended = ended
        .shows("08-28 12:35:29")
        .shows("-100.00")
        .shows("Approved");
    ended.says("1 payment could not be read");
    let none = json!({"totalItems": 0, "totalPages": 0, "data": []});
    let ended = answering(&[none]).run(&args).code(0);
    ended.shows("No payments of customer 181223116 were found.");

    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let listed = |more: &[&str]| {
        let args = [&args[..], more, &["--json"]].concat();
        let listed = desk.run(&args).code(0).json();
        let all = listed["result"]["transactions"].as_array().cloned();
        all.expect("a list")
    };
    let is_declined = |one: &serde_json::Value| one["description"] != "Approved";
    let (all, declined) = (listed(&[]), listed(&["--declined"]));
    assert!(declined.iter().all(is_declined));
    let expected = all.iter().filter(|one| is_declined(one)).count();
    assert!(expected > 0 && expected < all.len(), "some and not all");
    assert_eq!(declined.len(), expected);
    let by_atm = [&args[..], &["--kit", KIT, "--channel", "atm", "--json"]].concat();
    let json = desk.run(&by_atm).code(0).json();
    let all = json["result"]["transactions"].as_array().expect("a list");
    assert!(!all.is_empty() && all.iter().all(|one| one["channel"] == "ATM"));
    for (more, said) in [
        (
            &["--from", "03.11.2026"][..],
            "a day is written like 2026-11-03",
        ),
        (
            &["--from", "2026-11-04", "--to", "2026-11-03"],
            "no day is in between",
        ),
        (&["--channel", "PHONE"], "ATM, POS, ECOM, CONTACTLESS"),
    ] {
        desk.run(&[&args[..], more].concat()).code(2).says(said);
    }
}

#[test]
fn the_orders_of_a_branch_each_with_its_status() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = ["orders", "--branch", "12345"];
    let mut ended = desk.run(&args).code(0);
    for (order, status) in [(RECEIVED, "RECEIVED"), (PROCESSED, "PROCESSED")] {
        ended = ended.shows(&format!("{order}  {status}"));
    }
    // The status of one can't be read: it hides no other.
    sandbox.add_fault("fetchStatus=garbage:3".parse().expect("a fault"));
    let ended = desk.run(&[&args[..], &["--json"]].concat()).code(0);
    let json = ended.json();
    let orders = json["result"]["orders"].as_array().expect("a list");
    assert!(orders.len() > 2 && orders[0]["status"].is_null());
    assert!(orders[3]["status"].is_string());
    ended.says(&format!("The status of order {RECEIVED} is unknown"));
    let last_year = ["--from", "2001-01-01", "--to", "2001-12-31"];
    let ended = desk.run(&[&args[..], &last_year].concat()).code(0);
    ended.shows("No orders of branch 12345 were found.");
}

#[test]
fn a_card_at_the_counter_is_checked_and_its_digits_are_not_recorded() {
    let args = [
        "check-card",
        "--entity",
        CUSTOMER,
        "--mobile",
        "+91 98765 43210",
        "--last-six",
        "006384",
        "--expiry",
        "0729",
    ];
    let fits = json!({"entityId": CUSTOMER, "kitNo": KIT, "cardStatus": "ACTIVE"});
    let desk = answering(&[fits]);
    let ended = desk.run(&args).code(0);
    ended.shows("The card is kit 10930010477 of customer 181223116. It is ACTIVE.");
    let exported = desk.run(&["journal", "export"]).code(0).out;
    assert!(exported.contains("card_check") && exported.contains(KIT));
    for secret in ["006384", "43210", "0729"] {
        assert!(!exported.contains(secret), "{secret}");
    }
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&args).code(1).says("CRD001");
    for (place, odd, said) in [
        (4, "98765 4321O", "a mobile number has 7 to 15 digits"),
        (6, "6384", "the last six digits of the card"),
        (8, "202907", "MMYY"),
    ] {
        let mut wrong = args;
        wrong[place] = odd;
        desk.run(&wrong).code(2).says(said);
    }
}
