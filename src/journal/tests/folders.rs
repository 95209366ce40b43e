//! What can be wrong with the folder, the disk and the file, and what is said of it.

use std::path::PathBuf;
use std::time::Instant;

use super::*;
use crate::dcms::Word;

fn open_fault(folder: &Path) -> JournalError {
    let opening = opening("asha").patience(Duration::from_millis(100));
    refused(Journal::open(folder, opening))
}

#[cfg(unix)]
fn mode(path: PathBuf) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path).expect("it is there");
    metadata.permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn all_that_is_made_is_the_owners_alone() {
    let parent = folder();
    let state = parent.path().join("new").join("state");
    let mut journal = open(&state);
    journal.note(&look_up()).expect("a note");
    assert_eq!(mode(state.clone()), 0o700);
    assert_eq!(mode(state.join("consoles")), 0o700);
    let lock = format!("consoles/{}.lock", journal.session());
    for file in [
        "journal.db",
        "journal.db-wal",
        "journal.db-shm",
        "journal.head",
        lock.as_str(),
    ] {
        assert_eq!(mode(state.join(file)), 0o600, "{file}");
    }
}

#[cfg(unix)]
#[test]
fn what_others_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let state = folder();
    drop(open(state.path()));
    for (path, writable, private) in [
        (state.path().join("journal.db"), 0o620, 0o600),
        (state.path().join("consoles"), 0o702, 0o700),
        (state.path().to_owned(), 0o777, 0o700),
    ] {
        let set = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode));
        set(writable).expect("another mode");
        let error = open_fault(state.path());
        assert_eq!(error, JournalError::OpenToOthers(path.clone()));
        assert!(said(&error).ends_with(&format!("chmod go-w {}", path.display())));
        set(private).expect("the old mode");
    }
    drop(open(state.path()));
}

#[test]
fn a_folder_that_can_not_be_made() {
    let parent = folder();
    let file = parent.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let error = open_fault(&file.join("state"));
    assert!(matches!(error, JournalError::Folder(..)), "{error:?}");
    said(&error);
    let error = open_fault(&file);
    assert!(matches!(error, JournalError::Folder(..)), "{error:?}");
}

#[test]
fn no_journal_yet() {
    let state = folder();
    let error = refused(Journal::open_to_read(state.path()));
    assert_eq!(error, JournalError::Missing(state.path().to_owned()));
    said(&error);
}

#[test]
fn a_full_disk_takes_no_record_and_leaves_the_journal_whole() {
    let state = folder();
    let mut journal = open(state.path());
    let database = &journal.reader().store.connection;
    let pages: i64 = database
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .expect("a count");
    let limit = |journal: &Journal, pages: i64| {
        let database = &journal.reader().store.connection;
        database
            .pragma_update(None, "max_page_count", pages)
            .expect("a limit");
    };
    limit(&journal, pages + 1);
    let error = (0..1000).find_map(|_| journal.note(&look_up()).err());
    let error = error.expect("the limit was met");
    assert_eq!(error, JournalError::Full(state.path().join("journal.db")));
    said(&error);
    assert!(journal.intend(&upgrade("4561789")).is_err());
    let records = journal.reader().verify().expect("whole").records;
    limit(&journal, pages + 1000);
    assert_eq!(journal.note(&look_up()), Ok(RecordId(records + 1)));
}

#[test]
fn a_held_journal_is_waited_for_and_then_told_of() {
    let state = folder();
    let patience = Duration::from_millis(150);
    let opening = opening("asha").patience(patience);
    let mut journal = Journal::open(state.path(), opening).expect("a journal");
    let other = Connection::open(state.path().join("journal.db")).expect("the database");
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let since = Instant::now();
    let error = refused(journal.intend(&upgrade("4561789")));
    assert!(since.elapsed() >= Duration::from_millis(100));
    assert_eq!(
        error,
        JournalError::Busy(state.path().join("journal.db"), patience)
    );
    assert!(said(&error).contains("more than 150ms"), "{error}");
    // Questions are still answered, and what was refused can be tried again.
    assert_eq!(journal.reader().open_writes(), Ok(vec![]));
    other.execute_batch("ROLLBACK").expect("let go");
    journal.intend(&upgrade("4561789")).expect("an intent");
}

#[test]
fn a_newer_format_is_refused_and_not_touched() {
    let state = folder();
    drop(open(state.path()));
    tamper(state.path(), "PRAGMA user_version = 3");
    let error = open_fault(state.path());
    assert!(
        matches!(
            error,
            JournalError::Newer {
                found: 3,
                known: 2,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(said(&error).contains("has format 3"), "{error}");
    assert_eq!(refused(Journal::open_to_read(state.path())), error);
}

#[test]
fn damaged_and_foreign_files_are_refused() {
    let state = folder();
    let file = state.path().join("journal.db");
    std::fs::write(&file, "a letter to the branch\n".repeat(100)).expect("a file");
    let error = open_fault(state.path());
    assert_eq!(error, JournalError::Damaged(file.clone()));
    said(&error);

    std::fs::remove_file(&file).expect("gone");
    let other = Connection::open(&file).expect("a database");
    other
        .execute_batch("CREATE TABLE recipes (name)")
        .expect("a table");
    drop(other);
    let error = open_fault(state.path());
    assert_eq!(error, JournalError::NotAJournal(file.clone()));
    said(&error);
}

#[test]
fn damage_in_the_middle_is_found() {
    let state = folder();
    let mut journal = open(state.path());
    for _ in 0..200 {
        journal.note(&look_up()).expect("a note");
    }
    drop(journal);
    let file = state.path().join("journal.db");
    let mut bytes = std::fs::read(&file).expect("the file");
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    std::fs::write(&file, bytes).expect("damage");
    let reader = Journal::open_to_read(state.path()).expect("it begins well");
    assert_eq!(
        reader.verify(),
        Err(Broken::NotRead(JournalError::Damaged(file)))
    );
}

#[test]
fn the_journal_is_read_while_a_console_runs() {
    let state = folder();
    let mut journal = open(state.path());
    let id = journal.intend(&upgrade("4561789")).expect("an intent");
    let reader = Journal::open_to_read(state.path()).expect("a journal");
    let open = reader.open_write(id).expect("open");
    assert_eq!(open.state, State::UnderWay);
    journal
        .conclude(id, &an_outcome(Word::Done))
        .expect("an end");
    assert_eq!(reader.verify().map(|v| v.records), Ok(2));
}

#[test]
fn the_log_is_brought_back_while_a_console_runs() {
    let state = folder();
    let mut journal = open(state.path());
    let length = || {
        let file = std::fs::metadata(state.path().join("journal.db"));
        file.expect("the file").len()
    };
    let new = length();
    for _ in 0..199 {
        journal.note(&look_up()).expect("a note");
    }
    assert_eq!(length(), new);
    // An intent never waits for it.
    let id = journal.intend(&upgrade("4561789")).expect("an intent");
    assert_eq!(length(), new);
    journal
        .conclude(id, &an_outcome(Word::Done))
        .expect("an end");
    assert!(length() > new);
}
