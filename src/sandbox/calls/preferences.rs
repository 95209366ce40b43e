//! Reading and setting where a card can be used.
//! What a kit's product allows is in `preferences`.

use super::{Answer, Bank, Request, invalid_kit};
use crate::sandbox::status::Operation;
use crate::sandbox::twist::Twist;

pub(super) fn fetch(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    let kit = bank.kit(entity, number).ok_or_else(invalid_kit)?;
    Ok(bank.preferences(kit).whole())
}

pub(super) fn set(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    let kit = bank.kit(entity, number).ok_or_else(invalid_kit)?;
    Operation::SetLimits.check(kit.status, request.twist)?;
    let mut preferences = bank.preferences(kit);
    preferences.take(request, kit)?;
    let reply = preferences.whole();
    if !request.has(Twist::NoEffect) {
        let number = number.to_owned();
        bank.changed_preferences.insert(number, preferences);
    }
    Ok(reply)
}
