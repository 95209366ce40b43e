//! What works wherever one is: help, the end, keys that nobody waits for.

use super::*;

#[test]
fn help_and_palette_are_there_and_go_again() {
    let mut bench = Bench::new();
    bench.found(kits());
    bench.text("?");
    bench.must_show("The kits");
    bench.press(KeyCode::Esc);
    bench.ctrl('k');
    bench.text("upgr");
    bench.enter();
    bench.must_show("Upgrade kit 4561789");
    bench.press(KeyCode::F(1));
    bench.must_show("Upgrading a card");
}

#[test]
fn ctrl_c_ends_and_asks_first_only_while_a_write_is_under_way() {
    let mut bench = reviewed();
    bench.ctrl('c');
    assert!(bench.has_quit);

    let mut bench = reviewed();
    bench.text("1789");
    bench.enter();
    bench.ctrl('c');
    assert!(!bench.has_quit);
    bench.must_show("A write is under way");
    bench.press(KeyCode::Esc);
    bench.ctrl('c');
    bench.ctrl('c');
    assert!(bench.has_quit);
}

#[test]
fn keys_that_nobody_waits_for_do_no_harm() {
    let codes = [
        KeyCode::Char('j'),
        KeyCode::Char('x'),
        KeyCode::Char('1'),
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::F(2),
        KeyCode::F(3),
        KeyCode::F(5),
        KeyCode::F(7),
        KeyCode::F(8),
        KeyCode::F(10),
        KeyCode::Delete,
        KeyCode::Backspace,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Char('u'),
        KeyCode::Char('p'),
        KeyCode::Char('/'),
    ];
    let mut bench = Bench::new();
    bench.found(kits());
    let mut place = 1_usize;
    for step in 0..4000 {
        // A walk that visits all keys in ever other orders, the same at every run.
        place = (place * 31 + step) % 9973;
        bench.press(codes[place % codes.len()]);
        if step % 97 == 0 {
            bench.picture(80, 24);
            bench.picture(60, 16);
        }
    }
    assert!(
        bench
            .asked
            .iter()
            .all(|command| write_of(command).is_none())
    );
}

#[test]
fn the_top_line_always_says_where_and_who() {
    use crate::console::SMALLEST;
    let (_, open, _) = super::journal::unknown_upgrade();
    for environment in [Environment::Sandbox, Environment::Uat, Environment::Live] {
        for operator in ["maria", "maria.krishnamurthy", "मीना"] {
            let mut about = about(environment);
            about.operator = operator.into();
            let mut bench = Bench::with(about);
            for is_open in [false, true] {
                if is_open {
                    bench.event(Event::Open(Ok(open.clone().into())));
                }
                for width in SMALLEST.0..200 {
                    let picture = bench.picture(width, 24);
                    let top = picture.lines().next().expect("a line");
                    assert!(top.contains("kitdesk"), "{top}");
                    assert!(top.contains(&environment.to_string()), "{top}");
                    assert_eq!(top.contains("? 1"), is_open, "{top}");
                    // Cut, and with a sign, only where even the shortest of all else left no room.
                    let is_whole = top.ends_with(&format!("ACME_BANK · {operator}"))
                        || top.ends_with(&format!("ACME_BANK · acme-uat · {operator}"));
                    let is_cut =
                        top.contains('…') && top.contains("ACME_B") && top.contains(" · mar");
                    assert!(is_whole || (is_cut && width < 72), "{width}: {top}");
                }
            }
        }
    }
}

#[test]
fn a_garbled_screen_is_drawn_again() {
    let mut bench = Bench::new();
    bench.ctrl('r');
    assert_eq!(bench.cleared, 1);
    // Over a popup too, which stays; and by its name.
    bench.ctrl('k');
    bench.ctrl('r');
    assert_eq!(bench.cleared, 2);
    bench.text("redraw");
    bench.enter();
    assert_eq!(bench.cleared, 3);
}

#[test]
fn connections_are_asked_for_while_somebody_types_or_reads_a_review() {
    let mut bench = Bench::new();
    assert_eq!(bench.prepared, []);
    // The first key of an id, and not each.
    bench.text("676165");
    assert_eq!(bench.prepared, [Next::LookUp]);
    bench.now += Duration::from_secs(20);
    bench.press(KeyCode::Backspace);
    assert_eq!(bench.prepared, [Next::LookUp; 2]);
    // Time that passes asks for nothing.
    bench.now += Duration::from_secs(20);
    bench.message(Message::Tick);
    assert_eq!(bench.prepared, [Next::LookUp; 2]);
}
