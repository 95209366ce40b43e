//! Everything that is wrong with the list of people.

use std::fmt;

use crate::config::ConfigError;

/// What is wrong: one mistake at least, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleError(Vec<ConfigError>);

impl PeopleError {
    pub(super) fn new(mistakes: Vec<ConfigError>) -> Self {
        Self(mistakes)
    }

    pub(super) fn one(mistake: ConfigError) -> Self {
        Self(vec![mistake])
    }

    /// Each mistake, with its file and line.
    #[must_use]
    pub fn mistakes(&self) -> &[ConfigError] {
        &self.0
    }
}

impl fmt::Display for PeopleError {
    /// One a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PeopleError {}
