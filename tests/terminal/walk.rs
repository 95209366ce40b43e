//! The main path with real keys, from the look-up to the end of the program.

use kitdesk::pin::{Pin, PinLength};

use super::console::{Console, Key, home, sandbox};

const ORDER: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

/// A customer's PIN, which must stand nowhere.
pub const PIN: &str = "4315";

pub fn pin() -> Pin {
    Pin::parse(PIN, PinLength::default()).expect("four digits are a PIN")
}

#[test]
fn the_main_path_at_80_by_24() {
    main_path(80, 24);
}

#[test]
fn the_main_path_at_120_by_40() {
    main_path(120, 40);
}

fn main_path(columns: u16, rows: u16) {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, columns, rows);
    console.guard(&[PIN]).until("SANDBOX").until("maria");

    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "608040XXXXXX1789", "CLASSIC", "ACTIVE"]);

    console.type_text("u").until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console
        .until("Review: upgrade a card")
        .until_row(&["tier", "CLASSIC", "→ SILVER"])
        .until("POST /kit-manager/upgradeCard")
        .until(
            r#"{ "entityId": "676165", "kitNo": "4561789", "kitInfo": [ { "cardType": "PHYSICAL", "tierType": "SILVER" } ] }"#,
        );
    assert_eq!(sandbox.received("upgradeCard"), 0);
    console.type_text("1789").key(Key::Enter);
    console
        .until("✓ Done")
        .until("Read afterwards")
        .until_row(&["old kit", "4561789", "CLASSIC", "REPLACED"])
        .until_row(&["new kit", "SILVER", "ASSIGNED"]);
    let new_kit = new_kit(&console);
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    assert_eq!(sandbox.received("upgradeCard"), 1);

    console.type_text("p");
    console.until(&format!("Set the PIN of kit {new_kit}"));
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN ", "••••"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN again", "••••"]).key(Key::Enter);
    console
        .until("Review: set a PIN")
        .until_row(&["PIN", "not readable", "→ sealed"])
        .until("POST /kit-manager/v2/setPin")
        .until(r#""pin": "<sealed>""#)
        .absent(PIN);
    assert_eq!(sandbox.received("setPin"), 0);
    let last_four = &new_kit[new_kit.len() - 4..];
    console.type_text(last_four).key(Key::Enter);
    console
        .until("✓ Done")
        .until(&format!("Setting the PIN of kit {new_kit} was done."))
        .until_row(&["kit", &new_kit, "ASSIGNED"]);
    assert_eq!(sandbox.worked("setPin"), 1);
    assert!(sandbox.pin_is(&new_kit, &pin()), "the bank opens the PIN");

    console.key(Key::F(3)).until("Find an order");
    console.type_text(ORDER).key(Key::Enter);
    console.until(&format!("Order {ORDER}"));
    console.until_row(&["status", "RECEIVED"]).type_text("x");
    console
        .until("Review: cancel an order")
        .until("POST /card-order/cancel")
        .until(&format!(r#""orderId": "{ORDER}""#));
    assert_eq!(sandbox.received("cancel"), 0);
    console.type_text("afa6").key(Key::Enter);
    console
        .until("✓ Done")
        .until("Order cancelled successfully")
        .until(&format!("The cancellation of order {ORDER} was done."))
        .until_row(&["order", "CANCELLED"]);
    assert_eq!(sandbox.worked("cancel"), 1);

    console.end();
    console.kept_secrets();
}

/// The number of the new kit, as the outcome shows it.
pub fn new_kit(console: &Console) -> String {
    let text = console.text();
    let (_, after) = text.split_once("new kit ").expect("a row of the new kit");
    let number: String = after.chars().take_while(char::is_ascii_digit).collect();
    assert!(number.len() >= 4, "a kit number in {after:?}");
    number
}

#[test]
fn the_next_customer_and_the_next_order_are_simply_typed() {
    const PROCESSED: &str = "9b2e4c1a-0d3f-4f5e-8a61-7c2d9e0f1b34";
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]).until("1 kit");
    // As fast as it can come.
    console.type_text("g181223116\r");
    console.until_row(&["10930010477", "ACTIVE"]);
    console.key(Key::F(2)).key(Key::Ctrl('u'));
    console.type_text("676165\r");
    console.until_row(&["4561789", "ACTIVE"]).until("1 kit");
    console
        .type_text("g")
        .paste("181223116\r\n")
        .key(Key::Enter);
    console.until_row(&["10930010477", "ACTIVE"]);

    console.key(Key::F(3)).until("Find an order");
    console.type_text(ORDER).key(Key::Enter);
    console.until_row(&["status", "RECEIVED"]);
    console.type_text(&format!("o{PROCESSED}\r"));
    console.until_row(&["status", "PROCESSED"]);
    console.end();
}

