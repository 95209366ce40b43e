//! What a setting is, declared once: its name, what it may hold, an example, a line about it, how it is
//! read and how it is shown. The keys that are allowed, `kitdesk config show`, the example file and the
//! tables in `docs/configuration.md` are made from these declarations.

use super::error::ConfigError;
use super::toml_file::{Entry, Section};

/// A setting as people read about it.
pub(super) struct About {
    /// Its key in its section.
    pub(super) name: &'static str,
    /// What it may hold.
    pub(super) holds: Holds,
    /// Whether it must be there.
    pub(super) is_needed: bool,
    /// A value as TOML has it. Of a section: its lines, where they are not its settings' own examples.
    pub(super) example: &'static str,
    /// What it is for, in a line.
    pub(super) purpose: &'static str,
}

/// What a setting may hold.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// This.
    Value(&'static str),
    /// One of these words.
    Words(fn() -> String),
    /// Settings of its own.
    Section(fn() -> Vec<&'static About>),
}

impl About {
    pub(super) const fn new(
        name: &'static str,
        holds: Holds,
        example: &'static str,
        purpose: &'static str,
    ) -> Self {
        Self {
            name,
            holds,
            is_needed: false,
            example,
            purpose,
        }
    }

    /// What it may hold, for people.
    pub(super) fn allowed(&self) -> String {
        match self.holds {
            Holds::Value(what) => what.to_owned(),
            Holds::Words(words) => words(),
            Holds::Section(_) => "a section".to_owned(),
        }
    }

    /// The same of a setting that must be there.
    pub(super) const fn needed(self) -> Self {
        Self {
            is_needed: true,
            ..self
        }
    }
}

/// A setting of a section that is kept as a `T`.
pub(super) struct Setting<T: 'static> {
    pub(super) about: About,
    /// Takes it from the file.
    pub(super) read: fn(&mut T, &Entry<'_>) -> Result<(), ConfigError>,
    /// What holds, as it may be shown to anyone: of a secret only where it is kept.
    pub(super) show: fn(&T) -> Vec<Row>,
}

/// The name of a setting below another one (empty for that one itself), and its value, if it has one.
pub(super) type Row = (String, Option<String>);

/// Reads all settings of a section, in the order of their declaration; others are refused.
pub(super) fn read_all<T>(
    settings: &[Setting<T>],
    section: &Section<'_>,
    into: &mut T,
) -> Result<(), ConfigError> {
    for setting in settings {
        if let Some(entry) = section.get(setting.about.name) {
            (setting.read)(into, &entry)?;
        }
    }
    Ok(())
}

/// For a setting that was read before all others, because they depend on it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the same shape as for other settings"
)]
pub(super) fn read_first<T>(_: &mut T, _: &Entry<'_>) -> Result<(), ConfigError> {
    Ok(())
}

/// Refuses every key that is not declared.
pub(super) fn only<'a>(
    settings: impl IntoIterator<Item = &'a About>,
    section: &Section<'_>,
) -> Result<(), ConfigError> {
    let names: Vec<_> = settings.into_iter().map(|about| about.name).collect();
    section.only(&names)
}

/// What is known of each setting of a section.
pub(super) fn about<T>(settings: &'static [Setting<T>]) -> Vec<&'static About> {
    settings.iter().map(|setting| &setting.about).collect()
}

/// All settings of a section with their values.
pub(super) fn rows<T>(settings: &[Setting<T>], of: &T) -> Vec<Row> {
    let rows = settings.iter().flat_map(|setting| {
        let name = setting.about.name;
        let named = move |(below, value): Row| match below.as_str() {
            "" => (name.to_owned(), value),
            below => (format!("{name}.{below}"), value),
        };
        (setting.show)(of).into_iter().map(named)
    });
    rows.collect()
}

/// A setting's value as its only row.
pub(super) fn one(value: impl Into<Option<String>>) -> Vec<Row> {
    vec![(String::new(), value.into())]
}

/// Several words as one value.
pub(super) fn list(words: &[String]) -> Vec<Row> {
    one((!words.is_empty()).then(|| words.join(", ")))
}

/// Keeps what was read.
pub(super) fn set<T>(field: &mut T, read: Result<T, ConfigError>) -> Result<(), ConfigError> {
    *field = read?;
    Ok(())
}
