//! The way to the DCMS as a verb goes it: certificates, a token, and what the log says of it.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use kitdesk::sandbox::Sandbox;

use crate::console::{sandbox, write_file};
use crate::fixtures::{Desk, ENTITY, Ended, KIT, RECEIVED};
use crate::tls::{Authority, passed_on, serve};

const KITS: [&str; 3] = ["kits", "--entity", ENTITY];
const UPGRADE: [&str; 8] = [
    "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER", "--yes",
];

/// The simulator behind TLS, in a desk's configuration that trusts this authority.
pub fn behind_tls(
    sandbox: &Sandbox,
    bank: &Authority,
    clients: Option<&Authority>,
    more: &str,
) -> Desk {
    behind_tls_as("127.0.0.1", sandbox, bank, clients, more)
}

/// The same under another name of this machine.
pub fn behind_tls_as(
    host: &str,
    sandbox: &Sandbox,
    bank: &Authority,
    clients: Option<&Authority>,
    more: &str,
) -> Desk {
    let to = sandbox.address();
    let identity = bank.certificate(host, |_| ());
    let address = serve(identity, clients, move |request| {
        passed_on(to, &closing(request))
    });
    let config = sandbox.config_file();
    let config = config.replace(
        &format!("http://{to}"),
        &format!("https://{host}:{}", address.port()),
    );
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
    // From TLS 1.3 on, the refusal comes after the handshake.
    let kits = desk.run(&["kits", "--entity", "676165"]).code(3);
    kits.says("the server requires an accepted client certificate");
    assert_eq!(sandbox.received("upgradeCard"), 0);
    assert_eq!(sandbox.received("fetchKitsByEntityId"), 0);
}

/// The simulator, behind somebody who takes only the second token; the first as well, until a call
/// that it expires before.
fn with_tokens(
    sandbox: &Sandbox,
    expires_before: Option<&'static str>,
) -> (Desk, Arc<Mutex<Vec<String>>>) {
    let to = sandbox.address();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    thread::spawn(move || {
        let mut granted = 0;
        let mut holds = expires_before.is_some();
        while let Ok((mut stream, _)) = listener.accept() {
            let Some(request) = crate::tls::read(&mut stream) else {
                continue;
            };
            let text = String::from_utf8(request.clone()).expect("requests are text");
            let path = text.split(' ').nth(1).unwrap_or_default();
            let call = path.rsplit('/').next().unwrap_or_default().to_owned();
            holds &= expires_before != Some(&call);
            let shows = |token: &str| text.to_ascii_lowercase().contains(token);
            let body = if call == "authenticate" {
                granted += 1;
                Some((200, format!(r#"{{"id_token":"token-{granted}"}}"#)))
            } else if shows("bearer token-2") || (holds && shows("bearer token-1")) {
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
        let (desk, seen) = with_tokens(&sandbox, None);
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
fn a_token_that_ends_just_before_a_write_is_renewed_and_the_write_sent_once_more() {
    let set_pin = [
        "set-pin",
        "--entity",
        ENTITY,
        "--kit",
        KIT,
        "--secrets-stdin",
        "--yes",
    ];
    let cancel = ["cancel-order", "--order", RECEIVED, "--yes"];
    for (args, call) in [
        (&UPGRADE[..], "upgradeCard"),
        (&set_pin[..], "setPin"),
        (&cancel[..], "cancel"),
    ] {
        let sandbox = sandbox();
        let (desk, seen) = with_tokens(&sandbox, Some(call));
        write_file(&desk.path("pin"), "8053\n");
        let pin = std::fs::File::open(desk.path("pin")).expect("its file");
        let mut command = desk.command(&[args, &["--json"]].concat());
        command.env("API", "s3cret-w0rd").stdin(pin);
        let ended = Ended::of(&command.output().expect("it runs")).code(0);
        assert_eq!(ended.json()["outcome"], "done");
        let seen = seen.lock().expect("nobody has panicked").clone();
        let count = |name: &str| seen.iter().filter(|call| *call == name).count();
        assert_eq!((count("authenticate"), count(call)), (2, 2), "{seen:?}");
        // The first of the two was not let in: it was done once.
        assert_eq!((sandbox.received(call), sandbox.worked(call)), (1, 1));
    }
}

#[test]
fn a_refused_sign_in_keeps_the_codes_of_the_dcms() {
    let sandbox = sandbox();
    let sign_in =
        "[profiles.sandbox.sign_in]\nusername = \"sandbox\"\npassword = { env = \"API\" }\n";
    let desk = Desk::configured(&(sandbox.config_file() + sign_in));
    for args in [&KITS[..], &UPGRADE[..]] {
        let mut command = desk.command(&[args, &["--json"]].concat());
        let output = command.env("API", "wr0ng-w0rd").output().expect("it runs");
        let ended = Ended::of(&output).code(3).keeps(&["wr0ng-w0rd"]);
        let json = ended.json();
        assert_eq!(json["outcome"], "not_sent");
        assert!(json["error"]["code"].is_string(), "{json}");
        let message = json["error"]["message"].as_str().expect("a message");
        assert!(message.contains("igning in to the DCMS failed"), "{json}");
    }
}

/// A write's log at its most talkative.
#[test]
fn no_secret_is_logged_about_any_write() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let log = ["--log", "desk.log", "--log-level", "trace"];
    let set_pin = [
        "set-pin",
        "--entity",
        ENTITY,
        "--kit",
        KIT,
        "--secrets-stdin",
        "--yes",
    ];
    let args = [&set_pin[..], &log].concat();
    desk.run_with(&args, b"8053\n").code(0);
    let cancel = ["cancel-order", "--order", RECEIVED, "--yes"];
    desk.run(&[&cancel[..], &log].concat()).code(0);
    let log = std::fs::read_to_string(desk.path("desk.log")).expect("a log");
    for operation in ["set_pin", "cancel_order"] {
        let about = |line: &&str| {
            line.contains(&format!("operation={operation}}}")) && line.contains("journal_id=")
        };
        for said in ["it is sent now", "answered", "outcome=\"Done\""] {
            let mut lines = log.lines().filter(about);
            assert!(
                lines.any(|line| line.contains(said)),
                "{operation}, {said}: {log}"
            );
        }
    }
    // A PIN of four digits may stand in any number: as a word of its own it must not.
    let words = |c: char| !c.is_ascii_alphanumeric();
    assert!(!log.split(words).any(|word| word == "8053"), "{log}");
    let keys = sandbox.config_file();
    let keys = keys.lines().filter_map(|line| line.strip_prefix("command"));
    for key in keys.filter_map(|line| line.rsplit('"').nth(1)) {
        assert!(!log.contains(key), "a key in {log}");
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
