//! TLS for tests: an authority of the bank's own, and a server behind its certificates.

use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// An authority of the bank's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        Self::by(KeyPair::generate().expect("a key"))
    }

    /// One that signs with this key.
    pub fn by(key: KeyPair) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    pub fn pem(&self) -> String {
        pem("CERTIFICATE", self.0.der())
    }

    /// A certificate for this name, changed as a test wants it.
    pub fn certificate(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("it signs");
        Identity(certificate.der().clone(), key.into())
    }
}

/// A certificate that nobody but itself has signed, for a server or as an authority's.
pub fn self_signed(name: &str, is_authority: bool) -> Identity {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("it signs");
    Identity(certificate.der().clone(), key.into())
}

pub struct Identity(CertificateDer<'static>, PrivateKeyDer<'static>);

impl Identity {
    /// The certificate and its key, for a client's files.
    pub fn pem(&self) -> (String, String) {
        (
            pem("CERTIFICATE", &self.0),
            pem("PRIVATE KEY", self.1.secret_der()),
        )
    }
}

/// In lines of 64 characters: OpenSSL before 3 does not read longer ones.
fn pem(what: &str, der: &[u8]) -> String {
    let text: String = der
        .chunks(48)
        .map(|line| STANDARD.encode(line) + "\n")
        .collect();
    format!("-----BEGIN {what}-----\n{text}-----END {what}-----\n")
}

/// What a server of TLS needs; it wants a certificate of `clients`, if that is given.
pub fn server_config(identity: Identity, clients: Option<&Authority>) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3");
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).expect("an authority");
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            config.with_client_cert_verifier(verifier.expect("it has a root"))
        }
    };
    let Identity(certificate, key) = identity;
    let config = config.with_single_cert(vec![certificate], key);
    Arc::new(config.expect("they belong together"))
}

/// A server behind TLS that answers every request in this way; it wants a certificate of
/// `clients`, if that is given.
pub fn serve(
    identity: Identity,
    clients: Option<&Authority>,
    answer: impl Fn(&[u8]) -> Vec<u8> + Send + 'static,
) -> SocketAddr {
    let config = server_config(identity, clients);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let connection = ServerConnection::new(Arc::clone(&config));
            let connection = connection.expect("a good configuration");
            let mut stream = StreamOwned::new(connection, stream);
            // What the other side thinks of the certificate, or that it has none, ends it early.
            let Some(request) = read(&mut stream) else {
                continue;
            };
            stream.write_all(&answer(&request)).expect("it is read");
            stream.conn.send_close_notify();
            stream.flush().expect("it is read");
        }
    });
    address
}

/// A request: they are small and end with their body's brace.
pub fn read(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut chunk = [0; 1024];
    while !request.ends_with(b"}") {
        match stream.read(&mut chunk) {
            Ok(count @ 1..) => request.extend_from_slice(&chunk[..count]),
            Ok(0) | Err(_) => return None,
        }
    }
    Some(request)
}

/// What a server without TLS says to a request.
pub fn passed_on(to: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(to).expect("it listens");
    stream.write_all(request).expect("it reads");
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).expect("it closes");
    reply
}
