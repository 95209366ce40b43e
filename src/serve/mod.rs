//! The SSH server: one console a connection, and no shell, no files and no tunnels to leave it by.
//!
//! A connection comes in by the door ([`front`]), proves a key at the [`gate`] and becomes a [`session`]; who is
//! there and what ends whom, the [`crowd`] knows. Who somebody is and what they may do is [`crate::people`]'s.

mod balancer;
mod connection;
mod counts;
mod crowd;
mod figures;
mod front;
mod gate;
mod host_key;
mod outlet;
mod pty;
mod refusal;
mod server;
mod session;
mod source;
mod startups;
#[cfg(test)]
mod tests;
mod turned_away;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};

pub use host_key::{fingerprint, make as make_host_key, read as read_host_key};
pub use server::{Colours, Parts};

use crate::config::ServeSettings;
use crate::people::{Look, Watched};
use server::Server;

/// What the server says that it speaks. Without a number: it would tell strangers what to look for.
const VERSION: &str = "SSH-2.0-kitdesk";

/// How often it is looked whether the list of people has changed, and whether somebody's time is up.
const LOOKS: Duration = Duration::from_secs(5);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A host key can't be used.
    #[error("{0}")]
    HostKey(#[from] crate::config::ConfigError),
    /// An address can't be listened on.
    #[error("can't listen on {0}: {1}")]
    Listen(SocketAddr, String),
}

/// A server that listens and serves nobody yet.
pub struct Listening {
    listeners: Vec<TcpListener>,
    figures: Option<TcpListener>,
    ssh: Arc<russh::server::Config>,
    settings: ServeSettings,
    /// Each host key's fingerprint.
    pub fingerprints: Vec<String>,
}

impl Listening {
    /// Reads the host keys and takes the addresses.
    ///
    /// # Errors
    /// When a key or an address can't be used.
    pub async fn open(settings: ServeSettings) -> Result<Self, ServeError> {
        let (mut keys, mut certificates) = (Vec::new(), Vec::new());
        for file in &settings.host_keys {
            let key = host_key::read(file)?;
            certificates.extend(host_key::certificate(file, &key)?);
            keys.push(key);
        }
        let fingerprints = keys.iter().map(fingerprint).collect();
        let mut listeners = Vec::new();
        for address in &settings.listen {
            listeners.push(bind(*address).await?);
        }
        let figures = match settings.metrics {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let ssh = front::ssh_config(keys, certificates, settings.keepalive);
        Ok(Self {
            listeners,
            figures,
            ssh: Arc::new(ssh),
            settings,
            fingerprints,
        })
    }

    /// Where it listens.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        let addresses = self.listeners.iter().map(TcpListener::local_addr);
        addresses.filter_map(io::Result::ok)
    }

    /// Where its figures are.
    #[must_use]
    pub fn figures_at(&self) -> Option<SocketAddr> {
        self.figures.as_ref()?.local_addr().ok()
    }

    /// Serves until `stop`, then lets nobody in, ends all sessions with a sentence, and waits for their writes.
    /// What `read_again` brings, other than by time, has the list of people read again.
    pub async fn serve(
        self,
        parts: Parts,
        mut people: Watched,
        stop: impl Future<Output = ()>,
        mut read_again: impl AsyncFnMut(),
    ) {
        let (server, alive, mut over) =
            Server::new(self.settings, parts, Arc::clone(people.people()));
        let mut doors = JoinSet::new();
        for listener in self.listeners {
            let door = front::listen(listener, Arc::clone(&server), Arc::clone(&self.ssh));
            doors.spawn(door.boxed());
        }
        if let Some(listener) = self.figures {
            doors.spawn(figures::serve(listener, Arc::clone(&server)).boxed());
        }
        let mut stop = std::pin::pin!(stop);
        let mut looks = interval(LOOKS);
        loop {
            let is_asked = tokio::select! {
                () = &mut stop => break,
                () = read_again() => true,
                _ = looks.tick() => false,
            };
            let look = if is_asked {
                people.read_again()
            } else {
                people.look()
            };
            match look {
                Look::Same => server.end_who_may_not_stay(),
                Look::Changed(people) => server.take_people(people),
                Look::Broken(error) => {
                    tracing::error!(%error, "the list of people has mistakes: the one before still holds");
                }
            }
        }
        drop(doors);
        server.crowd.close();
        let patience = server.patience() + Duration::from_secs(5);
        drop(alive);
        // Nobody sends: it ends once the last session has let go.
        timeout(patience, over.recv()).await.ok();
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|error| {
        ServeError::Listen(address, crate::io_error::plain(error.kind()).to_string())
    })
}
