//! Journals of both formats at the store, and their names: one history of each, and that of the role alone.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use kitdesk::central::{CentralError, Store};
use kitdesk::journal::{
    ClaimOnRecord, Digest, Intent, Journal, Note, NoteKind, Opening, Operation, RecordId, Who,
    Write,
};
use serde_json::{Value, json};

use crate::claims::{CHAIN_B, kit, place};
use crate::engine::{Database, Host};

/// The name of the journal of format 1: the first half of its first record's hash.
const CHAIN: &str = "849c7b63-90fc-f0e3-902f-e772b6e7dd0a";

fn opening() -> Opening {
    let who = Who {
        operator: "maria".to_owned(),
        host: "pad".to_owned(),
        ssh_origin: Some("10.1.2.3".to_owned()),
        key: Some("SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDvyEnYBjqCd1E1E7k".to_owned()),
    };
    Opening::new(&who, &place())
}

fn open(state: &Path) -> Journal {
    Journal::open(state, opening()).expect("a journal")
}

/// As the last kitdesk that wrote format 1 has left it.
fn of_format_1(state: &Path) {
    let file = state.join("journal.db");
    let database = rusqlite::Connection::open(&file).expect("a database");
    database
        .execute_batch(include_str!("../../src/journal/tests/format_1.sql"))
        .expect("the SQL is good");
    drop(database);
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&file, mode).expect("its owner's");
    let head =
        "00000000000000000010 e2daf06649cb5a993142eb5f68e4879dee3fe6db8b94bd4fe739939d1a7957a7\n";
    std::fs::write(state.join("journal.head"), head).expect("the head");
}

fn add(journal: &mut Journal) {
    let note = Note::new(NoteKind::LookUp, Operation::Session, kit("4561789"));
    journal.note(&note).expect("it is noted");
}

fn records_after(journal: &Journal, id: i64) -> Vec<Value> {
    let records = journal.reader().as_hashed(RecordId(id), 1000);
    records.expect("they are read")
}

/// Every record's hash at the store is that of the journal.
async fn is_the_same(database: &Database, host: &Host, journal: &Journal) {
    let question = "SELECT id, hash FROM kitdesk.records WHERE chain::text = $1 ORDER BY id";
    let rows = database.owner.query(question, &[&host.chain]).await;
    let there: Vec<(i64, String)> = rows
        .expect("the superuser may")
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let own = records_after(journal, 0);
    let own: Vec<_> = own
        .iter()
        .map(|record| {
            (
                record["id"].as_i64().expect("a number"),
                record["hash"].as_str().expect("text").to_owned(),
            )
        })
        .collect();
    assert_eq!(there, own);
}

#[tokio::test]
async fn a_journal_of_format_1_is_forwarded_and_goes_on() {
    let Some(database) = Database::new().await else {
        return;
    };
    let state = tempfile::tempdir().expect("a temporary folder");
    of_format_1(state.path());
    // A part was forwarded by the kitdesk before.
    let reader = Journal::open_to_read(state.path()).expect("a journal");
    let chain = reader
        .chain_id()
        .expect("it is read")
        .expect("its first record's");
    assert_eq!(chain.to_string(), CHAIN);
    let host = database.host("a", CHAIN, "ACME").await;
    let store = database.store(&host);
    let first = reader.as_hashed(RecordId(0), 6).expect("they are read");
    store.forward(chain, first).await.expect("they are taken");
    drop(reader);
    let mut journal = open(state.path());
    assert_eq!(journal.chain_id(), Ok(chain));
    let claimed = Intent {
        write: Write::Lock,
        subject: kit("9"),
        digest: Digest::of(Write::Lock, &json!({})),
        before: None,
        since: None,
        key_check: None,
        why: None,
        claim: Some(ClaimOnRecord {
            id: "44444444-0000-4000-8000-000000000004".to_owned(),
            unclaimed: None,
        }),
    };
    journal.intend(&claimed).expect("an intent");
    add(&mut journal);
    let last = store
        .forwarded(chain)
        .await
        .expect("it answers")
        .expect("it has some");
    assert_eq!(last.id, 6);
    let rest = records_after(&journal, last.id);
    store.forward(chain, rest).await.expect("they follow");
    is_the_same(&database, &host, &journal).await;
    let later = database
        .count("records WHERE claim LIKE '4444%' AND key LIKE 'SHA256:%' AND request IS NULL");
    assert_eq!(later.await, 1);
    // What came with format 2 is in the hash.
    for (column, value) in [
        ("claim", json!(null)),
        ("key", json!("SHA256:other")),
        ("request", json!("one")),
    ] {
        add(&mut journal);
        let last = store
            .forwarded(chain)
            .await
            .expect("it answers")
            .expect("it has some");
        let mut record = records_after(&journal, last.id).remove(0);
        record[column] = value;
        if column == "claim" {
            record["claim"] = json!("another");
        }
        let error = store
            .forward(chain, vec![record])
            .await
            .expect_err("it is refused");
        assert!(
            matches!(error, CentralError::OtherHistory(_)),
            "{column}: {error}"
        );
        store
            .forward(chain, records_after(&journal, last.id))
            .await
            .expect("they are taken");
    }
    is_the_same(&database, &host, &journal).await;
}

