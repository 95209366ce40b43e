//! Clients that no honest program is: another key signs than the one that is offered, terminals of any size,
//! bytes of any kind.

use std::sync::Arc;
use std::time::Duration;

use kitdesk::sandbox::Sandbox;
use russh::client::{self, AuthResult, Handle};
use russh::keys::agent::AgentIdentity;
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use russh::{Channel, ChannelMsg, Signer, client::Msg};
use tokio::io::AsyncWriteExt as _;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::console::sandbox;
use crate::fixtures::{PATIENCE, Server, fingerprint, key, people};

/// Takes any server for the right one.
pub struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _key: &russh::keys::PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// No signature came of it.
struct Unsigned;

impl From<russh::SendError> for Unsigned {
    fn from(_: russh::SendError) -> Self {
        Self
    }
}

/// Signs with another key than the one it is asked for, or with none.
struct Forging(Option<PrivateKey>);

impl Signer for Forging {
    type Error = Unsigned;

    async fn auth_sign(
        &mut self,
        _key: &AgentIdentity,
        _hash_alg: Option<HashAlg>,
        mut to_sign: Vec<u8>,
    ) -> Result<Vec<u8>, Self::Error> {
        use russh::keys::signature::Signer as _;
        use russh::keys::ssh_encoding::Encode as _;
        let key = self.0.as_ref().ok_or(Unsigned)?;
        let signature = key.try_sign(&to_sign).map_err(|_| Unsigned)?;
        let mut encoded = Vec::new();
        signature.encode(&mut encoded).expect("a signature");
        encoded.encode(&mut to_sign).expect("bytes");
        Ok(to_sign)
    }
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

pub async fn connected(server: &Server) -> Handle<Trusting> {
    let config = Arc::new(client::Config::default());
    client::connect(config, server.address, Trusting)
        .await
        .expect("it listens")
}

pub async fn log_in(client: &mut Handle<Trusting>, number: u8) -> AuthResult {
    let key = PrivateKeyWithHashAlg::new(Arc::new(key(number)), None);
    client
        .authenticate_publickey("desk", key)
        .await
        .expect("an answer")
}

fn started() -> (Sandbox, Server) {
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    (sandbox, server)
}

#[test]
fn a_key_that_is_offered_and_not_proved_counts_for_nothing() {
    let (_sandbox, server) = started();
    runtime().block_on(async {
        // Maria's key is offered, and somebody else's signs.
        let mut client = connected(&server).await;
        let public = key(1).public_key().clone();
        let mut forging = Forging(Some(key(9)));
        let answer = client
            .authenticate_publickey_with("desk", public, None, &mut forging)
            .await;
        assert!(answer.is_ok_and(|answer| !answer.success()));

        // Maria's key is offered, and Lakshmi's then proved on the same connection: that is Lakshmi.
        let mut client = connected(&server).await;
        let public = key(1).public_key().clone();
        let mut forging = Forging(None);
        let offered = client.authenticate_publickey_with("maria", public, None, &mut forging);
        timeout(Duration::from_millis(500), offered).await.ok();
        assert!(log_in(&mut client, 2).await.success());
        let mut channel = session(&client, 80, 24).await;
        channel.until("lakshmi").await;
    });
    let began: Vec<_> = server
        .records()
        .into_iter()
        .filter(|record| record["kind"] == "session_began")
        .collect();
    assert_eq!(began.len(), 1);
    assert_eq!(began[0]["operator"], "lakshmi");
    assert_eq!(began[0]["after"]["key"], fingerprint(&key(2)).as_str());
}

/// A session at the far end, with the screen that it has.
pub struct Far {
    pub channel: Channel<Msg>,
    screen: vt100::Parser,
}

pub async fn session(client: &Handle<Trusting>, columns: u32, rows: u32) -> Far {
    let channel = client.channel_open_session().await.expect("a channel");
    let asked = channel.request_pty(true, "xterm-256color", columns, rows, 0, 0, &[]);
    asked.await.expect("a terminal");
    channel.request_shell(true).await.expect("a session");
    // Larger than any that is drawn.
    let some = |count: u16| std::num::NonZeroU16::new(count).expect("not nothing");
    let size = |said: u32, usual: u16| match u16::try_from(said) {
        Ok(0) => usual,
        Ok(said) => said.min(300),
        Err(_) => 300,
    };
    let screen = vt100::Parser::new(some(size(rows, 24)), some(size(columns, 80)), 0);
    Far { channel, screen }
}

impl Far {
    pub async fn send(&self, bytes: &[u8]) {
        self.channel.data(bytes).await.expect("sent");
    }

