//! Certificates: trusted, expired, for another name, from somebody unknown, and one that is wanted
//! from us. Each has its own words, and none is got around.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use rcgen::date_time_ymd;

use super::{doctor, finds};
use crate::console::write_file;
use crate::fixtures::{Desk, Ended, closed_port, config_for};
use crate::tls::{Authority, Identity, self_signed};

const UNKNOWN: &str = r#"{"result":null,"exception":{"errorCode":"order.not.found"}}"#;

/// A DCMS behind TLS that knows no order.
fn serve(identity: Identity, clients: Option<&Authority>) -> SocketAddr {
    crate::tls::serve(identity, clients, |_| {
        let length = UNKNOWN.len();
        let head = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {length}\r\n");
        format!("{head}connection: close\r\n\r\n{UNKNOWN}").into_bytes()
    })
}

fn over_tls(address: SocketAddr, more: &str) -> Desk {
    Desk::configured(&config_for(address, more).replace("http://", "https://"))
}

/// The doctor's word about the DCMS at this address, seen by a desk that trusts this authority.
fn looked(address: SocketAddr, trusted: Option<&Authority>, code: i32) -> Ended {
    let ca_file = trusted.map_or("", |_| "ca_file = \"bank-ca.pem\"");
    let desk = over_tls(address, ca_file);
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
fn one_that_made_itself() {
    let own = self_signed("127.0.0.1", false);
    let (pem, _) = own.pem();
    let address = serve(own, None);
    let ended = looked(address, None, 3);
    let ended = finds(ended, "dcms", "fail", "its certificate is self-signed");
    finds(ended, "dcms", "fail", "set it as ca_file");
    let kits = ["kits", "--entity", "1"];
    let ended = over_tls(address, "").run(&kits).code(3);
    ended.says("self-signed").says("`kitdesk doctor`");
    // Which helps.
    let desk = over_tls(address, "ca_file = \"own.pem\"");
    write_file(&desk.path("kitdesk").join("own.pem"), &pem);
    finds(doctor(&desk).code(0), "dcms", "ok", "order.not.found");

    let address = serve(self_signed("127.0.0.1", true), None);
    let ended = looked(address, None, 3);
    let ended = finds(
        ended,
        "dcms",
        "fail",
        "a self-signed CA certificate is used as the server certificate",
    );
    let ended = finds(ended, "dcms", "fail", "ask the DCMS's operator");
    // No library's own words.
    ended.keeps(&["CaUsedAsEndEntity", "UnknownIssuer", "OtherError"]);
}

/// What speaks nothing newer than TLS 1.1 answers with this: a fatal alert about the version.
const TOO_OLD: [u8; 7] = [21, 3, 1, 0, 2, 2, 70];

#[test]
fn one_that_speaks_only_what_is_too_old() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the program comes");
        // How long the greeting is stands in its first five bytes.
        let mut head = [0; 5];
        stream.read_exact(&mut head).expect("it begins");
        let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
        stream
            .read_exact(&mut vec![0; length])
            .expect("its greeting");
        stream.write_all(&TOO_OLD).expect("it is read");
    });
    let ended = looked(address, None, 3);
    let ended = finds(ended, "dcms", "fail", "TLS 1.2 is the minimum");
    let ended = finds(ended, "dcms", "fail", "enable TLS 1.2 or 1.3");
    ended.keeps(&["ProtocolVersion"]);
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
fn one_of_ours_that_is_not_accepted() {
    let (bank, other) = (Authority::new(), Authority::new());
    let address = serve(bank.certificate("127.0.0.1", |_| ()), Some(&bank));
    let more = "ca_file = \"bank-ca.pem\"\nclient_cert = \"desk.pem\"\nclient_key = \"desk.key\"";
    let desk = over_tls(address, more);
    let (certificate, key) = other.certificate("desk 7", |_| ()).pem();
    for (name, text) in [
        ("bank-ca.pem", &bank.pem()),
        ("desk.pem", &certificate),
        ("desk.key", &key),
    ] {
        write_file(&desk.path("kitdesk").join(name), text);
    }
    let ended = doctor(&desk).code(3);
    finds(
        ended,
        "dcms",
        "fail",
        "accepts the certificate in client_cert",
    );
}

