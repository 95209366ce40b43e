//! The records of the whole bank, as the central store has them: what the journal's screens and verbs show of this
//! host's, read for all hosts. Reads and judges; changes nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::day::{Day, HostDay, OfBank};
use super::receipt::is_doubted;
use crate::central::{Bank, CentralError, Extent, Order, Piece, Store};
use crate::journal::{
    CopyId, Filter, Kind, Listed, LookUps, Mark, RecordThread, Standing, StandingWrite, guarded,
};
use crate::utc::{day_of, midnight, now};

/// How many actions are read at once.
pub const PAGE: u32 = 200;
/// How many writes of a day are read at once.
const WRITES: u32 = 500;

pub(super) mod words {
    use std::fmt::Display;

    pub(in crate::desk) const NO_CENTRAL: &str =
        "there is no [central] in the configuration, so this host alone is known";
    pub(super) const NO_DAY: &str = "there is no such day";

    pub(super) fn no_record(id: &dyn Display) -> String {
        format!("the central store has no record {id} of this bank")
    }

    pub(super) fn several(id: &dyn Display) -> String {
        format!("several journals begin like that: write more of the chain's name than {id} has")
    }
}

/// Why something of the bank's records can't be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankError {
    /// The store gave no answer.
    #[error(transparent)]
    Central(#[from] CentralError),
    /// There is no such thing; what is meant has to be said otherwise.
    #[error("{0}")]
    NotThere(String),
}

/// A question about the records of the whole bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BankQuestion {
    /// The actions of which any record fits, newest first, after this place.
    Actions(Box<Filter>, LookUps, Option<Mark>),
    /// An action with all that belongs to it.
    Action(CopyId),
    /// A day's end, of this operator alone or of everybody; without a date, today's.
    Day(Option<Date>, Option<String>),
}

/// A page of the bank's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankPage {
    /// The writes whose end nobody knows, oldest first: with the first page of everything.
    pub open: Vec<Listed>,
    /// The actions.
    pub actions: Piece<Listed>,
}

/// A page of actions, and with the first one of everything what is open.
///
/// # Errors
/// When the store gave no answer.
pub async fn page(
    (store, bank): (&Store, &Bank),
    (filter, look_ups): (&Filter, LookUps),
    after: Option<&Mark>,
) -> Result<BankPage, CentralError> {
    let is_first = after.is_none() && *filter == Filter::default();
    let order = (Order::NewestFirst, after);
    let read = store
        .actions(bank, (filter, look_ups), order, (PAGE, Extent::Whole))
        .await?;
    let open = if is_first {
        store.open_actions(bank).await?
    } else {
        Vec::new()
    };
    let Piece {
        found,
        next,
        unreadable,
        as_of,
    } = read;
    Ok(BankPage {
        open: open.into_iter().map(listed).collect(),
        actions: Piece {
            found: found.into_iter().map(listed).collect(),
            next,
            unreadable,
            as_of,
        },
    })
}

fn listed(thread: RecordThread) -> Listed {
    let is_doubted = thread.standing().is_some_and(Standing::is_done) && is_doubted(&thread);
    thread.into_listed(is_doubted)
}

/// An action with all that belongs to it.
///
/// # Errors
/// When the store gave no answer, or has no such record.
pub async fn action(
    (store, bank): (&Store, &Bank),
    id: &CopyId,
) -> Result<RecordThread, BankError> {
    let mut found = store.action(bank, id).await?;
    match (found.pop(), found.pop()) {
        (Some(thread), None) => Ok(thread),
        (Some(_), Some(_)) => Err(BankError::NotThere(words::several(id))),
        (None, _) => Err(BankError::NotThere(words::no_record(id))),
    }
}

/// A day's end over all hosts.
///
/// # Errors
/// When the store gave no answer, or there is no such day.
pub async fn day(
    (store, bank): (&Store, &Bank),
    date: Option<Date>,
    operator: Option<String>,
) -> Result<Day, BankError> {
    let no_day = || BankError::NotThere(words::NO_DAY.to_owned());
    let date = date.unwrap_or_else(|| day_of(now()));
    // As the journal keeps it.
    let operator = operator.map(|operator| guarded(&operator, &[]));
    let from = midnight(date).ok_or_else(no_day)?;
    let to = date.tomorrow().ok().and_then(midnight).ok_or_else(no_day)?;
    let is_theirs = |who: &str| operator.as_deref().is_none_or(|operator| operator == who);
    let filter = Filter {
        from: Some(from),
        to: Some(to),
        operator: operator.clone(),
        kind: Some(Kind::Intent),
        ..Filter::default()
    };
    let mut day = Day::empty(date, operator.clone());
    let mut hosts: BTreeMap<(Option<String>, String), HostDay> = BTreeMap::new();
    let mut after = None;
    loop {
        let order = (Order::OldestFirst, after.as_ref());
        let filter = (&filter, LookUps::Shown);
        let most = (WRITES, Extent::InPart);
        let read = store.actions(bank, filter, order, most).await?;
        for write in read.found.into_iter().filter_map(slim) {
            hosts.entry(host_of(&write)).or_default().tally.add(&write);
            day.writes.push(write);
        }
        match read.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let open = store.open_actions(bank).await?;
    let open = open.into_iter().filter_map(slim);
    day.open_before = open
        .filter(|write| write.intent.at < from && is_theirs(&write.intent.who.operator))
        .collect();
    for one in store.look_ups(bank, (from, to)).await? {
        if is_theirs(&one.operator) {
            *day.look_ups.entry(one.operator).or_default() += one.count;
            hosts.entry((one.branch, one.host)).or_default().look_ups += one.count;
        }
    }
    day.of_bank = Some(OfBank {
        hosts,
        as_of: now(),
    });
    Ok(day)
}

fn host_of(write: &StandingWrite) -> (Option<String>, String) {
    let branch = write
        .copied
        .as_ref()
        .and_then(|copied| copied.branch.clone());
    (branch, write.intent.who.host.clone())
}

/// A write as a day's end needs it: a bank has many of them.
fn slim(thread: RecordThread) -> Option<StandingWrite> {
    let mut write = thread.into_write()?;
    let intent = &mut write.intent;
    (intent.before, intent.after, intent.message) = (None, None, None);
    (intent.claim, intent.request, intent.key_check) = (None, None, None);
    intent.session = String::new();
    if let Some(copied) = &mut write.copied {
        (copied.mark.at, copied.changed) = (String::new(), Vec::new());
    }
    Some(write)
}
