//! Those who issue certificates for people, and what is asked of a certificate besides the signature that
//! proves its key.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use russh::keys::ssh_key::Certificate;
use russh::keys::ssh_key::certificate::CertType;

use super::key::{Fingerprint, check_kind};
use super::not_admitted::NotAdmitted;
use super::revoked::Revoked;
use super::role::Roles;
use crate::config::{Network, Place};

/// How long a certificate may live where its authority does not say.
pub(super) const LIFETIME: Duration = Duration::from_hours(24);
/// Issuers date certificates back by some minutes, for clocks that are slow.
const DATED_BACK: Duration = Duration::from_mins(5);
/// The only critical option that is known here.
const SOURCE_ADDRESS: &str = "source-address";
/// What sshd asks for before it opens a terminal, and nothing else is opened here.
const PERMIT_PTY: &str = "permit-pty";

/// A user CA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its name in `people.toml`.
    pub name: String,
    /// Its key.
    pub key: Fingerprint,
    /// What is written behind the key.
    pub comment: String,
    /// The most that somebody has who comes with its certificate.
    pub roles: Roles,
    /// How long its certificates may live.
    pub lifetime: Duration,
    /// Where its table begins.
    pub place: Place,
    /// Whether it names a list of what it has revoked.
    pub(super) has_list: bool,
    /// What it has revoked.
    pub(super) revoked: Revoked,
}

/// What a certificate says, after its signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claims {
    pub(super) key: Fingerprint,
    pub(super) authority: Fingerprint,
    pub(super) principals: Vec<String>,
    serial: u64,
    key_id: String,
    valid_after: u64,
    valid_before: u64,
    /// From where it is good, where it says so.
    sources: Option<Vec<Network>>,
}

impl Claims {
    /// Those of a certificate of a user, issued by one of these.
    pub(super) fn of(cert: &Certificate, authorities: &[Authority]) -> Result<Self, NotAdmitted> {
        if cert.cert_type() != CertType::User {
            return Err(NotAdmitted::NotOfUser);
        }
        check_kind(&cert.algorithm()).map_err(|_| NotAdmitted::KeyKind)?;
        let authority = Fingerprint::of_data(cert.signature_key());
        if !authorities.iter().any(|known| known.key == authority) {
            return Err(NotAdmitted::WrongAuthority(authority));
        }
        if cert.valid_after() >= cert.valid_before() {
            return Err(NotAdmitted::Expired);
        }
        // Its time is looked at later, and as long as the session lasts.
        let signed = cert.validate_at(cert.valid_after(), [authority.as_ssh()]);
        signed.map_err(|_| NotAdmitted::BadSignature)?;
        if cert.valid_principals().is_empty() {
            return Err(NotAdmitted::NoPrincipal);
        }
        if !cert.extensions().contains_key(PERMIT_PTY) {
            return Err(NotAdmitted::NoTerminal);
        }
        Ok(Self {
            key: Fingerprint::of_data(cert.public_key()),
            authority,
            principals: cert.valid_principals().to_vec(),
            serial: cert.serial(),
            key_id: cert.key_id().to_owned(),
            valid_after: cert.valid_after(),
            valid_before: cert.valid_before(),
            sources: sources(cert)?,
        })
    }

    /// When it is no longer good.
    pub(super) fn ends(&self) -> Timestamp {
        at(self.valid_before)
    }
}

impl Authority {
    /// Whether a certificate of its own is good now, from this address.
    pub(super) fn accepts(
        &self,
        claims: &Claims,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(), NotAdmitted> {
        let is_revoked = self.revoked.has_key(&claims.key)
            || self.revoked.has_key(&claims.authority)
            || self.revoked.has_certificate(claims.serial, &claims.key_id);
        if is_revoked {
            return Err(NotAdmitted::Revoked);
        }
        let life = Duration::from_secs(claims.valid_before.saturating_sub(claims.valid_after));
        if life > self.lifetime + DATED_BACK {
            return Err(NotAdmitted::LivesTooLong);
        }
        // As OpenSSH has it: good from the first second, no longer good at the last.
        let now = u64::try_from(now.as_second()).unwrap_or(0);
        if now < claims.valid_after {
            return Err(NotAdmitted::NotYetValid(at(claims.valid_after)));
        }
        if now >= claims.valid_before {
            return Err(NotAdmitted::Expired);
        }
        match &claims.sources {
            Some(sources) if !Network::any_contains(sources, from) => {
                Err(NotAdmitted::WrongSource(from))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The critical options: all must be known, and what they say must hold.
fn sources(cert: &Certificate) -> Result<Option<Vec<Network>>, NotAdmitted> {
    let mut sources = None;
    for (option, value) in cert.critical_options().iter() {
        if option != SOURCE_ADDRESS {
            return Err(NotAdmitted::CriticalOption(
                option.escape_debug().to_string(),
            ));
        }
        let networks = value.split(',').map(|text| text.trim().parse());
        let networks: Result<Vec<_>, _> = networks.collect();
        sources = Some(networks.map_err(|_| NotAdmitted::CriticalOption(option.clone()))?);
    }
    Ok(sources)
}

fn at(seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).ok();
    let at = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.unwrap_or(Timestamp::MAX)
}
