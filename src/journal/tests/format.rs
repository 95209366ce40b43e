//! Journals of format 1: read as they are, and carried on in this format; and the name that a journal has.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use rusqlite::types::Value;

use super::*;
use crate::journal::chain::{COLUMNS, Hash, OLDEST};
use crate::journal::schema;

const CHAIN: &str = "849c7b63-90fc-f0e3-902f-e772b6e7dd0a";
const HEAD: &str =
    "00000000000000000010 e2daf06649cb5a993142eb5f68e4879dee3fe6db8b94bd4fe739939d1a7957a7\n";
/// Its writes' claims: of a lock that was done, of an upgrade that was settled as done, of one that is open.
const CLAIMS: [&str; 3] = [
    "11111111-0000-4000-8000-000000000001",
    "22222222-0000-4000-8000-000000000002",
    "33333333-0000-4000-8000-000000000003",
];

/// A journal of format 1, as the last kitdesk that wrote it has left it.
fn of_format_1() -> tempfile::TempDir {
    let state = folder();
    put(state.path());
    state
}

fn put(state: &Path) {
    for path in ["journal.db", "journal.db-wal", "journal.db-shm"].map(|name| state.join(name)) {
        std::fs::remove_file(path).ok();
    }
    let database = Connection::open(state.join("journal.db")).expect("a database");
    database
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")
        .expect("its mode");
    database
        .execute_batch(include_str!("format_1.sql"))
        .expect("the SQL is good");
    drop(database);
    std::fs::write(state.join("journal.head"), HEAD).expect("the head");
    for name in ["journal.db", "journal.head"] {
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(state.join(name), mode).expect("its owner's");
    }
}

/// Everything in a database of a folder, by an `SQLite` shell.
fn rows(file: &Path, columns: &[&str]) -> Vec<Vec<Value>> {
    let database = Connection::open(file).expect("the database");
    let columns: Vec<_> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let question = format!("SELECT {} FROM records ORDER BY id", columns.join(", "));
    let mut statement = database.prepare(&question).expect("a question");
    let rows = statement.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect());
    let rows: rusqlite::Result<_> = rows.expect("rows").collect();
    rows.expect("rows")
}

fn oldest() -> Vec<&'static str> {
    let hash = COLUMNS.last().expect("the hash");
    COLUMNS[..OLDEST].iter().copied().chain([*hash]).collect()
}

fn version(file: &Path) -> i64 {
    let database = Connection::open(file).expect("the database");
    let version = database.query_row("PRAGMA user_version", [], |row| row.get(0));
    version.expect("a number")
}

fn chain_of(journal: &Reader) -> String {
    let chain = journal.chain_id().expect("it is read");
    chain.expect("it has a name").to_string()
}

fn is_carried_on(state: &Path, was: &[Vec<Value>]) {
    let journal = open(state);
    assert_eq!(chain_of(journal.reader()), CHAIN);
    let now = rows(&state.join("journal.db"), &oldest());
    assert_eq!(&now[..was.len()], was, "every cell and every hash");
    let verified = journal.reader().verify().expect("whole");
    assert_eq!(verified.whole_from, RecordId(1));
    assert_eq!(version(&state.join("journal.db")), FORMAT);
}

#[test]
fn it_is_read_as_it_is() {
    let state = of_format_1();
    let file = state.path().join("journal.db");
    let before = std::fs::read(&file).expect("the file");
    let reader = Journal::open_to_read(state.path()).expect("a journal");
    assert_eq!(
        (reader.format(), chain_of(&reader)),
        (Ok(1), CHAIN.to_owned())
    );
    assert_eq!(reader.gap_or_damage(), Ok(None));
    let verified = reader.verify().expect("whole");
    assert_eq!(
        (verified.records, &verified.head.to_string()[..]),
        (10, HEAD[21..].trim())
    );
    let mut lines = Vec::new();
    assert_eq!(reader.export(&Filter::default(), &mut lines), Ok(10));
    let lines = String::from_utf8(lines).expect("text");
    assert_eq!(
        lines
            .matches("\"claim\":null,\"request\":null,\"key\":null")
            .count(),
        10
    );
    let page = Page {
        limit: 50,
        offset: 0,
    };
    assert_eq!(
        reader.list(&Filter::default(), page).map(|all| all.len()),
        Ok(10)
    );
    let handed_over = reader.as_hashed(RecordId(8), 50).expect("they are read");
    assert_eq!(handed_over.len(), 2);
    assert_eq!(reader.open_writes().map(|open| open.len()), Ok(1));
    drop(reader);
    assert_eq!(std::fs::read(&file).expect("the file"), before);
    assert!(!state.path().join("journal.db.format-1").exists());
}

