//! Outputs that don't take everything at once, and readers that have stopped to read.

use std::io::{PipeReader, PipeWriter, Read as _, Write as _, pipe};
use std::os::fd::AsFd;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::console::sandbox_with_kits;
use crate::fixtures::{Desk, signal};

/// The customer with as many kits as are asked for.
const MANY_KITS: &str = "210000000082";
/// More than any pipe of this test holds.
const KITS: usize = 2_000;

/// A pipe whose writing end does not block, and which is full. The filling comes out first.
fn full_pipe() -> (PipeReader, PipeWriter, usize) {
    let (reader, mut writer) = pipe().expect("a pipe");
    rustix::io::ioctl_fionbio(&writer, true).expect("a pipe can be told not to block");
    let mut filling = 0;
    while let Ok(count) = writer.write(b"x") {
        filling += count;
    }
    (reader, writer, filling)
}

/// Reads all of it, but not at once.
fn late(mut reader: PipeReader, filling: usize) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        let mut all = Vec::new();
        reader.read_to_end(&mut all).expect("a pipe can be read");
        String::from_utf8(all.split_off(filling)).expect("text")
    })
}

#[test]
fn an_output_that_does_not_block_gets_all_of_it() {
    let sandbox = sandbox_with_kits(KITS);
    let desk = Desk::on(&sandbox);
    for args in [
        &["kits", "--entity", MANY_KITS][..],
        &["kits", "--entity", MANY_KITS, "--json"],
        &["kits", "--help"],
        &["--version"],
        &["completions", "bash"],
        &["man"],
        &["themes"],
        &["config", "show"],
        &["journal", "export"],
        &["journal", "list", "--json"],
    ] {
        let whole = desk.run(args);
        let (reader, writer, filling) = full_pipe();
        let read = late(reader, filling);
        let mut command = desk.command(args);
        let child = command.stdout(writer).stderr(Stdio::null()).spawn();
        // Else this process would keep the pipe open.
        drop(command);
        let ended = child.expect("the program runs").wait().expect("it ends");
        let out = read.join().expect("no panic");
        assert_eq!(ended.code(), Some(whole.code), "{args:?}");
        assert_eq!(out.len(), whole.out.len(), "{args:?}");
    }
}

#[test]
fn a_standard_error_that_does_not_block_gets_all_of_it() {
    let desk = Desk::unconfigured();
    for args in [
        &["kits"][..],
        &["kits", "--what"],
        &["kits", "--entity", "1", "--profile", "none"],
    ] {
        let whole = desk.run(args);
        let (reader, writer, filling) = full_pipe();
        let read = late(reader, filling);
        let mut command = desk.command(args);
        let child = command.stdout(Stdio::null()).stderr(writer).spawn();
        drop(command);
        let ended = child.expect("the program runs").wait().expect("it ends");
        assert_eq!(read.join().expect("no panic"), whole.err, "{args:?}");
        assert_eq!(ended.code(), Some(whole.code), "{args:?}");
    }
}

/// Waits until something is in a pipe that nobody reads, and then nothing comes any more.
fn until_full(pipe: &impl AsFd) {
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut before = 0;
    loop {
        thread::sleep(Duration::from_millis(100));
        let now = rustix::io::ioctl_fionread(pipe).expect("a pipe tells how much is in it");
        if now > 0 && now == before {
            return;
        }
        before = now;
        assert!(Instant::now() < deadline, "nothing is written");
    }
}

#[test]
fn a_signal_ends_a_verb_whose_output_nobody_reads() {
    let sandbox = sandbox_with_kits(KITS);
    let desk = Desk::on(&sandbox);
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut child = desk.start(&["kits", "--entity", MANY_KITS, "--json"]);
        let out = child.stdout.take().expect("a pipe");
        until_full(&out);
        signal(child.id(), name);
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{name}");
    }
}

/// Waits until the program catches Ctrl+C itself.
fn until_it_listens_to_signals(process: u32) {
    const INT: u64 = 1 << (2 - 1);
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"));
        let status = status.expect("it runs");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.expect("Linux tells").trim(), 16);
        if caught.expect("a mask is hex") & INT != 0 {
            return;
        }
        assert!(Instant::now() < deadline, "it catches no signal");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_signal_ends_a_simulator_whose_output_nobody_reads() {
    let (_reader, writer, _) = full_pipe();
    let desk = Desk::unconfigured();
    let mut command = desk.command(&["sandbox"]);
    let child = command.stdout(writer).stderr(Stdio::null()).spawn();
    let mut child = child.expect("the program runs");
    until_it_listens_to_signals(child.id());
    signal(child.id(), "INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
