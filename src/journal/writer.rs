//! Writing the journal: intents, outcomes, settlements and notes, each a new row in its own
//! transaction. What may follow what is checked inside that transaction, so that two consoles can't
//! both be right.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::chain::{COLUMNS, Hash};
use super::draft::{Draft, Origin};
use super::entry::{Conclusion, Intent, Note, Settlement, Sighting, Where, Who};
use super::fault::Fault;
use super::folder;
use super::head::{self, Head};
use super::open_writes::{OpenWrite, State};
use super::presence::Presence;
use super::reader::Reader;
use super::record::{RecordId, time_text};
use super::store::Store;
use super::words::{Kind, Write};

/// How long another program's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// After so many records the log is brought back into the database.
const TIDY_AFTER: u32 = 200;

/// Who opens the journal, for where, and what stands in for the world in tests.
pub struct Opening {
    who: Who,
    place: Where,
    clock: Box<dyn Fn() -> Timestamp + Send>,
    patience: Duration,
}

impl Opening {
    /// With the system's clock and five seconds of patience.
    #[must_use]
    pub fn new(who: Who, place: Where) -> Self {
        Self {
            who,
            place,
            clock: Box::new(Timestamp::now),
            patience: PATIENCE,
        }
    }

    /// With another clock.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> Timestamp + Send + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            ..self
        }
    }

    /// With more or less patience for another program that holds the journal.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

/// A journal that is open to be written. While it is, its session counts as running.
pub struct Journal {
    reader: Reader,
    origin: Origin,
    clock: Box<dyn Fn() -> Timestamp + Send>,
    /// Outcomes that could not be recorded when they came.
    owed: Vec<(RecordId, Conclusion)>,
    untidied: u32,
    // Last, so that the database is closed before the session counts as ended.
    presence: Presence,
}

impl Journal {
    /// Opens the journal in this folder, and makes both where they are missing.
    ///
    /// # Errors
    /// When that can't be done, with what to do about it.
    pub fn open(folder: &Path, opening: Opening) -> Result<Self, Fault> {
        let store = Store::open(folder, opening.patience)?;
        let presence = Presence::announce(folder)?;
        Ok(Self {
            reader: Reader { store },
            origin: Origin::new(&opening.who, &opening.place),
            clock: opening.clock,
            owed: Vec::new(),
            untidied: 0,
            presence,
        })
    }

