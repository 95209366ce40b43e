//! The shape of the database: what it is made of, and how it is made again from its records.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::chain::{COLUMNS, LATER};
use super::identity;
use crate::sorting;

/// The columns of format 1.
macro_rules! columns {
    () => {
        r#"CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    "of" INTEGER,
    operator TEXT NOT NULL,
    host TEXT NOT NULL,
    ssh_origin TEXT,
    profile TEXT NOT NULL,
    tenant TEXT NOT NULL,
    environment TEXT NOT NULL,
    operation TEXT NOT NULL,
    entity TEXT,
    kit TEXT,
    order_id TEXT,
    digest TEXT,
    "before" TEXT,
    outcome TEXT,
    error_code TEXT,
    message TEXT,
    duration_ms INTEGER,
    "after" TEXT,
    reason TEXT,
    key_check TEXT,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
"#
    };
}

/// In format 1 there were these columns, and the next five things of [`SCHEMA`].
const RECORDS_OF_FORMAT_1: (&str, &str) = (RECORDS, concat!(columns!(), ") STRICT"));
const OF_FORMAT_1: usize = 6;
const RECORDS: &str = "table records";

/// Everything in the database, each as `SQLite` keeps it. Rows are only ever added. The triggers are
/// against slips, not against malice: the chain shows what was done without them.
///
/// The later columns stand where `ALTER TABLE` puts them: a journal of format 1 that was brought to this one
/// is made of the same.
pub(super) const SCHEMA: [(&str, &str); 12] = [
    (
        RECORDS,
        concat!(columns!(), ", claim TEXT, request TEXT, key TEXT) STRICT"),
    ),
    (
        "index followers",
        r#"CREATE INDEX followers ON records ("of") WHERE "of" IS NOT NULL"#,
    ),
    (
        "index intents_by_kit",
        "CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'intent'",
    ),
    (
        "index intents_by_order",
        "CREATE INDEX intents_by_order ON records (order_id) WHERE kind = 'intent'",
    ),
    (
        "trigger no_update",
        "CREATE TRIGGER no_update BEFORE UPDATE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END",
    ),
    (
        "trigger no_delete",
        "CREATE TRIGGER no_delete BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never removed'); END",
    ),
    (
        "index intents_by_claim",
        "CREATE INDEX intents_by_claim ON records (claim) WHERE kind = 'intent' AND claim IS NOT NULL",
    ),
    (
        "table identity",
        "CREATE TABLE identity (chain TEXT NOT NULL, made TEXT NOT NULL) STRICT",
    ),
    (
        "trigger one_identity",
        "CREATE TRIGGER one_identity BEFORE INSERT ON identity WHEN EXISTS (SELECT 1 FROM identity)
BEGIN SELECT RAISE(ABORT, 'a journal has one identity'); END",
    ),
    (
        "trigger same_identity",
        "CREATE TRIGGER same_identity BEFORE UPDATE ON identity
BEGIN SELECT RAISE(ABORT, 'an identity is never changed'); END",
    ),
    (
        "trigger no_identity_less",
        "CREATE TRIGGER no_identity_less BEFORE DELETE ON identity
BEGIN SELECT RAISE(ABORT, 'an identity is never removed'); END",
    ),
    (
        // A program of format 1 that had the journal open before its first record.
        "trigger no_first_of_format_1",
        "CREATE TRIGGER no_first_of_format_1 BEFORE INSERT ON records WHEN NEW.id = 1
AND NEW.prev = '0000000000000000000000000000000000000000000000000000000000000000'
BEGIN SELECT RAISE(ABORT, 'this journal has a newer format'); END",
    ),
];

/// What a database of this format is made of.
pub(super) fn of_format(format: i64) -> Vec<(&'static str, &'static str)> {
    if format == 1 {
        let rest = SCHEMA[1..OF_FORMAT_1].iter().copied();
        return [RECORDS_OF_FORMAT_1].into_iter().chain(rest).collect();
    }
    SCHEMA.to_vec()
}

/// Makes everything in an empty database, within a transaction.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    SCHEMA
        .iter()
        .try_for_each(|(_, sql)| connection.execute_batch(sql))?;
    identity::put(connection, None)
}