#[test]
fn files_that_do_not_hold_what_they_should() {
    let (bank, other) = (Authority::new(), Authority::new());
    let (certificate, key) = bank.certificate("desk 7", |_| ()).pem();
    let (_, other_key) = other.certificate("desk 7", |_| ()).pem();
    let no_certificate =
        "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n".to_owned();
    let good = [bank.pem(), certificate.clone(), key.clone()];
    for (place, text, line, said) in [
        (0, &key, 5, "ca_file holds no certificate in PEM form"),
        (
            0,
            &no_certificate,
            5,
            "ca_file holds a certificate that can't be read",
        ),
        (1, &key, 6, "client_cert holds no certificate in PEM form"),
        (
            1,
            &no_certificate,
            6,
            "client_cert holds a certificate that can't be read",
        ),
        (
            2,
            &certificate,
            7,
            "client_key holds no private key in PEM form",
        ),
        (
            2,
            &other_key,
            7,
            "client_key and client_cert do not belong together",
        ),
    ] {
        let more = "ca_file = \"ca\"\nclient_cert = \"cert\"\nclient_key = \"key\"";
        let desk = over_tls(closed_port(), more);
        for (at, name) in ["ca", "cert", "key"].into_iter().enumerate() {
            let text = if at == place { text } else { &good[at] };
            write_file(&desk.path("kitdesk").join(name), text);
        }
        let said = format!("config.toml, line {line}: {said}");
        desk.run(&["kits", "--entity", "1"]).code(2).says(&said);
        let ended = finds(doctor(&desk).code(2), "credentials", "fail", &said);
        finds(ended, "dcms", "skipped", "not asked");
    }
}

#[test]
fn a_client_key_that_is_encrypted() {
    let bank = Authority::new();
    let address = serve(bank.certificate("127.0.0.1", |_| ()), None);
    let (certificate, _) = bank.certificate("desk", |_| ()).pem();
    let desk = over_tls(
        address,
        "ca_file = \"bank-ca.pem\"\nclient_cert = \"own.pem\"\nclient_key = \"own.key\"",
    );
    let put = |name: &str, text: &str| write_file(&desk.path("kitdesk").join(name), text);
    put("bank-ca.pem", &bank.pem());
    put("own.pem", &certificate);
    for encrypted in [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFLTBXBgkqhkiG9w0BBQ0=\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,A6428D\n\nMIIF\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-128-CBC,B41AE9\r\n\r\nMIIF\r\n-----END EC PRIVATE KEY-----\r\n",
    ] {
        put("own.key", encrypted);
        let ended = desk.run(&["kits", "--entity", "1"]).code(2);
        ended.says("client_key is encrypted: decrypt it");
        let ended = doctor(&desk).code(2);
        finds(
            ended,
            "credentials",
            "fail",
            "client_key is encrypted: decrypt it",
        );
    }
    put("own.key", "no key");
    finds(
        doctor(&desk).code(2),
        "credentials",
        "fail",
        "holds no private key",
    );
}

/// An OpenSSL server with a key or signature that other servers don't even start with.
struct Weak {
    child: std::process::Child,
    address: SocketAddr,
}

impl Weak {
    /// Nothing where there is no OpenSSL that does it.
    fn start(folder: &std::path::Path, bits: &str, digest: &str) -> Option<Self> {
        use std::io::{BufRead as _, BufReader};
        use std::process::{Command, Stdio};
        let script = "set -e; \
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Bank -days 2; \
            openssl req -new -newkey rsa:$1 -nodes -keyout own.key -out own.csr -subj /CN=dcms; \
            echo subjectAltName=IP:127.0.0.1 > ext; \
            openssl x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -$2 -extfile ext -out own.pem";
        let made = Command::new("sh")
            .args(["-c", script, "sh", bits, digest])
            .current_dir(folder)
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return None;
        }
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-cert", "own.pem"])
            .args(["-key", "own.key", "-cipher", "DEFAULT@SECLEVEL=0", "-www"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut lines = out.lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("ACCEPT ")?.trim().parse().ok());
        let Some(address) = address else {
            child.kill().ok();
            child.wait().ok();
            return None;
        };
        Some(Self { child, address })
    }
}

impl Drop for Weak {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn one_with_a_short_key_or_an_old_signature() {
    for (bits, digest, said) in [
        ("1024", "sha256", "RSA 1024 is too short"),
        (
            "2048",
            "sha1",
            "it is signed with SHA-1, which is not secure",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(server) = Weak::start(folder.path(), bits, digest) else {
            crate::console::skipped("there is no OpenSSL that makes weak certificates");
            return;
        };
        let desk = over_tls(server.address, "ca_file = \"bank-ca.pem\"");
        let authority = std::fs::read_to_string(folder.path().join("ca.pem")).expect("made");
        write_file(&desk.path("kitdesk").join("bank-ca.pem"), &authority);
        finds(doctor(&desk).code(3), "dcms", "fail", said);
        desk.run(&["kits", "--entity", "1"]).code(3).says(said);
    }
}
