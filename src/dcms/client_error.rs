//! Why there is no client: a setting that can't be used.

/// Why a client could not be made: a sentence about the setting at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ClientError {
    setting: Option<&'static str>,
    what: String,
}

impl ClientError {
    pub(super) fn of(setting: impl Into<Option<&'static str>>, what: impl Into<String>) -> Self {
        Self {
            setting: setting.into(),
            what: what.into(),
        }
    }

    /// What the profile calls it, where it is one of its settings.
    #[must_use]
    pub fn setting(&self) -> Option<&'static str> {
        self.setting
    }
}
