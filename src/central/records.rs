//! Handing records over: in order, each once. What a store has of a chain it says itself, so nothing here
//! keeps count of it.

use std::time::Duration;

use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connection::Store;
use super::error::CentralError;
use crate::journal::{ChainId, KeptRecord, RecordId, columns};

/// For a batch of records.
const LIMIT: Duration = Duration::from_secs(10);

/// The last record of a chain that the store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Its number.
    pub id: i64,
    /// Its hash.
    pub hash: String,
}

impl Store {
    /// The last record of this journal that it has; none where it has none yet.
    ///
    /// # Errors
    /// When it is not reached, or not set up; [`CentralError::NotEnrolled`] or [`CentralError::OtherJournal`] where
    /// this host's role is not enrolled for this journal.
    pub async fn forwarded(&self, chain: ChainId) -> Result<Option<Forwarded>, CentralError> {
        let statement = "SELECT id, hash FROM kitdesk.forwarded($1::uuid) WHERE id IS NOT NULL";
        let chain = chain.to_string();
        let rows = self.ask(statement, &[(&chain, Type::TEXT)], LIMIT).await?;
        let last = rows.first().map(|row| Forwarded {
            id: row.get(0),
            hash: row.get(1),
        });
        Ok(last)
    }

    /// Hands over these records of a journal, which follow what it has, each with its cells as they are hashed. Those that
    /// it has already count once.
    ///
    /// # Errors
    /// When there was no answer, or it takes them for another history.
    pub async fn forward(&self, chain: ChainId, records: Vec<Value>) -> Result<(), CentralError> {
        let statement = r#"INSERT INTO kitdesk.records (chain, id, at, session, kind, "of", operator, host, ssh_origin,
                profile, tenant, environment, operation, entity, kit, order_id, digest, "before", outcome, error_code,
                message, duration_ms, "after", reason, key_check, prev, claim, request, key, hash)
            SELECT $2::uuid, r.* FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, at text, session text,
                kind text, "of" bigint, operator text, host text, ssh_origin text, profile text, tenant text,
                environment text, operation text, entity text, kit text, order_id text, digest text, "before" text,
                outcome text, error_code text, message text, duration_ms bigint, "after" text, reason text,
                key_check text, prev text, claim text, request text, key text, hash text)
            ORDER BY r.id ON CONFLICT DO NOTHING"#;
        let batch = Value::Array(records).to_string();
        let chain = chain.to_string();
        let values: [super::connection::Given<'_>; 2] =
            [(&batch, Type::TEXT), (&chain, Type::TEXT)];
        self.ask(statement, &values, LIMIT).await?;
        Ok(())
    }

    /// The records of a chain that follow this one, so many at most, as they are kept: see [`kept`].
    ///
    /// # Errors
    /// When there was no answer.
    pub(super) async fn rows(
        &self,
        chain: &str,
        after: RecordId,
        limit: u32,
    ) -> Result<Vec<Row>, CentralError> {
        let cells = columns()
            .iter()
            .map(|column| format!("r.\"{column}\"::text"));
        let cells = cells.collect::<Vec<_>>().join(", ");
        let statement = format!(
            "SELECT r.id, {cells} FROM kitdesk.records r WHERE r.chain = $1::uuid AND r.id > $2
             ORDER BY r.id LIMIT {limit}"
        );
        let values: [super::connection::Given<'_>; 2] =
            [(&chain, Type::TEXT), (&after.0, Type::INT8)];
        self.ask(&statement, &values, LIMIT).await
    }
}

/// A record's number.
pub(super) fn number(row: &Row) -> RecordId {
    RecordId(row.get(0))
}

/// A record with the hash that its cells give, whatever is kept as its hash.
pub(super) fn kept(row: &Row) -> KeptRecord {
    let cells = (1..row.len()).map(|at| row.get(at)).collect();
    KeptRecord::of_cells(number(row), cells)
}
