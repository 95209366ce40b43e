//! `pin_entry = "local"`: no PIN is typed over SSH, also where the variables that tell are gone.

use kitdesk::config::{Env, SessionOrigin};
use kitdesk::sandbox::Sandbox;

use super::console::{Console, Key, home, sandbox, skipped};

fn local_only(sandbox: &Sandbox) -> String {
    let line = "environment = \"sandbox\"\n";
    sandbox
        .config_file()
        .replace(line, &format!("{line}pin_entry = \"local\"\n"))
}

fn on_a_kit(console: &mut Console) {
    console.until("Find a customer");
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    console.type_text("p");
}

#[test]
fn at_this_machine_a_pin_is_typed() {
    let here = Env::given::<&str, &str>([]);
    if SessionOrigin::of_process(&here) != SessionOrigin::Here {
        skipped("this test itself was started over SSH");
        return;
    }
    let sandbox = sandbox();
    let mut console = Console::configured(&local_only(&sandbox), 80, 24);
    on_a_kit(&mut console);
    console
        .until("Set the PIN of kit 4561789")
        .until_row(&["expiry", "0729"]);
    console.key(Key::Esc).until("u upgrade");
    console.end();
}

#[test]
fn a_parent_that_is_an_ssh_server_is_enough() {
    let sandbox = sandbox();
    let home = home(Some(&local_only(&sandbox)));
    // Any shell will do under that name.
    let server = home.path().join("sshd");
    std::fs::copy("/bin/sh", &server).expect("there is a shell");
    let server = server.to_str().expect("text").to_owned();
    let script = format!("{} ; exit $?", env!("CARGO_BIN_EXE_kitdesk"));
    let mut console = Console::start_program(&server, home, &["-c".into(), script], 80, 24);
    on_a_kit(&mut console);
    console.until("PINs are typed at the counter only, not over SSH: started by sshd.");
    assert!(!console.text().contains("Set the PIN"));
    assert_eq!(sandbox.received("setPin"), 0);
    console.end();
}
