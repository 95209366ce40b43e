//! Writes on kits: upgrades, PINs, activation, operations.

use super::*;

const UPGRADE: &str = "/kit-manager/upgradeCard";
const SET_PIN: &str = "/kit-manager/v2/setPin";
const MANAGE: &str = "/kit-manager/manageKit";
const ACTIVATE: &str = "/kit-manager/kitActivation";

fn is(got: &(u16, String, String), code: &str, said: &str) {
    assert_eq!((got.0, got.1.as_str(), got.2.as_str()), (400, code, said));
}

#[tokio::test]
async fn an_upgrade_replaces_the_kit() {
    let sandbox = sandbox().await;
    let body = json!({"entityId": "676165", "kitNo": "4561789", "deliveryAddress": "PERMANENT",
        "kitInfo": [{"aliasName": "sample", "cardType": "VIRTUAL", "plasticCode": "4566", "tierType": "SILVER"}]});
    let result = call(&sandbox, UPGRADE, body.clone()).await.result();
    assert_eq!(result["entityId"], "676165");
    let new = &result["kitInfo"][0];
    for (name, value) in [
        ("cardStatus", "ASSIGNED"),
        ("aliasName", "sample"),
        ("cardType", "VIRTUAL"),
        ("plasticCode", "4566"),
        ("tierType", "SILVER"),
        ("bin", "608040"),
        ("expDate", "2031-01-31T00:00:00.000+00:00"),
    ] {
        assert_eq!(new[name], value, "{name}");
    }
    let number = new["kitNo"].as_str().expect("a number");
    assert_eq!(status_of(&sandbox, "676165", "4561789").await, "REPLACED");
    assert_eq!(status_of(&sandbox, "676165", number).await, "ASSIGNED");
    let again = call(&sandbox, UPGRADE, body).await.refusal();
    is(
        &again,
        "UPG001",
        "Card status is REPLACED and cannot be upgraded",
    );
    assert_eq!(sandbox.worked("upgradeCard"), 1);
}

#[tokio::test]
async fn what_an_upgrade_leaves_out_stays() {
    let sandbox = sandbox().await;
    let bare = json!({"entityId": "676165", "kitNo": "4561789"});
    let copy = call(&sandbox, UPGRADE, bare).await.result();
    assert_eq!(copy["kitInfo"].as_array().map(Vec::len), Some(1));
    assert_eq!(copy["kitInfo"][0]["tierType"], "CLASSIC");
    assert_eq!(copy["kitInfo"][0]["aliasName"], "RAVI KUMAR");
    let two = json!({"entityId": "181223116", "kitNo": "10930010477",
        "kitInfo": [{"tierType": "GOLD"}, {"cardType": "VIRTUAL"}]});
    let two = call(&sandbox, UPGRADE, two).await.result();
    let numbers: Vec<_> = [0, 1]
        .map(|nth| two["kitInfo"][nth]["kitNo"].clone())
        .into();
    assert_ne!(numbers[0], numbers[1]);
    assert_eq!(two["kitInfo"][1]["tierType"], "CLASSICONE");
    assert_eq!(kits(&sandbox, "181223116").await.len(), 5);
}

#[tokio::test]
async fn a_bad_upgrade_changes_nothing() {
    let sandbox = sandbox().await;
    let with = |kit_info: Value, address: &str| {
        json!({"entityId": "676165", "kitNo": "4561789",
            "deliveryAddress": address, "kitInfo": kit_info})
    };
    let long = "A".repeat(27);
    for (body, said) in [
        (
            with(json!([{"tierType": "GOLDEN"}]), "PERMANENT"),
            "tierType: no such tier: GOLDEN",
        ),
        (
            with(json!([{"cardType": "PAPER"}]), "PERMANENT"),
            "cardType: must be one of PHYSICAL, VIRTUAL",
        ),
        (
            with(json!([{"plasticCode": "45A"}]), "PERMANENT"),
            "plasticCode: must be digits",
        ),
        (
            with(json!([{"aliasName": long}]), "PERMANENT"),
            "aliasName: has at most 26 characters",
        ),
        (
            with(json!([{"aliasName": "Zoë"}]), "PERMANENT"),
            "aliasName: only A-Z, a-z, 0-9, space, point, apostrophe and dash can be embossed",
        ),
        (
            with(json!([]), "HOME"),
            "deliveryAddress: must be one of PERMANENT, COMMUNICATION",
        ),
        (
            with(json!("x"), "PERMANENT"),
            "kitInfo: must be an array of objects",
        ),
        (json!({"entityId": "676165"}), "kitNo: is required"),
    ] {
        is(
            &call(&sandbox, UPGRADE, body).await.refusal(),
            "VAL001",
            said,
        );
    }
    let pair = json!({"entityId": "181223116", "kitNo": "4561789"});
    assert_eq!(
        call(&sandbox, UPGRADE, pair).await.refusal().1,
        "kit.not.found"
    );
    assert_eq!(status_of(&sandbox, "676165", "4561789").await, "ACTIVE");
    assert_eq!(sandbox.worked("upgradeCard"), 0);
}

