//! A TOML file, read key by key, so that every error knows its line and what is allowed there: the
//! configuration and the themes. Derived readers quote values in their errors, and a value may be a secret.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::env::Env;
use super::error::{ConfigError, Place, quoted};
use crate::sorting;

/// A file's text, and what its relative paths and secret sources need.
pub(crate) struct TomlFile<'a> {
    pub(crate) file: &'a Arc<Path>,
    pub(crate) text: &'a str,
    pub(crate) around: &'a Env,
}

impl TomlFile<'_> {
    pub(crate) fn parse(&self) -> Result<DeTable<'_>, ConfigError> {
        // The library's own rendering quotes the line, secrets and all: only its message is taken.
        let table = DeTable::parse(self.text).map_err(|error| {
            let what = format!("this is not TOML: {}", error.message());
            match error.span() {
                Some(span) => ConfigError::at(self.place(span.start), what),
                None => ConfigError::at(Place::whole(self.file), what),
            }
        })?;
        Ok(table.into_inner())
    }

    /// The same with every mistake in its form, and with what could be read all the same.
    pub(crate) fn parse_all(&self) -> (DeTable<'_>, Vec<ConfigError>) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let error = |error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            ConfigError::at(
                self.place(start),
                format!("this is not TOML: {}", error.message()),
            )
        };
        (table.into_inner(), errors.into_iter().map(error).collect())
    }

    /// The whole file, as [`Self::parse`] made it.
    pub(crate) fn top<'s>(&'s self, table: &'s DeTable<'s>) -> Section<'s> {
        Section {
            page: self,
            name: String::new(),
            start: 0,
            table,
        }
    }

    fn place(&self, offset: usize) -> Place {
        let before = self.text.as_bytes();
        let before = before.get(..offset).unwrap_or(before);
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        Place::line(self.file, line)
    }
}

/// A table and its name.
pub(crate) struct Section<'s> {
    page: &'s TomlFile<'s>,
    name: String,
    start: usize,
    table: &'s DeTable<'s>,
}

impl<'s> Section<'s> {
    /// Refuses every other key.
    pub(crate) fn only(&self, allowed: &[&str]) -> Result<(), ConfigError> {
        let first = self.unknown(allowed).into_iter().next();
        first.map_or(Ok(()), Err)
    }

    /// The errors of all other keys, in the order of the file.
    pub(crate) fn unknown(&self, allowed: &[&str]) -> Vec<ConfigError> {
        let within = match self.name.as_str() {
            "" => "at the top".to_owned(),
            name => format!("in [{name}]"),
        };
        let is_unknown = |entry: &Entry<'_>| !allowed.contains(&entry.key);
        let error = |entry: Entry<'_>| {
            let name = quoted(entry.key);
            let meant = match closest(entry.key, allowed) {
                Some(known) => format!(" (did you mean {known}?)"),
                None => String::new(),
            };
            let allowed = allowed.join(", ");
            ConfigError::at(
                entry.place(),
                format!("unknown key {name} {within}{meant}; allowed are {allowed}"),
            )
        };
        let entries = self.entries().into_iter();
        entries.filter(is_unknown).map(error).collect()
    }

    pub(crate) fn get(&self, key: &str) -> Option<Entry<'_>> {
        let (key, value) = self.table.get_key_value(key)?;
        Some(self.entry(key, value))
    }

    /// A key that must be there; `allowed` is what it may hold.
    pub(crate) fn needed(&self, key: &str, allowed: &str) -> Result<Entry<'_>, ConfigError> {
        self.get(key).ok_or_else(|| {
            let name = &self.name;
            self.error(format!(
                "[{name}] lacks the key {key}; allowed is {allowed}"
            ))
        })
    }

    /// All entries, in the order of the file.
    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        let entries = self.table.iter();
        let mut entries: Vec<_> = entries.map(|(key, value)| self.entry(key, value)).collect();
        sorting::sort_by_key(&mut entries, |entry| entry.start);
        entries
    }

    /// Where each key is, and each key of the sections in it, such as `timeouts.read`. The names of headers
    /// are in lower case, as they are kept.
    pub(crate) fn places(&self) -> BTreeMap<String, Place> {
        let mut places = BTreeMap::new();
        for entry in self.entries() {
            if let Ok(within) = entry.section("") {
                for inner in within.entries() {
                    let name = format!("{}.{}", entry.key, inner.key.to_ascii_lowercase());
                    places.insert(name, inner.place());
                }
            }
            places.insert(entry.key.to_owned(), entry.place());
        }
        places
    }

    pub(crate) fn place(&self) -> Place {
        self.page.place(self.start)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn around(&self) -> &'s Env {
        self.page.around
    }

    pub(crate) fn error(&self, what: impl Into<String>) -> ConfigError {
        ConfigError::at(self.place(), what)
    }

    fn entry<'e>(
        &'e self,
        key: &'e Spanned<DeString<'_>>,
        value: &'e Spanned<DeValue<'_>>,
    ) -> Entry<'e> {
        Entry {
            page: self.page,
            within: &self.name,
            key: key.get_ref(),
            start: key.span().start,
            value: value.get_ref(),
        }
    }
}

/// A key and its value.
pub(crate) struct Entry<'s> {
    page: &'s TomlFile<'s>,
    within: &'s str,
    key: &'s str,
    start: usize,
    value: &'s DeValue<'s>,
}

