//! How a write whose outcome is unknown is settled: by reading, never by sending again (contract, 4).

mod by_reading;
mod earlier;
mod evidence;
mod kit_state;
mod kits_before;
mod new_kit;
mod observation;
mod order_cancelled;
mod proof;
mod recorded_intent;
mod schedule;
mod verdict;

pub(super) use by_reading::{settle_now, unrecorded};
pub use evidence::Evidence;
pub use kits_before::KitsBefore;
pub use observation::Observation;
pub use proof::Proof;
pub use recorded_intent::RecordedIntent;
pub use schedule::Settling;
pub use verdict::Verdict;
