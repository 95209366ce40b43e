//! A store that is put back to an earlier state, as its hosts see it: connections end, and what came in since is lost.

use crate::engine::Database;

const TABLES: &str = "SELECT string_agg(format('%I', relname), ',') FROM pg_class
    WHERE relnamespace = 'kitdesk'::regnamespace AND relkind = 'r'";

async fn tables(database: &Database) -> Vec<String> {
    let row = database.owner.query_one(TABLES, &[]).await;
    let all: String = row.expect("the superuser may").get(0);
    all.split(',').map(str::to_owned).collect()
}

/// Keeps all of it as it is now.
pub async fn backup(database: &Database) {
    let mut script = "BEGIN ISOLATION LEVEL REPEATABLE READ; DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup;"
        .to_owned();
    let kept = tables(database).await;
    let kept = kept
        .iter()
        .map(|table| format!("CREATE TABLE backup.{table} AS TABLE kitdesk.{table};"));
    script.extend(kept);
    let kept = database.owner.batch_execute(&(script + "COMMIT")).await;
    kept.expect("the superuser may");
}

/// Puts it back to what was kept; with this done before anybody else comes in.
pub async fn restore(database: &Database, then: &str) {
    let tables = tables(database).await;
    let all: Vec<_> = tables
        .iter()
        .map(|table| format!("kitdesk.{table}"))
        .collect();
    let mut script = format!(
        "BEGIN; SET LOCAL session_replication_role = replica; TRUNCATE {};",
        all.join(", ")
    );
    let put_back = tables.iter();
    script.extend(
        put_back.map(|table| format!("INSERT INTO kitdesk.{table} SELECT * FROM backup.{table};")),
    );
    let away = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let owner = &database.owner;
    loop {
        owner.query(away, &[]).await.expect("the superuser may");
        // Who comes in at the same moment may be waited for in a circle.
        match owner.batch_execute(&format!("{script}{then};COMMIT")).await {
            Ok(()) => break,
            Err(error) => {
                let said = error.as_db_error().map(|said| said.code().clone());
                let circle = tokio_postgres::error::SqlState::T_R_DEADLOCK_DETECTED;
                assert_eq!(said, Some(circle), "{error:?}");
                owner.batch_execute("ROLLBACK").await.expect("it ends");
            }
        }
    }
}
