//! The one error of this room: a sentence with the file, the line and what is allowed.
//! It never holds a secret: what is quoted here has been chosen word by word.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A line of the configuration file, or the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: Arc<Path>,
    line: Option<usize>,
}

impl Place {
    pub(crate) fn line(file: &Arc<Path>, line: usize) -> Self {
        let file = Arc::clone(file);
        let line = Some(line);
        Self { file, line }
    }

    pub(super) fn whole(file: &Arc<Path>) -> Self {
        let file = Arc::clone(file);
        Self { file, line: None }
    }

    /// The configuration file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Which line of it, counted from one; none when the file as a whole is meant.
    #[must_use]
    pub fn line_number(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        match self.line {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}

/// Why there is no usable configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    place: Option<Place>,
    what: String,
}

impl ConfigError {
    pub(crate) fn at(place: Place, what: impl Into<String>) -> Self {
        Self::maybe_at(Some(place), what)
    }

    pub(super) fn maybe_at(place: Option<Place>, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { place, what }
    }

    /// About a file as a whole, or one that is called by a name.
    pub(crate) fn in_file(file: &Path, what: impl Into<String>) -> Self {
        Self::at(Place::whole(&file.into()), what)
    }

    /// About a flag or a variable, which has no line.
    pub(super) fn outside(what: impl Into<String>) -> Self {
        Self::maybe_at(None, what)
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.what
    }

    /// Where it is, when it is in the configuration file.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for ConfigError {}

/// A value as a sentence quotes it: escaped, and cut when it is a paste gone wrong.
pub(crate) fn quoted(value: &str) -> String {
    const LONGEST: usize = 48;
    if value.chars().count() <= LONGEST {
        return format!("{value:?}");
    }
    let start: String = value.chars().take(LONGEST).collect();
    format!("{:?}", start + "...")
}
