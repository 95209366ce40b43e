//! Other writes that what is read about one may come from: a new kit may be another upgrade's, and a
//! cancelled order another request's. A write that has brought kits for the same kit since a reading forbids
//! what was reviewed then. Decided from the records alone.

use rusqlite::params;

use super::entry::{Subject, Where};
use super::error::JournalError;
use super::history::{History, history_of};
use super::id::RecordId;
use super::reader::Reader;
use super::record::{Record, environment_word};
use super::words::{Kind, Operation, Write};
use crate::dcms::{EntityId, KitNo};

/// What other writes have to do with what is read about one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rivals {
    /// Another one may have done it.
    pub any: bool,
    /// And it was to the same kit, order or customer, or to what contains it.
    pub same: bool,
    /// Kits that belong to others, as the records name them.
    pub theirs: Vec<KitNo>,
}

impl Rivals {
    /// Where nobody can say: it may have been anybody.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            any: true,
            same: true,
            theirs: Vec::new(),
        }
    }

    /// These and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.any |= others.any;
        self.same |= others.same;
        self.theirs.extend(others.theirs);
        self
    }
}

impl Reader {
    /// The write that brings kits, to this kit, that has come to its end since that record, unless it is known to
    /// have changed nothing. Without a record, any. Asks no index, because a write depends on it.
    pub(super) fn overtaking(
        &self,
        subject: &Subject,
        place: &Where,
        since: Option<RecordId>,
    ) -> Result<Option<Record>, JournalError> {
        let ends = self.select(
            &format!(
                "NOT INDEXED WHERE id > ?1 AND kind IN ('outcome', 'settled') AND kit = ?2
                 AND operation IN ({}) AND tenant = ?3 AND environment = ?4 ORDER BY id DESC",
                listed(bringing_kits())
            ),
            params![
                since.map_or(0, |since| since.0),
                subject.kit.as_ref().map(KitNo::as_str),
                place.tenant.as_str(),
                environment_word(place.environment),
            ],
        )?;
        for intent in ends.iter().filter_map(|end| end.of) {
            let followers = self.followers_unindexed(intent)?;
            let intent = self.intent(intent)?;
            if ended_since(&intent, &followers, since).is_some() {
                return Ok(Some(intent));
            }
        }
        Ok(None)
    }

    /// What other writes have to do with what is read about this one, as far as they are open or have ended
    /// since that record; without a record, since ever. Of a write that brings kits, those of the same
    /// customer that bring kits too. Of any other, those of its own kind and those that are `alike`, to the
    /// same or to what contains it. One that was answered with a code of `so_already` has done nothing itself.
    ///
    /// # Errors
    /// When there is no such intent, or the journal can't be read.
    pub fn rivals(
        &self,
        intent: RecordId,
        since: Option<RecordId>,
        alike: &[Write],
        so_already: &[&str],
    ) -> Result<Rivals, JournalError> {
        let own = self.intent(intent)?;
        let brings_kits = bringing_kits().any(|word| word == own.operation);
        let words = rival_operations(own.operation, alike);
        let others = self.select(
            &format!(
                "WHERE kind = 'intent' AND operation IN ({}) AND entity IS ?1
                 AND tenant = ?2 AND environment = ?3 AND id <> ?4 ORDER BY id",
                listed(words)
            ),
            params![
                own.subject.entity.as_ref().map(EntityId::as_str),
                own.place.tenant.as_str(),
                environment_word(own.place.environment),
                own.id.0,
            ],
        )?;
        let mut rivals = Rivals::default();
        for other in others {
            if own.place.is_built_in() && other.session != own.session {
                continue;
            }
            if !brings_kits && !own.subject.excludes(&other.subject) {
                continue;
            }
            let followers = self.followers(other.id)?;
            if followers.iter().any(|end| is_refused_as(end, so_already)) {
                continue;
            }
            if let Some(kits) = ended_since(&other, &followers, since) {
                rivals.any = true;
                rivals.same |= own.subject.excludes(&other.subject);
                rivals.theirs.extend(kits);
            } else if let History::Done(records) = history_of(&other, &followers) {
                rivals.theirs.extend(records.new_kits);
            }
        }
        Ok(rivals)
    }
}

/// The operations that may have done what is read about this one: of one that brings kits, all that bring kits. Of any
/// other, itself and those that are `alike`.
#[must_use]
pub fn rival_operations(own: Operation, alike: &[Write]) -> Vec<Operation> {
    if bringing_kits().any(|word| word == own) {
        return bringing_kits().collect();
    }
    let alike = alike.iter().copied().map(Operation::from);
    alike.chain([own]).collect()
}

fn bringing_kits() -> impl Iterator<Item = Operation> {
    let all = Write::ALL.iter().copied();
    all.filter(|write| write.brings_kits()).map(Operation::from)
}

/// For a condition: `'upgrade', ...`.
fn listed(words: impl IntoIterator<Item = Operation>) -> String {
    let words = words.into_iter().map(|word| format!("'{word}'"));
    words.collect::<Vec<_>>().join(", ")
}

/// Whether the DCMS has answered that it is so already, whatever that was taken for.
fn is_refused_as(end: &Record, so_already: &[&str]) -> bool {
    let code = end.error_code.as_deref();
    end.kind == Kind::Outcome && code.is_some_and(|code| so_already.contains(&code))
}

/// The new kits of a write that is open, or that has ended since that record. Nothing where it
/// had ended by then, or is known to have changed nothing.
fn ended_since(
    intent: &Record,
    followers: &[Record],
    since: Option<RecordId>,
) -> Option<Vec<KitNo>> {
    let decided = followers
        .iter()
        .filter(|one| matches!(one.kind, Kind::Outcome | Kind::Settled))
        .map(|one| one.id)
        .max();
    let is_later = decided > since;
    match history_of(intent, followers) {
        History::Open(_) => Some(Vec::new()),
        History::GivenUp(_) if is_later => Some(Vec::new()),
        History::Done(records) if is_later => Some(records.new_kits),
        _ => None,
    }
}
