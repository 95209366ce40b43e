//! The palette over the whole app: what can be done from where, why not, and other keys.

use super::*;
use crate::config::{PinEntryRule, Request, load};
use crate::console::Keymap;

fn palette(bench: &mut Bench, text: &str) {
    bench.ctrl('k');
    bench.text(text);
}

#[test]
fn every_command_is_there_and_says_why_it_can_not_be_done() {
    let mut bench = Bench::new();
    bench.ctrl('k');
    for (row, why) in [
        ("upgrade", "Only with the kits of a customer in front."),
        ("set PIN", "Only with the kits of a customer in front."),
        ("parcels", "Only with the kits of a customer in front."),
        ("payments", "Only with the kits of a customer in front."),
        ("cancel order", "Only with an order in front."),
        ("settle by hand", "Only in the journal, on an action."),
        ("undo", "Only in a form."),
    ] {
        bench.press(KeyCode::Esc);
        palette(&mut bench, row);
        bench.must_show(why);
        let asked = bench.asked.len();
        bench.enter();
        assert_eq!(bench.asked.len(), asked);
        bench.must_show("Commands");
    }
}

#[test]
fn the_reason_against_an_upgrade_is_the_kits_state() {
    let mut bench = Bench::new();
    bench.found(vec![
        kit("4561789", "ACTIVE"),
        kit("10930010476", "REPLACED"),
    ]);
    bench.press(KeyCode::Down);
    palette(&mut bench, "upg");
    bench.must_show("Kit 10930010476 is REPLACED");
    bench.enter();
    bench.must_show("Commands");
    assert!(bench.notes.is_empty(), "nothing was begun");
    bench.press(KeyCode::Esc);
    bench.press(KeyCode::Up);
    palette(&mut bench, "upg");
    assert!(!bench.shows("Kit 10930010476 is REPLACED; only"));
    bench.enter();
    bench.must_show("Upgrade kit 4561789");
}

#[test]
fn what_can_be_seen_can_be_done_from_the_box_and_the_filter() {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.press(KeyCode::F(2));
    palette(&mut bench, "set pin");
    bench.enter();
    bench.must_show("Set the PIN of kit 4561789");
    bench.press(KeyCode::Esc);
    bench.text("/456");
    palette(&mut bench, "upgrade");
    bench.enter();
    bench.must_show("Upgrade kit 4561789");
}

#[test]
fn an_order_past_its_cancelling_and_a_known_outcome_are_reasons() {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(3));
    bench.text("3fa85f64-5717-4562-b3fc-2c963f66afa6");
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::OrderRead(ticket, Ok(order("PROCESSED"))));
    palette(&mut bench, "cancel");
    bench.must_show("only an order that is RECEIVED can be cancelled");
}

#[test]
fn what_a_profile_has_not_is_no_command() {
    let mut about = about(Environment::Uat);
    about.pin_settings.entry = PinEntryRule::Off;
    let mut bench = Bench::with(about);
    bench.found(vec![kit("4561789", "ACTIVE")]);
    palette(&mut bench, "set PIN");
    bench.must_show("No matching command.");
}

#[test]
fn more_commands_than_rows_can_be_gone_through() {
    let mut bench = Bench::new();
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.ctrl('k');
    for _ in 0..60 {
        bench.press(KeyCode::Down);
    }
    let last = bench.app.commands().pop().expect("some").says;
    let picture = bench.picture(80, 24);
    assert!(picture.contains(last), "{last} in\n{picture}");
}

#[test]
fn other_keys_are_shown_and_taken_everywhere() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let file = folder.path().join("config.toml");
    let text = "[keys]\nupgrade = \"U\"\njournal = [\"z\", \"F12\"]\n[profiles.a]\nbase_url = \"https://h/v1\"\ntenant = \"T\"\nenvironment = \"uat\"\n";
    std::fs::write(&file, text).expect("our own");
    let request = Request {
        config: Some(file),
        ..Request::default()
    };
    let config = load(&request, &Env::given::<&str, &str>([])).expect("good");
    let mut bench = Bench::new();
    bench.app = bench
        .app
        .with_keys(Keymap::chosen(&config.keys).expect("no clash"));
    bench.found(vec![kit("4561789", "ACTIVE")]);
    bench.must_show("Enter open U upgrade");
    bench.text("u");
    assert!(!bench.shows("Upgrade kit 4561789"));
    bench.press(KeyCode::F(1));
    bench.must_show("z F12 journal");
    bench.press(KeyCode::Esc);
    bench.text("U");
    bench.must_show("Upgrade kit 4561789");
    bench.press(KeyCode::F(12));
    assert!(matches!(bench.last(), Command::Records(..)));
}
