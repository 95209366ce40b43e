//! Clients that no honest program is: another key signs than the one that is offered, terminals of any size,
//! bytes of any kind.

use std::sync::Arc;
use std::time::Duration;

use kitdesk::sandbox::Sandbox;
use russh::client::{self, AuthResult, Handle};
use russh::keys::agent::AgentIdentity;
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use russh::{Channel, ChannelMsg, Signer, client::Msg};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::console::sandbox;
use crate::fixtures::{PATIENCE, Server, fingerprint, key};

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
        until(&mut channel, "lakshmi").await;
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

pub async fn session(client: &Handle<Trusting>, columns: u32, rows: u32) -> Channel<Msg> {
    let channel = client.channel_open_session().await.expect("a channel");
    let asked = channel.request_pty(true, "xterm-256color", columns, rows, 0, 0, &[]);
    asked.await.expect("a terminal");
    channel.request_shell(true).await.expect("a session");
    channel
}

/// Waits until the client has got this text.
pub async fn until(channel: &mut Channel<Msg>, text: &str) {
    let mut all = String::new();
    let came = timeout(PATIENCE, async {
        while !all.contains(text) {
            match channel.wait().await {
                Some(ChannelMsg::Data { data }) => all.push_str(&String::from_utf8_lossy(&data)),
                Some(_) => {}
                None => return false,
            }
        }
        true
    });
    assert!(came.await.unwrap_or(false), "no {text:?} in {all:?}");
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
            let mut channel = session(&client, columns, rows).await;
            until(&mut channel, "\x1b[?1049h").await;
            for size in 0..200_u32 {
                channel
                    .window_change(size * 37 % 5000, size * 91 % 5000, 0, 0)
                    .await
                    .expect("sent");
            }
            channel.window_change(80, 24, 0, 0).await.expect("sent");
            sessions.push((client, channel));
        }
        let (_, channel) = &mut sessions[0];
        channel.data(&b"676165\r"[..]).await.expect("sent");
        until(channel, "4561789").await;
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
        until(&mut steady, "lakshmi").await;
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
            if timeout(PATIENCE, channel.data(&bytes[..])).await.is_err() {
                break;
            }
        }
        steady.data(&b"676165\r"[..]).await.expect("sent");
        until(&mut steady, "4561789").await;
    });
}

#[test]
fn a_session_lives_through_new_keys_on_the_line() {
    let (_sandbox, server) = started();
    runtime().block_on(async {
        let mut client = connected(&server).await;
        assert!(log_in(&mut client, 1).await.success());
        let mut channel = session(&client, 80, 24).await;
        until(&mut channel, "maria").await;
        for _ in 0..3 {
            client.rekey_soon().await.expect("asked for");
            channel.data(&b"676165"[..]).await.expect("sent");
            until(&mut channel, "676165").await;
            channel.data(&b"\x15"[..]).await.expect("sent");
        }
    });
}
