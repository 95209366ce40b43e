//! Other keys for the console's commands, as the file gives them. Which commands and keys there are is
//! not known here: the console says so, at the line that is kept for it.

use super::error::{ConfigError, Place, quoted};
use super::setting::{About, Holds, Row};
use super::toml_file::Section;

/// One line of the table: a command and its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyChoice {
    /// The command.
    pub name: String,
    /// The names of its keys.
    pub keys: Vec<String>,
    pub(super) place: Place,
}

impl KeyChoice {
    /// What is wrong with this line; `what` goes on behind the command's name.
    #[must_use]
    pub fn error(&self, what: impl std::fmt::Display) -> ConfigError {
        let name = bare(&self.name);
        ConfigError::at(self.place.clone(), format!("keys.{name}{what}"))
    }
}

/// The commands: those that there are, the console knows.
pub(super) const KEYS: [About; 1] = [About::new(
    "COMMAND",
    Holds::Value("a key, or a list of keys"),
    "",
    "The command of that name has these keys; `kitdesk` says which commands there are when it is none.",
)];

/// The table `[keys]`.
pub(super) fn choices(section: &Section<'_>) -> Result<Vec<KeyChoice>, ConfigError> {
    let entries = section.entries();
    let choices = entries.iter().map(|entry| {
        let keys = match entry.as_text() {
            Some(one) => vec![one.to_owned()],
            None => entry
                .texts("[\"u\", \"F12\"]")?
                .into_iter()
                .map(str::to_owned)
                .collect(),
        };
        Ok(KeyChoice {
            name: entry.key().to_owned(),
            keys,
            place: entry.place(),
        })
    });
    choices.collect()
}

/// Each command with its keys, in the order of the file.
pub(super) fn show(choices: &[KeyChoice]) -> Vec<Row> {
    let row = |choice: &KeyChoice| (bare(&choice.name), Some(choice.keys.join(", ")));
    choices.iter().map(row).collect()
}

/// A key as TOML writes it in a path.
pub(super) fn bare(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}
