//! An error in two parts: what is wrong, and what to do about it.

use std::fmt;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advised {
    /// What is wrong, without a full stop.
    pub error: String,
    /// What to do.
    pub advice: String,
}

impl Advised {
    /// Both parts.
    pub(crate) fn new(error: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Advised {
    /// Both parts in one sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.advice)
    }
}
