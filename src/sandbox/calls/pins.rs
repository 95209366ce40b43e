//! Setting a PIN: opened with the bank's own key, as the other side does.
//! Opened PINs are kept in the bank to be compared, and never leave it.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;

use super::{Answer, Bank, Exception, Request, invalid_kit};
use crate::sandbox::bank::SetPin;
use crate::sandbox::status::Operation;
use crate::sandbox::twist::Twist;

pub(super) fn set(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    let expiry = request.digits("expiryDate", 4)?;
    let message = request.required("pin")?;
    let kit = bank.kit(entity, number).ok_or_else(invalid_kit)?;
    Operation::SetPin.check(kit.status, request.twist)?;
    if request.has(Twist::PinOnce) && bank.pins.contains_key(number) {
        let said = "a PIN was set for this card already";
        let status = StatusCode::BAD_REQUEST;
        return Err(Exception::guide(status, "pin.already.set", said));
    }
    if kit.expiry.mmyy() != expiry {
        let wrong = ["expiryDate: is not the card's"];
        return Err(Exception::page("PIN002", "Invalid expiry date", &wrong));
    }
    let bad = |_| Exception::page("PIN001", "Invalid PIN", &["pin: Invalid PIN"]);
    let pin = bank.pin_form.open(message, kit).map_err(bad)?;
    if !request.has(Twist::NoEffect) {
        let set = SetPin {
            pin,
            since: Timestamp::now(),
        };
        bank.pins.insert(number.to_owned(), set);
    }
    Ok(json!(true))
}
