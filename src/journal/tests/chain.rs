//! Everything that can be done to the records behind the program's back, and what is said of it.

use super::*;
use crate::journal::chain::{COLUMNS, HASHED, Hash};

/// Six records, closed.
fn journal() -> tempfile::TempDir {
    let folder = folder();
    let mut journal = open(folder.path());
    for _ in 0..6 {
        journal.note(&look_up()).expect("a note");
    }
    drop(journal);
    folder
}

fn verify(folder: &Path) -> Result<Verified, Broken> {
    Journal::open_to_read(folder).expect("a journal").verify()
}

fn broken(sql: &str) -> Broken {
    let folder = journal();
    tamper(folder.path(), sql);
    let broken = verify(folder.path()).expect_err("broken");
    assert!(broken.to_string().contains("keep a copy"), "{broken}");
    broken
}

/// Gives a record the hash that fits its contents, as somebody who knows the program could.
fn rehash(folder: &Path, id: i64) {
    let database = Connection::open(folder.join("journal.db")).expect("the database");
    let columns = COLUMNS.map(|column| format!("\"{column}\"")).join(", ");
    let cells: Vec<rusqlite::types::Value> = database
        .query_row(
            &format!("SELECT {columns} FROM records WHERE id = ?"),
            [id],
            |row| (0..HASHED).map(|index| row.get(index)).collect(),
        )
        .expect("the record");
    let hash = Hash::of_record(&cells).to_string();
    database
        .execute("UPDATE records SET hash = ? WHERE id = ?", (hash, id))
        .expect("another hash");
}

#[test]
fn a_whole_chain() {
    let folder = journal();
    let verified = verify(folder.path()).expect("whole");
    assert_eq!(verified.records, 6);
    let head = std::fs::read_to_string(folder.path().join("journal.head")).expect("the head");
    assert_eq!(head, format!("00000000000000000006 {}\n", verified.head));
    // An empty one is whole as well.
    let empty = super::folder();
    drop(open(empty.path()));
    assert_eq!(verify(empty.path()).map(|v| v.records), Ok(0));
}

#[test]
fn rows_are_only_ever_added() {
    let folder = journal();
    let database = Connection::open(folder.path().join("journal.db")).expect("the database");
    for slip in [
        "UPDATE records SET operator = 'ravi'",
        "DELETE FROM records",
    ] {
        assert!(database.execute_batch(slip).is_err(), "{slip}");
    }
}

#[test]
fn every_column_counts() {
    for column in &COLUMNS[1..] {
        let to = match *column {
            "of" | "duration_ms" => "77",
            _ => "'changed'",
        };
        let sql = format!("UPDATE records SET \"{column}\" = {to} WHERE id = 3");
        assert_eq!(broken(&sql), Broken::Changed(RecordId(3)), "{column}");
    }
    let no_text = "UPDATE records SET operator = CAST(x'ff' AS TEXT) WHERE id = 3";
    assert_eq!(broken(no_text), Broken::Changed(RecordId(3)));
    let nothing_for_null = "UPDATE records SET reason = '' WHERE id = 3";
    assert_eq!(broken(nothing_for_null), Broken::Changed(RecordId(3)));
}

#[test]
fn changed_and_rehashed() {
    let folder = journal();
    tamper(
        folder.path(),
        "UPDATE records SET operator = 'ravi' WHERE id = 3",
    );
    rehash(folder.path(), 3);
    assert_eq!(verify(folder.path()), Err(Broken::Changed(RecordId(3))));

    // The last one has no successor to tell of it, but the head does.
    let folder = journal();
    tamper(
        folder.path(),
        "UPDATE records SET operator = 'ravi' WHERE id = 6",
    );
    rehash(folder.path(), 6);
    assert_eq!(verify(folder.path()), Err(Broken::Rewritten(RecordId(6))));
}

#[test]
fn removed() {
    assert_eq!(
        broken("DELETE FROM records WHERE id = 1"),
        Broken::Removed(RecordId(1))
    );
    assert_eq!(
        broken("DELETE FROM records WHERE id = 4"),
        Broken::Removed(RecordId(4))
    );
    let moved_up = "DELETE FROM records WHERE id IN (3, 4); \
                    UPDATE records SET id = 3 WHERE id = 5; UPDATE records SET id = 4 WHERE id = 6;";
    assert_eq!(broken(moved_up), Broken::Removed(RecordId(3)));
}

#[test]
fn cut_off() {
    let cut = Broken::TailCut {
        from: RecordId(5),
        to: RecordId(6),
    };
    assert_eq!(broken("DELETE FROM records WHERE id > 4"), cut);
    assert_eq!(
        cut.to_string(),
        "the tail was cut off, records 5 to 6 are missing: keep a copy of the journal's folder \
         and ask who could write there"
    );
    let all = Broken::TailCut {
        from: RecordId(1),
        to: RecordId(6),
    };
    assert_eq!(broken("DELETE FROM records"), all);
}

