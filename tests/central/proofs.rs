//! Proofs of single records, made where the journal is and checked where nothing of it is.

use std::path::PathBuf;

use crate::checkpoints::{Branch, LOOK_UP};
use crate::fixtures::{Desk, Ended};

impl Branch {
    /// The text of a proof.
    fn prove(&self, more: &[&str]) -> Ended {
        self.desk.run(&[&["journal", "prove"], more].concat())
    }

    /// Its public key.
    fn key(&self) -> String {
        let status = self.desk.run(&["central", "status"]).code(0).out;
        let key = status
            .lines()
            .find_map(|line| line.trim().strip_prefix("signs by"));
        key.expect("it has one").trim().to_owned()
    }
}

/// Somebody with nothing but a proof and a key.
struct Anybody {
    desk: Desk,
    file: PathBuf,
}

impl Anybody {
    fn new() -> Self {
        let desk = Desk::unconfigured();
        let file = desk.path("record.tlog-proof");
        Self { desk, file }
    }

    fn checks(&self, proof: &str, key: &str) -> Ended {
        std::fs::write(&self.file, proof).expect("it is ours");
        let file = self.file.to_str().expect("text");
        let arguments = ["journal", "verify", "--proof", file, "--key", key];
        self.desk.run(&arguments)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_proved_to_anybody_who_has_the_public_key() {
    let Some(branch) = Branch::new("checkpoint_file = \"checkpoint.txt\"").await else {
        return;
    };
    for _ in 0..3 {
        branch.desk.run(&LOOK_UP).code(0);
    }
    let (key, anybody) = (branch.key(), Anybody::new());
    for id in ["1", "2", "3"] {
        let proof = branch.prove(&[id]).code(0).out;
        let said = anybody.checks(&proof, &key).code(0).out;
        let first = format!("Record {id} is one of the ");
        assert!(said.starts_with(&first), "{said}");
        assert!(
            said.contains("676165") || said.contains("181223116"),
            "{said}"
        );
        // On its own host the key is there.
        let file = anybody.file.to_str().expect("text");
        let own = branch.desk.run(&["journal", "verify", "--proof", file]);
        assert_eq!(own.code(0).out, said);
    }
    // Against one that was kept, and not for what came later.
    let kept = branch.home().join("kept.txt");
    branch
        .until("signed", async || branch.checkpoint().exists())
        .await;
    std::fs::copy(branch.checkpoint(), &kept).expect("it is there");
    branch.desk.run(&LOOK_UP).code(0);
    let note = std::fs::read_to_string(&kept).expect("it is there");
    let size: u64 = note
        .lines()
        .nth(1)
        .and_then(|size| size.parse().ok())
        .expect("a number");
    let against = ["--checkpoint", kept.to_str().expect("text")];
    let last = size.to_string();
    let proof = branch.prove(&[&[last.as_str()][..], &against].concat());
    let proof = proof.code(0).out;
    assert!(proof.ends_with(&note), "{proof}");
    anybody.checks(&proof, &key).code(0);
    let later = (size + 1).to_string();
    let refused = branch.prove(&[&[later.as_str()][..], &against].concat());
    refused.code(2).says("is later than the");
    branch.prove(&["0"]).code(2).says("there is no record 0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_proves_nothing() {
    let Some(branch) = Branch::new("").await else {
        return;
    };
    for _ in 0..4 {
        branch.desk.run(&LOOK_UP).code(0);
    }
    let (key, anybody) = (branch.key(), Anybody::new());
    let proof = branch.prove(&["3"]).code(0).out;
    anybody.checks(&proof, &key).code(0);
    let mut lines: Vec<_> = proof.lines().map(str::to_owned).collect();
    let other = branch.prove(&["2"]).code(0).out;
    // Another record, another place, a way less, another note: each is a whole proof but for that.
    for (at, line) in [
        (1, other.lines().nth(1).expect("a record").to_owned()),
        (2, "index 1".to_owned()),
        (3, lines[4].clone()),
        (lines.len() - 3, lines[3].clone()),
    ] {
        let kept = std::mem::replace(&mut lines[at], line);
        let changed = lines.join("\n") + "\n";
        assert_ne!(changed, proof);
        let refused = anybody.checks(&changed, &key).code(1);
        refused.says("proves nothing");
        lines[at] = kept;
    }
    let stranger = Branch::new("").await.expect("there is an engine");
    anybody
        .checks(&proof, &stranger.key())
        .code(1)
        .says("it is not signed by this key");
    anybody
        .checks("something else", &key)
        .code(1)
        .says("it is no proof of a record");
    // The journal itself is changed: it proves no record any more that was signed before.
    let file = branch.desk.path("state/journal.db");
    let database = rusqlite::Connection::open(file).expect("it is there");
    let triggers = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger'";
    let dropped: Option<String> = database
        .query_row(triggers, [], |row| row.get(0))
        .expect("it is read");
    let change = "UPDATE records SET operator = 'nobody' WHERE id = 3";
    let statements = format!("{};{change}", dropped.unwrap_or_default());
    database.execute_batch(&statements).expect("it is ours");
    let kept = branch.home().join("kept.txt");
    let (_, note) = proof.split_once("\n\n").expect("it has a note");
    std::fs::write(&kept, note).expect("it is ours");
    let against = ["3", "--checkpoint", kept.to_str().expect("text")];
    branch
        .prove(&against)
        .code(1)
        .says("so nothing can be proved");
}
