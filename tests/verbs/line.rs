//! What a job takes over a slow line: a proxy that delays what it passes on, as a long way would, and counts
//! connections and round trips, between the real console and a server behind TLS 1.3.
//!
//! The test counts and uses no time. With `KITDESK_MEASURE` set to a time there and back in milliseconds it
//! also prints how long each step took; `KITDESK_PROGRAM` names another build to measure.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use rustls::HandshakeKind;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::console::{Console, Key, home, sandbox, write_file};
use crate::tls::{Authority, server_config};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime for the line")
});

/// How long TLS's announcement of a connection's end is (RFC 8446, 6.1), which nobody waits for.
const CLOSING: usize = 24;

/// The way to the server.
struct Line {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// What has gone over one connection.
#[derive(Default)]
struct Seen {
    /// How often the server has answered.
    round_trips: usize,
    /// The same, up to the last mark.
    marked: usize,
    is_new: bool,
    client_was_last: bool,
}

impl Line {
    /// To this server; opening a connection takes one time there and back, and so does each answer.
    fn to(server: SocketAddr, there_and_back: Duration) -> Self {
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let kept = Arc::clone(&seen);
        let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        RUNTIME.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let seen = Arc::clone(&kept);
                tokio::spawn(carry(client, server, there_and_back, seen));
            }
        });
        Self { address, seen }
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().expect("no carrier has panicked")
    }

    /// Waits until so many connections are there, with their handshakes behind them.
    fn until_open(&self, connections: usize) {
        let patience = Instant::now() + Duration::from_secs(20);
        loop {
            let open = self.seen();
            let open = open.iter().filter(|seen| seen.round_trips >= 2).count();
            if open >= connections {
                return;
            }
            assert!(Instant::now() < patience, "{open} of {connections}");
            std::thread::yield_now();
        }
    }

    /// Counts from here.
    fn mark(&self) {
        for seen in self.seen().iter_mut() {
            seen.marked = seen.round_trips;
            seen.is_new = false;
        }
    }

    /// The round trips since the mark, on the one that had most of the connections which were open then.
    fn round_trips(&self) -> usize {
        let seen = self.seen();
        let old = seen.iter().filter(|seen| !seen.is_new);
        old.map(|seen| seen.round_trips - seen.marked)
            .max()
            .unwrap_or(0)
    }

    /// How many connections were opened since the mark.
    fn opened(&self) -> usize {
        self.seen().iter().filter(|seen| seen.is_new).count()
    }
}

async fn carry(
    client: TcpStream,
    server: SocketAddr,
    there_and_back: Duration,
    all: Arc<Mutex<Vec<Seen>>>,
) {
    let at = {
        let mut all = all.lock().expect("no carrier has panicked");
        all.push(Seen {
            is_new: true,
            ..Seen::default()
        });
        all.len() - 1
    };
    let server = TcpStream::connect(server).await.expect("it listens");
    client.set_nodelay(true).expect("a socket takes it");
    server.set_nodelay(true).expect("a socket takes it");
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let counted = move |is_client: bool, length: usize| {
        if length <= CLOSING {
            return;
        }
        let seen = &mut all.lock().expect("no carrier has panicked")[at];
        if !is_client && seen.client_was_last {
            seen.round_trips += 1;
        }
        seen.client_was_last = is_client;
    };
    let (up, down) = (counted.clone(), counted);
    // The client believes it is connected before a packet could have been there and back.
    let opened = tokio::time::Instant::now() + there_and_back;
    let half = there_and_back / 2;
    tokio::join!(
        delayed(
            from_client,
            to_server,
            half,
            Some(opened),
            move |length| up(true, length)
        ),
        delayed(from_server, to_client, half, None, move |length| down(
            false, length
        )),
    );
}

