//! Writes with how they stand on record now: as they were answered, as they were settled later, or open.

use std::collections::BTreeMap;

use rusqlite::params_from_iter;

use super::copied::Copied;
use super::error::JournalError;
use super::filter::Filter;
use super::open_write::State;
use super::open_writes::as_open;
use super::presence;
use super::reader::Reader;
use super::record::Record;
use super::words::{Kind, ResultWord};
use crate::dcms::Word;
use crate::sorting;

/// How a write stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its answer has decided it.
    Answered(ResultWord),
    /// It was unknown, and was settled as this.
    Settled(ResultWord),
    /// Neither.
    Open(State),
}

impl Standing {
    /// Its outcome in one word; *unknown* while it is open.
    #[must_use]
    pub fn word(self) -> ResultWord {
        match self {
            Self::Answered(word) | Self::Settled(word) => word,
            Self::Open(_) => ResultWord::Outcome(Word::Unknown),
        }
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_done(self) -> bool {
        self.word() == ResultWord::Outcome(Word::Done)
    }

    /// Whether nobody knows how it ended, be it open or left at that.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self.word() == ResultWord::Outcome(Word::Unknown)
    }
}

/// A write with how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingWrite {
    /// Its intent.
    pub intent: Record,
    /// How it stands.
    pub standing: Standing,
    /// The DCMS's code, where its answer had one.
    pub error_code: Option<String>,
    /// Where it was read, where that is not this host's journal.
    pub copied: Option<Box<Copied>>,
}

impl StandingWrite {
    /// What tells it from all others: its number, and in a bank its journal too.
    #[must_use]
    pub fn name(&self) -> String {
        Copied::name(self.copied.as_deref(), self.intent.id)
    }
}

impl Reader {
    /// The writes whose intents fit, oldest first. One that was restated later stands as that one does, and
    /// is not counted twice.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn writes(&self, filter: &Filter) -> Result<Vec<StandingWrite>, JournalError> {
        let filter = Filter {
            kind: Some(Kind::Intent),
            ..filter.clone()
        };
        let (condition, values) = filter.condition();
        let rest = format!("WHERE {condition} ORDER BY id");
        let mut writes = Vec::new();
        for intent in self.select(&rest, params_from_iter(values))? {
            if !self.restates_another(&intent) {
                writes.push(self.standing_write(intent)?);
            }
        }
        Ok(writes)
    }

    /// How many look-ups each operator has made, of those that fit.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn look_ups(&self, filter: &Filter) -> Result<BTreeMap<String, u64>, JournalError> {
        let filter = Filter {
            kind: Some(Kind::LookUp),
            ..filter.clone()
        };
        let (condition, values) = filter.condition();
        let question =
            format!("SELECT operator, count(*) FROM records WHERE {condition} GROUP BY operator");
        let counted = || {
            let mut statement = self.store.connection.prepare(&question)?;
            let rows = statement.query_map(params_from_iter(values), |row| {
                let count: i64 = row.get(1)?;
                Ok((row.get(0)?, u64::try_from(count).unwrap_or(0)))
            })?;
            rows.collect()
        };
        let counted: rusqlite::Result<Vec<_>> = counted();
        let counted = counted.map_err(|error| self.store.error(&error))?;
        Ok(sorting::map(counted))
    }

    /// Whether it was recorded by `journal accept`: again for a write that is still on record, or for one of
    /// which nothing is known any more.
    fn restates_another(&self, intent: &Record) -> bool {
        let is_on_record = |of| self.intent(of).is_ok();
        intent.of.is_some_and(is_on_record) || intent.subject.is_any()
    }

    pub(super) fn standing_write(&self, intent: Record) -> Result<StandingWrite, JournalError> {
        let mut last = intent.clone();
        let (followers, runs) = loop {
            // Asked first: what a console that is gone has recorded is there to be read then.
            let runs = presence::is_alive(&self.store.folder, &last.session);
            let followers = self.followers(last.id)?;
            let is_restated = |record: &&Record| record.kind == Kind::Intent && record.id > last.id;
            match followers.iter().rfind(is_restated) {
                Some(again) => last = again.clone(),
                None => break (followers, runs),
            }
        };
        let of_kind = |kind| followers.iter().find(|record| record.kind == kind);
        let error_code = of_kind(Kind::Outcome).and_then(|record| record.error_code.clone());
        let standing = standing_of(last, &followers, runs)?;
        Ok(StandingWrite {
            intent,
            standing,
            error_code,
            copied: None,
        })
    }
}

/// How a write stands, by its intent and what followed that.
///
/// # Errors
/// Those of [`as_open`] that are no end.
pub(super) fn standing_of(
    intent: Record,
    followers: &[Record],
    runs: bool,
) -> Result<Standing, JournalError> {
    match as_open(intent, followers, runs) {
        Ok(open) => Ok(Standing::Open(open.state)),
        Err(JournalError::AlreadySettled { found, .. }) => Ok(Standing::Settled(found)),
        Err(JournalError::NotOpen(_, word)) => Ok(Standing::Answered(word)),
        Err(error) => Err(error),
    }
}
