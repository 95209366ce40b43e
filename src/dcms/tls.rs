//! The secure connection: TLS 1.2 or newer, certificates always checked, no way to switch that off.

use std::sync::Arc;
use std::{fmt, iter};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, OtherError,
    RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use secrecy::ExposeSecret as _;
use webpki::EndEntityCert;

use super::client_error::ClientError;
use super::rsa::short_key;
use super::settings::Settings;

/// Builds rustls' settings for one profile.
///
/// # Errors
/// When a certificate or key can't be used or the system has no roots.
pub(super) fn config(settings: &Settings) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::of(None, format!("TLS could not be set up: {error}")))?;
    if settings.base_url.scheme() == "http" {
        // Loopback only, so no certificate is ever looked at; reading the system's roots would
        // only make the start slower.
        let none = RootCertStore::empty();
        return Ok(builder.with_root_certificates(none).with_no_client_auth());
    }
    let given = match &settings.ca_pem {
        Some(pem) => certificates(pem, "ca_file")?,
        None => Vec::new(),
    };
    let verifier = Arc::new(DiagnosingVerifier {
        verifier: verifier(given.clone(), Arc::clone(&provider))?,
        given,
        provider,
    });
    // The name is rustls' warning about verifiers of one's own; this one is the system's.
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    match &settings.identity {
        None => Ok(builder.with_no_client_auth()),
        Some(identity) => {
            let chain = certificates(&identity.chain_pem, "client_cert")?;
            let key = private_key(identity.key_pem.expose_secret())?;
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                let (setting, what) = match error {
                    Error::InconsistentKeys(_) => (
                        "client_key",
                        "client_key and client_cert do not belong together",
                    ),
                    Error::InvalidCertificate(_) => {
                        ("client_cert", "client_cert holds a certificate that can't be read")
                    }
                    _ => (
                        "client_key",
                        "client_key holds a key that can't be used: allowed are RSA, ECDSA (P-256, P-384) and Ed25519",
                    ),
                };
                ClientError::of(setting, what)
            })
        }
    }
}

fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, ClientError> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
        // PKCS#8 (RFC 7468, 11) and the older form (RFC 1421, 4.6.1.1).
        let is_encrypted = pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")
            || pem.contains("Proc-Type: 4,ENCRYPTED");
        let said = if is_encrypted {
            "client_key is encrypted: decrypt it (openssl pkey -in FILE -out NEW), or use a key without a passphrase"
        } else {
            "client_key holds no private key in PEM form"
        };
        ClientError::of("client_key", said)
    })
}

fn verifier(
    given: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, ClientError> {
    let made = if given.is_empty() {
        Verifier::new(provider)
    } else {
        Verifier::new_with_extra_roots(given, provider)
    };
    made.map_err(|error| match error {
        // The system's own are left out where they can't be read.
        Error::InvalidCertificate(_) => {
            ClientError::of("ca_file", "ca_file holds a certificate that can't be read")
        }
        _ => ClientError::of(
            None,
            "the system has no root certificates to check the DCMS's against: give ca_file",
        ),
    })
}

fn certificates(
    pem: &[u8],
    setting: &'static str,
) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(ClientError::of(
            setting,
            format!("{setting} holds no certificate in PEM form"),
        )),
    }
}

/// A refused certificate that is self-signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SelfSigned {
    /// For a server.
    Server,
    /// As an authority's.
    Authority,
}

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("self-signed")
    }
}

impl std::error::Error for SelfSigned {}

/// The system's own verifier, with a more precise error for a self-signed certificate. It checks every
/// certificate, and its refusal always stands.
#[derive(Debug)]
struct DiagnosingVerifier {
    verifier: Verifier,
    /// What `ca_file` holds.
    given: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for DiagnosingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(
                |error| match self.of_itself(&error, end_entity, server_name, now) {
                    Some(kind) => CertificateError::Other(OtherError(Arc::new(kind))).into(),
                    None => told(
                        error,
                        iter::once(end_entity)
                            .chain(intermediates)
                            .chain(&self.given),
                    ),
                },
            )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verified = self.verifier.verify_tls12_signature(message, cert, dss);
        verified.map_err(|error| told(error, iter::once(cert)))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verified = self.verifier.verify_tls13_signature(message, cert, dss);
        verified.map_err(|error| told(error, iter::once(cert)))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.verifier.root_hint_subjects()
    }
}

/// A signature is called wrong also where a key of these certificates is too short for any.
fn told<'a>(error: Error, certificates: impl Iterator<Item = &'a CertificateDer<'a>>) -> Error {
    match (&error, short_key(certificates)) {
        (Error::InvalidCertificate(CertificateError::BadSignature), Some(short)) => {
            CertificateError::Other(OtherError(Arc::new(short))).into()
        }
        _ => error,
    }
}

impl DiagnosingVerifier {
    fn of_itself(
        &self,
        error: &Error,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Option<SelfSigned> {
        match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => self
                .is_its_own_root(certificate, name, now)
                .then_some(SelfSigned::Server),
            Error::InvalidCertificate(CertificateError::Other(OtherError(other))) => {
                let other = other.downcast_ref::<webpki::Error>()?;
                let parsed = EndEntityCert::try_from(certificate).ok()?;
                let is_its_own = parsed.issuer() == parsed.subject();
                (*other == webpki::Error::CaUsedAsEndEntity && is_its_own)
                    .then_some(SelfSigned::Authority)
            }
            _ => None,
        }
    }

    /// Whether it is signed by its own key: then it verifies with itself as the only root. Issuer and
    /// subject do not prove that: a CA can have the same name.
    fn is_its_own_root(
        &self,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> bool {
        let mut roots = RootCertStore::empty();
        if roots.add(certificate.clone().into_owned()).is_err() {
            return false;
        }
        let provider = Arc::clone(&self.provider);
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        let Ok(verifier) = verifier.build() else {
            return false;
        };
        verifier
            .verify_server_cert(certificate, &[], name, &[], now)
            .is_ok()
    }
}
