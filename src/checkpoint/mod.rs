//! Checkpoints: a signed word for all records of a journal up to one of them, which can be kept and checked
//! anywhere. [`Frontier`] is the Merkle tree over the records' hashes (RFC 6962), [`Checkpoint`] the three lines that
//! name its size and root (C2SP `tlog-checkpoint`), [`SigningKey`] and [`VerifyingKey`] the signature under them
//! (C2SP `signed-note`). A [`Proof`] shows that one record is among those that were signed (C2SP `tlog-proof`). Knows neither the journal nor where checkpoints are kept.

mod encoding;
mod inclusion;
mod merkle;
mod note;
mod proof;
mod signing_key;
mod tree_head;

pub use inclusion::{Inclusion, InclusionBuilder};
pub use merkle::{Frontier, Root};
pub use note::{NoteError, Signer, VerifyingKey};
pub use proof::{Proof, ProofError};
pub use signing_key::SigningKey;
pub use tree_head::{Checkpoint, origin};
