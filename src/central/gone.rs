//! What hosts that are gone have left open at the store, and settling it from another host of their bank.

use std::time::Duration;

use tokio_postgres::types::Type;

use super::claims::{ClaimId, End};
use super::connection::{Given, Store};
use super::error::CentralError;

const LIMIT: Duration = Duration::from_secs(5);

/// A claim of another host of this bank that holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOpen {
    /// Its name.
    pub id: ClaimId,
    /// By whom.
    pub operator: String,
    /// On which machine.
    pub host: String,
    /// For which branch that is enrolled.
    pub branch: Option<String>,
    /// Which cards.
    pub environment: String,
    /// What is done, in the journal's word.
    pub operation: String,
    /// To which customer.
    pub entity: Option<String>,
    /// To which kit.
    pub kit: Option<String>,
    /// To which order.
    pub order: Option<String>,
    /// Since when, in UTC.
    pub since: String,
    /// When its host was last heard of, in UTC.
    pub heard: String,
    /// Whether its host may still send it; otherwise its outcome is unknown.
    pub is_under_way: bool,
    /// Whether its host is gone, so that it may be settled from here.
    pub is_gone: bool,
}

/// What settling a claim of another host came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledFor {
    /// It has ended with that.
    Yes,
    /// It had ended before, and keeps that end.
    EndedBefore,
    /// Its host is not gone: it ends it itself.
    NotGone,
    /// This bank has no such claim of another host.
    Unknown,
}

impl Store {
    /// The claims of other hosts of this bank, for environments of this one, oldest first.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn left_open(&self) -> Result<Vec<LeftOpen>, CentralError> {
        let statement = "SELECT claim::text, operator, host, branch, environment, operation, entity, kit, order_id,
                since, heard, is_under_way, is_gone
            FROM kitdesk.open_of_others()";
        let rows = self.ask(statement, &[], LIMIT).await?;
        let left = rows.iter().map(|row| LeftOpen {
            id: ClaimId::of_text(row.get(0)),
            operator: row.get(1),
            host: row.get(2),
            branch: row.get(3),
            environment: row.get(4),
            operation: row.get(5),
            entity: row.get(6),
            kit: row.get(7),
            order: row.get(8),
            since: row.get(9),
            heard: row.get(10),
            is_under_way: row.get(11),
            is_gone: row.get(12),
        });
        Ok(left.collect())
    }

    /// Settles a claim of another host that is gone, with a reason.
    ///
    /// # Errors
    /// When there was no answer; it can be asked again.
    pub async fn settle_for(
        &self,
        id: &ClaimId,
        end: End,
        operator: &str,
        reason: &str,
    ) -> Result<SettledFor, CentralError> {
        let statement = "SELECT kitdesk.settle_for($1::uuid, $2, $3, $4)";
        let name = id.to_string();
        let values: [Given<'_>; 4] = [
            (&name, Type::TEXT),
            (&end.word(), Type::TEXT),
            (&operator, Type::TEXT),
            (&reason, Type::TEXT),
        ];
        let row = self.ask_one(statement, &values, LIMIT).await?;
        match row.get::<_, &str>(0) {
            "ended" => Ok(SettledFor::Yes),
            "ended before" => Ok(SettledFor::EndedBefore),
            "not gone" => Ok(SettledFor::NotGone),
            "unknown" => Ok(SettledFor::Unknown),
            other => Err(CentralError::SetUp(format!("settle_for answers {other:?}"))),
        }
    }
}
