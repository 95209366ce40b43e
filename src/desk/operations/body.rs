//! A request's body: as it travels, and as people and the journal see it.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::journal::{Digest, Write};

/// A request's body: to the letter, but for a PIN, which is covered.
#[derive(Debug, Clone)]
pub struct Body {
    raw: Box<RawValue>,
    pretty: String,
}

impl Body {
    /// Takes down a body.
    ///
    /// # Panics
    /// When the body is no plain struct with text keys, which every request is.
    pub fn new(body: &impl Serialize) -> Self {
        const PLAIN: &str = "requests are plain structs with text keys";
        Self {
            raw: to_raw_value(body).expect(PLAIN),
            pretty: serde_json::to_string_pretty(body).expect(PLAIN),
        }
    }

    /// As it travels.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// One field a line.
    #[must_use]
    pub fn pretty(&self) -> &str {
        &self.pretty
    }

    /// For comparing requests.
    pub(in crate::desk) fn digest(&self, write: Write) -> Digest {
        let body: Value = serde_json::from_str(self.raw.get()).expect("it was made as JSON");
        Digest::of(write, &body)
    }
}
