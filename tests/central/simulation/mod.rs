//! A day of many branches in one process, with everything that goes wrong: each branch has its own journal, chain,
//! role and courier, all share one `PostgreSQL` and one bank (the simulator over HTTP). At the end the bank, the
//! journals and the store must tell the same story. At its end the store is put back to what it was before the last
//! customers came. The seed is printed; `KITDESK_SEED` gives it, and
//! `KITDESK_MEASURE=1000` so many branches.

mod bank;
mod branch;
mod story;
mod twice;

use std::collections::VecDeque;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kitdesk::sandbox::{Options, start};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::net::UnixListener;
use tokio::time::sleep;

use crate::earlier::{backup, restore};
use crate::engine::{Database, say};
use bank::{Bank, STUCK, WRITES};
use branch::Branch;

const FAULTS: [&str; 5] = ["500", "503", "reset-before", "reset-after", "delay:1"];

/// Hosts take turns on these threads: a host that has not done its day comes again.
fn in_shifts(
    branches: Vec<Branch>,
    threads: usize,
    shift: impl Fn(&mut Branch) -> bool + Sync,
) -> Vec<Branch> {
    let waiting = Mutex::new(VecDeque::from(branches));
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("no panic").pop_front();
                    let Some(mut branch) = next else { return };
                    let is_over = shift(&mut branch);
                    let to_done = if is_over { Some(&done) } else { None };
                    match to_done {
                        Some(done) => done.lock().expect("no panic").push(branch),
                        None => waiting.lock().expect("no panic").push_back(branch),
                    }
                }
            });
        }
    });
    done.into_inner().expect("no panic")
}

/// Makes things go wrong, for as long as the day lasts.
async fn chaos(bank: Arc<Bank>, engine: &'static crate::engine::Engine, crashes: usize, seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed ^ 0xc4a0);
    let mut left = crashes;
    let mut rounds = 0_u32;
    while !bank.is_calm.load(Ordering::SeqCst) {
        for _ in 0..2 {
            let (_, call) = WRITES[chance.random_range(0..WRITES.len())];
            let fault = FAULTS[chance.random_range(0..FAULTS.len())];
            let fault = format!("{call}={fault}:1");
            bank.sandbox.add_fault(fault.parse().expect("a fault"));
        }
        if rounds.is_multiple_of(3) {
            bank.cuts.fetch_add(1, Ordering::SeqCst);
        }
        if left > 0 && rounds % 6 == 3 {
            left -= 1;
            crash(engine).await;
            bank.count("the engine has crashed");
        }
        rounds += 1;
        sleep(Duration::from_millis(chance.random_range(150..450))).await;
    }
}

/// The whole engine starts again when one of its processes is killed.
async fn crash(engine: &crate::engine::Engine) {
    let Ok(owner) = engine.owner("postgres").await else {
        return;
    };
    let row = owner.query_one("SELECT pg_backend_pid()", &[]).await;
    let Ok(row) = row else { return };
    let pid: i32 = row.get(0);
    let kill = format!("kill -9 {pid}");
    let killed = Command::new("sh").args(["-c", &kill]).status();
    assert!(killed.expect("there is a shell").success());
}

