//! Where a card is that was sent by post.
//! Nothing here changes the bank.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Bank, Exception, Request};
use crate::sandbox::status::Status;
use crate::sandbox::twist::Twist;

/// The kit that a page's sample answers about, asked for another one.
const OTHER_KIT: &str = "41063130";

pub(super) fn track(bank: &mut Bank, request: &Request) -> Answer {
    let number = request.required("kitNo")?;
    let mut all = bank.customers.values().flat_map(|one| &one.kits);
    let (code, said) = match all.find(|kit| kit.number == number) {
        Some(kit) if kit.card_type == "PHYSICAL" => {
            let shown = if request.has(Twist::OtherKit) {
                OTHER_KIT
            } else {
                number
            };
            return Ok(parcel(shown, kit.status));
        }
        Some(_) => ("shipment.not.found", "a virtual card is not sent by post"),
        None => ("kit.not.found", "no kit has this number"),
    };
    Err(Exception::guide(StatusCode::NOT_FOUND, code, said))
}

fn parcel(number: &str, status: Status) -> Value {
    let on_its_way = status == Status::Assigned;
    let scan = |scan: &str, code: &str, kind: &str, date: &str, place: &str| {
        json!({
            "scan": scan,
            "scanCode": code,
            "scanType": kind,
            "scanDate": date,
            "scanTime": "1030",
            "scannedLocation": place,
        })
    };
    let mut scans = vec![scan("Picked up", "001", "UD", "12-Jan-2026", "Mumbai")];
    if !on_its_way {
        scans.push(scan("Delivered", "000", "DL", "14-Jan-2026", "Chennai"));
    }
    json!({"shipmentData": {"shipment": [{
        "kitNo": number,
        "deliveryService": "SANDBOX POST",
        "waybillNo": format!("SB{number}"),
        "refNo": format!("REF{number}"),
        "senderName": "SANDBOX BANK",
        "origin": "Mumbai",
        "destination": "Chennai",
        "pickUpDate": "12 January 2026",
        "expectedDeliveryDate": "17 January 2026",
        "status": if on_its_way { "In transit" } else { "Delivered" },
        "statusDate": if on_its_way { "12 January 2026" } else { "14 January 2026" },
        "statusTime": "1030",
        "receivedBy": if on_its_way { Value::Null } else { json!("SELF") },
        "scans": {"scanDetail": scans},
    }]}})
}
