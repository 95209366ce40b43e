//! Card orders: a list of them, how far they are, and cancelling them.
//! Nothing here knows kits.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::{Answer, Bank, Exception, PagedAnswer, Request};
use crate::sandbox::day::Day;
use crate::sandbox::order::{Order, OrderState, Product};
use crate::sandbox::twist::Twist;
use crate::sorting;

/// The only party that orders cards.
const PARTY: &str = "SANDBOX_BANK";
pub(super) fn status(bank: &mut Bank, request: &Request) -> Answer {
    let id = request.required("cardOrderId")?;
    let order = bank.orders.get_mut(id).ok_or_else(no_such_order)?;
    let reply = json!({
        "cardOrderName": order.name,
        "status": order.state.word(),
        "tenantName": crate::sandbox::TENANT,
        "productDetails": [{
            "binNumber": order.product.bin.parse::<u64>().unwrap_or_default(),
            "cardType": "PHYSICAL",
            "corporateName": "SANDBOX BANK",
            "noOfCard": order.cards,
            "productId": order.product.id,
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
    match request.twist {
        Some(Twist::NoEffect) => {}
        Some(Twist::OrderCancelled) => order.state = OrderState::OrderCancelled,
        Some(Twist::OtherWord) => order.state = OrderState::Withdrawn,
        _ => order.state = OrderState::Cancelled,
    }
    Ok(json!("Order cancelled successfully"))
}

/// The orders of a branch, by their ids or of an ordering party: the newest first, without their states.
pub(super) fn list(bank: &mut Bank, request: &Request) -> PagedAnswer {
    let ref_type = request.choice("refType", &["DC_KIT", "PARENT_KIT"])?;
    let ref_type = ref_type.ok_or_else(|| Exception::field("refType", "is required"))?;
    let ids = request.strings("orderIds")?;
    let branch = request.optional("branchId")?;
    let party = request.optional("orderingPartyId")?;
    if ids.is_empty() && branch.is_none() && party.is_none() {
        let wrong = "is required, or branchId, or orderingPartyId";
        return Err(Exception::field("orderIds", wrong));
    }
    let (from, to) = (day(request, "fromDate")?, day(request, "toDate")?);
    let page = request.page("pageNo", "pageSize", 1)?;
    let mut found: Vec<(&String, &Order)> = bank
        .orders
        .iter()
        .filter(|(id, order)| {
            order.ref_type == ref_type
                && (ids.is_empty() || ids.contains(&id.as_str()))
                && branch.is_none_or(|branch| order.branch == branch)
                && party.is_none_or(|party| party == PARTY)
                && from.is_none_or(|from| order.ordered >= from)
                && to.is_none_or(|to| order.ordered <= to)
        })
        .collect();
    sorting::sort_by_key(&mut found, |(_, order)| Reverse(order.ordered));
    let pagination = json!({
        "pageNo": page.number,
        "pageSize": page.size,
        "totalElements": found.len(),
        "totalPages": page.count(&found),
    });
    let shown = page.of(&found).iter();
    Ok((shown.map(|(id, one)| order(id, one)).collect(), pagination))
}

fn order(id: &str, order: &Order) -> Value {
    let Product { bin, id: product } = &order.product;
    json!({
        "orderId": id,
        "address": "1 Sandbox Street, Chennai",
        "pinCode": 600_001,
        "branchInfo": {"branchId": order.branch, "branchName": format!("Branch {}", order.branch)},
        "orderingPartyInfo": {"orderingPartyId": PARTY, "orderingPartyName": "SANDBOX BANK"},
        "products": [{"bin": bin, "productId": product, "quantity": order.cards}],
    })
}

/// The date of an ISO time in UTC; the time of day changes nothing for orders that have none.
fn day(request: &Request, name: &str) -> Result<Option<Day>, Exception> {
    let Some(text) = request.optional(name)? else {
        return Ok(None);
    };
    let date = text.split('T').next().unwrap_or_default();
    let wrong = || Exception::field(name, "must be a time in UTC, YYYY-MM-DDThh:mm:ssZ");
    Day::from_parts(date, [0, 1, 2]).map(Some).ok_or_else(wrong)
}

fn no_such_order() -> Exception {
    let wrong = ["no order has this id"];
    Exception::page("ORD001", "Order not found", &wrong)
}
