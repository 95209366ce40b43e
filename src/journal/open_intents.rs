//! The intents that nothing has decided yet, found by walking through the records themselves along
//! their chain: an index that somebody has emptied, or a record that somebody has changed, must not
//! make an open write look as if it were none.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rusqlite::Row;

use super::fault::Fault;
use super::head::Head;
use super::reader::Reader;
use super::record::RecordId;
use super::verify::Broken;
use super::words::{Kind, ResultWord};

/// All open intents up to a record. Each step walks only through the records that are new.
#[derive(Default)]
pub(super) struct OpenIntents {
    upto: Head,
    subjects: BTreeMap<RecordId, Subject>,
    /// Those that a record which can't be trusted calls decided: open until somebody answers for it.
    doubted: Vec<RecordId>,
    /// The first thing that is wrong with the chain and that nobody has answered for since.
    broken: Option<Broken>,
}

/// To what was written: a kit and an order, as they stand in the record.
type Subject = [Option<String>; 2];

impl OpenIntents {
    /// Takes in what was recorded since the last time. Gives what is wrong with the records.
    pub(super) fn follow(&mut self, reader: &Reader) -> Result<Option<Broken>, Fault> {
        // After a person has answered for missing records there are other ones.
        if !reader.has(&self.upto)? || self.walk(reader)? {
            *self = Self::default();
            self.walk(reader)?;
        }
        Ok(self.broken.clone())
    }

    /// Says whether a person has answered since the last time: what was taken in before may not be
    /// what is on record now.
    fn walk(&mut self, reader: &Reader) -> Result<bool, Fault> {
        let is_first = self.upto == Head::START;
        let mut was_accepted = false;
        let walked = reader.walk(self.upto, |row, now, broken| {
            was_accepted |= self.take(row, now.id, broken)?;
            Ok(ControlFlow::Continue(()))
        });
        self.upto = walked.map_err(|fault| reader.store.fault(&fault))?;
        Ok(was_accepted && !is_first)
    }

    /// Says whether it is a person's answer.
    fn take(
        &mut self,
        row: &Row<'_>,
        id: RecordId,
        broken: Option<Broken>,
    ) -> rusqlite::Result<bool> {
        if let Some(broken) = broken {
            // What can't be trusted decides nothing.
            self.broken.get_or_insert(broken);
            let kind = row.get::<_, String>("kind").ok();
            let of = row.get("of").ok().flatten().map(RecordId);
            let kind = kind.as_deref().and_then(Kind::of_word);
            if matches!(kind, Some(Kind::Outcome | Kind::Settled)) {
                self.doubted.extend(of);
            }
            return Ok(false);
        }
        let text = |column| row.get::<_, Option<String>>(column);
        match text("kind")?.as_deref().and_then(Kind::of_word) {
            Some(Kind::Intent) => {
                self.subjects.insert(id, [text("kit")?, text("order_id")?]);
            }
            Some(Kind::Outcome)
                if text("outcome")?.as_deref() == Some(ResultWord::Unknown.word()) => {}
            Some(Kind::Outcome | Kind::Settled) => {
                if let Some(intent) = row.get("of")? {
                    self.subjects.remove(&RecordId(intent));
                }
            }
            Some(Kind::Accepted) => {
                self.broken = None;
                // Somebody has answered for what is on record now.
                for intent in self.doubted.drain(..) {
                    self.subjects.remove(&intent);
                }
                return Ok(true);
            }
            Some(
                Kind::Reading | Kind::LookUp | Kind::Refusal | Kind::FailedTry | Kind::PanOpened,
            )
            | None => {}
        }
        Ok(false)
    }

    /// Those of this kit or this order, oldest first.
    pub(super) fn of(&self, kit: Option<&str>, order: Option<&str>) -> Vec<RecordId> {
        let same = |known: &Option<String>, asked: Option<&str>| {
            asked.is_some() && known.as_deref() == asked
        };
        let is_one = |(_, [has_kit, has_order]): &(&RecordId, &Subject)| {
            same(has_kit, kit) || same(has_order, order)
        };
        let found = self.subjects.iter().filter(is_one);
        found.map(|(id, _)| *id).collect()
    }
}
