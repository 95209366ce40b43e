//! What it takes to read a store with many records: a comparison with the host's journal, an auditor's walk, the day's
//! end. Only with `KITDESK_MEASURE` set to a number of records, 200,000 or more; `KITDESK_PROGRAM` names a release build:
//!
//!     KITDESK_MEASURE=1000000 KITDESK_PROGRAM=target/release/kitdesk cargo test --locked --test central measure -- --nocapture

use std::fmt::Write as _;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kitdesk::journal::{Journal, KeptRecord, Opening, RecordId, Who, columns};
use rusqlite::params_from_iter;

use crate::claims::place;
use crate::engine::{Database, Host, PASSWORD, say};
use crate::fixtures::Desk;

/// So many of them are of one day's writes: an intent and an outcome each.
const OF_WRITES: usize = 100_000;
const PIECE: usize = 50_000;
const DAY: &str = "2026-11-03";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_with_many_records() {
    let measured = std::env::var("KITDESK_MEASURE").ok();
    let count = measured.and_then(|text| text.parse().ok());
    let Some(count) = count.filter(|count: &usize| *count >= 2 * OF_WRITES) else {
        return;
    };
    let Some(database) = Database::new().await else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let who = Who::new("maria", "pad");
    let journal = Journal::open(folder.path(), Opening::new(&who, &place())).expect("a journal");
    let chain = journal.chain_id().expect("it has a name").to_string();
    drop(journal);
    let host = database.host("a", &chain, "ACME").await;
    let began = Instant::now();
    fill(&database, &folder.path().join("journal.db"), &chain, count).await;
    say(&format!("{count} records made in {:?}", began.elapsed()));
    let auditor = Host {
        role: format!("audit_{}", database.name),
        chain,
        home: tempfile::tempdir().expect("a temporary folder"),
    };
    let made = format!(
        "CREATE ROLE {} LOGIN PASSWORD '{PASSWORD}' IN ROLE kitdesk_audit; ANALYZE kitdesk.records",
        auditor.role
    );
    let made = database.owner.batch_execute(&made).await;
    made.expect("the superuser may");
    for (of, arguments) in [
        (&host, &["journal", "verify"][..]),
        (&host, &["journal", "verify", "--central"]),
        (&auditor, &["journal", "verify", "--central", "--all"]),
        (&host, &["report", "--central", "--date", DAY]),
        (&host, &["report", "--central", "--date", DAY, "--json"]),
    ] {
        let desk = desk(&database, of);
        for _ in 0..3 {
            let (took, processor, peak) = measure(&desk, folder.path(), arguments);
            say(&format!(
                "{arguments:?}: {took:?}, of which {processor:?} of the processor, {peak} KiB at most"
            ));
        }
    }
}

fn desk(database: &Database, of: &Host) -> Desk {
    let profile = "[profiles.p]\nbase_url = \"http://127.0.0.1:1/v1\"\ntenant = \"ACME\"\nenvironment = \"uat\"\n";
    Desk::configured(&format!("{}\n{profile}", database.central(of)))
}

/// How long it takes, how long the processor was at it, and how much memory it has at most, in KiB.
fn measure(desk: &Desk, state: &Path, arguments: &[&str]) -> (Duration, Duration, u64) {
    let usual = desk.command(arguments);
    let program = std::env::var_os("KITDESK_PROGRAM");
    let mut command = Command::new(program.as_deref().unwrap_or(usual.get_program()));
    command.args(arguments).env_clear();
    for (name, value) in usual.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let out = std::fs::File::create(desk.path("out")).expect("it is ours");
    command.env("KITDESK_STATE", state).stdout(out);
    let began = Instant::now();
    let mut child = command.spawn().expect("it runs");
    let child_id = child.id();
    let about = |file: &str| {
        let file = format!("/proc/{child_id}/{file}");
        std::fs::read_to_string(file).unwrap_or_default()
    };
    let (mut processor, mut peak) = (Duration::ZERO, 0);
    let status = loop {
        // After its name: its own time and the kernel's for it are the 12th and 13th, in hundredths of a second.
        let text = about("stat");
        let fields = text.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        processor = processor.max(Duration::from_millis(ticks * 10));
        let text = about("status");
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.trim().strip_suffix(" kB"));
        peak = size
            .and_then(|size| size.parse().ok())
            .unwrap_or(0)
            .max(peak);
        if let Some(status) = child.try_wait().expect("it is a child") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = began.elapsed();
    assert!(status.success(), "{arguments:?}");
    (took, processor, peak)
}

