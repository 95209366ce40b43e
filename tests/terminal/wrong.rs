//! Bad input: the sentence stands where the user looks, and what was typed is still there.

use super::console::{Console, Key, sandbox};

/// The look-up box's row, with its kind of key.
fn in_box<'a>(kind: &'a str, text: &'a str) -> [&'a str; 2] {
    [kind, text]
}

/// Looks a customer up and waits for the kits.
fn find(console: &mut Console, entity: &str, kit: &str) {
    console.type_text(entity).key(Key::Enter);
    console.until_row(&[kit]).until("u upgrade");
}

#[test]
fn the_box_says_what_it_needs() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.key(Key::Enter);
    console.until("Type an entity id, an account number or a masked card first.");

    console.type_text("999").key(Key::Enter);
    console
        .until("No customer has the entity id 999 (")
        .until("press Tab to look it up as an account number.")
        .until_row(&in_box("entity id", "999"));
    // The box has the focus: it can be mended, or another id is typed in its place.
    console
        .send(b"\x1b[F")
        .type_text("0")
        .until_row(&in_box("entity id", "9990"))
        .key(Key::Enter)
        .until("No customer has the entity id 9990 (");
    console
        .type_text("777")
        .until_gone("9990")
        .until_row(&in_box("entity id", "777"));

    console.key(Key::Ctrl('u')).until_gone("777");
    console.type_text("80a0").key(Key::Tab);
    console.until_row(&in_box("account number", "80a0"));
    console.key(Key::Enter);
    console
        .until("can't contain 'a'. It is made of digits only.")
        .until_row(&in_box("account number", "80a0"));

    console
        .key(Key::Tab)
        .until_row(&in_box("masked card", "80a0"));
    console.key(Key::Enter);
    console
        .until("first six and last four digits, like 608040XXXXXX6384")
        .until_row(&in_box("masked card", "80a0"));
    assert_eq!(sandbox.received("upgradeCard"), 0);
    console.end();
}

#[test]
fn a_replaced_kit_is_not_upgraded() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    find(&mut console, "181223116", "10930010477");
    console.type_text("ju");
    console.until("Kit 10930010476 is REPLACED; it can't be upgraded.");
    console.type_text("p");
    console.until("Kit 10930010476 is REPLACED; it can't take a PIN.");
    console.end();
}

#[test]
fn an_upgrade_keeps_what_was_typed() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    find(&mut console, "181223116", "10930010477");
    console.type_text("u").until("Upgrade kit 10930010477");
    console.key(Key::F(10));
    console.until_below("tier ", "say what is to change");

    console.type_text("a/b").key(Key::Tab);
    console
        .until_below("a/b", "a tier is one of the bank's own words, like SILVER")
        .send(b"\x1b[A")
        .key(Key::Ctrl('u'));

    console.type_text("NOSUCH").key(Key::F(10));
    console.until("Review: upgrade a card");
    console.key(Key::Enter);
    console.until("Type the last 4 of the kit number 10930010477 to confirm, then Enter.");
    console.paste("0477");
    console.until("a confirmation can't be pasted");
    console.type_text("0478").key(Key::Enter);
    console
        .until("That is not the end of the kit number 10930010477.")
        .until_row(&["0478"]);
    assert_eq!(sandbox.received("upgradeCard"), 0);

    console.key(Key::Ctrl('u')).type_text("0477");
    console.key(Key::Enter);
    console
        .until("✗ Refused")
        .until("no such tier: NOSUCH")
        .until("Nothing was changed.");
    assert_eq!(sandbox.received("upgradeCard"), 1);
    assert_eq!(sandbox.worked("upgradeCard"), 0);
    console.key(Key::Esc);
    console
        .until("Upgrade kit 10930010477")
        .until_below("NOSUCH", "tierType: no such tier: NOSUCH");

    // Left and entered again, it is a draft, not a blank form.
    console.key(Key::Esc).until("u upgrade");
    console.type_text("u").until_row(&["tier", "NOSUCH"]);
    console
        .key(Key::Ctrl('u'))
        .type_text("SILVER")
        .key(Key::F(10));
    console.until("Review: upgrade a card").type_text("0477");
    console.key(Key::Enter).until("✓ Done");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    console.end();
}

