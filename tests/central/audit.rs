//! An auditor walks along the chains of all hosts, with no journal of their own, after a superuser was at work there.

use kitdesk::central::{ChainError, SignedChain, WalkedChain};
use kitdesk::checkpoint::{Checkpoint, SigningKey, origin};
use kitdesk::journal::RecordId;
use serde_json::Value;

use crate::claims::CHAIN_B;
use crate::engine::{Database, Host, PASSWORD};
use crate::fixtures::Desk;
use crate::records::{all, chain, enrolled};

/// A host with twelve records, of which ten are signed, another host with none, and an auditor.
struct Bank {
    database: Database,
    host: Host,
    auditor: Host,
    _other: Host,
}

impl Bank {
    async fn new() -> Option<Self> {
        let database = Database::new().await?;
        let (journal, folder, host, store) = enrolled(&database, 12).await;
        let forwarded = store.forward(chain(&journal), all(&journal)).await;
        forwarded.expect("they are taken");
        let key = SigningKey::make(&folder.path().join("key")).expect("a key");
        let signer = key.signer(&origin(&host.chain));
        let roots = journal.reader().roots(&[10]).expect("it is read");
        let checkpoint = Checkpoint {
            origin: origin(&host.chain),
            size: 10,
            root: roots[0].expect("it has ten"),
        };
        let note = signer.sign(&checkpoint.to_string());
        store.keep(&checkpoint, &note).await.expect("it is kept");
        let other = database.host("b", CHAIN_B, "ACME").await;
        let auditor = Host {
            role: format!("audit_{}", database.name),
            chain: host.chain.clone(),
            home: tempfile::tempdir().expect("a temporary folder"),
        };
        let bank = Self {
            database,
            host,
            auditor,
            _other: other,
        };
        bank.by_superuser(&format!(
            "CREATE ROLE {} LOGIN PASSWORD '{PASSWORD}' IN ROLE kitdesk_audit;
             UPDATE kitdesk.hosts SET signer = '{}', branch = '1021' WHERE chain = '{}';
             ALTER TABLE kitdesk.records DISABLE TRIGGER ALL;
             ALTER TABLE kitdesk.cuts DISABLE TRIGGER ALL;
             ALTER TABLE kitdesk.checkpoints DISABLE TRIGGER ALL",
            bank.auditor.role,
            signer.verifying(),
            bank.host.chain
        ))
        .await;
        Some(bank)
    }

