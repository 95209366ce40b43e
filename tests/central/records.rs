//! Records: as the journal hashes them, in order, each once, each host its own.

use kitdesk::central::{CentralError, Store};
use kitdesk::journal::{
    ChainId, Journal, Note, NoteKind, Opening, Operation, RecordId, Subject, Who,
};
use serde_json::{Value, json};

use crate::claims::{CHAIN_B, kit, place};
use crate::engine::{Database, Host};

/// A journal with so many records.
pub fn journal(host: &std::path::Path, count: usize) -> Journal {
    let who = Who::new("máriá \"x\"", "pad");
    let mut journal = Journal::open(host, Opening::new(&who, &place())).expect("a journal");
    add(&mut journal, count);
    journal
}

pub fn add(journal: &mut Journal, count: usize) {
    for number in 0..count {
        let mut note = Note::new(NoteKind::LookUp, Operation::Session, kit("4561789"));
        note.message = Some(format!("number {number}: ça va, \u{1f600}\\"));
        note.facts = Some(json!({ "b": 1.5, "a": ["x", null, "\u{7}"] }));
        if number % 2 == 0 {
            note.subject = Subject::default();
        }
        journal.note(&note).expect("it is noted");
    }
}

/// A host by its journal's own chain.
pub async fn enrolled(
    database: &Database,
    count: usize,
) -> (Journal, tempfile::TempDir, Host, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = journal(folder.path(), count);
    let chain = journal.chain_id().expect("it has a name");
    let host = database.host("a", &chain.to_string(), "ACME").await;
    let store = database.store(&host);
    (journal, folder, host, store)
}

pub fn chain(journal: &Journal) -> ChainId {
    journal.chain_id().expect("it has a name")
}

pub fn all(journal: &Journal) -> Vec<Value> {
    journal
        .reader()
        .as_hashed(RecordId(0), 1000)
        .expect("it is read")
}

#[tokio::test]
async fn records_go_in_as_they_are_hashed_and_once() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (mut journal, _folder, _host, store) = enrolled(&database, 40).await;
    let records = all(&journal);
    store
        .forward(chain(&journal), records[..25].to_vec())
        .await
        .expect("they are taken");
    // An answer was lost, and they are handed over again, with more.
    store
        .forward(chain(&journal), records.clone())
        .await
        .expect("they are taken");
    store
        .forward(chain(&journal), records)
        .await
        .expect("they are taken");
    assert_eq!(database.count("records").await, 40);
    add(&mut journal, 3);
    store
        .forward(chain(&journal), all(&journal))
        .await
        .expect("they are taken");
    let last = store
        .forwarded(chain(&journal))
        .await
        .expect("it answers")
        .expect("it has some");
    let own = journal
        .reader()
        .hash_of(RecordId(43))
        .expect("it is read")
        .expect("it is there");
    assert_eq!((last.id, last.hash), (43, own.to_string()));
}

#[tokio::test]
async fn another_history_is_refused() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (journal, _folder, _host, store) = enrolled(&database, 5).await;
    let records = all(&journal);
    let refused = async |records: Vec<Value>| {
        let error = store
            .forward(chain(&journal), records)
            .await
            .expect_err("it is refused");
        assert!(matches!(error, CentralError::OtherHistory(_)), "{error}");
    };
    // A gap, a changed cell, a chain that begins elsewhere.
    refused(records[1..].to_vec()).await;
    let mut changed = records.clone();
    changed[3]["operator"] = json!("somebody else");
    refused(changed).await;
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let other = self::journal(elsewhere.path(), 2);
    refused(all(&other)).await;
    assert_eq!(database.count("records").await, 0);
    store
        .forward(chain(&journal), records)
        .await
        .expect("they are taken");
}

#[tokio::test]
async fn a_host_adds_to_its_own_chain_and_reads_its_bank_s() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (journal, _folder, host, store) = enrolled(&database, 4).await;
    store
        .forward(chain(&journal), all(&journal))
        .await
        .expect("they are taken");
    let neighbour = database.host("b", CHAIN_B, "ACME").await;
    let stranger = database
        .host("c", "cccccccc-0000-0000-0000-000000000003", "OTHER")
        .await;
    let mine = "SELECT count(*) FROM kitdesk.records";
    for (by, seen) in [(&host, 4), (&neighbour, 4), (&stranger, 0)] {
        let row = database
            .by_hand(by)
            .await
            .query_one(mine, &[])
            .await
            .expect("it may read");
        assert_eq!(row.get::<_, i64>(0), seen, "{}", by.role);
    }
    // Another's chain, by its own role.
    let copy = format!(
        "INSERT INTO kitdesk.records SELECT r.* FROM kitdesk.records r WHERE chain = '{}' AND id = 4",
        host.chain
    );
    let error = database
        .by_hand(&neighbour)
        .await
        .batch_execute(&copy)
        .await;
    let said = error
        .expect_err("it may not")
        .as_db_error()
        .expect("the server's")
        .message()
        .to_owned();
    assert!(said.contains("row-level security"), "{said}");
}

#[tokio::test]
async fn old_records_are_cut_off_from_the_front() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (mut journal, _folder, host, store) = enrolled(&database, 6).await;
    store
        .forward(chain(&journal), all(&journal))
        .await
        .expect("they are taken");
    let cut = format!(
        "SET ROLE kitdesk_owner; SELECT kitdesk.cut('{}', clock_timestamp()); RESET ROLE",
        host.chain
    );
    database
        .owner
        .batch_execute(&cut)
        .await
        .expect("the owner may");
    assert_eq!(database.count("records").await, 1);
    assert_eq!(database.count("cuts WHERE up_to = 5").await, 1);
    add(&mut journal, 2);
    let later = journal
        .reader()
        .as_hashed(RecordId(6), 10)
        .expect("it is read");
    store
        .forward(chain(&journal), later)
        .await
        .expect("they follow");
    assert_eq!(database.count("records").await, 3);
}

/// A console and verbs of one host have one journal, and each forwards what it finds there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_programs_forward_the_same_records_at_once() {
    let Some(database) = Database::new().await else {
        return;
    };
    let (journal, _folder, host, _store) = enrolled(&database, 300).await;
    let (records, chain) = (all(&journal), chain(&journal));
    let stores: Vec<_> = (0..4).map(|_| database.store(&host)).collect();
    let programs = stores.into_iter().enumerate().map(|(number, store)| {
        let records = records.clone();
        tokio::spawn(async move {
            for batch in records.chunks(17 + number) {
                store
                    .forward(chain, batch.to_vec())
                    .await
                    .expect("they are taken");
            }
        })
    });
    for program in programs.collect::<Vec<_>>() {
        program.await.expect("no panic");
    }
    assert_eq!(database.count("records").await, 300);
}
