//! What is wrong with a table, its rows or the results file: all of it is told, and nothing is sent.

use super::{Bench, CARDS, RESULTS};

/// Runs it with this table and gives what it says.
#[track_caller]
fn refused(table: impl AsRef<[u8]>, said: &[&str]) {
    let bench = Bench::new(0);
    bench.write("batch.csv", table);
    let ended = bench.run(&["--json"]).code(2);
    let object = ended.json();
    assert_eq!(object["outcome"], "not_sent");
    let faults = object["error"]["fields"].as_array().expect("a list");
    assert_eq!(faults.len(), said.len(), "{faults:?}");
    for (fault, said) in faults.iter().zip(said) {
        let fault = fault.as_str().expect("a sentence");
        assert!(fault.contains(said), "{said:?} in {fault:?}");
        assert!(ended.err.contains(fault), "{}", ended.err);
    }
    assert_eq!(bench.sent(), (0, 0));
    assert!(!bench.has(RESULTS));
}

#[test]
fn a_table_that_is_none() {
    refused("", &["line 1: the file is empty"]);
    refused("entity,kit,tier\r\n\r\n", &["line 1: no row follows"]);
    refused(
        "entity;kit;tier\n1;2;S\n",
        &["line 1: the cells must be separated by commas"],
    );
    refused(b"\xff\xfee\0", &["line 1: the file is UTF-16"]);
    refused(
        b"entity,kit,tier\n1,2,\xc9\n",
        &["line 2, column 3: this is not UTF-8"],
    );
    refused(
        "entity,kit,tier\n1,\"2,S\n",
        &["line 2, column 2: a quote is opened here"],
    );
    refused(
        "entity,Kits,tier,tier,pin\n",
        &[
            "line 1: the column kit is missing",
            "line 1, column 2: there is no column \"Kits\"",
            "line 1, column 4: there are two columns named tier",
            "line 1, column 5: a table of upgrades must not contain PINs or card numbers",
        ],
    );
}

#[test]
fn all_rows_are_looked_at_and_so_many_faults_told() {
    let rows: Vec<String> = (1..=30).map(|kit| format!("1,{kit}/,S\n")).collect();
    let mut said: Vec<String> = (2..=21)
        .map(|line| format!("line {line}, column 2: kit: a kit number can't contain '/'"))
        .collect();
    said.push("and 10 more".into());
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    refused(format!("entity,kit,tier\n{}", rows.concat()), &said);
}

#[test]
fn rows_against_the_dcms() {
    refused(
        "entity,kit,tier,card-type\n\
         181223116,10930010476,GOLD,\n\
         676165,4561789,SILVER,\n\
         676165,10930010477,GOLD,\n\
         999,1,GOLD,\n",
        &[
            "line 2: Kit 10930010476 is REPLACED; it can't be upgraded.",
            "line 4: Customer 676165 has no kit 10930010477.",
            "line 5: customer 999: no customer has this entity id",
        ],
    );
}

#[test]
fn a_row_that_another_write_forbids() {
    let bench = Bench::new(2).fault("upgradeCard=reset-before:1");
    let (entity, kit) = CARDS[1];
    let one = [
        "upgrade",
        "--entity",
        entity,
        "--kit",
        kit,
        "--tier",
        "GOLD",
        "--yes",
        "--settle-for",
        "0",
    ];
    bench.desk.run(&one).code(4);
    let ended = bench.run(&[]).code(2);
    ended
        .says("line 3: kit 10930010477: an upgrade by maria")
        .says("settle it");
    assert_eq!(bench.sent(), (1, 0));
}

#[test]
fn a_dcms_that_is_not_there_is_no_fault_of_the_rows() {
    let bench = Bench::new(2).fault("fetchKitsByEntityId=503");
    let ended = bench.run(&["--json"]).code(3);
    assert_eq!(ended.json()["outcome"], "not_sent");
    assert!(ended.json()["result"].is_null());
    assert_eq!(bench.sent(), (0, 0));
    assert!(!bench.has(RESULTS));
}

#[test]
fn more_rows_than_are_allowed() {
    let bench = Bench::new(3);
    bench
        .run(&["--limit", "2"])
        .code(2)
        .says("line 4: there are 3 rows, and 2 at most");
    bench.run(&["--limit", "3"]).code(0);
    let rows: Vec<String> = (1..=101).map(|kit| format!("1,{kit},S\n")).collect();
    refused(
        format!("entity,kit,tier\n{}", rows.concat()),
        &["line 102: there are 101 rows, and 100 at most are sent in one go"],
    );
}

