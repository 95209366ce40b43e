//! Checkpoints of a journal: what is signed, how it goes on, and what no chain and no head shows.

use super::*;
use crate::checkpoint::{Frontier, Root, Signer, SigningKey, origin};

fn key_of(journal: &Journal) -> Signer {
    let chain = journal.reader().chain_id().expect("read").expect("a name");
    SigningKey::generate()
        .expect("a key")
        .signer(&origin(&chain))
}

fn add(journal: &mut Journal, count: usize) {
    for _ in 0..count {
        journal.note(&look_up()).expect("a note");
    }
}

fn sign(journal: &Journal, key: &Signer, is_due: bool) -> Signing {
    let now = Timestamp::from_second(MORNING).expect("a time");
    let signed = journal.reader().sign(key, now, 4, |_| is_due);
    signed.expect("the journal is read")
}

/// As a courier does.
fn signed(journal: &Journal, key: &Signer) -> SignedCheckpoint {
    for _ in 0..20 {
        match sign(journal, key, true) {
            Signing::GoOn => {}
            Signing::Newest(Some(signed)) => return signed,
            other => panic!("{other:?}"),
        }
    }
    panic!("it has no end")
}

/// From all hashes at once.
fn root(folder: &Path) -> Root {
    let database = Connection::open(folder.join("journal.db")).expect("the database");
    let mut hashes = database
        .prepare("SELECT hash FROM records ORDER BY id")
        .expect("good");
    let hashes = hashes
        .query_map([], |row| row.get::<_, String>(0))
        .expect("read");
    let mut tree = Frontier::default();
    for hash in hashes {
        let hash = Hash::parse(&hash.expect("a text")).expect("a hash");
        tree.push(&hash.bytes());
    }
    tree.root()
}

#[test]
fn what_is_signed_is_the_tree_over_all_records_however_it_was_come_to() {
    let folder = folder();
    let mut journal = open(folder.path());
    add(&mut journal, 1);
    let key = key_of(&journal);
    for more in [0, 1, 5, 17, 2] {
        add(&mut journal, more);
        let signed = signed(&journal, &key);
        assert_eq!(signed.checkpoint.root, root(folder.path()));
        let text = key.verifying().open(&signed.note).expect("signed");
        assert_eq!(text, signed.checkpoint.to_string());
        let roots = journal.reader().roots(&[1, signed.checkpoint.size, 100]);
        let roots = roots.expect("read");
        assert_eq!(roots[1..], [Some(signed.checkpoint.root), None]);
        // Another program of the host goes on from there.
        drop(journal);
        journal = open(folder.path());
    }
}

#[test]
fn it_is_signed_when_there_is_news_and_it_is_time() {
    let folder = folder();
    let mut journal = open(folder.path());
    add(&mut journal, 2);
    let key = key_of(&journal);
    let first = signed(&journal, &key);
    assert!(first.is_new && first.checkpoint.size == 2);
    let again = SignedCheckpoint {
        is_new: false,
        ..first
    };
    let newest = |signed| Signing::Newest(Some(signed));
    assert_eq!(sign(&journal, &key, true), newest(again.clone()));
    add(&mut journal, 1);
    assert_eq!(sign(&journal, &key, false), newest(again));
    assert_eq!(signed(&journal, &key).checkpoint.size, 3);
}

#[test]
fn while_another_program_is_at_it_nothing_is_done() {
    let folder = folder();
    let mut journal = open(folder.path());
    add(&mut journal, 2);
    let key = key_of(&journal);
    let first = signed(&journal, &key);
    let path = folder.path().join("journal.checkpoint");
    let other = std::fs::File::open(&path).expect("it is there");
    other.lock().expect("it can be locked");
    assert_eq!(sign(&journal, &key, true), Signing::Elsewhere);
    drop(other);
    let again = SignedCheckpoint {
        is_new: false,
        ..first
    };
    assert_eq!(sign(&journal, &key, true), Signing::Newest(Some(again)));
}

#[test]
fn a_state_that_somebody_has_written_counts_for_nothing() {
    let folder = folder();
    let mut journal = open(folder.path());
    add(&mut journal, 9);
    let key = key_of(&journal);
    signed(&journal, &key);
    let path = folder.path().join("journal.checkpoint");
    let state = std::fs::read_to_string(&path).expect("text");
    let lines = state.lines().count();
    let damaged = (0..lines).map(|line| {
        let mut kept: Vec<_> = state.lines().collect();
        kept.remove(line);
        kept.join("\n") + "\n"
    });
    for damaged in damaged.chain([String::new(), state[..state.len() / 2].to_owned()]) {
        std::fs::write(&path, &damaged).expect("it is ours");
        assert_eq!(signed(&journal, &key).checkpoint.root, root(folder.path()));
    }
    // Signed by another key, as after the key was replaced.
    let other = SigningKey::generate().expect("a key");
    let other = other.signer(key.verifying().name());
    assert_eq!(
        signed(&journal, &other).checkpoint.root,
        root(folder.path())
    );
}

/// Two histories from the same beginning: each is whole, with its own head.
#[test]
fn a_journal_that_was_cut_back_and_written_again_is_not_the_one_that_was_signed() {
    let one = folder();
    let mut journal = open(one.path());
    add(&mut journal, 5);
    let key = key_of(&journal);
    drop(journal);
    let other = folder();
    for name in ["journal.db", "journal.head"] {
        std::fs::copy(one.path().join(name), other.path().join(name)).expect("copied");
    }
    let mut journal = open(one.path());
    add(&mut journal, 5);
    let signed = signed(&journal, &key);
    assert_eq!(signed.checkpoint.size, 10);
    drop(journal);
    let mut rewritten = Journal::open(other.path(), opening("somebody else")).expect("a journal");
    add(&mut rewritten, 6);
    let name = "journal.checkpoint";
    std::fs::copy(one.path().join(name), other.path().join(name)).expect("copied");
    rewritten
        .reader()
        .verify()
        .expect("the chain and the head are good");
    let roots = rewritten.reader().roots(&[5, 10]).expect("read");
    assert!(roots[0].is_some() && roots[1].is_some_and(|root| root != signed.checkpoint.root));
    assert_eq!(
        sign(&rewritten, &key, true),
        Signing::Contradicts { size: 10 }
    );
}
