//! Activating, locking and blocking kits, one or all of a customer.
//! What a state allows is in `status`; what takes the place of a kit is in `upgrade`.

use serde_json::{Value, json};

use super::upgrade::{ADDRESSES, replace};
use super::{Answer, Bank, Exception, Request, invalid_kit, no_such_entity, no_such_kit};
use crate::sandbox::day::TODAY;
use crate::sandbox::derived;
use crate::sandbox::kit::CARD_TYPES;
use crate::sandbox::status::{Operation, Status};
use crate::sandbox::twist::Twist;
use crate::sandbox::wire;

/// A word, what it asks for, and the state that it leads to.
type Managing = (&'static str, Operation, Status);

const OPERATIONS: [Managing; 5] = [
    ("LOCK", Operation::Lock, Status::Locked),
    ("UNLOCK", Operation::Unlock, Status::Active),
    ("BLOCK", Operation::Block, Status::Blocked),
    ("REPLACE", Operation::Replace, Status::Replaced),
    (
        "BLOCK_AND_REPLACE",
        Operation::BlockAndReplace,
        Status::Blocked,
    ),
];
/// How many of them, from the first, can be asked for all kits of a customer.
const ON_ALL: usize = 3;
const CHANNELS: [&str; 4] = ["IVR", "WEB", "MOBILE", "BRANCH"];

pub(super) fn activate(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    let kit = bank.kit_mut(entity, number).ok_or_else(invalid_kit)?;
    Operation::Activate.check(kit.status, request.twist)?;
    if !request.has(Twist::NoEffect) {
        kit.status = Status::Active;
        kit.activated = Some(TODAY);
        kit.changed = Some(TODAY);
    }
    Ok(json!("success"))
}

pub(super) fn manage(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("oldKit")?;
    let (_, operation, next) = asked(request, &OPERATIONS)?;
    let card_type = request.choice("cardType", &CARD_TYPES)?;
    let address = request.choice("deliveryAddress", &ADDRESSES)?;
    let replaces = matches!(operation, Operation::Replace | Operation::BlockAndReplace);
    if replaces && card_type.is_none() {
        return Err(Exception::field("cardType", "is required"));
    }
    if replaces && address.is_none() {
        return Err(Exception::field("deliveryAddress", "is required"));
    }
    let kit = bank.kit_mut(entity, number).ok_or_else(no_such_kit)?;
    operation.check(kit.status, request.twist)?;
    match request.twist {
        Some(Twist::StatusFalse) => return Ok(json!({"status": false})),
        Some(Twist::NoEffect) => return Ok(json!({"status": true})),
        _ => {}
    }
    kit.status = next;
    kit.changed = Some(TODAY);
    let stops_halfway = operation == Operation::BlockAndReplace && request.has(Twist::HalfDone);
    if let (true, Some(card_type)) = (replaces && !stops_halfway, card_type) {
        replace(bank, entity, number, card_type);
    }
    Ok(json!({"status": true}))
}

/// Kits whose state does not allow the operation are left as they are, and the reply does not name them.
pub(super) fn manage_all(bank: &mut Bank, request: &Request) -> Answer {
    let entity = if let Some(entity) = request.optional("entityId")? {
        entity.to_owned()
    } else {
        let mobile = request.required("mobileNo")?;
        let mut all = bank.customers.keys();
        let owner = all.find(|one| derived::mobile(one) == mobile);
        owner.ok_or_else(no_such_entity)?.clone()
    };
    let (word, operation, next) = asked(request, &OPERATIONS[..ON_ALL])?;
    request.optional("reason")?;
    request.optional("changer")?;
    request.choice("channel", &CHANNELS)?;
    let customer = bank.customers.get_mut(&entity);
    let customer = customer.ok_or_else(no_such_entity)?;
    let can = customer
        .kits
        .iter_mut()
        .filter(|kit| operation.check(kit.status, request.twist).is_ok());
    let step = if request.has(Twist::HalfDone) { 2 } else { 1 };
    let managed: Vec<Value> = can
        .step_by(step)
        .map(|kit| {
            let before = kit.status;
            kit.status = next;
            kit.changed = Some(TODAY);
            json!({
                "kitNo": kit.number,
                "cardNumber": kit.pan.masked().to_string(),
                "previousStatus": before.word(),
                "currentStatus": next.word(),
            })
        })
        .collect();
    Ok(json!({
        "entityId": wire::entity_id(&entity, customer.spelling),
        "operation": word,
        "totalCardsManaged": managed.len(),
        "managedCards": managed,
    }))
}

fn asked(request: &Request, allowed: &[Managing]) -> Result<Managing, Exception> {
    let words: Vec<_> = allowed.iter().map(|(word, ..)| *word).collect();
    let word = request.choice("operation", &words)?;
    let asked = allowed.iter().find(|(known, ..)| word == Some(*known));
    let missing = || Exception::field("operation", "is required");
    asked.copied().ok_or_else(missing)
}
