//! What takes another process: one that is killed in the middle of a write, and one whose user may
//! not write the folder. Each test runs itself again, with its part in an environment variable.

#![cfg(unix)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::*;
use crate::dcms::Word;

const FOLDER: &str = "KITDESK_TEST_FOLDER";

/// This test, as another process.
fn again(test: &str, folder: &Path) -> Command {
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    let name = format!("journal::tests::processes::{test}");
    command.args(["--exact", &name, "--nocapture"]);
    command.env(FOLDER, folder);
    command
}

#[test]
fn killed_between_intent_and_outcome() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let mut journal = open(Path::new(&folder));
        journal.intend(&upgrade("4561789")).expect("an intent");
        std::fs::write(Path::new(&folder).join("sent"), "").expect("a sign");
        std::thread::sleep(Duration::from_mins(1));
        return;
    }
    let folder = folder();
    let mut child = again("killed_between_intent_and_outcome", folder.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("another process");
    while !folder.path().join("sent").exists() {
        assert_eq!(
            child.try_wait().expect("its state"),
            None,
            "it ended before it was killed"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let journal = open(folder.path());
    let state = || {
        journal
            .reader()
            .open_write(RecordId(1))
            .map(|open| open.state)
    };
    assert_eq!(state(), Ok(State::UnderWay));
    child.kill().expect("killed");
    child.wait().expect("its end");
    assert_eq!(state(), Ok(State::Abandoned));
    assert_eq!(journal.reader().verify().map(|v| v.records), Ok(1));
    // The next start clears its sign of life away, and says the same.
    drop(journal);
    let journal = open(folder.path());
    let open = journal.reader().open_write(RecordId(1)).expect("open");
    assert_eq!(open.state, State::Abandoned);
    let lock = format!("consoles/{}.lock", open.intent.session);
    assert!(!folder.path().join(lock).exists());
}

#[test]
fn read_where_nothing_can_be_written() {
    const TEST: &str = "read_where_nothing_can_be_written";
    if let Some(folder) = std::env::var_os(FOLDER) {
        answer(Path::new(&folder));
        return;
    }
    let state = folder();
    let mut journal = open(state.path());
    journal.intend(&upgrade("4561789")).expect("an intent");
    let log = state.path().join("journal.db-wal");
    let log_bytes = std::fs::read(&log).expect("the log");
    let Some(running) = read_only(TEST, state.path()) else {
        return;
    };
    assert_eq!(running, "not writable; Ok(1) UnderWay");
    drop(journal);
    let closed = read_only(TEST, state.path());
    assert_eq!(closed.as_deref(), Some("not writable; Ok(1) Abandoned"));
    // A copy that was made in the middle of a write.
    std::fs::write(&log, log_bytes).expect("a log");
    let left = read_only(TEST, state.path());
    let error = JournalError::NeedsRecovery(state.path().join("journal.db"));
    assert_eq!(left, Some(format!("not writable; {}", said(&error))));
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that was left out must say so")]
fn a_write_takes_one_flush_for_its_intent_and_one_for_its_outcome() {
    const TEST: &str = "a_write_takes_one_flush_for_its_intent_and_one_for_its_outcome";
    const WRITES: &str = "KITDESK_TEST_WRITES";
    if let (Some(folder), Ok(writes)) = (std::env::var_os(FOLDER), std::env::var(WRITES)) {
        let mut journal = open(Path::new(&folder));
        for nth in 0..writes.parse().expect("a number") {
            let kit = (4_561_789 + nth).to_string();
            let id = journal.intend(&upgrade(&kit)).expect("an intent");
            let end = an_outcome(Word::Done);
            journal.conclude(id, &end).expect("an outcome");
        }
        return;
    }
    let flushes = |writes: usize| {
        let (state, calls) = (folder(), folder());
        let calls = calls.path().join("calls");
        let again = again(TEST, state.path());
        let mut traced = Command::new("strace");
        traced.args(["-f", "-e", "trace=fsync,fdatasync", "-o"]);
        traced.arg(&calls).arg(again.get_program());
        traced.args(again.get_args()).env(FOLDER, state.path());
        let output = traced.env(WRITES, writes.to_string()).output();
        let why_not = match output {
            Ok(output) if output.status.success() => {
                let calls = std::fs::read_to_string(&calls).expect("the calls");
                return Some(calls.matches("sync(").count());
            }
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        let is_kept_off = why_not.contains("PTRACE") || !calls.exists();
        assert!(is_kept_off, "{why_not}");
        eprintln!("{TEST} is left out, no process can be traced here: {why_not}");
        None
    };
    // What opening and closing takes is in both.
    if let (Some(two), Some(six)) = (flushes(2), flushes(6)) {
        assert_eq!(six - two, 2 * 4);
    }
}

/// The part of the process that may not write.
#[expect(clippy::print_stdout, reason = "the other process' only way to answer")]
fn answer(folder: &Path) {
    let written = match refused(Journal::open(folder, opening("asha"))) {
        JournalError::NotWritable(_) => "not writable".to_owned(),
        other => format!("{other:?}"),
    };
    let read = match Journal::open_to_read(folder) {
        Ok(reader) => {
            let state = reader.open_write(RecordId(1)).expect("open").state;
            format!("{:?} {state:?}", reader.verify().map(|v| v.records))
        }
        Err(error) => error.to_string(),
    };
    println!("\nresult: {written}; {read}");
}

/// Runs the test's part as a user who may read and not write. Root ignores modes and so becomes
/// nobody; where nobody may not run this program either, there is nothing to be shown.
#[expect(clippy::print_stderr, reason = "a test that was left out must say so")]
fn read_only(test: &str, folder: &Path) -> Option<String> {
    const NOBODY: u32 = 65534;
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let mut command = again(test, folder);
    if root {
        command.uid(NOBODY).gid(NOBODY);
    }
    set_modes(folder, 0o555, 0o444);
    let output = command.output();
    set_modes(folder, 0o700, 0o600);
    match output {
        Ok(output) => {
            let lines = String::from_utf8_lossy(&output.stdout);
            let answer = lines.lines().find_map(|line| line.strip_prefix("result: "));
            Some(answer.expect("an answer").to_owned())
        }
        Err(error) => {
            eprintln!("{test} is left out, no other user can run it here: {error}");
            None
        }
    }
}

fn set_modes(folder: &Path, folders: u32, files: u32) {
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    };
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            set_modes(&path, folders, files);
        } else {
            set(&path, files);
        }
    }
    set(folder, folders);
}
