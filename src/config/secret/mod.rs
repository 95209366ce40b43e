//! Where keys, passwords and header values are kept, and fetching them at the moment of use.
//! A source may be shown by its kind and name; what it yields never, nor a command's arguments.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::command::{self, CommandError, Program};
use super::env::Env;
use super::error::{ConfigError, Place};
use super::file_checks::FileError;
use super::files::{self, Others};
use crate::pin::{CheckValue, Key, KeyError, KeyFormat, scrub_stack};

/// Where a secret is kept. Cheap to clone and free to move between threads.
#[derive(Clone)]
pub struct SecretSource {
    place: Option<Place>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    File(PathBuf),
    Variable {
        name: String,
        around: Env,
    },
    Command {
        program: Program,
        arguments: Arc<[String]>,
        around: Env,
    },
    KeyRepeatGuard(Arc<Zeroizing<Vec<u8>>>),
}

impl SecretSource {
    pub(super) fn file(path: PathBuf, place: Place) -> Self {
        Self::new(Kind::File(path), place)
    }

    pub(super) fn variable(name: &str, around: &Env, place: Place) -> Self {
        let name = name.to_owned();
        let around = around.clone();
        Self::new(Kind::Variable { name, around }, place)
    }

    pub(super) fn command(
        program: Program,
        arguments: &[&str],
        around: &Env,
        place: Place,
    ) -> Self {
        let kind = Kind::Command {
            program,
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            around: around.clone(),
        };
        Self::new(kind, place)
    }

    fn new(kind: Kind, place: Place) -> Self {
        let place = Some(place);
        Self { place, kind }
    }

    /// The kind and the name, which may be shown: `file /etc/kitdesk/pin.key`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::File(path) => format!("file {}", path.display()),
            Kind::Variable { name, .. } => format!("environment variable {name}"),
            Kind::Command { program, .. } => format!("command {}", program.shown()),
            Kind::KeyRepeatGuard(_) => "held in memory".to_owned(),
        }
    }

    /// Finds errors that show without fetching the secret: a missing or exposed file, a program that
    /// others can change.
    ///
    /// # Errors
    /// When it is a file that is missing or that others can read or replace, or a program that others can
    /// replace.
    pub fn check(&self) -> Result<(), SecretError> {
        match &self.kind {
            Kind::File(path) => {
                let checked = files::check(path, Others::Nothing);
                checked.map_err(|error| self.error(error))
            }
            Kind::Command {
                program, around, ..
            } => {
                let checked = program.check(around);
                checked.map_err(|error| self.command_fault(program, error))
            }
            Kind::Variable { .. } | Kind::KeyRepeatGuard(_) => Ok(()),
        }
    }

    /// Fetches the secret as text. Blocks for up to five seconds when a command has to be asked.
    ///
    /// # Errors
    /// When there is none to be had, or it is not UTF-8.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        let bytes = self.bytes(command::PATIENCE)?;
        let text = str::from_utf8(&bytes).map_err(|_| self.error(Why::NotText(self.describe())))?;
        Ok(SecretString::from(text))
    }

    /// Without the one line break that editors and programs add.
    fn bytes(&self, patience: Duration) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        let mut bytes = match &self.kind {
            Kind::File(path) => {
                let read = files::read(path, Others::Nothing);
                read.map_err(|error| self.error(error))?
            }
            Kind::Variable { name, around } => {
                let value = around.var(name);
                let value = value.ok_or_else(|| self.error(Why::Unset(name.clone())))?;
                return Ok(Zeroizing::new(value.into_encoded_bytes()));
            }
            Kind::Command {
                program,
                arguments,
                around,
            } => command::ask(program, arguments, around, patience)
                .map_err(|error| self.command_fault(program, error))?,
            Kind::KeyRepeatGuard(bytes) => return Ok(Zeroizing::clone(bytes)),
        };
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let len = text.strip_suffix(b"\r").unwrap_or(text).len();
        bytes.truncate(len);
        if bytes.is_empty() {
            return Err(self.error(Why::Blank(self.describe())));
        }
        Ok(bytes)
    }

    fn command_fault(&self, program: &Program, error: CommandError) -> SecretError {
        let program = program.shown().to_owned();
        self.error(Why::Command { program, error })
    }

    fn error(&self, why: impl Into<Why>) -> SecretError {
        let place = self.place.clone();
        let why = why.into();
        SecretError { place, why }
    }
}

