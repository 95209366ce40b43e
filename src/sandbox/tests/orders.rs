//! Orders: their life, and cancelling them.

use super::*;

const RECEIVED: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const PROCESSED: &str = "9b2e4c1a-0d3f-4f5e-8a61-7c2d9e0f1b34";
const ELSEWHERE: &str = "5c1d7e20-44aa-4b6e-9f02-6e8b1a3c5d77";

async fn state(sandbox: &Sandbox, order: &str) -> Value {
    let body = json!({"cardOrderId": order});
    let mut result = call(sandbox, "/card-order/fetchStatus", body)
        .await
        .result();
    assert_eq!(result["productDetails"][0]["status"], result["status"]);
    result["status"].take()
}

async fn cancel(sandbox: &Sandbox, order: &str, branch: &str) -> Answered {
    let body = json!({"orderId": order, "branchId": branch});
    call(sandbox, "/card-order/cancel", body).await
}

#[tokio::test]
async fn a_received_order_is_cancelled_once() {
    let sandbox = sandbox().await;
    for _ in 0..3 {
        assert_eq!(state(&sandbox, RECEIVED).await, "RECEIVED");
    }
    let done = cancel(&sandbox, RECEIVED, BRANCH).await.result();
    assert_eq!(done, "Order cancelled successfully");
    assert_eq!(state(&sandbox, RECEIVED).await, "CANCELLED");
    let again = cancel(&sandbox, RECEIVED, BRANCH).await.refusal();
    let said = "Order status is CANCELLED and cannot be cancelled";
    assert_eq!(again, (400, "ORD003".to_owned(), said.to_owned()));
    assert_eq!(
        (sandbox.received("cancel"), sandbox.worked("cancel")),
        (2, 1)
    );
}

#[tokio::test]
async fn what_can_not_be_cancelled_is_refused() {
    let sandbox = sandbox().await;
    for (order, branch, code, said) in [
        (
            PROCESSED,
            BRANCH,
            "ORD003",
            "Order status is PROCESSED and cannot be cancelled",
        ),
        (
            RECEIVED,
            "54321",
            "ORD002",
            "branchId: the order belongs to another branch",
        ),
        (
            ELSEWHERE,
            BRANCH,
            "ORD002",
            "branchId: the order belongs to another branch",
        ),
        ("none", BRANCH, "ORD001", "no order has this id"),
        (RECEIVED, "", "VAL001", "branchId: is required"),
    ] {
        let got = cancel(&sandbox, order, branch).await.refusal();
        assert_eq!(got, (400, code.to_owned(), said.to_owned()));
    }
    assert_eq!(state(&sandbox, PROCESSED).await, "PROCESSED");
    assert_eq!(sandbox.worked("cancel"), 0);
    let unknown = json!({"cardOrderId": "none"});
    let unknown = call(&sandbox, "/card-order/fetchStatus", unknown).await;
    assert_eq!(unknown.refusal().1, "ORD001");
}

#[tokio::test]
async fn other_orders_go_one_step_on_after_each_look() {
    let sandbox = sandbox().await;
    for (nth, end) in [(1, "SUCCESS"), (5, "FAILED")] {
        let order = format!("00000000-0000-4000-8000-{nth:012}");
        for expected in ["RECEIVED", "PENDING", "PROCESSED", end, end] {
            assert_eq!(state(&sandbox, &order).await, expected);
        }
    }
    let order = "00000000-0000-4000-8000-000000000002";
    cancel(&sandbox, order, BRANCH).await.result();
    for _ in 0..2 {
        assert_eq!(state(&sandbox, order).await, "CANCELLED");
    }
}

const LIST: &str = "/inventory/fetchCardOrderDetailsFromInventory";

/// The orders, and the pagination of the envelope.
async fn list(sandbox: &Sandbox, body: Value) -> (Vec<Value>, Value) {
    let reply = call(sandbox, LIST, body).await;
    let orders = reply.result().as_array().expect("an array").clone();
    (orders, reply.json()["pagination"].clone())
}

#[tokio::test]
async fn the_orders_of_a_branch_are_listed_page_by_page() {
    let sandbox = sandbox().await;
    let body = |page: u32| json!({"refType": "DC_KIT", "branchId": BRANCH, "pageNo": page, "pageSize": 10});
    let mut ids = Vec::new();
    for (page, count) in [(1, 10), (2, 10), (3, 2), (4, 0)] {
        let (orders, pagination) = list(&sandbox, body(page)).await;
        assert_eq!(orders.len(), count, "{page}");
        let expected =
            json!({"pageNo": page, "pageSize": 10, "totalElements": 22, "totalPages": 3});
        assert_eq!(pagination, expected);
        for order in &orders {
            assert!(order.get("status").is_none());
            assert_eq!(order["branchInfo"]["branchId"], BRANCH);
        }
        ids.extend(orders.iter().map(|order| order["orderId"].clone()));
    }
    assert_eq!(ids[..2], [RECEIVED, PROCESSED]);
    let (first, _) = list(
        &sandbox,
        json!({"refType": "DC_KIT", "orderIds": [RECEIVED]}),
    )
    .await;
    let order = &first[0];
    for name in ["address", "orderId"] {
        assert!(order[name].is_string(), "{name}");
    }
    assert!(order["pinCode"].is_u64() && order["orderingPartyInfo"].is_object());
    let products = json!([{"bin": "60804101", "productId": "DC041", "quantity": 5}]);
    assert_eq!(order["products"], products);
}