    /// Waits until this text stands on the screen.
    pub async fn until(&mut self, text: &str) {
        let came = timeout(PATIENCE, async {
            while !self.screen.screen().contents().contains(text) {
                match self.channel.wait().await {
                    Some(ChannelMsg::Data { data }) => self.screen.process(&data),
                    Some(_) => {}
                    None => return false,
                }
            }
            true
        });
        let came = came.await.unwrap_or(false);
        assert!(came, "no {text:?} on\n{}", self.screen.screen().contents());
    }
}

#[test]
fn terminals_of_any_size_cost_little() {
    let (_sandbox, server) = started();
    let before = server.memory();
    runtime().block_on(async {
        let mut sessions = Vec::new();
        for (columns, rows) in [
            (0, 0),
            (65_535, 65_535),
            (4000, 4000),
            (u32::MAX, 1),
            (1, u32::MAX),
        ] {
            let mut client = connected(&server).await;
            // Three of one person are allowed.
            let number = u8::try_from(sessions.len() / 3 + 1).expect("few");
            assert!(log_in(&mut client, number).await.success());
            let channel = session(&client, columns, rows).await;
            for size in 0..200_u32 {
                channel
                    .channel
                    .window_change(size * 37 % 5000, size * 91 % 5000, 0, 0)
                    .await
                    .expect("sent");
            }
            channel
                .channel
                .window_change(80, 24, 0, 0)
                .await
                .expect("sent");
            sessions.push((client, channel));
        }
        let (_, channel) = &mut sessions[0];
        channel.send(b"676165\r").await;
        channel.until("4561789").await;
    });
    let grown = server.memory().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB for five sessions");
}

#[test]
fn a_client_that_sends_anything_at_all_ends_only_itself() {
    let (_sandbox, server) = started();
    runtime().block_on(async {
        let mut client = connected(&server).await;
        assert!(log_in(&mut client, 2).await.success());
        let mut steady = session(&client, 80, 24).await;
        steady.until("lakshmi").await;
        let mut odd = connected(&server).await;
        assert!(log_in(&mut odd, 1).await.success());
        let channel = session(&odd, 80, 24).await;
        let mut state = 7_u32;
        for _ in 0..200 {
            let bytes: Vec<u8> = (0..900)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // Not Ctrl+C and Ctrl+Q: the session would be over.
                    let byte = (state >> 24) as u8;
                    if [3, 17].contains(&byte) { b'7' } else { byte }
                })
                .collect();
            if timeout(PATIENCE, channel.channel.data(&bytes[..]))
                .await
                .is_err()
            {
                break;
            }
        }
        steady.send(b"676165\r").await;
        steady.until("4561789").await;
    });
}

#[test]
fn keys_with_the_end_right_behind_them_are_an_end_like_any_other() {
    let (_sandbox, server) = started();
    runtime().block_on(async {
        for _ in 0..5 {
            let mut client = connected(&server).await;
            assert!(log_in(&mut client, 1).await.success());
            let mut far = session(&client, 80, 24).await;
            for _ in 0..3 {
                far.send(b"676165\r").await;
            }
            far.channel.eof().await.expect("sent");
            let over = timeout(PATIENCE, async {
                while far.channel.wait().await.is_some() {}
            });
            over.await.expect("it closes");
        }
    });
    server.until("ends", || {
        let records = server.records().into_iter();
        let ends = records.filter(|record| record["kind"] == "session_ended");
        let ends: Vec<_> = ends.map(|record| record["message"].clone()).collect();
        (ends == ["line_lost"; 5]).then_some(())
    });
}

#[test]
fn a_session_lives_through_new_keys_on_the_line() {
    let (_sandbox, server) = started();
    runtime().block_on(async {
        let mut client = connected(&server).await;
        assert!(log_in(&mut client, 1).await.success());
        let mut channel = session(&client, 80, 24).await;
        channel.until("maria").await;
        for _ in 0..3 {
            client.rekey_soon().await.expect("asked for");
            channel.send(b"676165").await;
            channel.until("676165").await;
            channel.send(b"\x15").await;
        }
    });
}

