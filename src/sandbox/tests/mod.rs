//! The simulator over its real socket, asked by a client that knows no more than TCP.
//! The console's own client is not used here: it is what the simulator checks.

mod cards;
mod customers;
mod docs;
mod faults;
mod http;
mod kits;
mod manage;
mod orders;
mod parcels;
mod pins;
mod preferences;
mod states;
mod transactions;
mod upgrade;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::pin::{
    Account, BlockForm, EncryptedPan, Pan, PinLength, open_card_number, seal as seal_pin,
};

const GOOD_HEADERS: &str = "content-type: application/json\r\ntenant: SANDBOX\r\n";

/// A reply, as far as it came.
struct Answered {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    fn result(&self) -> Value {
        let mut whole = self.json();
        assert_eq!(self.status, 200, "{whole}");
        assert!(whole["exception"].is_null(), "{whole}");
        assert!(whole.get("pagination").is_some(), "{whole}");
        whole["result"].take()
    }

    /// Status, error code and the first sentence.
    fn refusal(&self) -> (u16, String, String) {
        let whole = self.json();
        assert!(whole["result"].is_null(), "{whole}");
        let exception = &whole["exception"];
        let code = exception["errorCode"].as_str().expect("a code").to_owned();
        let said = if let Some(fields) = exception.get("fieldError") {
            for name in [
                "shortMessage",
                "detailMessage",
                "httpStatus",
                "languageCode",
            ] {
                assert!(exception[name].is_string(), "{name}: {exception}");
            }
            fields[0].clone()
        } else {
            let status = exception["httpStatus"].as_str().expect("a status");
            assert!(status.as_bytes()[..3].iter().all(u8::is_ascii_digit));
            exception["errorMessage"].clone()
        };
        let said = said.as_str().expect("a sentence").to_owned();
        (self.status, code, said)
    }
}

fn is(got: &(u16, String, String), code: &str, said: &str) {
    assert_eq!((got.0, got.1.as_str(), got.2.as_str()), (400, code, said));
}

async fn sandbox() -> Sandbox {
    sandbox_with(&[]).await
}

async fn sandbox_with(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|spec| spec.parse().expect("a fault"));
    let options = Options {
        faults: faults.collect(),
        ..Options::default()
    };
    start(options).await.expect("a free port")
}

/// Sends a request; the connection is left open for whatever comes back.
async fn open(sandbox: &Sandbox, line: &str, headers: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("open");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

async fn send(sandbox: &Sandbox, line: &str, headers: &str, body: &str) -> Answered {
    let (bytes, end) = drain(open(sandbox, line, headers, body).await).await;
    end.expect("a proper end");
    split(&bytes)
}

/// Everything until the end of the connection, and how it ended.
async fn drain(mut stream: TcpStream) -> (Vec<u8>, std::io::Result<()>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await.map(|_| ());
    (bytes, end)
}

fn split(bytes: &[u8]) -> Answered {
    let place = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let place = place.expect("a head");
    let head = String::from_utf8(bytes[..place].to_vec()).expect("ASCII");
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    Answered {
        status: status.expect("a status"),
        head: head.to_lowercase(),
        body: bytes[place + 4..].to_vec(),
    }
}

async fn call(sandbox: &Sandbox, path: &str, body: Value) -> Answered {
    let line = format!("POST /v1{path}");
    send(sandbox, &line, GOOD_HEADERS, &body.to_string()).await
}

async fn kits(sandbox: &Sandbox, entity: &str) -> Vec<Value> {
    let body = json!({"entityId": entity});
    let reply = call(sandbox, "/kit-manager/v2/fetchKitsByEntityId", body).await;
    reply.result().as_array().expect("an array").clone()
}

async fn status_of(sandbox: &Sandbox, entity: &str, kit: &str) -> Value {
    let kits = kits(sandbox, entity).await;
    let kit = kits.iter().find(|one| one["kitNo"] == kit);
    kit.expect("the kit")["cardStatus"].clone()
}

#[tokio::test]
async fn the_configuration_file_is_whole() {
    let sandbox = sandbox().await;
    let file: toml::Table = sandbox.config_file().parse().expect("TOML");
    let profile = &file["profiles"]["sandbox"];
    assert_eq!(file["default_profile"].as_str(), Some("sandbox"));
    assert_eq!(profile["base_url"].as_str(), Some(&*sandbox.base_url()));
    assert_eq!(profile["tenant"].as_str(), Some(TENANT));
    assert_eq!(profile["branch_id"].as_str(), Some(BRANCH));
    for (name, key) in [
        ("pin_key", sandbox.pin_key()),
        ("card_key", sandbox.card_key()),
    ] {
        let hex = profile[name]["command"][2].as_str().expect("hex");
        let written = Key::parse(hex.as_bytes(), crate::pin::KeyFormat::Hex).expect("a key");
        assert!(written.check_value() == key.check_value(), "{name}");
    }
    assert!(sandbox.pin_key().check_value() != sandbox.card_key().check_value());
}

#[tokio::test]
async fn an_address_in_use_is_an_error() {
    let first = sandbox().await;
    let options = Options {
        listen: first.address(),
        ..Options::default()
    };
    let fault = start(options).await.err().expect("it is in use");
    assert!(fault.to_string().contains("in use by another program"));
}

#[tokio::test]
async fn dropping_it_stops_the_server() {
    let sandbox = sandbox().await;
    let address = sandbox.address();
    let mut idle = TcpStream::connect(address).await.expect("open");
    kits(&sandbox, "676165").await;
    drop(sandbox);
    let mut byte = [0];
    let end = tokio::time::timeout(Duration::from_secs(5), idle.read(&mut byte)).await;
    assert!(matches!(end.expect("in time"), Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_customers() {
    let replies = |seed| async move {
        let options = Options {
            seed,
            customers: 30,
            ..Options::default()
        };
        let sandbox = start(options).await.expect("a free port");
        let mut all = Vec::new();
        for nth in 1..=30 {
            let body = json!({"entityId": (210_000_000_000_u64 + nth).to_string()});
            all.push(call(&sandbox, "/viewCustomer", body).await.result());
        }
        let fixed = call(&sandbox, "/viewCustomer", json!({"entityId": "181223116"})).await;
        (all, fixed.result())
    };
    let (first, again, other) = (replies(7).await, replies(7).await, replies(8).await);
    assert!(first == again);
    assert!(first.0 != other.0);
    assert!(first.1 == other.1);
}

#[test]
fn a_hundred_thousand_customers_are_made_at_once() {
    let bank = seed::bank(100_000, 0, 1);
    assert!(bank.customers.len() >= 100_000);
}
