//! A proxy between this machine and the DCMS: gone through, gone past, and at fault itself. Whoever is
//! at fault is named, in what is said and in what to do about it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::console::sandbox;
use crate::doctor::{doctor, finds};
use crate::fixtures::{Desk, ENTITY, KIT, closed_port, config_for};
use crate::reach::{behind_tls, behind_tls_as};
use crate::tls::Authority;

const KITS: [&str; 3] = ["kits", "--entity", ENTITY];
const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

/// A proxy, and what it was asked.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// One that knows CONNECT and opens every way.
    fn opening() -> Self {
        Self::start(None)
    }

    /// One that answers everything with this.
    fn answering(reply: &'static str) -> Self {
        Self::start(Some(reply))
    }

    fn start(reply: Option<&'static str>) -> Self {
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
                if let Some(reply) = reply {
                    stream.write_all(reply.as_bytes()).ok();
                    continue;
                }
                stream
                    .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .expect("it is read");
                let other = TcpStream::connect(to).expect("it listens");
                both_ways(&stream, &other);
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody has panicked").clone()
    }

    fn setting(&self) -> String {
        format!("proxy = \"http://{}\"", self.address)
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
    let proxy = Proxy::opening();
    let desk = behind_tls(&sandbox, &bank, None, &proxy.setting());
    desk.run(&UPGRADE).code(0).shows("Done");
    let asked = proxy.asked();
    assert!(!asked.is_empty());
    assert!(
        asked
            .iter()
            .all(|line| line.starts_with("CONNECT 127.0.0.1:")),
        "{asked:?}"
    );
    let ended = finds(
        doctor(&desk).code(0),
        "credentials",
        "ok",
        "through the proxy",
    );
    finds(ended, "dcms", "ok", "ORD001");
    assert_eq!(proxy.asked().len(), asked.len() + 1);

    for (host, past) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.0/8"),
        ("localhost", "localhost"),
        ("localhost", ".localhost"),
        ("localhost", "*"),
    ] {
        let proxy = Proxy::opening();
        let around = format!("{}\nno_proxy = [\"{past}\"]", proxy.setting());
        behind_tls_as(host, &sandbox, &bank, None, &around)
            .run(&KITS)
            .code(0);
        assert_eq!(proxy.asked(), [""; 0], "{past}");
    }
    // Another host's way past it is not this one's.
    let proxy = Proxy::opening();
    let around = format!("{}\nno_proxy = [\"dcms.example\"]", proxy.setting());
    behind_tls(&sandbox, &bank, None, &around)
        .run(&KITS)
        .code(0);
    assert!(!proxy.asked().is_empty());
}

/// Each verb and the doctor name this proxy; nothing is sent.
#[track_caller]
fn is_blamed(proxy: &str, said: &str, advice: &str) {
    let more = format!("proxy = \"http://{proxy}\"\ntimeouts = {{ connect = \"2s\" }}");
    let config = config_for(closed_port(), &more).replace("http://127", "https://127");
    let config = config.replace(&format!("https://{proxy}"), &format!("http://{proxy}"));
    let desk = Desk::configured(&config);
    let named = format!("the proxy {proxy} {said}");
    let ended = desk.run(&KITS).code(3);
    assert!(ended.err.to_lowercase().contains(&named), "{}", ended.err);
    let ended = ended.says("Check the profile's proxy").keeps(&["base_url"]);
    drop(ended);
    let ended = desk.run(&[&UPGRADE[..], &["--json"]].concat()).code(3);
    let json = ended.json();
    assert_eq!(json["outcome"], "not_sent");
    let message = json["error"]["message"].as_str().expect("a message");
    assert!(message.to_lowercase().contains(&named), "{message}");
    let ended = finds(doctor(&desk).code(3), "dcms", "fail", &named);
    finds(ended, "dcms", "fail", advice);
}

#[test]
fn a_proxy_that_is_down() {
    let proxy = closed_port().to_string();
    is_blamed(
        &proxy,
        "is not reached: connection refused",
        "check scheme, host and port of proxy",
    );
}

#[test]
fn a_proxy_that_refuses() {
    for (reply, said, advice) in [
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
            "refused to open a way to 127.0.0.1:",
            "ask the proxy's operator",
        ),
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "opens no way to 127.0.0.1:",
            "ask the proxy's operator to let this machine through without",
        ),
        (
            "",
            "does not answer as a proxy does",
            "it must be an HTTP proxy",
        ),
    ] {
        let proxy = Proxy::answering(reply);
        is_blamed(&proxy.address.to_string(), said, advice);
        assert!(
            proxy
                .asked()
                .iter()
                .all(|line| line.starts_with("CONNECT ")),
            "nothing else is sent to it"
        );
    }
}

#[test]
fn a_proxy_whose_name_nobody_has() {
    // RFC 6761 keeps `.invalid` from ever being a name. Some resolvers are slow to say so.
    let more = "proxy = \"http://proxy.invalid:3128\"\ntimeouts = { connect = \"1s\" }";
    let config = config_for(closed_port(), more).replacen("http://", "https://", 1);
    let ended = doctor(&Desk::configured(&config)).code(3);
    let ended = finds(ended, "dcms", "fail", "proxy.invalid:3128");
    finds(ended, "dcms", "fail", "of proxy");
}

#[test]
fn a_proxy_that_refuses_leaves_a_write_unsent() {
    let sandbox = sandbox();
    let bank = Authority::new();
    let proxy = Proxy::answering("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    let desk = behind_tls(&sandbox, &bank, None, &proxy.setting());
    let said = format!("The proxy {} refused to open a way to", proxy.address);
    desk.run(&UPGRADE).code(3).says(&said);
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
    assert_eq!(sandbox.received("upgradeCard"), 0);
}
