//! Look-ups of kits: by customer, by account, by mask, by card number; and whether a card is a customer's.
//! Nothing here changes the bank.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Bank, Exception, Request, no_such_entity};
use crate::pin::{EncryptedPan, MaskedPan, open_card_number};
use crate::sandbox::bank::Customer;
use crate::sandbox::kit::Kit;
use crate::sandbox::preferences::{Area, Preferences};
use crate::sandbox::status::Status;
use crate::sandbox::wire::{self, Numbers};
use crate::sandbox::{derived, key};

pub(super) fn masked(bank: &mut Bank, request: &Request) -> Answer {
    all(bank, request, &Numbers::masked(request.twist))
}

pub(super) fn encrypted(bank: &mut Bank, request: &Request) -> Answer {
    all(bank, request, &Numbers::encrypted(request.twist))
}

fn all(bank: &Bank, request: &Request, numbers: &Numbers) -> Answer {
    let entity = request.required("entityId")?;
    match bank.customers.get(entity) {
        Some(customer) => Ok(wire::kits(entity, customer, numbers)),
        None => Err(no_such_entity()),
    }
}

pub(super) fn by_account(bank: &mut Bank, request: &Request) -> Answer {
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
                .map(|kit| wire::kit(entity, customer, kit, &Numbers::masked(request.twist)))
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
        "accountType": wire::ACCOUNT_TYPE,
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

/// The only reply that says when the PIN was changed.
pub(super) fn by_card_number(bank: &mut Bank, request: &Request) -> Answer {
    let given = request.required("encryptedCardNumber")?;
    let pan = open_card_number(&EncryptedPan::new(given), &key::card_key());
    let wrong = "does not open under the card key";
    let pan = pan.map_err(|_| Exception::field("encryptedCardNumber", wrong))?;
    let mask = pan.masked();
    let found = bank.customers.iter().find_map(|(entity, customer)| {
        let mut kits = customer.kits.iter();
        // Many share a mask; only the few that do are worth comparing.
        let kit =
            kits.find(|kit| kit.pan.masked().agrees_with(&mask) && kit.pan.pan().same_as(&pan))?;
        Some((entity, customer, kit))
    });
    let Some((entity, customer, kit)) = found else {
        let said = "no card has this number";
        let status = StatusCode::NOT_FOUND;
        return Err(Exception::guide(status, "cms.card.not.found", said));
    };
    Ok(json!({
        "entityId": wire::entity_id(entity, customer.spelling),
        "accountInfo": {
            "accountNo": wire::account_no(&customer.account, customer.spelling),
            "accountStatus": "ACTIVE",
            "branchId": crate::sandbox::BRANCH,
            "ifscCode": "SBOX0012345",
            "product": kit.product(),
            "schemeCode": wire::SCHEME,
            "kitDetails": card(bank, customer, kit),
        },
    }))
}

fn card(bank: &Bank, customer: &Customer, kit: &Kit) -> Value {
    let Preferences {
        domestic,
        international,
        ..
    } = bank.preferences(kit);
    let in_area = |area: &Area| {
        let [atm, pos, ecom, _] = area.daily_limits();
        json!({
            "channelLimit": {"atm": atm, "ecom": ecom, "pos": pos},
            "totalLimit": atm + pos + ecom,
        })
    };
    let at_first = || kit.activated.map(|day| format!("{day}T10:12:33.421+00:00"));
    let set = bank.pins.get(&kit.number);
    let changed = set.map(|set| {
        set.since
            .strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00")
            .to_string()
    });
    json!({
        "cardIssuanceDate": wire::date(kit.created, customer.spelling),
        "cardName": kit.alias,
        "cardStatus": kit.status.word(),
        "cardType": kit.card_type,
        "encryptedCardNumber": Numbers::encrypted(None).encrypt(kit),
        "expDate": wire::date(kit.expiry, customer.spelling),
        "kitNo": kit.number,
        "lastPinChangedDate": changed.or_else(at_first),
        "plasticCode": kit.plastic,
        "domestic": in_area(&domestic),
        "international": in_area(&international),
    })
}

/// Whether customer, mobile number and card belong together. It never says which of them does not.
pub(super) fn validate(bank: &mut Bank, request: &Request) -> Answer {
    let entity = request.required("entityId")?;
    let mobile = request.required("mobileNo")?;
    let last_six = request.digits("cardNoLastSix", 6)?;
    let expiry = request.digits("expiryDate", 4)?;
    let wrong = || Exception::page("CRD001", "Invalid card details", &["Invalid card details"]);
    let customer = bank.customers.get(entity).ok_or_else(wrong)?;
    let mut kits = customer.kits.iter();
    let fits = |kit: &&Kit| kit.pan.clear().ends_with(last_six) && kit.expiry.mmyy() == expiry;
    let kit = kits.find(fits).ok_or_else(wrong)?;
    if derived::mobile(entity) != mobile {
        return Err(wrong());
    }
    Ok(json!({
        "entityId": wire::entity_id(entity, customer.spelling),
        "kitNo": kit.number,
        "cardStatus": kit.status.word(),
        "accountInfo": [wire::account(customer)],
    }))
}
