//! What a person answers for with `accept`: records that somebody has changed, removed or added. The
//! write that was open blocks its kit until it is settled.

use super::*;

#[test]
fn a_last_record_whose_hash_is_none_can_be_answered_for() {
    for hash in ["'x'", "7"] {
        let state = folder();
        with_an_open_write(state.path());
        let last = "(SELECT max(id) FROM records)";
        let sql = format!("UPDATE records SET hash = {hash} WHERE id = {last}; {TRIGGERS}");
        tamper(state.path(), &sql);
        let mut journal = open(state.path());
        let error = refused(journal.intend(&upgrade("4561790")));
        assert!(matches!(error, JournalError::Gap(_)), "{hash}: {error:?}");
        journal
            .accept("seen and asked about")
            .unwrap_or_else(|error| panic!("{hash}: {error}"));
        let taken = journal.intend(&upgrade("4561790"));
        assert!(taken.is_ok(), "{hash}: {taken:?}");
    }
}

/// Somebody changes the records and another answers for it. The write that was open blocks its kit,
/// also in a console that was open all the time, and nothing else; to settle it is the way on.
fn accept_and_go_on(what: &str, sql: &str, blocks_all: bool) {
    let state = folder();
    with_an_open_write(state.path());
    let mut running = open(state.path());
    running.trouble().expect("read");
    tamper(state.path(), &format!("{sql}; {TRIGGERS}"));
    let mut later = open(state.path());
    let error = later.intend(&now("4561790")).expect_err(what);
    assert!(matches!(error, JournalError::Gap(_)), "{what}: {error:?}");
    later
        .accept("seen and asked about")
        .unwrap_or_else(|error| panic!("{what}: {error}"));
    later = open(state.path());
    if running.trouble() == Err(JournalError::PutBack(RecordId(5))) {
        // Its last record has another number now.
        running = open(state.path());
    }
    for journal in [&mut running, &mut later] {
        assert_eq!(journal.trouble(), Ok(None), "{what}");
        let verified = journal.reader().verify();
        let verified = verified.unwrap_or_else(|broken| panic!("{what}: {broken}"));
        assert_eq!(verified.accepted.len(), 1, "{what}");
        let error = journal.intend(&now(KIT)).expect_err(what);
        assert!(
            matches!(error, JournalError::Blocked(_)),
            "{what}: {error:?}"
        );
        said(&error);
    }
    if !blocks_all {
        running
            .intend(&now("4561790"))
            .unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    for kit in ["4561791", KIT] {
        let mut settled = 0;
        while let Err(error) = later.intend(&now(kit)) {
            let JournalError::Blocked(open) = error else {
                panic!("{what}: {error:?}")
            };
            let by_person = Settlement::ByPerson {
                finding: Finding::NotDone,
                reason: "asked the DCMS".to_owned(),
            };
            later
                .settle(open.intent.id, &by_person)
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            settled += 1;
        }
        assert!(kit != KIT || blocks_all || settled > 0, "{what}");
        assert!(kit == KIT || blocks_all == (settled > 0), "{what}");
    }
    later.reader().verify().expect("still answered for");
    let page = Page {
        limit: 50,
        offset: 0,
    };
    let listed = later.reader().list(&Filter::default(), page);
    assert!(listed.expect("readable").len() > 5, "{what}");
    // A further change is found.
    tamper(
        state.path(),
        "UPDATE records SET message = 'more' WHERE id = 2",
    );
    assert!(later.reader().verify().is_err(), "{what}");
}

/// A copy of the first record with another number.
fn copied(id: &str) -> String {
    let columns = crate::journal::chain::COLUMNS[1..]
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect::<Vec<_>>()
        .join(", ");
    format!("INSERT INTO records (id, {columns}) SELECT {id}, {columns} FROM records WHERE id = 1")
}

#[test]
fn records_with_any_number_can_be_answered_for() {
    for id in [
        "9223372036854775807",
        "9223372036854775806",
        "4611686018427387904",
        "7000000",
        "1000",
        "7",
        "6",
        "0",
        "-1",
        "-9223372036854775808",
    ] {
        accept_and_go_on(id, &copied(id), false);
        let moved = format!("UPDATE records SET id = {id} WHERE id = 1");
        accept_and_go_on(&format!("moved to {id}"), &moved, true);
    }
    let both = ["9223372036854775806", "9223372036854775807"].map(copied);
    accept_and_go_on("both", &both.join("; "), false);
    accept_and_go_on("all", "UPDATE records SET id = -id", true);
}

#[test]
fn records_that_make_no_sense_can_be_answered_for() {
    let no_text = "CAST(x'ff00fe' AS TEXT)";
    for column in crate::journal::chain::COLUMNS.into_iter().skip(1) {
        let garbage: &[&str] = match column {
            "of" | "duration_ms" => &["-1"],
            "kind" | "outcome" | "after" => &["'zzz'", "''", no_text],
            _ => &["'{'"],
        };
        for garbage in garbage {
            for row in [1, 2] {
                let what = format!("{column} of {row} made {garbage}");
                let sql = format!("UPDATE records SET \"{column}\" = {garbage} WHERE id = {row}");
                accept_and_go_on(&what, &sql, false);
            }
        }
    }
}

#[test]
fn an_intent_that_nothing_tells_of_blocks_every_kit() {
    // Its outcome is gone as well, so that no record names its kit.
    for (what, sql) in [
        ("operator", "operator = 'ravi'"),
        ("another kit", "kit = '4561799'"),
        ("kind", "kind = 'zzz', digest = NULL"),
        ("tenant", "tenant = ''"),
        ("environment", "environment = 'zzz'"),
        ("operation", "operation = 'zzz'"),
        ("kit", "kit = NULL"),
        (
            "all",
            "kind = '', at = '', session = '', tenant = '', kit = NULL, digest = NULL",
        ),
    ] {
        let gone =
            format!("UPDATE records SET {sql} WHERE id = 1; DELETE FROM records WHERE id = 2");
        accept_and_go_on(what, &gone, true);
    }
}

#[test]
fn a_table_of_other_types_can_be_answered_for() {
    let loose = |cells: &str| {
        format!(
            "CREATE TABLE loose AS SELECT id, {columns} FROM records; UPDATE loose SET {cells} WHERE id = 2;
             DROP TABLE records; CREATE TABLE records (id INTEGER PRIMARY KEY, {columns});
             INSERT INTO records SELECT * FROM loose; DROP TABLE loose",
            columns = crate::journal::chain::COLUMNS[1..]
                .iter()
                .map(|column| format!("\"{column}\""))
                .collect::<Vec<_>>()
                .join(", "),
        )
    };
    for cells in [
        "at = NULL, session = NULL, kind = NULL, tenant = NULL, prev = NULL, hash = NULL",
        "at = x'00ff', kind = x'ff', \"of\" = 'one', duration_ms = 1.5, hash = x'ff'",
        "operator = 7, host = 0.5, \"after\" = x'', reason = x'ff', key_check = 9",
    ] {
        // What is neither of a kind nor of an intent may have been one itself.
        accept_and_go_on(cells, &loose(cells), cells.contains("'one'"));
    }
    // No record is what was written any more.
    let drop = "ALTER TABLE records DROP COLUMN host";
    accept_and_go_on("a column less", drop, true);
}

#[test]
fn a_write_whose_end_was_changed_stays_open_until_it_is_settled() {
    for word in ["done", "refused", "not_sent"] {
        let forged = format!("UPDATE records SET outcome = '{word}' WHERE kind = 'outcome'");
        accept_and_go_on(word, &forged, false);
    }
    let settled = copied("6")
        + "; UPDATE records SET kind = 'settled', outcome = 'done', \"of\" = 1, digest = NULL WHERE id = 6";
    accept_and_go_on("settled", &settled, false);
}

#[test]
fn a_second_answer_restates_nothing_that_was_settled_since_the_first() {
    let state = folder();
    with_an_open_write(state.path());
    let change = |sql: &str| tamper(state.path(), &format!("{sql}; {TRIGGERS}"));
    change("UPDATE records SET outcome = 'done' WHERE kind = 'outcome'");
    let mut journal = open(state.path());
    let first = journal.accept("the first").expect("accepted");
    let open_writes = journal.reader().open_writes().expect("read");
    let [restated] = open_writes.as_slice() else {
        panic!("one is open: {open_writes:?}")
    };
    assert!(restated.intent.id > first);
    assert_eq!(restated.intent.who, who("asha"));
    let by_person = Settlement::ByPerson {
        finding: Finding::NotDone,
        reason: "asked the DCMS".to_owned(),
    };
    journal
        .settle(restated.intent.id, &by_person)
        .expect("settled");
    change("UPDATE records SET operator = 'ravi' WHERE id = 4");
    let second = journal.accept("the second").expect("accepted");
    assert_eq!(journal.reader().open_writes(), Ok(Vec::new()));
    let verified = journal.reader().verify().expect("answered for");
    let accepted: Vec<_> = verified.accepted.iter().map(|one| one.id).collect();
    assert_eq!(
        (accepted, verified.whole_from),
        (vec![first, second], second)
    );
}
