//! The key by which a host signs checkpoints: an Ed25519 key in a file of its own.

use std::io;
use std::path::Path;

use russh::keys::PrivateKey;
use russh::keys::signature::Signer as _;
use russh::keys::ssh_key::Signature;

use super::note::{Signer, VerifyingKey};
use crate::config::{ConfigError, PrivateFile};
use crate::key_file::{self, KeyFileError};

/// A private Ed25519 key.
#[derive(Clone)]
pub struct SigningKey {
    key: PrivateKey,
    public: [u8; 32],
}

const MADE_BY: &str = "kitdesk central enrol";

impl SigningKey {
    /// Reads it. Nothing of it is ever in an error.
    ///
    /// # Errors
    /// When there is none, when others may read it, or when it is no Ed25519 key.
    pub fn read(file: &PrivateFile) -> Result<Self, ConfigError> {
        let path = file.path();
        if matches!(path.try_exists(), Ok(false)) {
            let path = path.display();
            return Err(file.refused(format!("{path} does not exist; `{MADE_BY}` makes it")));
        }
        let key = key_file::read(file, MADE_BY)?;
        let kind = key.algorithm();
        let refused = || {
            let path = path.display();
            file.refused(format!(
                "{path} holds a key of the kind {kind}; allowed is ed25519, and `{MADE_BY}` makes one"
            ))
        };
        Self::of(key).ok_or_else(refused)
    }

    /// Makes it in a new file that only its owner may read.
    ///
    /// # Errors
    /// When the file is there already, or can't be written.
    pub fn make(path: &Path) -> Result<Self, KeyFileError> {
        let key = key_file::make(path, "kitdesk checkpoints")?;
        let other = || KeyFileError::Unwritable(path.to_owned(), io::ErrorKind::InvalidData);
        Self::of(key).ok_or_else(other)
    }

    #[cfg(test)]
    pub(crate) fn generate() -> Option<Self> {
        Self::of(key_file::generate("").ok()?)
    }

    fn of(key: PrivateKey) -> Option<Self> {
        let public = key.public_key().key_data().ed25519()?.0;
        // The two halves of a key in a file may not belong together.
        let tried: Result<Signature, _> = key.try_sign(b"");
        tried.ok()?;
        Some(Self { key, public })
    }

    /// Signs with it by this name.
    #[must_use]
    pub fn signer(&self, name: &str) -> Signer {
        Signer {
            key: self.key.clone(),
            verifying: VerifyingKey::new(name.to_owned(), self.public),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_as_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("signing_ed25519");
        let file = PrivateFile::alone(&path);
        let said = SigningKey::read(&file).err().expect("none yet").to_string();
        assert!(said.contains("`kitdesk central enrol` makes it"), "{said}");
        let made = SigningKey::make(&path).expect("made");
        let read = SigningKey::read(&file).expect("read");
        let name = |key: &SigningKey| key.signer("a").verifying().to_string();
        assert_eq!(name(&made), name(&read));
        assert!(matches!(
            SigningKey::make(&path),
            Err(KeyFileError::Exists(_))
        ));
    }
}
