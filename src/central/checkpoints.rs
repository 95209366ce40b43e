//! Checkpoints at the store: signed words for a chain, kept where its host can't change them.

use std::time::Duration;

use tokio_postgres::types::Type;

use super::connection::{Given, Store};
use super::error::CentralError;
use crate::checkpoint::Checkpoint;

const LIMIT: Duration = Duration::from_secs(5);

/// What the store has of a chain besides its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutChain {
    /// The newest checkpoint.
    pub checkpoint: Option<KeptCheckpoint>,
    /// What was cut off for its age last.
    pub cut: Option<Cut>,
}

/// A checkpoint that is kept. Nothing of it is true until its signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Of so many records.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// When it came in, in UTC.
    pub at: String,
}

/// Records that were cut off for their age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The last of them.
    pub up_to: i64,
    /// Its hash, on which the next one holds.
    pub hash: String,
}

impl Store {
    /// Hands a checkpoint of this host over. One that it has already counts once.
    ///
    /// # Errors
    /// When there was no answer, when it has fewer records, or another checkpoint of as many.
    pub async fn keep(&self, checkpoint: &Checkpoint, note: &str) -> Result<(), CentralError> {
        let size = i64::try_from(checkpoint.size).unwrap_or(i64::MAX);
        let root = checkpoint.root.to_string();
        let values: [Given<'_>; 3] = [
            (&size, Type::INT8),
            (&root, Type::TEXT),
            (&note, Type::TEXT),
        ];
        let statement = "SELECT kitdesk.keep_checkpoint($1, $2, $3)";
        self.ask_one(statement, &values, LIMIT).await?;
        Ok(())
    }

    /// What it has of a chain besides its records.
    ///
    /// # Errors
    /// When there was no answer, or this role may not know.
    pub async fn about_chain(&self, chain: &str) -> Result<AboutChain, CentralError> {
        let statement = "SELECT size, note, at, cut, cut_hash FROM kitdesk.about_chain($1::uuid)";
        let row = self
            .ask_one(statement, &[(&chain, Type::TEXT)], LIMIT)
            .await?;
        let size = row.get::<_, Option<i64>>(0);
        let size = size.and_then(|size| u64::try_from(size).ok());
        Ok(AboutChain {
            checkpoint: size.map(|size| KeptCheckpoint {
                size,
                note: row.get(1),
                at: row.get(2),
            }),
            cut: row.get::<_, Option<i64>>(3).map(|up_to| Cut {
                up_to,
                hash: row.get(4),
            }),
        })
    }
}
