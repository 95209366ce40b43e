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