/// Passes on what comes, each piece so long after it came.
async fn delayed(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    delay: Duration,
    not_before: Option<tokio::time::Instant>,
    passing: impl Fn(usize),
) {
    let (pieces, mut queue) = mpsc::unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
    let taken = async move {
        let mut chunk = vec![0; 64 << 10];
        while let Ok(count @ 1..) = from.read(&mut chunk).await {
            passing(count);
            let sent = not_before.map_or_else(tokio::time::Instant::now, |open| {
                open.max(tokio::time::Instant::now())
            });
            pieces.send((sent + delay, chunk[..count].to_vec())).ok();
        }
    };
    let given = async move {
        while let Some((due, piece)) = queue.recv().await {
            tokio::time::sleep_until(due).await;
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
        to.shutdown().await.ok();
    };
    tokio::join!(taken, given);
}

/// Of each connection, whether it resumed an earlier session.
type Handshakes = Arc<Mutex<Vec<bool>>>;

/// A server of TLS before the simulator, whose connections are kept.
///
/// Keeps for each whether it resumed an earlier session (RFC 8446, 2.2).
fn behind_tls(simulator: SocketAddr, bank: &Authority) -> (SocketAddr, Handshakes) {
    let handshakes = Handshakes::default();
    let kept = Arc::clone(&handshakes);
    let identity = bank.certificate("127.0.0.1", |_| ());
    let acceptor = TlsAcceptor::from(server_config(identity, None));
    let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("an address");
    RUNTIME.spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, handshakes) = (acceptor.clone(), Arc::clone(&handshakes));
            tokio::spawn(async move {
                let mut server = TcpStream::connect(simulator).await.expect("it listens");
                if let Ok(mut client) = acceptor.accept(client).await {
                    let kind = client.get_ref().1.handshake_kind();
                    let is_resumed = kind == Some(HandshakeKind::Resumed);
                    let keep = |mut all: MutexGuard<'_, Vec<bool>>| all.push(is_resumed);
                    handshakes.lock().map(keep).expect("nobody has panicked");
                    tokio::io::copy_bidirectional(&mut client, &mut server)
                        .await
                        .ok();
                }
            });
        }
    });
    (address, kept)
}

/// One step of a job: what happens between a key and what is to be seen then.
struct Step {
    name: &'static str,
    round_trips: usize,
    opened: usize,
    took: Duration,
}

fn step(
    name: &'static str,
    line: &Line,
    console: &mut Console,
    seen: impl FnOnce(&mut Console),
) -> Step {
    line.mark();
    let begun = Instant::now();
    console.key(Key::Enter);
    seen(console);
    Step {
        name,
        took: begun.elapsed(),
        round_trips: line.round_trips(),
        opened: line.opened(),
    }
}

#[test]
fn a_look_up_and_a_write_take_one_round_trip_each() {
    let measure = std::env::var("KITDESK_MEASURE").ok();
    let delay = measure.as_deref().map(str::parse);
    let delay = delay.transpose().expect("milliseconds").unwrap_or(0);
    let program = std::env::var("KITDESK_PROGRAM").ok();
    let is_ours = program.is_none();
    let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_kitdesk").to_owned());

    let sandbox = sandbox();
    let bank = Authority::new();
    let (server, handshakes) = behind_tls(sandbox.address(), &bank);
    let line = Line::to(server, Duration::from_millis(delay));
    let config = sandbox.config_file().replace(
        &format!("http://{}", sandbox.address()),
        &format!("https://{}", line.address),
    );
    let config = config.replace("environment =", "ca_file = \"bank-ca.pem\"\nenvironment =");
    let home = home(Some(&config));
    write_file(&home.path().join("kitdesk/bank-ca.pem"), &bank.pem());
    let mut console = Console::start_program(&program, home, &[], 120, 40);
    console.until("Find a customer");
    // Another build may open nothing ahead.
    let until_open = |connections| {
        if is_ours {
            line.until_open(connections);
        }
        if measure.is_some() {
            // Nobody types faster.
            std::thread::sleep(Duration::from_millis(500));
        }
    };

    console.type_text("676165");
    until_open(2);
    let first = step("first look-up", &line, &mut console, |console| {
        console.until("4561789").until("Ravi");
    });
    console.key(Key::F(2)).type_text("181223116");
    let next = step("look-up after it", &line, &mut console, |console| {
        console.until("3 kits");
    });
    console.key(Key::F(2)).type_text("676165").key(Key::Enter);
    console.until_row(&["4561789", "ACTIVE"]);
    console
        .type_text("u")
        .until("Upgrade kit")
        .type_text("SILVER");
    console.key(Key::F(10)).until("Review: upgrade a card");
    until_open(3);
    console.type_text("1789");
    let written = step(
        "confirmed write, to its outcome",
        &line,
        &mut console,
        |console| {
            console.until("Done");
        },
    );
    console.until("Read afterwards");
    console.end();
    assert_eq!(sandbox.received("upgradeCard"), 1);
    if is_ours {
        let handshakes = handshakes.lock().expect("nobody has panicked");
        assert_eq!(handshakes.last(), Some(&true), "{handshakes:?}");
    }
    for step in [first, next, written] {
        let Step {
            name,
            round_trips,
            opened,
            took,
        } = step;
        if measure.is_some() {
            let took = took.as_millis();
            let said = format!("{name}: {took} ms, {round_trips} round trips, {opened} opened");
            writeln!(std::io::stderr(), "{said}").ok();
        } else {
            assert_eq!((round_trips, opened), (1, 0), "{name}");
        }
    }
}