/// Adds to a database of format 1 what this format has more, within a transaction. What somebody has changed in
/// it stays, so that it is noticed, and what they have put there already is not made again.
pub(super) fn upgrade(connection: &Connection) -> rusqlite::Result<()> {
    let there = columns_of_records(connection)?;
    for column in LATER.iter().filter(|column| !there.contains(**column)) {
        connection.execute_batch(&format!("ALTER TABLE records ADD COLUMN {column} TEXT"))?;
    }
    let found = found(connection)?;
    let is_there = |name: &str| found.iter().any(|one| one.0 == name);
    for (name, sql) in &SCHEMA[OF_FORMAT_1..] {
        if !is_there(name) {
            connection.execute_batch(sql)?;
        }
    }
    if is_there("table identity") {
        return Ok(());
    }
    identity::put(connection, None)
}

/// What `SQLite` makes for itself, such as its statistics, changes no answer.
const FOUND: &str = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema
    WHERE NOT (type IN ('table', 'index') AND substr(name, 1, 7) = 'sqlite_')";

pub(super) fn found(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(FOUND)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// A number further from the others than this is none that a journal comes to. To number on from it
/// would leave no number for the next records.
const FURTHEST: i64 = 1_000_000;

pub(super) fn is_stray() -> String {
    format!("(id < 1 OR id > {FURTHEST} + 2 * (SELECT count(*) FROM records))")
}

/// Makes everything again from the records. Within a transaction: nothing is changed where the
/// records can't be read. A cell of a type that its column can't have becomes a text or nothing. A
/// record with a number that no journal comes to gets the next one after the others.
pub(super) fn rebuild(connection: &Connection) -> rusqlite::Result<()> {
    let identity = identity::found(connection);
    for (name, _) in found(connection)?
        .iter()
        .filter(|(name, _)| name != RECORDS)
    {
        let (kind, name) = name.split_once(' ').unwrap_or((name, ""));
        let name = name.replace('"', "\"\"");
        connection.execute_batch(&format!("DROP {kind} IF EXISTS \"{name}\""))?;
    }
    let there = columns_of_records(connection)?;
    let cells: Vec<_> = COLUMNS[1..]
        .iter()
        .map(|column| fitting(column, there.contains(*column)))
        .collect();
    let cells = cells.join(", ");
    let columns = COLUMNS.map(|column| format!("\"{column}\"")).join(", ");
    connection.execute_batch("ALTER TABLE records RENAME TO records_before")?;
    // The triggers are for records that come, not for those that are there.
    let (triggers, rest): (Vec<_>, Vec<_>) = SCHEMA
        .iter()
        .partition(|(name, _)| name.starts_with("trigger "));
    let make = |(_, sql): &(&str, &str)| connection.execute_batch(sql);
    rest.into_iter().try_for_each(make)?;
    let is_stray = is_stray().replace("records", "records_before");
    connection.execute_batch(&format!(
        "INSERT INTO records ({columns})
         SELECT id, {cells} FROM records_before NOT INDEXED WHERE NOT {is_stray} ORDER BY id;
         INSERT INTO records ({columns})
         SELECT (SELECT coalesce(max(id), 0) FROM records) + row_number() OVER (ORDER BY id), {cells}
         FROM records_before NOT INDEXED WHERE {is_stray};
         DROP TABLE records_before"
    ))?;
    identity::put(connection, identity)?;
    triggers.into_iter().try_for_each(make)
}

fn columns_of_records(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info('records')")?;
    let names = statement.query_map([], |row| row.get(0))?;
    let names: rusqlite::Result<Vec<String>> = names.collect();
    Ok(sorting::set(names?))
}

/// A cell as its column can have it, by what [`SCHEMA`] says of that.
fn fitting(column: &str, is_there: bool) -> String {
    let (_, table) = SCHEMA[0];
    let is = |what: &str| {
        let lines = [format!(" {column} {what}"), format!(" \"{column}\" {what}")];
        lines.iter().any(|line| table.contains(line))
    };
    let cell = if is_there {
        format!("\"{column}\"")
    } else {
        "NULL".to_owned()
    };
    if is("INTEGER") {
        format!("CASE typeof({cell}) WHEN 'integer' THEN {cell} END")
    } else if is("TEXT NOT NULL") {
        format!("coalesce(CAST({cell} AS TEXT), '')")
    } else {
        format!("CAST({cell} AS TEXT)")
    }
}
