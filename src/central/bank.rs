//! Reading what all hosts of a bank have forwarded, a piece at a time: actions for people, records for programs, and
//! what a day's end needs. Every piece is one question with a limit of its own.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connection::{Given, Store};
use super::error::CentralError;
use crate::config::{Environment, Words as _};
use crate::dcms::Tenant;
use crate::journal::{
    Copied, CopyId, Filter, Finding, LookUps, Mark, Record, RecordThread, SettledElsewhere,
};

/// For one piece. The server gives up before.
const LIMIT: Duration = Duration::from_secs(5);
/// So many writes without an end are listed at most.
const MOST_OPEN: i32 = 500;

/// Whose records are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    /// The bank.
    pub tenant: Tenant,
    /// Its cards.
    pub environment: Environment,
}

/// In which order a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// How much of each record of an action is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// What a day's end needs of many: not what was read before and after and said, and no hash is computed again.
    InPart,
}

/// A piece of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<T> {
    /// What is in it.
    pub found: Vec<T>,
    /// Where the next one begins; nothing after the last.
    pub next: Option<Mark>,
    /// How many records are there that can't be read at all: somebody has changed them.
    pub unreadable: usize,
    /// When it was read, by the store's clock.
    pub as_of: Timestamp,
}

/// A record as a program gets it: its cells as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The cells by their names.
    pub cells: Value,
    /// What could be read of it, and of what it belongs to where that was read too.
    pub read: Option<RecordThread>,
}

impl Kept {
    /// The record, as far as it can be read.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        let read = self.read.as_ref()?;
        let own = self.cells["id"].as_i64();
        let mut all = [&read.record].into_iter().chain(&read.followers);
        all.find(|record| Some(record.id.0) == own)
    }

    /// Whether its hash is not that of its contents.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let copied = self.read.as_ref().and_then(|read| read.copied.as_ref());
        let own = self.cells["id"].as_i64();
        copied.is_none_or(|copied| copied.changed.iter().any(|id| Some(id.0) == own))
    }
}

/// How often an operator has looked something up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookUpCount {
    /// Who.
    pub operator: String,
    /// On which machine.
    pub host: String,
    /// For which branch its host is enrolled.
    pub branch: Option<String>,
    /// How often.
    pub count: u64,
}

impl Store {
    /// Actions of which any record fits; each is where the last of its records is that fits.
    ///
    /// # Errors
    /// When there was no answer, or the bank's records are not this host's to read.
    pub async fn actions(
        &self,
        bank: &Bank,
        (filter, look_ups): (&Filter, LookUps),
        (order, after): (Order, Option<&Mark>),
        (most, extent): (u32, Extent),
    ) -> Result<Piece<RecordThread>, CentralError> {
        let wanted = filter.for_store(look_ups);
        let rows = self
            .read(bank, (&wanted, Some(extent)), (order, after), most)
            .await?;
        Ok(piece(&rows, most, |row, cells| match extent {
            Extent::Whole => thread(row, &cells),
            Extent::InPart => RecordThread::of_parts(&cells, copied(row)),
        }))
    }

    /// Single records that fit.
    ///
    /// # Errors
    /// When there was no answer, or the bank's records are not this host's to read.
    pub async fn records(
        &self,
        bank: &Bank,
        filter: &Filter,
        (order, after): (Order, Option<&Mark>),
        most: u32,
    ) -> Result<Piece<Kept>, CentralError> {
        let wanted = filter.for_store(LookUps::Shown);
        let rows = self
            .read(bank, (&wanted, None), (order, after), most)
            .await?;
        Ok(piece(&rows, most, |row, mut all| {
            let read = thread(row, &all);
            let own = all.iter().position(|cells| cells["id"] == mark(row).id)?;
            let cells = all.swap_remove(own);
            Some(Kept { cells, read })
        }))
    }

    async fn read(
        &self,
        bank: &Bank,
        (wanted, as_actions): (&Value, Option<Extent>),
        (order, after): (Order, Option<&Mark>),
        most: u32,
    ) -> Result<Vec<Row>, CentralError> {
        let statement =
            "SELECT of_chain::text, of_branch, last_at, last_id, cells, under_way, settled,
                to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
            FROM kitdesk.read_records($1, $2, $3::jsonb, $4, $5, $6, $7, $8::uuid, $9, $10)";
        let newest_first = order == Order::NewestFirst;
        let values: [Given<'_>; 10] = [
            (&bank.tenant.as_str(), Type::TEXT),
            (&bank.environment.name(), Type::TEXT),
            (&wanted.to_string(), Type::TEXT),
            (&as_actions.is_some(), Type::BOOL),
            (&(as_actions == Some(Extent::InPart)), Type::BOOL),
            (&newest_first, Type::BOOL),
            (&after.map(|mark| mark.at.as_str()), Type::TEXT),
            (&after.map(|mark| mark.chain.as_str()), Type::TEXT),
            (&after.map(|mark| mark.id), Type::INT8),
            (&i32::try_from(most).unwrap_or(i32::MAX), Type::INT4),
        ];
        self.ask(statement, &values, LIMIT).await
    }

