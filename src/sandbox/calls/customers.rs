//! Look-ups of customers, with their accounts, addresses and kits.
//! Nothing here changes the bank.

use serde_json::{Value, json};

use super::{Answer, Bank, Request, no_such_entity};
use crate::sandbox::bank::Customer;
use crate::sandbox::derived::{self, Address};
use crate::sandbox::wire::{self, Numbers};

pub(super) fn view(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let customer = bank.customers.get(entity);
    let customer = customer.ok_or_else(|| no_such_entity().on_200())?;
    let numbers = Numbers::masked(request.twist);
    let known = wire::with(
        person(entity, customer),
        "accountInfo",
        json!([wire::account(customer)]),
    );
    Ok(wire::with(
        known,
        "kitInfo",
        wire::kits(entity, customer, &numbers),
    ))
}

/// Customer, account and limits in one; the account is an object here, not a list.
pub(super) fn by_cif(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let customer = bank.customers.get(entity).ok_or_else(no_such_entity)?;
    let numbers = Numbers::masked(request.twist);
    let kits = customer.kits.iter().map(|kit| {
        let mut shown = wire::kit(entity, customer, kit, &numbers);
        let preferences = bank.preferences(kit);
        shown["cardIssuanceDate"] = wire::date(kit.created, customer.spelling);
        shown["cardIssuanceType"] = json!("WELCOME_KIT");
        shown["fourthLine"] = json!(kit.alias);
        shown["domestic"] = preferences.domestic.in_short();
        shown["international"] = preferences.international.in_short();
        shown["toggle"] = json!({
            "superOtp": preferences.otp,
            "superPin": preferences.pin,
            "locationShield": preferences.location_shield,
            "swipeToPay": preferences.swipe_to_pay.is_enabled,
        });
        shown
    });
    let account = json!({
        "accountNo": wire::account_no(&customer.account, customer.spelling),
        "accountType": wire::ACCOUNT_TYPE,
    });
    let account = wire::with(account, "kitInfo", kits.collect());
    Ok(wire::with(person(entity, customer), "accountInfo", account))
}

fn person(entity: &str, customer: &Customer) -> Value {
    let Customer { name, spelling, .. } = customer;
    let addresses: Vec<Value> = derived::addresses(entity).iter().map(address).collect();
    json!({
        "entityId": wire::entity_id(entity, *spelling),
        "title": name.title,
        "firstName": name.first,
        "middleName": name.middle,
        "lastName": name.last,
        "gender": name.gender,
        "dob": customer.birth.to_string(),
        "addressInfo": addresses,
        "communicationInfo": [{
            "contactNo": derived::mobile(entity),
            "emailId": format!("customer.{entity}@example.com"),
            "notification": true,
        }],
    })
}

fn address(address: &Address) -> Value {
    let [first, second, third] = &address.lines;
    json!({
        "addressCategory": address.category,
        "address1": first,
        "address2": second,
        "address3": third,
        "city": address.city,
        "state": address.state,
        "pincode": address.pincode,
        "country": "INDIA",
    })
}
