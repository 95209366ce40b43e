//! A place in the journal that can be written down elsewhere, and by which the same journal is known
//! again. Says nothing of what was recorded before or after it.

use std::fmt;
use std::str::FromStr;

use super::error::JournalError;
use super::id::RecordId;
use super::reader::Reader;
use super::record::Record;

/// So much of a record's hash tells it from every other.
const DIGITS: usize = 16;

/// A record and the start of its hash. Because each hash holds on to the one before, only the journal
/// in which it was taken has both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub(super) record: RecordId,
    hash: String,
}

impl Anchor {
    fn of(record: &Record) -> Self {
        let mut hash = record.hash.to_string();
        hash.truncate(DIGITS);
        Self {
            record: record.id,
            hash,
        }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.record, self.hash)
    }
}

impl FromStr for Anchor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (record, hash) = text.split_once(':').ok_or(())?;
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if hash.len() != DIGITS || !hash.bytes().all(is_hex) {
            return Err(());
        }
        let record = RecordId(record.parse().map_err(|_| ())?);
        let hash = hash.to_owned();
        Ok(Self { record, hash })
    }
}

impl Reader {
    /// The last record; none where there is no record yet.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn anchor(&self) -> Result<Option<Anchor>, JournalError> {
        match self.last()? {
            RecordId(0) => Ok(None),
            last => self.record(last).map(|last| Some(Anchor::of(&last))),
        }
    }

    /// The last record's number; zero where there is no record yet.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn last(&self) -> Result<RecordId, JournalError> {
        self.last_head().map(|last| last.id)
    }

    /// Whether the anchor was taken in this very journal.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn holds(&self, anchor: &Anchor) -> Result<bool, JournalError> {
        match self.record(anchor.record) {
            Ok(record) => Ok(&Anchor::of(&record) == anchor),
            Err(JournalError::NoSuchRecord(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_written_and_read_back() {
        let text = "41:852eacbb6bea81b9";
        let anchor: Anchor = text.parse().expect("an anchor");
        assert_eq!(anchor.to_string(), text);
        for odd in [
            "",
            "41",
            "41:",
            "x:852eacbb6bea81b9",
            "41:852EACBB6BEA81B9",
            "41:852eacbb6bea81b9a",
        ] {
            assert_eq!(odd.parse::<Anchor>(), Err(()), "{odd}");
        }
    }
}