#[tokio::test]
async fn orders_are_chosen_by_kind_id_branch_party_and_date() {
    let sandbox = sandbox().await;
    for (more, count) in [
        (json!({"refType": "PARENT_KIT", "branchId": BRANCH}), 1),
        (json!({"refType": "DC_KIT", "branchId": "54321"}), 1),
        (json!({"refType": "DC_KIT", "branchId": "1"}), 0),
        (
            json!({"refType": "DC_KIT", "orderIds": [RECEIVED, ELSEWHERE]}),
            2,
        ),
        (
            json!({"refType": "DC_KIT", "orderIds": [RECEIVED, ELSEWHERE], "branchId": BRANCH}),
            1,
        ),
        (
            json!({"refType": "DC_KIT", "orderingPartyId": "SANDBOX_BANK", "pageSize": 100}),
            23,
        ),
        (json!({"refType": "DC_KIT", "orderingPartyId": "OTHER"}), 0),
        (
            json!({"refType": "DC_KIT", "branchId": BRANCH, "fromDate": "2026-01-01T00:00:00.000Z"}),
            2,
        ),
        (
            json!({"refType": "DC_KIT", "branchId": BRANCH, "fromDate": "2025-12-05T00:00:00Z",
                "toDate": "2025-12-09T23:59:59Z"}),
            5,
        ),
    ] {
        let (orders, _) = list(&sandbox, more.clone()).await;
        assert_eq!(orders.len(), count, "{more}");
    }
    for (body, said) in [
        (json!({"branchId": BRANCH}), "refType: is required"),
        (
            json!({"refType": "KIT", "branchId": BRANCH}),
            "refType: must be one of DC_KIT, PARENT_KIT",
        ),
        (
            json!({"refType": "DC_KIT"}),
            "orderIds: is required, or branchId, or orderingPartyId",
        ),
        (
            json!({"refType": "DC_KIT", "orderIds": "x"}),
            "orderIds: must be an array of strings",
        ),
        (
            json!({"refType": "DC_KIT", "branchId": BRANCH, "fromDate": "01-01-2026"}),
            "fromDate: must be a time in UTC, YYYY-MM-DDThh:mm:ssZ",
        ),
        (
            json!({"refType": "DC_KIT", "branchId": BRANCH, "pageNo": 0}),
            "pageNo: must be 1 or more",
        ),
        (
            json!({"refType": "DC_KIT", "branchId": BRANCH, "pageSize": 101}),
            "pageSize: must be 1 to 100",
        ),
    ] {
        is(&call(&sandbox, LIST, body).await.refusal(), "VAL001", said);
    }
}

#[tokio::test]
async fn a_new_card_brings_an_order_of_its_branch() {
    let sandbox = sandbox().await;
    let newest =
        || json!({"refType": "DC_KIT", "branchId": BRANCH, "fromDate": "2026-01-15T00:00:00Z"});
    let replace = |card_type: &str| {
        json!({"entityId": "676165", "oldKit": "4561789", "operation": "BLOCK_AND_REPLACE",
            "cardType": card_type, "deliveryAddress": "PERMANENT"})
    };
    assert_eq!(list(&sandbox, newest()).await.0.len(), 0);
    let manage = "/kit-manager/manageKit";
    call(&sandbox, manage, replace("PHYSICAL")).await.result();
    let (orders, _) = list(&sandbox, newest()).await;
    let new = kits(&sandbox, "676165").await[1].clone();
    assert_eq!(orders.len(), 1);
    let products = json!([{"bin": new["bin"], "productId": new["productId"], "quantity": 1}]);
    assert_eq!(orders[0]["products"], products);
    let id = orders[0]["orderId"].as_str().expect("an id");
    assert_eq!(state(&sandbox, id).await, "RECEIVED");
    assert_eq!(state(&sandbox, id).await, "PENDING");
    let upgrade = json!({"entityId": "181223116", "kitNo": "10930010477",
        "kitInfo": [{"cardType": "PHYSICAL"}, {"cardType": "VIRTUAL"}]});
    call(&sandbox, "/kit-manager/upgradeCard", upgrade)
        .await
        .result();
    assert_eq!(list(&sandbox, newest()).await.0.len(), 2);
}

#[tokio::test]
async fn a_cancelled_order_may_read_otherwise() {
    for (twist, expected) in [
        ("order-cancelled", "ORDER_CANCELLED"),
        ("other-word", "WITHDRAWN"),
        ("no-effect", "RECEIVED"),
    ] {
        let sandbox = sandbox_with(&[&format!("cancel={twist}")]).await;
        let done = cancel(&sandbox, RECEIVED, BRANCH).await.result();
        assert_eq!(done, "Order cancelled successfully");
        assert_eq!(state(&sandbox, RECEIVED).await, expected);
    }
}