#[test]
fn flags_that_do_not_go_together() {
    let bench = Bench::new(1);
    for more in [
        &["--kit", "4561789"][..],
        &["--entity", "676165"],
        &["--tier", "GOLD"],
        &["--alias", "A"],
        &["--plastic-code", "1"],
        &["--card-type", "VIRTUAL"],
        &["--delivery", "PERMANENT"],
        &["--limit", "0"],
        &["--results", "batch.csv"],
    ] {
        assert_eq!(bench.run(more).code(2).out, "", "{more:?}");
    }
    for rate in ["0", "-1", "many", "inf", "NaN", "21"] {
        let args = ["upgrade", "--from", "batch.csv", "--yes", "--rate", rate];
        assert!(
            bench.desk.run(&args).code(2).err.contains("0.01 to 20"),
            "{rate}"
        );
    }
    for more in [
        &["--results", "x"][..],
        &["--rate", "1"],
        &["--keep-going"],
        &["--limit", "2"],
    ] {
        let one = [
            "upgrade", "--entity", "676165", "--kit", "4561789", "--tier", "S", "--yes",
        ];
        bench
            .desk
            .run(&[&one[..], more].concat())
            .code(2)
            .says("--entity");
    }
    for (table, said) in [
        ("none.csv", "does not exist"),
        (".", "is not a regular file"),
    ] {
        bench
            .desk
            .run(&["upgrade", "--from", table, "--yes"])
            .code(2)
            .says(said);
    }
    assert_eq!(bench.sent(), (0, 0));
}

#[test]
fn a_results_file_that_is_none_or_another_s() {
    let bench = Bench::new(2);
    for (text, said) in [
        ("my notes\n", "is no results file of kitdesk's"),
        ("my notes", "is no results file of kitdesk's"),
        (
            "entity,kit,tier\n1,2,S\n",
            "is no results file of kitdesk's",
        ),
    ] {
        bench.write(RESULTS, text);
        bench.run(&[]).code(2).says(said).says("--results");
        assert_eq!(bench.text(RESULTS), text, "it stays as it is");
    }
    std::fs::remove_file(bench.desk.path(RESULTS)).expect("it was there");
    assert_eq!(bench.sent(), (0, 0));

    bench.run(&[]).code(0);
    let good = bench.text(RESULTS);
    let tampered = |text: String, said: &str| {
        bench.write(RESULTS, &text);
        bench.run(&[]).code(2).says(said);
        assert_eq!(bench.text(RESULTS), text, "it stays as it is");
    };
    tampered(good.replace(",done,", ",fine,"), "is damaged on line 2");
    tampered(
        good.replace("SANDBOX SANDBOX", "ACME_BANK LIVE"),
        "is for ACME_BANK LIVE",
    );
    tampered(
        good.replace("outcome,", "end,"),
        "is no results file of kitdesk's",
    );
    bench.write(RESULTS, &good);
    bench.run(&[]).code(0);

    // A row that was done must stay what it was.
    let table = bench.text("batch.csv");
    bench.write("batch.csv", table.replacen("SILVER", "GOLD", 1));
    bench
        .run(&[])
        .code(2)
        .says("line 2 is not the row that is done for kit 4561789");
    bench.write(
        "batch.csv",
        "entity,kit,tier\n210000000089,89000000001,GOLD\n",
    );
    bench.run(&[]).code(2).says("is not about these rows");
    bench.run(&["--results", "other.csv"]).code(0);
    assert_eq!(bench.sent(), (3, 3));
}

#[test]
fn another_journal_can_not_tell_what_was_sent() {
    let bench = Bench::new(2).fault("upgradeCard=429:1");
    bench.run(&[]).code(1);
    let mut command = bench.desk.command(&super::MANY);
    command.env("KITDESK_STATE", bench.desk.path("elsewhere"));
    let ended = crate::fixtures::Ended::of(&command.output().expect("it runs"));
    ended.code(2).says("was started with a different journal");
    assert_eq!(bench.sent(), (2, 1));
}

#[test]
fn faults_are_told_in_the_order_of_the_lines_whoever_found_them() {
    let bench = Bench::new(0).fault("upgradeCard=reset-before:1");
    let [_, (entity, kit)] = [CARDS[1], CARDS[0]];
    let one = [
        "upgrade",
        "--entity",
        entity,
        "--kit",
        kit,
        "--tier",
        "SILVER",
        "--yes",
        "--settle-for",
        "0",
    ];
    bench.desk.run(&one).code(4);
    bench.write(
        "batch.csv",
        // The first is REPLACED, as its reading says; the journal forbids the second before that.
        format!("entity,kit,tier\n181223116,10930010476,GOLD\n{entity},{kit},GOLD\n"),
    );
    let json = bench.run(&["--json"]).code(2).json();
    let faults = json["error"]["fields"].as_array().expect("a list");
    let lines = faults.iter().filter_map(|fault| fault.as_str()?.get(..7));
    assert_eq!(lines.collect::<Vec<_>>(), ["line 2:", "line 3:"], "{json}");
}

#[test]
fn one_is_one() {
    let bench = Bench::new(1);
    let ended = bench.run(&[]).code(0).says("Upgrade 1 card at SANDBOX");
    ended.shows("Of 1 upgrade: 1 done;");
}
