//! An auditor's walk over the chains of all hosts: what a store can show of each by what it has alone, with no journal
//! to compare it with. A record counts as what its cells give; what is kept as its hash is not trusted.

use std::time::Duration;

use super::checkpoints::{AboutChain, KeptCheckpoint};
use super::connection::Store;
use super::error::CentralError;
use super::records::{kept, number};
use crate::checkpoint::{Checkpoint, Frontier, NoteError, Root, VerifyingKey, origin};
use crate::journal::{Hash, KeptRecord, RecordId};

const LIMIT: Duration = Duration::from_secs(5);
/// So many records are in memory at a time, twice; see the comparison with a journal.
const BATCH: u32 = 1_000;

/// A chain and its host, as they are enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledChain {
    /// Its name.
    pub chain: String,
    /// The role by which its host logs in.
    pub role: String,
    /// The bank.
    pub tenant: String,
    /// For which its host is enrolled.
    pub branch: Option<String>,
    /// The public key by which its checkpoints are checked.
    pub signer: Option<String>,
}

/// What a walk along a chain has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedChain {
    /// How many records are there.
    pub records: u64,
    /// The last one's number, that of a record that was cut off too.
    pub last: RecordId,
    /// Up to which record they were cut off for their age.
    pub cut: Option<RecordId>,
    /// How many things are wrong.
    pub wrong: u64,
    /// The first of them.
    pub first: Option<ChainError>,
    /// What its newest checkpoint is worth.
    pub checkpoint: SignedChain,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Its cells don't give its hash.
    #[error("record {0} was changed")]
    Changed(RecordId),
    /// It is not there, though later ones are.
    #[error("record {0} is missing")]
    Missing(RecordId),
    /// It does not hold the hash of the one before.
    #[error("record {0} does not follow the one before: one of the two was written again")]
    DoesNotFollow(RecordId),
    /// More were signed than are there.
    #[error("{signed} records were signed, and record {last} is the last: the rest was removed")]
    EndMissing {
        /// So many were signed.
        signed: u64,
        /// The last that is there.
        last: RecordId,
    },
    /// The checkpoint is not what the host's key has signed.
    #[error("its checkpoint of {size} records counts for nothing: {why}")]
    Forged {
        /// So many records.
        size: u64,
        /// Why.
        why: String,
    },
    /// The records are not those that were signed.
    #[error(
        "the first {0} records are not those that were signed: all from one of them on were written again"
    )]
    OtherRoot(u64),
}

/// What the newest checkpoint of a chain is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedChain {
    /// There is none.
    Never,
    /// Its host has no key that is enrolled.
    NoKey,
    /// So many records are those that were signed.
    Holds(u64),
    /// It is signed; records before it are cut off or missing, so their root is not known.
    NotCompared(u64),
    /// It is not what was signed.
    Wrong,
}

impl Store {
    /// All chains, those of hosts that are gone too, by bank and role.
    ///
    /// # Errors
    /// When there was no answer, or this role is no auditor's.
    pub async fn chains(&self) -> Result<Vec<EnrolledChain>, CentralError> {
        let may = "SELECT pg_has_role(session_user, 'kitdesk_audit', 'MEMBER')";
        if !self.ask_one(may, &[], LIMIT).await?.get::<_, bool>(0) {
            let why = "all chains are for an auditor's role alone, a member of kitdesk_audit";
            return Err(CentralError::Refused(why.to_owned()));
        }
        let statement =
            "SELECT chain::text, db_role::text, tenant, branch, signer FROM kitdesk.hosts
            ORDER BY tenant, db_role, enrolled_at";
        let rows = self.ask(statement, &[], LIMIT).await?;
        let chains = rows.iter().map(|row| EnrolledChain {
            chain: row.get(0),
            role: row.get(1),
            tenant: row.get(2),
            branch: row.get(3),
            signer: row.get(4),
        });
        Ok(chains.collect())
    }

