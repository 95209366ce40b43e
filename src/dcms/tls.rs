//! The secure connection: TLS 1.2 or newer, certificates always checked, no way to switch that off.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;
use secrecy::ExposeSecret as _;

use super::settings::Settings;

/// Builds rustls' settings for one profile.
///
/// # Errors
/// A sentence, when a certificate or key can't be used or the system has no roots.
pub(super) fn config(settings: &Settings) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS could not be set up: {error}"))?;
    if settings.base_url.scheme() == "http" {
        // Loopback only, so no certificate is ever looked at; reading the system's roots would
        // only make the start slower.
        let none = rustls::RootCertStore::empty();
        return Ok(builder.with_root_certificates(none).with_no_client_auth());
    }
    let verifier = Arc::new(verifier(settings, provider)?);
    // The name is rustls' warning about verifiers of one's own; this one is the system's.
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    match &settings.identity {
        None => Ok(builder.with_no_client_auth()),
        Some(identity) => {
            let chain = certificates(&identity.chain_pem, "client_cert")?;
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.expose_secret().as_bytes())
                .map_err(|_| "client_key holds no private key in PEM form".to_owned())?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|_| "client_cert and client_key do not belong together".to_owned())
        }
    }
}

fn verifier(settings: &Settings, provider: Arc<CryptoProvider>) -> Result<Verifier, String> {
    let made = match &settings.ca_pem {
        None => Verifier::new(provider),
        Some(pem) => Verifier::new_with_extra_roots(certificates(pem, "ca_file")?, provider),
    };
    made.map_err(|error| format!("the system's root certificates could not be used: {error}"))
}

fn certificates(pem: &[u8], setting: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => Err(format!("{setting} holds no certificate in PEM form")),
    }
}
