//! What is done to the journal's files between two runs of the program: nothing reaches the DCMS twice,
//! and there is always a way back.

use std::path::Path;
use std::time::{Duration, Instant};

use kitdesk::sandbox::Sandbox;
use rusqlite::Connection;

use crate::console::{sandbox, skipped};
use crate::fixtures::{Desk, ENTITY, Ended, KIT};

const UPGRADE: [&str; 10] = [
    "upgrade",
    "--entity",
    ENTITY,
    "--kit",
    KIT,
    "--tier",
    "SILVER",
    "--yes",
    "--settle-for",
    "0",
];
/// Of another customer's card.
const OTHER: [&str; 8] = [
    "upgrade",
    "--entity",
    "181223116",
    "--kit",
    "10930010477",
    "--tier",
    "GOLD",
    "--yes",
];
const ACCEPT: [&str; 4] = ["journal", "accept", "--reason", "ticket 4712"];

/// What is done to a file.
type Attack = fn(&Path);

/// A desk whose only upgrade has an unknown outcome.
fn with_an_unknown(sandbox: &Sandbox) -> Desk {
    let desk = Desk::on(sandbox);
    sandbox.add_fault("upgradeCard=reset-before:1".parse().expect("a fault"));
    desk.run(&UPGRADE).code(4);
    desk.run(&["journal", "verify"]).code(0);
    desk
}

/// Nothing is sent, everything says why, and a person's answer is the way back.
fn stands_until_accepted(what: &str, sandbox: &Sandbox, desk: &Desk) {
    let hint = "kitdesk journal accept";
    // Neither what is open nor anything else.
    for (upgrade, said) in [(&UPGRADE[..], ""), (&OTHER[..], hint)] {
        let refused = desk.run(upgrade);
        let told = &refused.err;
        assert_eq!(refused.code, 3, "{what}: {told}");
        assert_eq!(sandbox.received("upgradeCard"), 1, "{what}: {told}");
        assert!(told.contains(said), "{what}: {told}");
    }
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    desk.run(&["journal", "verify"]).code(1).says(hint);
    desk.run(&["doctor", "--json"]).shows(hint);
    desk.run(&ACCEPT).code(0);
    let verified = desk.run(&["journal", "verify"]).code(0);
    verified
        .shows("maria answered on ")
        .shows("Reason: ticket 4712");
    let json = desk.run(&["journal", "verify", "--json"]).code(0).json();
    assert_eq!(
        json["result"]["accepted"][0]["reason"], "ticket 4712",
        "{what}"
    );
    // What was open still is: to accept is not to settle.
    desk.run(&UPGRADE)
        .code(3)
        .says("settle it before anything else is sent");
    assert_eq!(sandbox.received("upgradeCard"), 1, "{what}");
    desk.run(&ACCEPT).code(2).says("nothing to accept");
}

#[test]
fn a_head_that_is_lost_or_unreadable_is_a_gap() {
    let attacks: [(&str, Attack); 5] = [
        ("missing", |_| {}),
        ("empty", |head| std::fs::write(head, "").expect("written")),
        ("garbage", |head| {
            std::fs::write(head, [0xff; 86]).expect("written");
        }),
        ("too long", |head| {
            std::fs::write(head, "0".repeat(9000)).expect("written");
        }),
        ("a folder", |head| std::fs::create_dir(head).expect("made")),
    ];
    for (what, attack) in attacks {
        let sandbox = sandbox();
        let desk = with_an_unknown(&sandbox);
        let head = desk.path("state/journal.head");
        std::fs::remove_file(&head).expect("removed");
        attack(&head);
        stands_until_accepted(what, &sandbox, &desk);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_and_nobody_waits() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let pipe = |path: &Path| {
        std::fs::remove_file(path).ok();
        mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    };
    let sandbox = sandbox();
    let desk = with_an_unknown(&sandbox);
    pipe(&desk.path("state/journal.head"));
    stands_until_accepted("a pipe", &sandbox, &desk);

    let log = desk.path("log");
    pipe(&log);
    let log = log.to_str().expect("text");
    desk.run(&["kits", "--entity", ENTITY, "--log", log])
        .code(2)
        .says("not a regular file");

    pipe(&desk.path("state/journal.db"));
    let refused = desk.run(&UPGRADE).code(3);
    refused.says("journal.db is not a regular file");
    desk.run(&["journal", "list"])
        .code(2)
        .says("is not a regular file");
    desk.run(&["doctor"]).shows("is not a regular file");
}

#[test]
fn no_part_of_the_database_is_trusted_alone() {
    let emptied = "DROP INDEX intents_by_kit;
        CREATE INDEX intents_by_kit ON records (kit) WHERE kind = 'nothing';
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'nothing', 'intent')
            WHERE name = 'intents_by_kit';";
    for (what, sql) in [
        ("an index emptied", emptied),
        ("an index dropped", "DROP INDEX intents_by_kit"),
        ("a trigger dropped", "DROP TRIGGER no_update"),
        ("a view added", "CREATE VIEW more AS SELECT 1"),
        ("a column added", "ALTER TABLE records ADD COLUMN more TEXT"),
    ] {
        let sandbox = sandbox();
        let desk = with_an_unknown(&sandbox);
        let database = Connection::open(desk.path("state/journal.db")).expect("it is there");
        database.execute_batch(sql).expect(what);
        drop(database);
        stands_until_accepted(what, &sandbox, &desk);
    }
}

#[test]
fn a_lock_is_waited_for_once_by_all_questions_of_an_action() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    // The second lets others read, and so does not hold every question up.
    for hold in [
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE",
        "BEGIN IMMEDIATE",
    ] {
        let other = Connection::open(desk.path("state/journal.db")).expect("a database");
        other.execute_batch(hold).expect("held");
        let since = Instant::now();
        desk.run(&UPGRADE).code(3).says("another program has held");
        let took = since.elapsed();
        // Five seconds, and what a busy machine adds.
        assert!(took < Duration::from_secs(9), "{hold}: {took:?}");
    }
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

/// A disk of a few pages, in a namespace of the test's own.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_called_so_whatever_could_not_be_written() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let small = desk.path("small");
    std::fs::create_dir(&small).expect("a folder");
    let program = env!("CARGO_BIN_EXE_kitdesk");
    // From room for nothing to room for all but the last page.
    for kilobytes in [4, 8, 16, 24, 32, 40, 48, 64, 72, 80, 96] {
        let script = format!(
            "mount -t tmpfs -o size={kilobytes}k,mode=700 tmpfs \"$0\" || exit 99
             export KITDESK_STATE=\"$0\"; exec \"$@\""
        );
        let mut command = desk.command(&[]);
        let mut unshared = std::process::Command::new("unshare");
        unshared.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
        unshared.arg(&small).arg(program).args(UPGRADE).env_clear();
        unshared.envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        unshared.stdin(std::process::Stdio::null());
        command.stdin(std::process::Stdio::null());
        let Ok(output) = unshared.output() else {
            return skipped("there is no unshare");
        };
        let ended = Ended::of(&output);
        if ended.code == 99 || ended.err.contains("unshare") {
            return skipped("no disk can be made here");
        }
        if ended.code == 0 {
            assert!(kilobytes > 64, "{kilobytes}");
            return;
        }
        let (code, said) = (ended.code, ended.err);
        assert!(
            code == 3 || sandbox.received("upgradeCard") == 1,
            "{kilobytes}: {said}"
        );
        assert!(said.contains("the disk is full"), "{kilobytes}: {said}");
    }
}
