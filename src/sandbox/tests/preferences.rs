//! Where a card can be used: reading, setting, and what is refused.

use super::*;

const FETCH: &str = "/preference/fetch";
const SET: &str = "/preference/set";

async fn fetch(sandbox: &Sandbox) -> Value {
    let body = json!({"entityId": "676165", "kitNo": "4561789"});
    call(sandbox, FETCH, body).await.result()
}

/// A reading as it is sent back.
fn to_send(mut state: Value) -> Value {
    state["entityId"] = json!("676165");
    state["kitNo"] = json!("4561789");
    state
}

#[tokio::test]
async fn preferences_are_whole() {
    let sandbox = sandbox().await;
    let state = fetch(&sandbox).await;
    for area in ["domestic", "international"] {
        let area = &state[area];
        for name in ["isEnabled", "recurringPayments", "tokenization"] {
            assert!(area[name].is_boolean(), "{name}");
        }
        for channel in ["atm", "pos", "ecom", "contactless"] {
            let channel = &area[channel];
            assert!(channel["isEnabled"].is_boolean());
            for limit in ["dailyLimit", "maxLimit", "monthlyLimit", "yearlyLimit"] {
                let limit = channel[limit].as_str().expect("a string");
                assert!(limit.parse::<u64>().is_ok());
            }
        }
    }
    assert!(state["dynamicAuth"]["otp"].is_boolean());
    assert!(state["dynamicAuth"]["pin"].is_boolean());
    assert!(state["locationShield"].is_boolean());
    assert!(state["swipeToPay"]["dailyLimit"].is_string());
    assert_eq!(fetch(&self::sandbox().await).await, state);
}

