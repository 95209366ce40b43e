//! How a write whose outcome is unknown is settled: by reading, never by sending again (contract, 4).

mod by_reading;
mod earlier;
mod evidence;
mod kits_before;
mod observation;
mod schedule;
mod unsettled;
mod verdict;

pub(super) use by_reading::{settle_now, unrecorded};
pub use evidence::Evidence;
pub(super) use evidence::nothing_told;
pub use kits_before::KitsBefore;
pub(super) use kits_before::masked;
pub use observation::Look;
pub use schedule::Settling;
pub(super) use unsettled::{NOT_RECORDED, Unsettled, about_record};
pub use verdict::Verdict;
