//! Where a new card goes: the address in full before anything is sent, and which of two is meant.

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, Ended, KIT};

/// A customer with two permanent addresses, and their kit.
const TWO: [&str; 4] = ["--entity", "210000000086", "--kit", "86000000001"];
const ONE: [&str; 4] = ["--entity", ENTITY, "--kit", KIT];
const HOME: [&str; 2] = ["--delivery", "PERMANENT"];

/// The verbs that send a new card, each with what it needs besides.
const VERBS: [(&str, &[&str]); 3] = [
    ("upgrade", &["--tier", "SILVER"]),
    (
        "replace",
        &["--reason", "damaged", "--card-type", "PHYSICAL"],
    ),
    (
        "block",
        &["--reason", "lost", "--replace", "--card-type", "PHYSICAL"],
    ),
];

fn run(desk: &Desk, verb: &str, parts: &[&[&str]]) -> Ended {
    desk.run(&[&[verb, "--yes"], &parts.concat()[..]].concat())
}

#[test]
fn the_address_that_a_card_goes_to_is_shown_in_full() {
    for (verb, more) in VERBS {
        let sandbox = sandbox();
        let desk = Desk::on(&sandbox);
        let ended = run(&desk, verb, &[&ONE, more, &HOME]).code(0);
        ended.says("goes to").says("INDIA");
        assert_eq!(sandbox.received("viewCustomer"), 1, "{verb}");
    }
    // A number only goes nowhere, and a lock sends nothing.
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let number = ["--reason", "damaged", "--card-type", "VIRTUAL"];
    let ended = run(&desk, "replace", &[&ONE, &number, &HOME]).code(0);
    assert!(!ended.err.contains("goes to"), "{}", ended.err);
    let desk = Desk::on(&sandbox);
    let before = sandbox.received("viewCustomer");
    run(&desk, "lock", &[&TWO, &["--reason", "lost"]]).code(0);
    assert_eq!(sandbox.received("viewCustomer"), before);
}

#[test]
fn of_two_addresses_of_a_kind_one_must_be_meant() {
    for (verb, more) in VERBS {
        let sandbox = sandbox();
        let desk = Desk::on(&sandbox);
        let ended = run(&desk, verb, &[&TWO, more, &HOME]).code(3);
        let ended = ended.says("66 Lake View Road").says("17 Gandhi Road");
        ended
            .says("Only the word PERMANENT is sent")
            .says("say with --address which of them is meant");
        let wrong = run(&desk, verb, &[&TWO, more, &HOME, &["--address", "3"]]).code(2);
        wrong.says("There is no address 3: the customer has 2 addresses of that kind.");
        for call in ["upgradeCard", "manageKit"] {
            assert_eq!(sandbox.received(call), 0, "{verb}");
        }
        let meant = ["--address", "2", "--json"];
        let done = run(&desk, verb, &[&TWO, more, &HOME, &meant]).code(0);
        let done = done.says("address 2, meant");
        let id = done.json()["journal_id"].to_string();
        let record = desk.run(&["journal", "show", &id]).code(0);
        record.shows("address meant 2, of 2");
        let bare = desk.run(&[&[verb, "--yes", "--address", "1"], &TWO[..], more].concat());
        bare.code(2);
    }
}

#[test]
fn an_address_that_cannot_be_read_is_said_and_keeps_nobody_from_sending() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    sandbox.add_fault("viewCustomer=exception200".parse().expect("a fault"));
    let (verb, more) = VERBS[1];
    let ended = run(&desk, verb, &[&ONE, more, &HOME]).code(0);
    ended.says("The customer's addresses could not be read");
}

#[test]
fn a_row_with_two_addresses_is_not_sent() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let table = "entity,kit,tier,delivery\n210000000086,86000000001,SILVER,PERMANENT\n";
    std::fs::write(desk.path("rows.csv"), table).expect("our own folder");
    let ended = desk
        .run(&["upgrade", "--from", "rows.csv", "--yes"])
        .code(2);
    let ended = ended.says("line 2");
    ended.says("upgrade this card alone, with --address");
    assert_eq!(sandbox.received("upgradeCard"), 0);
}