fn pin(digits: &str) -> Pin {
    Pin::parse(digits, PinLength::STANDARD).expect("a PIN")
}

/// The message for a kit whose card number opens.
async fn sealed(sandbox: &Sandbox, entity: &str, kit: &str, digits: &str) -> String {
    let kits = kits(sandbox, entity).await;
    let kit = kits.iter().find(|one| one["kitNo"] == kit).expect("a kit");
    let text = kit["encryptedCardNumber"].as_str().expect("a text");
    let pan = open_card_number(&EncryptedPan::new(text.to_owned()), &sandbox.card_key());
    let pan = pan.expect("it opens");
    seal_for(&pan, &pin(digits), &sandbox.pin_key(), BlockForm::Raw)
}

fn seal_for(pan: &Pan, pin: &Pin, key: &Key, form: BlockForm) -> String {
    let sealed = seal_pin(pin, &Account::Pan(pan), key, form).expect("sealed");
    sealed.as_wire().to_owned()
}

async fn set(sandbox: &Sandbox, kit: &str, expiry: Value, message: &str) -> Answered {
    let body = json!({"entityId": "181223116", "kitNo": kit, "expiryDate": expiry, "pin": message});
    call(sandbox, SET_PIN, body).await
}

#[tokio::test]
async fn a_pin_is_opened_and_kept() {
    let sandbox = sandbox().await;
    let kit = "10930010477";
    assert!(!sandbox.pin_is(kit, &pin("1234")));
    for digits in ["1234", "908172"] {
        let message = sealed(&sandbox, "181223116", kit, digits).await;
        let done = set(&sandbox, kit, json!("0729"), &message).await.result();
        assert_eq!(done, json!(true));
        assert!(sandbox.pin_is(kit, &pin(digits)));
    }
    assert!(!sandbox.pin_is(kit, &pin("1234")));
    assert_eq!(sandbox.worked("setPin"), 2);
}

#[tokio::test]
async fn a_pin_can_be_set_with_the_keyed_number() {
    let sandbox = sandbox().await;
    for (entity, kit, digits, _) in fixtures::KEYED {
        let pan = Pan::parse(digits).expect("a test number");
        let message = seal_for(&pan, &pin("4711"), &sandbox.pin_key(), BlockForm::Raw);
        let body = json!({"entityId": entity, "kitNo": kit, "expiryDate": "0729", "pin": message});
        call(&sandbox, SET_PIN, body).await.result();
        assert!(sandbox.pin_is(kit, &pin("4711")));
    }
}

#[tokio::test]
async fn a_bad_pin_is_refused() {
    let sandbox = sandbox().await;
    let kit = "10930010477";
    let pan = Pan::parse("4111111111111111").expect("a test number");
    let own = bank::pan_behind("608040XXXXXX6384", 0);
    for message in [
        "rubbish",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        &seal_for(&pan, &pin("1234"), &sandbox.pin_key(), BlockForm::Raw),
        &seal_for(
            &own.pan(),
            &pin("1234"),
            &sandbox.card_key(),
            BlockForm::Raw,
        ),
        &seal_for(&own.pan(), &pin("1234"), &sandbox.pin_key(), BlockForm::Hex),
    ] {
        let got = set(&sandbox, kit, json!("0729"), message).await.refusal();
        is(&got, "PIN001", "pin: Invalid PIN");
    }
    assert_eq!(sandbox.worked("setPin"), 0);
}

