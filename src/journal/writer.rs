//! Writing the journal: intents, outcomes, settlements and notes, each a new row in its own
//! transaction. What may follow what is checked inside that transaction, so that two consoles can't
//! both be right.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::author::{Author, SignedOn};
use super::chain::{COLUMNS, Hash};
use super::doubts::Doubts;
use super::draft::{Draft, Origin};
use super::entry::{Intent, Note, Observation, Outcome, SettledForHost, Settlement, Where, Who};
use super::error::{Broken, JournalError};
use super::head::{self, Head};
use super::id::RecordId;
use super::identity::ChainId;
use super::open_write::{OpenWrite, State};
use super::reader::Reader;
use super::record::time_text;
use super::schema;
use super::store::{Patience, Store};
use super::watch::Watch;
use super::words::{Kind, Write};
use crate::dcms::Word;
use crate::utc;

/// How long another program's lock is waited for, by all questions of one action together.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// After so many records the log is brought back into the database.
const TIDY_AFTER: u32 = 200;

/// Who opens the journal and for which place, and the clock and time limits, which tests replace.
pub struct Opening {
    author: Author,
    clock: Box<dyn Fn() -> Timestamp + Send>,
    patience: Patience,
}

impl Opening {
    /// With the system's clock and five seconds of patience.
    #[must_use]
    pub fn new(who: &Who, place: &Where) -> Self {
        Self {
            author: Author::new(who, place),
            clock: Box::new(utc::now),
            patience: Patience::of(PATIENCE),
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
        let patience = Patience::of(patience);
        Self { patience, ..self }
    }

    /// With what is left of it, because others have waited for the same before.
    #[must_use]
    pub fn wait_at_most(mut self, left: Duration) -> Self {
        self.patience.left = left;
        self
    }
}

/// A journal that is open to be written. While it is, its session counts as running.
pub struct Journal {
    reader: Reader,
    clock: Box<dyn Fn() -> Timestamp + Send>,
    /// Outcomes that could not be recorded when they came, and whose they are.
    owed: Vec<(Arc<SignedOn>, RecordId, Outcome)>,
    untidied: u32,
    watch: Watch,
    // Last, so that the database is closed before the session counts as ended.
    by: Arc<SignedOn>,
}

impl Journal {
    /// Opens the journal in this folder, and makes both where they are missing.
    ///
    /// # Errors
    /// When that can't be done, with what to do about it.
    pub fn open(folder: &Path, opening: Opening) -> Result<Self, JournalError> {
        let (store, files) = Store::open(folder, opening.patience)?;
        let by = opening.author.signed_on(folder)?;
        let reader = Reader { store };
        Ok(Self {
            watch: Watch::begin(&reader, files)?,
            reader,
            clock: opening.clock,
            owed: Vec::new(),
            untidied: 0,
            by,
        })
    }

    /// Opens a journal to be read, also one in a folder that can't be written.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn open_to_read(folder: &Path) -> Result<Reader, JournalError> {
        Reader::open(folder, PATIENCE)
    }

    /// Does something that is recorded as this author's, not as the opener's.
    pub fn act_for<T>(
        &mut self,
        author: &Author,
        work: impl FnOnce(Result<&mut Self, JournalError>) -> T,
    ) -> T {
        let by = match author.signed_on(&self.reader.store.folder) {
            Ok(by) => std::mem::replace(&mut self.by, by),
            Err(error) => return work(Err(error)),
        };
        let done = work(Ok(self));
        self.by = by;
        done
    }

    /// Waits at most so long for another program's lock, until this is called again.
    ///
    /// # Errors
    /// When the database can't be used.
    pub fn wait_at_most(&self, wait: Duration) -> Result<(), JournalError> {
        self.reader.store.wait_at_most(wait)
    }

    /// What a person must answer for before anything is sent. With many records this takes some
    /// tenths of a second the first time, and no time after that.
    ///
    /// # Errors
    /// [`JournalError::Displaced`] and [`JournalError::PutBack`] when nothing can be recorded any more; else when
    /// the journal can't be read.
    pub fn trouble(&mut self) -> Result<Option<Broken>, JournalError> {
        self.by.check()?;
        self.watch.trouble(&self.reader)
    }

