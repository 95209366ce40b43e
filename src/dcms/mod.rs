//! The contract with a debit card management system: requests, replies, outcomes, the client.
//! Knows HTTP and JSON; never a terminal, a file or the journal.

mod ids;
mod settings;

pub use ids::{AccountNo, BranchId, EntityId, IdFault, KitNo, OrderId, Tenant};
pub use settings::{Identity, Limits, Settings, SignIn};