#[test]
fn the_first_that_writes_keeps_a_copy_and_carries_it_on() {
    let state = of_format_1();
    let file = state.path().join("journal.db");
    let copy = state.path().join("journal.db.format-1");
    let was = rows(&file, &oldest());
    let reader = Journal::open_to_read(state.path()).expect("a journal");
    is_carried_on(state.path(), &was);
    assert_eq!((version(&copy), rows(&copy, &oldest())), (1, was.clone()));
    let mode = std::fs::metadata(&copy)
        .expect("a copy")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // What reads it all the time reads on.
    assert_eq!(
        (reader.format(), reader.verify().map(|whole| whole.records)),
        (Ok(FORMAT), Ok(10))
    );
    // It is made of the same as a new one.
    let shape = |state: &Path| {
        let database = Connection::open(state.join("journal.db")).expect("the database");
        let found = schema::found(&database).expect("it is read");
        found.into_iter().collect::<BTreeSet<_>>()
    };
    let new = folder();
    drop(open(new.path()));
    assert_eq!(shape(state.path()), shape(new.path()));
    // It goes on, with what this format has more.
    let mut journal = open(state.path());
    let by = Author::new(
        &Who {
            key: Some("SHA256:x".to_owned()),
            ..who("asha")
        },
        &place(Environment::Uat),
    );
    let noted = journal.act_for(&by, |journal| {
        journal.and_then(|journal| journal.note(&look_up()))
    });
    let noted = journal
        .reader()
        .show(noted.expect("a note"))
        .expect("it is there");
    assert_eq!(noted.record.who.key.as_deref(), Some("SHA256:x"));
    assert_eq!(noted.record.prev.to_string(), HEAD[21..].trim());
    is_carried_on(state.path(), &was);
}

#[test]
fn a_copy_that_is_there_stays() {
    let state = of_format_1();
    let file = state.path().join("journal.db");
    let was = rows(&file, &oldest());
    let named = |name: &str| state.path().join(name);
    // What a crash has left of a copy, and one that it has left whole.
    std::fs::write(named("journal.db.format-1.part"), "half").expect("a file");
    std::fs::write(named("journal.db.format-1"), "an earlier one").expect("a file");
    is_carried_on(state.path(), &was);
    let earlier = std::fs::read(named("journal.db.format-1")).expect("it is there");
    assert_eq!(earlier, b"an earlier one");
    assert_eq!(rows(&named("journal.db.format-1.2"), &oldest()), was);
    assert!(!named("journal.db.format-1.part").exists());
    // Somebody goes back to it, and on again.
    for side in ["journal.db-wal", "journal.db-shm"] {
        std::fs::remove_file(named(side)).ok();
    }
    std::fs::copy(named("journal.db.format-1.2"), &file).expect("put back");
    is_carried_on(state.path(), &was);
    assert_eq!(rows(&named("journal.db.format-1.3"), &oldest()), was);
}

#[test]
fn without_a_copy_nothing_is_changed() {
    let state = of_format_1();
    let file = state.path().join("journal.db");
    let was = rows(&file, &oldest());
    let in_the_way = state.path().join("journal.db.format-1.part");
    std::fs::create_dir(&in_the_way).expect("a folder");
    said(&refused(Journal::open(state.path(), opening("asha"))));
    assert_eq!(version(&file), 1);
    let reader = Journal::open_to_read(state.path()).expect("it is still there");
    assert_eq!(reader.verify().map(|whole| whole.records), Ok(10));
    std::fs::remove_dir(&in_the_way).expect("it is empty");
    is_carried_on(state.path(), &was);
}

#[test]
fn killed_on_the_way_it_is_the_one_or_the_other() {
    const FOLDER: &str = "KITDESK_TEST_UPGRADE";
    const TEST: &str = "journal::tests::format::killed_on_the_way_it_is_the_one_or_the_other";
    if let Some(state) = std::env::var_os(FOLDER) {
        let state = Path::new(&state);
        // As fast as it can, so that a signal at any moment finds it on its way.
        for round in 0.. {
            let state = state.join(round.to_string());
            std::fs::create_dir(&state).expect("a folder");
            put(&state);
            std::fs::write(state.join("ready"), "").expect("a sign");
            drop(open(&state));
        }
    }
    for kill in 0..6 {
        let all = folder();
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", TEST, "--nocapture"])
            .env(FOLDER, all.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("another process");
        let until = all.path().join((2 + kill).to_string()).join("ready");
        while !until.exists() {
            assert_eq!(child.try_wait().expect("its state"), None, "it ended");
        }
        child.kill().expect("killed");
        child.wait().expect("its end");
        for state in std::fs::read_dir(all.path()).expect("a folder").flatten() {
            let state = state.path();
            if !state.join("ready").exists() {
                continue;
            }
            let file = state.join("journal.db");
            let was = rows(&file, &oldest());
            assert_eq!(was.len(), 10);
            is_carried_on(&state, &was);
            let copy = state.join("journal.db.format-1");
            assert_eq!((version(&copy), rows(&copy, &oldest())), (1, was));
        }
    }
}

#[test]
fn several_programs_carry_it_on_at_once_and_once() {
    let state = of_format_1();
    let was = rows(&state.path().join("journal.db"), &oldest());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| open(state.path()).note(&look_up()).expect("a note"));
        }
    });
    is_carried_on(state.path(), &was);
    assert_eq!(
        open(state.path())
            .reader()
            .verify()
            .map(|whole| whole.records),
        Ok(14)
    );
    assert!(!state.path().join("journal.db.format-1.2").exists());
}

