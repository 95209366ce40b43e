//! Settings that take one of a few words. Each word is written once: it is read, shown and listed by it.

use std::fmt;

use super::error::ConfigError;
use super::toml_file::Entry;
use crate::pin::{BlockForm, KeyFormat};

/// What is at stake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Made-up customers.
    Sandbox,
    /// A bank's acceptance tests.
    Uat,
    /// Real cards.
    Live,
}

impl Environment {
    /// The word that is always on the screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sandbox => "SANDBOX",
            Self::Uat => "UAT",
            Self::Live => "LIVE",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Where a PIN may be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinEntryRule {
    /// At this machine's own keyboard, not over SSH.
    Local,
    /// Over SSH too.
    Anywhere,
    /// Nowhere.
    Off,
}

impl PinEntryRule {
    /// The default of an environment.
    #[must_use]
    pub fn usual(environment: Environment) -> Self {
        match environment {
            Environment::Live => Self::Local,
            Environment::Sandbox | Environment::Uat => Self::Anywhere,
        }
    }
}

/// What a PIN is bound to (contract, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PinAccount {
    /// The card number.
    #[default]
    Pan,
    /// The kit number, its last twelve digits as they stand.
    Kit,
    /// The kit number, its last digit dropped like a check digit.
    KitAsPan,
}

/// What is done about a PIN that is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WeakPinRule {
    /// It is refused.
    #[default]
    Refuse,
    /// It is taken: the bank's other systems look at it.
    Allow,
}

/// Whether the password has to be bound to the TLS connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelBinding {
    /// It has to be: nobody between can log in with it.
    #[default]
    Require,
    /// Where the server's certificate allows it.
    Prefer,
}

/// What happens to writes while the central store can't be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenDown {
    /// They are not sent.
    #[default]
    Refuse,
    /// They are sent without a claim.
    Local,
}

/// A choice between a few words.
pub trait Words: Copy + 'static {
    /// Every choice.
    const ALL: &'static [Self];

    /// Its word in the configuration.
    fn name(self) -> &'static str;

    /// What the word means, if it is one of these.
    #[must_use]
    fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|choice| choice.name() == name)
    }

    /// All the words, in a list for people.
    #[must_use]
    fn names() -> String {
        let names: Vec<_> = Self::ALL.iter().map(|choice| choice.name()).collect();
        names.join(", ")
    }
}

macro_rules! words {
    ($($choice:ty { $($variant:ident = $name:literal),+ })+) => {
        $(impl Words for $choice {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        })+
    };
}

words! {
    Environment { Sandbox = "sandbox", Uat = "uat", Live = "live" }
    PinEntryRule { Local = "local", Anywhere = "anywhere", Off = "off" }
    PinAccount { Pan = "pan", Kit = "kit", KitAsPan = "kit-as-pan" }
    BlockForm { Raw = "raw", Hex = "hex" }
    KeyFormat { Hex = "hex", Base64 = "base64", Text = "text" }
    ChannelBinding { Require = "require", Prefer = "prefer" }
    WhenDown { Refuse = "refuse", Local = "local" }
    WeakPinRule { Refuse = "refuse", Allow = "allow" }
}

/// Reads one of the words.
pub(super) fn word<T: Words>(entry: &Entry<'_>) -> Result<T, ConfigError> {
    let text = entry.text()?;
    T::from_name(text).ok_or_else(|| entry.refuse(text, format!("allowed are {}", T::names())))
}
