//! Connections that are cut: what was asked is asked again, and counts once.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kitdesk::central::{Claimed, End, Store};
use kitdesk::journal::Write;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use crate::claims::{claim, kit, two};
use crate::engine::{Database, Host, say, store};

/// Passes everything on, but cuts so many connections after a claim was sent and before its answer comes back.
pub async fn cutting(listener: UnixListener, to: PathBuf, cuts: Arc<AtomicUsize>) {
    while let Ok((client, _)) = listener.accept().await {
        // While the engine starts again, this client alone finds nothing.
        let Ok(server) = UnixStream::connect(&to).await else {
            continue;
        };
        let cuts = Arc::clone(&cuts);
        tokio::spawn(async move {
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let (mut there, mut back) = ([0; 8192], [0; 8192]);
            let mut has_claimed = false;
            loop {
                tokio::select! {
                    Ok(read) = from_client.read(&mut there) => {
                        if read == 0 { return; }
                        has_claimed |= there[..read].windows(13).any(|part| part == b"kitdesk.claim");
                        if to_server.write_all(&there[..read]).await.is_err() { return; }
                    }
                    Ok(read) = from_server.read(&mut back) => {
                        if read == 0 { return; }
                        let take = |left: usize| left.checked_sub(1);
                        // The answer is there, so it has been carried out.
                        if has_claimed && cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
                            return;
                        }
                        if to_client.write_all(&back[..read]).await.is_err() { return; }
                    }
                    else => return,
                }
            }
        });
    }
}

/// Passes everything on, but an answer takes so long. Counts how often one was waited for.
async fn slow(
    listener: UnixListener,
    to: PathBuf,
    there_and_back: Duration,
    round_trips: Arc<AtomicUsize>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(&to).await.expect("it listens");
        let round_trips = Arc::clone(&round_trips);
        tokio::spawn(async move {
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let (mut there, mut back) = ([0; 8192], [0; 8192]);
            let mut waits = false;
            loop {
                tokio::select! {
                    Ok(read) = from_client.read(&mut there) => {
                        if read == 0 || to_server.write_all(&there[..read]).await.is_err() { return; }
                        waits = true;
                    }
                    Ok(read) = from_server.read(&mut back) => {
                        if std::mem::take(&mut waits) {
                            round_trips.fetch_add(1, Ordering::SeqCst);
                            tokio::time::sleep(there_and_back).await;
                        }
                        if read == 0 || to_client.write_all(&back[..read]).await.is_err() { return; }
                    }
                    else => return,
                }
            }
        });
    }
}

/// A host's way to the store by this line.
fn through<L: Future<Output = ()> + Send + 'static>(
    database: &Database,
    host: &Host,
    line: impl FnOnce(UnixListener, PathBuf) -> L,
) -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let port = database.engine.port;
    let name = format!(".s.PGSQL.{port}");
    let listener = UnixListener::bind(folder.path().join(&name)).expect("a socket");
    tokio::spawn(line(listener, database.engine.folder.join(&name)));
    let at = format!(
        "/{}?host={}&port={port}",
        database.name,
        folder.path().display()
    );
    (store(host, &Database::at(host, &at)), folder)
}

#[tokio::test]
async fn a_claim_and_its_end_take_a_round_trip_each() {
    let Some((database, [a, _host_b], _)) = two().await else {
        return;
    };
    let measured = std::env::var_os("KITDESK_MEASURE").is_some();
    let (rounds, way) = if measured { (200, 10) } else { (5, 1) };
    let way = Duration::from_millis(way);
    let round_trips = Arc::<AtomicUsize>::default();
    let of_line = Arc::clone(&round_trips);
    let (through, _line) = through(&database, &a, |listener, to| {
        slow(listener, to, way, of_line)
    });
    through.standing().await.expect("it answers");
    round_trips.store(0, Ordering::SeqCst);
    let (mut claims, mut of_nothing) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let wanted = claim("maria", Write::Upgrade, kit("1"));
        let began = Instant::now();
        assert_eq!(through.claim(&wanted).await, Ok(Claimed::Yes));
        claims.push(began.elapsed());
        let ended = through.finish(&wanted.id, End::Done, "maria", None).await;
        ended.expect("it answers");
        let began = Instant::now();
        through.refilled().await.expect("it answers");
        of_nothing.push(began.elapsed());
    }
    assert_eq!(round_trips.load(Ordering::SeqCst), 3 * rounds);
    let [claim, nothing] = [claims, of_nothing].map(|mut took| {
        took.sort_unstable();
        took[rounds / 2]
    });
    say(&format!(
        "over a line of {way:?} there and back a claim takes {claim:?}, a question that does nothing {nothing:?}"
    ));
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_asked_again_and_counts_once() {
    let Some((database, [a, _host_b], [_, b])) = two().await else {
        return;
    };
    let cuts = Arc::new(AtomicUsize::new(2));
    let of_line = Arc::clone(&cuts);
    let (through, _line) = through(&database, &a, |listener, to| cutting(listener, to, of_line));
    let wanted = claim("maria", Write::Upgrade, kit("1"));
    assert_eq!(through.claim(&wanted).await, Ok(Claimed::Yes));
    assert_eq!(cuts.load(Ordering::SeqCst), 0, "both were cut");
    assert_eq!(database.count("claims").await, 1);
    assert!(matches!(
        b.claim(&claim("l", Write::Upgrade, kit("1"))).await,
        Ok(Claimed::Held(_))
    ));
}

