//! A journal next to what the store has of it, after a superuser was at work there: triggers and checks are no
//! hindrance to one.

use kitdesk::central::{AboutChain, Comparison, CutOff, Difference, Store};
use kitdesk::journal::{Journal, RecordId};
use tempfile::TempDir;

use crate::engine::{Database, Host};
use crate::records::{add, all, enrolled};

/// A journal of twelve records, all of which are there, and a superuser whom nothing stops.
struct Bank {
    database: Database,
    journal: Journal,
    folder: TempDir,
    host: Host,
    store: Store,
    /// What gives a record its hash, in SQL.
    hash: String,
}

impl Bank {
    async fn new() -> Option<Self> {
        let database = Database::new().await?;
        let (journal, folder, host, store) = enrolled(&database, 12).await;
        store
            .forward(crate::records::chain(&journal), all(&journal))
            .await
            .expect("they are taken");
        let question =
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'hash_holds'";
        let row = database
            .owner
            .query_one(question, &[])
            .await
            .expect("it is there");
        let check: String = row.get(0);
        let hash = check
            .strip_prefix("(hash = ")
            .and_then(|rest| rest.strip_suffix(')'));
        let hash = hash.expect("the check compares with the hash").to_owned();
        let bank = Self {
            database,
            journal,
            folder,
            host,
            store,
            hash,
        };
        bank.by_superuser(
            "ALTER TABLE kitdesk.records DISABLE TRIGGER ALL;
             ALTER TABLE kitdesk.cuts DISABLE TRIGGER ALL;
             ALTER TABLE kitdesk.records DROP CONSTRAINT hash_holds;
             SET search_path = kitdesk",
        )
        .await;
        Some(bank)
    }

    async fn by_superuser(&self, statement: &str) {
        let done = self.database.owner.batch_execute(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {:?}", error.as_db_error()));
    }

    async fn about(&self) -> AboutChain {
        let about = self.store.about_chain(&self.host.chain).await;
        about.expect("it answers")
    }

    async fn compared(&self) -> Comparison {
        let about = self.about().await;
        let reader = self.journal.reader();
        let compared = self
            .store
            .compare(&self.host.chain, &about, reader, None)
            .await;
        compared.expect("both are read")
    }

    /// What the first difference is, and how many there are.
    async fn first(&self) -> (i64, Difference, u64) {
        let compared = self.compared().await;
        let (id, how) = compared.first.expect("something differs");
        (id.0, how, compared.differ)
    }
}

#[tokio::test]
async fn what_is_the_same_agrees_and_what_is_not_there_yet_waits() {
    let Some(mut bank) = Bank::new().await else {
        return;
    };
    let whole = Comparison {
        agree: 12,
        ..Comparison::default()
    };
    assert_eq!(bank.compared().await, whole);
    add(&mut bank.journal, 3);
    let behind = Comparison {
        waiting: 3,
        ..whole
    };
    assert_eq!(bank.compared().await, behind);
    // Put back from an older backup: it is filled again.
    bank.by_superuser("DELETE FROM kitdesk.records WHERE id > 5")
        .await;
    let older = Comparison {
        agree: 5,
        waiting: 10,
        ..Comparison::default()
    };
    assert_eq!(bank.compared().await, older);
    bank.by_superuser("TRUNCATE kitdesk.records").await;
    let empty = Comparison {
        waiting: 15,
        ..Comparison::default()
    };
    assert_eq!(bank.compared().await, empty);
}

#[tokio::test]
async fn a_changed_cell_shows_whatever_hash_stands_next_to_it() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let hash = bank.hash.clone();
    bank.by_superuser("UPDATE kitdesk.records SET operator = 'nobody' WHERE id = 9")
        .await;
    assert_eq!(bank.first().await, (9, Difference::ChangedThere, 1));
    bank.by_superuser("UPDATE kitdesk.records SET message = NULL WHERE id = 4")
        .await;
    assert_eq!(bank.first().await, (4, Difference::ChangedThere, 2));
    // With the hash that it gives now, the next one still holds on to the old one.
    bank.by_superuser(&format!(
        "UPDATE kitdesk.records SET hash = {hash} WHERE id = 4"
    ))
    .await;
    assert_eq!(bank.first().await, (4, Difference::ChangedThere, 2));
    bank.by_superuser("UPDATE kitdesk.records SET hash = repeat('0', 64) WHERE id = 2")
        .await;
    assert_eq!(bank.first().await, (2, Difference::ChangedThere, 3));
}

