//! Records of other journals, as a store elsewhere has copies of them: read from their cells, with each hash
//! computed again, so that nobody has to take the store's word for what they are.

use rusqlite::types::Value as Cell;
use serde_json::{Map, Value};

use super::chain::{COLUMNS, HASHED, Hash};
use super::copied::Copied;
use super::id::RecordId;
use super::listed::Listed;
use super::reader::RecordThread;
use super::record::{Record, Source, Unreadable};
use super::standing::{Standing, StandingWrite, standing_of};
use super::words::{Kind, ResultWord};
use crate::dcms::Word;

struct Cells<'a>(&'a Map<String, Value>);

impl Source for Cells<'_> {
    fn text(&self, column: &str) -> Result<Option<String>, Unreadable> {
        match self.0.get(column) {
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Null) | None => Ok(None),
            Some(_) => Err(Unreadable),
        }
    }

    fn number(&self, column: &str) -> Result<Option<i64>, Unreadable> {
        match self.0.get(column) {
            Some(Value::Null) | None => Ok(None),
            Some(number) => number.as_i64().map(Some).ok_or(Unreadable),
        }
    }
}

impl Cells<'_> {
    fn id(&self) -> Option<RecordId> {
        self.0.get("id").and_then(Value::as_i64).map(RecordId)
    }

    /// Whether the hash is that of the cells.
    fn is_sound(&self) -> bool {
        let cell = |column: &&str| match self.0.get(*column) {
            Some(Value::String(text)) => Cell::Text(text.clone()),
            Some(Value::Null) | None => Cell::Null,
            Some(other) => other
                .as_i64()
                .map_or_else(|| Cell::Text(other.to_string()), Cell::Integer),
        };
        let hashed: Vec<_> = COLUMNS[..HASHED].iter().map(cell).collect();
        let own = self.0.get("hash").and_then(Value::as_str);
        own.and_then(Hash::parse) == Some(Hash::of_record(&hashed))
    }
}

impl RecordThread {
    /// Of the cells of its records, oldest first. Nothing where not even what is left of the first one can be read.
    #[must_use]
    pub fn of_copies(records: &[Value], mut copied: Copied) -> Option<Self> {
        let cells = records.iter().filter_map(Value::as_object).map(Cells);
        let changed = cells.filter(|cells| !cells.is_sound());
        copied.changed = changed.filter_map(|cells| cells.id()).collect();
        Self::of_parts(records, copied)
    }

    /// The same of some of the cells, of which no hash can be computed.
    #[must_use]
    pub fn of_parts(records: &[Value], copied: Copied) -> Option<Self> {
        let mut read = Vec::with_capacity(records.len());
        for cells in records.iter().filter_map(Value::as_object).map(Cells) {
            read.extend(Record::of_copy(cells.id()?, &cells));
        }
        let mut read = read.into_iter();
        Some(Self {
            record: read.next()?,
            followers: read.collect(),
            copied: Some(Box::new(copied)),
        })
    }

    /// How it stands, if it is a write.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let Kind::Intent = self.record.kind else {
            return None;
        };
        let mut last = &self.record;
        let of = |intent: &Record| {
            let id = intent.id;
            let all = self.followers.iter();
            all.filter(move |record| record.of == Some(id))
        };
        while let Some(again) = of(last).rfind(|next| next.kind == Kind::Intent) {
            last = again;
        }
        let followers: Vec<_> = of(last).cloned().collect();
        let runs = self
            .copied
            .as_ref()
            .is_some_and(|copied| copied.is_under_way);
        // Nothing but an end is an error where the records are at hand.
        let unknown = Standing::Answered(ResultWord::Outcome(Word::Unknown));
        let standing = standing_of(last.clone(), &followers, runs).unwrap_or(unknown);
        let elsewhere = self
            .copied
            .as_ref()
            .and_then(|copied| copied.settled.as_ref());
        Some(match (standing, elsewhere) {
            // Its own host's word counts first.
            (Standing::Open(_), Some(settled)) => Standing::Settled(settled.finding.into()),
            (standing, _) => standing,
        })
    }

    /// As one line of a list.
    #[must_use]
    pub fn into_listed(self, is_doubted: bool) -> Listed {
        Listed {
            standing: self.standing(),
            is_doubted,
            copied: self.copied,
            record: self.record,
        }
    }

    /// As one write of a day. Nothing where it is none.
    #[must_use]
    pub fn into_write(self) -> Option<StandingWrite> {
        let standing = self.standing()?;
        let outcome = self.followers.into_iter();
        let mut outcome = outcome.filter(|record| record.kind == Kind::Outcome);
        Some(StandingWrite {
            intent: self.record,
            standing,
            copied: self.copied,
            error_code: outcome.next().and_then(|record| record.error_code),
        })
    }
}