#[tokio::test]
async fn expiry_pair_and_state_are_checked() {
    let sandbox = sandbox().await;
    let kit = "10930010477";
    let message = sealed(&sandbox, "181223116", kit, "1234").await;
    for (expiry, code) in [
        (json!("0829"), "PIN002"),
        (json!("729"), "VAL001"),
        (json!(729), "VAL001"),
        (json!("07/29"), "VAL001"),
    ] {
        let got = set(&sandbox, kit, expiry, &message).await.refusal();
        assert_eq!(got.1, code);
    }
    let pair = set(&sandbox, "4561789", json!("0729"), &message).await;
    is(&pair.refusal(), "MCC007", "Invalid Kit No");
    for (nth, status) in (1..).zip([
        "ACTIVE",
        "INACTIVE",
        "ASSIGNED",
        "LOCKED",
        "BLOCKED",
        "HOTLISTED",
        "REPLACED",
        "CLOSED",
        "EXPIRED",
        "SUSPENDED",
    ]) {
        let (entity, kit) = ("210000000084", format!("84{nth:09}"));
        let pin = sealed(&sandbox, entity, &kit, "1234").await;
        let body = json!({"entityId": entity, "kitNo": kit, "expiryDate": "0729", "pin": pin});
        let reply = call(&sandbox, SET_PIN, body).await;
        if nth <= 3 {
            reply.result();
        } else {
            let said = format!("Card status is {status}: no PIN can be set for it");
            is(&reply.refusal(), "PIN003", &said);
        }
    }
}

#[tokio::test]
async fn kits_are_activated() {
    let sandbox = sandbox().await;
    let body = |kit: &str| json!({"entityId": "181223116", "kitNo": kit});
    let done = call(&sandbox, ACTIVATE, body("10930010478")).await.result();
    assert_eq!(done, "success");
    assert_eq!(
        status_of(&sandbox, "181223116", "10930010478").await,
        "ACTIVE"
    );
    let again = call(&sandbox, ACTIVATE, body("10930010478"))
        .await
        .refusal();
    is(
        &again,
        "MCC008",
        "Card status is ACTIVE and cannot be activated",
    );
    let pair = call(&sandbox, ACTIVATE, body("4561789")).await.refusal();
    is(&pair, "MCC007", "Invalid Kit No");
}

#[tokio::test]
async fn kits_are_managed() {
    let sandbox = sandbox().await;
    let body = |operation: &str| {
        json!({"entityId": "676165", "oldKit": "4561789", "operation": operation,
            "cardType": "PHYSICAL", "deliveryAddress": "COMMUNICATION"})
    };
    for (operation, status) in [
        ("LOCK", "LOCKED"),
        ("UNLOCK", "ACTIVE"),
        ("BLOCK", "BLOCKED"),
    ] {
        let done = call(&sandbox, MANAGE, body(operation)).await.result();
        assert_eq!(done, json!({"status": true}));
        assert_eq!(status_of(&sandbox, "676165", "4561789").await, status);
    }
    let (_, code, said) = call(&sandbox, MANAGE, body("UNLOCK")).await.refusal();
    assert_eq!(code, "operation.not.allowed");
    assert_eq!(said, "UNLOCK is not possible while the card is BLOCKED");
    call(&sandbox, MANAGE, body("REPLACE")).await.result();
    let two = kits(&sandbox, "676165").await;
    assert_eq!(two.len(), 2);
    assert_eq!(two[1]["cardStatus"], "ASSIGNED");
    assert_eq!(sandbox.worked("manageKit"), 4);
}

#[tokio::test]
async fn a_replacement_needs_its_fields() {
    let sandbox = sandbox().await;
    let kit = |more: Value| {
        let mut body = json!({"entityId": "676165", "oldKit": "4561789"});
        let (Some(fields), Value::Object(more)) = (body.as_object_mut(), more) else {
            panic!("both are objects");
        };
        fields.extend(more);
        body
    };
    for (more, said) in [
        (json!({}), "operation: is required"),
        (json!({"operation": "REPLACE"}), "cardType: is required"),
        (
            json!({"operation": "BLOCK_AND_REPLACE", "cardType": "VIRTUAL"}),
            "deliveryAddress: is required",
        ),
    ] {
        is(
            &call(&sandbox, MANAGE, kit(more)).await.refusal(),
            "VAL001",
            said,
        );
    }
    let good = json!({"operation": "BLOCK_AND_REPLACE", "cardType": "VIRTUAL", "deliveryAddress": "PERMANENT"});
    call(&sandbox, MANAGE, kit(good)).await.result();
    let two = kits(&sandbox, "676165").await;
    assert_eq!(two[0]["cardStatus"], "BLOCKED");
    assert_eq!(two[1]["cardType"], "VIRTUAL");
    let pair = json!({"entityId": "181223116", "oldKit": "4561789", "operation": "LOCK"});
    assert_eq!(
        call(&sandbox, MANAGE, pair).await.refusal().1,
        "kit.not.found"
    );
}