#[test]
fn a_session_through_a_balancer_is_on_record_with_the_client_s_own_address() {
    let sandbox = sandbox();
    let settings = "proxy_from = [\"127.0.0.1\"]\nmetrics = \"127.0.0.1:0\"";
    let server = Server::with(&sandbox, settings, &people());
    runtime().block_on(async {
        let header =
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x0a\x01\x02\x03\x7f\0\0\x01\x12\x34\x08\xae";
        let mut stream = tokio::net::TcpStream::connect(server.address)
            .await
            .expect("it listens");
        stream.write_all(header).await.expect("taken");
        let config = Arc::new(client::Config::default());
        let client = client::connect_stream(config, stream, Trusting).await;
        let mut client = client.expect("it speaks SSH");
        assert!(log_in(&mut client, 1).await.success());
        let mut channel = session(&client, 80, 24).await;
        channel.until("maria").await;
        for (typed, seen) in [
            (&b"676165\r"[..], "u upgrade"),
            (b"u", "Upgrade kit"),
            (b"SILVER\x1b[21~", "Review"),
            (b"1789\r", "receipt"),
        ] {
            channel.send(typed).await;
            channel.until(seen).await;
        }
    });
    let began = server.recorded("session_began");
    assert_eq!(began["ssh_origin"], "10.1.2.3");
    assert_eq!(began["after"]["address"], "10.1.2.3");
    let figures = server.figures();
    for line in [
        "kitdesk_logins_total 1",
        "kitdesk_writes_total{operation=\"upgrade\",outcome=\"done\"} 1",
        "kitdesk_dcms_call_seconds_count{kind=\"write\",end=\"answered\"} 1",
    ] {
        assert!(figures.contains(line), "{line}: {figures}");
    }
    for secret in ["maria", "10.1.2.3", "676165", "4561789"] {
        assert!(!figures.contains(secret), "{secret}: {figures}");
    }
}

#[test]
fn a_client_that_answers_nothing_any_more_is_gone_after_four_questions() {
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "keepalive = \"1s\"", &people());
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let address = server.address;
    // Its runtime stands still from then on, as a machine that was switched off.
    let client = std::thread::spawn(move || {
        let runtime = runtime();
        let client = runtime.block_on(async {
            let config = Arc::new(client::Config::default());
            let client = client::connect(config, address, Trusting).await;
            let mut client = client.expect("it listens");
            assert!(log_in(&mut client, 1).await.success());
            let mut channel = session(&client, 80, 24).await;
            channel.until("maria").await;
            (client, channel)
        });
        stopped.recv().ok();
        drop(client);
    });
    let ended = server.recorded("session_ended");
    assert_eq!(ended["message"], "line_lost");
    drop(stop);
    client.join().expect("no panic");
}

#[test]
fn a_client_that_says_goodbye_and_keeps_its_connection_open_holds_no_session() {
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "keepalive = \"1s\"", &people());
    let runtime = runtime();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(server.address).await;
        let (mut from_server, mut to_server) = stream.expect("it listens").into_split();
        let (near, far) = tokio::io::duplex(64 * 1024);
        let (mut from_client, mut to_client) = tokio::io::split(far);
        let (gone, is_gone) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            tokio::io::copy(&mut from_client, &mut to_server).await.ok();
            gone.send(()).ok();
            // The server sees no end of the connection.
            std::future::pending::<()>().await;
            drop(to_server);
        });
        tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        let config = Arc::new(client::Config::default());
        let client = client::connect_stream(config, near, Trusting).await;
        let mut client = client.expect("it listens");
        assert!(log_in(&mut client, 1).await.success());
        let mut channel = session(&client, 80, 24).await;
        channel.until("maria").await;
        let goodbye = client.disconnect(russh::Disconnect::ByApplication, "", "");
        goodbye.await.expect("sent");
        drop((channel, client));
        let is_gone = timeout(PATIENCE, is_gone).await.expect("it goes");
        is_gone.expect("it says so");
    });
    let ended = server.recorded("session_ended");
    assert_eq!(ended["message"], "line_lost");
}
