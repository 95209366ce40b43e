//! Why somebody is not let in, or may not stay: a sentence for them, and a word for figures.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::Date;

use super::key::Fingerprint;

/// Why somebody is not let in, or may not stay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// Nobody has this key.
    #[error("Nobody is registered with the key {0}.")]
    UnknownKey(Fingerprint),
    /// The key is of a kind that is not taken.
    #[error("Keys of this kind are not accepted: use ssh-ed25519, ecdsa or a security key.")]
    KeyKind,
    /// They are no longer on the page, or never were.
    #[error("{0} is not registered here.")]
    UnknownPerson(String),
    /// Their last day is over.
    #[error("Your access ended after {0}.")]
    Ended(Date),
    /// They may not come from there.
    #[error("You can't log in from {0}: your access is limited to other networks.")]
    WrongNetwork(IpAddr),
    /// The key or the certificate was revoked.
    #[error("Your key or certificate has been revoked.")]
    Revoked,
    /// The certificate is of a machine.
    #[error("This is a host certificate; a user certificate is needed.")]
    NotOfUser,
    /// Nobody here trusts who issued it.
    #[error("Your certificate was issued by an authority that is not known here ({0}).")]
    WrongAuthority(Fingerprint),
    /// It was not signed by who it says.
    #[error("The signature of your certificate is wrong.")]
    BadSignature,
    /// Its time has not come.
    #[error("Your certificate is not valid before {0}.")]
    NotYetValid(Timestamp),
    /// Its time is over.
    #[error("Your certificate has expired: get a new one.")]
    Expired,
    /// It lives longer than its authority may say.
    #[error("Your certificate is valid for longer than is allowed here.")]
    LivesTooLong,
    /// It asks for something that is not known here.
    #[error("Your certificate has the critical option {0}, which is not supported here.")]
    CriticalOption(String),
    /// It is for other addresses.
    #[error("Your certificate is not valid from {0}.")]
    WrongSource(IpAddr),
    /// It may not open a terminal.
    #[error("Your certificate does not permit a terminal (permit-pty).")]
    NoTerminal,
    /// It names nobody, and would be good for anybody.
    #[error("Your certificate names no principal.")]
    NoPrincipal,
    /// It names several people.
    #[error("Your certificate names several people who are registered here.")]
    SeveralPeople,
    /// Its key belongs to somebody else.
    #[error("The key of your certificate is registered for another person.")]
    AnothersKey,
    /// What is left of their roles is none.
    #[error("You have no role that this way of logging in gives.")]
    NoRole,
    /// What they may do is less than at their login.
    #[error("Your roles or your branch have changed: log in again.")]
    Changed,
}

impl NotAdmitted {
    /// Whether it is certain who it is, so that they may read why they are not let in. Strangers read nothing.
    #[must_use]
    pub fn is_of_somebody_known(&self) -> bool {
        match self {
            Self::Ended(_)
            | Self::WrongNetwork(_)
            | Self::NotYetValid(_)
            | Self::Expired
            | Self::LivesTooLong
            | Self::CriticalOption(_)
            | Self::WrongSource(_)
            | Self::NoTerminal
            | Self::NoRole
            | Self::Changed => true,
            Self::UnknownKey(_)
            | Self::KeyKind
            | Self::UnknownPerson(_)
            | Self::Revoked
            | Self::NotOfUser
            | Self::WrongAuthority(_)
            | Self::BadSignature
            | Self::NoPrincipal
            | Self::SeveralPeople
            | Self::AnothersKey => false,
        }
    }

    /// A word that stays the same, for figures and records.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::UnknownKey(_) => "unknown_key",
            Self::KeyKind => "key_kind",
            Self::UnknownPerson(_) => "unknown_person",
            Self::Ended(_) => "ended",
            Self::WrongNetwork(_) => "wrong_network",
            Self::Revoked => "revoked",
            Self::NotOfUser => "not_of_user",
            Self::WrongAuthority(_) => "wrong_authority",
            Self::BadSignature => "bad_signature",
            Self::NotYetValid(_) => "not_yet_valid",
            Self::Expired => "expired",
            Self::LivesTooLong => "lives_too_long",
            Self::CriticalOption(_) => "critical_option",
            Self::WrongSource(_) => "wrong_source",
            Self::NoTerminal => "no_terminal",
            Self::NoPrincipal => "no_principal",
            Self::SeveralPeople => "several_people",
            Self::AnothersKey => "anothers_key",
            Self::NoRole => "no_role",
            Self::Changed => "changed",
        }
    }
}
