//! The database: opening it, its format and its settings. Knows `SQLite` and the table's shape; what
//! the rows mean is the affair of others.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::fault::Fault;
use super::{folder, head};

/// The format that this program writes.
pub const FORMAT: i64 = 1;
/// "kitj": tells a journal from any other database.
const APPLICATION: i64 = 0x6b69_746a;

/// Rows are only ever added. The triggers are against slips, not against malice: the chain shows
/// what was done without them.
const SCHEMA: &str = r#"
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    "of" INTEGER,
    operator TEXT NOT NULL,
    host TEXT NOT NULL,
    ssh_origin TEXT,
    profile TEXT NOT NULL,
    tenant TEXT NOT NULL,
    environment TEXT NOT NULL,
    operation TEXT NOT NULL,
    entity TEXT,
    kit TEXT,
    order_id TEXT,
    digest TEXT,
    "before" TEXT,
    outcome TEXT,
    error_code TEXT,
    message TEXT,
    duration_ms INTEGER,
    "after" TEXT,
    reason TEXT,
    key_check TEXT,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX followers ON records ("of") WHERE "of" IS NOT NULL;
CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'intent';
CREATE INDEX intents_by_order ON records (order_id) WHERE kind = 'intent';
CREATE TRIGGER no_update BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never removed'); END;
"#;

/// An open journal's database and where it lies.
pub(super) struct Store {
    pub(super) connection: Connection,
    pub(super) folder: PathBuf,
    file: PathBuf,
    patience: Duration,
}

impl Store {
    /// Opens the journal to write and read, and makes it where there is none.
    pub(super) fn open(state: &Path, patience: Duration) -> Result<Self, Fault> {
        folder::prepare(state)?;
        let store = Self::connect(
            state,
            &folder::database(state),
            OpenFlags::SQLITE_OPEN_READ_WRITE,
            patience,
        )?;
        if store.is_empty()? {
            store.create()?;
        }
        store.write_ahead()?;
        // FULL: a record is on disk when its transaction ends. Without automatic checkpoints that
        // takes one flush, and never a second one while somebody waits for a write to be sent.
        store.set("synchronous", "FULL")?;
        store.set("fullfsync", true)?;
        store.set("wal_autocheckpoint", 0)?;
        store.set("journal_size_limit", 4 << 20)?;
        store.tidy();
        Ok(store)
    }