#[test]
fn a_cut_off_tail_is_not_hidden_by_new_records() {
    let folder = journal();
    tamper(folder.path(), "DELETE FROM records WHERE id > 4");
    let mut journal = open(folder.path());
    for _ in 0..4 {
        journal.note(&look_up()).expect("a note");
    }
    assert_eq!(verify(folder.path()), Err(Broken::Rewritten(RecordId(6))));
}

#[test]
fn a_new_database_with_an_old_head() {
    let folder = journal();
    std::fs::remove_file(folder.path().join("journal.db")).expect("gone");
    drop(open(folder.path()));
    let all = Broken::TailCut {
        from: RecordId(1),
        to: RecordId(6),
    };
    assert_eq!(verify(folder.path()), Err(all));
}

#[test]
fn reordered() {
    let swap = |a, b| {
        format!(
            "UPDATE records SET id = -1 WHERE id = {a}; UPDATE records SET id = {a} WHERE id = {b}; \
             UPDATE records SET id = {b} WHERE id = -1;"
        )
    };
    assert_eq!(broken(&swap(2, 5)), Broken::Reordered(RecordId(2)));
    assert_eq!(broken(&swap(3, 4)), Broken::Reordered(RecordId(3)));
}

/// Makes room before a record and puts a copy of another one there.
fn insert(folder: &Path, before: i64, prev: &str) {
    let columns = COLUMNS[1..HASHED]
        .iter()
        .filter(|column| **column != "prev")
        .map(|column| format!("\"{column}\""))
        .collect::<Vec<_>>()
        .join(", ");
    tamper(
        folder,
        &format!(
            "UPDATE records SET id = -id WHERE id >= {before}; \
             UPDATE records SET id = 1 - id WHERE id < 0; \
             INSERT INTO records (id, {columns}, prev, hash) \
             SELECT {before}, {columns}, {prev}, hash FROM records WHERE id = 1;"
        ),
    );
}

#[test]
fn inserted() {
    let copied = "(SELECT prev FROM records WHERE id = 1)";
    let fitting = "(SELECT hash FROM records WHERE id = 3)";
    for prev in ["'nonsense'", copied, fitting] {
        for hashed in [false, true] {
            let folder = journal();
            insert(folder.path(), 4, prev);
            if hashed {
                rehash(folder.path(), 4);
            }
            let inserted = Err(Broken::Inserted(RecordId(4)));
            assert_eq!(verify(folder.path()), inserted, "{prev} {hashed}");
        }
    }
    for id in [0, -5, 7, 1000] {
        let folder = journal();
        insert(folder.path(), id.max(7), "'nonsense'");
        if id != 7 {
            tamper(
                folder.path(),
                &format!("UPDATE records SET id = {id} WHERE id >= 7"),
            );
        }
        assert_eq!(verify(folder.path()), Err(Broken::Inserted(RecordId(id))));
    }
}

#[test]
fn without_a_head() {
    let folder = journal();
    let head = folder.path().join("journal.head");
    std::fs::remove_file(&head).expect("gone");
    assert_eq!(verify(folder.path()), Err(Broken::HeadMissing(6)));
    // A new record does not make up for it: what was cut off before would be hidden.
    open(folder.path()).note(&look_up()).expect("a note");
    assert_eq!(verify(folder.path()), Err(Broken::HeadMissing(7)));
    std::fs::write(&head, "garbage").expect("a write");
    assert_eq!(verify(folder.path()), Err(Broken::HeadUnreadable(7)));
}

#[test]
fn a_head_that_lags_behind_is_no_fault() {
    let folder = journal();
    let head = folder.path().join("journal.head");
    let old = std::fs::read(&head).expect("the head");
    open(folder.path()).note(&look_up()).expect("a note");
    std::fs::write(&head, old).expect("the old one");
    assert_eq!(verify(folder.path()).map(|v| v.records), Ok(7));
}

#[test]
fn a_record_that_makes_no_sense_is_named() {
    let folder = journal();
    tamper(
        folder.path(),
        "UPDATE records SET kind = 'guess' WHERE id = 2",
    );
    let journal = open(folder.path());
    let error = refused(journal.reader().show(RecordId(2)));
    assert_eq!(error, JournalError::Unreadable(RecordId(2)));
    said(&error);
    let mut lines = Vec::new();
    assert_eq!(
        journal.reader().export(&Filter::default(), &mut lines),
        Ok(6)
    );
}