    /// The same by a quick look, with what was found before.
    ///
    /// # Errors
    /// As above.
    pub fn trouble_at_a_glance(&mut self) -> Result<Option<Broken>, JournalError> {
        self.by.check()?;
        self.watch.glance(&self.reader)
    }

    /// For every question.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Where the author's own writes go.
    pub(super) fn place(&self) -> &Where {
        &self.by.origin.place
    }

    /// An open write whose outcome can be read at this journal's own place.
    ///
    /// # Errors
    /// When it is not open, still under way, or of another place.
    pub fn open_here(&mut self, intent: RecordId) -> Result<OpenWrite, JournalError> {
        self.catch_up()?;
        let open = self.reader.open_write(intent)?;
        if open.state == State::UnderWay {
            return Err(JournalError::StillUnderWay(intent));
        }
        if !open.intent.place.same_cards(&self.by.origin.place) {
            return Err(JournalError::OtherPlace(intent));
        }
        Ok(open)
    }

    /// The author's session, as its records name it.
    #[must_use]
    pub fn session(&self) -> &str {
        self.by.session()
    }

    /// The name of its chain, which it has from when it is made.
    ///
    /// # Errors
    /// When somebody has changed it, or it can't be read.
    pub fn chain_id(&self) -> Result<ChainId, JournalError> {
        let unnamed = || JournalError::Gap(Box::new(Broken::without_identity()));
        self.reader.chain_id()?.ok_or_else(unnamed)
    }

    /// Who records, and where.
    #[must_use]
    pub fn signature(&self) -> (Who, Where) {
        let origin = &self.by.origin;
        (origin.who.clone(), origin.place.clone())
    }

    /// Records that a write is about to be sent. It is on disk when this returns, in the file that
    /// any other program finds by its name; when it returns an error, nothing may be sent.
    ///
    /// # Errors
    /// [`JournalError::Blocked`] when another open write forbids it, [`JournalError::Overtaken`] when the kit was
    /// upgraded since it was read, [`JournalError::Gap`] when a person must answer first for what was done
    /// to the journal, [`JournalError::Displaced`] and [`JournalError::PutBack`] when it is not the journal that
    /// was opened; else when it can't be recorded.
    pub fn intend(&mut self, intent: &Intent) -> Result<RecordId, JournalError> {
        self.catch_up()?;
        // The long part, while other consoles can still write.
        self.trouble()?;
        let added = self.add(|reader, origin, watch| {
            if let Some(broken) = watch.trouble(reader)? {
                return Err(JournalError::Gap(Box::new(broken)));
            }
            let (write, about, place) = (intent.write, &intent.subject, &origin.place);
            let open = watch.open.excluding(about.texts());
            if let Some(open) = reader.blocking_among(open, write, place)? {
                return Err(JournalError::Blocked(Box::new(open)));
            }
            if write.brings_kits()
                && let Some(other) = reader.overtaking(about, place, intent.since)?
            {
                return Err(JournalError::Overtaken(Box::new(other)));
            }
            Ok(Draft::intent(intent))
        });
        added.map_err(|(record, error)| {
            // It is in a file that may come back. It must not look then as if it had been sent.
            let end = Outcome {
                word: Word::NotSent,
                error_code: None,
                message: Some(error.to_string()),
                duration: Duration::ZERO,
                after: None,
            };
            let by = &self.by;
            let owed = record.map(|record| (Arc::clone(by), record, end));
            self.owed.extend(owed);
            error
        })
    }

    /// Records the outcome of a write. If that fails now, the next recording tries it again first.
    ///
    /// # Errors
    /// When it has an outcome already, is no write, or can't be recorded.
    pub fn conclude(&mut self, intent: RecordId, end: &Outcome) -> Result<RecordId, JournalError> {
        let ended = self.catch_up().and_then(|()| self.end(intent, end));
        match &ended {
            Err(
                JournalError::AlreadyConcluded(_)
                | JournalError::NotAnIntent(_)
                | JournalError::NoSuchRecord(_),
            ) => {}
            Err(_) => self.owed.push((Arc::clone(&self.by), intent, end.clone())),
            Ok(_) => self.tidy(),
        }
        ended
    }

