//! The central store on `PostgreSQL`: which host may write to a kit, and the records of all hosts. Knows the
//! journal and SQL; never a terminal or HTTP.
//!
//! [`SQL`] is run by the database's administrator, never by kitdesk. A host logs in as a role of its own and
//! calls functions: [`Store::claim`] before a write, [`Store::finish`] after it. Each is one statement, and
//! each can be asked again: what is asked twice counts once, because hosts make the names of their claims.

mod about;
mod audit;
mod bank;
mod checkpoints;
mod claims;
mod comparison;
mod connection;
mod enrolment;
mod error;
mod gone;
mod records;
mod restored;
mod tls;

pub use about::Standing;
pub use audit::{ChainError, EnrolledChain, SignedChain, WalkedChain};
pub use bank::{Bank, Extent, Kept, LookUpCount, Order, Piece};
pub use checkpoints::{AboutChain, Cut, KeptCheckpoint};
pub use claims::{Claim, ClaimId, Claimed, End, Holder, OpenClaim, Seen};
pub use comparison::{Comparison, CutOff, Difference, NotCompared};
pub use connection::Store;
pub use enrolment::enrolment;
pub use error::CentralError;
pub use gone::{LeftOpen, SettledFor};
pub use records::Forwarded;
pub use restored::LostClaim;

/// What makes the store, in the words of `psql`.
pub const SQL: &str = include_str!("central.sql");
/// The version of it that this kitdesk works with.
pub const VERSION: i32 = 1;
