//! Other upgrades of the same customer: one of the same kit that has ended since a reading forbids what
//! was reviewed then, and a new kit may be that of another. Decided from the records alone.

use rusqlite::params;

use super::entry::{Subject, Where};
use super::fault::Fault;
use super::past::{Past, past_of};
use super::reader::Reader;
use super::record::{Record, RecordId, environment_word};
use super::words::Kind;
use crate::dcms::{EntityId, KitNo, OrderId};

/// What other upgrades of a customer have to do with kits that are new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rivals {
    /// Another upgrade may have brought one since.
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
            "NOT INDEXED WHERE id > ?1 AND kind IN ('outcome', 'settled') AND kit = ?2
             AND operation = 'upgrade' AND tenant = ?3 AND environment = ?4 ORDER BY id DESC",
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

    /// What the other upgrades of the same customer have to do with kits that are new since that
    /// record. Without a record, since ever.
    ///
    /// # Errors
    /// When there is no such intent, or the journal can't be read.
    pub fn rivals(&self, intent: RecordId, since: Option<RecordId>) -> Result<Rivals, Fault> {
        let own = self.intent(intent)?;
        let others = self.select(
            "WHERE kind = 'intent' AND operation = 'upgrade' AND entity = ?1
             AND tenant = ?2 AND environment = ?3 AND id <> ?4 ORDER BY id",
            params![
                own.subject.entity.as_ref().map(EntityId::as_str),
                own.place.tenant.as_str(),
                environment_word(own.place.environment),
                intent.0,
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

    /// Whether another cancellation of the same order may have been done: one that is not known to have
    /// changed nothing.
    ///
    /// # Errors
    /// When there is no such intent, or the journal can't be read.
    pub fn has_other_cancellation(&self, intent: RecordId) -> Result<bool, Fault> {
        let own = self.intent(intent)?;
        let others = self.select(
            "WHERE kind = 'intent' AND operation = 'cancel_order' AND order_id = ?1
             AND tenant = ?2 AND environment = ?3 AND id <> ?4 ORDER BY id",
            params![
                own.subject.order.as_ref().map(OrderId::as_str),
                own.place.tenant.as_str(),
                environment_word(own.place.environment),
                intent.0,
            ],
        )?;
        for other in others {
            match past_of(&other, &self.followers(other.id)?) {
                Past::Free | Past::Forbidden(_) | Past::Refused(_) => {}
                Past::Done(_) | Past::Open(_) | Past::GivenUp(_) => return Ok(true),
            }
        }
        Ok(false)
    }
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
