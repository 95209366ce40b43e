//! Who records are by: a person at a place, for one session. One journal can be written by many of them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::draft::Origin;
use super::entry::{Where, Who};
use super::error::JournalError;
use super::in_place::InPlace;
use super::presence::Presence;

/// A person at a place, for one session. The session counts as running from its first record on until the
/// author is dropped, and with it all that is still to be recorded for them.
pub struct Author {
    origin: Arc<Origin>,
    signed_on: OnceLock<Arc<SignedOn>>,
}

/// An author whose session runs.
pub(super) struct SignedOn {
    pub(super) origin: Arc<Origin>,
    presence: Presence,
    /// The file that tells others of the session.
    file: InPlace,
}

impl Author {
    /// An author whose session begins with their first record.
    #[must_use]
    pub fn new(who: &Who, place: &Where) -> Self {
        Self {
            origin: Arc::new(Origin::new(who, place)),
            signed_on: OnceLock::new(),
        }
    }

    /// The same with their session running, which is announced in this folder the first time.
    pub(super) fn signed_on(&self, state: &Path) -> Result<Arc<SignedOn>, JournalError> {
        if let Some(signed_on) = self.signed_on.get() {
            return Ok(Arc::clone(signed_on));
        }
        let presence = Presence::announce(state)?;
        let signed_on = SignedOn {
            origin: Arc::clone(&self.origin),
            file: InPlace::of(presence.path())?,
            presence,
        };
        Ok(Arc::clone(
            self.signed_on.get_or_init(|| Arc::new(signed_on)),
        ))
    }
}

impl SignedOn {
    pub(super) fn session(&self) -> &str {
        self.presence.session()
    }

    /// Whether others still see that the session runs.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        self.file.check()
    }
}
