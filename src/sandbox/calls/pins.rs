//! Setting a PIN: opened with the bank's own key, as the other side does.
//! Opened PINs are kept in the bank to be compared, and never leave it.

use serde_json::json;

use super::{Answer, Bank, Exception, Request, invalid_kit};
use crate::pin::{Account, BlockForm, open_pin};
use crate::sandbox::bank::Status;
use crate::sandbox::key;

pub(super) fn set(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let number = request.required("kitNo")?;
    let expiry = request.required("expiryDate")?;
    let message = request.required("pin")?;
    if expiry.len() != 4 || !expiry.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Exception::field("expiryDate", "must be four digits, MMYY"));
    }
    let kit = bank.kit(entity, number).ok_or_else(invalid_kit)?;
    if !matches!(
        kit.status,
        Status::Active | Status::Assigned | Status::Inactive
    ) {
        let wrong = format!(
            "Card status is {}: no PIN can be set for it",
            kit.status.word()
        );
        return Err(Exception::page("PIN003", "Invalid card status", &[&wrong]));
    }
    if kit.expiry.mmyy() != expiry {
        let wrong = ["expiryDate: is not the card's"];
        return Err(Exception::page("PIN002", "Invalid expiry date", &wrong));
    }
    let pan = kit.pan.pan();
    let account = Account::Pan(&pan);
    let pin = open_pin(message, &account, &key::pin_key(), BlockForm::Raw)
        .map_err(|_| Exception::page("PIN001", "Invalid PIN", &["pin: Invalid PIN"]))?;
    bank.pins.insert(number.to_owned(), pin);
    Ok(json!(true))
}
