//! The keys by which clients know this server. They are made once, by `kitdesk serve --init`, and never
//! by the way: a server whose key changes teaches its users to accept any.

use std::io;
use std::path::{Path, PathBuf};

use russh::keys::ssh_key::certificate::CertType;
use russh::keys::{Algorithm, Certificate, HashAlg, PrivateKey};

use crate::config::{ConfigError, PrivateFile};
use crate::io_error::plain;
use crate::key_file::{self, KeyFileError};

const MADE_BY: &str = "kitdesk serve --init";

/// Reads a host key. Nothing of it is ever in an error.
///
/// # Errors
/// When there is none, when others may read it, or when it is no ed25519 or ecdsa key.
pub fn read(file: &PrivateFile) -> Result<PrivateKey, ConfigError> {
    let path = file.path().display();
    let key = key_file::read(file, MADE_BY)?;
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::Ecdsa { .. } => Ok(key),
        kind => Err(file.refused(format!(
            "{path} holds a key of the kind {kind}; allowed are ed25519 and ecdsa, and `{MADE_BY}` makes one"
        ))),
    }
}

/// The host key's certificate, if there is one next to it: `host_ed25519-cert.pub` for `host_ed25519`. Clients that
/// trust its authority ask nobody about the key.
///
/// # Errors
/// When it can't be read, or is of another key or not of a host.
pub(super) fn certificate(
    file: &PrivateFile,
    key: &PrivateKey,
) -> Result<Option<Certificate>, ConfigError> {
    let mut path = file.path().as_os_str().to_owned();
    path.push("-cert.pub");
    let path = PathBuf::from(path);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let why = plain(error.kind());
            return Err(file.refused(format!("{} can't be read: {why}", path.display())));
        }
    };
    let certificate = Certificate::from_openssh(text.trim()).ok();
    let fits = |certificate: &Certificate| {
        certificate.cert_type() == CertType::Host
            && certificate.public_key() == key.public_key().key_data()
    };
    match certificate.filter(fits) {
        Some(certificate) => Ok(Some(certificate)),
        None => Err(file.refused(format!(
            "{} is not a host certificate of this key; `ssh-keygen -h -s` makes one",
            path.display()
        ))),
    }
}

/// Makes a host key in a new file that only its owner may read. Gives its fingerprint.
///
/// # Errors
/// When the file is there already, or can't be written.
pub fn make(path: &Path, comment: &str) -> Result<String, KeyFileError> {
    key_file::make(path, comment).map(|key| fingerprint(&key))
}

/// What a client shows when it sees the key for the first time.
#[must_use]
pub fn fingerprint(key: &PrivateKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let own = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), own).expect("a folder of our own");
        folder
    }

    #[test]
    fn a_key_is_made_once_and_read_as_the_same() {
        let folder = folder();
        let path = folder.path().join("host_ed25519");
        let made = make(&path, "kitdesk").expect("made");
        let permissions = path.metadata().expect("there").permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
        let file = PrivateFile::alone(&path);
        let key = read(&file).expect("read");
        assert_eq!(fingerprint(&key), made);
        let again = make(&path, "kitdesk").expect_err("it is there");
        assert!(matches!(again, KeyFileError::Exists(_)), "{again}");
        assert_eq!(fingerprint(&read(&file).expect("read")), made);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = folder();
        let path = folder.path().join("host_ed25519");
        make(&path, "kitdesk").expect("made");
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(&path, open).expect("opened");
        let error = read(&PrivateFile::alone(&path))
            .map(drop)
            .expect_err("refused")
            .to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn what_is_no_key_is_refused_without_showing_it() {
        let folder = folder();
        let path = folder.path().join("host_ed25519");
        let mut options = OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options
            .write(true)
            .create_new(true)
            .open(&path)
            .expect("new");
        file.write_all(b"something secret").expect("written");
        let error = read(&PrivateFile::alone(&path))
            .map(drop)
            .expect_err("refused")
            .to_string();
        assert!(error.contains("kitdesk serve --init") && !error.contains("something secret"));
    }
}
