//! The database: opening it, its format and its settings. Knows `SQLite`, and nothing of the rows.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::JournalError;
use super::in_place::{self, InPlace};
use super::question::select_from;
use super::{folder, head, log, schema, upgrade};

/// The format that this program writes.
pub const FORMAT: i64 = 2;
/// The one before. It is read as it is, and brought to this one by the first program that writes.
const FORMAT_1: i64 = 1;
/// "kitj": tells a journal from any other database.
const APPLICATION: i64 = 0x6b69_746a;

/// An open journal's database and where it lies.
pub(super) struct Store {
    pub(super) connection: Connection,
    pub(super) folder: PathBuf,
    file: PathBuf,
    patience: Patience,
    /// How many frames the log had after this connection's last commit.
    frames: Arc<AtomicU64>,
    /// Its format when it was last asked for.
    format: Cell<i64>,
}

/// How long another program's lock is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// In all, which is what is said when it was in vain.
    pub(super) whole: Duration,
    /// By the next question: others may have waited before it.
    pub(super) left: Duration,
}

impl Patience {
    pub(super) fn of(whole: Duration) -> Self {
        Self { whole, left: whole }
    }
}

/// A name that leads to another file each time can't be opened for good.
const TRIES: usize = 3;

impl Store {
    /// Opens the journal to write and read, and makes it where there is none. What comes with it
    /// knows the files that were opened.
    pub(super) fn open(state: &Path, patience: Patience) -> Result<(Self, InPlace), JournalError> {
        for _ in 0..TRIES {
            folder::prepare(state)?;
            let database = folder::database(state);
            let before = in_place::id(&database);
            let store = Self::open_prepared(state, &database, patience)?;
            let files = InPlace::of_journal(state)?;
            // SQLite opens by name and doesn't say which file it was: it was this one if the name
            // led to it before and after.
            if before.is_ok() && before.ok() == in_place::id(&database).ok() {
                return Ok((store, files));
            }
        }
        Err(JournalError::Displaced(folder::database(state)))
    }

    fn open_prepared(
        state: &Path,
        database: &Path,
        patience: Patience,
    ) -> Result<Self, JournalError> {
        let to_write = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let mut store = Self::connect(state, database, to_write, patience)?;
        if store.is_empty()? {
            store.create()?;
        }
        store.write_ahead()?;
        // FULL: a record is on disk when its transaction ends. Without automatic checkpoints that
        // takes one flush, and never a second one while somebody waits for a write to be sent.
        store.set("synchronous", "FULL")?;
        store.set("fullfsync", true)?;
        if store.format.get() == FORMAT_1 {
            store.upgrade()?;
        }
        store.set("wal_autocheckpoint", 0)?;
        store.count_frames()?;
        store.set("journal_size_limit", 4 << 20)?;
        store.tidy();
        Ok(store)
    }