/// What all go through: it is cut now and then, after what was asked was carried out.
async fn line(database: &Database, bank: &Bank) -> tempfile::TempDir {
    // Proving a password takes a tenth of a second without optimisation: the days here are shorter.
    let rules = database.engine.folder.join("hba.conf");
    crate::console::write_file(&rules, "local all all trust\n");
    let reload = database.owner.execute("SELECT pg_reload_conf()", &[]);
    reload.await.expect("the superuser may");
    let line = tempfile::tempdir().expect("a temporary folder");
    let name = format!(".s.PGSQL.{}", database.engine.port);
    let listener = UnixListener::bind(line.path().join(&name)).expect("a socket");
    let to = database.engine.folder.join(&name);
    tokio::spawn(crate::cut::cutting(listener, to, Arc::clone(&bank.cuts)));
    line
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_many_branches() {
    let Some(mut database) = Database::alone().await else {
        return;
    };
    let measured: Option<usize> = std::env::var("KITDESK_MEASURE")
        .ok()
        .and_then(|text| text.parse().ok());
    let count = measured.filter(|count| *count > 1).unwrap_or(24);
    let seed: u64 = match std::env::var("KITDESK_SEED") {
        Ok(seed) => seed.parse().expect("a number"),
        Err(_) => rand::random(),
    };
    say(&format!("{count} branches, KITDESK_SEED={seed}"));
    let visitors = u64::try_from(count).expect("few");
    let customers = visitors + twice::CUSTOMERS;
    let sandbox = start(Options {
        customers: usize::try_from(customers).expect("few"),
        seed: seed % 1000,
        log: true,
        ..Options::default()
    });
    let bank = Arc::new(Bank {
        sandbox: sandbox.await.expect("it starts"),
        customers,
        visitors,
        cuts: Arc::default(),
        is_calm: AtomicBool::new(false),
        tally: Mutex::default(),
    });
    let line = line(&database, &bank).await;
    let began = Instant::now();
    let mut branches = Vec::new();
    for number in 0..count {
        branches.push(Branch::new(&database, line.path(), number, seed).await);
    }
    let enrolled = began.elapsed();
    let mut two = Vec::new();
    for number in 0..2 {
        two.push(Branch::new(&database, line.path(), count + number, seed).await);
    }
    let before = bank.kits_of_all().await;
    let chaos = tokio::spawn(chaos(
        Arc::clone(&bank),
        database.engine,
        2 + count / 100,
        seed,
    ));
    let began = Instant::now();
    let day = Arc::clone(&bank);
    let threads = count.min(32);
    let working = tokio::task::spawn_blocking(move || {
        in_shifts(branches, threads, |branch| {
            let is_killed = branch.chance.random_bool(0.3);
            let longest = if is_killed {
                Duration::from_millis(branch.chance.random_range(5..1500))
            } else {
                STUCK
            };
            if branch
                .lives(longest, async |branch| branch.works(&day).await)
                .is_none()
            {
                day.count(if is_killed { "killed" } else { "stuck" });
            }
            branch.left == 0
        })
    });
    let mut branches = working.await.expect("no panic");
    let worked = began.elapsed();
    bank.is_calm.store(true, Ordering::SeqCst);
    chaos.await.expect("no panic");
    bank.sandbox.clear_faults();
    bank.cuts.store(0, Ordering::SeqCst);
    database.owner = until_reached(&database).await;
    branches.extend(at_two_counters(&database, &bank, two).await);
    branches = bring_back(&database, &bank, branches, threads).await;
    let began = Instant::now();
    let night = Arc::clone(&bank);
    let recovering = tokio::task::spawn_blocking(move || {
        in_shifts(branches, threads, |branch| {
            let recovered = branch.lives(2 * STUCK, async |branch| branch.recovers(&night).await);
            recovered.is_some()
        })
    });
    let branches = recovering.await.expect("it recovers");
    let recovered = began.elapsed();
    let tally = bank.tally.lock().expect("no panic").clone();
    say(&format!(
        "enrolled in {enrolled:?}, the day took {worked:?}, recovered in {recovered:?}: {tally:?}"
    ));
    assert_eq!(tally.get("stuck"), None);
    // Otherwise nothing would be found that it is for.
    assert!(tally.contains_key("lost after another's"));
    assert_eq!(tally.get("at two counters"), Some(&twice::PAIRS.len()));
    story::is_one(&database, &bank, &branches, &before).await;
}

/// The last customers of the day. Then the store is put back to what it was before them.
async fn at_two_counters(database: &Database, bank: &Arc<Bank>, two: Vec<Branch>) -> Vec<Branch> {
    backup(database).await;
    let day = Arc::clone(bank);
    let meeting = tokio::task::spawn_blocking(move || twice::meet(two, &day));
    let mut two = meeting.await.expect("no panic");
    restore(database, "").await;
    // The one whose requests were lost comes first: what the other one has done in their place is missing.
    two.reverse();
    come_by(bank, two, 1, true).await
}

/// All come by, until what was lost is there.
async fn bring_back(
    database: &Database,
    bank: &Arc<Bank>,
    mut branches: Vec<Branch>,
    threads: usize,
) -> Vec<Branch> {
    let until = Instant::now() + STUCK;
    while database.count("hosts WHERE NOT is_refilled").await > 0 {
        assert!(Instant::now() < until, "all bring back what was lost");
        branches = come_by(bank, branches, threads, false).await;
    }
    branches
}

/// All of them come by, and try to settle what is open if they are asked to.
async fn come_by(
    bank: &Arc<Bank>,
    branches: Vec<Branch>,
    threads: usize,
    settles: bool,
) -> Vec<Branch> {
    let bank = Arc::clone(bank);
    let coming = tokio::task::spawn_blocking(move || {
        in_shifts(branches, threads, |branch| {
            let came = branch.lives(STUCK, async |branch| branch.comes_by(&bank, settles).await);
            came.is_some()
        })
    });
    coming.await.expect("no panic")
}

async fn until_reached(database: &Database) -> tokio_postgres::Client {
    let until = Instant::now() + STUCK;
    loop {
        match database.engine.owner(&database.name).await {
            Ok(owner) => return owner,
            Err(_) => assert!(Instant::now() < until, "the engine recovers"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}
