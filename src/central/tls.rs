//! TLS to the central store: 1.2 or newer, certificates always checked.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;
use secrecy::ExposeSecret as _;

use super::error::CentralError;
use crate::config::CentralSettings;

/// Whether the connection goes through TLS: always, but for what stays on this machine. Who names
/// certificates wants it there too.
pub(super) fn is_wanted(settings: &CentralSettings) -> bool {
    let names_certificates = settings.ca_file.is_some() || settings.client_cert.is_some();
    names_certificates || !settings.address.is_local()
}

/// Settings for a connection that does without TLS; they trust nobody.
pub(super) fn unused() -> Result<ClientConfig, CentralError> {
    let builder = builder(&Arc::new(rustls::crypto::ring::default_provider()))?;
    let builder = builder.with_root_certificates(RootCertStore::empty());
    Ok(builder.with_no_client_auth())
}

fn builder(
    provider: &Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, CentralError> {
    ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| CentralError::Setting(format!("TLS could not be set up: {error}")))
}

/// rustls' settings: whom to trust, and by what this host logs in. Reads files, and may ask a command.
pub(super) fn config(settings: &CentralSettings) -> Result<ClientConfig, CentralError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = builder(&provider)?;
    let refuse = |what: &str| CentralError::from(settings.error(what));
    let builder = if let Some(pem) = settings.ca_pem()? {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&pem) {
            let added = roots.add(certificate);
            added.map_err(|_| refuse("ca_file holds a certificate that can't be read"))?;
        }
        if roots.is_empty() {
            return Err(refuse("ca_file holds no certificate in PEM form"));
        }
        builder.with_root_certificates(roots)
    } else {
        let verifier = Verifier::new(provider).map_err(|_| {
            refuse("the system has no root certificates to check the central store's: give ca_file")
        })?;
        // The name is rustls' warning about verifiers of one's own; this one is the system's.
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
    };
    let (Some(chain), Some(key)) = (settings.client_pem()?, &settings.client_key) else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = certificates(&chain);
    if chain.is_empty() {
        return Err(refuse("client_cert holds no certificate in PEM form"));
    }
    let key = key
        .read()
        .map_err(|error| CentralError::Setting(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes())
        .map_err(|_| refuse("client_key holds no private key in PEM form without a passphrase"))?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|_| refuse("client_key and client_cert do not belong together"))
}

fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).flatten().collect()
}
