//! One client's way in: the login by a key or a certificate, then one session with a terminal. Everything
//! else that SSH can ask for gets an answer in words, as clients wait for one.

use std::net::SocketAddr;
use std::sync::Arc;

use ratatui::layout::Size;
use russh::keys::Certificate;
use russh::server::VerifiedPublicKey;
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, PublicKeyOffer, Session};
use russh::{
    Channel, ChannelId, ChannelOpenFailure, ChannelWriteHalf, MethodKind, MethodSet, Pty as Mode,
};
use tokio::sync::{mpsc, oneshot, watch};
use zeroize::Zeroizing;

use super::connection::Cut;
use super::crowd::Visitor;
use super::pty::{self, Pty};
use super::refusal::Refusal;
use super::server::Server;
use super::session::{self, Far, Typed};
use crate::people::{Admitted, NotAdmitted};
use crate::utc::now;

/// RFC 4254, section 5.1.
const RESOURCE_SHORTAGE: u32 = 4;
const PROHIBITED: u32 = 1;
/// Standard error (RFC 4254, section 5.2).
const STDERR: u32 = 1;
/// Packets of keys that wait for the console.
const WAITING: usize = 4;

/// How far the client has come.
enum Stage {
    /// It has no channel.
    Waiting,
    /// It has one, and says what terminal it has.
    Open(Arc<ChannelWriteHalf<Msg>>, Pty, watch::Sender<Size>),
    /// The console is its.
    Running(mpsc::Sender<Typed>, watch::Sender<Size>),
    /// Nothing more is to come.
    Over,
}

/// What the library asks for each client.
pub(super) struct Gate {
    server: Arc<Server>,
    from: SocketAddr,
    cut: Cut,
    /// By the key that the client has proved to have, and by nothing that came before.
    person: Option<Result<Admitted, NotAdmitted>>,
    stage: Stage,
    /// Told once the session has begun.
    begun: Option<oneshot::Sender<()>>,
}

impl Gate {
    pub(super) fn new(
        server: Arc<Server>,
        from: SocketAddr,
        cut: Cut,
        begun: oneshot::Sender<()>,
    ) -> Self {
        Self {
            server,
            from,
            cut,
            person: None,
            stage: Stage::Waiting,
            begun: Some(begun),
        }
    }

    /// Takes in somebody who has proved a key. Who is known and may not come is let as far as the sentence that
    /// says why; a stranger is not.
    fn admit(&mut self, admitted: Result<Admitted, NotAdmitted>) -> Auth {
        if let Err(why) = &admitted {
            tracing::info!(from = %self.from, %why, "not admitted");
            self.server.counts.refused(why.word());
            if !why.is_of_somebody_known() {
                return Auth::reject();
            }
        } else {
            self.server.counts.logged_in();
        }
        self.person = Some(admitted);
        Auth::Accept
    }

    /// Answers a request for something that is not served: a sentence and the exit status of wrong usage.
    fn decline(
        &mut self,
        channel: ChannelId,
        refusal: &Refusal,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.server.counts.refused(refusal.word());
        self.send_away(channel, &refusal.to_string(), 2, session)
    }

    /// Refuses a channel with a sentence.
    async fn reject(&self, reply: ChannelOpenHandle, refusal: &Refusal, code: u32) {
        self.server.counts.refused(refusal.word());
        let reason = refusal.to_string();
        reply
            .reject(ChannelOpenFailure::Other { code, reason })
            .await;
    }

    /// The last that a client gets.
    fn send_away(
        &mut self,
        channel: ChannelId,
        sentence: &str,
        code: u32,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.stage = Stage::Over;
        session.channel_success(channel)?;
        session.extended_data(channel, STDERR, format!("kitdesk: {sentence}\r\n"))?;
        session.exit_status_request(channel, code)?;
        session.eof(channel)?;
        session.close(channel)
    }
}

impl Handler for Gate {
    type Error = russh::Error;

    async fn authentication_banner(&mut self) -> Result<Option<String>, Self::Error> {
        let banner = self.server.settings.banner.as_ref();
        Ok(banner.map(|banner| banner.replace('\n', "\r\n") + "\r\n"))
    }