/// A record as a program of format 1 adds it, which had the journal open before.
fn add_as_format_1(old: &Connection, cells: &[Value]) -> rusqlite::Result<usize> {
    let columns: Vec<_> = oldest().iter().map(|name| format!("\"{name}\"")).collect();
    let places = vec!["?"; columns.len()].join(", ");
    let hash = Value::Text(Hash::of_record(cells).to_string());
    let cells = cells.iter().cloned().chain([hash]);
    old.execute(
        &format!(
            "INSERT INTO records ({}) VALUES ({places})",
            columns.join(", ")
        ),
        rusqlite::params_from_iter(cells),
    )
}

#[test]
fn a_program_of_format_1_that_still_runs_adds_records_that_are_good_or_none() {
    let state = of_format_1();
    let file = state.path().join("journal.db");
    let old = Connection::open(&file).expect("the database");
    let mut cells = rows(&file, &oldest()).pop().expect("ten");
    let hash = cells.pop().expect("the hash");
    cells[0] = Value::Integer(11);
    cells[OLDEST - 1] = hash;
    drop(open(state.path()));
    // The outcome of a write that was under way, say. It sends no other: for it, the table was changed.
    add_as_format_1(&old, &cells).expect("it is taken");
    let shape = schema::found(&old).expect("it is read");
    let records = schema::of_format(1)[0];
    assert!(
        shape
            .iter()
            .all(|(name, sql)| name != records.0 || sql != records.1)
    );
    let mut journal = open(state.path());
    assert_eq!(journal.trouble(), Ok(None));
    assert_eq!(journal.reader().verify().map(|whole| whole.records), Ok(11));
    journal.intend(&upgrade("77")).expect("an intent");

    // In a journal without records its first one would begin another chain.
    let state = of_format_1();
    let file = state.path().join("journal.db");
    tamper(state.path(), &format!("DELETE FROM records; {TRIGGERS}"));
    std::fs::remove_file(state.path().join("journal.head")).expect("it had none");
    let old = Connection::open(&file).expect("the database");
    let mut journal = open(state.path());
    cells[0] = Value::Integer(1);
    cells[OLDEST - 1] = Value::Text(Hash::ZERO.to_string());
    add_as_format_1(&old, &cells).expect_err("it is not taken");
    assert_eq!(journal.trouble(), Ok(None));
    journal.note(&look_up()).expect("a note");
    assert_eq!(journal.reader().verify().map(|whole| whole.records), Ok(1));
}

#[test]
fn claims_are_found_where_each_format_has_them() {
    let state = of_format_1();
    let mut journal = open(state.path());
    let subject = |number: &str| {
        let entity = EntityId::parse("676165").expect("an id");
        Subject::kit(entity, kit(number))
    };
    let stands = |journal: &Journal, claim: &str, number: &str| {
        let standing = journal
            .reader()
            .claim_standing(claim, &subject(number), "gone");
        standing.expect("it is read")
    };
    let done = ResultWord::Outcome(Word::Done);
    assert_eq!(stands(&journal, CLAIMS[0], "1"), ClaimStanding::Ended(done));
    assert_eq!(
        stands(&journal, CLAIMS[1], "2"),
        ClaimStanding::Settled(done)
    );
    assert_eq!(stands(&journal, CLAIMS[2], "3"), ClaimStanding::Open);
    let new = "44444444-0000-4000-8000-000000000004";
    assert_eq!(stands(&journal, new, "9"), ClaimStanding::NeverSent);
    let settlement = Settlement::ByPerson {
        finding: Finding::NotDone,
        reason: "asked the DCMS".to_owned(),
    };
    let settled = journal.settle(RecordId(7), &settlement).expect("settled");
    assert_eq!(
        stands(&journal, CLAIMS[2], "3"),
        ClaimStanding::Settled(ResultWord::NotDone)
    );
    let claim =
        |journal: &Journal, id: RecordId| journal.reader().record(id).expect("it is there").claim;
    assert_eq!(claim(&journal, settled).as_deref(), Some(CLAIMS[2]));
    let claimed = Intent {
        claim: Some(ClaimOnRecord {
            id: new.to_owned(),
            unclaimed: None,
        }),
        ..intent(Write::Lock, subject("9"))
    };
    let id = journal.intend(&claimed).expect("an intent");
    let on_record = journal.reader().record(id).expect("it is there");
    assert_eq!(
        (on_record.claim.as_deref(), on_record.before),
        (Some(new), claimed.before)
    );
    assert_eq!(stands(&journal, new, "9"), ClaimStanding::UnderWay);
    let ended = journal
        .conclude(id, &an_outcome(Word::Done))
        .expect("an end");
    assert_eq!(claim(&journal, ended).as_deref(), Some(new));
    assert_eq!(stands(&journal, new, "9"), ClaimStanding::Ended(done));
    journal.reader().verify().expect("whole");
}