    async fn by_superuser(&self, statement: &str) {
        let done = self.database.owner.batch_execute(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {:?}", error.as_db_error()));
    }

    async fn walked(&self) -> WalkedChain {
        let store = self.database.store(&self.auditor);
        let chains = store.chains().await.expect("an auditor may");
        assert_eq!(chains.len(), 2);
        let own = chains.iter().find(|one| one.chain == self.host.chain);
        let walked = store.walk_chain(own.expect("it is enrolled")).await;
        walked.expect("it answers")
    }

    /// What is first found to be wrong, and how much is.
    async fn wrong(&self) -> (Option<ChainError>, u64) {
        let walked = self.walked().await;
        (walked.first, walked.wrong)
    }

    /// A desk without a journal, and with the auditor's role or a host's.
    fn desk(&self, of: &Host) -> Desk {
        let profile = "[profiles.p]\nbase_url = \"http://127.0.0.1:1/v1\"\ntenant = \"ACME\"\nenvironment = \"uat\"\n";
        Desk::configured(&format!("{}\n{profile}", self.database.central(of)))
    }
}

const WALK: [&str; 4] = ["journal", "verify", "--central", "--all"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_auditor_sees_a_line_of_each_chain_and_the_worst_of_them_by_the_exit_code() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let walked = bank.walked().await;
    assert_eq!((walked.records, walked.wrong), (12, 0));
    assert_eq!(walked.checkpoint, SignedChain::Holds(10));
    let auditor = bank.desk(&bank.auditor);
    let ended = auditor.run(&WALK).code(0);
    let line = |about: &str| {
        let found = ended.out.lines().find(|line| line.contains(about));
        found.expect(&ended.out).to_owned()
    };
    let host = line(&bank.host.chain);
    for part in ["ACME", "1021", "12", "holds up to 10", "whole"] {
        assert!(host.contains(part), "{part}: {}", ended.out);
    }
    assert!(line(CHAIN_B).contains("none"), "{}", ended.out);
    bank.by_superuser(
        "ALTER TABLE kitdesk.records DROP CONSTRAINT hash_holds;
         UPDATE kitdesk.records SET operator = 'nobody' WHERE id = 4",
    )
    .await;
    let ended = auditor.run(&[&WALK[..], &["--json"]].concat()).code(1);
    let said: Value = serde_json::from_str(&ended.out).expect("JSON");
    let chains = said["result"]["chains"].as_array().expect("a list");
    let own = chains
        .iter()
        .find(|one| one["chain"] == *bank.host.chain)
        .expect("it is there");
    assert_eq!(
        (&own["first"]["how"], &own["first"]["id"]),
        (&"changed".into(), &4.into())
    );
    assert_eq!(own["checkpoint"]["holds"], false);
    auditor.run(&WALK).code(1).says("record 4 was changed");
    let refused = bank.desk(&bank.host).run(&WALK).code(2);
    refused.says("for an auditor's role alone");
}

#[tokio::test]
async fn each_thing_that_a_superuser_does_to_a_chain_shows() {
    let Some(bank) = Bank::new().await else {
        return;
    };
    let removed = |id: &str| format!("DELETE FROM kitdesk.records WHERE id {id}");
    let found =
        "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'hash_holds'";
    let row = bank.database.owner.query_one(found, &[]).await;
    let check: String = row.expect("it is there").get(0);
    let hash = check
        .strip_prefix("(hash = ")
        .and_then(|rest| rest.strip_suffix(')'))
        .expect("the check compares with the hash");
    bank.by_superuser(
        "ALTER TABLE kitdesk.records DROP CONSTRAINT hash_holds;
         ALTER TABLE kitdesk.records DROP CONSTRAINT records_chain_prev_key;
         ALTER TABLE kitdesk.records DROP CONSTRAINT begins_its_chain;
         CREATE TABLE kept AS SELECT * FROM kitdesk.records;
         CREATE TABLE notes AS SELECT * FROM kitdesk.checkpoints;
         SET search_path = kitdesk, public",
    )
    .await;
    let hashed_again = format!("UPDATE records SET hash = {hash}");
    let written_again = format!(
        "UPDATE records SET operator = 'nobody' WHERE id = 4;
         DO $$ BEGIN FOR n IN 4..12 LOOP
             UPDATE records SET prev = (SELECT b.hash FROM records b WHERE b.id = n - 1) WHERE id = n;
             {hashed_again} WHERE id = n;
         END LOOP; END $$"
    );
    let changed_and_hashed =
        format!("UPDATE records SET operator = 'nobody' WHERE id = 4; {hashed_again} WHERE id = 4");
    let end = ChainError::EndMissing {
        signed: 10,
        last: RecordId(9),
    };
    for (done, expected) in [
        (removed("= 5"), ChainError::Missing(RecordId(5))),
        (removed("< 3"), ChainError::Missing(RecordId(1))),
        (removed("> 9"), end),
        (changed_and_hashed, ChainError::DoesNotFollow(RecordId(5))),
        (written_again, ChainError::OtherRoot(10)),
        (
            "UPDATE records SET prev = repeat('1', 32) || repeat('0', 32) WHERE id = 1".to_owned()
                + &format!("; {hashed_again} WHERE id = 1"),
            ChainError::DoesNotFollow(RecordId(1)),
        ),
    ] {
        bank.by_superuser(&done).await;
        let (first, wrong) = bank.wrong().await;
        assert_eq!(first, Some(expected), "{done}");
        assert!(wrong > 0);
        bank.by_superuser("DELETE FROM records; INSERT INTO records SELECT * FROM kept")
            .await;
    }
    // Of the last two, nothing has signed: cut off without a trace, which only a copy elsewhere shows.
    bank.by_superuser(&removed("> 10")).await;
    assert_eq!(bank.wrong().await, (None, 0));
    bank.by_superuser("DELETE FROM records; INSERT INTO records SELECT * FROM kept")
        .await;
    bank.by_superuser("ALTER TABLE checkpoints DROP CONSTRAINT note_says_so; UPDATE checkpoints SET note = replace(note, E'\\n10\\n', E'\\n11\\n')")
        .await;
    let (first, _) = bank.wrong().await;
    assert!(
        matches!(first, Some(ChainError::Forged { size: 10, .. })),
        "{first:?}"
    );
    bank.by_superuser("DELETE FROM checkpoints; INSERT INTO checkpoints SELECT * FROM notes")
        .await;
    // What was cut off for its age is not missing.
    let cut = format!(
        "SELECT kitdesk.cut('{}', clock_timestamp())",
        bank.host.chain
    );
    bank.by_superuser(&cut).await;
    let walked = bank.walked().await;
    assert_eq!((walked.records, walked.wrong), (1, 0), "{walked:?}");
    assert_eq!(walked.cut, Some(RecordId(11)));
    assert_eq!(walked.checkpoint, SignedChain::NotCompared(10));
    bank.by_superuser("UPDATE cuts SET hash = repeat('a', 64)")
        .await;
    let (first, _) = bank.wrong().await;
    assert_eq!(first, Some(ChainError::DoesNotFollow(RecordId(12))));
}
