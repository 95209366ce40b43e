//! The intents that nothing has decided yet, found by walking through the records themselves along
//! their chain: an index that somebody has emptied, or a record that somebody has changed, must not
//! make an open write look as if it were none.

use std::collections::BTreeMap;

use super::entry::excludes;
use super::error::{Broken, JournalError};
use super::id::RecordId;
use super::reader::Reader;
use super::record::Record;
use super::verify::{Step, Walked};
use super::words::{Kind, ResultWord};
use crate::dcms::Word;

/// All open intents up to a record. Each step walks only through the records that are new.
#[derive(Default)]
pub(super) struct OpenIntents {
    walked: Walked,
    subjects: BTreeMap<RecordId, Subject>,
}

/// What a write was about: a customer, a kit and an order, as the record has them.
type Subject = [Option<String>; 3];

impl OpenIntents {
    /// Takes in what was recorded since the last time. Gives what is wrong with the records: until a
    /// person has answered for it, nothing is sent, and what they have answered for counts as it
    /// stands (see [`super::doubts`]).
    pub(super) fn follow(&mut self, reader: &Reader) -> Result<Option<Broken>, JournalError> {
        // After a person has answered for missing records there are other ones.
        if !reader.has(&self.walked.last)? || self.walk(reader)? {
            *self = Self::default();
            self.walk(reader)?;
        }
        Ok(self.walked.broken.clone())
    }

    /// Says whether a person has answered since the last time: what was taken in before may not be
    /// what is on record now.
    fn walk(&mut self, reader: &Reader) -> Result<bool, JournalError> {
        let is_first = self.walked.last == Walked::default().last;
        let mut was_accepted = false;
        let Self { walked, subjects } = self;
        let through = reader.walk(walked, |step| {
            was_accepted |= take(subjects, step)?;
            Ok(())
        });
        through.map_err(|error| reader.store.error(&error))?;
        Ok(was_accepted && !is_first)
    }

    /// Those that keep a write to this waiting, oldest first.
    pub(super) fn excluding(&self, subject: [Option<&str>; 3]) -> Vec<RecordId> {
        let found = self.subjects.iter().filter(|(_, open)| {
            let open = open.each_ref().map(Option::as_deref);
            excludes(open, subject)
        });
        found.map(|(id, _)| *id).collect()
    }
}

/// Says whether it is a person's answer.
fn take(subjects: &mut BTreeMap<RecordId, Subject>, step: &Step<'_>) -> rusqlite::Result<bool> {
    let row = step.row;
    // What can't be read is passed over, as everywhere else.
    if !step.fits && Record::of_row(row)?.is_none() {
        return Ok(false);
    }
    let text = |column| row.get::<_, Option<String>>(column);
    match text("kind")?.as_deref().and_then(Kind::of_word) {
        Some(Kind::Intent) => {
            let subject = [text("entity")?, text("kit")?, text("order_id")?];
            subjects.insert(step.at.id, subject);
        }
        Some(Kind::Outcome)
            if text("outcome")?.as_deref() == Some(ResultWord::Outcome(Word::Unknown).word()) => {}
        Some(Kind::Outcome | Kind::Settled) => {
            if let Some(intent) = row.get("of")? {
                subjects.remove(&RecordId(intent));
            }
        }
        Some(Kind::Accepted) => return Ok(true),
        Some(
            Kind::Reading
            | Kind::LookUp
            | Kind::Refusal
            | Kind::FailedTry
            | Kind::PanOpened
            | Kind::SessionBegan
            | Kind::SessionEnded
            | Kind::SessionEndOrdered
            | Kind::SettledForHost,
        )
        | None => {}
    }
    Ok(false)
}
