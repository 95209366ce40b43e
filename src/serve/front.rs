//! The door: takes connections in, finds out where they come from, and gives each a limited time to become a
//! session. The SSH library has no limits of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::keys::{Algorithm, Certificate, EcdsaCurve, PrivateKey};
use russh::server::{Config, run_stream};
use russh::{Disconnect, MethodKind, MethodSet, Preferred, SshId, cipher, compression, kex, mac};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use super::VERSION;
use super::balancer;
use super::connection::Connection;
use super::gate::Gate;
use super::refusal::Refusal;
use super::server::Server;
use super::startups::Startup;
use super::turned_away::turn_away;
use crate::config::Network;
use crate::tasks;

/// How many clients at a time read why they are turned away. Under a flood the rest is just closed.
const TOLD_AT_ONCE: usize = 16;
/// How long after an error of the listener the next connection is taken: without a free descriptor it fails
/// at once, again and again.
const AFTER_AN_ERROR: Duration = Duration::from_millis(200);
/// How much of what a client sends it may have under way. Keys are small.
const WINDOW: u32 = 64 * 1024;
const PACKET: u32 = 8 * 1024;
/// How long a client may take to hear why it is sent away.
const LAST_WORD: Duration = Duration::from_secs(1);
/// A client that takes nothing is given up after as many keepalives as one that answers none.
const KEEPALIVES: u32 = 3;

const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::EXTENSION_SUPPORT_AS_SERVER,
    // Against Terrapin (CVE-2023-48795).
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
];
const KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP256,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP384,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP521,
    },
    Algorithm::SkEd25519,
    Algorithm::SkEcdsaSha2NistP256,
];
const CIPHERS: &[cipher::Name] = &[cipher::CHACHA20_POLY1305, cipher::AES_256_GCM];
const MACS: &[mac::Name] = &[mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM];

/// How the library is to speak.
pub(super) fn ssh_config(
    keys: Vec<PrivateKey>,
    certificates: Vec<Certificate>,
    keepalive: Duration,
) -> Config {
    Config {
        server_id: SshId::Standard(VERSION.into()),
        methods: MethodSet::from(&[MethodKind::PublicKey][..]),
        // An agent offers its keys one by one, and each wrong one takes this long.
        auth_rejection_time: Duration::from_millis(100),
        auth_rejection_time_initial: Some(Duration::ZERO),
        max_auth_attempts: 6,
        keys,
        certificates,
        // No idle limit, as any packet resets it, answers to keepalives too. But a client that says goodbye and
        // leaves its connection open is asked for nothing more, and would hold its session.
        inactivity_timeout: Some(keepalive * (KEEPALIVES + 2)),
        keepalive_interval: Some(keepalive),
        keepalive_max: KEEPALIVES as usize,
        window_size: WINDOW,
        maximum_packet_size: PACKET,
        channel_buffer_size: 8,
        // What waits here can't be dropped for a newer picture.
        event_buffer_size: 2,
        nodelay: true,
        preferred: Preferred {
            kex: KEX.into(),
            key: KEYS.into(),
            cipher: CIPHERS.into(),
            mac: MACS.into(),
            compression: (&[compression::NONE][..]).into(),
            ..Preferred::default()
        },
        ..Config::default()
    }
}

/// Takes connections in until it is dropped.
pub(super) async fn listen(listener: TcpListener, server: Arc<Server>, ssh: Arc<Config>) {
    let told = Arc::new(Semaphore::new(TOLD_AT_ONCE));
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(AFTER_AN_ERROR).await;
                continue;
            }
        };
        let startup = match server.startups.begin() {
            Ok(startup) => startup,
            Err(refusal) => {
                refuse(&server, &told, stream, &refusal);
                continue;
            }
        };
        let (server, ssh, told) = (Arc::clone(&server), Arc::clone(&ssh), Arc::clone(&told));
        tasks::spawn(async move { serve(stream, peer, startup, &server, ssh, &told).await });
    }
}

/// One connection from its first byte to its last.
async fn serve(
    mut stream: TcpStream,
    peer: SocketAddr,
    mut startup: Startup,
    server: &Arc<Server>,
    ssh: Arc<Config>,
    told: &Arc<Semaphore>,
) {
    let grace = server.settings.login_grace;
    // One time for all of it, also where a balancer takes a part.
    let end_of_grace = Instant::now() + grace;
    let is_balancer = Network::any_contains(&server.settings.proxy_from, peer.ip());
    let from = match timeout_at(end_of_grace, source(&mut stream, peer, is_balancer)).await {
        // As the journal, the limits and the networks of people have it, whichever way it came in.
        Ok(Ok(Some(from))) => SocketAddr::new(from.ip().to_canonical(), from.port()),
        // A balancer that looks whether the server is there.
        Ok(Ok(None)) => return,
        Ok(Err(_)) => return refuse(server, told, stream, &Refusal::NoProxyHeader),
        Err(_) => return refuse(server, told, stream, &Refusal::Grace(grace)),
    };
    if let Err(refusal) = server.startups.from(&mut startup, from.ip()) {
        return refuse(server, told, stream, &refusal);
    }
    stream.set_nodelay(true).ok();
    let connection = Connection::new(stream, server.settings.keepalive * (KEEPALIVES + 1));
    let cut = connection.cut();
    let (begun, has_begun) = oneshot::channel();
    let gate = Gate::new(Arc::clone(server), from, cut.clone(), begun);
    let first_words = run_stream(ssh, connection, gate);
    let mut session = match timeout_at(end_of_grace, first_words).await {
        Ok(Ok(session)) => session,
        Ok(Err(error)) => {
            tracing::debug!(%from, %error, "a client speaks no SSH");
            return server.counts.refused("not_ssh");
        }
        // It has not even said which SSH it speaks.
        Err(_) => return server.counts.refused(Refusal::Grace(grace).word()),
    };
    let handle = session.handle();
    tokio::select! {
        _ = &mut session => return,
        begun = has_begun => {
            if begun.is_err() {
                // Its gate is gone, and so is the session soon.
                cut.cut();
            }
        }
        () = sleep_until(end_of_grace) => {
            let refusal = Refusal::Grace(grace);
            server.counts.refused(refusal.word());
            let reason = Disconnect::ByApplication;
            let told = handle.disconnect(reason, refusal.to_string(), String::new());
            timeout(LAST_WORD, told).await.ok();
            timeout(LAST_WORD, &mut session).await.ok();
            return cut.cut();
        }
    }
    drop(startup);
    session.await.ok();
}

/// Turns a client away with a sentence, or without one where too many are being turned away.
fn refuse(server: &Server, told: &Arc<Semaphore>, stream: TcpStream, refusal: &Refusal) {
    server.counts.refused(refusal.word());
    if let Ok(permit) = Arc::clone(told).try_acquire_owned() {
        let why = refusal.to_string();
        tasks::spawn(async move {
            turn_away(stream, &why).await;
            drop(permit);
        });
    }
}

/// The client's address; nothing for a balancer's own connection.
async fn source(
    stream: &mut TcpStream,
    peer: SocketAddr,
    is_balancer: bool,
) -> io::Result<Option<SocketAddr>> {
    if is_balancer {
        balancer::source_of(stream).await
    } else {
        Ok(Some(peer))
    }
}
