//! What the screens offer to whom: tabs, keys and commands by a person's roles.

use super::journal::unknown_upgrade;
use super::*;
use crate::console::keymap::{Action, Place};
use crate::desk::{Access, OpenNow};
use crate::people::Role;

fn rights(roles: &[Role]) -> Rights {
    Rights::of(&roles.iter().copied().collect())
}

fn bench_of(roles: &[Role]) -> Bench {
    let mut about = about(Environment::Uat);
    about.rights = rights(roles);
    Bench::with(about)
}

fn with_kits(role: Role) -> Bench {
    let mut bench = bench_of(&[role]);
    bench.found(kits());
    bench
}

#[test]
fn a_local_console_offers_everything() {
    let bench = Bench::new();
    let here = bench.app.cx.here(Place::Kits);
    for row in bench.app.cx.keymap.shown() {
        // There are none to look after.
        let is_elsewhere = matches!(
            row.action,
            Action::Sessions | Action::EndSession | Action::WholeBank
        );
        assert_eq!(here.lacks(row.action), is_elsewhere, "{:?}", row.action);
    }
}

#[test]
fn an_auditor_has_the_journal_alone_from_the_start() {
    let mut bench = bench_of(&[Role::Audit]);
    bench.event(Event::Open(Ok(OpenNow::default())));
    assert!(matches!(bench.last(), Command::Records(..)));
    assert!(bench.shows("Journal") && !bench.shows("Kits") && !bench.shows("Orders"));
    keep!(bench, "auditor");
    for key in [KeyCode::Char('g'), KeyCode::F(2), KeyCode::F(3)] {
        bench.press(key);
        bench.must_show("Your roles don't let you look up customers, cards and orders.");
    }
    bench.press(KeyCode::Esc);
    assert_eq!(bench.app.place(), Place::Journal);
    bench.text("e");
    assert!(matches!(bench.last(), Command::Day(..)));
    assert!(bench.prepared.is_empty());
}

#[test]
fn an_auditor_is_in_the_journal_again_after_the_lock() {
    let mut bench = bench_of(&[Role::Audit]);
    bench.app = App::new(
        bench.app.cx.about.clone(),
        Theme::built_in("desk").expect("built in"),
    )
    .guarded(crate::console::Guards {
        idle_limit: seconds(60),
        hide_on_focus_lost: false,
    });
    bench.press(KeyCode::Down);
    bench.now += seconds(61);
    bench.message(Message::Tick);
    bench.look();
    bench.enter();
    assert_eq!(bench.app.place(), Place::Journal);
}

#[test]
fn who_only_checks_looks_up_and_changes_nothing() {
    let mut bench = with_kits(Role::Check);
    bench.look();
    for offered in ["upgrade", "set PIN", "lost card"] {
        assert!(!bench.picture(200, 40).contains(offered), "{offered}");
    }
    bench.must_show("payments");
    for letter in "upalbRdLB".chars() {
        let asked = bench.asked.len();
        bench.press(KeyCode::Char(letter));
        bench.must_show(
            "Your roles don't let you change anything at the DCMS. It needs the role desk.",
        );
        assert_eq!(bench.asked.len(), asked, "{letter}");
        assert!(bench.has_no_layers(), "{letter}");
    }
    bench.press(KeyCode::Char('?'));
    assert!(!bench.shows("upgrade"));
    bench.press(KeyCode::Esc);
    bench.ctrl('k');
    bench.text("upgrade");
    bench.must_show("No matching command.");
}

#[test]
fn others_open_writes_are_not_shown_but_block_new_ones() {
    let (_, open, _) = unknown_upgrade();
    let mut bench = bench_of(&[Role::Desk]);
    bench.event(Event::Open(Ok(open.into())));
    assert!(!bench.shows("open") && !bench.shows("asha"));
    bench.found(kits());
    bench.text("u");
    bench.must_show("by asha has an unknown outcome. They, or somebody with the role settle, must settle it first.");
    bench.press(KeyCode::F(4));
    assert!(!bench.shows("asha"));
    bench.must_show("Journal: 0 actions of yours");
    bench.text("e");
    assert!(!bench.shows("operator:maria"));
}

#[test]
fn who_settles_sees_what_is_open_and_may_decide_but_not_write() {
    let (records, open, thread) = unknown_upgrade();
    let mut bench = bench_of(&[Role::Settle]);
    bench.event(Event::Open(Ok(open.into())));
    bench.must_show("? 1 open");
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    bench.text("d");
    assert_eq!(bench.app.place(), Place::Decide);
    bench.press(KeyCode::Esc);
    bench.text("s");
    assert!(matches!(bench.last(), Command::Settle(..)));
}

#[test]
fn who_serves_customers_settles_by_no_word_of_theirs() {
    let mut about = about(Environment::Uat);
    about.operator = "asha".into();
    about.rights = rights(&[Role::Desk]);
    let mut bench = Bench::with(about);
    let (records, open, thread) = unknown_upgrade();
    bench.event(Event::Open(Ok(open.into())));
    bench.must_show("? 1 open");
    bench.press(KeyCode::F(4));
    let ticket = bench.ticket();
    bench.event(Event::Records(ticket, Ok(records)));
    bench.enter();
    let ticket = bench.ticket();
    bench.event(Event::RecordThread(ticket, Ok(Box::new(thread))));
    assert!(!bench.picture(200, 40).contains("settle by hand"));
    bench.text("d");
    bench.must_show("It needs the role settle.");
    assert_eq!(bench.app.place(), Place::RecordThread);
    bench.text("s");
    assert!(matches!(bench.last(), Command::Settle(..)));
}

/// Whatever is pressed wherever, the screens ask for nothing that the desk would refuse.
#[test]
fn no_key_asks_for_what_the_roles_do_not_give() {
    let keys = (1..=12).map(KeyCode::F);
    let keys = keys.chain((' '..='~').map(KeyCode::Char));
    let keys: Vec<_> = keys.chain([KeyCode::Enter, KeyCode::Esc]).collect();
    for role in Role::ALL {
        let access = Access::of("maria", rights(&[role]));
        for first in &keys {
            let looks_up = rights(&[role]).has(crate::people::Right::LookUp);
            let mut bench = if looks_up {
                with_kits(role)
            } else {
                bench_of(&[role])
            };
            bench.press(*first);
            for second in [
                KeyCode::Enter,
                KeyCode::F(10),
                KeyCode::Char('s'),
                KeyCode::F(7),
            ] {
                bench.press(second);
            }
            for command in &bench.asked {
                let may = access.may(command);
                assert!(may.is_ok(), "{role}, {first:?}: {command:?}: {may:?}");
            }
            assert!(looks_up || bench.prepared.is_empty());
        }
    }
}
