//! The client over real sockets: what leaves it, byte for byte, and what it makes of what comes.
//! The other side is the simulator, or a server of scripted bytes where the bytes are the point.

mod connections;
mod limits;
mod raw;
mod reads;
mod requests;
mod sign_in;
mod writes;

use std::time::Duration;

use super::*;
use crate::dcms::TlsReason;
use crate::dcms::{AccountNo, BranchId, CardType, Delivery, EntityId, Expiry, Kit, KitNo, OrderId};
use crate::desk::operations::{CancelOrder, Made, Operation, SetPin, Upgrade, WantedCard};
use crate::pin::{Account, BlockForm, Key, MaskedPan, Pin, PinLength, seal};
use crate::sandbox::{self, Sandbox};
use raw::{Act, Raw, cut_off, good, reply};

/// What other protocols say, and HTTP that breaks its own rules.
const NOT_HTTP: [&[u8]; 9] = [
    b"no HTTP at all\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"220 mail.example.com ESMTP\r\n",
    // SETTINGS of HTTP/2, and a TLS alert.
    b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80",
    b"\x15\x03\x01\x00\x02\x02\x46",
    b"HTTP/2 200\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{} ",
    b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnone\r\n{}\r\n",
];

/// Where running out of time is the point.
const SHORT: Duration = Duration::from_millis(400);
/// Far from every limit that a test sets.
const LONG: Duration = Duration::from_secs(30);

/// Limits that only a test which wants it runs into.
fn patient() -> Limits {
    Limits {
        connect: LONG,
        read: LONG,
        write: LONG,
    }
}

fn settings(base_url: &str) -> Settings {
    Settings {
        limits: patient(),
        ..Settings::to_test(base_url)
    }
}

fn client_of(settings: Settings) -> Client {
    match Client::new(settings) {
        Ok(client) => client,
        Err(fault) => panic!("{fault}"),
    }
}

fn client(base_url: &str) -> Client {
    client_of(settings(base_url))
}

/// A scripted server and a patient client of it.
async fn scripted(script: Vec<Act>) -> (Raw, Client) {
    let raw = Raw::start(script).await;
    let client = client(&raw.base_url());
    (raw, client)
}

async fn sandbox(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|spec| spec.parse().expect("a fault"));
    let options = sandbox::Options {
        customers: 0,
        faults: faults.collect(),
        ..sandbox::Options::default()
    };
    sandbox::start(options).await.expect("a free port")
}

fn entity(id: &str) -> EntityId {
    EntityId::parse(id).expect("an entity id")
}

fn kit_no(number: &str) -> KitNo {
    KitNo::parse(number).expect("a kit number")
}

async fn read_kits(client: &Client) -> Result<Vec<Kit>, ReadError> {
    client
        .kits_of(&entity("676165"))
        .await
        .map(|kits| kits.list)
}

/// The three writes of the console.
#[derive(Debug, Clone, Copy)]
enum Write {
    Upgrade,
    SetPin,
    Cancel,
}

impl Write {
    const ALL: [Self; 3] = [Self::Upgrade, Self::SetPin, Self::Cancel];

    /// The call's name, as faults of the simulator spell it.
    fn name(self) -> &'static str {
        match self {
            Self::Upgrade => "upgradeCard",
            Self::SetPin => "setPin",
            Self::Cancel => "cancel",
        }
    }

    fn line(self) -> &'static str {
        match self {
            Self::Upgrade => "POST /v1/kit-manager/upgradeCard",
            Self::SetPin => "POST /v1/kit-manager/v2/setPin",
            Self::Cancel => "POST /v1/card-order/cancel",
        }
    }

    /// A result that makes it done.
    fn result(self) -> &'static str {
        match self {
            Self::Upgrade => r#"{"entityId":"676165","kitInfo":[{"kitNo":"77000000001"}]}"#,
            Self::SetPin => "true",
            Self::Cancel => r#""Order cancelled successfully""#,
        }
    }

    async fn send(self, client: &Client) -> Outcome<()> {
        let outcome = match self {
            Self::Upgrade => sample_upgrade().send(client).await,
            Self::SetPin => sample_pin().send(client).await,
            Self::Cancel => sample_cancel().send(client).await,
        };
        outcome.map(|_| ())
    }
}

fn sample_upgrade() -> Upgrade {
    Upgrade {
        entity: entity("676165"),
        kit: kit_no("4561789"),
        delivery: Some(Delivery::Permanent),
        cards: vec![WantedCard {
            alias_name: Some("sample".into()),
            card_type: Some(CardType::Physical),
            plastic_code: Some("4566".into()),
            tier_type: Some("SILVER".into()),
        }],
    }
}

/// Sealed under a key that is nobody's: no simulator opens it.
fn sample_pin() -> SetPin {
    let key = Key::from_bytes(&[1; 16]).unwrap_or_else(|fault| panic!("{fault}"));
    let pin = Pin::parse("4315", PinLength::STANDARD).unwrap_or_else(|fault| panic!("{fault}"));
    let sealed = seal(&pin, &Account::Kit("4561789"), &key, BlockForm::Raw);
    SetPin {
        entity: entity("676165"),
        kit: kit_no("4561789"),
        expiry: Expiry::parse("0729").expect("an expiry"),
        pin: sealed.expect("sealed"),
    }
}

fn sample_cancel() -> CancelOrder {
    CancelOrder {
        order: OrderId::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6").expect("an order id"),
        branch: BranchId::parse("12345").expect("a branch id"),
    }
}