    /// One action by a record of it; several where the chain's name does not say which.
    ///
    /// # Errors
    /// When there was no answer, or the bank's records are not this host's to read.
    pub async fn action(
        &self,
        bank: &Bank,
        id: &CopyId,
    ) -> Result<Vec<RecordThread>, CentralError> {
        let statement = "SELECT chain::text, branch, at, id, cells, under_way, settled
            FROM kitdesk.read_action($1, $2, $3)";
        let values: [Given<'_>; 3] = [
            (&bank.tenant.as_str(), Type::TEXT),
            (&id.chain, Type::TEXT),
            (&id.id.0, Type::INT8),
        ];
        let rows = self.ask(statement, &values, LIMIT).await?;
        let found = rows.iter().map(|row| thread(row, &cells(row)?));
        found
            .map(|thread| {
                thread.ok_or_else(|| {
                    CentralError::Refused(format!("its record {id} can't be read any more"))
                })
            })
            .collect()
    }

    /// The writes whose end nobody knows, oldest first.
    ///
    /// # Errors
    /// When there was no answer, or the bank's records are not this host's to read.
    pub async fn open_actions(&self, bank: &Bank) -> Result<Vec<RecordThread>, CentralError> {
        let statement =
            "SELECT of_chain::text, of_branch, last_at, last_id, cells, under_way, settled
            FROM kitdesk.read_open($1, $2, $3)";
        let values: [Given<'_>; 3] = [
            (&bank.tenant.as_str(), Type::TEXT),
            (&bank.environment.name(), Type::TEXT),
            (&MOST_OPEN, Type::INT4),
        ];
        let rows = self.ask(statement, &values, LIMIT).await?;
        let open = rows.iter().filter_map(|row| thread(row, &cells(row)?));
        Ok(open.collect())
    }

    /// How many look-ups were made between these times.
    ///
    /// # Errors
    /// When there was no answer, or the bank's records are not this host's to read.
    pub async fn look_ups(
        &self,
        bank: &Bank,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Vec<LookUpCount>, CentralError> {
        let statement = "SELECT operator, host, branch, look_ups
            FROM kitdesk.count_look_ups($1, $2, $3, $4)";
        let values: [Given<'_>; 4] = [
            (&bank.tenant.as_str(), Type::TEXT),
            (&bank.environment.name(), Type::TEXT),
            (&format!("{from:.3}"), Type::TEXT),
            (&format!("{to:.3}"), Type::TEXT),
        ];
        let rows = self.ask(statement, &values, LIMIT).await?;
        let counts = rows.iter().map(|row| LookUpCount {
            operator: row.get(0),
            host: row.get(1),
            branch: row.get(2),
            count: u64::try_from(row.get::<_, i64>(3)).unwrap_or(0),
        });
        Ok(counts.collect())
    }
}

/// The columns that each of these questions has first: chain, branch, time and number of the place in the list, the
/// records, whether a write is under way, how another host has settled it.
fn thread(row: &Row, cells: &[Value]) -> Option<RecordThread> {
    RecordThread::of_copies(cells, copied(row))
}

fn copied(row: &Row) -> Copied {
    Copied {
        mark: mark(row),
        branch: row.get(1),
        changed: Vec::new(),
        is_under_way: row.get(5),
        settled: settled(row),
    }
}

/// How another host has settled it.
fn settled(row: &Row) -> Option<SettledElsewhere> {
    let settled: Value = serde_json::from_str(row.get::<_, Option<&str>>(6)?).ok()?;
    let text = |name: &str| settled[name].as_str().map(str::to_owned);
    Some(SettledElsewhere {
        finding: match settled["how"].as_str()? {
            "settled_done" => Finding::Done,
            "settled_not_done" => Finding::NotDone,
            _ => Finding::Unknown,
        },
        operator: text("operator").unwrap_or_default(),
        reason: text("reason").unwrap_or_default(),
        at: text("at").unwrap_or_default(),
    })
}

fn mark(row: &Row) -> Mark {
    Mark {
        at: row.get(2),
        chain: row.get(0),
        id: row.get(3),
    }
}

fn cells(row: &Row) -> Option<Vec<Value>> {
    serde_json::from_str(row.get(4)).ok()
}

fn piece<T>(rows: &[Row], most: u32, take: impl Fn(&Row, Vec<Value>) -> Option<T>) -> Piece<T> {
    let is_full = rows.len() >= most as usize;
    let next = rows.last().filter(|_| is_full).map(mark);
    let as_of = rows
        .first()
        .and_then(|row| row.get::<_, &str>(7).parse().ok());
    let mut piece = Piece {
        found: Vec::with_capacity(rows.len()),
        next,
        unreadable: 0,
        as_of: as_of.unwrap_or_else(crate::utc::now),
    };
    for row in rows {
        match cells(row).and_then(|cells| take(row, cells)) {
            Some(found) => piece.found.push(found),
            None => piece.unreadable += 1,
        }
    }
    piece
}
