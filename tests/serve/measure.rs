//! What many sessions cost. It takes minutes and proves nothing on its own, so it runs only with
//! `KITDESK_MEASURE` set to a number of sessions; `KITDESK_PROGRAM` names a release build:
//!
//!     KITDESK_MEASURE=1000 KITDESK_PROGRAM=target/release/kitdesk cargo test --locked --test serve measure -- --nocapture

use std::io::Write as _;
use std::time::{Duration, Instant};

use russh::client::Handle;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::console::sandbox_with_kits;
use crate::fixtures::{Server, people};
use crate::raw::{Far, Trusting, connected, log_in, session};

/// Sessions that log in at the same time.
const AT_ONCE: usize = 16;

type Client = (Handle<Trusting>, Far);

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("somebody reads");
}

/// In ticks of a hundredth of a second.
fn processor_time(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the system tells");
    let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
    let fields: Vec<_> = fields.split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<u64>().expect("a number");
    ticks(11) + ticks(12)
}

fn threads(process: u32) -> usize {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    tasks.expect("the system tells").count()
}

/// The median and the 95th percentile, in milliseconds.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    format!("{:.1} ms, p95 {:.1} ms", at(50), at(95))
}

async fn opened(server: &Server, columns: u32, rows: u32) -> (Client, Duration) {
    let began = Instant::now();
    let mut client = connected(server).await;
    assert!(log_in(&mut client, 1).await.success());
    let mut channel = session(&client, columns, rows).await;
    channel.until("maria").await;
    let took = began.elapsed();
    channel.send(b"210000000082\r").await;
    channel.until("upgrade").await;
    ((client, channel), took)
}

/// From a key to the first bytes that it brings.
async fn key(far: &mut Far, key: &'static [u8]) -> Duration {
    let began = Instant::now();
    far.send(key).await;
    loop {
        if let Some(russh::ChannelMsg::Data { .. }) = far.channel.wait().await {
            return began.elapsed();
        }
    }
}

async fn some_keys(far: &mut Far, count: usize, pause: Duration) -> Vec<Duration> {
    let mut times = Vec::new();
    for place in 0..count {
        let arrow: &[u8] = if place % 2 == 0 { b"\x1b[B" } else { b"\x1b[A" };
        times.push(key(far, arrow).await);
        sleep(pause).await;
    }
    times
}

#[test]
fn many_sessions() {
    let Some(count) = std::env::var("KITDESK_MEASURE").ok() else {
        return;
    };
    let count: u32 = count.parse().expect("a number of sessions");
    let sandbox = sandbox_with_kits(10);
    let settings = "sessions = 5000\nsessions_a_person = 5000\nstartups = 500\nstartups_a_source = 500\n\
                    login_grace = \"60s\"";
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime: Runtime = builder
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let server = Server::with(&sandbox, settings, &people());
        let server = std::sync::Arc::new(server);
        let process = server.process_id();
        runtime.block_on(async {
            // The first one loads what all share.
            let (mut first, _) = opened(&server, columns, rows).await;
            let before = server.memory();
            let began = Instant::now();
            let mut clients = Vec::new();
            let mut first_pictures = Vec::new();
            let more = usize::try_from(count).expect("not as many") - 1;
            while clients.len() < more {
                let batch = AT_ONCE.min(more - clients.len());
                let opening = (0..batch).map(|_| {
                    let server = std::sync::Arc::clone(&server);
                    tokio::spawn(async move { opened(&server, columns, rows).await })
                });
                for opening in opening.collect::<Vec<_>>() {
                    let (client, took) = opening.await.expect("no panic");
                    clients.push(client);
                    first_pictures.push(took);
                }
            }
            let logged_in = began.elapsed();
            sleep(Duration::from_secs(3)).await;
            let memory = server.memory();
            say(&format!(
                "{columns}×{rows}: {count} sessions, {} MiB, {} KiB each, {} threads",
                memory / 1024,
                (memory - before) / clients.len(),
                threads(process)
            ));
            say(&format!(
                "  {:.0} a second with login, look-up and picture, {AT_ONCE} at a time; first picture {}",
                f64::from(count - 1) / logged_in.as_secs_f64(),
                spread(first_pictures)
            ));
            let ticks = processor_time(process);
            sleep(Duration::from_secs(20)).await;
            let idle = u32::try_from(processor_time(process) - ticks).expect("few");
            say(&format!("  idle: {:.2} % of one core", f64::from(idle) / 20.0));
            let alone = some_keys(&mut first.1, 200, Duration::from_millis(20)).await;
            say(&format!("  a key, the others idle: {}", spread(alone)));
            let typing = clients.into_iter().enumerate().map(|(place, mut client)| {
                tokio::spawn(async move {
                    if place < 100 {
                        sleep(Duration::from_millis(place as u64 * 2)).await;
                        let times = some_keys(&mut client.1, 20, Duration::from_millis(200)).await;
                        return (client, times);
                    }
                    (client, Vec::new())
                })
            });
            let mut times = Vec::new();
            let mut clients = Vec::new();
            for typing in typing.collect::<Vec<_>>() {
                let (client, its) = typing.await.expect("no panic");
                clients.push(client);
                times.extend(its);
            }
            say(&format!("  a key, a hundred typing five a second: {}", spread(times)));
            drop(clients);
        });
    }
}
