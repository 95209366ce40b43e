//! The journal: every action on record, intent before sending and outcome after, in a hash chain.
//! Knows `SQLite` and files; never a terminal or HTTP, and no PIN, sealed PIN, full PAN or key comes in.
//!
//! `journal.db` holds the records. Rows are only ever added: the outcome of an action is a row of
//! its own, which names the row of the action. `journal.head` holds the last row's id and hash, so
//! that a cut-off tail is noticed. `consoles/` holds a locked file for every console that runs.
//!
//! The chain shows what was done to the file behind the program's back. It has no key: if somebody
//! rewrites every later record and the head as well, only a copy of the head kept elsewhere shows it.

mod anchor;
mod as_hashed;
mod asked;
mod author;
mod chain;
mod claimed;
mod copied;
mod copies;
mod doubts;
mod draft;
mod entry;
mod error;
mod evidence;
mod export;
mod filter;
mod folder;
mod gap;
mod guard;
mod hashes;
mod head;
mod history;
mod id;
mod identity;
mod in_place;
mod link;
mod listed;
mod log;
mod named;
mod new_file;
mod open_intents;
mod open_write;
mod open_writes;
mod presence;
mod proved;
mod question;
mod reader;
mod record;
mod rivals;
mod room;
mod schema;
mod signed_state;
mod soundness;
mod standing;
mod store;
mod upgrade;
mod uuid;
mod verify;
mod watch;
mod words;
mod writer;

pub use anchor::Anchor;
pub use asked::AskedError;
pub use author::Author;
pub use chain::Hash;
pub use claimed::ClaimStanding;
pub use copied::{Copied, CopyId, Mark, SettledElsewhere};
pub use entry::{
    ClaimOnRecord, Digest, EndedSession, Intent, Note, NoteKind, Observation, Outcome,
    SessionFacts, SettledForHost, Settlement, Subject, Where, Who, Why,
};
pub use error::{Broken, JournalError};
pub use evidence::{
    AddressMeant, CardMatch, EvidenceAfter, EvidenceBefore, KitRead, KitsRead, LimitsRead, PinRead,
};
pub use export::line_of_copy;
pub use filter::{Filter, LookUps, Page};
pub use folder::check_folder;
pub use guard::guarded;
pub use hashes::{KeptRecord, columns};
pub use history::{History, WriteRecords};
pub use id::RecordId;
pub use identity::ChainId;
pub use listed::Listed;
pub use open_write::{OpenWrite, State};
pub use proved::cells_of_hashed;
pub use reader::{Reader, RecordThread};
pub use record::Record;
pub use rivals::{Rivals, rival_operations};
pub use signed_state::{SignedCheckpoint, Signing};
pub use standing::{Standing, StandingWrite};
pub use store::FORMAT;
pub use uuid::Uuid;
pub use verify::Verified;
pub use words::{Finding, Kind, LookUp, Operation, Reason, ResultWord, Write};
pub use writer::{Journal, Opening, PATIENCE};

#[cfg(test)]
mod tests;
