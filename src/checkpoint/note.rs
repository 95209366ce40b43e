//! Signed notes, as C2SP `signed-note` has them, with Ed25519 (type 1): a text, an empty line, and a line for each
//! signature. The text counts for nothing until a key that is trusted has signed it.

use std::fmt;
use std::str::FromStr;

use russh::keys::PrivateKey;
use russh::keys::signature::{Signer as _, Verifier as _};
use russh::keys::ssh_key::public::{Ed25519PublicKey, KeyData};
use russh::keys::ssh_key::{Algorithm, Signature};
use sha2::{Digest as _, Sha256};

use super::encoding::{base64, of_base64};

/// The type of an Ed25519 signature.
const ED25519: u8 = 1;
/// A note with many signatures of others is shorter than this.
const LONGEST: usize = 64 * 1024;

/// Why the text of a note counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is no note.
    #[error("it is no signed note")]
    NotANote,
    /// No signature in it is by this key.
    #[error("it is not signed by this key")]
    OtherKey,
    /// The signature by this key is not of this text.
    #[error(
        "its signature does not fit: the text or the signature was changed, or another key made it"
    )]
    Forged,
}

/// A public key by which notes are checked. Its text is the `vkey` of C2SP: `NAME+ID+KEY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: [u8; 32],
}

/// A private key and the name by which it signs.
#[derive(Clone)]
pub struct Signer {
    pub(super) key: PrivateKey,
    pub(super) verifying: VerifyingKey,
}

impl VerifyingKey {
    pub(super) fn new(name: String, key: [u8; 32]) -> Self {
        Self { name, key }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key)
            .finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The text of a note that this key has signed.
    ///
    /// # Errors
    /// Why it is not.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let (text, signatures) = split(note).ok_or(NoteError::NotANote)?;
        let mut is_signed = false;
        for line in signatures.lines() {
            let (name, signature) = signature(line).ok_or(NoteError::NotANote)?;
            let Some(by_this) = signature
                .strip_prefix(&self.id())
                .filter(|_| name == self.name)
            else {
                continue;
            };
            if !self.has_signed(text, by_this) {
                return Err(NoteError::Forged);
            }
            is_signed = true;
        }
        is_signed.then_some(text).ok_or(NoteError::OtherKey)
    }

    fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let key = KeyData::Ed25519(Ed25519PublicKey(self.key));
        let signature = Signature::new(Algorithm::Ed25519, signature);
        signature.is_ok_and(|signature| key.verify(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let key = [&[ED25519], self.key.as_slice()].concat();
        write!(f, "{}+{id:08x}+{}", self.name, base64(&key))
    }
}

impl FromStr for VerifyingKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, rest) = text.split_once('+').ok_or(())?;
        let (_, key) = rest.split_once('+').ok_or(())?;
        let key = of_base64(key).ok_or(())?;
        let key = key.strip_prefix(&[ED25519]).ok_or(())?;
        let key = Self::new(name.to_owned(), key.try_into().map_err(drop)?);
        // With it, the id in the middle is checked.
        let is_whole = is_name(name) && key.to_string() == text;
        is_whole.then_some(key).ok_or(())
    }
}

impl Signer {
    /// The public key of its signatures.
    #[must_use]
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// A note of this text, which ends with a newline.
    ///
    /// # Panics
    /// Never: each key has signed once when it was read.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.try_sign(text.as_bytes());
        let signature = signature.expect("a key is tried out when it is read");
        let signature = [&self.verifying.id(), signature.as_bytes()].concat();
        format!(
            "{text}\n\u{2014} {} {}\n",
            self.verifying.name,
            base64(&signature)
        )
    }
}

/// The text and the lines of signatures.
fn split(note: &str) -> Option<(&str, &str)> {
    let is_control = |c: char| c < ' ' && c != '\n';
    if note.len() > LONGEST || note.contains(is_control) {
        return None;
    }
    let at = note.rfind("\n\n")?;
    let signatures = &note[at + 2..];
    let is_whole = signatures.ends_with('\n');
    is_whole.then_some((&note[..=at], signatures))
}

/// The name and the bytes of a line.
fn signature(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let signature = of_base64(signature)?;
    (is_name(name) && signature.len() > 4).then_some((name, signature))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::SigningKey;

    /// The example of Go's `golang.org/x/mod/sumdb/note`.
    const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\
        \n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn key(text: &str) -> VerifyingKey {
        text.parse().expect("a key")
    }

    #[test]
    fn published_notes_are_opened() {
        let text = key(PETER).open(NOTE).expect("it is signed");
        assert!(text.starts_with("If you think") && text.ends_with("problem is.\n"));
        assert_eq!(key(PETER).to_string(), PETER);
        // The example of C2SP `signed-note`.
        let other = key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        let note = "This is an example message.\n\n\u{2014} example.com/foo \
            Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        assert_eq!(other.open(note), Ok("This is an example message.\n"));
        assert_eq!(other.open(NOTE), Err(NoteError::OtherKey));
    }

    #[test]
    fn what_is_signed_here_is_opened_with_the_key_s_text() {
        let signer = SigningKey::generate().expect("a key").signer("kitdesk/a");
        let note = signer.sign("kitdesk/a\n1\n\nafter an empty line\n");
        let read = key(&signer.verifying().to_string());
        assert_eq!(
            read.open(&note),
            Ok("kitdesk/a\n1\n\nafter an empty line\n")
        );
        // A witness has signed it too, before or after.
        let (text, by_host) = note.rsplit_once("\n\n").expect("two parts");
        let witness = NOTE.lines().last().expect("a signature");
        for both in [
            format!("{text}\n\n{by_host}{witness}\n"),
            format!("{text}\n\n{witness}\n{by_host}"),
        ] {
            assert!(read.open(&both).is_ok(), "{both}");
        }
        let other = SigningKey::generate().expect("a key").signer("kitdesk/a");
        assert_eq!(other.verifying().open(&note), Err(NoteError::OtherKey));
    }

    #[test]
    fn no_byte_can_be_changed() {
        let peter = key(PETER);
        for at in 0..NOTE.len() {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(peter.open(&changed).is_err(), "byte {at}");
            }
            if let Some(short) = NOTE.get(..at) {
                assert!(peter.open(short).is_err(), "cut at {at}");
            }
        }
        for line in 0..NOTE.lines().count() {
            let mut lines: Vec<_> = NOTE.lines().collect();
            lines.remove(line);
            assert!(
                peter.open(&(lines.join("\n") + "\n")).is_err(),
                "without line {line}"
            );
        }
        assert_eq!(
            peter.open(&NOTE.replace('\n', "\r\n")),
            Err(NoteError::NotANote)
        );
        let long = format!("{}{NOTE}", " ".repeat(LONGEST));
        assert_eq!(peter.open(&long), Err(NoteError::NotANote));
    }

    #[test]
    fn a_key_s_text_is_read_to_the_letter() {
        for odd in [
            "",
            "PeterNeumann",
            &PETER.replace("c74f20a3", "c74f20a4"),
            &PETER.replace("c74f20a3", "C74F20A3"),
            &PETER.replace("PeterNeumann", "Peter Neumann"),
            &PETER.replace("PeterNeumann", ""),
            &PETER.replace("+ARpc", "+Appc"),
            &PETER[..PETER.len() - 4],
            &format!("{PETER}\n"),
        ] {
            assert!(odd.parse::<VerifyingKey>().is_err(), "{odd:?}");
        }
    }
}