#[test]
fn a_wrong_confirmation_is_followed_by_the_right_one() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]).type_text("u");
    console.until("Upgrade kit 4561789");
    console.type_text("silv").until("or Tab makes it SILVER.");
    console.key(Key::F(10)).until("Review: upgrade a card");
    console.until_row(&["tier", "CLASSIC", "→ SILVER"]);
    console.type_text("1780").key(Key::Enter);
    console.until("That is not the end of the kit number 4561789.");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    console.type_text("1789").key(Key::Enter).until("✓ Done");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    console.end();
}

#[test]
fn a_newcomer_starts_on_the_built_in_sandbox() {
    let mut console = Console::start(home(None), &[], 80, 24);
    look_up_in_the_built_in(&mut console);
}

#[test]
fn the_flag_for_the_sandbox_wins_over_a_broken_configuration() {
    let home = home(Some("this is [ no configuration"));
    let mut console = Console::start(home, &["--sandbox".to_owned()], 80, 24);
    look_up_in_the_built_in(&mut console);
}

fn look_up_in_the_built_in(console: &mut Console) {
    console.until("Find a customer");
    let first_row = console.screen().rows(0, 80).next().unwrap_or_default();
    assert!(first_row.contains("SANDBOX"), "{first_row:?}");
    console.type_text("181223116").key(Key::Enter);
    console
        .until_row(&["10930010477", "ACTIVE"])
        .until_row(&["10930010476", "REPLACED"])
        .until_row(&["10930010478", "ASSIGNED"])
        .until("Anita Rao")
        .until("3 kits");
    console.end();
}

#[test]
fn a_card_number_that_does_not_open_is_keyed_and_checked() {
    const PAN: &str = "4111111111111111";
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.guard(&[PAN, PIN, "4111111111111112", "5555555555554444"]);
    console.type_text("210000000099").key(Key::Enter);
    console.until_row(&["99000000001", "ACTIVE"]).type_text("p");
    console
        .until("The card number could not be opened")
        .until("Key it from the card.")
        .until("card number keyed from the card");

    console.key(Key::Tab).type_text("4111111111111112");
    console.until_row(&["card number", "411111••••••1112"]);
    console.key(Key::Tab).until_below(
        "411111••••••1112",
        "a digit is wrong (the check digit does not fit)",
    );

    console.send(b"\x1b[A").type_text("5555555555554444");
    console.until_row(&["card number", "555555••••••4444"]);
    console.key(Key::Tab);
    console.until_below("555555••••••4444", "this is another card: the kit's card");
    assert!(
        console
            .text()
            .contains("the kit's card is 411111XXXXXX1111"),
        "which card it is instead: {}",
        console.text()
    );

    console.send(b"\x1b[A").type_text(PAN).key(Key::Tab);
    console
        .until_gone("this is another card")
        .until_row(&["card number", "411111••••••1111"]);
    console.type_text(PIN).key(Key::Tab).type_text(PIN);
    console.key(Key::F(10)).until("Review: set a PIN");
    console.type_text("0001").key(Key::Enter).until("✓ Done");
    assert!(sandbox.pin_is("99000000001", &pin()));
    assert_eq!(sandbox.received("setPin"), 1);

    console.end();
    console.kept_secrets();
}
