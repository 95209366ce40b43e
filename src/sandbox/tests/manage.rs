//! Activating, locking, blocking and replacing, one kit or all of a customer.

use super::*;

const MANAGE: &str = "/kit-manager/manageKit";
const ALL: &str = "/kit-manager/manageAllKits";
const ACTIVATE: &str = "/kit-manager/kitActivation";

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
        "card.already.active",
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
    let refused = call(&sandbox, MANAGE, body("UNLOCK")).await.refusal();
    let said = "Card status is BLOCKED and cannot be unlocked";
    is(&refused, "card.blocked", said);
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

fn on_sample(operation: &str) -> Value {
    json!({"entityId": "676165", "oldKit": "4561789", "operation": operation,
        "cardType": "PHYSICAL", "deliveryAddress": "PERMANENT"})
}

#[tokio::test]
async fn a_reply_may_say_neither_yes_nor_no() {
    let sandbox = sandbox_with(&["manageKit=status-false:1"]).await;
    let reply = call(&sandbox, MANAGE, on_sample("LOCK")).await.result();
    assert_eq!(reply, json!({"status": false}));
    assert_eq!(status_of(&sandbox, "676165", "4561789").await, "ACTIVE");
    assert_eq!(sandbox.worked("manageKit"), 0);
    call(&sandbox, MANAGE, on_sample("LOCK")).await.result();
    assert_eq!(status_of(&sandbox, "676165", "4561789").await, "LOCKED");
}

#[tokio::test]
async fn a_success_may_change_nothing() {
    let sandbox = sandbox_with(&["*=no-effect"]).await;
    let reply = call(&sandbox, MANAGE, on_sample("BLOCK_AND_REPLACE")).await;
    assert_eq!(reply.result(), json!({"status": true}));
    assert_eq!(kits(&sandbox, "676165").await.len(), 1);
    let body = json!({"entityId": "181223116", "kitNo": "10930010478"});
    let reply = call(&sandbox, ACTIVATE, body).await.result();
    assert_eq!(reply, "success");
    let status = status_of(&sandbox, "181223116", "10930010478").await;
    assert_eq!(status, "ASSIGNED");
    let works = ["manageKit", "kitActivation"].map(|call| sandbox.worked(call));
    assert_eq!(works, [0, 0]);
}

#[tokio::test]
async fn blocking_and_replacing_may_stop_halfway() {
    let sandbox = sandbox_with(&["manageKit=half-done:1"]).await;
    let reply = call(&sandbox, MANAGE, on_sample("BLOCK_AND_REPLACE")).await;
    assert_eq!(reply.result(), json!({"status": true}));
    let only = kits(&sandbox, "676165").await;
    assert_eq!((only.len(), &only[0]["cardStatus"]), (1, &json!("BLOCKED")));
    // A new decision.
    call(&sandbox, MANAGE, on_sample("REPLACE")).await.result();
    assert_eq!(kits(&sandbox, "676165").await.len(), 2);
}

#[tokio::test]
async fn a_bank_may_want_a_block_before_it_replaces() {
    let sandbox = sandbox_with(&["manageKit=block-first"]).await;
    let refused = call(&sandbox, MANAGE, on_sample("REPLACE")).await.refusal();
    let said = "Card status is ACTIVE and cannot be replaced";
    is(&refused, "card.status.active", said);
    for operation in ["BLOCK", "REPLACE"] {
        call(&sandbox, MANAGE, on_sample(operation)).await.result();
    }
    assert_eq!(status_of(&sandbox, "676165", "4561789").await, "REPLACED");
}

async fn all(sandbox: &Sandbox, operation: &str) -> Value {
    let body = json!({"entityId": "210000000084", "operation": operation, "reason": "lost",
        "changer": "op1", "channel": "BRANCH"});
    call(sandbox, ALL, body).await.result()
}

#[tokio::test]
async fn all_kits_are_managed_where_their_state_allows_it() {
    let sandbox = sandbox().await;
    let locked = all(&sandbox, "LOCK").await;
    let card = &kits(&sandbox, "210000000084").await[0]["cardNumber"];
    assert_eq!(
        locked,
        json!({"entityId": "210000000084", "operation": "LOCK", "totalCardsManaged": 1,
            "managedCards": [{"kitNo": "84000000001", "cardNumber": card,
                "previousStatus": "ACTIVE", "currentStatus": "LOCKED"}]})
    );
    // The one that this call locked, and the one that was.
    assert_eq!(all(&sandbox, "UNLOCK").await["totalCardsManaged"], 2);
    let blocked = all(&sandbox, "BLOCK").await;
    let states = blocked["managedCards"].as_array().expect("cards").iter();
    let states: Vec<_> = states.map(|card| &card["previousStatus"]).collect();
    assert_eq!(
        states,
        ["ACTIVE", "INACTIVE", "ASSIGNED", "ACTIVE", "SUSPENDED"]
    );
    assert_eq!(all(&sandbox, "BLOCK").await["totalCardsManaged"], 0);
    assert_eq!(sandbox.worked("manageAllKits"), 4);
}

#[tokio::test]
async fn all_kits_may_be_managed_by_half() {
    let sandbox = sandbox_with(&["manageAllKits=half-done:1"]).await;
    assert_eq!(all(&sandbox, "BLOCK").await["totalCardsManaged"], 3);
    assert_eq!(all(&sandbox, "BLOCK").await["totalCardsManaged"], 2);
}

#[tokio::test]
async fn what_can_not_be_asked_of_all_kits_is_refused() {
    let sandbox = sandbox().await;
    let entity = "676165";
    for (body, code, said) in [
        (
            json!({"operation": "LOCK"}),
            "VAL001",
            "mobileNo: is required",
        ),
        (
            json!({"entityId": entity}),
            "VAL001",
            "operation: is required",
        ),
        (
            json!({"entityId": entity, "operation": "REPLACE"}),
            "VAL001",
            "operation: must be one of LOCK, UNLOCK, BLOCK",
        ),
        (
            json!({"entityId": entity, "operation": "LOCK", "channel": "POST"}),
            "VAL001",
            "channel: must be one of IVR, WEB, MOBILE, BRANCH",
        ),
    ] {
        is(&call(&sandbox, ALL, body).await.refusal(), code, said);
    }
    for nobody in [
        json!({"entityId": "1", "operation": "LOCK"}),
        json!({"mobileNo": "1", "operation": "LOCK"}),
    ] {
        let got = call(&sandbox, ALL, nobody).await.refusal();
        assert_eq!((got.0, got.1.as_str()), (404, "entity.not.found"));
    }
    let mobile = derived::mobile(entity);
    let found = json!({"mobileNo": mobile, "operation": "LOCK"});
    let found = call(&sandbox, ALL, found).await.result();
    assert_eq!(found["entityId"], entity);
}