    /// Opens a journal to be read, also one in a folder that can't be written.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn open_to_read(folder: &Path) -> Result<Reader, Fault> {
        Reader::open(folder, PATIENCE)
    }

    /// For every question.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Where this journal's own writes go.
    pub(super) fn place(&self) -> &Where {
        &self.origin.place
    }

    /// An open write, as far as reading at this journal's own place can tell what became of it.
    ///
    /// # Errors
    /// When it is not open, still under way, or of another place.
    pub fn open_here(&mut self, intent: RecordId) -> Result<OpenWrite, Fault> {
        self.catch_up()?;
        let open = self.reader.open_write(intent)?;
        if open.state == State::UnderWay {
            return Err(Fault::StillUnderWay(intent));
        }
        if !open.intent.place.same_cards(&self.origin.place) {
            return Err(Fault::OtherPlace(intent));
        }
        Ok(open)
    }

    /// This run of the program, as its records name it.
    #[must_use]
    pub fn session(&self) -> &str {
        self.presence.session()
    }

    /// Records that a write is about to be sent. It is on disk when this returns; when it returns a
    /// fault, nothing may be sent.
    ///
    /// # Errors
    /// [`Fault::Blocked`] when another open write forbids it, [`Fault::Overtaken`] when the kit was
    /// upgraded since it was read, [`Fault::Gap`] when records are missing; else when it can't be
    /// recorded.
    pub fn intend(&mut self, intent: &Intent) -> Result<RecordId, Fault> {
        self.append(|reader, origin| {
            if let Some(broken) = reader.gap()? {
                return Err(Fault::Gap(Box::new(broken)));
            }
            let (write, about, place) = (intent.write, &intent.subject, &origin.place);
            if let Some(open) = reader.blocking(write, about, place)? {
                return Err(Fault::Blocked(Box::new(open)));
            }
            if write == Write::Upgrade
                && let Some(other) = reader.overtaking(about, place, intent.since)?
            {
                return Err(Fault::Overtaken(Box::new(other)));
            }
            Ok(Draft::intent(intent))
        })
    }

    /// Records what became of a write. Where that can't be done now, it is done before whatever is
    /// recorded next.
    ///
    /// # Errors
    /// When it has an outcome already, is no write, or can't be recorded.
    pub fn conclude(&mut self, intent: RecordId, end: &Conclusion) -> Result<RecordId, Fault> {
        let ended = self.catch_up().and_then(|()| self.end(intent, end));
        match &ended {
            Err(Fault::AlreadyConcluded(_) | Fault::NotAnIntent(_) | Fault::NoSuchRecord(_)) => {}
            Err(_) => self.owed.push((intent, end.clone())),
            Ok(_) => self.tidy(),
        }
        ended
    }

    /// Records the outcomes that could not be when they came.
    fn catch_up(&mut self) -> Result<(), Fault> {
        while let Some((intent, end)) = self.owed.first().cloned() {
            match self.end(intent, &end) {
                Ok(_) | Err(Fault::AlreadyConcluded(_)) => drop(self.owed.remove(0)),
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    fn end(&mut self, intent: RecordId, end: &Conclusion) -> Result<RecordId, Fault> {
        self.add(|reader, _| {
            let begun = reader.intent(intent)?;
            let followers = reader.followers(intent)?;
            if followers.iter().any(|record| record.kind == Kind::Outcome) {
                return Err(Fault::AlreadyConcluded(intent));
            }
            Ok(Draft::outcome(&begun, end))
        })
    }

    /// Records what was read after a write, without deciding anything.
    ///
    /// # Errors
    /// When there is no such write, or it can't be recorded.
    pub fn sight(&mut self, intent: RecordId, sighting: &Sighting) -> Result<RecordId, Fault> {
        let id = self.append(|reader, _| Ok(Draft::reading(&reader.intent(intent)?, sighting)))?;
        self.tidy();
        Ok(id)
    }

    /// Settles an open write.
    ///
    /// # Errors
    /// When it is not open, still under way, read at another place, settled without a reason, or
    /// can't be recorded.
    pub fn settle(&mut self, intent: RecordId, how: &Settlement) -> Result<RecordId, Fault> {
        let id = self.append(|reader, origin| {
            let open = reader.open_write(intent)?;
            if open.state == State::UnderWay {
                return Err(Fault::StillUnderWay(intent));
            }
            match how {
                Settlement::ByReading { .. } if !open.intent.place.same_cards(&origin.place) => {
                    Err(Fault::OtherPlace(intent))
                }
                Settlement::ByPerson { reason, .. } if reason.trim().is_empty() => {
                    Err(Fault::NoReason)
                }
                _ => Ok(Draft::settled(&open.intent, how)),
            }
        })?;
        self.tidy();
        Ok(id)
    }

    /// Records something that nothing follows from.
    ///
    /// # Errors
    /// When it can't be recorded.
    pub fn note(&mut self, note: &Note) -> Result<RecordId, Fault> {
        let id = self.append(|_, _| Ok(Draft::note(note)))?;
        self.tidy();
        Ok(id)
    }

    /// Answers for records that are missing: from here on the journal begins anew, and says so.
    ///
    /// # Errors
    /// When none is, without a reason, or when it can't be recorded.
    pub fn accept(&mut self, reason: &str) -> Result<RecordId, Fault> {
        let id = self.append(|reader, _| {
            let broken = reader.gap()?.ok_or(Fault::NoGap)?;
            if reason.trim().is_empty() {
                return Err(Fault::NoReason);
            }
            Ok(Draft::accepted(&broken, reason))
        })?;
        let hash = self.reader.record(id)?.hash;
        let folder = &self.reader.store.folder;
        head::replace(folder, Head { id, hash })
            .map_err(|fault| Fault::io(&folder::head(folder), &fault))?;
        Ok(id)
    }

    /// Adds a row, after those that are owed.
    fn append(
        &mut self,
        make: impl FnOnce(&Reader, &Origin) -> Result<Draft, Fault>,
    ) -> Result<RecordId, Fault> {
        self.catch_up()?;
        self.add(make)
    }

    /// Adds a row that holds on to the last one.
    fn add(
        &mut self,
        make: impl FnOnce(&Reader, &Origin) -> Result<Draft, Fault>,
    ) -> Result<RecordId, Fault> {
        let store = &self.reader.store;
        let fault = |fault| store.fault(&fault);
        let transaction = store.begin()?;
        let draft = make(&self.reader, &self.origin)?;
        let (last, prev) = last(&transaction).map_err(fault)?;
        let prev = Hash::parse(&prev).ok_or(Fault::Unreadable(RecordId(last)))?;
        let next = last.checked_add(1);
        let id = RecordId(next.ok_or(Fault::Unreadable(RecordId(last)))?);
        let at = time_text((self.clock)());
        let mut cells = draft.cells(id, at, self.presence.session(), &self.origin, prev);
        let hash = Hash::of_record(&cells);
        cells.push(Value::Text(hash.to_string()));
        insert(&transaction, cells).map_err(fault)?;
        transaction.commit().map_err(fault)?;
        head::advance(&store.folder, Head { id, hash }, |known| {
            self.reader
                .record(known.id)
                .is_ok_and(|record| record.hash == known.hash)
        });
        self.untidied += 1;
        Ok(id)
    }

    /// After an intent somebody waits for the write to be sent; after anything else there is time.
    fn tidy(&mut self) {
        if self.untidied >= TIDY_AFTER {
            self.reader.store.tidy();
            self.untidied = 0;
        }
    }
}

/// The last record's id and hash.
fn last(connection: &Connection) -> rusqlite::Result<(i64, String)> {
    let question = "SELECT id, hash FROM records ORDER BY id DESC LIMIT 1";
    let last = connection
        .query_row(question, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or_else(|| (0, Hash::ZERO.to_string())))
}

fn insert(connection: &Connection, cells: Vec<Value>) -> rusqlite::Result<usize> {
    let places = COLUMNS.map(|_| "?").join(", ");
    let columns = COLUMNS.map(|column| format!("\"{column}\"")).join(", ");
    connection.execute(
        &format!("INSERT INTO records ({columns}) VALUES ({places})"),
        params_from_iter(cells),
    )
}
