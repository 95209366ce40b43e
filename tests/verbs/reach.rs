//! The way to the DCMS as a verb goes it: certificates, a proxy, a token, and what the log says of it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;

use kitdesk::sandbox::Sandbox;

use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, ENTITY, KIT};
use crate::tls::{Authority, passed_on, serve};

const KITS: [&str; 3] = ["kits", "--entity", ENTITY];
const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

/// The simulator behind TLS, in a desk's configuration that trusts this authority.
fn behind_tls(
    sandbox: &Sandbox,
    bank: &Authority,
    clients: Option<&Authority>,
    more: &str,
) -> Desk {
    let to = sandbox.address();
    let identity = bank.certificate("127.0.0.1", |_| ());
    let address = serve(identity, clients, move |request| {
        passed_on(to, &closing(request))
    });
    let config = sandbox.config_file();
    let config = config.replace(&format!("http://{to}"), &format!("https://{address}"));
    let more = format!("ca_file = \"bank-ca.pem\"\n{more}\n");
    let desk = Desk::configured(&config.replace("environment =", &format!("{more}environment =")));
    write_file(&desk.path("kitdesk").join("bank-ca.pem"), &bank.pem());
    desk
}

/// The same request, after which the connection is closed.
fn closing(request: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(request).expect("requests are text");
    let (head, rest) = text.split_once("\r\n").expect("a first line");
    format!("{head}\r\nconnection: close\r\n{rest}").into_bytes()
}

#[test]
fn a_write_over_tls_with_a_certificate_of_our_own() {
    let sandbox = sandbox();
    let bank = Authority::new();
    let more = "client_cert = \"desk.pem\"\nclient_key = \"desk.key\"";
    let desk = behind_tls(&sandbox, &bank, Some(&bank), more);
    let (certificate, key) = bank.certificate("desk 7", |_| ()).pem();
    write_file(&desk.path("kitdesk").join("desk.pem"), &certificate);
    write_file(&desk.path("kitdesk").join("desk.key"), &key);
    desk.run(&UPGRADE).code(0).shows("Done");
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[test]
fn without_the_certificate_that_is_wanted_nothing_is_sent() {
    let sandbox = sandbox();
    let bank = Authority::new();
    let desk = behind_tls(&sandbox, &bank, Some(&bank), "");
    let ended = desk.run(&[&UPGRADE[..], &["--json"]].concat()).code(3);
    assert_eq!(ended.json()["outcome"], "not_sent");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
}

/// A proxy that knows CONNECT, and what it was asked.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(opens: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let head = head(&mut stream);
                let line = head.lines().next().unwrap_or_default().to_owned();
                let to = line.split(' ').nth(1).unwrap_or_default().to_owned();
                record.lock().expect("nobody has panicked").push(line);
                if opens {
                    stream
                        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        .expect("it is read");
                    let other = TcpStream::connect(to).expect("it listens");
                    both_ways(&stream, &other);
                } else {
                    let refusal = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
                    stream.write_all(refusal.as_bytes()).ok();
                }
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody has panicked").clone()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.extend(byte);
    }
    String::from_utf8(head).expect("a head is text")
}

fn both_ways(one: &TcpStream, other: &TcpStream) {
    let pairs = [
        (one.try_clone(), other.try_clone()),
        (other.try_clone(), one.try_clone()),
    ];
    for (from, to) in pairs {
        let (mut from, mut to) = (from.expect("a copy"), to.expect("a copy"));
        thread::spawn(move || {
            std::io::copy(&mut from, &mut to).ok();
            to.shutdown(Shutdown::Write).ok();
        });
    }
}

#[test]
fn through_a_proxy_and_past_it() {
    let sandbox = sandbox();
    let bank = Authority::new();
    let proxy = Proxy::start(true);
    let through = format!("proxy = \"http://{}\"", proxy.address);
    let desk = behind_tls(&sandbox, &bank, None, &through);
    desk.run(&UPGRADE).code(0).shows("Done");
    let asked = proxy.asked();
    assert!(!asked.is_empty());
    assert!(
        asked
            .iter()
            .all(|line| line.starts_with("CONNECT 127.0.0.1:")),
        "{asked:?}"
    );

    for past in ["127.0.0.1", "127.0.0.0/8"] {
        let proxy = Proxy::start(true);
        let around = format!(
            "proxy = \"http://{}\"\nno_proxy = [\"{past}\"]",
            proxy.address
        );
        behind_tls(&sandbox, &bank, None, &around)
            .run(&KITS)
            .code(0);
        assert_eq!(proxy.asked(), [""; 0], "{past}");
    }
}