#[test]
fn a_pin_is_typed_twice_and_never_pasted() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.guard(&["7391", "7392"]);
    find(&mut console, "676165", "4561789");
    console.type_text("p").until("Set the PIN of kit 4561789");

    console.key(Key::F(10));
    console
        .until_below("PIN ", "the PIN is missing")
        .until_below("PIN again", "the PIN is missing");
    console.paste("7391");
    console
        .until_below("PIN ", "a PIN is typed, never pasted")
        .absent("•");

    console.type_text("739").key(Key::Tab);
    console.until_below("•••", "a PIN has 4 to 6 digits here, not 3");
    console.send(b"\x1b[A").type_text("7391").key(Key::Tab);
    console.until_row(&["PIN ", "••••"]);
    console.type_text("7392").key(Key::F(10));
    console
        .until_below("PIN again", "this is not the same PIN as above")
        .until_row(&["PIN again", "••••"])
        .until_row(&["PIN *", "••••"]);

    // Up to the expiry.
    console.send(b"\x1b[A\x1b[A").key(Key::Ctrl('u'));
    console.type_text("1329").key(Key::Tab);
    console.until_below("1329", "an expiry is MMYY as on the card");
    assert_eq!(sandbox.received("setPin"), 0);

    console
        .send(b"\x1b[A")
        .key(Key::Ctrl('u'))
        .type_text("0828");
    console.key(Key::Tab).type_text("7391").key(Key::Tab);
    console.type_text("7391").key(Key::F(10));
    console
        .until("Review: set a PIN")
        .until_row(&["expiry", "0729", "→ 0828"]);
    console.type_text("1789").key(Key::Enter);
    console
        .until("✗ Refused")
        .until("The PIN was wiped: it must be typed again.");
    console.key(Key::Esc).until("Set the PIN of kit 4561789");
    console
        .until_below("0828", "expiryDate: is not the card's")
        .absent("•");
    assert_eq!(sandbox.worked("setPin"), 0);
    console.end();
    console.kept_secrets();
}

#[test]
fn an_order_that_is_unknown_or_under_way_is_told_so() {
    const UNKNOWN: &str = "00000000-0000-4000-8000-000000000999";
    const PROCESSED: &str = "9b2e4c1a-0d3f-4f5e-8a61-7c2d9e0f1b34";
    const ELSEWHERE: &str = "5c1d7e20-44aa-4b6e-9f02-6e8b1a3c5d77";
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.key(Key::F(3)).until("Find an order");
    console.key(Key::Enter);
    console.until_below("order id", "type the order's id first");

    console.type_text(UNKNOWN).key(Key::Enter);
    console
        .until("No order has this id (ORD001).")
        .until_row(&["order id", UNKNOWN]);

    console.key(Key::Ctrl('u')).type_text(PROCESSED);
    console.key(Key::Enter).until_row(&["status", "PROCESSED"]);
    console.until("F5 read again").absent("x cancel order");
    console.type_text("x");
    console.until("The order is PROCESSED: only an order that is RECEIVED can be cancelled.");
    assert_eq!(sandbox.received("cancel"), 0);

    // Of another branch: only the DCMS can know that.
    console
        .type_text("o")
        .key(Key::Ctrl('u'))
        .type_text(ELSEWHERE);
    console.key(Key::Enter).until_row(&["status", "RECEIVED"]);
    console.type_text("x").until("Review: cancel an order");
    console.type_text("5d77").key(Key::Enter);
    console
        .until("✗ Refused")
        .until("the order belongs to another branch (ORD002)");
    console.key(Key::Esc).until_row(&["status", "RECEIVED"]);
    console.until_row(&["order id", ELSEWHERE]);
    assert_eq!(sandbox.worked("cancel"), 0);
    console.end();
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_that_can_not_be_written_is_told_behind_the_screens() {
    let sandbox = sandbox();
    let log = ["--log", "/dev/full", "--log-level", "trace"].map(str::to_owned);
    let home = super::console::home(Some(&sandbox.config_file()));
    let mut console = Console::start(home, &log, 80, 24);
    console.until("Find a customer").type_text("676165");
    console.key(Key::Enter).until_row(&["4561789", "ACTIVE"]);
    console.until_quiet().absent("the log");
    let on_screen = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(!on_screen.contains("nable to write"), "{on_screen}");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
    let all = String::from_utf8_lossy(&console.bytes()).into_owned();
    let (_, after) = all
        .rsplit_once("\x1b[?1049l")
        .expect("the terminal is given back");
    assert_eq!(
        after
            .matches("the log /dev/full could not be written")
            .count(),
        1
    );
}