/// The same records in the journal and in the store, each with its hash; the store checks that, as ever.
async fn fill(database: &Database, journal: &Path, chain: &str, count: usize) {
    let mut sqlite = rusqlite::Connection::open(journal).expect("it is there");
    let names: Vec<_> = columns().iter().map(|name| format!("\"{name}\"")).collect();
    let names = names.join(", ");
    let places = vec!["?"; columns().len()].join(", ");
    let insert = format!("INSERT INTO records ({names}) VALUES ({places})");
    let mut prev = chain.replace('-', "") + &"0".repeat(32);
    let file = database.engine.folder.join("records");
    let owner = &database.owner;
    let alone = "ALTER TABLE kitdesk.records DISABLE TRIGGER follows";
    owner.batch_execute(alone).await.expect("the superuser may");
    for first in (1..=count).step_by(PIECE) {
        let mut lines = String::new();
        let transaction = sqlite.transaction().expect("it begins");
        {
            let mut statement = transaction.prepare_cached(&insert).expect("it is good");
            for number in first..(first + PIECE).min(count + 1) {
                let cells = record(number, count, &mut prev);
                let shown = cells.iter().map(|cell| cell.as_deref().unwrap_or("\\N"));
                let shown = shown.collect::<Vec<_>>().join("\t");
                writeln!(lines, "{chain}\t{shown}\t1021").expect("a string takes it");
                let inserted = statement.execute(params_from_iter(cells));
                inserted.expect("it is taken");
            }
        }
        transaction.commit().expect("it is kept");
        std::fs::write(&file, lines).expect("it is ours");
        let engine_s = std::fs::metadata(&database.engine.folder).expect("it is there");
        let user = std::os::unix::fs::MetadataExt::uid(&engine_s);
        chown(&file, Some(user), None).expect("it may read it");
        let copy = format!(
            "COPY kitdesk.records (chain, {names}, branch) FROM '{}'",
            file.display()
        );
        owner
            .batch_execute(&copy)
            .await
            .expect("each hash is right");
    }
    std::fs::remove_file(&file).expect("it is there");
}

/// The cells of a record, the hash last. The last ones are the day's writes.
fn record(number: usize, count: usize, prev: &mut String) -> Vec<Option<String>> {
    let of_day = number.checked_sub(count - OF_WRITES + 1);
    let (day, nth) = of_day.map_or(("2026-11-02", number), |nth| (DAY, nth));
    let all = if of_day.is_some() { OF_WRITES } else { count };
    let second = nth * 86_399 / all;
    let at = format!(
        "{day}T{:02}:{:02}:{:02}.000Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    let (write, is_outcome) = (number / 2, of_day.is_some_and(|nth| nth % 2 == 1));
    let is_intent = of_day.is_some() && !is_outcome;
    let kit = format!("{}", 4_500_000 + write % 90_000);
    let read = format!(
        r#"{{"kits":[{{"kit_no":"{kit}","status":"ACTIVE","card_type":"PHYSICAL","tier":"CLASSIC","expiry":"1128","pan":"608040XXXXXX6384"}}],"whole":true,"seen":{number}}}"#
    );
    let digest = format!("{write:064x}");
    let cell = |name: &&str| {
        let text = match *name {
            "id" => number.to_string(),
            "at" => at.clone(),
            "session" => format!("{:08}-0000-4000-8000-000000000001", write % 5_000),
            "kind" if is_intent => "intent".to_owned(),
            "kind" if is_outcome => "outcome".to_owned(),
            "kind" => "look_up".to_owned(),
            "of" if is_outcome => (number - 1).to_string(),
            "operator" => format!("operator-{}", write % 200),
            "host" => format!("counter-{}.branch.bank.example", write % 300),
            "profile" => "p".to_owned(),
            "tenant" => "ACME".to_owned(),
            "environment" => "uat".to_owned(),
            "operation" if of_day.is_some() => "lock".to_owned(),
            "operation" => "kits_by_entity".to_owned(),
            "entity" => format!("{}", 210_000_000_000 + write % 40_000),
            "kit" if of_day.is_some() => kit.clone(),
            "digest" if of_day.is_some() => digest.clone(),
            "before" if is_intent => read.clone(),
            "after" if !is_intent => read.clone(),
            "outcome" if is_outcome => "done".to_owned(),
            "message" if is_outcome => {
                format!("Kit {kit} is locked. Nobody can use it until it is unlocked.")
            }
            "duration_ms" if !is_intent => "120".to_owned(),
            "reason" if is_intent => "lost".to_owned(),
            "claim" if of_day.is_some() => format!("{write:08x}-0000-4000-8000-000000000002"),
            "prev" => prev.clone(),
            _ => return None,
        };
        Some(text)
    };
    let mut cells: Vec<_> = columns().iter().map(cell).collect();
    let id = RecordId(i64::try_from(number).expect("few"));
    let hash = KeptRecord::of_cells(id, cells.clone()).contents.to_string();
    prev.clone_from(&hash);
    *cells.last_mut().expect("the hash") = Some(hash);
    cells
}
