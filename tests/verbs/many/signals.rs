//! Runs that are ended from outside, at any moment, and the ones that follow: no row is sent twice.

use std::process::Child;
use std::thread;
use std::time::Duration;

use super::{Bench, CARDS, MANY, RESULTS, counts};
use crate::fixtures::{Ended, signal};
use crate::signals::until_said;

fn start(bench: &Bench, more: &[&str]) -> Child {
    bench.desk.start(&[&MANY[..], more].concat())
}

fn until(bench: &Bench, call: &str, count: usize) {
    while bench.sandbox.received(call) < count {
        thread::sleep(Duration::from_millis(2));
    }
}

fn end(child: Child) -> Ended {
    Ended::of(&child.wait_with_output().expect("it ends"))
}

#[test]
fn the_row_under_way_is_finished_and_the_rest_goes_on_later() {
    for name in ["INT", "TERM", "HUP"] {
        let bench = Bench::new(5).fault("upgradeCard=delay:1");
        let child = start(&bench, &[]);
        until(&bench, "upgradeCard", 2);
        signal(child.id(), name);
        let ended = end(child).code(3).says("It was stopped.");
        ended
            .says("Finishing the row under way first")
            .says("Run the same again to go on.");
        assert_eq!(bench.outcomes(), ["done", "done"], "{name}");
        assert_eq!(bench.sent(), (2, 2), "{name}");
        bench.sandbox.clear_faults();
        bench.run(&[]).code(0);
        assert_eq!(bench.outcomes(), ["done"; 5], "{name}");
        assert_eq!(bench.sent(), (5, 5), "{name}");
    }
}

#[test]
fn between_two_rows_nobody_waits() {
    let bench = Bench::new(3);
    let args = [
        "upgrade",
        "--from",
        "batch.csv",
        "--yes",
        "--rate",
        "0.01",
        "--json",
    ];
    let child = bench.desk.start(&args);
    until(&bench, "upgradeCard", 1);
    // The line is there when the row has come to its end.
    while !bench.has(RESULTS) || bench.text(RESULTS).lines().count() < 2 {
        thread::sleep(Duration::from_millis(2));
    }
    signal(child.id(), "INT");
    let object = end(child).code(3).json();
    assert_eq!(object["outcome"], "not_sent");
    assert_eq!(counts(&object), [3, 1, 0, 2, 0]);
    bench.run(&[]).code(0);
    assert_eq!(bench.sent(), (3, 3));
}

#[test]
fn before_anything_was_sent() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        // While the rows are checked, ...
        let bench = Bench::new(2).fault("fetchKitsByEntityId=delay:600");
        let child = start(&bench, &["--json"]);
        until(&bench, "fetchKitsByEntityId", 1);
        signal(child.id(), name);
        let ended = end(child).code(code).says("interrupted; nothing was sent");
        assert_eq!(ended.json()["outcome"], "not_sent");
        assert!(!bench.has(RESULTS));
        // ... and while the first is read once more.
        let bench = Bench::new(1).fault("fetchKitsByEntityId=delay:1");
        let child = start(&bench, &["--json"]);
        until(&bench, "fetchKitsByEntityId", 2);
        signal(child.id(), name);
        let ended = end(child).code(code).says("interrupted; nothing was sent");
        assert_eq!(counts(&ended.json()), [1, 0, 0, 1, 0]);
        assert_eq!(bench.sent(), (0, 0));
    }
}

#[test]
fn whoever_insists_is_told_that_nobody_knows() {
    let bench = Bench::new(2).fault("upgradeCard=delay:600:1");
    let mut child = start(&bench, &[]);
    until(&bench, "upgradeCard", 1);
    signal(child.id(), "INT");
    until_said(&mut child, "Finishing the row");
    signal(child.id(), "INT");
    end(child).code(4).says("may or may not have been done");
    bench.run(&[]).code(4);
    assert_eq!(bench.outcomes(), ["unknown", "done"]);
    assert_eq!(bench.sent(), (2, 1));
}

fn kill(mut child: Child) {
    child.kill().expect("it runs");
    child.wait().expect("it is gone");
}

#[test]
fn killed_after_the_work_and_before_the_answer() {
    let bench = Bench::new(3).fault("upgradeCard=slow-drip:1");
    let child = start(&bench, &[]);
    while bench.sent().1 == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    kill(child);
    assert_eq!(bench.outcomes(), [""; 0]);
    bench.run(&[]).code(0);
    assert_eq!(bench.outcomes(), ["done"; 3]);
    assert_eq!(bench.results(&["new_kits"])[0], ["77000000001"]);
    assert_eq!(bench.sent(), (3, 3));
}

#[test]
fn killed_before_the_work() {
    let bench = Bench::new(3).fault("upgradeCard=delay:600:1");
    let child = start(&bench, &[]);
    until(&bench, "upgradeCard", 1);
    kill(child);
    // It may still be under way over there: it is not sent again, and the others are.
    bench.run(&[]).code(4);
    assert_eq!(bench.outcomes(), ["unknown", "done", "done"]);
    bench.run(&[]).code(4);
    assert_eq!(bench.sent(), (3, 2));
}

#[test]
fn killed_at_any_moment_no_row_is_sent_twice() {
    let bench = Bench::new(CARDS.len());
    let mut moment = 20;
    let mut kills = 0;
    loop {
        let mut child = start(&bench, &[]);
        thread::sleep(Duration::from_millis(moment));
        // Later and later, so that it comes to its end.
        moment += 17;
        if let Some(status) = child.try_wait().expect("it can be asked") {
            let code = status.code().expect("it ended by itself");
            assert!(code == 0 || code == 4, "{code}");
            break;
        }
        kill(child);
        kills += 1;
    }
    assert!(kills > 0);
    let (received, worked) = bench.sent();
    assert!(received <= CARDS.len(), "{received}");
    let mut last = std::collections::HashMap::new();
    for row in bench.results(&["kit", "outcome"]) {
        last.insert(row[0].clone(), row[1].clone());
    }
    assert_eq!(last.len(), CARDS.len());
    let done = last.values().filter(|word| *word == "done").count();
    let open = last.values().filter(|word| *word == "unknown").count();
    assert_eq!(done + open, CARDS.len(), "{last:?}");
    assert_eq!(done, worked);
}

#[test]
fn two_runs_do_not_work_on_one_file() {
    let bench = Bench::new(2).fault("upgradeCard=delay:4:1");
    let child = start(&bench, &[]);
    until(&bench, "upgradeCard", 1);
    bench
        .run(&[])
        .code(2)
        .says("another run works on batch.results.csv");
    // Nor on one kit, by way of another file.
    let other = bench.run(&["--results", "other.csv"]).code(2);
    other.says("is still under way");
    end(child).code(0);
    assert_eq!(bench.sent(), (2, 2));
    bench.run(&[]).code(0);
}