#[tokio::test]
async fn a_role_is_for_one_journal() {
    let Some(database) = Database::new().await else {
        return;
    };
    let state = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(state.path());
    add(&mut journal);
    let chain = journal.chain_id().expect("it has a name");
    let host = database.host("a", CHAIN_B, "ACME").await;
    let another = database.store(&host);
    assert_eq!(
        another.forwarded(chain).await,
        Err(CentralError::OtherJournal)
    );
    assert!(
        another
            .forward(chain, records_after(&journal, 0))
            .await
            .is_err()
    );
    // A chain begins with its own name, also for a host that says otherwise.
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let other = open(elsewhere.path());
    let host = database
        .host("b", &other.chain_id().expect("a name").to_string(), "ACME")
        .await;
    let store = database.store(&host);
    let records = records_after(&journal, 0);
    let error = store
        .forward(other.chain_id().expect("a name"), records)
        .await;
    assert!(
        matches!(error, Err(CentralError::OtherHistory(_))),
        "{error:?}"
    );
    assert_eq!(database.count("records").await, 0);
}

#[tokio::test]
async fn a_copy_of_a_journal_has_no_history_of_its_own() {
    let Some(database) = Database::new().await else {
        return;
    };
    let state = tempfile::tempdir().expect("a temporary folder");
    let mut journal = open(state.path());
    add(&mut journal);
    drop(journal);
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    for name in ["journal.db", "journal.head"] {
        std::fs::copy(state.path().join(name), elsewhere.path().join(name)).expect("copied");
    }
    let (mut one, mut other) = (open(state.path()), open(elsewhere.path()));
    let chain = one.chain_id().expect("a name");
    assert_eq!(other.chain_id(), Ok(chain));
    let host = database.host("a", &chain.to_string(), "ACME").await;
    let stores: [Store; 2] = [database.store(&host), database.store(&host)];
    for (store, journal) in stores.iter().zip([&mut one, &mut other]) {
        store
            .forward(chain, records_after(journal, 0))
            .await
            .expect("it is the same yet");
    }
    add(&mut one);
    add(&mut other);
    stores[0]
        .forward(chain, records_after(&one, 1))
        .await
        .expect("it is taken");
    add(&mut other);
    let error = stores[1].forward(chain, records_after(&other, 2)).await;
    assert!(
        matches!(error, Err(CentralError::OtherHistory(_))),
        "{error:?}"
    );
    is_the_same(&database, &host, &one).await;
}

#[tokio::test]
async fn a_store_that_takes_format_1_alone_says_so() {
    let Some(database) = Database::new().await else {
        return;
    };
    let host = database.host("a", CHAIN_B, "ACME").await;
    for older in [
        "CREATE FUNCTION kitdesk.about_me(OUT version int, OUT journal_format int, OUT chain uuid, OUT tenant text,
             OUT environments text[]) LANGUAGE sql AS $$ SELECT 1, 1, NULL::uuid, NULL::text, NULL::text[] $$",
        "CREATE FUNCTION kitdesk.about_me(OUT version int, OUT chain uuid, OUT tenant text, OUT environments text[])
             LANGUAGE sql AS $$ SELECT 1, NULL::uuid, NULL::text, NULL::text[] $$",
    ] {
        let made = format!("DROP FUNCTION kitdesk.about_me; {older}");
        database.owner.batch_execute(&made).await.expect("the superuser may");
        let error = database.store(&host).standing().await.expect_err("it is older");
        assert!(matches!(error, CentralError::SetUp(_)), "{error}");
    }
}
