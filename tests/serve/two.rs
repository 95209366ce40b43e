//! Two people on one server: what one writes, the other can't write at the same time.

use crate::console::{Console, Key, sandbox};
use crate::fixtures::{Server, has_ssh, key};

fn to_the_review(console: &mut Console) {
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.type_text("u").until("Upgrade kit 4561789");
    console.type_text("SILVER").key(Key::F(10));
    console.until("Review: upgrade a card");
    console.type_text("1789");
}

#[test]
fn one_kit_is_written_by_one_of_them() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut maria = server.console(&key(1), 80, 24);
    let mut lakshmi = server.console(&key(2), 80, 24);
    to_the_review(&mut maria);
    to_the_review(&mut lakshmi);
    sandbox.add_fault("upgradeCard=delay:2:1".parse().expect("a fault"));
    maria.key(Key::Enter);
    server.recorded("intent");
    lakshmi.key(Key::Enter).until("Not sent");
    maria.until("Done").until("to the kits");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
    for console in [&mut maria, &mut lakshmi] {
        console.key(Key::Ctrl('c'));
        assert_eq!(console.exit_code(), 0);
    }
}

#[test]
fn a_session_has_what_the_person_s_roles_give() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut maria = server.console(&key(1), 80, 24);
    maria
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);
    let mut arun = server.ssh(&key(3)).terminal(80, 24);
    arun.until("arun").until("Journal:").type_text("v");
    arun.until_row(&["maria", "676165"]);
    arun.absent("Find a customer");
    arun.key(Key::Ctrl('c'));
    assert_eq!(arun.exit_code(), 0);
    // What is somebody else's, she does not see.
    maria
        .key(Key::F(4))
        .until("Journal:")
        .until_quiet()
        .absent("arun");
    maria.end();
}
