//! The simulator of the DCMS. Shares no code with the client and knows nothing of terminal, journal and
//! configuration. What it can do, for those who use it:
//!
#![doc = include_str!("../../docs/simulator.md")]

mod bank;
mod calls;
mod connection;
mod day;
mod derived;
mod exception;
mod fault;
mod fixtures;
mod key;
mod kit;
mod order;
mod pin_form;
mod preferences;
mod reply;
mod request;
mod seed;
mod server;
mod status;
mod twist;
mod wire;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::pin::{Key, Pin};
use crate::tasks;
use bank::Bank;
use server::Shared;

pub use fault::{Fault, SpecError};
pub use key::{CARD_KEY, PIN_KEY};
pub use kit::TIERS;
pub use pin_form::{PinAccount, PinBlock, PinForm, UnknownForm};

/// The only tenant.
pub const TENANT: &str = "SANDBOX";
/// The branch that the orders belong to.
pub const BRANCH: &str = "12345";

/// What the simulator is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How many random customers, in addition to the fixed ones.
    pub customers: usize,
    /// How many kits customer `210000000082` has, who is not there without any.
    pub kits: usize,
    /// The same seed gives the same customers.
    pub seed: u64,
    /// What goes wrong on purpose.
    pub faults: Vec<Fault>,
    /// Which PIN messages it takes.
    pub pin: PinForm,
    /// Whether every call needs a token (contract, 1).
    pub sign_in: bool,
    /// Whether it keeps what it has done, for those who compare.
    pub log: bool,
}

/// A call that did its work.
#[derive(Clone)]
pub struct Worked {
    /// Its path's last part.
    pub call: String,
    /// What was asked for.
    pub body: Value,
    /// When.
    pub at: SystemTime,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            customers: 200,
            kits: 0,
            seed: 1,
            faults: Vec::new(),
            pin: PinForm::default(),
            sign_in: false,
            log: false,
        }
    }
}

/// Why the simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens there.
    #[error("{0} is in use by another program: end it, or choose another port with --listen")]
    InUse(SocketAddr),
    /// Not an address of this machine.
    #[error("{0} is no address of this machine: use 127.0.0.1 with --listen")]
    NotHere(SocketAddr),
    /// A port that needs more rights.
    #[error("{0} may not be used without more rights: choose a port from 1024 up with --listen")]
    NotAllowed(SocketAddr),
    /// Anything else.
    #[error("can't listen on {0}: {1}")]
    Other(SocketAddr, io::Error),
}

impl StartError {
    fn of(address: SocketAddr, fault: io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(address),
            io::ErrorKind::AddrNotAvailable => Self::NotHere(address),
            io::ErrorKind::PermissionDenied => Self::NotAllowed(address),
            _ => Self::Other(address, fault),
        }
    }
}

/// A running simulator. Dropping it stops the server.
pub struct Sandbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    pin: PinForm,
    sign_in: bool,
    server: JoinHandle<()>,
    /// Its drop is the sign to stop.
    _running: oneshot::Sender<()>,
}

/// Starts the simulator on a task of its own.
///
/// # Errors
/// When it can't listen at that address.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    let failed = |fault| StartError::of(options.listen, fault);
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let Options { pin, sign_in, .. } = options;
    let bank = move || Bank {
        pin_form: pin,
        ..seed::bank(options.customers, options.kits, options.seed)
    };
    let log = options.log.then(Vec::new);
    let shared = Arc::new(Shared::new(bank, options.faults, sign_in, log));
    // Nothing is ever sent: the sender's drop stops it.
    let (running, dropped) = oneshot::channel::<()>();
    let server = tasks::spawn(server::serve(listener, Arc::clone(&shared), dropped));
    tracing::info!(%address, "the simulator listens");
    Ok(Sandbox {
        address,
        shared,
        pin,
        sign_in,
        server,
        _running: running,
    })
}

impl Sandbox {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address for a client, such as `http://127.0.0.1:8650/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        let mut reachable = self.address;
        // "Every address" is where one listens, not where one can be reached.
        if reachable.ip().is_unspecified() {
            reachable.set_ip(match reachable.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{reachable}{}", server::BASE_PATH)
    }

    /// The key under which PINs must be sealed.
    #[must_use]
    pub fn pin_key(&self) -> Key {
        key::pin_key()
    }

    /// The key under which card numbers come.
    #[must_use]
    pub fn card_key(&self) -> Key {
        key::card_key()
    }

    /// A whole configuration file for this simulator.
    #[must_use]
    pub fn config_file(&self) -> String {
        let sign_in = if self.sign_in {
            let (user, password) = (server::USER, server::PASSWORD);
            format!(
                r#"
[profiles.sandbox.sign_in]
username = "{user}"
password = {{ command = ["printf", "%s", "{password}"] }}
"#
            )
        } else {
            String::new()
        };
        format!(
            r#"# For trying kitdesk on its sandbox: the two keys are public and guard nothing.
# Keep this in a file while the sandbox runs, then: kitdesk --config FILE
default_profile = "sandbox"

[profiles.sandbox]
base_url    = "{base_url}"
tenant      = "{TENANT}"
environment = "sandbox"
branch_id   = "{BRANCH}"
tiers       = {TIERS:?}
pin_block   = "{pin_block}"
pin_account = "{pin_account}"
{sign_in}
[profiles.sandbox.pin_key]
command = ["printf", "%s", "{pin_key}"]

[profiles.sandbox.card_key]
command = ["printf", "%s", "{card_key}"]
"#,
            base_url = self.base_url(),
            pin_block = self.pin.block.word(),
            pin_account = self.pin.account.word(),
            pin_key = key::hex(key::PIN_KEY),
            card_key = key::hex(key::CARD_KEY),
        )
    }

    /// Whether the PIN that was set for a kit is this one; no where none was set.
    #[must_use]
    pub fn pin_is(&self, kit: &str, pin: &Pin) -> bool {
        let inner = self.shared.lock();
        inner
            .bank
            .pins
            .get(kit)
            .is_some_and(|set| set.pin.same_as(pin))
    }

    /// How many requests for a call (its path's last part) arrived.
    #[must_use]
    pub fn received(&self, call: &str) -> usize {
        self.shared.lock().received.get(call).copied().unwrap_or(0)
    }

    /// How often a call did its work and so changed the state.
    #[must_use]
    pub fn worked(&self, call: &str) -> usize {
        self.shared.lock().worked.get(call).copied().unwrap_or(0)
    }

    /// All that it has done, in order, where it keeps that.
    #[must_use]
    pub fn log(&self) -> Vec<Worked> {
        self.shared.lock().log.clone().unwrap_or_default()
    }

    /// Lets something more go wrong from now on.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.lock().faults.push(fault);
    }

    /// Lets nothing go wrong from now on.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Waits for the server. It ends only with an error: drop this future to stop it.
    pub async fn stopped(mut self) {
        if let Err(fault) = (&mut self.server).await {
            tracing::error!(%fault, "the simulator's task ended");
        }
    }
}

#[cfg(test)]
mod tests;
