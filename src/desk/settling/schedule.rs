//! When an unknown outcome is read again.

use std::time::Duration;

/// How a write whose outcome is unknown is settled by reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Whether the reading that follows every write may settle it.
    pub at_once: bool,
    /// When it is read again, counted from its end.
    pub later: Vec<Duration>,
}

impl Schedule {
    /// For a script that waits so long: once a second, from a while on less often.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        let early = (1..=15).map(Duration::from_secs);
        let late = (4..=720).map(|nth| Duration::from_secs(5 * nth));
        Self {
            at_once: !limit.is_zero(),
            later: early.chain(late).filter(|at| *at <= limit).collect(),
        }
    }
}

impl Default for Schedule {
    /// While somebody watches or does other work. What is not settled by then is left open.
    fn default() -> Self {
        Self {
            at_once: true,
            later: [5, 15, 45].map(Duration::from_secs).to_vec(),
        }
    }
}
