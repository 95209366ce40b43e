//! What a client must know to reach one DCMS. Data only: `config` loads it.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::ids::Tenant;

/// Longest reply that is read, in bytes.
pub(super) const LONGEST_REPLY: usize = 32 << 20;

/// More than any customer has: a reply that lists more is not read.
pub(super) const MOST_KITS: usize = 200_000;

/// One DCMS as one bank reaches it.
pub struct Settings {
    /// Ends in a version, e.g. `https://api.dcms.example.com/v1` (contract, 1).
    pub base_url: Url,
    /// Sent with every call.
    pub tenant: Tenant,
    /// How long to wait.
    pub limits: Limits,
    /// Whether to ask for encrypted card numbers (the V2 look-up).
    pub encrypted_pans: bool,
    /// PEM certificates to trust in addition to the system's roots.
    pub ca_pem: Option<Vec<u8>>,
    /// PEM certificate chain and private key, for a DCMS that asks for one.
    pub identity: Option<Identity>,
    /// An HTTP proxy; the environment's proxy settings are never looked at.
    pub proxy: Option<Url>,
    /// Hosts that are reached without it: names, `.domain`s, addresses and networks.
    pub no_proxy: Vec<String>,
    /// Where a deployment wants a token.
    pub sign_in: Option<SignIn>,
    /// Fixed headers, such as a gateway's key.
    pub headers: Vec<(String, SecretString)>,
}

/// A client certificate.
pub struct Identity {
    /// PEM certificate chain, own certificate first.
    pub chain_pem: Vec<u8>,
    /// PEM private key.
    pub key_pem: SecretString,
}

/// Credentials for `POST /api/authenticate`.
pub struct SignIn {
    /// The API user.
    pub username: String,
    /// Its password.
    pub password: SecretString,
}

/// Time limits (contract, 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From looking the name up to the end of the TLS handshake.
    pub connect: Duration,
    /// A whole look-up, with its repetitions.
    pub read: Duration,
    /// A whole write; such calls reach the core-banking system.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(5),
            write: Duration::from_secs(15),
        }
    }
}

impl Settings {
    /// The usual limits, and nothing that a deployment may want besides.
    #[must_use]
    pub fn new(base_url: Url, tenant: Tenant) -> Self {
        Self {
            base_url,
            tenant,
            limits: Limits::default(),
            encrypted_pans: false,
            ca_pem: None,
            identity: None,
            proxy: None,
            no_proxy: Vec::new(),
            sign_in: None,
            headers: Vec::new(),
        }
    }
}

#[cfg(test)]
impl Settings {
    /// For the simulator's tenant.
    pub(crate) fn to_test(base_url: &str) -> Self {
        let base_url = Url::parse(base_url).expect("an address");
        Self::new(base_url, Tenant::parse("SANDBOX").expect("a tenant"))
    }
}
