//! A lost card with real keys: from the customer to the paper that they take home.

use super::console::{Console, Key, sandbox};

#[test]
fn a_lost_card_from_the_counter_to_the_receipt() {
    let sandbox = sandbox();
    let folder = tempfile::tempdir().expect("a folder");
    let paper = folder.path().join("paper.txt");
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("210000000086").key(Key::Enter);
    console.until_row(&["86000000001", "ACTIVE"]);

    console.type_text("d").until("A lost card");
    console.key(Key::Tab).type_text("2026-11-25 18:30");
    console.key(Key::Tab).type_text("on the bus");
    // What to do and the card type are as they mostly are.
    for _ in 0..3 {
        console.key(Key::Tab);
    }
    console.type_text("p").key(Key::F(10));
    console
        .until("Review: block and replace a card")
        .until("Lake View Road")
        .until("Gandhi Road")
        .until("Type the number of the address that is meant");
    console.type_text("2").key(Key::Enter);
    console
        .until("address 2, meant")
        .until("Type the last 4 of");
    // All of it is read before it is sent.
    console
        .type_text("0001")
        .key(Key::Enter)
        .until("read on, then Enter");
    console
        .send(b"\x1b[6~\x1b[6~")
        .until("POST /kit-manager/manageKit");
    assert_eq!(sandbox.received("manageKit"), 0);
    console.key(Key::Enter);
    console
        .until("✓ Done")
        .until_row(&["old kit", "86000000001", "BLOCKED"])
        .until_row(&["new kit", "ASSIGNED"]);
    assert_eq!(sandbox.received("manageKit"), 1);

    console.type_text("s").until("On the paper");
    console
        .key(Key::Ctrl('u'))
        .type_text(&paper.display().to_string());
    console.key(Key::Tab).type_text("t").key(Key::F(10));
    console.until("The receipt is in");
    let text = std::fs::read_to_string(&paper).expect("it was written");
    for part in [
        "Blocking and replacement of a card",
        "ACTIVE -> BLOCKED",
        "lost 2026-11-25 18:30; on the bus",
        "Copy for the customer",
        "Copy for the branch",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    console.end();
}
