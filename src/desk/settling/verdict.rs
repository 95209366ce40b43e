//! What follows from a reading.

/// What a reading says about a write whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was done.
    Done,
    /// It was not done, and never will be.
    NotDone,
    /// Still unclear: the DCMS may still be working on it.
    Open,
    /// No reading can show the outcome.
    CantBeRead,
}