/// Where an AES key is kept, and how it is written down there.
#[derive(Clone)]
pub struct KeySource {
    source: SecretSource,
    format: Option<KeyFormat>,
}

impl KeySource {
    pub(super) fn new(source: SecretSource, format: KeyFormat) -> Self {
        let format = Some(format);
        Self { source, format }
    }

    /// A key whose own bytes (not their hex) stay in memory, as the built-in sandbox has it.
    #[must_use]
    pub fn held(key: Zeroizing<Vec<u8>>) -> Self {
        let kind = Kind::KeyRepeatGuard(Arc::new(key));
        let source = SecretSource { place: None, kind };
        Self {
            source,
            format: None,
        }
    }

    /// The kind and the name, which may be shown: `command vault`.
    #[must_use]
    pub fn describe(&self) -> String {
        self.source.describe()
    }

    /// Finds errors that show without fetching the key: a missing or exposed file.
    ///
    /// # Errors
    /// When it is a file that is missing or that others can read or replace.
    pub fn check(&self) -> Result<(), SecretError> {
        self.source.check()
    }

    /// Fetches the key: hold it only while it is used. Blocks for up to five seconds.
    ///
    /// # Errors
    /// When there is none to be had, or it is no key.
    pub fn read(&self) -> Result<Key, SecretError> {
        self.read_within(command::PATIENCE)
    }

    /// Fetches the key for its check value alone, and wipes it again. Blocks for up to five seconds.
    ///
    /// # Errors
    /// When there is none to be had, or it is no key.
    pub fn check_value(&self) -> Result<CheckValue, SecretError> {
        let value = self.read().map(|key| key.check_value());
        scrub_stack();
        value
    }

    /// How it is written down there; nothing for one that is held as its own bytes.
    #[must_use]
    pub fn format(&self) -> Option<KeyFormat> {
        self.format
    }

    pub(super) fn read_within(&self, patience: Duration) -> Result<Key, SecretError> {
        let bytes = self.source.bytes(patience)?;
        let key = match self.format {
            Some(format) => Key::parse(&bytes, format),
            None => Key::from_bytes(&bytes),
        };
        key.map_err(|error| {
            let name = self.describe();
            self.source.error(Why::Key { name, error })
        })
    }
}

/// The value of a fixed header.
#[derive(Clone)]
pub enum HeaderValueSource {
    /// Written in the configuration. It is never shown, because it may be a gateway's key.
    Plain(SecretString),
    /// To be fetched.
    Fetched(SecretSource),
}

impl HeaderValueSource {
    /// Where the value is, which may be shown.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Plain(_) => "plain value".to_owned(),
            Self::Fetched(source) => source.describe(),
        }
    }
}

/// Why a secret could not be fetched. The sentence never holds a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretError {
    place: Option<Place>,
    why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Why {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the environment variable {0} is not set or empty")]
    Unset(String),
    #[error("the command {program} {error}")]
    Command {
        program: String,
        error: CommandError,
    },
    #[error("{0}: there is nothing in it")]
    Blank(String),
    #[error("{0}: it is not text")]
    NotText(String),
    #[error("{name}: {error}")]
    Key { name: String, error: KeyError },
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.why),
            None => write!(f, "{}", self.why),
        }
    }
}

impl std::error::Error for SecretError {}

impl From<SecretError> for ConfigError {
    fn from(error: SecretError) -> Self {
        Self::maybe_at(error.place, error.why.to_string())
    }
}

#[cfg(test)]
mod tests;
