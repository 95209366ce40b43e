//! Writes whose end nobody knows, and what they forbid. Decided here and nowhere else, from the
//! records and from which consoles run.

use rusqlite::{Params, params};

use super::entry::{Subject, Where};
use super::error::{Broken, JournalError};
use super::id::RecordId;
use super::open_write::{OpenWrite, State};
use super::presence;
use super::reader::Reader;
use super::record::{Record, environment_word};
use super::words::{Kind, ResultWord, Write};
use crate::dcms::{EntityId, KitNo, OrderId, Word};

/// Of an intent: it has neither an outcome that decides nor a settlement.
const OPEN: &str = "NOT EXISTS (SELECT 1 FROM records AS later WHERE later.\"of\" = records.id
    AND (later.kind = 'settled' OR later.kind = 'outcome' AND later.outcome <> 'unknown'))";

impl Reader {
    /// All open writes, oldest first, of every tenant and environment.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn open_writes(&self) -> Result<Vec<OpenWrite>, JournalError> {
        self.open_where("kind = 'intent'", [])
    }

    /// The open write that forbids this one, if any.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn blocking(
        &self,
        write: Write,
        subject: &Subject,
        place: &Where,
    ) -> Result<Option<OpenWrite>, JournalError> {
        let open = self.open_where(
            // Each part names the kind, because there is an index for the intents of a kit, and one for
            // those of an order. A customer has none: their writes are those without a kit, and only a write
            // to all their kits asks for those with one.
            "(kind = 'intent' AND kit = ?1 OR kind = 'intent' AND order_id = ?2
             OR kind = 'intent' AND kit IS NULL AND entity = ?3
             OR ?1 IS NULL AND kind = 'intent' AND entity = ?3)
             AND tenant = ?4 AND environment = ?5",
            params![
                subject.kit.as_ref().map(KitNo::as_str),
                subject.order.as_ref().map(OrderId::as_str),
                subject.entity.as_ref().map(EntityId::as_str),
                place.tenant.as_str(),
                environment_word(place.environment),
            ],
        )?;
        let mut open = open.into_iter();
        Ok(open.find(|open| open.intent.subject.excludes(subject) && open.forbids(write)))
    }

    /// The same among these intents alone, without trusting any index.
    pub(super) fn blocking_among(
        &self,
        intents: Vec<RecordId>,
        write: Write,
        place: &Where,
    ) -> Result<Option<OpenWrite>, JournalError> {
        // They were open along the chain: if they are not now, somebody has changed a record since.
        let changed = |id| JournalError::Gap(Box::new(Broken::Changed(id)));
        for id in intents {
            let intent = self.intent(id).map_err(|error| match error {
                JournalError::NoSuchRecord(_)
                | JournalError::NotAnIntent(_)
                | JournalError::Unreadable(_) => changed(id),
                other => other,
            })?;
            if !intent.subject.is_any() && !intent.place.same_cards(place) {
                continue;
            }
            let runs = self.runs(&intent);
            let followers = self.followers_unindexed(id)?;
            let open = as_open(intent, &followers, runs).map_err(|_| changed(id))?;
            if open.forbids(write) {
                return Ok(Some(open));
            }
        }
        Ok(None)
    }

    /// The write that this intent began, as far as it is open.
    ///
    /// # Errors
    /// When it is not, with the reason; or when the journal can't be read.
    pub fn open_write(&self, id: RecordId) -> Result<OpenWrite, JournalError> {
        let intent = self.intent(id)?;
        let runs = self.runs(&intent);
        as_open(intent, &self.followers(id)?, runs)
    }

    /// A write's intent.
    pub(super) fn intent(&self, id: RecordId) -> Result<Record, JournalError> {
        let record = self.record(id)?;
        if record.kind == Kind::Intent {
            Ok(record)
        } else {
            Err(JournalError::NotAnIntent(id))
        }
    }

    fn open_where(
        &self,
        condition: &str,
        values: impl Params,
    ) -> Result<Vec<OpenWrite>, JournalError> {
        // The plus keeps SQLite from walking through all records only because they are in order.
        let rest = format!("WHERE {condition} AND {OPEN} ORDER BY +id");
        let intents = self.select(&rest, values)?;
        let mut open = Vec::with_capacity(intents.len());
        for intent in intents {
            let runs = self.runs(&intent);
            let followers = self.followers(intent.id)?;
            match as_open(intent, &followers, runs) {
                Ok(write) => open.push(write),
                // It came to its end since the question.
                Err(JournalError::AlreadySettled { .. } | JournalError::NotOpen(..)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(open)
    }

    /// Whether its console runs. Asked before its followers are read: whatever a console that is gone
    /// has recorded is there to be read then.
    fn runs(&self, intent: &Record) -> bool {
        presence::is_alive(&self.store.folder, &intent.session)
    }
}

/// The write that an intent began, as far as it is open.
///
/// # Errors
/// How it ended, where it is not.
pub(super) fn as_open(
    intent: Record,
    followers: &[Record],
    runs: bool,
) -> Result<OpenWrite, JournalError> {
    let of_kind = |kind| followers.iter().find(|record| record.kind == kind);
    if let Some(settled) = of_kind(Kind::Settled) {
        return Err(JournalError::AlreadySettled {
            intent: intent.id,
            by: settled.id,
            found: settled
                .outcome
                .unwrap_or(ResultWord::Outcome(Word::Unknown)),
        });
    }
    let outcome = of_kind(Kind::Outcome).cloned();
    let state = match outcome.as_ref().map(|outcome| outcome.outcome) {
        Some(None | Some(ResultWord::Outcome(Word::Unknown))) => State::Unknown,
        Some(Some(word)) => return Err(JournalError::NotOpen(intent.id, word)),
        None if runs => State::UnderWay,
        None => State::Abandoned,
    };
    Ok(OpenWrite {
        intent,
        outcome,
        state,
    })
}
