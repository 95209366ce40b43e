//! What the look-ups say.

use std::fmt::Display;

pub(super) const NAME_ONE: &str = "name an entity, an account or a card";
pub(super) const MASK_ONLY: &str = "--card takes the first six and last four only, like \
    608040XXXXXX6384: others on this machine can see a command's arguments";
pub(super) const NO_CUSTOMER: &str = "No customer fits.\n";
pub(super) const WHOSE_ORDERS: &str =
    "whose orders? Name a branch with --branch, or set branch_id in the profile";

pub(super) fn limits_of(kit: &dyn Display, entity: &dyn Display, lines: &dyn Display) -> String {
    format!("Kit {kit} of customer {entity}\n\n{lines}")
}

pub(super) fn card_is(kit: &dyn Display, entity: &dyn Display, status: &dyn Display) -> String {
    format!("The card is kit {kit} of customer {entity}. It is {status}.\n")
}

pub(super) fn customer(entity: &dyn Display) -> String {
    format!("Customer {entity}\n\n")
}

pub(super) fn kits_of(entity: &dyn Display, kits: &dyn Display) -> String {
    format!("Customer {entity}\n\n{kits}")
}

pub(super) fn customer_line(entity: &dyn Display) -> String {
    format!("Customer {entity}\n")
}

pub(super) fn no_kits(entity: &dyn Display) -> String {
    format!("Customer {entity} has no kits.\n")
}

pub(super) fn one_customer(table: &dyn Display) -> String {
    format!("One customer fits.\n\n{table}")
}

pub(super) fn several_customers(table: &dyn Display) -> String {
    format!("Several customers fit; choose one with --entity.\n\n{table}")
}

pub(super) fn contradicts(contradiction: &dyn Display) -> String {
    format!("{contradiction}: ask the DCMS's support which are right")
}

pub(super) fn only_orders(read: &dyn Display) -> String {
    format!("Only {read} orders were read: choose days with --from and --to.")
}

pub(super) fn order_unknown(order: &dyn Display, why: &dyn Display) -> String {
    format!("The status of order {order} is unknown: {why}")
}

pub(super) fn no_orders(branch: &dyn Display) -> String {
    format!("No orders of branch {branch} were found.\n")
}

pub(super) fn orders_of(branch: &dyn Display, table: &dyn Display) -> String {
    format!("Branch {branch}\n\n{table}")
}

pub(super) fn no_parcel(kit: &dyn Display) -> String {
    format!("No parcel is known for kit {kit}.\n")
}

pub(super) fn parcels_of(kit: &dyn Display, parcels: &dyn Display) -> String {
    format!("Kit {kit}\n\n{parcels}")
}

pub(super) fn only_payments(read: &dyn Display) -> String {
    format!("Only {read} were read: choose days with --from and --to.")
}

pub(super) fn no_payments(entity: &dyn Display) -> String {
    format!("No payments of customer {entity} were found.\n")
}

pub(super) fn payments_of(entity: &dyn Display, table: &dyn Display) -> String {
    format!("Customer {entity}\n\n{table}")
}