#[tokio::test]
async fn a_chain_that_was_written_again_from_a_record_on_is_another_history() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let hash = bank.hash.clone();
    bank.by_superuser("UPDATE kitdesk.records SET operator = 'nobody' WHERE id = 7")
        .await;
    bank.by_superuser(&format!(
        "ALTER TABLE kitdesk.records DROP CONSTRAINT records_chain_prev_key;
         DO $$ BEGIN FOR n IN 7..12 LOOP
             UPDATE kitdesk.records SET prev = (SELECT b.hash FROM kitdesk.records b WHERE b.id = n - 1) WHERE id = n;
             UPDATE kitdesk.records SET hash = {hash} WHERE id = n;
         END LOOP; END $$"
    ))
    .await;
    assert_eq!(bank.first().await, (7, Difference::TwoHistories, 6));
    assert_eq!(bank.compared().await.agree, 6);
}

#[tokio::test]
async fn a_record_that_was_removed_or_added_there_shows() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let hash = bank.hash.clone();
    bank.by_superuser(&format!(
        "CREATE TEMP TABLE one AS SELECT * FROM kitdesk.records WHERE id = 12;
         UPDATE one SET id = 13, prev = hash;
         UPDATE one SET hash = {hash};
         INSERT INTO kitdesk.records SELECT * FROM one"
    ))
    .await;
    assert_eq!(bank.first().await, (13, Difference::OnlyThere, 1));
    bank.by_superuser("DELETE FROM kitdesk.records WHERE id IN (5, 6)")
        .await;
    assert_eq!(bank.first().await, (5, Difference::MissingThere, 3));
    bank.by_superuser("DELETE FROM kitdesk.records WHERE id = 1")
        .await;
    assert_eq!(bank.first().await, (1, Difference::MissingThere, 4));
}

#[tokio::test]
async fn what_was_cut_off_for_its_age_agrees_by_the_hash_that_was_kept() {
    let Some(mut bank) = Bank::new().await else {
        return;
    };
    let chain = bank.host.chain.clone();
    bank.by_superuser(&format!("SELECT kitdesk.cut('{chain}', clock_timestamp())"))
        .await;
    add(&mut bank.journal, 1);
    let cut = CutOff {
        up_to: RecordId(11),
        agrees: true,
    };
    let compared = Comparison {
        agree: 1,
        waiting: 1,
        cut: Some(cut),
        ..Comparison::default()
    };
    assert_eq!(bank.compared().await, compared);
    bank.by_superuser("UPDATE kitdesk.cuts SET hash = repeat('a', 64)")
        .await;
    assert_eq!(bank.first().await, (11, Difference::CutWithAnotherHash, 1));
    // A cut that nobody has written down is none.
    bank.by_superuser("DELETE FROM kitdesk.cuts").await;
    assert_eq!(bank.first().await, (1, Difference::MissingThere, 11));
}

#[tokio::test]
async fn what_was_changed_in_the_journal_is_there_as_it_was_written() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let file = bank.folder.path().join("journal.db");
    let database = rusqlite::Connection::open(file).expect("it is there");
    let triggers = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger'";
    let dropped: Option<String> = database
        .query_row(triggers, [], |row| row.get(0))
        .expect("read");
    let change = "UPDATE records SET operator = 'nobody' WHERE id = 5";
    let statements = format!("{};{change}", dropped.unwrap_or_default());
    database.execute_batch(&statements).expect("it is ours");
    let reader = bank.journal.reader();
    let broken = reader.verify().expect_err("it was changed");
    let suspect = broken.record();
    assert_eq!(suspect, Some(RecordId(5)));
    let about = bank.about().await;
    let compared = bank
        .store
        .compare(&bank.host.chain, &about, reader, suspect)
        .await;
    let compared = compared.expect("both are read");
    assert_eq!(compared.first, Some((RecordId(5), Difference::ChangedHere)));
    assert_eq!((compared.agree, compared.differ), (11, 1));
}

#[tokio::test]
async fn an_auditor_compares_and_another_host_does_not() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let chain = &bank.host.chain;
    let other = bank
        .database
        .host("b", crate::claims::CHAIN_B, "ACME")
        .await;
    let refused = bank.database.store(&other).about_chain(chain).await;
    let refused = refused.expect_err("it is another's").to_string();
    assert!(
        refused.contains("neither the host of this journal nor an auditor"),
        "{refused}"
    );
    let role = format!("audit_{}", bank.database.name);
    let password = crate::engine::PASSWORD;
    bank.by_superuser(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD '{password}' IN ROLE kitdesk_audit"
    ))
    .await;
    let auditor = Host {
        role,
        chain: chain.clone(),
        home: tempfile::tempdir().expect("a temporary folder"),
    };
    let store = bank.database.store(&auditor);
    let about = store.about_chain(chain).await.expect("it may know");
    let compared = store
        .compare(chain, &about, bank.journal.reader(), None)
        .await;
    assert_eq!(compared.expect("both are read").agree, 12);
}
