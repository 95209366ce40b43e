//! Reading the journal: lists, single records with what followed, questions about open writes.
//! Changes nothing, and needs no right to.

use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{OptionalExtension as _, Params, Row, params_from_iter};

use super::chain::Hash;
use super::copied::Copied;
use super::error::JournalError;
use super::filter::{Filter, Page};
use super::head::Head;
use super::id::RecordId;
use super::record::Record;
use super::store::{Patience, Store};
use super::words::Kind;

/// A journal that is open to be read.
pub struct Reader {
    pub(super) store: Store,
}

/// A record and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordThread {
    /// The record that was asked for, or the intent that it follows.
    pub record: Record,
    /// What followed that: outcome, readings, settlement; oldest first.
    pub followers: Vec<Record>,
    /// Where they were read, where that is not this host's journal.
    pub copied: Option<Box<Copied>>,
}

impl Reader {
    /// Opens a journal to be read, also one in a folder that can't be written.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn open(folder: &Path, patience: Duration) -> Result<Self, JournalError> {
        let store = Store::open_to_read(folder, Patience::of(patience))?;
        Ok(Self { store })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.store.folder
    }

    /// Its format: one that no newer program has written since is read as it is.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn format(&self) -> Result<i64, JournalError> {
        let format = self.store.format();
        format.map_err(|error| self.store.error(&error))
    }

    /// The records that fit, newest first.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn list(&self, filter: &Filter, page: Page) -> Result<Vec<Record>, JournalError> {
        let (condition, values) = filter.condition();
        let Page { limit, offset } = page;
        self.select(
            &format!("WHERE {condition} ORDER BY id DESC LIMIT {limit} OFFSET {offset}"),
            params_from_iter(values),
        )
    }

    /// The same, in pieces of so many at most: only one piece is in memory at a time.
    ///
    /// # Errors
    /// When the journal can't be read, or a piece is not taken.
    pub fn list_in_pieces(
        &self,
        filter: &Filter,
        limit: u32,
        piece: usize,
        mut take: impl FnMut(&[Record]) -> io::Result<()>,
    ) -> Result<(), JournalError> {
        let error = |error| self.store.error(&error);
        let failed = |error: io::Error| JournalError::Output(error.kind());
        let (condition, values) = filter.condition();
        let rest = format!("WHERE {condition} ORDER BY id DESC LIMIT {limit}");
        let question = self.store.select_from(&rest).map_err(error)?;
        let mut statement = self.store.connection.prepare(&question).map_err(error)?;
        let rows = statement.query_map(params_from_iter(values), Record::of_row);
        let mut records = Vec::with_capacity(piece);
        for record in rows.map_err(error)? {
            records.extend(record.map_err(error)?);
            if records.len() == piece {
                take(&records).map_err(failed)?;
                records.clear();
            }
        }
        take(&records).map_err(failed)
    }

    /// How many records fit.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn count(&self, filter: &Filter) -> Result<u64, JournalError> {
        let (condition, values) = filter.condition();
        let question = format!("SELECT count(*) FROM records WHERE {condition}");
        let connection = &self.store.connection;
        let count = connection.query_row(&question, params_from_iter(values), |row| row.get(0));
        let count: i64 = count.map_err(|error| self.store.error(&error))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// A record with what it belongs to.
    ///
    /// # Errors
    /// When there is no such record, or the journal can't be read.
    pub fn show(&self, id: RecordId) -> Result<RecordThread, JournalError> {
        let asked = self.record(id)?;
        // An intent that restates another has a thread of its own.
        let record = match asked.of {
            Some(intent) if asked.kind != Kind::Intent => self.record(intent)?,
            _ => asked,
        };
        let followers = self.followers(record.id)?;
        Ok(RecordThread {
            record,
            followers,
            copied: None,
        })
    }

    pub(super) fn record(&self, id: RecordId) -> Result<Record, JournalError> {
        let found = select(&self.store, "WHERE id = ?", [id.0]);
        let mut found = found.map_err(|error| self.store.error(&error))?;
        match found.pop() {
            Some(Some(record)) => Ok(record),
            Some(None) => Err(JournalError::Unreadable(id)),
            None => Err(JournalError::NoSuchRecord(id)),
        }
    }

    /// The last record, or [`Head::START`] where there is none yet.
    pub(super) fn last_head(&self) -> Result<Head, JournalError> {
        let question = "SELECT id, hash FROM records ORDER BY id DESC LIMIT 1";
        self.head_where(question, [])
            .map(|last| last.unwrap_or(Head::START))
    }

    /// Whether this record is there, to the last bit of its hash.
    pub(super) fn has(&self, head: &Head) -> Result<bool, JournalError> {
        let question = "SELECT id, hash FROM records WHERE id = ?";
        let found = self.head_where(question, [head.id.0])?;
        Ok(*head == Head::START || found == Some(*head))
    }

    fn head_where(
        &self,
        question: &str,
        values: impl Params,
    ) -> Result<Option<Head>, JournalError> {
        // What is no hash any more counts as the walk along the chain counts it: a person can still answer
        // for it with a record that follows.
        let row = |row: &Row<'_>| {
            let hash = row.get::<_, String>(1).ok();
            Ok((
                RecordId(row.get(0)?),
                hash.and_then(|hash| Hash::parse(&hash)),
            ))
        };
        let found = self
            .store
            .connection
            .query_row(question, values, row)
            .optional();
        let Some((id, hash)) = found.map_err(|error| self.store.error(&error))? else {
            return Ok(None);
        };
        let hash = hash.unwrap_or(Hash::ZERO);
        Ok(Some(Head { id, hash }))
    }

    /// What followed an intent, found without an index: one that somebody has emptied or bent must
    /// not decide what may be sent.
    pub(super) fn followers_unindexed(
        &self,
        intent: RecordId,
    ) -> Result<Vec<Record>, JournalError> {
        let rest = "NOT INDEXED WHERE id > ?1 AND \"of\" = ?1 ORDER BY id";
        self.select(rest, [intent.0])
    }

    pub(super) fn followers(&self, intent: RecordId) -> Result<Vec<Record>, JournalError> {
        self.select("WHERE \"of\" = ? ORDER BY id", [intent.0])
    }

    /// Records that can't be read are passed over: somebody has changed them, and it takes more than
    /// that to keep all others from being read. The walk along the chain tells of them.
    pub(super) fn select(
        &self,
        rest: &str,
        values: impl Params,
    ) -> Result<Vec<Record>, JournalError> {
        let records = select(&self.store, rest, values);
        let records = records.map_err(|error| self.store.error(&error))?;
        Ok(records.into_iter().flatten().collect())
    }
}

fn select(store: &Store, rest: &str, values: impl Params) -> rusqlite::Result<Vec<Option<Record>>> {
    let question = store.select_from(rest)?;
    let mut statement = store.connection.prepare_cached(&question)?;
    let rows = statement.query_map(values, Record::of_row)?;
    rows.collect()
}
