//! Look-ups of customers, kits and parcels.
//! Nothing here changes the bank.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Bank, Exception, Request};
use crate::pin::MaskedPan;
use crate::sandbox::bank::{Customer, Status};
use crate::sandbox::wire::{self, Numbers};

pub(super) fn kits_masked(bank: &mut Bank, request: &Request) -> Answer {
    kits(bank, request, &Numbers::Masked)
}

pub(super) fn kits_enciphered(bank: &mut Bank, request: &Request) -> Answer {
    kits(bank, request, &Numbers::enciphered())
}

fn kits(bank: &Bank, request: &Request, numbers: &Numbers) -> Answer {
    let entity = request.required("entityId")?;
    match bank.customers.get(entity) {
        Some(customer) => Ok(wire::kits(entity, customer, numbers)),
        None => Err(no_such_entity(StatusCode::NOT_FOUND)),
    }
}

pub(super) fn kits_by_account(bank: &mut Bank, request: &Request) -> Answer {
    let account = request.required("accountNo")?;
    let all = request.flag("isAllCardsRequired")?;
    let entities: Vec<Value> = bank
        .customers
        .iter()
        .filter(|(_, customer)| customer.account == account)
        .map(|(entity, customer)| {
            let kits: Vec<Value> = customer
                .kits
                .iter()
                .filter(|kit| all || !matches!(kit.status, Status::Replaced | Status::Inactive))
                .map(|kit| wire::kit(entity, customer, kit, &Numbers::Masked))
                .collect();
            let holder = json!({
                "entityId": wire::entity_id(entity, customer.spelling),
                "isPrimary": customer.owns_account,
            });
            wire::with(holder, "kitInfo", kits.into())
        })
        .collect();
    if entities.is_empty() {
        let said = "no account has this number";
        return Err(Exception::guide(
            StatusCode::BAD_REQUEST,
            "account.not.found",
            said,
        ));
    }
    let found = json!({
        "accountNo": account,
        "accountStatus": "ACTIVE",
        "accountType": "SAVINGS",
    });
    Ok(wire::with(found, "entity", entities.into()))
}

pub(super) fn owners_by_mask(bank: &mut Bank, request: &Request) -> Answer {
    let given = request.required("maskedCardNo")?;
    let mask = match MaskedPan::parse(given) {
        Ok(mask) if mask.six_and_four().as_deref() == Ok(given) => mask,
        _ => {
            let wrong = "must be first six, XXXXXX and last four";
            return Err(Exception::field("maskedCardNo", wrong));
        }
    };
    let owners: Vec<&String> = bank
        .customers
        .iter()
        .filter(|(_, customer)| {
            customer
                .kits
                .iter()
                .any(|kit| kit.pan.masked().agrees_with(&mask))
        })
        .map(|(entity, _)| entity)
        .collect();
    if owners.is_empty() {
        let wrong = ["Invalid Card No"];
        return Err(Exception::page("MCC007", "Invalid Card No", &wrong).on_200());
    }
    Ok(json!({ "entityId": owners }))
}

pub(super) fn customer(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let customer = bank
        .customers
        .get(entity)
        .ok_or_else(|| no_such_entity(StatusCode::NOT_FOUND).on_200())?;
    let Customer { name, spelling, .. } = customer;
    let kits = wire::kits(entity, customer, &Numbers::Masked);
    let known = json!({
        "entityId": wire::entity_id(entity, *spelling),
        "title": name.title,
        "firstName": name.first,
        "middleName": name.middle,
        "lastName": name.last,
        "gender": name.gender,
        "dob": customer.birth.to_string(),
        "accountInfo": [{
            "accountNo": wire::account_no(&customer.account, *spelling),
            "accountStatus": "ACTIVE",
            "accountType": "SAVINGS",
            "isPrimary": customer.owns_account,
        }],
        "addressInfo": [{"addressCategory": "PERMANENT", "city": "Chennai", "pincode": 600_001}],
        "communicationInfo": [{"notification": true}],
    });
    Ok(wire::with(known, "kitInfo", kits))
}

pub(super) fn tracking(bank: &mut Bank, request: &Request) -> Answer {
    let number = request.required("kitNo")?;
    let mut all = bank.customers.values().flat_map(|one| &one.kits);
    let (code, said) = match all.find(|kit| kit.number == number) {
        Some(kit) if kit.card_type == "PHYSICAL" => return Ok(parcel(number, kit.status)),
        Some(_) => ("shipment.not.found", "a virtual card is not sent by post"),
        None => ("kit.not.found", "no kit has this number"),
    };
    Err(Exception::guide(StatusCode::NOT_FOUND, code, said))
}

fn parcel(number: &str, status: Status) -> Value {
    let on_its_way = status == Status::Assigned;
    let scan = |scan: &str, date: &str, place: &str| json!({"scan": scan, "scanDate": date, "scanTime": "1030", "scannedLocation": place});
    let mut scans = vec![scan("Picked up", "12 January 2026", "Mumbai")];
    if !on_its_way {
        scans.push(scan("Delivered", "14 January 2026", "Chennai"));
    }
    json!({"shipmentData": {"shipment": [{
        "deliveryService": "SANDBOX POST",
        "waybillNo": format!("SB{number}"),
        "origin": "Mumbai",
        "destination": "Chennai",
        "expectedDeliveryDate": "17 January 2026",
        "status": if on_its_way { "In transit" } else { "Delivered" },
        "statusDate": if on_its_way { "12 January 2026" } else { "14 January 2026" },
        "statusTime": "1030",
        "receivedBy": if on_its_way { Value::Null } else { json!("SELF") },
        "scans": {"scanDetail": scans},
    }]}})
}

fn no_such_entity(status: StatusCode) -> Exception {
    Exception::guide(status, "entity.not.found", "no customer has this entity id")
}