#[test]
fn a_proxy_that_refuses_leaves_a_write_unsent() {
    let sandbox = sandbox();
    let bank = Authority::new();
    let proxy = Proxy::start(false);
    let through = format!("proxy = \"http://{}\"", proxy.address);
    let desk = behind_tls(&sandbox, &bank, None, &through);
    desk.run(&UPGRADE).code(3);
    assert_eq!(sandbox.received("upgradeCard"), 0);
}

/// The simulator, behind somebody who takes only the second token.
fn with_tokens(sandbox: &Sandbox) -> (Desk, Arc<Mutex<Vec<String>>>) {
    let to = sandbox.address();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    thread::spawn(move || {
        let mut granted = 0;
        while let Ok((mut stream, _)) = listener.accept() {
            let Some(request) = crate::tls::read(&mut stream) else {
                continue;
            };
            let text = String::from_utf8(request.clone()).expect("requests are text");
            let path = text.split(' ').nth(1).unwrap_or_default();
            let call = path.rsplit('/').next().unwrap_or_default().to_owned();
            let body = if call == "authenticate" {
                granted += 1;
                Some((200, format!(r#"{{"id_token":"token-{granted}"}}"#)))
            } else if text.to_ascii_lowercase().contains("bearer token-2") {
                None
            } else {
                let body = r#"{"result":null,"exception":{"errorCode":"token.expired"}}"#;
                Some((401, body.to_owned()))
            };
            record.lock().expect("nobody has panicked").push(call);
            let reply = match body {
                None => passed_on(to, &closing(&request)),
                Some((status, body)) => format!(
                    "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                )
                .into_bytes(),
            };
            stream.write_all(&reply).expect("it is read");
        }
    });
    let config = sandbox.config_file();
    let config = config.replace(&to.to_string(), &address.to_string());
    let sign_in = "[profiles.sandbox.sign_in]\nusername = \"api\"\npassword = { env = \"API\" }\n";
    (Desk::configured(&format!("{config}\n{sign_in}")), seen)
}

#[test]
fn a_token_is_renewed_once_by_every_verb() {
    let order = [
        "cancel-order",
        "--order",
        crate::fixtures::RECEIVED,
        "--yes",
    ];
    for (args, call) in [
        (&KITS[..], "fetchKitsByEntityId"),
        (&UPGRADE[..], "upgradeCard"),
        (&order[..], "cancel"),
    ] {
        let sandbox = sandbox();
        let (desk, seen) = with_tokens(&sandbox);
        let mut command = desk.command(&[args, &["--log", "desk.log"]].concat());
        let output = command.env("API", "s3cret-w0rd").output().expect("it runs");
        let ended = crate::fixtures::Ended::of(&output).code(0);
        ended.keeps(&["s3cret-w0rd", "token-1", "token-2"]);
        let log = std::fs::read_to_string(desk.path("desk.log")).expect("a log");
        for secret in ["s3cret-w0rd", "token-1", "token-2"] {
            assert!(!log.contains(secret), "{log}");
        }
        let seen = seen.lock().expect("nobody has panicked").clone();
        let granted = seen.iter().filter(|call| *call == "authenticate").count();
        assert_eq!(granted, 2, "{seen:?}");
        assert_eq!(sandbox.received(call), 1, "{seen:?}");
    }
}

#[test]
fn every_line_about_a_write_names_its_record() {
    let sandbox = sandbox();
    sandbox.add_fault("upgradeCard=reset-after:1".parse().expect("a fault"));
    let desk = Desk::on(&sandbox);
    let args = [&UPGRADE[..], &["--json", "--log", "desk.log"]].concat();
    let id = desk.run(&args).json()["journal_id"].clone();
    let id = id.as_i64().expect("a record");
    let log = std::fs::read_to_string(desk.path("desk.log")).expect("a log");
    let about = format!("write{{journal_id={id} operation=upgrade}}");
    for said in [
        "it is sent now",
        "lost",
        "outcome=\"Unknown\"",
        "answered",
        "read to settle it",
    ] {
        let found = log
            .lines()
            .any(|line| line.contains(&about) && line.contains(said));
        assert!(found, "{said}: {log}");
    }
    let named = |line: &&str| line.contains("upgradeCard");
    assert!(
        log.lines().filter(named).all(|line| line.contains(&about)),
        "{log}"
    );
}