    /// Opens the journal to read, also where its folder can't be written.
    pub(super) fn open_to_read(state: &Path, patience: Duration) -> Result<Self, Fault> {
        let file = folder::database(state);
        let opened = File::open(&file).and_then(|file| file.metadata());
        let length = opened.map_err(|fault| match fault.kind() {
            io::ErrorKind::NotFound => Fault::Missing(state.to_owned()),
            kind => Fault::Io(file.clone(), kind),
        })?;
        if length.len() == 0 {
            return Err(Fault::Missing(state.to_owned()));
        }
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let store = Self::connect(state, &file, read_only, patience)?;
        match store.is_empty() {
            Ok(false) => return Ok(store),
            Ok(true) => return Err(Fault::Missing(state.to_owned())),
            Err(Fault::NotWritable(_)) => {}
            Err(other) => return Err(other),
        }
        // A journal in WAL mode wants side files, which can't be made here. It is whole without
        // them, unless a log was left beside it.
        let log = PathBuf::from(format!("{}-wal", file.display()));
        if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
            return Err(Fault::NeedsRecovery(file));
        }
        let uri = PathBuf::from(immutable_uri(&file));
        let read_only = read_only | OpenFlags::SQLITE_OPEN_URI;
        let store = Self::connect(state, &uri, read_only, patience)?;
        store.is_empty()?;
        Ok(store)
    }

    fn connect(
        state: &Path,
        name: &Path,
        flags: OpenFlags,
        patience: Duration,
    ) -> Result<Self, Fault> {
        let file = folder::database(state);
        let connection = Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|fault| Fault::sqlite(&file, patience, &fault))?;
        let store = Self {
            connection,
            folder: state.to_owned(),
            file,
            patience,
        };
        let waiting = store.connection.busy_timeout(patience);
        waiting.map_err(|fault| store.fault(&fault))?;
        // A file that somebody has changed must not make SQLite run what they put into it.
        store.set("trusted_schema", false)?;
        store.set("cell_size_check", true)?;
        store.set("temp_store", "MEMORY")?;
        Ok(store)
    }

    /// `SQLite`'s trouble as a sentence about this file.
    pub(super) fn fault(&self, fault: &rusqlite::Error) -> Fault {
        Fault::sqlite(&self.file, self.patience, fault)
    }

    /// Begins to write; another console's writing is waited for.
    pub(super) fn begin(&self) -> Result<Transaction<'_>, Fault> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(|fault| self.fault(&fault))
    }

    /// Brings the log back into the database as far as nobody reads it, while nobody waits. What
    /// fails here is tried again later, and is in the log as safely as in the database.
    pub(super) fn tidy(&self) {
        let _ = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }

    /// Whether there is nothing in it yet. Anything but nothing and a journal is refused.
    fn is_empty(&self) -> Result<bool, Fault> {
        // One moment for all questions: another console may be making the journal just now.
        let moment = self.connection.unchecked_transaction();
        let moment = moment.map_err(|fault| self.fault(&fault))?;
        let answer = self.is_empty_now();
        drop(moment);
        answer
    }

    /// The same within a transaction.
    fn is_empty_now(&self) -> Result<bool, Fault> {
        let tables = "SELECT count(*) FROM sqlite_schema";
        let (application, format, tables) = (
            self.ask("PRAGMA application_id")?,
            self.ask("PRAGMA user_version")?,
            self.ask(tables)?,
        );
        match (application, format) {
            (0, 0) if tables == 0 => Ok(true),
            (APPLICATION, FORMAT) => Ok(false),
            (APPLICATION, found) if found > FORMAT => Err(Fault::Newer {
                path: self.file.clone(),
                found,
                known: FORMAT,
            }),
            (APPLICATION, _) => Err(Fault::Damaged(self.file.clone())),
            _ => Err(Fault::NotAJournal(self.file.clone())),
        }
    }

    fn create(&self) -> Result<(), Fault> {
        let transaction = self.begin()?;
        // Another console may have made it while this one waited.
        if !self.is_empty_now()? {
            return Ok(());
        }
        let begun = head::begin(&self.folder);
        begun.map_err(|fault| Fault::io(&folder::head(&self.folder), &fault))?;
        let made = transaction
            .execute_batch(SCHEMA)
            .and_then(|()| transaction.pragma_update(None, "application_id", APPLICATION))
            .and_then(|()| transaction.pragma_update(None, "user_version", FORMAT))
            .and_then(|()| transaction.commit());
        made.map_err(|fault| self.fault(&fault))
    }

    /// The change to WAL needs the file for itself, and `SQLite` does not wait for that by itself.
    fn write_ahead(&self) -> Result<(), Fault> {
        let since = Instant::now();
        loop {
            match self.set("journal_mode", "WAL") {
                Err(Fault::Busy(..)) if since.elapsed() < self.patience => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                other => return other,
            }
        }
    }

    fn set(&self, setting: &str, to: impl rusqlite::ToSql) -> Result<(), Fault> {
        let set = self.connection.pragma_update(None, setting, to);
        set.map_err(|fault| self.fault(&fault))
    }

    fn ask(&self, question: &str) -> Result<i64, Fault> {
        let answer = self.connection.query_row(question, [], |row| row.get(0));
        answer.map_err(|fault| self.fault(&fault))
    }
}

/// The file's name as a URI, with the word that nobody will change it.
fn immutable_uri(file: &Path) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from("file:");
    for &byte in file.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_can_hold_anything() {
        assert_eq!(
            immutable_uri(Path::new("/s/a b?c#d%é/journal.db")),
            "file:/s/a%20b%3Fc%23d%25%C3%A9/journal.db?immutable=1"
        );
    }
}
