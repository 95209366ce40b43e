//! A public key as people write it, which kinds are taken, and the fingerprint that stands for it.

use std::fmt;
use std::str::FromStr;

use russh::keys::ssh_key::public::KeyData;
use russh::keys::ssh_key::{self, Algorithm, HashAlg, PublicKey};

/// The SHA-256 of a public key, as `ssh-keygen -l` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(ssh_key::Fingerprint);

impl Fingerprint {
    /// Of a key.
    #[must_use]
    pub fn of(key: &PublicKey) -> Self {
        Self::of_data(key.key_data())
    }

    pub(super) fn of_data(key: &KeyData) -> Self {
        Self(key.fingerprint(HashAlg::Sha256))
    }

    pub(super) fn as_ssh(&self) -> &ssh_key::Fingerprint {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl FromStr for Fingerprint {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let fingerprint: ssh_key::Fingerprint = text.parse().map_err(|_| KeyError::Fingerprint)?;
        if !fingerprint.is_sha256() {
            return Err(KeyError::Fingerprint);
        }
        Ok(Self(fingerprint))
    }
}

/// Why a key or its fingerprint is not taken. It never quotes what was written: a private key may have been
/// pasted by mistake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is no key.
    #[error("must be a public key on one line, such as \"ssh-ed25519 AAAA... maria@pad\"")]
    NotOne,
    /// It is the other half.
    #[error(
        "is a private key: take it out of the file at once, make a new pair, and write the line of its .pub file here"
    )]
    Private,
    /// It is a certificate.
    #[error(
        "is a certificate, which needs no entry: write the key of who issued it under [authorities.NAME]"
    )]
    Certificate,
    /// It has words in front that only sshd knows.
    #[error("has options before the key: leave them out; networks belong into from = [...]")]
    Options,
    /// It is of a kind that is not taken.
    #[error(
        "is of the kind {0}; allowed are ssh-ed25519, ecdsa-sha2-nistp256, -384, -521 and the sk- kinds of security keys"
    )]
    Kind(&'static str),
    /// It is no fingerprint.
    #[error(
        "must be a fingerprint as `ssh-keygen -l` shows it, such as SHA256:Nh0Me49Zh9fDw/VYUfq43IJmI1T+XrjiYONPND8GzaM"
    )]
    Fingerprint,
}

/// Refuses the kinds that are not taken: RSA and DSA are old, and this program is built without them.
pub(super) fn check_kind(algorithm: &Algorithm) -> Result<(), KeyError> {
    match algorithm {
        Algorithm::Ed25519
        | Algorithm::Ecdsa { .. }
        | Algorithm::SkEd25519
        | Algorithm::SkEcdsaSha2NistP256 => Ok(()),
        Algorithm::Rsa { .. } => Err(KeyError::Kind("RSA")),
        Algorithm::Dsa => Err(KeyError::Kind("DSA")),
        _ => Err(KeyError::Kind("that is not known here")),
    }
}

/// Reads one public key with its comment.
pub(super) fn public_key(text: &str) -> Result<PublicKey, KeyError> {
    if text.contains("PRIVATE KEY") || text.starts_with("PuTTY-User-Key-File") {
        return Err(KeyError::Private);
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let first = words.first().ok_or(KeyError::NotOne)?;
    if first.contains("-cert-v01@") {
        return Err(KeyError::Certificate);
    }
    let is_kind = |word: &&str| {
        let kind = word.trim_start_matches("sk-");
        ["ssh-ed25519", "ssh-rsa", "ssh-dss"]
            .iter()
            .any(|known| kind.starts_with(known))
            || kind.starts_with("ecdsa-sha2-")
    };
    if !is_kind(first) && words.iter().any(is_kind) {
        return Err(KeyError::Options);
    }
    let key = PublicKey::from_openssh(&words.join(" ")).map_err(|_| KeyError::NotOne)?;
    check_kind(&key.algorithm())?;
    match key.key_data() {
        KeyData::Certificate(_) => Err(KeyError::Certificate),
        _ => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::*;

    #[test]
    fn a_key_is_read_with_its_comment_whatever_the_blanks() {
        let text = line(&key(1), "maria at pad");
        for text in [text.clone(), format!("  {}\t\n", text.replace(' ', "  "))] {
            let read = public_key(&text).expect("a key");
            assert_eq!(Fingerprint::of(&read), fingerprint(&key(1)));
            assert_eq!(read.comment().as_str_lossy(), "maria at pad");
        }
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_shown() {
        let of = fingerprint(&key(1));
        assert_eq!(of.to_string().parse(), Ok(of));
        for odd in ["", "SHA256:", "MD5:aa", "SHA512:abc"] {
            assert_eq!(odd.parse::<Fingerprint>(), Err(KeyError::Fingerprint));
        }
    }

    #[test]
    fn old_kinds_and_other_things_are_refused_in_words() {
        let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDKrA== x";
        let own = line(&key(1), "x");
        for (text, error) in [
            ("", KeyError::NotOne),
            ("hello", KeyError::NotOne),
            ("ssh-ed25519", KeyError::NotOne),
            ("ssh-ed25519 AAAA", KeyError::NotOne),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", KeyError::Private),
            ("PuTTY-User-Key-File-3: ssh-ed25519", KeyError::Private),
            (
                "ssh-ed25519-cert-v01@openssh.com AAAA",
                KeyError::Certificate,
            ),
            (&format!("from=\"10.0.0.1\" {own}"), KeyError::Options),
        ] {
            assert_eq!(public_key(text).expect_err(text), error, "{text}");
        }
        assert!(matches!(
            public_key(rsa),
            Err(KeyError::Kind("RSA") | KeyError::NotOne)
        ));
        assert_eq!(check_kind(&Algorithm::Dsa), Err(KeyError::Kind("DSA")));
        assert_eq!(
            check_kind(&Algorithm::Rsa { hash: None }),
            Err(KeyError::Kind("RSA"))
        );
        assert_eq!(check_kind(&Algorithm::SkEd25519), Ok(()));
        assert_eq!(check_kind(&Algorithm::SkEcdsaSha2NistP256), Ok(()));
    }
}