    /// Opens the journal to read, also where its folder can't be written.
    pub(super) fn open_to_read(state: &Path, patience: Patience) -> Result<Self, JournalError> {
        let file = folder::database(state);
        let length = match folder::look_at_database(state) {
            Err(JournalError::Io(_, io::ErrorKind::NotFound)) => 0,
            found => found?.len(),
        };
        if length == 0 {
            return Err(JournalError::Missing(state.to_owned()));
        }
        let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let store = Self::connect(state, &file, read_only, patience)?;
        match store.is_empty() {
            Ok(false) => return Ok(store),
            Ok(true) => return Err(JournalError::Missing(state.to_owned())),
            Err(JournalError::NotWritable(_)) => {}
            Err(other) => return Err(other),
        }
        // A journal in WAL mode wants side files, which can't be made here. It is whole without
        // them, unless a log was left next to it.
        let log = PathBuf::from(format!("{}-wal", file.display()));
        if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
            return Err(JournalError::NeedsRecovery(file));
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
        patience: Patience,
    ) -> Result<Self, JournalError> {
        let file = folder::database(state);
        let connection = Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| JournalError::sqlite(&file, patience.whole, &error))?;
        let store = Self {
            connection,
            folder: state.to_owned(),
            file,
            patience,
            frames: Arc::default(),
            format: Cell::new(FORMAT),
        };
        let waiting = store.connection.busy_timeout(patience.left);
        waiting.map_err(|error| store.error(&error))?;
        // A file that somebody has changed must not make SQLite run what they put into it.
        store.set("trusted_schema", false)?;
        store.set("cell_size_check", true)?;
        store.set("temp_store", "MEMORY")?;
        // A build of SQLite can map the database by default. A mapped file that somebody cuts short
        // ends the program with SIGBUS; a file that is read gives an error.
        store.set("mmap_size", 0)?;
        Ok(store)
    }

    /// `SQLite`'s trouble as a sentence about this file.
    pub(super) fn error(&self, error: &rusqlite::Error) -> JournalError {
        JournalError::sqlite(&self.file, self.patience.whole, error)
    }

    /// Begins to write; another console's writing is waited for.
    pub(super) fn begin(&self) -> Result<Transaction<'_>, JournalError> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(|error| self.error(&error))
    }

    /// How long the next question waits for another program's lock. What is said of a wait that was
    /// in vain names the whole patience.
    pub(super) fn wait_at_most(&self, wait: Duration) -> Result<(), JournalError> {
        let set = self.connection.busy_timeout(wait);
        set.map_err(|error| self.error(&error))
    }

    /// From now on. The setting of automatic checkpoints would end it.
    fn count_frames(&mut self) -> Result<(), JournalError> {
        let frames = Arc::clone(&self.frames);
        let count = move |_: &mut Wal, count| {
            frames.store(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        let counting = self.connection.wal_hook(Some(count));
        counting.map_err(|error| self.error(&error))
    }

    /// After a commit: whether its log is in the file.
    pub(super) fn check_log(&self) -> Result<(), JournalError> {
        log::check(&self.folder, self.frames.load(Ordering::Relaxed))
    }

    /// Lets go of every page that is held, so that the next question reads what is in the files now:
    /// a copy that was put back over them keeps their names and numbers.
    pub(super) fn forget_pages(&self) -> Result<(), JournalError> {
        let freed = self.connection.execute_batch("PRAGMA shrink_memory");
        freed.map_err(|error| self.error(&error))
    }

    /// Brings the log back into the database as far as nobody reads it, while nobody waits. What
    /// fails here is tried again later, and is in the log as safely as in the database.
    pub(super) fn tidy(&self) {
        let _ = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }

    /// Whether there is nothing in it yet. Anything but nothing and a journal is refused.
    fn is_empty(&self) -> Result<bool, JournalError> {
        // One moment for all questions: another console may be making the journal just now.
        let moment = self.connection.unchecked_transaction();
        let moment = moment.map_err(|error| self.error(&error))?;
        let answer = self.is_empty_now();
        drop(moment);
        answer
    }

    /// The same within a transaction.
    fn is_empty_now(&self) -> Result<bool, JournalError> {
        let tables = "SELECT count(*) FROM sqlite_schema";
        let (application, format, tables) = (
            self.ask("PRAGMA application_id")?,
            self.ask("PRAGMA user_version")?,
            self.ask(tables)?,
        );
        match (application, format) {
            (0, 0) if tables == 0 => Ok(true),
            (APPLICATION, FORMAT | FORMAT_1) => {
                self.format.set(format);
                Ok(false)
            }
            (APPLICATION, found) if found > FORMAT => Err(JournalError::Newer {
                path: self.file.clone(),
                found,
                known: FORMAT,
            }),
            (APPLICATION, _) => Err(JournalError::Damaged(self.file.clone())),
            _ => Err(JournalError::NotAJournal(self.file.clone())),
        }
    }

    /// Brings a journal of format 1 to this format. A copy of it as it was is kept first.
    fn upgrade(&self) -> Result<(), JournalError> {
        let transaction = self.begin()?;
        self.is_empty_now()?;
        // Another program may have done it while this one waited.
        if self.format.get() == FORMAT_1 {
            upgrade::keep_copy(&self.folder, |copy| {
                upgrade::copy(&self.file, copy).map_err(|error| self.error(&error))
            })?;
            let upgraded = schema::upgrade(&transaction)
                .and_then(|()| transaction.pragma_update(None, "user_version", FORMAT));
            upgraded.map_err(|error| self.error(&error))?;
        }
        transaction.commit().map_err(|error| self.error(&error))?;
        self.format.set(FORMAT);
        Ok(())
    }

    /// Its format now: a program that writes may have brought one of format 1 to this one since it was opened.
    pub(super) fn format(&self) -> rusqlite::Result<i64> {
        if self.format.get() != FORMAT {
            let question = "PRAGMA user_version";
            let format = self.connection.query_row(question, [], |row| row.get(0))?;
            self.format.set(format);
        }
        Ok(self.format.get())
    }

    pub(super) fn has_later_columns(&self) -> rusqlite::Result<bool> {
        self.format().map(|format| format != FORMAT_1)
    }

    /// A question for whole records, whatever format they are in.
    pub(super) fn select_from(&self, rest: &str) -> rusqlite::Result<String> {
        Ok(select_from(rest, self.has_later_columns()?))
    }

    fn create(&self) -> Result<(), JournalError> {
        let transaction = self.begin()?;
        // Another console may have made it while this one waited.
        if !self.is_empty_now()? {
            return Ok(());
        }
        head::begin(&self.folder)?;
        let made = schema::make(&transaction)
            .and_then(|()| transaction.pragma_update(None, "application_id", APPLICATION))
            .and_then(|()| transaction.pragma_update(None, "user_version", FORMAT))
            .and_then(|()| transaction.commit());
        made.map_err(|error| self.error(&error))
    }

    /// The change to WAL needs the file for itself, and `SQLite` does not wait for that.
    fn write_ahead(&self) -> Result<(), JournalError> {
        let since = Instant::now();
        loop {
            match self.set("journal_mode", "WAL") {
                Err(JournalError::Busy(..)) if since.elapsed() < self.patience.left => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                other => return other,
            }
        }
    }

    fn set(&self, setting: &str, to: impl rusqlite::ToSql) -> Result<(), JournalError> {
        let set = self.connection.pragma_update(None, setting, to);
        set.map_err(|error| self.error(&error))
    }

    fn ask(&self, question: &str) -> Result<i64, JournalError> {
        let answer = self.connection.query_row(question, [], |row| row.get(0));
        answer.map_err(|error| self.error(&error))
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
