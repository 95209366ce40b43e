//! What an error of the HTTP client's means: did anything leave, who is at fault, and in which words.
//! Every sentence is our own: what the libraries call it goes to the log alone.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError, PeerIncompatible};
use url::Url;

use super::outcome::{Attempt, Doubt, NotSent, ProxyReason, TlsReason};
use super::rsa::ShortKey;
use super::tls::SelfSigned;
use crate::io_error::plain;

/// Whom the client connects to, by name, and how long it waits for that.
pub(super) struct ConnectErrors {
    /// Host and port of the DCMS.
    host: String,
    /// Host and port of the proxy that it is reached through.
    proxy: Option<String>,
    /// From looking the name up to the end of the TLS handshake.
    limit: Duration,
}

impl ConnectErrors {
    pub(super) fn new(base_url: &Url, proxy: Option<&Url>, limit: Duration) -> Self {
        Self {
            host: host_and_port(base_url),
            proxy: proxy.map(host_and_port),
            limit,
        }
    }

    /// How a request counts that ended in this error; `limit` is the time that it was given.
    pub(super) fn failed(&self, error: &reqwest::Error, limit: Duration) -> Attempt {
        if error.is_builder() {
            return Attempt::NotSent(NotSent::Unmade(
                "the address or a header is not valid".into(),
            ));
        }
        if error.is_connect() {
            return Attempt::NotSent(self.not_connected(error));
        }
        tracing::debug!(causes = %causes(error), "no answer");
        // From TLS 1.3 on, a client certificate is refused after the handshake (RFC 8446, 4.4.2.4), and
        // what was sent by then is never read.
        if let Some(rustls::Error::AlertReceived(alert)) = cause(error)
            && is_about_a_certificate(*alert)
        {
            return Attempt::NotSent(NotSent::Tls {
                host: self.host.clone(),
                reason: alert_reason(*alert),
            });
        }
        Attempt::Lost(if error.is_timeout() {
            Doubt::TimedOut(limit)
        } else if is_not_http(error) {
            self.not_http()
        } else {
            Doubt::LineLost
        })
    }

    /// What it means that a reply's body ended in this error.
    pub(super) fn broken_off(&self, error: &reqwest::Error, limit: Duration) -> Doubt {
        tracing::debug!(causes = %causes(error), "the answer broke off");
        if error.is_timeout() {
            Doubt::TimedOut(limit)
        } else if is_not_http(error) {
            self.not_http()
        } else {
            Doubt::CutOff
        }
    }

    fn not_http(&self) -> Doubt {
        Doubt::NotHttp {
            at: self.host.clone(),
        }
    }

    fn not_connected(&self, error: &reqwest::Error) -> NotSent {
        tracing::debug!(causes = %causes(error), "no connection");
        if error.is_timeout() {
            let host = match &self.proxy {
                Some(proxy) => format!("{} (through the proxy {proxy})", self.host),
                None => self.host.clone(),
            };
            let limit = self.limit;
            return NotSent::ConnectTimeOut { host, limit };
        }
        // From the tunnel's end on, the DCMS itself is talked to.
        if let (Some(proxy), Some(reason)) = (&self.proxy, proxy_reason(error)) {
            let (proxy, host) = (proxy.clone(), self.host.clone());
            return NotSent::Proxy {
                proxy,
                host,
                reason,
            };
        }
        let host = self.host.clone();
        if let Some(reason) = tls_reason(error) {
            NotSent::Tls { host, reason }
        } else if error.is_dns() {
            let name = host
                .rsplit_once(':')
                .map_or(host.as_str(), |(name, _)| name);
            NotSent::NameNotFound {
                host: name.to_owned(),
            }
        } else {
            let reason = io_reason(error);
            NotSent::NoConnection { host, reason }
        }
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// All causes from the outermost on.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn causes(error: &reqwest::Error) -> String {
    // Not the first, which names the address with its query.
    let causes = chain(error).skip(1).map(ToString::to_string);
    causes.collect::<Vec<_>>().join(": ")
}

/// The first error of a kind, in the chain of causes and inside of wrapped `io::Error`s, whose
/// `source` leaves out what they wrap.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
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
fn is_not_http(error: &reqwest::Error) -> bool {
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

/// Why a proxy opened no way; nothing where it did, or was not asked.
fn proxy_reason(error: &reqwest::Error) -> Option<ProxyReason> {
    // The type of these errors has no public name: they are known by how they begin.
    let mut causes = chain(error).map(ToString::to_string);
    let said = causes.find_map(|cause| Some(cause.strip_prefix("tunnel error: ")?.to_owned()))?;
    Some(match said.as_str() {
        "proxy authorization required" => ProxyReason::WantsSignIn,
        "unsuccessful" => ProxyReason::Refused,
        "failed to create underlying connection" => match tls_reason(error) {
            Some(reason) => ProxyReason::Tls(reason),
            None if error.is_dns() => ProxyReason::NameNotFound,
            None => ProxyReason::NoConnection(io_reason(error)),
        },
        _ => ProxyReason::NoProxy,
    })
}

fn tls_reason(error: &reqwest::Error) -> Option<TlsReason> {
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

fn io_reason(error: &reqwest::Error) -> String {
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