#[tokio::test]
async fn one_thing_changed_is_all_that_changes() {
    let sandbox = sandbox().await;
    let mut wanted = fetch(&sandbox).await;
    wanted["domestic"]["ecom"]["dailyLimit"] = json!("1500");
    wanted["international"]["isEnabled"] = json!(true);
    wanted["dynamicAuth"]["otp"] = json!(false);
    let reply = call(&sandbox, SET, to_send(wanted.clone())).await.result();
    assert_eq!(reply, wanted);
    assert_eq!(fetch(&sandbox).await, wanted);
    assert_eq!(sandbox.worked("set"), 1);
    // A number is as good as a string.
    let mut body = to_send(wanted.clone());
    body["domestic"]["ecom"]["dailyLimit"] = json!(1_500);
    let reply = call(&sandbox, SET, body).await.result();
    assert_eq!(reply, wanted);
    let cif = json!({"entityId": "676165"});
    let cif = call(&sandbox, "/v2/fetchByCif", cif).await.result();
    let kit = &cif["accountInfo"]["kitInfo"][0];
    assert_eq!(kit["domestic"]["ecom"]["dailyLimit"], "1500");
    assert_eq!(kit["toggle"]["superOtp"], false);
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_whole() {
    let sandbox = sandbox().await;
    let state = fetch(&sandbox).await;
    let max = state["domestic"]["atm"]["maxLimit"]
        .as_str()
        .expect("a limit");
    let above = max.parse::<u64>().expect("digits") + 1;
    let with = |change: fn(&mut Value)| {
        let mut body = to_send(state.clone());
        change(&mut body);
        body
    };
    let mut too_much = to_send(state.clone());
    too_much["domestic"]["atm"]["dailyLimit"] = json!(above.to_string());
    let said = format!("the daily limit of atm is at most {max}");
    for (body, code, said) in [
        (too_much, "invalid.daily.limit.product", said.as_str()),
        (
            with(|body| body["domestic"] = Value::Null),
            "VAL001",
            "domestic: is required",
        ),
        (
            with(|body| body["international"] = json!("off")),
            "VAL001",
            "international: must be an object",
        ),
        (
            with(|body| body["international"]["pos"]["isEnabled"] = json!("yes")),
            "VAL001",
            "isEnabled: must be true or false",
        ),
        (
            with(|body| body["domestic"]["pos"]["dailyLimit"] = json!(1.5)),
            "VAL001",
            "dailyLimit: must be a whole number",
        ),
        (
            with(|body| body["entityId"] = json!("181223116")),
            "MCC007",
            "Invalid Kit No",
        ),
    ] {
        is(&call(&sandbox, SET, body).await.refusal(), code, said);
    }
    assert_eq!(fetch(&sandbox).await, state);
    assert_eq!(sandbox.worked("set"), 0);
    let pair = json!({"entityId": "181223116", "kitNo": "4561789"});
    let pair = call(&sandbox, FETCH, pair).await.refusal();
    is(&pair, "MCC007", "Invalid Kit No");
}

#[tokio::test]
async fn a_card_without_plastic_pays_online_only() {
    let sandbox = sandbox().await;
    let manage = json!({"entityId": "676165", "oldKit": "4561789", "operation": "REPLACE",
        "cardType": "VIRTUAL", "deliveryAddress": "PERMANENT"});
    let manage = call(&sandbox, "/kit-manager/manageKit", manage).await;
    manage.result();
    let new = kits(&sandbox, "676165").await[1]["kitNo"].clone();
    let on_new = json!({"entityId": "676165", "kitNo": new});
    let activate = call(&sandbox, "/kit-manager/kitActivation", on_new.clone());
    activate.await.result();
    let state = call(&sandbox, FETCH, on_new).await.result();
    assert_eq!(state["domestic"]["atm"]["isEnabled"], false);
    assert_eq!(state["domestic"]["ecom"]["isEnabled"], true);
    let mut body = to_send(state);
    body["kitNo"] = new;
    body["domestic"]["atm"]["isEnabled"] = json!(true);
    let refused = call(&sandbox, SET, body).await.refusal();
    is(
        &refused,
        "product.level.disable",
        "atm is switched off for this product",
    );
}

/// Everything changed, and the card read again: once for each twist.
async fn after(twist: &str) -> (Value, Value, Value) {
    let sandbox = sandbox_with(&[&format!("set={twist}")]).await;
    let before = fetch(&sandbox).await;
    let mut wanted = before.clone();
    for area in ["domestic", "international"] {
        wanted[area]["pos"]["dailyLimit"] = json!("1");
    }
    wanted["dynamicAuth"]["pin"] = json!(false);
    let reply = call(&sandbox, SET, to_send(wanted.clone())).await.result();
    let read = fetch(&sandbox).await;
    match twist {
        "no-effect" => assert_eq!((&reply, &read), (&wanted, &before)),
        _ => assert_eq!(reply, read),
    }
    (before, wanted, read)
}

#[tokio::test]
async fn some_fields_may_be_taken_and_others_not() {
    let (before, wanted, read) = after("partial").await;
    assert_eq!(read["domestic"], wanted["domestic"]);
    assert_eq!(read["international"], before["international"]);
    assert_eq!(read["dynamicAuth"], before["dynamicAuth"]);
    after("no-effect").await;
}

#[tokio::test]
async fn a_block_that_is_left_out_stays_or_is_switched_off() {
    for (faults, is_off) in [(&[][..], false), (&["set=left-out-off"], true)] {
        let sandbox = sandbox_with(faults).await;
        let before = fetch(&sandbox).await;
        let body = json!({"entityId": "676165", "kitNo": "4561789",
            "domestic": {"atm": before["domestic"]["atm"]}, "international": {}});
        let after = call(&sandbox, SET, body).await.result();
        assert_eq!(after["domestic"]["atm"], before["domestic"]["atm"]);
        assert_eq!(after["domestic"]["ecom"]["isEnabled"], !is_off);
        assert_eq!(after["dynamicAuth"]["otp"], !is_off);
        assert_eq!(after == before, !is_off);
    }
}
