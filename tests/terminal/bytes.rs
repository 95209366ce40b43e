//! What a slow line has to carry: bytes for a key, and none where nothing happens.

use std::time::Duration;

use super::console::{Console, Key, sandbox_with_kits};

/// Long enough for an answer's last byte, also where others are at work.
const QUIET: Duration = Duration::from_millis(60);

/// What each of these many presses writes; `row` is the one that is selected before.
fn steps(console: &mut Console, row: usize, count: usize) -> Vec<usize> {
    let mut sizes = Vec::new();
    for row in row + 1..=row + count {
        let before = console.bytes().len();
        console.key(Key::Down).until(&format!(" {row} of 2000"));
        console.until_quiet_for(QUIET);
        sizes.push(console.bytes().len() - before);
    }
    sizes.sort_unstable();
    sizes
}

#[test]
fn a_step_in_a_long_table_is_a_few_bytes() {
    let sandbox = sandbox_with_kits(2_000);
    let mut console = Console::on(&sandbox, 120, 40);
    console.type_text("210000000082").key(Key::Enter);
    console.until("2000 kits").until("of 2000");
    console.until_quiet();
    let within = steps(&mut console, 1, 24);
    // Two rows over their whole width.
    assert!(within[12] <= 400, "within the page: {within:?}");
    assert!(within[23] <= 800, "within the page: {within:?}");
    // Now a row comes in with each.
    steps(&mut console, 25, 8);
    let scrolling = steps(&mut console, 33, 24);
    assert!(scrolling[12] <= 400, "with a new row: {scrolling:?}");
    // Next to a kit in another state other keys work, and the key line says so.
    assert!(scrolling[23] <= 800, "with a new row: {scrolling:?}");
    // A key without an effect, and nobody there.
    let before = console.bytes().len();
    console.key(Key::Left).until_quiet();
    let after = console.bytes().len();
    assert!(after - before <= 10, "{}", after - before);
    console.until_quiet();
    assert_eq!(console.bytes().len(), after, "nothing for nothing");
    console.end();
}

/// How often the program's threads have given the processor up to wait for something.
#[cfg(target_os = "linux")]
fn waits(console: &Console) -> u64 {
    let threads = format!("/proc/{}/task", console.process_id());
    let threads = std::fs::read_dir(threads).expect("it runs");
    let status = threads.filter_map(|thread| {
        let status = thread.ok()?.path().join("status");
        std::fs::read_to_string(status).ok()
    });
    status
        .map(|status| {
            let mut lines = status.lines();
            let count = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            let count = count.expect("it is counted").trim();
            count.parse::<u64>().expect("a number")
        })
        .sum()
}

/// Whether none of its threads is woken for a second. What was begun may still come to its end; what ticks
/// never leaves a second out.
#[cfg(target_os = "linux")]
pub fn is_still(console: &Console) -> bool {
    let before = waits(console);
    std::thread::sleep(Duration::from_secs(1));
    waits(console) == before
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_wakes_a_console_at_which_nobody_types() {
    let sandbox = sandbox_with_kits(2_000);
    let mut console = Console::on(&sandbox, 120, 40);
    console.type_text("210000000082").key(Key::Enter);
    console.until("2000 kits").until("Mr Vikram Singh");
    assert!((0..10).any(|_| is_still(&console)));
    assert!(waits(&console) > 0, "they are counted");
    console.end();
}
