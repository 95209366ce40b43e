//! The day's end by events: today's first, then another day or one operator.

use jiff::civil::{Date, date};

use super::journal::unknown_upgrade;
use super::*;
use crate::desk::Day;
use crate::journal::{Standing, StandingWrite, State};

/// A day with an unknown upgrade and a refused one.
fn day(date: Date, operator: Option<&str>) -> Day {
    let (_, open, _) = unknown_upgrade();
    let intent = open[0].intent.clone();
    let mut day = Day::empty(date, operator.map(str::to_owned));
    let refused = StandingWrite {
        standing: Standing::Answered(crate::journal::ResultWord::Outcome(
            crate::dcms::Word::Refused,
        )),
        error_code: Some("MCC007".into()),
        intent: intent.clone(),
        copied: None,
    };
    let unknown = StandingWrite {
        standing: Standing::Open(State::Unknown),
        error_code: None,
        intent,
        copied: None,
    };
    day.writes = vec![unknown, refused];
    day.look_ups.insert("asha".into(), 7);
    day
}

fn asked(bench: &Bench) -> (Option<Date>, Option<&str>) {
    match bench.last() {
        Command::Day(_, date, operator) => (*date, operator.as_deref()),
        other => panic!("a day was to be read, not {other:?}"),
    }
}

fn opened() -> Bench {
    let mut bench = Bench::new();
    bench.press(KeyCode::F(4));
    bench.text("e");
    assert_eq!(asked(&bench), (None, None), "today's, and everybody's");
    read(&mut bench, day(TODAY, None));
    bench
}

fn read(bench: &mut Bench, day: Day) {
    let ticket = bench.ticket();
    bench.event(Event::Day(ticket, Ok(Box::new(day))));
}

const TODAY: Date = date(2026, 11, 24);

#[test]
fn a_day_has_what_is_unknown_first_and_can_be_scrolled() {
    let mut bench = opened();
    bench.must_show("Day's end 2026-11-24 (UTC)");
    bench.must_show("2 writes: 1 refused, 1 unknown. 7 look-ups.");
    bench.must_show("Unknown and unsettled");
    bench.must_show("10:32:05 unknown, open");
    keep!(bench, "day");
    bench.press(KeyCode::End);
    bench.must_show("asha: 2 writes");
    bench.press(KeyCode::Esc);
    bench.must_show("Journal");
}

#[test]
fn another_day_and_one_operator_are_chosen() {
    let mut bench = opened();
    bench.press(KeyCode::Left);
    assert_eq!(asked(&bench), (Some(date(2026, 11, 23)), None));
    read(&mut bench, Day::empty(date(2026, 11, 23), None));
    bench.must_show("date:2026-11-23");
    bench.must_show("0 writes");
    bench.press(KeyCode::Right);
    assert_eq!(asked(&bench).0, Some(TODAY));
    read(&mut bench, day(TODAY, None));
    // Faster than the answers.
    bench.press(KeyCode::Left);
    bench.press(KeyCode::Left);
    assert_eq!(asked(&bench).0, Some(date(2026, 11, 22)));
    read(&mut bench, Day::empty(date(2026, 11, 22), None));
    bench.text("/");
    bench.ctrl('u');
    bench.text("3.11.");
    bench.enter();
    bench.must_show("Write date:2026-11-03, operator:maria, or both.");
    bench.ctrl('u');
    bench.text("date:3.11.");
    bench.enter();
    bench.must_show("A day is written like 2026-11-03.");
    bench.ctrl('u');
    bench.text("operator:asha");
    bench.enter();
    assert_eq!(asked(&bench), (None, Some("asha")));
    read(&mut bench, day(TODAY, Some("asha")));
    bench.must_show("Day's end 2026-11-24 (UTC), operator asha");
}

#[test]
fn a_journal_that_can_not_be_read_says_why_and_what_was_read_stays() {
    let mut bench = opened();
    bench.text("r");
    let ticket = bench.ticket();
    let error = "the journal can't be read: disk I/O error".to_owned();
    bench.event(Event::Day(ticket, Err(error)));
    bench.must_show("The journal can't be read: disk I/O error.");
    bench.must_show("Unknown and unsettled");
}