#[tokio::test]
async fn an_engine_that_ends_every_connection_is_reached_again() {
    let Some((database, [a, _], [store, _])) = two().await else {
        return;
    };
    for number in 0..5 {
        let kit = kit(&number.to_string());
        assert_eq!(
            store.claim(&claim("maria", Write::Upgrade, kit)).await,
            Ok(Claimed::Yes)
        );
        let ended = database
            .owner
            .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1::text::name", &[&a.role])
            .await
            .expect("the superuser may");
        assert_eq!(ended.len(), 1);
    }
    assert_eq!(database.count("claims").await, 5);
}

#[tokio::test]
async fn a_store_that_is_not_there_has_its_address_in_the_error() {
    let Some((_database, [a, _], _)) = two().await else {
        return;
    };
    let central = Database::at(&a, "/kd?host=/nowhere/at/all");
    let error = store(&a, &central)
        .claim(&claim("m", Write::Upgrade, kit("1")))
        .await;
    let error = error.expect_err("nothing is there");
    assert!(!error.may_have_happened() && error.is_passing(), "{error}");
    let said = error.to_string();
    assert_eq!(
        said,
        "the central store at /nowhere/at/all is not reached: it does not exist"
    );
}

/// Passes everything on until a claim has its answer; from then on the store is away.
pub async fn gone_after_a_claim(listener: UnixListener, to: PathBuf) {
    let (dead, _) = tokio::sync::watch::channel(false);
    while let Ok((client, _)) = listener.accept().await {
        if *dead.borrow() {
            continue;
        }
        let Ok(server) = UnixStream::connect(&to).await else {
            return;
        };
        let (dead, mut ended) = (dead.clone(), dead.subscribe());
        tokio::spawn(async move {
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let (mut there, mut back) = ([0; 8192], [0; 8192]);
            let mut has_claimed = false;
            loop {
                tokio::select! {
                    () = async { drop(ended.wait_for(|is_dead| *is_dead).await) } => return,
                    Ok(read @ 1..) = from_client.read(&mut there) => {
                        has_claimed |= there[..read].windows(14).any(|part| part == b"kitdesk.claim(");
                        if to_server.write_all(&there[..read]).await.is_err() { return; }
                    }
                    Ok(read @ 1..) = from_server.read(&mut back) => {
                        if to_client.write_all(&back[..read]).await.is_err() { return; }
                        if has_claimed { dead.send_replace(true); }
                    }
                    else => return,
                }
            }
        });
    }
}

/// The engine crashes and recovers while two hosts claim: what was said to be claimed is, and once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_crashes_keeps_what_it_has_said() {
    let Some(mut database) = Database::alone().await else {
        return;
    };
    let a = database.host("a", crate::claims::CHAIN_A, "ACME").await;
    let b = database.host("b", crate::claims::CHAIN_B, "ACME").await;
    let stores = [Arc::new(database.store(&a)), Arc::new(database.store(&b))];
    let is_over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let racers = stores.map(|store| {
        let is_over = Arc::clone(&is_over);
        tokio::spawn(async move {
            let mut said = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                let wanted = claim("maria", Write::Upgrade, kit("1"));
                let end = match store.claim(&wanted).await {
                    Ok(Claimed::Yes) => End::Done,
                    Ok(_) => continue,
                    Err(_) => End::NeverSent,
                };
                // It is ended, whatever it takes: by the same name.
                while store.finish(&wanted.id, end, "maria", None).await.is_err() {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                if end == End::Done {
                    said.push(wanted.id.to_string());
                }
            }
            said
        })
    });
    for _ in 0..5 {
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        let question = "SELECT pid FROM pg_stat_activity WHERE usename = $1::text::name LIMIT 1";
        let found = database.owner.query(question, &[&a.role]).await;
        let pid: Option<i32> = found.ok().and_then(|rows| Some(rows.first()?.get(0)));
        if let Some(pid) = pid {
            // The whole engine starts again when one of its processes is killed.
            let killed = std::process::Command::new("kill")
                .args(["-9", &pid.to_string()])
                .status();
            assert!(killed.expect("there is kill").success());
        }
        let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
        database.owner = loop {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            match database.engine.owner(&database.name).await {
                Ok(owner) if owner.simple_query("SELECT 1").await.is_ok() => break owner,
                _ => assert!(std::time::Instant::now() < until, "it recovers"),
            }
        };
    }
    is_over.store(true, Ordering::SeqCst);
    let mut said = Vec::new();
    for racer in racers {
        said.extend(racer.await.expect("no panic"));
    }
    assert!(!said.is_empty());
    let done = database
        .count("ends e JOIN kitdesk.claims USING (claim) WHERE how = 'done'")
        .await;
    assert_eq!(done, i64::try_from(said.len()).expect("few"));
    assert_eq!(database.count("holds").await, 0);
    let overlap = "claims a JOIN kitdesk.ends e USING (claim) JOIN kitdesk.claims b
        ON a.claim <> b.claim AND b.at > a.at AND b.at < e.at";
    assert_eq!(database.count(overlap).await, 0);
}
