//! Activating, locking, blocking and replacing kits.
//! Which state may follow which is said here and nowhere else.

use axum::http::StatusCode;
use serde_json::json;

use super::upgrade::{ADDRESSES, replacement};
use super::{Answer, Bank, Exception, Request, invalid_kit, no_such_kit};
use crate::sandbox::bank::{CARD_TYPES, Kit, Status, TODAY};

const OPERATIONS: [&str; 5] = ["LOCK", "UNLOCK", "BLOCK", "REPLACE", "BLOCK_AND_REPLACE"];

pub(super) fn activate(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    let kit = bank.kit_mut(entity, number).ok_or_else(invalid_kit)?;
    if !matches!(kit.status, Status::Inactive | Status::Assigned) {
        let state = kit.status.word();
        let wrong = format!("Card status is {state} and cannot be activated");
        return Err(Exception::page("MCC008", "Invalid card status", &[&wrong]));
    }
    kit.status = Status::Active;
    kit.activated = Some(TODAY);
    kit.changed = Some(TODAY);
    Ok(json!("success"))
}

pub(super) fn manage(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("oldKit")?;
    let operation = request
        .choice("operation", &OPERATIONS)?
        .ok_or_else(|| Exception::field("operation", "is required"))?;
    let card_type = request.choice("cardType", &CARD_TYPES)?;
    let address = request.choice("deliveryAddress", &ADDRESSES)?;
    let replaces = operation.ends_with("REPLACE");
    if replaces && card_type.is_none() {
        return Err(Exception::field("cardType", "is required"));
    }
    if replaces && address.is_none() {
        return Err(Exception::field("deliveryAddress", "is required"));
    }
    let kit = bank.kit_mut(entity, number).ok_or_else(no_such_kit)?;
    let Some(next) = after(kit.status, operation) else {
        let state = kit.status.word();
        let said = format!("{operation} is not possible while the card is {state}");
        return Err(Exception::guide(
            StatusCode::BAD_REQUEST,
            "operation.not.allowed",
            &said,
        ));
    };
    kit.status = next;
    kit.changed = Some(TODAY);
    if let (true, Some(card_type)) = (replaces, card_type) {
        replace(bank, entity, number, card_type);
    }
    Ok(json!({"status": true}))
}

/// The state that an operation leads to, or nothing where it is not possible.
fn after(status: Status, operation: &str) -> Option<Status> {
    use Status::{Active, Assigned, Blocked, Hotlisted, Inactive, Locked, Replaced};
    match (operation, status) {
        ("LOCK", Active) => Some(Locked),
        ("UNLOCK", Locked) => Some(Active),
        ("BLOCK" | "BLOCK_AND_REPLACE", Active | Locked | Inactive | Assigned) => Some(Blocked),
        ("REPLACE", Active | Locked | Blocked | Hotlisted) => Some(Replaced),
        _ => None,
    }
}

fn replace(bank: &mut Bank, entity: &str, number: &str, card_type: &'static str) {
    let Some(bin) = bank.kit(entity, number).map(Kit::bin) else {
        return;
    };
    let (new_number, pan) = bank.next_kit(&bin);
    let new = bank
        .kit(entity, number)
        .map(|old| replacement(old, new_number, pan, card_type));
    if let Some(customer) = bank.customers.get_mut(entity) {
        customer.kits.extend(new);
    }
}
