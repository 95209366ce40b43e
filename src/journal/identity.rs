//! The name of a journal's chain, by which a store elsewhere knows it. A journal has it from when it is made,
//! and its first record holds it, so that the hash chain holds it too.

use std::fmt;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::chain::Hash;
use super::head::Head;
use super::link::Link;
use super::question::select_from;
use super::record::time_text;
use super::uuid::Uuid;
use crate::utc;

/// The name of a chain: every copy of a journal has the same, and no two journals do. A journal of format 1 had
/// none of its own, and keeps the first half of its first record's hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainId(Uuid);

impl fmt::Display for ChainId {
    /// In the form of a UUID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl ChainId {
    /// By the first record: what it has in place of the hash before, and its own hash. Nothing where it begins
    /// no chain.
    pub(super) fn of_first(prev: Hash, hash: Hash) -> Option<Self> {
        match prev.halves() {
            _ if prev == Hash::ZERO => Some(Self(Uuid(hash.halves()[0]))),
            [chain, rest] if rest == [0; 16] => Some(Self(Uuid(chain))),
            _ => None,
        }
    }

    /// What the first record of a journal with this name has in place of the hash before.
    pub(super) fn beginning(self) -> Hash {
        Hash::naming(self.0.0)
    }
}

/// Gives a journal its name, within the transaction that makes it, brings it to this format or makes it again.
/// The name that the records hold counts before the one that stood there before.
pub(super) fn put(connection: &Connection, before: Option<Identity>) -> rusqlite::Result<()> {
    let held = first(connection)?.filter(Link::is_sound);
    let held = held.and_then(|first| ChainId::of_first(first.prev?, first.hash?));
    let Identity { chain, made } = match (held, before) {
        (None, Some(before)) => before,
        (Some(held), Some(before)) if held == before.chain => before,
        (held, _) => Identity {
            chain: held.unwrap_or_else(|| ChainId(Uuid::random())),
            made: time_text(utc::now()),
        },
    };
    let chain = chain.to_string();
    connection.execute(
        "INSERT INTO identity (chain, made) VALUES (?1, ?2)",
        params![chain, made],
    )?;
    Ok(())
}

/// The row of the table of that name.
pub(super) struct Identity {
    pub(super) chain: ChainId,
    made: String,
}

/// The one that stands there; nothing where that is not one row with a name.
pub(super) fn found(connection: &Connection) -> Option<Identity> {
    let read = || -> rusqlite::Result<Vec<(String, String)>> {
        let mut statement =
            connection.prepare_cached("SELECT chain, made FROM identity LIMIT 2")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    match read().ok()?.as_slice() {
        [(chain, made)] => Some(Identity {
            chain: ChainId(Uuid::parse(chain)?),
            made: made.clone(),
        }),
        _ => None,
    }
}

/// The first record, where there is one.
pub(super) fn first(connection: &Connection) -> rusqlite::Result<Option<Link>> {
    let mut statement = connection.prepare_cached(&select_from("WHERE id = 1", true))?;
    statement.query_row([], Link::of_row).optional()
}

/// Whether a record that has this as the hash before follows that one. The first one has a name there: which
/// one is looked at with the database's shape.
pub(super) fn follows(prev: Option<Hash>, before: Head) -> bool {
    match prev {
        Some(prev) if before == Head::START => prev.halves()[1] == [0; 16],
        prev => prev == Some(before.hash),
    }
}