    // An offered key proves nothing: what is seen here must not leave a trace in `self`.
    async fn auth_publickey_offered(
        &mut self,
        _user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> Result<Auth, Self::Error> {
        let people = self.server.people();
        // The key in a certificate is nobody's own; whose it is shows only with the certificate.
        if people.knows_key(offer.public_key) || people.has_authorities() {
            return Ok(Auth::Accept);
        }
        self.server.counts.refused("unknown_key");
        Ok(Auth::Reject {
            proceed_with_methods: Some(MethodSet::from(&[MethodKind::PublicKey][..])),
            partial_success: false,
        })
    }

    async fn auth_publickey(
        &mut self,
        _user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        let people = self.server.people();
        if !people.knows_key(key.public_key) {
            // One of several keys of an agent; another one may be known.
            self.server.counts.refused("unknown_key");
            return Ok(Auth::reject());
        }
        let admitted = people.admit_key(key.public_key, self.from.ip(), now());
        Ok(self.admit(admitted))
    }

    async fn auth_openssh_certificate(
        &mut self,
        _user: &str,
        certificate: &Certificate,
    ) -> Result<Auth, Self::Error> {
        let people = self.server.people();
        let admitted = people.admit_certificate(certificate, self.from.ip(), now());
        Ok(self.admit(admitted))
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if !matches!(self.stage, Stage::Waiting) {
            self.reject(reply, &Refusal::SecondChannel, RESOURCE_SHORTAGE)
                .await;
            return Ok(());
        }
        // What the client sends comes to `data`; nobody reads the other half, so it must not fill up.
        let (_, write) = channel.split();
        let (size, _) = watch::channel(pty::size(0, 0));
        self.stage = Stage::Open(Arc::new(write), Pty::default(), size);
        reply.accept().await;
        Ok(())
    }

    async fn channel_open_x11(
        &mut self,
        _channel: Channel<Msg>,
        _originator_address: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reject(reply, &Refusal::Forwarding, PROHIBITED).await;
        Ok(())
    }

    async fn channel_open_direct_tcpip(
        &mut self,
        _channel: Channel<Msg>,
        _host_to_connect: &str,
        _port_to_connect: u32,
        _originator_address: &str,
        _originator_port: u32,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reject(reply, &Refusal::Forwarding, PROHIBITED).await;
        Ok(())
    }

    async fn channel_open_direct_streamlocal(
        &mut self,
        _channel: Channel<Msg>,
        _socket_path: &str,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.reject(reply, &Refusal::Forwarding, PROHIBITED).await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        term: &str,
        col_width: u32,
        row_height: u32,
        _pix_width: u32,
        _pix_height: u32,
        _modes: &[(Mode, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let Stage::Open(_, pty, size) = &mut self.stage else {
            return session.channel_failure(channel);
        };
        pty.set_term(term);
        size.send_replace(pty::size(col_width, row_height));
        session.channel_success(channel)
    }

    async fn env_request(
        &mut self,
        channel: ChannelId,
        variable_name: &str,
        variable_value: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let is_taken = match &mut self.stage {
            Stage::Open(_, pty, _) => pty.take(variable_name, variable_value),
            Stage::Waiting | Stage::Running(..) | Stage::Over => false,
        };
        if is_taken {
            session.channel_success(channel)
        } else {
            session.channel_failure(channel)
        }
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let admitted = match self.person.clone() {
            Some(Ok(admitted)) => admitted,
            Some(Err(why)) => return self.send_away(channel, &why.to_string(), 1, session),
            None => return session.channel_failure(channel),
        };
        let stage = std::mem::replace(&mut self.stage, Stage::Over);
        let Stage::Open(write, pty, size) = stage else {
            self.stage = stage;
            return session.channel_failure(channel);
        };
        if pty.term.is_none() {
            return self.decline(channel, &Refusal::NoTerminal, session);
        }
        session.channel_success(channel)?;
        let (keys, typed) = mpsc::channel(WAITING);
        let visitor = Visitor {
            admitted,
            terminal: pty.term.clone(),
            client: client_version(session),
        };
        let far = Far {
            pty,
            size: size.subscribe(),
            keys: typed,
            channel: write,
            cut: self.cut.clone(),
        };
        self.stage = Stage::Running(keys, size);
        if let Some(begun) = self.begun.take() {
            begun.send(()).ok();
        }
        session::start(Arc::clone(&self.server), visitor, far);
        Ok(())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        _data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.decline(channel, &Refusal::Command, session)
    }

    async fn subsystem_request(
        &mut self,
        channel: ChannelId,
        _name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.decline(channel, &Refusal::Subsystem, session)
    }

    async fn x11_request(
        &mut self,
        channel: ChannelId,
        _single_connection: bool,
        _x11_auth_protocol: &str,
        _x11_auth_cookie: &str,
        _x11_screen_number: u32,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_failure(channel)
    }

    async fn data(
        &mut self,
        _channel: ChannelId,
        data: &[u8],
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Stage::Running(keys, _) = &self.stage {
            // A console that is busy holds the client up, and nothing piles up meanwhile.
            keys.send(Zeroizing::new(data.to_vec())).await.ok();
        }
        Ok(())
    }

    async fn window_change_request(
        &mut self,
        _channel: ChannelId,
        col_width: u32,
        row_height: u32,
        _pix_width: u32,
        _pix_height: u32,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        if let Stage::Running(_, size) | Stage::Open(_, _, size) = &self.stage {
            let said = pty::size(col_width, row_height);
            // The same size again is no reason to draw.
            size.send_if_modified(|size| std::mem::replace(size, said) != said);
        }
        Ok(())
    }

    async fn channel_eof(
        &mut self,
        _channel: ChannelId,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.stage = Stage::Over;
        Ok(())
    }

    async fn channel_close(
        &mut self,
        _channel: ChannelId,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.stage = Stage::Over;
        Ok(())
    }
}

/// What the client says it is: as text, and no more of it than fits a line.
fn client_version(session: &Session) -> String {
    const LONGEST: usize = 80;
    let said = String::from_utf8_lossy(session.remote_sshid());
    let said = said.trim().trim_start_matches("SSH-2.0-");
    said.chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .take(LONGEST)
        .collect()
}
