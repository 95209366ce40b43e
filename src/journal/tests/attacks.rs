//! What is done to a journal that is open, to its head and to its database: nothing is recorded as an
//! intent that another console could not read, and nothing is sent twice.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::dcms::Word;

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

fn replace_file(path: &Path) {
    let copy = path.with_extension("copy");
    fs::copy(path, &copy).expect("copied");
    fs::rename(&copy, path).expect("replaced");
}

/// What a person does to the files of a journal: its folder, and a copy of it from before.
type Attack = fn(&Path, &Path);

#[test]
fn nothing_is_intended_where_the_open_files_are_not_the_named_ones() {
    let attacks: [(&str, Attack); 11] = [
        ("folder removed", |state, _| {
            fs::remove_dir_all(state).expect("removed");
        }),
        ("folder moved away", |state, _| {
            fs::rename(state, state.with_extension("away")).expect("moved");
        }),
        ("folder replaced by an older copy", |state, old| {
            fs::rename(state, state.with_extension("away")).expect("moved");
            fs::rename(old, state).expect("put back");
        }),
        ("folder replaced by hard links", |state, _| {
            let away = state.with_extension("away");
            fs::rename(state, &away).expect("moved");
            fs::create_dir(state).expect("a folder");
            for name in ["journal.db", "journal.head"] {
                fs::hard_link(away.join(name), state.join(name)).expect("a link");
            }
        }),
        ("database removed", |state, _| {
            fs::remove_file(state.join("journal.db")).expect("removed");
        }),
        ("database replaced", |state, _| {
            replace_file(&state.join("journal.db"));
        }),
        ("log removed", |state, _| {
            fs::remove_file(state.join("journal.db-wal")).expect("removed");
        }),
        ("log replaced", |state, _| {
            replace_file(&state.join("journal.db-wal"));
        }),
        ("log's index removed", |state, _| {
            fs::remove_file(state.join("journal.db-shm")).expect("removed");
        }),
        ("signs of life removed", |state, _| {
            fs::remove_dir_all(state.join("consoles")).expect("removed");
        }),
        ("database made a folder", |state, _| {
            fs::remove_file(state.join("journal.db")).expect("removed");
            fs::create_dir(state.join("journal.db")).expect("made");
        }),
    ];
    for (what, attack) in attacks {
        let parent = folder();
        let (state, old) = (parent.path().join("state"), parent.path().join("old"));
        with_an_open_write(&state);
        copy(&state, &old);
        let mut journal = open(&state);
        journal.note(&look_up()).expect("a note");
        attack(&state, &old);
        for error in [
            refused(journal.intend(&upgrade("4561790"))),
            refused(journal.trouble_at_a_glance()),
            refused(journal.note(&look_up())),
        ] {
            assert!(
                matches!(error, JournalError::Displaced(_)),
                "{what}: {error:?}"
            );
            assert!(said(&error).contains("start it again"), "{what}: {error}");
        }
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_intended_where_a_link_on_the_way_leads_elsewhere() {
    let parent = folder();
    let [state, other, link] = ["state", "other", "link"].map(|name| parent.path().join(name));
    with_an_open_write(&state);
    copy(&state, &other);
    std::os::unix::fs::symlink(&state, &link).expect("a link");
    let mut journal = open(&link);
    journal.intend(&upgrade("4561790")).expect("an intent");
    fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink(&other, &link).expect("a link");
    let error = refused(journal.intend(&upgrade("4561791")));
    assert!(matches!(error, JournalError::Displaced(_)), "{error:?}");
}

#[test]
fn what_was_moved_back_is_written_again() {
    let parent = folder();
    let (state, away) = (parent.path().join("state"), parent.path().join("away"));
    let mut journal = open(&state);
    let id = journal.intend(&upgrade(KIT)).expect("an intent");
    fs::rename(&state, &away).expect("moved");
    let done = an_outcome(Word::Done);
    assert!(journal.conclude(id, &done).is_err());
    fs::rename(&away, &state).expect("moved back");
    // The outcome that is owed comes first.
    journal.intend(&upgrade("4561790")).expect("an intent");
    let thread = journal.reader().show(id).expect("the thread");
    assert_eq!(
        thread.followers[0].outcome,
        Some(ResultWord::Outcome(Word::Done))
    );
}

/// The clock is asked between the look before a record and the end of its transaction.
#[test]
fn an_intent_whose_file_moves_meanwhile_is_not_one() {
    let parent = folder();
    let (state, away) = (parent.path().join("state"), parent.path().join("away"));
    drop(open(&state));
    let (from, to) = (state.clone(), away.clone());
    let opening = opening("asha").clock(move || {
        fs::rename(&from, &to).ok();
        Timestamp::from_second(MORNING).expect("a time")
    });
    let mut journal = Journal::open(&state, opening).expect("a journal");
    let error = refused(journal.intend(&upgrade(KIT)));
    assert!(matches!(error, JournalError::Displaced(_)), "{error:?}");
    fs::rename(&away, &state).expect("moved back");
    // It was not sent, and that is what is owed.
    assert!(
        journal.note(&look_up()).is_err(),
        "the clock moves it again"
    );
    fs::rename(&away, &state).expect("moved back");
    let thread = journal.reader().show(RecordId(1)).expect("the thread");
    assert_eq!(
        thread.followers[0].outcome,
        Some(ResultWord::Outcome(Word::NotSent))
    );
}

/// What somebody does to the log without replacing it.
type LogAttack = fn(&fs::File) -> std::io::Result<()>;

#[cfg(unix)]
#[test]
fn an_intent_whose_log_is_cut_or_overwritten_meanwhile_is_not_one() {
    use std::os::unix::fs::FileExt as _;
    // Within the second frame of a page of 4096 bytes.
    const MIDDLE: u64 = 32 + 24 + 4096 + 12;
    let attacks: [(&str, LogAttack); 5] = [
        ("cut to nothing", |log| log.set_len(0)),
        ("cut within its header", |log| log.set_len(20)),
        ("cut in the middle", |log| log.set_len(MIDDLE)),
        ("zeros over its beginning", |log| {
            log.write_all_at(&[0; 5000], 0)
        }),
        ("garbage in the middle", |log| {
            log.write_all_at(&[7; 5000], MIDDLE)
        }),
    ];
    for (what, attack) in attacks {
        let state = folder();
        with_an_open_write(state.path());
        let path = state.path().join("journal.db-wal");
        let under_attack = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&under_attack);
        let opening = opening("asha").clock(move || {
            if begins.load(Ordering::Relaxed) {
                let log = fs::File::options().write(true).open(&path);
                attack(&log.expect("a log")).expect("done");
            }
            Timestamp::from_second(MORNING).expect("a time")
        });
        let mut journal = Journal::open(state.path(), opening).expect("a journal");
        for _ in 0..6 {
            journal.note(&look_up()).expect("a note");
        }
        under_attack.store(true, Ordering::Relaxed);
        for error in [
            refused(journal.intend(&upgrade("4561790"))),
            refused(journal.note(&look_up())),
        ] {
            assert!(
                matches!(error, JournalError::Overwritten(_)),
                "{what}: {error:?}"
            );
            assert!(said(&error).contains("start it again"), "{what}: {error}");
        }
    }
}

#[test]
fn a_copy_put_back_into_the_same_files_is_noticed() {
    for with_head in [false, true] {
        let parent = folder();
        let (state, old) = (parent.path().join("state"), parent.path().join("old"));
        with_an_open_write(&state);
        copy(&state, &old);
        let mut journal = open(&state);
        for _ in 0..3 {
            journal.note(&look_up()).expect("a note");
        }
        journal.reader().store.tidy();
        let put_back = |name: &str| {
            let bytes = fs::read(old.join(name)).expect("read");
            fs::write(state.join(name), bytes).expect("put back");
        };
        put_back("journal.db");
        if with_head {
            put_back("journal.head");
        }
        let error = refused(journal.intend(&upgrade("4561790")));
        if !with_head {
            let cut = Broken::TailCut {
                from: RecordId(6),
                to: RecordId(8),
            };
            assert_eq!(error, JournalError::Gap(Box::new(cut)));
            continue;
        }
        assert_eq!(error, JournalError::PutBack(RecordId(8)));
        said(&error);
        assert_eq!(refused(journal.note(&look_up())), error);
        // To close it and to start it again is the way back.
        drop(journal);
        open(&state).intend(&upgrade("4561790")).expect("an intent");
    }
}

/// What can be done to the head, and what is said of it then.
type HeadAttack = (&'static str, fn(&Path), Broken);

fn heads() -> Vec<HeadAttack> {
    let unreadable = || Broken::HeadUnreadable(5);
    let mut heads: Vec<HeadAttack> = vec![
        ("missing", |_| {}, Broken::HeadMissing(5)),
        (
            "empty",
            |head| fs::write(head, "").expect("written"),
            unreadable(),
        ),
        (
            "garbage",
            |head| fs::write(head, "5 garbage\n").expect("written"),
            unreadable(),
        ),
        (
            "too long",
            |head| fs::write(head, "0".repeat(5000)).expect("written"),
            unreadable(),
        ),
        (
            "folder",
            |head| fs::create_dir_all(head.join("full")).expect("made"),
            unreadable(),
        ),
    ];
    #[cfg(target_os = "linux")]
    heads.extend([
        ("pipe", pipe as fn(&Path), unreadable()),
        (
            "link",
            |head| std::os::unix::fs::symlink("journal.db", head).expect("a link"),
            unreadable(),
        ),
    ]);
    heads
}

#[cfg(target_os = "linux")]
fn pipe(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
}

#[test]
fn records_without_a_head_are_a_gap_until_somebody_answers() {
    for (what, attack, broken) in heads() {
        let state = folder();
        with_an_open_write(state.path());
        let head = state.path().join("journal.head");
        let mut running = open(state.path());
        fs::remove_file(&head).expect("removed");
        attack(&head);
        assert_eq!(running.reader().verify(), Err(broken.clone()), "{what}");
        for journal in [&mut running, &mut open(state.path())] {
            let error = refused(journal.intend(&upgrade("4561790")));
            let same =
                |found: &Broken| std::mem::discriminant(found) == std::mem::discriminant(&broken);
            assert!(
                matches!(&error, JournalError::Gap(found) if same(found)),
                "{what}: {error:?}"
            );
            assert!(said(&error).contains("kitdesk journal accept"), "{what}");
            journal.note(&look_up()).expect("look-ups are recorded");
        }
        let id = open(state.path()).accept("a backup").expect("accepted");
        let verified = running.reader().verify().expect("whole");
        let accepted: Vec<_> = verified.accepted.iter().map(|one| one.id).collect();
        assert_eq!(accepted, [id], "{what}");
        // What was open still is, for the console that was open as well.
        let error = refused(running.intend(&upgrade(KIT)));
        assert!(
            matches!(error, JournalError::Blocked(_)),
            "{what}: {error:?}"
        );
        running.intend(&upgrade("4561790")).expect("an intent");
        running.reader().verify().expect("whole");
    }
}

#[test]
fn a_new_journal_asks_nothing() {
    let state = folder();
    drop(open(state.path()));
    fs::remove_file(state.path().join("journal.head")).expect("removed");
    let mut journal = open(state.path());
    for kit in ["4561789", "4561790"] {
        journal.intend(&upgrade(kit)).expect("an intent");
    }
    journal.reader().verify().expect("whole");
}

#[test]
fn a_head_without_records_is_a_gap() {
    for (head, is_readable) in [(None, true), (Some("garbage"), false)] {
        let state = folder();
        with_an_open_write(state.path());
        fs::remove_file(state.path().join("journal.db")).expect("removed");
        if let Some(head) = head {
            fs::write(state.path().join("journal.head"), head).expect("written");
        }
        let mut journal = open(state.path());
        let error = refused(journal.intend(&upgrade(KIT)));
        let cut = |broken: &Broken| matches!(broken, Broken::TailCut { .. });
        assert!(
            matches!(&error, JournalError::Gap(broken) if cut(broken) == is_readable),
            "{error:?}"
        );
        journal.accept("the disk was replaced").expect("accepted");
        journal.intend(&upgrade(KIT)).expect("an intent");
        journal.reader().verify().expect("whole");
    }
}

/// Makes an index that looks right and tells of nothing, or of other rows.
fn bent(index: &str, made_as: &str, looks: &str) -> String {
    format!(
        "DROP INDEX {index}; {made_as}; PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = '{looks}' WHERE name = '{index}';
         PRAGMA writable_schema = RESET; {TRIGGERS}",
        looks = looks.replace('\'', "''"),
    )
}

fn database_attacks() -> Vec<(&'static str, String)> {
    let by_kit = "CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'intent'";
    let followers = "CREATE INDEX followers ON records (\"of\") WHERE \"of\" IS NOT NULL";
    let and = |sql: &str| format!("{sql}; {TRIGGERS}");
    vec![
        (
            "an index that is empty",
            bent(
                "intents_by_kit",
                "CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'nothing'",
                by_kit,
            ),
        ),
        (
            "an index of other rows",
            bent(
                "intents_by_kit",
                "CREATE INDEX intents_by_kit ON records (session) WHERE kind = 'intent'",
                by_kit,
            ),
        ),
        (
            "followers of other intents",
            bent(
                "followers",
                "CREATE INDEX followers ON records (\"of\" + 1) WHERE \"of\" IS NOT NULL",
                followers,
            ),
        ),
        ("an index dropped", and("DROP INDEX intents_by_kit")),
        (
            "an index of less",
            and("DROP INDEX intents_by_kit;
                 CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'intent' AND id > 9"),
        ),
        ("the triggers dropped", String::new()),
        (
            "a trigger added",
            and(
                "CREATE TRIGGER forget AFTER INSERT ON records WHEN NEW.kind = 'intent'
                 BEGIN INSERT INTO records SELECT * FROM records WHERE 0; END",
            ),
        ),
        (
            "a view added",
            and("CREATE VIEW all_records AS SELECT * FROM records"),
        ),
        ("a table added", and("CREATE TABLE notes (text)")),
        (
            "a column added",
            and("ALTER TABLE records ADD COLUMN more TEXT"),
        ),
        (
            "an outcome changed",
            and("UPDATE records SET outcome = 'done' WHERE kind = 'outcome'"),
        ),
        (
            "an intent made a note",
            and("UPDATE records SET kind = 'look_up' WHERE kind = 'intent'"),
        ),
        (
            "an intent removed",
            and("DELETE FROM records WHERE kind = 'intent'"),
        ),
    ]
}

#[test]
fn no_write_is_sent_twice_because_a_part_of_the_database_was_trusted() {
    for (what, sql) in database_attacks() {
        let state = folder();
        with_an_open_write(state.path());
        // One console has the journal open, another opens it afterwards.
        let mut running = open(state.path());
        running.trouble().expect("read");
        tamper(state.path(), &sql);
        let mut later = open(state.path());
        for journal in [&mut running, &mut later] {
            let error = refused(journal.intend(&upgrade(KIT)));
            assert!(
                matches!(
                    error,
                    JournalError::Gap(_) | JournalError::Blocked(_) | JournalError::Overtaken(_)
                ),
                "{what}: {error:?}"
            );
        }
        assert!(later.reader().verify().is_err(), "{what}");
        let error = refused(later.intend(&upgrade("4561790")));
        assert!(matches!(error, JournalError::Gap(_)), "{what}: {error:?}");

        later
            .accept("seen and asked about")
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        for (journal, kit) in [(&mut running, "4561790"), (&mut later, "4561791")] {
            let taken = journal.intend(&upgrade(kit));
            assert!(taken.is_ok(), "{what}: {taken:?}");
        }
        let verified = later
            .reader()
            .verify()
            .unwrap_or_else(|broken| panic!("{what}: {broken}"));
        assert_eq!(verified.accepted.len(), 1, "{what}");
        // What was open still is.
        for journal in [&mut running, &mut later] {
            let error = refused(journal.intend(&now(KIT)));
            assert!(
                matches!(error, JournalError::Blocked(_)),
                "{what}: {error:?}"
            );
        }
    }
}

#[test]
fn an_upgrade_that_ended_since_the_reading_is_found_without_an_index() {
    let state = folder();
    let mut journal = open(state.path());
    journal.note(&look_up()).expect("a reading");
    let id = journal.intend(&upgrade(KIT)).expect("an intent");
    journal
        .conclude(id, &an_outcome(Word::Done))
        .expect("an end");
    let (_, emptied) = database_attacks().swap_remove(0);
    tamper(state.path(), &emptied);
    let since = Some(RecordId(1));
    let again = Intent {
        since,
        ..upgrade(KIT)
    };
    let error = refused(journal.intend(&again));
    assert!(matches!(error, JournalError::Overtaken(_)), "{error:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let state = folder();
        with_an_open_write(state.path());
        let path = state.path().join(name);
        fs::remove_file(&path).ok();
        pipe(&path);
        for error in [
            refused(Journal::open(state.path(), opening("asha"))),
            refused(Journal::open_to_read(state.path())),
            refused(check_folder(state.path())),
        ] {
            assert_eq!(error, JournalError::NotRegular(path.clone()));
            said(&error);
        }
    }
    // A pipe in the place of a session's lock is none, and nobody waits for it.
    let state = folder();
    with_an_open_write(state.path());
    pipe(&state.path().join("consoles").join("00ff00ff00ff00ff.lock"));
    open(state.path())
        .intend(&upgrade("4561790"))
        .expect("an intent");
}

#[test]
fn a_clock_beyond_all_calendars_ends_nothing() {
    let state = folder();
    let opening = opening("asha").clock(|| Timestamp::MAX);
    let mut journal = Journal::open(state.path(), opening).expect("a journal");
    let id = journal.intend(&upgrade(KIT)).expect("an intent");
    let at = journal.reader().show(id).expect("a thread").record.at;
    assert_eq!(at.to_string(), "9999-12-30T22:00:00.999Z");
    journal.reader().verify().expect("whole");
}
