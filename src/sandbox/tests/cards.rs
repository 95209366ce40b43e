//! One card: by its number, and whether it is a customer's.

use super::pins::{SET_PIN, sealed};
use super::*;
use crate::pin::seal_card_number;

const BY_NUMBER: &str = "/kit-manager/v2/fetchByCardNo";
const VALIDATE: &str = "/kit-manager/validateCard";

/// The body that asks for a kit by its number.
async fn numbered(sandbox: &Sandbox, entity: &str) -> Value {
    let kits = kits(sandbox, entity).await;
    json!({"encryptedCardNumber": kits[0]["encryptedCardNumber"]})
}

#[tokio::test]
async fn a_card_is_found_by_its_number() {
    let sandbox = sandbox().await;
    let body = numbered(&sandbox, "181223116").await;
    let found = call(&sandbox, BY_NUMBER, body).await.result();
    assert_eq!(found["entityId"], "181223116");
    let account = &found["accountInfo"];
    assert_eq!(account["accountNo"], "8000000");
    assert_eq!(account["branchId"], BRANCH);
    for name in ["accountStatus", "ifscCode", "product", "schemeCode"] {
        assert!(account[name].is_string(), "{name}");
    }
    let card = &account["kitDetails"];
    for (name, value) in [
        ("kitNo", "10930010477"),
        ("cardStatus", "ACTIVE"),
        ("cardType", "PHYSICAL"),
        ("cardName", "ANITA RAO"),
        ("plasticCode", "4466"),
        ("cardIssuanceDate", "2024-07-09T00:00:00.000+00:00"),
        ("expDate", "2029-07-31T00:00:00.000+00:00"),
        ("lastPinChangedDate", "2024-07-20T10:12:33.421+00:00"),
    ] {
        assert_eq!(card[name], value, "{name}");
    }
    for area in ["domestic", "international"] {
        let limits = &card[area]["channelLimit"];
        let each = ["atm", "ecom", "pos"].map(|channel| limits[channel].as_u64());
        let sum: Option<u64> = each.into_iter().sum();
        assert_eq!(card[area]["totalLimit"].as_u64(), sum, "{area}");
    }
}

/// Two customers share this mask.
#[tokio::test]
async fn a_number_is_compared_whole() {
    let sandbox = sandbox().await;
    for entity in ["210000000087", "210000000088"] {
        let body = numbered(&sandbox, entity).await;
        let found = call(&sandbox, BY_NUMBER, body).await.result();
        assert_eq!(found["entityId"], entity);
    }
}

#[tokio::test]
async fn a_new_pin_has_its_time() {
    let sandbox = sandbox().await;
    let body = numbered(&sandbox, "676165").await;
    let changed = async || {
        let found = call(&sandbox, BY_NUMBER, body.clone()).await.result();
        let changed = &found["accountInfo"]["kitDetails"]["lastPinChangedDate"];
        changed.as_str().expect("a time").to_owned()
    };
    let before = changed().await;
    let pin = sealed(&sandbox, "676165", "4561789", "1234").await;
    let sent = json!({"entityId": "676165", "kitNo": "4561789", "expiryDate": "0729", "pin": pin});
    call(&sandbox, SET_PIN, sent).await.result();
    let after = changed().await;
    assert!(after > before, "{after}");
    assert_eq!(after.len(), "2024-05-15T10:12:33.421+00:00".len());
    let time: jiff::Timestamp = after.parse().expect("a time with its zone");
    let age = jiff::Timestamp::now().duration_since(time).as_secs();
    assert!((0..60).contains(&age), "{age}");
}

#[tokio::test]
async fn a_number_that_is_nobodys_or_does_not_open_is_refused() {
    let sandbox = sandbox().await;
    let nobodys = Pan::parse("4000000000000002").expect("a test number");
    let [known, wrong] = [sandbox.card_key(), sandbox.pin_key()]
        .map(|key| seal_card_number(&nobodys, &key).expect("randomness"));
    let body = json!({"encryptedCardNumber": known.as_wire()});
    let (status, code, _) = call(&sandbox, BY_NUMBER, body).await.refusal();
    assert_eq!((status, code.as_str()), (404, "cms.card.not.found"));
    for text in [wrong.as_wire(), "rubbish"] {
        let body = json!({"encryptedCardNumber": text});
        let said = "encryptedCardNumber: does not open under the card key";
        is(
            &call(&sandbox, BY_NUMBER, body).await.refusal(),
            "VAL001",
            said,
        );
    }
}

fn of_anita() -> Value {
    json!({"entityId": "181223116", "mobileNo": derived::mobile("181223116"),
        "cardNoLastSix": last_six(), "expiryDate": "0729"})
}

fn last_six() -> String {
    let pan = kit::pan_behind("608040XXXXXX6384", 0);
    pan.clear()[10..].to_owned()
}

#[tokio::test]
async fn customer_and_card_belong_together() {
    let sandbox = sandbox().await;
    let found = call(&sandbox, VALIDATE, of_anita()).await.result();
    assert_eq!(found["entityId"], "181223116");
    assert_eq!(found["kitNo"], "10930010477");
    assert_eq!(found["cardStatus"], "ACTIVE");
    assert_eq!(found["accountInfo"][0]["accountNo"], 8_000_000);
    for (name, value) in [
        ("entityId", "1"),
        ("mobileNo", "9000000000"),
        ("cardNoLastSix", "000000"),
        ("expiryDate", "0829"),
    ] {
        let mut body = of_anita();
        body[name] = json!(value);
        let got = call(&sandbox, VALIDATE, body).await.refusal();
        is(&got, "CRD001", "Invalid card details");
    }
    for (name, value, said) in [
        ("entityId", Value::Null, "entityId: is required"),
        ("mobileNo", json!(""), "mobileNo: is required"),
        (
            "cardNoLastSix",
            json!("123"),
            "cardNoLastSix: must be 6 digits",
        ),
        ("expiryDate", json!("729"), "expiryDate: must be 4 digits"),
    ] {
        let mut body = of_anita();
        body[name] = value;
        is(
            &call(&sandbox, VALIDATE, body).await.refusal(),
            "VAL001",
            said,
        );
    }
}