impl<'s> Entry<'s> {
    pub(crate) fn around(&self) -> &'s Env {
        self.page.around
    }

    pub(crate) fn key(&self) -> &'s str {
        self.key
    }

    pub(crate) fn place(&self) -> Place {
        self.page.place(self.start)
    }

    pub(crate) fn error(&self, what: impl std::fmt::Display) -> ConfigError {
        ConfigError::at(self.place(), format!("{} {what}", self.key))
    }

    /// The error of a value that may be shown.
    pub(crate) fn refuse(&self, value: &str, allowed: impl std::fmt::Display) -> ConfigError {
        self.error(format!("is {}; {allowed}", quoted(value)))
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&'s str> {
        self.value.as_str()
    }

    pub(crate) fn text(&self) -> Result<&'s str, ConfigError> {
        self.as_text()
            .ok_or_else(|| self.error("must be text in quotes"))
    }

    /// true or false.
    pub(crate) fn switch(&self) -> Result<bool, ConfigError> {
        let switch = self.value.as_bool();
        switch.ok_or_else(|| self.error("must be true or false, without quotes"))
    }

    /// A list of texts; `example` shows how it is written.
    pub(crate) fn texts(&self, example: &str) -> Result<Vec<&'s str>, ConfigError> {
        let texts = self.value.as_array().and_then(|list| {
            let texts = list.iter().map(|item| item.get_ref().as_str());
            texts.collect::<Option<Vec<_>>>()
        });
        texts.ok_or_else(|| self.error(format!("must be a list of texts, such as {example}")))
    }

    /// What is in a list, each at its own line; `example` shows how the list is written.
    pub(crate) fn items(&self, example: &str) -> Result<Vec<Entry<'s>>, ConfigError> {
        let list = self.value.as_array();
        let list = list.ok_or_else(|| self.error(format!("must be a list, such as {example}")))?;
        let item = |item: &'s Spanned<DeValue<'_>>| Entry {
            page: self.page,
            within: self.within,
            key: self.key,
            start: item.span().start,
            value: item.get_ref(),
        };
        Ok(list.iter().map(item).collect())
    }

    /// A day.
    pub(crate) fn day(&self) -> Result<Date, ConfigError> {
        let date = match self.value {
            DeValue::Datetime(at) if at.time.is_none() => at.date,
            _ => None,
        };
        let day = date.and_then(|date| {
            let [month, day] = [i8::try_from(date.month), i8::try_from(date.day)];
            Date::new(i16::try_from(date.year).ok()?, month.ok()?, day.ok()?).ok()
        });
        day.ok_or_else(|| self.error("must be a day, without quotes, such as 2027-01-31"))
    }

    /// A whole number, or `None`.
    pub(crate) fn number(&self) -> Option<usize> {
        let number = self.value.as_integer()?;
        usize::from_str_radix(number.as_str(), number.radix()).ok()
    }

    /// A list of whole numbers, or `None`.
    pub(crate) fn numbers(&self) -> Option<Vec<usize>> {
        let items = self.value.as_array()?.iter();
        let numbers = items.map(|item| {
            let number = item.get_ref().as_integer()?;
            usize::from_str_radix(number.as_str(), number.radix()).ok()
        });
        numbers.collect()
    }

    /// The path that the text stands for, seen from the file's folder.
    pub(crate) fn path(&self) -> Result<PathBuf, ConfigError> {
        let text = self.text()?;
        if text.is_empty() || text.contains('\0') {
            return Err(self.error("must be the path of a file"));
        }
        Ok(self.resolve(text))
    }

    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        let folder = self.page.file.parent().unwrap_or(Path::new(""));
        self.page.around.resolve(path, folder)
    }

    /// The table under this key; `example` shows how it is written.
    pub(crate) fn section(&self, example: &str) -> Result<Section<'s>, ConfigError> {
        let DeValue::Table(table) = self.value else {
            return Err(self.error(format!("must be a table, such as {example}")));
        };
        let name = if self.within.is_empty() {
            self.key.to_owned()
        } else {
            format!("{}.{}", self.within, self.key)
        };
        Ok(Section {
            page: self.page,
            name,
            start: self.start,
            table,
        })
    }
}

/// The key that was probably meant.
fn closest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    /// How alike they must be, from 0 to 1: a letter or two that is missing, wrong or too much.
    const ALIKE: f64 = 0.85;
    let alike = |known: &&str| strsim::jaro_winkler(key, known);
    let known = known.iter().copied().filter(|known| alike(known) > ALIKE);
    known.max_by(|a, b| alike(a).total_cmp(&alike(b)))
}

/// A section of a file of nothing else, for the tests of what reads it; an error as its sentence.
#[cfg(test)]
pub(super) fn read_section<T>(
    name: &str,
    text: &str,
    read: impl FnOnce(&Entry<'_>) -> Result<Option<T>, ConfigError>,
) -> Result<T, String> {
    let file: Arc<Path> = Path::new("/etc/kitdesk/config.toml").into();
    let text = format!("[{name}]\n{text}\n");
    let page = TomlFile {
        file: &file,
        text: &text,
        around: &Env::none(),
    };
    let table = page.parse().map_err(|error| error.to_string())?;
    let top = page.top(&table);
    let entry = top.get(name).expect("it is there");
    let section = read(&entry).map_err(|error| error.to_string())?;
    Ok(section.expect("it is there"))
}
