//! The journal's tree as it was signed last, in `journal.checkpoint`: so a checkpoint takes no more than the records
//! since then, whichever program of the host makes it. The file is signed by the key that signs the checkpoints:
//! what somebody else has written there counts for nothing, and the tree is built from its beginning.
//!
//! One program holds the file's lock at a time. It is written over in place: half of it is not signed.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

use jiff::Timestamp;

use super::chain::Hash;
use super::error::JournalError;
use super::folder;
use super::id::RecordId;
use super::new_file;
use super::reader::Reader;
use crate::checkpoint::{Checkpoint, Frontier, Root, Signer};

/// Longer than any state.
const LONGEST: u64 = 16 * 1024;

/// A checkpoint, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// The note that says so.
    pub note: String,
    /// Whether it was signed just now.
    pub is_new: bool,
}

/// How far a question for a checkpoint came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// There are more records to take in: ask again.
    GoOn,
    /// Another program of this host is at it.
    Elsewhere,
    /// The newest there is; none where none was signed yet, and none is due.
    Newest(Option<SignedCheckpoint>),
    /// The journal does not hold what was signed: nothing more is.
    Contradicts {
        /// So many records were signed.
        size: u64,
    },
    /// A record is missing before this one: nothing is signed.
    Gap(RecordId),
}

#[derive(Default)]
struct State {
    tree: Frontier,
    /// The hash of the last record in it.
    last: Option<Hash>,
    signed: Option<Signed>,
}

struct Signed {
    size: u64,
    root: Root,
    at: Timestamp,
}

impl Reader {
    /// Signs a checkpoint over all records, if there is something new and `is_due` says so of the last one's
    /// time. Takes in `piece` records at most: others may wait for the journal.
    ///
    /// # Errors
    /// When the journal can't be read, or the file next to it can't be written.
    pub fn sign(
        &self,
        signer: &Signer,
        now: Timestamp,
        piece: u32,
        is_due: impl FnOnce(Timestamp) -> bool,
    ) -> Result<Signing, JournalError> {
        let path = folder::checkpoint(&self.store.folder);
        let failed = |error: io::Error| JournalError::io(&path, &error);
        let Some(mut file) = locked(&path).map_err(failed)? else {
            return Ok(Signing::Elsewhere);
        };
        let mut state = State::read(&mut file, signer).unwrap_or_default();
        let size = state.tree.size();
        let mut after = i64::try_from(size).map_or(RecordId(i64::MAX), RecordId);
        if size > 0 && self.hash_of(after)? != state.last {
            return Ok(Signing::Contradicts { size });
        }
        let more = self.hashes(after, piece)?;
        let is_all = u32::try_from(more.len()).is_ok_and(|count| count < piece);
        for (id, hash) in more {
            if id.0 != after.0 + 1 {
                return Ok(Signing::Gap(id));
            }
            after = id;
            state.tree.push(&hash.bytes());
            state.last = Some(hash);
        }
        if !is_all {
            state.write(&mut file, signer).map_err(failed)?;
            return Ok(Signing::GoOn);
        }
        let is_news = state.signed.as_ref().map_or(0, |signed| signed.size) < state.tree.size();
        let is_new = is_news && state.signed.as_ref().is_none_or(|signed| is_due(signed.at));
        if is_new {
            state.signed = Some(Signed {
                size: state.tree.size(),
                root: state.tree.root(),
                at: now,
            });
            state.write(&mut file, signer).map_err(failed)?;
        }
        Ok(Signing::Newest(state.signed.map(
            |Signed { size, root, .. }| {
                let origin = signer.verifying().name().to_owned();
                let checkpoint = Checkpoint { origin, size, root };
                SignedCheckpoint {
                    note: signer.sign(&checkpoint.to_string()),
                    checkpoint,
                    is_new,
                }
            },
        )))
    }
}

impl State {
    fn read(file: &mut File, key: &Signer) -> Option<Self> {
        let mut note = String::new();
        io::Read::take(&*file, LONGEST)
            .read_to_string(&mut note)
            .ok()?;
        let text = key.verifying().open(&note).ok()?;
        let mut lines = text.lines();
        (lines.next()? == heading(key)).then_some(())?;
        let (signed, tree) = (lines.next()?, lines.next()?);
        let signed = match signed.split(' ').collect::<Vec<_>>()[..] {
            [size, root, at] => Some(Signed {
                size: size.parse().ok()?,
                root: Root::parse(root)?,
                at: at.parse().ok()?,
            }),
            _ => None,
        };
        let (size, last) = tree.split_once(' ')?;
        let roots = lines.map(Root::parse).collect::<Option<Vec<_>>>()?;
        Some(Self {
            tree: Frontier::of_parts(size.parse().ok()?, roots)?,
            last: Hash::parse(last),
            signed,
        })
    }

    fn write(&self, file: &mut File, key: &Signer) -> io::Result<()> {
        let signed = match &self.signed {
            Some(Signed { size, root, at }) => format!("{size} {root} {at}"),
            None => "-".to_owned(),
        };
        let last = self.last.unwrap_or(Hash::ZERO);
        let tree = format!("{} {last}", self.tree.size());
        let roots = self.tree.roots().iter().map(Root::to_string);
        let lines: Vec<_> = [heading(key), signed, tree]
            .into_iter()
            .chain(roots)
            .collect();
        let text = lines.join("\n") + "\n";
        let note = key.sign(&text);
        file.rewind()?;
        file.set_len(0)?;
        file.write_all(note.as_bytes())
    }
}

/// No checkpoint begins with it.
fn heading(key: &Signer) -> String {
    format!("{}/tree", key.verifying().name())
}

/// The file, unless another program holds it.
fn locked(path: &Path) -> io::Result<Option<File>> {
    let file = match new_file::create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            folder::open_regular(path, true)?
        }
        made => made?,
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}
