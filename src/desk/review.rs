//! The rows of a review: what will be sent next to what is there now.

use std::fmt;

use crate::dcms::Text;

/// One row: what, as it is, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The field's name.
    pub what: String,
    /// As it is now.
    pub now: String,
    /// As it will be sent, or a word about why it is not.
    pub asked: String,
    /// Whether the two differ.
    pub changes: bool,
}

/// What there is to say below the rows of a review. It is read before the request is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// What can't be undone.
    Final(&'static str),
    /// What speaks for a second look.
    Warning(String),
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Final(said) => f.write_str(said),
            Self::Warning(said) => f.write_str(said),
        }
    }
}

/// A text of the server's, or a dash.
#[must_use]
pub fn shown(text: Option<&Text>) -> String {
    text.map_or_else(|| "—".into(), |text| text.shown().into_owned())
}

/// A row that is sent as it is.
pub(super) fn sent(what: &str, now: impl Into<String>) -> Row {
    let now = now.into();
    Row {
        what: what.into(),
        asked: now.clone(),
        now,
        changes: false,
    }
}

/// A row that is there to be compared with, and not sent.
pub(super) fn fact(what: &str, now: impl Into<String>) -> Row {
    Row {
        what: what.into(),
        now: now.into(),
        asked: String::new(),
        changes: false,
    }
}

/// A row of what is asked for; what is left out, the DCMS decides.
pub(super) fn wanted(what: String, now: String, asked: Option<String>) -> Row {
    match asked {
        Some(asked) => Row {
            what,
            changes: asked != now,
            now,
            asked,
        },
        None => Row {
            what,
            now,
            asked: "not sent: the DCMS decides".into(),
            changes: false,
        },
    }
}

/// A row of something that changes for certain.
pub(super) fn change(what: &str, now: impl Into<String>, asked: impl Into<String>) -> Row {
    Row {
        what: what.into(),
        now: now.into(),
        asked: asked.into(),
        changes: true,
    }
}
