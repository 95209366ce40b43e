//! Going on where it stopped: what was done is not done again, what was refused stays so unless it is
//! wanted otherwise, what is unknown is read, and never sent while it is open.

use super::{Bench, CARDS, RESULTS, counts};

#[test]
fn what_was_done_is_not_sent_again() {
    let bench = Bench::new(2);
    bench.run(&[]).code(0);
    let before = bench.text(RESULTS);
    let again = bench.run(&["--json"]).code(0);
    assert_eq!(counts(&again.json()), [2, 2, 0, 0, 0]);
    // Also where the results file is given in the table's place.
    let args = ["upgrade", "--from", RESULTS, "--yes"];
    bench.desk.run(&args).code(0);
    assert_eq!(bench.text(RESULTS), before);
    assert_eq!(bench.sent(), (2, 2));
}

#[test]
fn a_table_that_has_grown() {
    let bench = Bench::new(2);
    bench.run(&["--results", "out.csv"]).code(0);
    let (entity, kit) = CARDS[2];
    let more = format!("{}{entity},{kit},GOLD\n", bench.text("batch.csv"));
    bench.write("batch.csv", more);
    bench
        .desk
        .run(&["upgrade", "--from", "out.csv", "--yes"])
        .code(0);
    assert_eq!(bench.sent(), (3, 3));
}

#[test]
fn a_refusal_stops_nothing_and_is_tried_again_only_where_that_is_wanted() {
    let bench = Bench::new(3).fault("upgradeCard=exception200:1");
    bench
        .run(&[])
        .code(1)
        .says("line 2, kit 4561789: refused: ");
    assert_eq!(bench.outcomes(), ["refused", "done", "done"]);
    assert_eq!(bench.results(&["error_code"])[0], ["SBX001"]);
    bench.run(&[]).code(1);
    assert_eq!(bench.sent(), (3, 2));
    bench.run(&["--retry-refused"]).code(0);
    assert_eq!(bench.sent(), (4, 3));
    assert_eq!(bench.outcomes(), ["refused", "done", "done", "done"]);
}

#[test]
fn a_refused_row_that_was_put_right() {
    let bench = Bench::new(2);
    let good = bench.text("batch.csv");
    bench.write("batch.csv", good.replacen("SILVER", "NOSUCH", 1));
    bench.run(&[]).code(1);
    bench.write("batch.csv", good);
    bench.run(&[]).code(0);
    assert_eq!(bench.sent(), (3, 2));
}

#[test]
fn it_stops_at_the_first_unknown_which_is_never_sent_again_while_it_is_open() {
    let bench = Bench::new(3).fault("upgradeCard=reset-before:1");
    let first = bench.run(&["--settle-for", "0", "--json"]).code(4);
    let object = first.says("It stopped at line 2").json();
    assert_eq!(object["outcome"], "unknown");
    assert_eq!(counts(&object), [3, 0, 0, 2, 1]);
    assert!(
        object["result"]["rows"][2]["time"].is_null(),
        "it was not tried"
    );
    assert_eq!(bench.outcomes(), ["unknown"]);
    assert_eq!(bench.sent(), (1, 0));

    // The rest is sent; the first is read, and still open.
    let again = bench.run(&[]).code(4);
    again.says("Of 3 upgrades: 2 done, 1 unknown");
    assert_eq!(bench.sent(), (3, 2));
    bench.run(&[]).code(4);
    assert_eq!(bench.outcomes(), ["unknown", "done", "done"]);
    assert_eq!(bench.sent(), (3, 2));

    // Whoever knows that it was not done may have it sent again.
    let id = bench.results(&["journal_id"])[0][0].clone();
    let settle = ["settle", &id, "--as", "not-done", "--reason", "asked"];
    bench.desk.run(&settle).code(0);
    bench.run(&[]).code(0);
    assert_eq!(bench.sent(), (4, 3));
}

