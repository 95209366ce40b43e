//! What an error of the HTTP client's means: did anything leave, who is at fault, and in which words.
//! Every sentence is our own: what the libraries call it goes to the log alone.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::outcome::{Attempt, Doubt, NotSent, TlsReason};
use super::rsa::ShortKey;
use super::tls::SelfSigned;
use crate::io_error::plain;

/// How a request counts that ended in this error after it may have been written to `host`.
pub(super) fn unanswered(error: &hyper::Error, host: &str) -> Attempt {
    tracing::debug!(causes = %causes(error), "no answer");
    // From TLS 1.3 on, a client certificate is refused after the handshake (RFC 8446, 4.4.2.4), and
    // what was sent by then is never read.
    if let Some(rustls::Error::AlertReceived(alert)) = cause(error)
        && is_about_a_certificate(*alert)
    {
        return Attempt::NotSent(NotSent::Tls {
            host: host.to_owned(),
            reason: alert_reason(*alert),
        });
    }
    Attempt::Lost(if is_not_http(error) {
        not_http(host)
    } else {
        Doubt::LineLost
    })
}

/// What it means that a reply's body ended in this error.
pub(super) fn broken_off(error: &hyper::Error, host: &str) -> Doubt {
    tracing::debug!(causes = %causes(error), "the answer broke off");
    if is_not_http(error) {
        not_http(host)
    } else {
        Doubt::CutOff
    }
}

fn not_http(host: &str) -> Doubt {
    let at = host.to_owned();
    Doubt::NotHttp { at }
}

/// All causes from the outermost on.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// All of them in one line, for the log.
pub(super) fn causes(error: &(dyn Error + 'static)) -> String {
    let causes = chain(error).map(ToString::to_string);
    causes.collect::<Vec<_>>().join(": ")
}

/// The first error of a kind, in the chain of causes and inside of wrapped `io::Error`s, whose
/// `source` leaves out what they wrap.
pub(super) fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    if let Some(found) = error.downcast_ref::<E>() {
        return Some(found);
    }
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    wrapped
        .and_then(|inner| cause(inner))
        .or_else(|| error.source().and_then(cause))
}

/// Whether what came breaks the rules of HTTP, and did not just end too early.
fn is_not_http(error: &hyper::Error) -> bool {
    let is_parse_fault = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<hyper::Error>().is_some_and(|error| {
            // The kind for what comes before anything was asked has no public name.
            error.is_parse() || error.to_string().starts_with("received unexpected message")
        })
    };
    // A chunk whose length is none.
    let is_bad_chunk = |cause: &(dyn Error + 'static)| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::InvalidInput)
    };
    chain(error).any(|cause| is_parse_fault(cause) || is_bad_chunk(cause))
}

/// What is wrong with the secure connection, where that is what failed.
pub(super) fn tls_reason(error: &(dyn Error + 'static)) -> Option<TlsReason> {
    use rustls::Error as Tls;
    let reason = match cause::<Tls>(error)? {
        Tls::InvalidCertificate(error) => certificate_reason(error),
        Tls::InvalidMessage(_) => TlsReason::NoTls,
        Tls::AlertReceived(alert) => alert_reason(*alert),
        Tls::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled,
        ) => TlsReason::TooOld,
        Tls::PeerIncompatible(_) => TlsReason::Other("no cipher suite in common"),
        _ => TlsReason::Other("the TLS handshake failed"),
    };
    Some(reason)
}

fn certificate_reason(error: &CertificateError) -> TlsReason {
    use CertificateError as Error;
    match error {
        Error::Expired | Error::ExpiredContext { .. } => TlsReason::Expired,
        Error::NotValidYet | Error::NotValidYetContext { .. } => TlsReason::NotValidYet,
        Error::NotValidForName | Error::NotValidForNameContext { .. } => TlsReason::OtherName,
        Error::UnknownIssuer => TlsReason::UnknownIssuer,
        Error::Other(other) => match (
            other.0.downcast_ref::<SelfSigned>(),
            other.0.downcast_ref::<ShortKey>(),
        ) {
            (Some(SelfSigned::Server), _) => TlsReason::SelfSigned,
            (Some(SelfSigned::Authority), _) => TlsReason::SelfSignedAuthority,
            (None, Some(&ShortKey { bits })) => TlsReason::ShortKey { bits },
            (None, None) => TlsReason::Certificate("it is not valid as a server certificate"),
        },
        Error::Revoked => TlsReason::Certificate("it was revoked"),
        Error::BadEncoding => TlsReason::Certificate("it can't be read"),
        Error::BadSignature => TlsReason::Certificate("its signature is not valid"),
        Error::InvalidPurpose | Error::InvalidPurposeContext { .. } => {
            TlsReason::Certificate("it is not issued for servers")
        }
        Error::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id: id,
            ..
        }
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: id,
            ..
        } => TlsReason::Certificate(signature_reason(id)),
        _ => TlsReason::Certificate("it is not valid"),
    }
}

/// Whether the other side ended the connection because of our certificate, or for want of one
/// (RFC 8446, 6.2; those of TLS 1.2 and before among them).
fn is_about_a_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as Alert;
    matches!(
        alert,
        Alert::CertificateRequired
            | Alert::NoCertificate
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            | Alert::DecryptError
    )
}

/// What is wrong with a signature of this algorithm, by its OID (RFC 3279, 2.2).
fn signature_reason(id: &[u8]) -> &'static str {
    const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01";
    const ECDSA_SHA1: &[u8] = b"\x2a\x86\x48\xce\x3d\x04\x01";
    let oid = |prefix: &[u8]| {
        let at = id.windows(prefix.len()).position(|part| part == prefix);
        at.map(|at| id.get(at + prefix.len()).copied())
    };
    match (oid(RSA), oid(ECDSA_SHA1)) {
        (Some(Some(4)), _) => "it is signed with MD5, which is not secure",
        (Some(Some(5)), _) | (_, Some(_)) => "it is signed with SHA-1, which is not secure",
        (Some(_) | None, None) => "its signature algorithm is not secure",
    }
}

/// What the other side gave as its reason.
fn alert_reason(alert: AlertDescription) -> TlsReason {
    use AlertDescription as Alert;
    match alert {
        Alert::ProtocolVersion | Alert::InsufficientSecurity => TlsReason::TooOld,
        Alert::CertificateRequired
        | Alert::NoCertificate
        | Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied => TlsReason::WantsCertificate,
        Alert::DecryptError => TlsReason::Alert("client_key does not match the client certificate"),
        Alert::CertificateRevoked => TlsReason::Alert("the client certificate was revoked"),
        Alert::CertificateExpired => TlsReason::Alert("the client certificate has expired"),
        Alert::UnrecognisedName => TlsReason::Alert("it has no certificate for this name"),
        // Some say this for want of a certificate too.
        Alert::HandshakeFailure => {
            TlsReason::Alert("no cipher suite in common, or no client certificate was sent")
        }
        _ => TlsReason::Alert("it did not say why"),
    }
}

/// Why there is no connection, in the system's own words.
pub(super) fn io_reason(error: &(dyn Error + 'static)) -> String {
    use io::ErrorKind;
    match cause::<io::Error>(error).map(io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => "connection refused".into(),
        Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => {
            "network unreachable".into()
        }
        Some(kind) => plain(kind).into_owned(),
        None => "the connection failed".into(),
    }
}