    /// Records the outcomes that could not be when they came.
    fn catch_up(&mut self) -> Result<(), JournalError> {
        while let Some((by, intent, end)) = self.owed.first().cloned() {
            let here = std::mem::replace(&mut self.by, by);
            let ended = self.end(intent, &end);
            self.by = here;
            match ended {
                Ok(_) | Err(JournalError::AlreadyConcluded(_)) => drop(self.owed.remove(0)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn end(&mut self, intent: RecordId, end: &Outcome) -> Result<RecordId, JournalError> {
        let ended = self.add(|reader, _, _| {
            let begun = reader.intent(intent)?;
            let followers = reader.followers(intent)?;
            if followers.iter().any(|record| record.kind == Kind::Outcome) {
                return Err(JournalError::AlreadyConcluded(intent));
            }
            Ok(Draft::outcome(&begun, end))
        });
        ended.map_err(|(_, error)| error)
    }

    /// Records what was read after a write, without deciding anything.
    ///
    /// # Errors
    /// When there is no such write, or it can't be recorded.
    pub fn observe(
        &mut self,
        intent: RecordId,
        observation: &Observation,
    ) -> Result<RecordId, JournalError> {
        let id =
            self.append(|reader, _, _| Ok(Draft::reading(&reader.intent(intent)?, observation)))?;
        self.tidy();
        Ok(id)
    }

    /// Settles an open write.
    ///
    /// # Errors
    /// When it is not open, still under way, read at another place, settled without a reason, or
    /// can't be recorded.
    pub fn settle(&mut self, intent: RecordId, how: &Settlement) -> Result<RecordId, JournalError> {
        let id = self.append(|reader, origin, _| {
            let open = reader.open_write(intent)?;
            if open.state == State::UnderWay {
                return Err(JournalError::StillUnderWay(intent));
            }
            match how {
                Settlement::ByReading { .. } if !open.intent.place.same_cards(&origin.place) => {
                    Err(JournalError::OtherPlace(intent))
                }
                Settlement::ByPerson { reason, .. } if reason.trim().is_empty() => {
                    Err(JournalError::NoReason)
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
    pub fn note(&mut self, note: &Note) -> Result<RecordId, JournalError> {
        let id = self.append(|_, _, _| Ok(Draft::note(note)))?;
        self.tidy();
        Ok(id)
    }

    /// Records that a write of another host, which is gone, was settled from here.
    ///
    /// # Errors
    /// Without a reason, or when it can't be recorded.
    pub fn settle_for_host(&mut self, settled: &SettledForHost) -> Result<RecordId, JournalError> {
        if settled.reason.trim().is_empty() {
            return Err(JournalError::NoReason);
        }
        self.append(|_, _, _| Ok(Draft::settled_for_host(settled)))
    }

    /// Answers for what was done to the journal: from here on the records go on from those that are
    /// there, and one of them says so. The head and everything but the records are made again, and a
    /// write whose end can't be trusted any more is open again (see [`super::doubts`]).
    ///
    /// # Errors
    /// When nothing is wrong, without a reason, or when it can't be recorded.
    pub fn accept(&mut self, reason: &str) -> Result<RecordId, JournalError> {
        self.catch_up()?;
        let added = self.add_all(|reader, _, _| {
            let broken = reader.gap_or_damage()?.ok_or(JournalError::NoGap)?;
            if reason.trim().is_empty() {
                return Err(JournalError::NoReason);
            }
            if reader.altered()?.is_some() || reader.strays()? || reader.unsound()?.is_some() {
                let store = &reader.store;
                schema::rebuild(&store.connection).map_err(|error| store.error(&error))?;
            }
            let restated = Doubts::find(reader)?;
            let mut drafts = vec![Draft::accepted(&broken, reason, restated.stood)];
            drafts.extend(restated.intents.into_iter().map(Draft::restated));
            if restated.any {
                let writes = Write::ALL.iter().filter(|write| !write.is_repeatable());
                drafts.extend(writes.map(|write| Draft::restated_for_any(*write)));
            }
            Ok(drafts)
        });
        let id = added.map_err(|(_, error)| error)?;
        head::renew(&self.reader.store.folder, self.watch.seen)?;
        Ok(id)
    }

    /// Adds a row, after those that are owed.
    fn append(
        &mut self,
        make: impl FnOnce(&Reader, &Origin, &mut Watch) -> Result<Draft, JournalError>,
    ) -> Result<RecordId, JournalError> {
        self.catch_up()?;
        self.add(make).map_err(|(_, error)| error)
    }

    fn add(
        &mut self,
        make: impl FnOnce(&Reader, &Origin, &mut Watch) -> Result<Draft, JournalError>,
    ) -> Result<RecordId, (Option<RecordId>, JournalError)> {
        self.add_all(|reader, origin, watch| Ok(vec![make(reader, origin, watch)?]))
    }

    /// Adds rows that hold on to the last one, and gives the number of the first. Where they went into
    /// a file that no other program reads any more, it comes with the error.
    fn add_all(
        &mut self,
        make: impl FnOnce(&Reader, &Origin, &mut Watch) -> Result<Vec<Draft>, JournalError>,
    ) -> Result<RecordId, (Option<RecordId>, JournalError)> {
        let (first, last) = self.commit(make).map_err(|error| (None, error))?;
        self.untidied += 1;
        let is_there = self.watch.files.check().and_then(|()| self.by.check());
        let is_there = is_there.and_then(|()| self.reader.store.check_log());
        is_there.map_err(|error| (Some(first), error))?;
        self.watch.seen = last;
        head::advance(&self.reader.store.folder, last, |known| {
            self.reader.has(known).unwrap_or(false)
        });
        Ok(first)
    }

    fn commit(
        &mut self,
        make: impl FnOnce(&Reader, &Origin, &mut Watch) -> Result<Vec<Draft>, JournalError>,
    ) -> Result<(RecordId, Head), JournalError> {
        self.watch.files.check()?;
        self.by.check()?;
        let store = &self.reader.store;
        store.forget_pages()?;
        let transaction = store.begin()?;
        self.watch.check(&self.reader)?;
        let drafts = make(&self.reader, &self.by.origin, &mut self.watch)?;
        let mut last = self.reader.last_head()?;
        if last == Head::START {
            // Without it the second record would have no head to compare with.
            head::begin(&store.folder)?;
        }
        let first = next(last)?;
        let mut prev = if last == Head::START {
            self.chain_id()?.beginning()
        } else {
            last.hash
        };
        for draft in drafts {
            let id = next(last)?;
            let at = time_text((self.clock)());
            let session = self.by.session();
            let mut cells = draft.cells(id, at, session, &self.by.origin, prev);
            let hash = Hash::of_record(&cells);
            cells.push(Value::Text(hash.to_string()));
            insert(&transaction, cells).map_err(|error| store.error(&error))?;
            last = Head { id, hash };
            prev = hash;
        }
        transaction.commit().map_err(|error| store.error(&error))?;
        Ok((first, last))
    }

    /// After an intent somebody waits for the write to be sent; after anything else there is time.
    fn tidy(&mut self) {
        if self.untidied >= TIDY_AFTER {
            self.reader.store.tidy();
            self.untidied = 0;
        }
    }
}

/// The number after that one.
fn next(last: Head) -> Result<RecordId, JournalError> {
    let next = last.id.0.checked_add(1).map(RecordId);
    next.ok_or(JournalError::Unreadable(last.id))
}

fn insert(connection: &Connection, cells: Vec<Value>) -> rusqlite::Result<usize> {
    let places = COLUMNS.map(|_| "?").join(", ");
    let columns = COLUMNS.map(|column| format!("\"{column}\"")).join(", ");
    connection.execute(
        &format!("INSERT INTO records ({columns}) VALUES ({places})"),
        params_from_iter(cells),
    )
}
