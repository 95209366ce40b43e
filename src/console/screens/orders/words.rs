//! What the orders' screen says.

use std::fmt::Display;

pub(super) const ORDER_MISSING: &str = "type the order's id first";
pub(super) const LIKE_A_CARD_NUMBER: &str =
    "this looks like a card number: Enter once more if it is an order id";
pub(super) const SHOW_FIRST: &str = "Show an order first.";
pub(super) const BRANCH_TO_CANCEL: &str = "type the branch id of the order: it must match";
pub(super) const READS_ON: &str = "; ↓ reads on";
pub(super) const NONE_OF_THESE_DAYS: &str = "No orders of these days were found for this branch.";
pub(super) const NONE: &str = "No orders were found for this branch.";
pub(super) const FILTER_HINT: &str = "/ then like from:2026-11-03 to:2026-11-04";
pub(super) const BRANCH_MISSING: &str = "type the branch id first";
pub(super) const ORDER_ID: &str = "order id";
pub(super) const ORDER_HINT: &str = "like 3fa85f64-5717-4562-b3fc-2c963f66afa6";
pub(super) const ORDER_EXPLAINED: &str = "As on the order's papers. Enter shows it.";
pub(super) const BRANCH_ID: &str = "branch id";
pub(super) const BRANCH_HINT: &str = "like 12345";
pub(super) const BRANCH_EXPLAINED: &str =
    "The branch that the order belongs to; needed to cancel it.";
pub(super) const NONE_LOOKED_UP: &str = "No order was looked up yet: type its id first.";
pub(super) const NO_ORDER: &str = "No order is shown.";
pub(super) const TITLE: &str = "Find an order";

pub(super) fn reading_order(id: &dyn Display) -> String {
    format!("Reading order {id}")
}

pub(super) fn looking_up_branch(branch: &dyn Display) -> String {
    format!("Looking up the orders of branch {branch}")
}

pub(super) fn branch_title(branch: &dyn Display) -> String {
    format!("Orders of branch {branch}")
}

pub(super) fn ordered(
    count: &dyn Display,
    card_type: &dyn Display,
    product: &dyn Display,
    status: &dyn Display,
    whom: &dyn Display,
) -> String {
    format!("{count} × {card_type}, product {product}, {status}, for {whom}")
}

pub(super) fn bin(bin: &dyn Display) -> String {
    format!("BIN {bin}")
}

pub(super) fn no_such_order(id: &dyn Display, code: &dyn Display) -> String {
    format!("There is no order {id} ({code}). Compare the id with the order's papers.")
}

pub(super) fn order_title(id: &dyn Display) -> String {
    format!("Order {id}")
}
