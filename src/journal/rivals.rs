//! Other writes that what is read about one may come from: a new kit may be another upgrade's, and a
//! cancelled order another request's. An upgrade of the same kit that has ended since a reading forbids
//! what was reviewed then. Decided from the records alone.

use rusqlite::params;

use super::entry::{Subject, Where};
use super::fault::Fault;
use super::past::{Past, past_of};
use super::reader::Reader;
use super::record::{Record, RecordId, environment_word};
use super::words::{Kind, Operation, Write};
use crate::dcms::{EntityId, KitNo, OrderId};

/// What other writes have to do with what is read about one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rivals {
    /// Another one may have done it.
    pub any: bool,
    /// Kits that belong to others, as the records name them.
    pub theirs: Vec<KitNo>,
}

impl Reader {
    /// The upgrade of this kit that has come to its end since that record, unless it is known to
    /// have changed nothing. Without a record, any. Asks no index, because a write depends on it.
    pub(super) fn overtaking(
        &self,
        subject: &Subject,
        place: &Where,
        since: Option<RecordId>,
    ) -> Result<Option<Record>, Fault> {
        let ends = self.select(
            &format!(
                "NOT INDEXED WHERE id > ?1 AND kind IN ('outcome', 'settled') AND kit = ?2
                 AND operation IN ({}) AND tenant = ?3 AND environment = ?4 ORDER BY id DESC",
                words_that_bring_kits()
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

    /// What other writes have to do with what is read about this one. Of a write that brings kits, those
    /// of the same customer that bring kits too, since that record; without a record, since ever. Of any
    /// other, those of the same kind to the same kit or order that are not known to have changed nothing.
    ///
    /// # Errors
    /// When there is no such intent, or the journal can't be read.
    pub fn rivals(&self, intent: RecordId, since: Option<RecordId>) -> Result<Rivals, Fault> {
        let own = self.intent(intent)?;
        match own.operation {
            Operation::Write(write) if !write.brings_kits() => self.same_again(&own),
            Operation::Write(_) | Operation::LookUp(_) | Operation::Journal => {
                self.with_new_kits(&own, since)
            }
        }
    }

    fn with_new_kits(&self, own: &Record, since: Option<RecordId>) -> Result<Rivals, Fault> {
        let others = self.select(
            &format!(
                "WHERE kind = 'intent' AND operation IN ({}) AND entity = ?1
                 AND tenant = ?2 AND environment = ?3 AND id <> ?4 ORDER BY id",
                words_that_bring_kits()
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
            let followers = self.followers(other.id)?;
            if let Some(kits) = ended_since(&other, &followers, since) {
                rivals.any = true;
                rivals.theirs.extend(kits);
            } else if let Past::Done(trace) = past_of(&other, &followers) {
                rivals.theirs.extend(trace.new_kits);
            }
        }
        Ok(rivals)
    }

    fn same_again(&self, own: &Record) -> Result<Rivals, Fault> {
        let others = self.select(
            "WHERE kind = 'intent' AND operation = ?1 AND kit IS ?2 AND order_id IS ?3
             AND tenant = ?4 AND environment = ?5 AND id <> ?6 ORDER BY id",
            params![
                own.operation.word(),
                own.subject.kit.as_ref().map(KitNo::as_str),
                own.subject.order.as_ref().map(OrderId::as_str),
                own.place.tenant.as_str(),
                environment_word(own.place.environment),
                own.id.0,
            ],
        )?;
        let mut rivals = Rivals::default();
        for other in others {
            rivals.any |= match past_of(&other, &self.followers(other.id)?) {
                Past::Free | Past::Forbidden(_) | Past::Refused(_) => false,
                Past::Done(_) | Past::Open(_) | Past::GivenUp(_) => true,
            };
        }
        Ok(rivals)
    }
}

/// For a condition: `'upgrade', ...`.
fn words_that_bring_kits() -> String {
    let words = Write::ALL.iter().filter(|write| write.brings_kits());
    let words: Vec<_> = words.map(|write| format!("'{write}'")).collect();
    words.join(", ")
}

/// The new kits of an upgrade that is open, or that has ended since that record. Nothing where it
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
    match past_of(intent, followers) {
        Past::Open(_) => Some(Vec::new()),
        Past::GivenUp(_) if is_later => Some(Vec::new()),
        Past::Done(trace) if is_later => Some(trace.new_kits),
        _ => None,
    }
}
