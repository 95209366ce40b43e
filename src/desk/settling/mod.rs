//! How a write whose outcome is unknown is settled: by reading, never by sending again (contract, 4).

mod evidence;
mod kits_before;
mod verdict;

pub use evidence::Evidence;
pub(in crate::desk) use evidence::nothing_told;
pub use kits_before::KitsBefore;
pub(in crate::desk) use kits_before::masked;
pub use verdict::Verdict;
