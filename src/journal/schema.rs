//! The shape of the database: what it is made of, and how it is made again from its records.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::chain::COLUMNS;

/// Everything in the database, each as `SQLite` keeps it. Rows are only ever added. The triggers are
/// against slips, not against malice: the chain shows what was done without them.
pub(super) const SCHEMA: [(&str, &str); 6] = [
    (
        "table records",
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
) STRICT"#,
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
];

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
    for (name, _) in found(connection)?
        .iter()
        .filter(|(name, _)| name != SCHEMA[0].0)
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
    for (_, sql) in SCHEMA {
        connection.execute_batch(sql)?;
    }
    let is_stray = is_stray().replace("records", "records_before");
    connection.execute_batch(&format!(
        "INSERT INTO records ({columns})
         SELECT id, {cells} FROM records_before NOT INDEXED WHERE NOT {is_stray} ORDER BY id;
         INSERT INTO records ({columns})
         SELECT (SELECT coalesce(max(id), 0) FROM records) + row_number() OVER (ORDER BY id), {cells}
         FROM records_before NOT INDEXED WHERE {is_stray};
         DROP TABLE records_before"
    ))
}

fn columns_of_records(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info('records')")?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
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
