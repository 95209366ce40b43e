//! Private keys of this machine's own, each in a file that only its owner may read, in the form of OpenSSH. They
//! are made on purpose and never by the way: those who know this machine by its key would have to learn another.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rand::TryRng as _;
use rand::rngs::SysRng;
use russh::keys::PrivateKey;
use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use zeroize::Zeroizing;

use crate::config::{ConfigError, PrivateFile};
use crate::io_error::plain;

/// Why no key is made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It is there already.
    #[error("{path} is there already: this machine is known by it, and it stays as it is", path = .0.display())]
    Exists(PathBuf),
    /// It can't be written.
    #[error("{path} can't be written: {why}", path = .0.display(), why = plain(*.1))]
    Unwritable(PathBuf, io::ErrorKind),
}

/// Reads a key. Nothing of it is ever in an error; `made_by` is the command that makes one.
///
/// # Errors
/// When there is none, when others may read it, or when it is no private key or has a passphrase.
pub fn read(file: &PrivateFile, made_by: &str) -> Result<PrivateKey, ConfigError> {
    let path = file.path().display();
    let text = file.read()?;
    let key = PrivateKey::from_openssh(&*text);
    let key = key.ok().filter(|key| !key.is_encrypted());
    key.ok_or_else(|| {
        file.refused(format!(
            "{path} is not an OpenSSH private key without a passphrase; `{made_by}` makes one"
        ))
    })
}

/// Makes an Ed25519 key in a new file that only its owner may read.
///
/// # Errors
/// When the file is there already, or can't be written.
pub fn make(path: &Path, comment: &str) -> Result<PrivateKey, KeyFileError> {
    let unwritable = |error: &io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        kind => KeyFileError::Unwritable(path.to_owned(), kind),
    };
    let key = generate(comment).map_err(|error| unwritable(&error))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| unwritable(&error))?;
    let text = key.to_openssh(LineEnding::LF).map_err(io::Error::other);
    let written = text.and_then(|text| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    if let Err(error) = written {
        // Half a key would be taken for one that is there already.
        std::fs::remove_file(path).ok();
        return Err(unwritable(&error));
    }
    Ok(key)
}

/// A new Ed25519 key.
///
/// # Errors
/// When the system gives no random bytes.
pub(crate) fn generate(comment: &str) -> io::Result<PrivateKey> {
    let mut seed = Zeroizing::new([0; 32]);
    SysRng
        .try_fill_bytes(&mut *seed)
        .map_err(io::Error::other)?;
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed));
    PrivateKey::new(pair, comment).map_err(io::Error::other)
}
