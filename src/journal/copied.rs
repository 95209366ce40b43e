//! Where a record was read that is another journal's: at a store that has copies of it. Plain data.

use std::fmt;

use super::id::RecordId;
use super::words::Finding;

/// A record by its journal and its number there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyId {
    /// The name of the journal's chain, or how that begins.
    pub chain: String,
    /// Its number.
    pub id: RecordId,
}

impl CopyId {
    /// So much of a chain's name tells it from the others of a bank.
    const SHOWN: usize = 8;

    /// Reads `CHAIN/ID`; of the chain's name, the beginning is enough.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (chain, id) = text.split_once('/')?;
        let is_name = chain.len() >= Self::SHOWN
            && chain
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
        let id: i64 = id.parse().ok()?;
        is_name.then(|| Self {
            chain: chain.to_owned(),
            id: RecordId(id),
        })
    }
}

impl fmt::Display for CopyId {
    /// As people write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chain = self.chain.get(..Self::SHOWN).unwrap_or(&self.chain);
        write!(f, "{chain}/{}", self.id)
    }
}

/// Where a list goes on: after this record, in the order of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// When it was made, as it is kept.
    pub at: String,
    /// Of which journal.
    pub chain: String,
    /// Its number.
    pub id: i64,
}

/// Where records of another journal were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The place in the list.
    pub mark: Mark,
    /// For which its host was enrolled when the record came in.
    pub branch: Option<String>,
    /// Those that are not what was hashed: somebody has changed them.
    pub changed: Vec<RecordId>,
    /// Whether the store knows a write of it to be under way.
    pub is_under_way: bool,
    /// How another host has settled it, after its own was gone.
    pub settled: Option<SettledElsewhere>,
}

/// How a host has settled a write of another one, as the store has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledElsewhere {
    /// What was found.
    pub finding: Finding,
    /// By whom.
    pub operator: String,
    /// How they know.
    pub reason: String,
    /// When, in UTC.
    pub at: String,
}

impl Copied {
    /// What a record is called on paper and screens: its number, and in a bank its journal too.
    #[must_use]
    pub fn name(copied: Option<&Self>, id: RecordId) -> String {
        match copied {
            Some(copied) => copied.id(id).to_string(),
            None => id.to_string(),
        }
    }

    /// A record of the same journal.
    #[must_use]
    pub fn id(&self, id: RecordId) -> CopyId {
        CopyId {
            chain: self.mark.chain.clone(),
            id,
        }
    }
}
