//! The journal as a whole, on real files: what the rooms above rely on.
//! No wall clock; every test has a folder of its own.

mod accept;
mod attacks;
mod chain;
mod folders;
mod format;
mod history;
mod life;
mod processes;
mod queries;
mod rivals;
mod sessions;
mod signing;
mod standing;
mod targets;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;

use super::*;
use crate::config::Environment;
use crate::dcms::{EntityId, KitNo, OrderId, Tenant, Word};

/// 2026-03-01T09:00:00Z
const MORNING: i64 = 1_772_355_600;

fn who(operator: &str) -> Who {
    Who::new(operator, "desk-4")
}

fn place(environment: Environment) -> Where {
    Where {
        profile: "acme".to_owned(),
        tenant: Tenant::parse("ACME_BANK").expect("a tenant"),
        environment,
    }
}

/// A clock that moves on by a second with each look.
fn opening(operator: &str) -> Opening {
    let seconds = AtomicI64::new(MORNING);
    Opening::new(&who(operator), &place(Environment::Uat)).clock(move || {
        Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).expect("a time")
    })
}

fn open(folder: &Path) -> Journal {
    Journal::open(folder, opening("asha")).expect("a journal")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), mode).expect("its owner's");
    }
    folder
}

fn entity() -> EntityId {
    EntityId::parse("181223116").expect("an id")
}

fn kit(number: &str) -> KitNo {
    KitNo::parse(number).expect("a kit number")
}

fn order() -> OrderId {
    OrderId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").expect("an id")
}

fn upgrade(number: &str) -> Intent {
    intent(Write::Upgrade, Subject::kit(entity(), kit(number)))
}

fn intent(write: Write, subject: Subject) -> Intent {
    Intent {
        write,
        subject,
        digest: Digest::of(write, &json!({"kitNo": "4561789"})),
        before: Some(json!([{"kit": "4561789", "status": "ACTIVE"}])),
        since: None,
        key_check: None,
        why: None,
        claim: None,
    }
}

/// An upgrade that was reviewed just now.
fn now(kit: &str) -> Intent {
    Intent {
        since: Some(RecordId(1_000)),
        ..upgrade(kit)
    }
}

fn an_outcome(word: Word) -> Outcome {
    Outcome {
        word,
        error_code: None,
        message: None,
        duration: Duration::from_millis(240),
        after: None,
    }
}

fn look_up() -> Note {
    Note::new(
        NoteKind::LookUp,
        LookUp::KitsByEntity,
        Subject::entity(entity()),
    )
}

const KIT: &str = "4561789";

/// A journal whose upgrade of [`KIT`] has an unknown outcome, with some look-ups after it.
fn with_an_open_write(state: &Path) {
    let mut journal = open(state);
    let id = journal.intend(&upgrade(KIT)).expect("an intent");
    let unknown = an_outcome(Word::Unknown);
    journal.conclude(id, &unknown).expect("an end");
    for _ in 0..3 {
        journal.note(&look_up()).expect("a note");
    }
}

/// A second connection, without the triggers: somebody with an `SQLite` shell.
fn tamper(folder: &Path, sql: &str) {
    let database = Connection::open(folder.join("journal.db")).expect("the database");
    database
        .execute_batch("DROP TRIGGER IF EXISTS no_update; DROP TRIGGER IF EXISTS no_delete;")
        .expect("no triggers");
    database.execute_batch(sql).expect("the change");
}

/// Puts back what [`tamper`] takes away.
const TRIGGERS: &str = "
    CREATE TRIGGER no_update BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
    CREATE TRIGGER no_delete BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never removed'); END;";

fn said(error: &JournalError) -> String {
    let sentence = error.to_string();
    assert!(
        !sentence.contains("SQLITE") && !sentence.ends_with('.'),
        "{sentence}"
    );
    assert!(sentence.contains(':'), "it says what to do: {sentence}");
    sentence
}

/// Not `expect_err`: a journal has no `Debug`.
fn refused<T>(result: Result<T, JournalError>) -> JournalError {
    match result {
        Ok(_) => panic!("it was taken"),
        Err(error) => error,
    }
}
