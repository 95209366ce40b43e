//! Why the central store gave no answer: a sentence that says what to do, and whether the question may have
//! been carried out all the same.

use std::error::Error as _;
use std::io;

use rustls::{AlertDescription, CertificateError};
use tokio_postgres::error::{DbError, SqlState};

use crate::config::ConfigError;
use crate::io_error::plain;

/// Why the central store gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CentralError {
    /// A setting can't be used.
    #[error("{0}")]
    Setting(String),
    /// It was not reached, so nothing was asked.
    #[error("the central store at {at} is not reached: {why}")]
    Unreached {
        /// Where it is.
        at: String,
        /// The reason.
        why: String,
    },
    /// The line broke or nothing was heard in time: it may have been carried out.
    #[error("the central store did not answer: {0}")]
    Lost(String),
    /// It does not let this host in.
    #[error("the central store refuses this host: {0}")]
    Login(String),
    /// What is there is not what this kitdesk works with.
    #[error("the central store is not set up for this kitdesk: {0}")]
    SetUp(String),
    /// The role is there, and no journal belongs to it.
    #[error(
        "this host is not enrolled at the central store: have the database's administrator run what `kitdesk central enrol` prints"
    )]
    NotEnrolled,
    /// The role is there, and another journal belongs to it.
    #[error(
        "another journal is enrolled at the central store for this host's role: after a journal was replaced, have the database's administrator run what `kitdesk central enrol` prints; one role is for one journal"
    )]
    OtherJournal,
    /// It has answered with an error, and has changed nothing.
    #[error("the central store reports an error: {0}")]
    Refused(String),
    /// Not all that was claimed is there.
    #[error("the central store can't tell yet what other hosts have done: {0}")]
    CannotTell(String),
    /// A record that it has is not the one of this journal.
    #[error("the central store has other records than this journal: {0}")]
    OtherHistory(String),
}

impl CentralError {
    /// Whether what was asked may have been carried out.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Setting(_)
            | Self::Unreached { .. }
            | Self::Login(_)
            | Self::SetUp(_)
            | Self::NotEnrolled
            | Self::OtherJournal
            | Self::Refused(_)
            | Self::CannotTell(_)
            | Self::OtherHistory(_) => false,
        }
    }

    /// Whether asking again may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Lost(_) | Self::Unreached { .. } => true,
            Self::Setting(_)
            | Self::Login(_)
            | Self::SetUp(_)
            | Self::NotEnrolled
            | Self::OtherJournal
            | Self::Refused(_)
            | Self::CannotTell(_)
            | Self::OtherHistory(_) => false,
        }
    }

    /// What went wrong on the way in.
    pub(super) fn of_connecting(at: &str, role: &str, error: &tokio_postgres::Error) -> Self {
        let unreached = |why: String| Self::Unreached {
            at: at.to_owned(),
            why,
        };
        if let Some(said) = error.as_db_error() {
            return match said.code() {
                &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                    Self::Login(format!(
                        "the role {role} with this password or certificate, from this address: {}",
                        said.message()
                    ))
                }
                &SqlState::UNDEFINED_DATABASE => Self::SetUp(said.message().to_owned()),
                &SqlState::INSUFFICIENT_PRIVILEGE => Self::Login(said.message().to_owned()),
                _ => unreached(said.message().to_owned()),
            };
        }
        let mut cause = error.source();
        while let Some(one) = cause {
            if let Some(io) = one.downcast_ref::<io::Error>() {
                let tls = io
                    .get_ref()
                    .and_then(|inner| inner.downcast_ref::<rustls::Error>());
                return unreached(match tls {
                    Some(tls) => of_tls(tls),
                    None => plain(io.kind()).into_owned(),
                });
            }
            if one.source().is_none() {
                let said = one.to_string();
                return unreached(if said == UNBOUND { unbound() } else { said });
            }
            cause = one.source();
        }
        unreached(error.to_string())
    }

    /// Why a question has no answer.
    pub(super) fn of_asking(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) => Self::of_answer(said),
            None if error.is_closed() => Self::Lost("the connection is closed".to_owned()),
            None => Self::Lost(error.to_string()),
        }
    }

    fn of_answer(said: &DbError) -> Self {
        let message = said.message().to_owned();
        match said.code().code() {
            "KD001" => Self::OtherHistory(message),
            "KD003" => Self::NotEnrolled,
            "KD006" => Self::OtherJournal,
            "KD004" => Self::Refused(message),
            "KD011" => Self::CannotTell(message),
            _ => match said.code() {
                &SqlState::UNDEFINED_FUNCTION
                | &SqlState::UNDEFINED_TABLE
                | &SqlState::UNDEFINED_COLUMN
                | &SqlState::INVALID_SCHEMA_NAME => Self::SetUp(format!(
                    "{message}; its administrator has to run what `kitdesk central sql` prints"
                )),
                &SqlState::INSUFFICIENT_PRIVILEGE => {
                    Self::Login(format!("{message}; is the role a member of kitdesk_desk?"))
                }
                // The server ends the connection, and what it was at is undone.
                &SqlState::ADMIN_SHUTDOWN
                | &SqlState::CRASH_SHUTDOWN
                | &SqlState::QUERY_CANCELED
                | &SqlState::LOCK_NOT_AVAILABLE
                | &SqlState::T_R_DEADLOCK_DETECTED => Self::Lost(message),
                &SqlState::READ_ONLY_SQL_TRANSACTION => {
                    Self::Refused(format!("{message}; it is a standby, name the primary"))
                }
                &SqlState::UNIQUE_VIOLATION | &SqlState::CHECK_VIOLATION
                    if said.table() == Some("records") =>
                {
                    Self::OtherHistory(message)
                }
                &SqlState::UNIQUE_VIOLATION if said.table() == Some("holds") => {
                    Self::Refused(
                        "somebody else writes to this card at this moment, as another customer's: look the customer up again"
                            .to_owned(),
                    )
                }
                code => Self::Refused(format!("{message} ({})", code.code())),
            },
        }
    }
}

impl From<ConfigError> for CentralError {
    fn from(error: ConfigError) -> Self {
        Self::Setting(error.to_string())
    }
}

/// The client's own words where a password would not be bound to the TLS connection.
const UNBOUND: &str = "server did not use channel binding";

fn unbound() -> String {
    "the password can't be bound to the TLS connection, so it was not given. If its certificate is signed with Ed25519, \
        set channel_binding = \"prefer\"; otherwise it must ask for scram-sha-256, and somebody may be in between"
        .to_owned()
}

/// Why a certificate is not taken.
fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::DecryptError
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown,
        ) => "it does not trust this host's client_cert".to_owned(),
        rustls::Error::InvalidCertificate(why) => match why {
            // One of the same name has signed it with another key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "its certificate is of an authority that is not trusted: see ca_file".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name than the one in url".to_owned()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet: is this machine's clock right?".to_owned()
            }
            other => format!("its certificate is not taken: {other:?}"),
        },
        other => format!("TLS failed: {other}"),
    }
}
