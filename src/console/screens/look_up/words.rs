//! What the screens over a kit say.

use std::fmt::Display;

pub(super) const NO_CUSTOMER: &str =
    "This kit names no customer: find the customer by entity id first.";
pub(super) const PAYMENTS_NOT_READ: &str = "The payments were not read: read them again.";
pub(super) const NO_PAYMENTS: &str = "No payments were found for this kit.";
pub(super) const NO_PAYMENT_MATCHES: &str =
    "No payment matches the filter. Clear it to see all payments.";
pub(super) const PAYMENTS_HINT: &str =
    "/ then like declined channel:ATM from:2026-11-03 to:2026-11-04";

pub(super) fn looking_up_customer(entity: &dyn Display) -> String {
    format!("Looking up customer {entity}")
}

pub(super) fn looking_up_limits(kit: &dyn Display) -> String {
    format!("Looking up the limits of kit {kit}")
}

pub(super) fn customer_title(entity: &dyn Display) -> String {
    format!("Customer {entity}")
}

pub(super) fn limits_title(kit: &dyn Display) -> String {
    format!("Limits and switches of kit {kit}")
}

pub(super) fn match_of_total(
    shown: &dyn Display,
    all: &dyn Display,
    total: &dyn Display,
) -> String {
    format!("{shown} of the first {all} match; there are {total}")
}

pub(super) fn match_of_more(shown: &dyn Display, all: &dyn Display) -> String {
    format!("{shown} of the first {all} match; there are more")
}

pub(super) fn match_of_all(shown: &dyn Display, all: &dyn Display) -> String {
    format!("{shown} of {all} match")
}

pub(super) fn looking_up_payments(kit: &dyn Display) -> String {
    format!("Looking up the payments of kit {kit}")
}

pub(super) fn none_of_first_matches(count: &dyn Display) -> String {
    format!("None of the first {count} matches the filter. ↓ reads on.")
}

pub(super) fn payments_title(kit: &dyn Display) -> String {
    format!("Payments of kit {kit}")
}
