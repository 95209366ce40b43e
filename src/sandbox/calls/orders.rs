//! Card orders: how far they are, and cancelling them.
//! Nothing here knows kits.

use serde_json::json;

use super::{Answer, Bank, Exception, Request};
use crate::sandbox::bank::OrderState;

pub(super) fn status(bank: &mut Bank, request: &Request) -> Answer {
    let id = request.required("cardOrderId")?;
    let order = bank.orders.get_mut(id).ok_or_else(no_such_order)?;
    let reply = json!({
        "cardOrderName": order.name,
        "status": order.state.word(),
        "tenantName": crate::sandbox::TENANT,
        "productDetails": [{
            "binNumber": 60_804_101,
            "cardType": "PHYSICAL",
            "corporateName": "SANDBOX BANK",
            "noOfCard": order.cards,
            "productId": "DC041",
            "status": order.state.word(),
        }],
    });
    order.go_on();
    Ok(reply)
}

pub(super) fn cancel(bank: &mut Bank, request: &Request) -> Answer {
    let id = request.required("orderId")?;
    let branch = request.required("branchId")?;
    let order = bank.orders.get_mut(id).ok_or_else(no_such_order)?;
    if order.branch != branch {
        let wrong = ["branchId: the order belongs to another branch"];
        return Err(Exception::page("ORD002", "Invalid branch", &wrong));
    }
    if order.state != OrderState::Received {
        let state = order.state.word();
        let wrong = format!("Order status is {state} and cannot be cancelled");
        return Err(Exception::page(
            "ORD003",
            "Order cannot be cancelled",
            &[&wrong],
        ));
    }
    order.state = OrderState::Cancelled;
    Ok(json!("Order cancelled successfully"))
}

fn no_such_order() -> Exception {
    let wrong = ["no order has this id"];
    Exception::page("ORD001", "Order not found", &wrong)
}
