//! How a write whose outcome is unknown is settled: by reading, never by sending again (contract, 4).
//!
//! Five words. The *intent* is on record before a write is sent ([`RecordedIntent`]), the *outcome* after
//! ([`crate::dcms::Outcome`]). Where that is unknown, the state is read: an *observation* ([`Observation`]). It
//! gives a *verdict* ([`Verdict`]): done, not done, still open, or not to be read at all. One that decides is
//! recorded as the *settlement*; so is what a person knows ([`crate::journal::Settlement`]).
//!
//! What an operation's observation has to show is its [`Proof`]: a row of the contract's table.

mod all_kits;
mod by_reading;
mod earlier;
mod evidence;
mod kit_state;
mod kits_before;
mod limits;
mod limits_change;
mod new_kit;
mod observation;
mod order_cancelled;
mod pin_change;
mod proof;
mod recorded_intent;
mod replacement;
mod schedule;
mod verdict;

pub(super) use by_reading::{Decided, settle_in_time, settle_now, unrecorded};
pub use evidence::Evidence;
pub use kits_before::KitsBefore;
pub use limits_change::{ComparedSetting, LimitsChange};
pub use observation::Observation;
pub use proof::Proof;
pub use recorded_intent::RecordedIntent;
pub use schedule::Schedule;
pub use verdict::Verdict;