/// Without what keeps it from being changed.
fn rename(state: &Path, sql: &str) {
    let drop =
        "DROP TRIGGER one_identity; DROP TRIGGER same_identity; DROP TRIGGER no_identity_less";
    let triggers: Vec<_> = schema::SCHEMA
        .iter()
        .filter(|(name, _)| name.contains("identity") && name.starts_with("trigger"))
        .map(|(_, sql)| *sql)
        .collect();
    tamper(
        state,
        &format!("{drop}; {sql}; {}; {TRIGGERS}", triggers.join("; ")),
    );
}

#[test]
fn a_journal_keeps_its_name() {
    let other = "INSERT INTO identity VALUES ('00000000-0000-4000-8000-000000000000', '')";
    for (has_records, of_1) in [(true, true), (true, false), (false, false)] {
        for sql in [
            "DELETE FROM identity",
            "UPDATE identity SET chain = 'mine'",
            "UPDATE identity SET chain = '00000000-0000-4000-8000-000000000000'",
            other,
        ] {
            let state = if of_1 { of_format_1() } else { folder() };
            let mut journal = open(state.path());
            let name = chain_of(journal.reader());
            if has_records {
                journal.note(&look_up()).expect("a note");
            }
            drop(journal);
            rename(state.path(), sql);
            let mut journal = open(state.path());
            if !has_records && sql.contains("'0000") && sql.starts_with("UPDATE") {
                // Nothing holds it yet, so it is as good as the one before.
                assert_eq!(journal.trouble(), Ok(None), "{sql}");
                continue;
            }
            let broken = journal.trouble().expect("it is read").expect(sql);
            assert!(broken.to_string().contains("identity"), "{broken}");
            let error = refused(journal.intend(&upgrade("77")));
            assert!(matches!(error, JournalError::Gap(_)), "{error:?}");
            assert_eq!(journal.reader().verify(), Err(broken));
            journal.accept("looked into it").expect("accepted");
            assert_eq!(journal.trouble(), Ok(None), "{sql}");
            journal.reader().verify().expect("whole");
            assert!(!has_records || chain_of(journal.reader()) == name, "{sql}");
            journal.intend(&upgrade("77")).expect("an intent");
        }
    }
}

#[test]
fn a_slip_does_not_change_a_name() {
    let state = folder();
    drop(open(state.path()));
    let database = Connection::open(state.path().join("journal.db")).expect("the database");
    for slip in [
        "UPDATE identity SET chain = 'mine'",
        "DELETE FROM identity",
        "INSERT INTO identity SELECT * FROM identity",
    ] {
        assert!(database.execute_batch(slip).is_err(), "{slip}");
    }
}

#[test]
fn what_was_done_to_a_journal_of_format_1_is_noticed_after_it_was_carried_on() {
    for change in [
        "UPDATE records SET operator = 'ravi' WHERE id = 3",
        "DELETE FROM records WHERE id = 10",
        "DROP INDEX followers",
        "ALTER TABLE records ADD COLUMN key TEXT",
        "CREATE TABLE identity (chain TEXT)",
        "CREATE TRIGGER more AFTER INSERT ON records BEGIN SELECT 1; END",
    ] {
        let state = of_format_1();
        tamper(state.path(), &format!("{change}; {TRIGGERS}"));
        let mut journal = open(state.path());
        assert!(journal.trouble().expect("it is read").is_some(), "{change}");
        assert!(journal.reader().verify().is_err(), "{change}");
        journal.accept("looked into it").expect(change);
        assert_eq!(journal.trouble(), Ok(None), "{change}");
        journal.reader().verify().expect(change);
        assert_eq!(chain_of(journal.reader()), CHAIN, "{change}");
    }
}
