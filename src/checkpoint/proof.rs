//! The text of a proof that can be checked anywhere, as C2SP `tlog-proof` has it: what is proved, its place, the way
//! from there to the root, and the signed checkpoint of that root.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::encoding::{base64, of_base64};
use super::inclusion::Inclusion;
use super::merkle::Root;
use super::note::{NoteError, VerifyingKey};
use super::tree_head::Checkpoint;

const HEADING: &str = "c2sp.org/tlog-proof@v1";

/// A proof. Nothing of it is true until it was checked with a key: see [`Self::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What is proved, in the bytes of which the tree has the hash.
    pub bytes: Vec<u8>,
    /// Its way to the root.
    pub inclusion: Inclusion,
    /// The note of a checkpoint.
    pub note: String,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Of its note.
    #[error("of its checkpoint, {0}")]
    Note(#[from] NoteError),
    /// What is signed is something else.
    #[error("what is signed in it is no checkpoint")]
    NoCheckpoint,
    /// It is in no tree with that root, or at another place.
    #[error(
        "what it proves, its place or its way there was changed: it does not lead to what was signed"
    )]
    OtherRoot,
}

impl Proof {
    /// Reads its text. Nothing where it is no proof with what it proves in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        (lines.next()? == HEADING).then_some(())?;
        let bytes = of_base64(lines.next()?.strip_prefix("extra ")?)?;
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let path = lines.map(Root::parse).collect::<Option<Vec<_>>>()?;
        let proof = Self {
            bytes,
            inclusion: Inclusion { index, path },
            note: note.to_owned(),
        };
        // Each has one way to be written.
        (proof.to_string() == text).then_some(proof)
    }

    /// The checkpoint of which it shows that this key has signed it, and that what it proves is in it.
    ///
    /// # Errors
    /// Why it does not.
    pub fn check(&self, key: &VerifyingKey) -> Result<Checkpoint, ProofError> {
        let signed = Checkpoint::parse(key.open(&self.note)?).ok_or(ProofError::NoCheckpoint)?;
        let leaf = Sha256::digest(&self.bytes);
        if self.inclusion.root(&leaf, signed.size) == Some(signed.root) {
            Ok(signed)
        } else {
            Err(ProofError::OtherRoot)
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADING}\nextra {}", base64(&self.bytes))?;
        writeln!(f, "index {}", self.inclusion.index)?;
        for root in &self.inclusion.path {
            writeln!(f, "{root}")?;
        }
        write!(f, "\n{}", self.note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{InclusionBuilder, SigningKey, origin};

    fn proof() -> (Proof, VerifyingKey) {
        let signer = SigningKey::generate().expect("a key").signer("kitdesk/a");
        let mut builder = InclusionBuilder::new(4, 7).expect("it is in it");
        for leaf in 0..7_u8 {
            builder.push(&Sha256::digest([leaf]));
        }
        let (inclusion, root) = builder.finish();
        let checkpoint = Checkpoint {
            origin: origin(&"a"),
            size: 7,
            root,
        };
        let proof = Proof {
            bytes: vec![4],
            inclusion,
            note: signer.sign(&checkpoint.to_string()),
        };
        (proof, signer.verifying().clone())
    }

    #[test]
    fn a_proof_is_read_back_and_checked() {
        let (proof, key) = proof();
        let read = Proof::parse(&proof.to_string());
        assert_eq!(read.as_ref(), Some(&proof));
        let signed = proof.check(&key).expect("it holds");
        assert_eq!((signed.origin.as_str(), signed.size), ("kitdesk/a", 7));
        let other = SigningKey::generate().expect("a key").signer("kitdesk/a");
        let refused = proof.check(other.verifying());
        assert_eq!(refused, Err(NoteError::OtherKey.into()));
    }

    #[test]
    fn no_byte_of_it_can_be_changed() {
        let (proof, key) = proof();
        let text = proof.to_string();
        for at in 0..text.len() {
            for change in [1, 0x20, 0x80] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= change;
                let Ok(changed) = String::from_utf8(bytes) else {
                    continue;
                };
                let held = Proof::parse(&changed).is_some_and(|read| read.check(&key).is_ok());
                assert!(!held, "byte {at}: {changed}");
            }
        }
        for at in 0..text.lines().count() {
            let mut lines: Vec<_> = text.lines().collect();
            lines.remove(at);
            let shorter = lines.join("\n") + "\n";
            let held = Proof::parse(&shorter).is_some_and(|read| read.check(&key).is_ok());
            assert!(!held, "without line {at}");
        }
    }

    #[test]
    fn a_note_that_is_no_checkpoint_proves_nothing() {
        let (mut proof, _) = proof();
        let signer = SigningKey::generate().expect("a key").signer("kitdesk/a");
        proof.note = signer.sign("kitdesk/a\n7\n");
        let refused = proof.check(signer.verifying());
        assert_eq!(refused, Err(ProofError::NoCheckpoint));
    }
}
