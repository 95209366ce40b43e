//! What is left of a PIN that was typed over SSH: nothing in the server's memory, whatever other sessions do.

use kitdesk::sandbox::{BRANCH, PIN_KEY, TENANT};

use crate::console::{Console, Key, sandbox};
use crate::fixtures::{Server, has_ssh, key, people};
use crate::process_memory::{PAN, PIN, hex, process_holds};

/// Of the sandbox's customers the one whose PIN is bound to a card number that is typed.
const ENTITY: &str = "210000000097";
const KIT: &str = "97000000001";

fn type_all(console: &mut Console) {
    console.type_text("p").until("Set the PIN of kit");
    console.key(Key::Tab).until_row(&["card number", "of card"]);
    // In one packet, as a fast hand or a slow line brings it: the hardest case for a buffer.
    console.type_text(PAN);
    console.until_row(&["card number", "401288••••••1881"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN ", "••••••••••••"]);
    console.key(Key::Tab).type_text(PIN);
    console.until_row(&["PIN again", "••••••••••••"]);
}

#[test]
fn nothing_of_a_pin_or_a_card_number_is_left_in_the_server() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let config = format!(
        "[profiles.counter]\nbase_url = \"{}\"\ntenant = \"{TENANT}\"\nenvironment = \"sandbox\"\n\
         branch_id = \"{BRANCH}\"\npin_length = [4, 12]\npin_key = {{ file = \"pin.key\" }}\n",
        sandbox.base_url()
    );
    let files = [("people.toml", people()), ("pin.key", hex(PIN_KEY))];
    let server = Server::with_files(&config, "", &files);
    let mut other = server.console(&key(2), 80, 24);
    let mut console = server.console(&key(1), 100, 30);
    console.guard(&[PIN, PAN]);
    console.type_text(ENTITY).key(Key::Enter);
    console.until_row(&[KIT]).until("u upgrade");

    type_all(&mut console);
    console
        .key(Key::Esc)
        .until("u upgrade")
        .until_gone("Set the PIN");
    process_holds(server.process_id(), &[], "after Esc");

    type_all(&mut console);
    console.key(Key::Enter).until("Review: set a PIN");
    process_holds(server.process_id(), &[], "sealed, before it is sent");
    console.type_text("0001").key(Key::Enter);
    console.until(&format!("Setting the PIN of kit {KIT} was done."));
    process_holds(server.process_id(), &[], "after it was sent");

    // A line that is lost while a PIN stands on the screen.
    console.key(Key::Enter).until("u upgrade");
    type_all(&mut console);
    console.kill();
    server.recorded("session_ended");
    process_holds(server.process_id(), &[], "after the line was lost");
    other
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);
    other.end();
}
