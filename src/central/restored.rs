//! After the store was put back to an earlier state: each host brings back from its journal the claims that are lost
//! there. So it is with claims of a host that has sent without the store, where it may.

use serde_json::Value;
use tokio_postgres::types::Type;

use super::claims::{ClaimId, End, lanes};
use super::connection::{Given, Store};
use super::error::CentralError;
use crate::journal::Write;

const LIMIT: std::time::Duration = std::time::Duration::from_secs(5);

/// A claim of this host that is not at the store.
#[derive(Debug)]
pub struct LostClaim<'a> {
    /// The record of its intent, with its cells as they are hashed.
    pub intent: &'a Value,
    /// What was claimed.
    pub write: Write,
    /// Its end, if it has one.
    pub end: Option<End>,
    /// Whether it is under way; otherwise, without an end, its outcome is unknown.
    pub is_under_way: bool,
    /// Whether the store had it: then it was put back.
    pub was_claimed: bool,
}

impl Store {
    /// Those of these claims of this host that it neither has nor knows an end of.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn unknown_claims(&self, claims: &[&str]) -> Result<Vec<ClaimId>, CentralError> {
        let statement = "SELECT c::text FROM kitdesk.unknown_claims($1::text[]::uuid[]) c";
        let rows = self
            .ask(statement, &[(&claims, Type::TEXT_ARRAY)], LIMIT)
            .await?;
        Ok(rows
            .iter()
            .map(|row| ClaimId::of_text(row.get(0)))
            .collect())
    }

    /// Brings a claim back, with what it holds or how it ended. Whether somebody else has claimed what it holds.
    ///
    /// # Errors
    /// When there was no answer; it can be asked again.
    pub async fn put_back(&self, lost: &LostClaim<'_>) -> Result<bool, CentralError> {
        let statement = "SELECT kitdesk.put_back($1::jsonb, $2, $3, $4, $5, $6)";
        let intent = lost.intent.to_string();
        let values: [Given<'_>; 6] = [
            (&intent, Type::TEXT),
            (&lanes(lost.write), Type::TEXT_ARRAY),
            (&lost.write.brings_kits(), Type::BOOL),
            (&lost.end.map(End::word), Type::TEXT),
            (&lost.is_under_way, Type::BOOL),
            (&lost.was_claimed, Type::BOOL),
        ];
        Ok(self.ask_one(statement, &values, LIMIT).await?.get(0))
    }

    /// Says that all claims of this host are there.
    ///
    /// # Errors
    /// When there was no answer; it can be asked again.
    pub async fn refilled(&self) -> Result<(), CentralError> {
        self.ask_one("SELECT kitdesk.refilled()", &[], LIMIT)
            .await?;
        Ok(())
    }
}
