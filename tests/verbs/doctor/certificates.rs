//! Certificates: trusted, expired, for another name, from somebody unknown, and one that is wanted
//! from us. Each has its own words, and none is got around.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::{doctor, finds};
use crate::console::write_file;
use crate::fixtures::{Desk, Ended, config_for};

/// An authority of the bank's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    fn pem(&self) -> String {
        let text = STANDARD.encode(self.0.der());
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    }

    /// A certificate for this name, changed as a test wants it.
    fn certificate(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("it signs");
        Identity(certificate.der().clone(), key.into())
    }
}

struct Identity(CertificateDer<'static>, PrivateKeyDer<'static>);

/// A DCMS behind TLS that knows no order; it wants a certificate of `clients`, if that is given.
fn serve(identity: Identity, clients: Option<&Authority>) -> SocketAddr {
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
    let config = Arc::new(config.expect("they belong together"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        let (stream, _) = listener.accept().expect("the program comes");
        let connection = ServerConnection::new(config).expect("a good configuration");
        let mut stream = StreamOwned::new(connection, stream);
        let mut request = Vec::new();
        let mut chunk = [0; 1024];
        while !request.ends_with(b"}") {
            match stream.read(&mut chunk) {
                Ok(count @ 1..) => request.extend_from_slice(&chunk[..count]),
                // What it thinks of the certificate, or that it has none.
                Ok(0) | Err(_) => return,
            }
        }
        let body = r#"{"result":null,"exception":{"errorCode":"order.not.found"}}"#;
        let length = body.len();
        let head = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {length}\r\n");
        write!(stream, "{head}connection: close\r\n\r\n{body}").expect("the program reads");
        stream.conn.send_close_notify();
        stream.flush().expect("the program reads");
    });
    address
}

/// The doctor's word about the DCMS at this address, seen by a desk that trusts this authority.
fn looked(address: SocketAddr, trusted: Option<&Authority>, code: i32) -> Ended {
    let ca_file = trusted.map_or("", |_| "ca_file = \"bank-ca.pem\"");
    let config = config_for(address, ca_file).replace("http://", "https://");
    let desk = Desk::configured(&config);
    if let Some(authority) = trusted {
        write_file(&desk.path("kitdesk").join("bank-ca.pem"), &authority.pem());
    }
    doctor(&desk).code(code)
}

#[test]
fn one_of_the_banks_own() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let ended = looked(address, Some(&bank), 0);
    let ended = finds(ended, "dcms", "ok", "order.not.found");
    finds(ended, "credentials", "ok", "bank-ca.pem");
}

#[test]
fn one_from_somebody_unknown() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let ended = looked(address, None, 3);
    let ended = finds(
        ended,
        "dcms",
        "fail",
        "an issuer that this machine does not trust",
    );
    finds(ended, "dcms", "fail", "into ca_file");
}

#[test]
fn one_for_another_name() {
    let bank = Authority::new();
    let address = serve(bank.certificate("dcms.example.com", |_| ()), None);
    let ended = looked(address, Some(&bank), 3);
    let ended = finds(ended, "dcms", "fail", "is for another name");
    finds(ended, "dcms", "fail", "check the host of base_url");
}

#[test]
fn one_out_of_its_time() {
    let bank = Authority::new();
    let expired = bank.certificate("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(2001, 1, 1);
    });
    let ended = looked(serve(expired, None), Some(&bank), 3);
    finds(ended, "dcms", "fail", "its certificate has expired");
    let early = bank.certificate("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2999, 1, 1);
        params.not_after = date_time_ymd(3000, 1, 1);
    });
    let ended = looked(serve(early, None), Some(&bank), 3);
    finds(ended, "dcms", "fail", "set this machine's clock");
}

#[test]
fn one_that_is_wanted_from_us() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), Some(&bank));
    let ended = looked(address, Some(&bank), 3);
    finds(ended, "dcms", "fail", "client_cert");
}

#[test]
fn a_file_without_one() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let config = config_for(address, "ca_file = \"bank-ca.pem\"").replace("http://", "https://");
    let desk = Desk::configured(&config);
    write_file(&desk.path("kitdesk").join("bank-ca.pem"), "no certificate");
    let ended = doctor(&desk).code(2);
    let said = "ca_file holds no certificate in PEM form";
    let ended = finds(ended, "credentials", "fail", said);
    finds(ended, "dcms", "skipped", "not asked");
}
