//! Claims at the central store, as the journal knows them: each is named in the intent of its write, so what
//! is on record of the write says how the claim ends.

use rusqlite::params;

use super::entry::Subject;
use super::error::JournalError;
use super::id::RecordId;
use super::open_write::State;
use super::presence;
use super::reader::Reader;
use super::words::ResultWord;
use crate::dcms::{EntityId, KitNo, OrderId};

/// What the journal knows of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimStanding {
    /// Its session runs, and may still record the intent or hear the outcome.
    UnderWay,
    /// Its session is gone and has recorded no intent: nothing was sent.
    NeverSent,
    /// Nobody knows whether it was done.
    Open,
    /// It had this outcome.
    Ended(ResultWord),
    /// Its outcome was unknown, and it was settled so.
    Settled(ResultWord),
}

impl Reader {
    /// What the journal knows of a claim, which was made for a write to this by that session.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn claim_standing(
        &self,
        claim: &str,
        subject: &Subject,
        session: &str,
    ) -> Result<ClaimStanding, JournalError> {
        let failed = |error| self.store.error(&error);
        // Asked first: what a session that is gone has recorded is there to be read then.
        let runs = presence::is_alive(&self.store.folder, session);
        let by_name = "WHERE kind = 'intent' AND claim = ?1 ORDER BY id DESC LIMIT 1";
        let intents = if self.store.has_later_columns().map_err(failed)? {
            self.select(by_name, [claim])?
        } else {
            Vec::new()
        };
        if let Some(intent) = intents.into_iter().next() {
            return self.claim_standing_of(intent.id);
        }
        // In format 1 the name stands with what was read before.
        let intents = self.select(
            // Each part names the kind, because there is an index for the intents of a kit, and one for
            // those of an order.
            "WHERE (kind = 'intent' AND kit = ?1 OR kind = 'intent' AND order_id = ?2
             OR kind = 'intent' AND kit IS NULL AND entity = ?3)
             AND instr(\"before\", ?4) ORDER BY +id DESC LIMIT 1",
            params![
                subject.kit.as_ref().map(KitNo::as_str),
                subject.order.as_ref().map(OrderId::as_str),
                subject.entity.as_ref().map(EntityId::as_str),
                format!("\"{claim}\""),
            ],
        )?;
        let Some(intent) = intents.into_iter().next() else {
            return Ok(if runs {
                ClaimStanding::UnderWay
            } else {
                ClaimStanding::NeverSent
            });
        };
        self.claim_standing_of(intent.id)
    }

    /// What the journal knows of the claim of this intent.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn claim_standing_of(&self, intent: RecordId) -> Result<ClaimStanding, JournalError> {
        match self.open_write(intent) {
            Ok(open) => Ok(match open.state {
                State::UnderWay => ClaimStanding::UnderWay,
                State::Unknown | State::Abandoned => ClaimStanding::Open,
            }),
            Err(JournalError::NotOpen(_, word)) => Ok(ClaimStanding::Ended(word)),
            Err(JournalError::AlreadySettled { found, .. }) => Ok(ClaimStanding::Settled(found)),
            Err(error) => Err(error),
        }
    }
}
