//! Upgrades, and plastic for a virtual card.

use super::*;

const UPGRADE: &str = "/kit-manager/upgradeCard";

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
        "invalid.kit.info",
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

const APPLY: &str = "/kit-manager/applyForCard";

#[tokio::test]
async fn a_virtual_card_becomes_plastic_under_its_number() {
    let sandbox = sandbox().await;
    let body =
        json!({"entityId": "676165", "kitNo": "4561789", "kitInfo": [{"cardType": "VIRTUAL"}]});
    let new = call(&sandbox, UPGRADE, body).await.result()["kitInfo"][0]["kitNo"].clone();
    let activation = json!({"entityId": "676165", "kitNo": new});
    let activation = call(&sandbox, "/kit-manager/kitActivation", activation);
    activation.await.result();
    let body = json!({"entityId": "676165", "kitNo": new, "deliveryAddress": "PERMANENT"});
    let result = call(&sandbox, APPLY, body.clone()).await.result();
    assert_eq!(result["entityId"], "676165");
    let kit = &result["kitInfo"][0];
    for (name, value) in [
        ("kitNo", new),
        ("cardType", json!("PHYSICAL")),
        ("cardStatus", json!("INACTIVE")),
        ("cardConversionDate", json!("2026-01-15T00:00:00.000+00:00")),
    ] {
        assert_eq!(kit[name], value, "{name}");
    }
    assert_eq!(kits(&sandbox, "676165").await.len(), 2);
    let again = call(&sandbox, APPLY, body).await.refusal();
    assert_eq!((again.0, again.1.as_str()), (400, "invalid.kit.info"));
    let pair = json!({"entityId": "181223116", "kitNo": "4561789"});
    let pair = call(&sandbox, APPLY, pair).await.refusal();
    is(&pair, "MCC007", "Invalid Kit No");
    let address = json!({"entityId": "676165", "kitNo": "4561789", "deliveryAddress": "HOME"});
    let said = "deliveryAddress: must be one of PERMANENT, COMMUNICATION";
    is(
        &call(&sandbox, APPLY, address).await.refusal(),
        "VAL001",
        said,
    );
    assert_eq!(sandbox.worked("applyForCard"), 1);
}

#[tokio::test]
async fn a_card_number_may_come_in_the_clear() {
    let sandbox = sandbox_with(&["*=clear-number"]).await;
    let body = json!({"entityId": "676165", "kitNo": "4561789"});
    let new = call(&sandbox, UPGRADE, body).await.result();
    let entity = json!({"entityId": "676165"});
    let view = call(&sandbox, "/viewCustomer", entity.clone())
        .await
        .result();
    let cif = call(&sandbox, "/v2/fetchByCif", entity.clone()).await;
    let account = json!({"accountNo": "00500676165"});
    let account = call(&sandbox, "/kit-manager/fetchKitsByAccountNo", account).await;
    for kit in [
        &new["kitInfo"][0],
        &kits(&sandbox, "676165").await[0],
        &view["kitInfo"][0],
        &cif.result()["accountInfo"]["kitInfo"][0],
        &account.result()["entity"][0]["kitInfo"][0],
    ] {
        let number = kit["cardNumber"].as_str().expect("a text");
        assert!(Pan::parse(number).is_ok());
    }
}