#[test]
fn an_unknown_that_was_done_is_found_out() {
    // At once, by reading.
    let bench = Bench::new(2).fault("upgradeCard=reset-after:1");
    bench.run(&[]).code(0);
    assert_eq!(bench.outcomes(), ["done", "done"]);
    assert!(bench.results(&["message"])[0][0].contains("a later read shows it was done"));
    // By the next run.
    let bench = Bench::new(2).fault("upgradeCard=reset-after:1");
    bench.run(&["--settle-for", "0"]).code(4);
    bench.run(&[]).code(0);
    assert_eq!(bench.outcomes(), ["unknown", "done", "done"]);
    assert_eq!(bench.results(&["new_kits"])[1], ["77000000001"]);
    assert_eq!(bench.sent(), (2, 2));
    // Never, and somebody has left it at that: then it is not sent either.
    let bench = Bench::new(1).fault("upgradeCard=reset-before:1");
    bench.run(&["--settle-for", "0"]).code(4);
    let id = bench.results(&["journal_id"])[0][0].clone();
    let settle = ["settle", &id, "--as", "unknown", "--reason", "asked"];
    bench.desk.run(&settle).code(0);
    bench.run(&[]).code(4);
    assert_eq!(bench.sent(), (1, 0));
}

#[test]
fn keep_going_goes_on_after_an_unknown() {
    let bench = Bench::new(3).fault("upgradeCard=reset-before:1");
    bench.run(&["--settle-for", "0", "--keep-going"]).code(4);
    assert_eq!(bench.outcomes(), ["unknown", "done", "done"]);
    assert_eq!(bench.sent(), (3, 2));
}

#[test]
fn a_new_kit_must_not_be_taken_for_that_of_another_row() {
    // Both are the same customer's; the second is in a state that only the DCMS can judge.
    let table = "entity,kit,tier\n210000000084,84000000001,SILVER\n210000000084,84000000010,GOLD\n";
    let bench = Bench::with(table).fault("upgradeCard=reset-before:1");
    bench.run(&["--settle-for", "0", "--keep-going"]).code(4);
    assert_eq!(bench.outcomes(), ["unknown", "not_sent"]);
    assert_eq!(bench.sent(), (1, 0));
}

#[test]
fn a_line_that_was_cut_short_is_taken_from_the_journal() {
    let bench = Bench::new(3);
    bench.run(&[]).code(0);
    let whole = bench.text(RESULTS);
    // From the whole file to nothing: wherever its end is, no row is sent twice.
    let head = whole.find('\n').expect("a head") + 1;
    for end in [
        whole.len() - 1,
        whole.len() - 20,
        head + 5,
        head,
        whole.len() / 2,
    ] {
        bench.write(RESULTS, &whole[..end]);
        bench.run(&[]).code(0);
        assert_eq!(bench.outcomes(), ["done"; 3], "cut at {end}");
        assert_eq!(bench.sent(), (3, 3), "cut at {end}");
    }
    let kits = bench.results(&["new_kits"]).concat();
    assert_eq!(kits, ["77000000001", "77000000002", "77000000003"]);
}

#[test]
fn a_head_that_was_cut_short_is_written_again() {
    for head in [
        "",
        "line,entity",
        "line,entity,kit,tier,card-type,plastic-code,alias,delivery,outcome",
    ] {
        let bench = Bench::new(1);
        bench.write(RESULTS, head);
        bench.run(&[]).code(0);
        assert_eq!(bench.outcomes(), ["done"]);
    }
}

#[test]
fn a_row_that_has_changed_since_it_was_checked_is_not_sent() {
    // The first row takes a while: time for somebody else to upgrade the second one's card.
    let bench = Bench::new(2).fault("upgradeCard=delay:3:1");
    let child = bench.desk.start(&super::MANY);
    while bench.sandbox.received("upgradeCard") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let (entity, kit) = CARDS[1];
    let one = [
        "upgrade", "--entity", entity, "--kit", kit, "--tier", "GOLD", "--yes",
    ];
    bench.desk.run(&one).code(0);
    let output = child.wait_with_output().expect("it ends");
    let ended = crate::fixtures::Ended::of(&output).code(3);
    ended.says("line 3, kit 10930010477: not sent: Kit 10930010477 is REPLACED");
    assert_eq!(bench.outcomes(), ["done", "not_sent"]);
    assert_eq!(bench.sent(), (2, 2));
    // Then the row is wrong, and nothing is sent until it is taken out.
    bench
        .run(&[])
        .code(2)
        .says("line 3: Kit 10930010477 is REPLACED");
    let table = bench.text("batch.csv");
    let without: Vec<&str> = table.lines().filter(|line| !line.contains(kit)).collect();
    bench.write("batch.csv", without.join("\n"));
    bench.run(&[]).code(0);
    assert_eq!(bench.sent(), (2, 2));
}
