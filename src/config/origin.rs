//! What a setting was decided by.

use std::fmt;

use super::error::{ConfigError, Place};

/// What a setting was decided by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag, such as `--profile`.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// A line of the configuration file.
    File(Place),
    /// The default.
    BuiltIn,
}

impl Origin {
    /// What is wrong with what was chosen by it.
    #[must_use]
    pub fn error(&self, what: impl fmt::Display) -> ConfigError {
        match self {
            Self::File(place) => ConfigError::at(place.clone(), what.to_string()),
            Self::Flag(_) | Self::Variable(_) => ConfigError::outside(format!("{self}: {what}")),
            Self::BuiltIn => ConfigError::outside(what.to_string()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File(place) => place.fmt(f),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}
