//! A DCMS that is not there, is slow, answers nonsense or breaks the line: what is told, and that
//! nothing is sent twice.

use kitdesk::sandbox::Sandbox;

use super::console::{Console, Key, home, sandbox};

fn fault(sandbox: &Sandbox, spec: &str) {
    sandbox.add_fault(spec.parse().expect(spec));
}

#[test]
fn nobody_listens() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("a bound listener has an address");
    drop(free);
    let config = format!(
        "default_profile = \"one\"\n[profiles.one]\nbase_url = \"http://{address}/v1\"\ntenant = \"T\"\nenvironment = \"uat\"\n"
    );
    let mut console = Console::configured(&config, 80, 24);
    console.until("UAT").type_text("676165").key(Key::Enter);
    console
        .until(&format!("No connection to {address}"))
        .until("Check that the DCMS is up and base_url is right, then try again.")
        .until_row(&["entity id", "676165"]);
    console.end();
}

#[test]
fn a_slow_look_up_can_be_left() {
    let sandbox = sandbox();
    fault(&sandbox, "*=delay:60");
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("676165").key(Key::Enter);
    console
        .until("Looking up entity id 676165")
        .until("Esc leave");
    console.key(Key::Esc);
    console
        .until_gone("Looking up")
        .until_row(&["entity id", "676165"]);
    sandbox.clear_faults();
    console.key(Key::Enter).until_row(&["4561789", "ACTIVE"]);
    console.end();
}

#[test]
fn an_answer_that_is_none_is_told_and_tried_again() {
    let sandbox = sandbox();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("676165");
    for (kind, said) in [
        ("garbage", "Check that base_url is that of a DCMS."),
        (
            "truncate",
            "The answer was cut off. Nothing was changed: try again.",
        ),
        (
            "reset-before",
            "The connection was lost before an answer came.",
        ),
        ("503", "503"),
        ("wrong-entity", "The answer is about another customer"),
    ] {
        fault(&sandbox, &format!("*={kind}"));
        console.key(Key::Enter);
        console.until(said).until_row(&["entity id", "676165"]);
        console.absent("<html").absent("4561789");
        sandbox.clear_faults();
        // A look-up that succeeds takes the sentence away.
        console.key(Key::Enter).until_row(&["4561789", "ACTIVE"]);
        console.key(Key::F(2)).until("Enter look up");
        console.key(Key::Ctrl('u')).type_text("210000000083");
        console.key(Key::Enter);
        console.until("Customer 210000000083 has no kits.");
        console.key(Key::F(2)).until("Enter look up");
        console.key(Key::Ctrl('u')).type_text("676165");
    }
    console.end();
}

#[test]
fn a_bank_that_is_gone_at_the_last_moment_means_not_sent() {
    let sandbox = sandbox();
    let address = sandbox.address();
    let mut console = Console::on(&sandbox, 80, 24);
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]).type_text("u");
    console.until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card").type_text("1789");
    drop(sandbox);
    // The server closes its port on a task of its own.
    while std::net::TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    console.key(Key::Enter);
    console
        .until("○ Not sent")
        .until("Nothing was changed; it can be tried again.");
    console.key(Key::Esc).until("Upgrade kit 4561789");
    console.until_row(&["tier", "SILVER"]);
    console.end();
}

#[test]
fn a_lost_answer_to_an_upgrade_is_unknown_and_read_never_sent_again() {
    let sandbox = sandbox();
    fault(&sandbox, "upgradeCard=reset-after:1");
    let mut console = Console::on(&sandbox, 80, 24);
    upgrade(&mut console);
    console
        .until("? Unknown")
        .until("? Unknown, settled: it was done")
        .until("got no valid reply: the connection was lost")
        .until("Read just now: kit 4561789 is REPLACED and 77000000001 is new, so it was done.")
        .until("journal record")
        .until_row(&["old kit", "4561789", "REPLACED"])
        .until_row(&["new kit", "77000000001", "SILVER", "ASSIGNED"]);
    console.key(Key::Enter);
    console
        .until_row(&["4561789", "CLASSIC", "REPLACED"])
        .until_row(&["SILVER", "ASSIGNED"])
        .until("2 kits");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    assert_eq!(sandbox.received("upgradeCard"), 1);
    console.end();
}

#[test]
fn a_lost_upgrade_that_was_not_done_is_unknown_too() {
    let sandbox = sandbox();
    fault(&sandbox, "upgradeCard=reset-before:1");
    let mut console = Console::on(&sandbox, 80, 24);
    upgrade(&mut console);
    console
        .until("? Unknown")
        .until("may or may not have been done")
        .until("Do not send it again before you know.")
        .until("Read just now: kit 4561789 is ACTIVE and no kit is new.")
        .until("Checked again automatically")
        .until("? 1 open");
    // The same once more is not begun, not before it is settled.
    console.key(Key::Enter).until("u upgrade");
    console
        .type_text("u")
        .until("Kit 4561789: an upgrade is open (record");
    assert_eq!(sandbox.worked("upgradeCard"), 0);
    assert_eq!(sandbox.received("upgradeCard"), 1);
    console.end();
}

#[test]
fn a_write_under_way_is_not_left_without_a_question() {
    let sandbox = sandbox();
    fault(&sandbox, "upgradeCard=delay:60");
    let mut console = Console::on(&sandbox, 80, 24);
    upgrade(&mut console);
    console.until("Upgrading kit 4561789").key(Key::Esc);
    console.until("It has been sent and can't be taken back.");
    console.key(Key::Ctrl('c'));
    console.until("A write is under way");
    console.key(Key::Esc).until_gone("A write is under way");
    console.until("Upgrading kit 4561789");
    console.key(Key::Ctrl('c')).until("A write is under way");
    console.type_text("y");
    assert_eq!(console.exit_code(), 0);
    let text = console.text();
    assert!(
        text.contains("no answer came: its outcome is unknown."),
        "{text}"
    );
    let home = console.home();
    drop(console);

    let mut again = Console::again(home, 80, 24);
    again
        .until("? 1 open")
        .until("One write has an unknown outcome. J or F4 settles it:")
        .until("kit 4561789: an upgrade by maria");
    again
        .key(Key::F(4))
        .until_row(&["upgrade", "4561789", "? open"]);
    again.end();
}

fn upgrade(console: &mut Console) {
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]).type_text("u");
    console.until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card").type_text("1789");
    console.key(Key::Enter);
}

#[test]
fn a_journal_taken_away_under_the_console_means_not_sent() {
    let sandbox = sandbox();
    let home = home(Some(&sandbox.config_file()));
    let state = home.path().join("state");
    let mut console = Console::again(home, 80, 24);
    console.until("SANDBOX");
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]);
    console.type_text("u").until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    std::fs::rename(&state, state.with_extension("away")).expect("moved");
    console.type_text("1789").key(Key::Enter);
    console
        .until("Not sent")
        .until("close kitdesk and start it again");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    console.key(Key::Esc).key(Key::F(2)).until("Enter look up");
    console.key(Key::Ctrl('u')).type_text("676165");
    console.key(Key::Enter).until_row(&["4561789", "ACTIVE"]);
    console.until("! no journal");
    console.end();
}
