//! Which themes there are to choose from: built-in ones, and files of the user's own.

use std::path::PathBuf;

use super::{Depth, Theme};

/// Where a theme is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    file: Option<PathBuf>,
}

impl Source {
    /// One that is built in.
    #[must_use]
    pub fn built_in(name: impl Into<String>) -> Self {
        let (name, file) = (name.into(), None);
        Self { name, file }
    }

    /// One of the user's own.
    #[must_use]
    pub fn file(name: impl Into<String>, file: PathBuf) -> Self {
        let (name, file) = (name.into(), Some(file));
        Self { name, file }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its file, if it has one.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }
}

/// The themes that there are, and for how many colours.
#[derive(Debug, Clone)]
pub struct ThemeList {
    /// How many colours the terminal has.
    pub depth: Depth,
    /// Where the user's own themes are.
    pub folder: Option<PathBuf>,
    /// The one that is kept.
    pub current: Source,
}

impl Default for ThemeList {
    fn default() -> Self {
        Self {
            depth: Depth::True,
            folder: None,
            current: Source::built_in(Theme::USUAL),
        }
    }
}