    /// Walks along one of them. It is read in batches, so it takes the same memory for any number of records.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn walk_chain(&self, of: &EnrolledChain) -> Result<WalkedChain, CentralError> {
        // Before the records: those that come in meanwhile are more, and never less than what was signed.
        let about = self.about_chain(&of.chain).await?;
        let mut walk = Walk::new(of, &about);
        let mut rows = self.rows(&of.chain, RecordId(0), BATCH).await?;
        while let Some(last) = rows.last().map(number) {
            // The store looks for the next ones meanwhile.
            let (next, ()) = tokio::join!(self.rows(&of.chain, last, BATCH), async {
                for row in &rows {
                    walk.step(&kept(row));
                }
            });
            rows = next?;
        }
        Ok(walk.end(of, about.checkpoint.as_ref()))
    }
}

struct Walk {
    chain: String,
    found: WalkedChain,
    /// The hash of the record before; nothing where nothing is known of it.
    before: Option<Hash>,
    /// Over all records, as long as none was cut off or is missing.
    tree: Option<Frontier>,
    /// Of so many records there is a checkpoint.
    signed: u64,
    root: Option<Root>,
}

impl Walk {
    fn new(of: &EnrolledChain, about: &AboutChain) -> Self {
        let cut = about.cut.as_ref();
        let up_to = cut.map(|cut| RecordId(cut.up_to));
        Self {
            chain: of.chain.clone(),
            found: WalkedChain {
                records: 0,
                last: up_to.unwrap_or(RecordId(0)),
                cut: up_to,
                wrong: 0,
                first: None,
                checkpoint: SignedChain::Never,
            },
            before: cut.and_then(|cut| Hash::parse(&cut.hash)),
            tree: cut.is_none().then(Frontier::default),
            signed: about.checkpoint.as_ref().map_or(0, |newest| newest.size),
            root: None,
        }
    }

    fn is_wrong(&mut self, error: ChainError) {
        self.found.wrong += 1;
        self.found.first.get_or_insert(error);
    }

    fn step(&mut self, record: &KeptRecord) {
        let id = record.id;
        let expected = RecordId(self.found.last.0 + 1);
        self.found.records += 1;
        if id != expected {
            self.is_wrong(ChainError::Missing(expected));
            (self.tree, self.before) = (None, None);
        } else if !record.is_sound() {
            self.is_wrong(ChainError::Changed(id));
        } else if !self.follows(record) {
            self.is_wrong(ChainError::DoesNotFollow(id));
        }
        self.found.last = id;
        self.before = Some(record.contents);
        if let Some(tree) = &mut self.tree {
            tree.push(&record.contents.bytes());
            if tree.size() == self.signed {
                self.root = Some(tree.root());
            }
        }
    }

    fn follows(&self, record: &KeptRecord) -> bool {
        match (record.prev, self.before) {
            (Some(prev), Some(before)) => prev == before,
            (Some(_), None) if record.id.0 == 1 => record.begins(&self.chain),
            // What was before it is missing, which is said.
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    fn end(mut self, of: &EnrolledChain, newest: Option<&KeptCheckpoint>) -> WalkedChain {
        if u64::try_from(self.found.last.0).is_ok_and(|last| last < self.signed) {
            let (signed, last) = (self.signed, self.found.last);
            self.is_wrong(ChainError::EndMissing { signed, last });
        }
        if let Some(newest) = newest {
            self.found.checkpoint = match self.checked(of, newest) {
                Ok(worth) => worth,
                Err(error) => {
                    self.is_wrong(error);
                    SignedChain::Wrong
                }
            };
        }
        self.found
    }

    fn checked(
        &self,
        of: &EnrolledChain,
        newest: &KeptCheckpoint,
    ) -> Result<SignedChain, ChainError> {
        let size = newest.size;
        let forged = |why: String| ChainError::Forged { size, why };
        let Some(key) = &of.signer else {
            return Ok(SignedChain::NoKey);
        };
        let key: Result<VerifyingKey, ()> = key.parse();
        let key = key.map_err(|()| forged("the key that is enrolled is none".to_owned()))?;
        let text = key.open(&newest.note);
        let text = text.map_err(|error: NoteError| forged(error.to_string()))?;
        let signed = Checkpoint::parse(text)
            .filter(|signed| signed.size == size && signed.origin == origin(&of.chain));
        let signed = signed.ok_or_else(|| forged("something else is signed".to_owned()))?;
        match self.root {
            Some(root) if root == signed.root => Ok(SignedChain::Holds(size)),
            Some(_) => Err(ChainError::OtherRoot(size)),
            None => Ok(SignedChain::NotCompared(size)),
        }
    }
}
