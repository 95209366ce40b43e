//! What keeps checkpoints elsewhere and does not do so: a program that hangs, a disk that is full. No write waits for either.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::checkpoints::Branch;
use crate::fixtures::KIT;

const LOCK: [&str; 8] = [
    "lock", "--entity", "676165", "--kit", KIT, "--reason", "lost", "--yes",
];
const UNLOCK: [&str; 8] = [
    "unlock",
    "--entity",
    "676165",
    "--kit",
    KIT,
    "--reason",
    "found-again",
    "--yes",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_hangs_delays_no_write() {
    let (quick, hangs) = ("anchor = [\"true\"]", "anchor = [\"sleep\", \"20\"]");
    let Some(branch) = Branch::new(quick).await else {
        return;
    };
    let timed = |write: &[&str]| {
        let began = Instant::now();
        branch.desk.run(write).code(0);
        began.elapsed()
    };
    let usual = timed(&LOCK);
    branch.configure(&branch.config.replace(quick, hangs));
    let with = timed(&UNLOCK);
    // Half a second at the end of the verb, when the outcome is told.
    let most = usual + Duration::from_secs(5);
    assert!(with < most, "{with:?}, and {usual:?} without");
    branch
        .until("at the store all the same", async || {
            branch.database.count("checkpoints").await > 0
        })
        .await;
}

/// Only where this user may mount a file system of a few pages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_for_the_checkpoint_s_file_is_said_and_stops_nothing() {
    let mount = "mount -t tmpfs -o size=16k none \"$1\" && head -c 100000 /dev/zero >\"$1/all\" 2>&1; test -s \"$1/all\"";
    let tried = tempfile::tempdir().expect("a temporary folder");
    let may = Command::new("unshare")
        .args(["--mount", "sh", "-c", mount, "sh"])
        .arg(tried.path())
        .output();
    if !may.is_ok_and(|output| output.status.success()) {
        crate::console::skipped("no right to mount a file system");
        return;
    }
    let Some(branch) = Branch::new("checkpoint_file = \"full/checkpoint.txt\"").await else {
        return;
    };
    let (full, log) = (branch.home().join("full"), branch.home().join("log"));
    std::fs::create_dir(&full).expect("it is ours");
    let on_it = |arguments: &[&str]| {
        let run = branch.desk.command(arguments);
        let script = format!("({mount}) && shift && exec \"$@\"");
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", &script, "sh"]);
        command
            .arg(&full)
            .arg(run.get_program())
            .args(run.get_args());
        command.env_clear();
        for (name, value) in run.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let folder = run.get_current_dir().expect("it has one");
        crate::fixtures::Ended::of(&command.current_dir(folder).output().expect("it runs"))
    };
    let with_log = [&["--log", log.to_str().expect("text")], &LOCK[..]].concat();
    on_it(&with_log).code(0);
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(said.contains("checkpoint_file can't be written"), "{said}");
    let doctor = on_it(&["doctor"]).out;
    let line = doctor.lines().find(|line| line.contains(" checkpoint "));
    assert!(line.is_some_and(|line| line.contains("warn")), "{doctor}");
    branch
        .until("at the store all the same", async || {
            branch.database.count("checkpoints").await > 0
        })
        .await;
    // Where there is room again, it is written, and the doctor is content.
    branch
        .until("in its file", async || full.join("checkpoint.txt").exists())
        .await;
    let doctor = branch.desk.run(&["doctor"]).out;
    let line = doctor.lines().find(|line| line.contains(" checkpoint "));
    assert!(line.is_some_and(|line| line.contains("ok")), "{doctor}");
}

/// A verb ends long before the program does, and no other follows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_program_gets_the_newest_checkpoint_when_the_verbs_have_ended() {
    let slow = "sleep 3; cat >kitdesk/taken";
    let keeps =
        format!("checkpoint_file = \"checkpoint.txt\"\nanchor = [\"sh\", \"-c\", \"{slow}\"]");
    let Some(branch) = Branch::new(&keeps).await else {
        return;
    };
    branch.desk.run(&LOCK).code(0);
    branch.desk.run(&UNLOCK).code(0);
    let newest = std::fs::read_to_string(branch.checkpoint()).expect("it is there");
    let taken = || std::fs::read_to_string(branch.home().join("taken")).unwrap_or_default();
    within(MOST, || taken() == newest);
}

/// Also where nothing runs any more that could look at the clock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_hang_run_one_at_a_time_and_are_ended_when_the_verbs_are() {
    let hangs = "echo $$ >>kitdesk/processes; exec sleep 1000";
    let Some(branch) = Branch::new(&format!("anchor = [\"sh\", \"-c\", \"{hangs}\"]")).await else {
        return;
    };
    let started = || {
        let processes = std::fs::read_to_string(branch.home().join("processes"));
        processes.unwrap_or_default()
    };
    let running = || {
        let is_alive = |process: &&str| {
            let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
            stat.is_ok_and(|stat| !stat.contains(") Z "))
        };
        started().lines().filter(is_alive).count()
    };
    branch.desk.run(&LOCK).code(0);
    within(MOST, || !started().is_empty());
    for write in [UNLOCK, LOCK] {
        branch.desk.run(&write).code(0);
        assert!(running() <= 1, "one at a time");
    }
    within(MOST, || running() == 0);
}

/// Ten seconds, and what a busy machine adds to them.
const MOST: Duration = Duration::from_secs(30);

fn within(most: Duration, happened: impl Fn() -> bool) {
    let until = Instant::now() + most;
    while !happened() {
        assert!(Instant::now() < until, "not in {most:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
