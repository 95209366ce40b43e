//! Which writes stay open when a person answers for a journal that somebody has changed: those whose
//! outcome is in a record that can't be trusted, or whose intent can't be trusted or is gone.
//!
//! A record can be trusted when its hash is that of its contents and the next one names it. Only such
//! a record says for which kit or order a write was, and decides it if the next one is sound too. Every
//! other write stands open from then on: it is restated after the record that answers, and blocks its
//! kit or order until it is settled. Where it is unknown for which kit or order a write was, every
//! write that must not be repeated is restated for all of them. Of records that are missing nothing
//! is known: for those alone the person's word has to do.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Row;

use super::chain::Hash;
use super::error::JournalError;
use super::head;
use super::id::RecordId;
use super::reader::Reader;
use super::record::Record;
use super::verify::{Step, Walked};
use super::words::{Kind, ResultWord};
use crate::dcms::Word;

/// What was found on the way along the whole chain.
#[derive(Default)]
pub(super) struct Doubts {
    open: BTreeMap<RecordId, Open>,
    /// Decided by records that can be trusted.
    decided: BTreeSet<RecordId>,
    /// Decided by records that can't be trusted.
    claimed: BTreeSet<RecordId>,
    /// Records that are or may have been intents, and of which nothing that can be trusted says for
    /// which kit or order.
    mute: BTreeSet<RecordId>,
    /// The intents that can be trusted, by their hashes.
    trusted: BTreeMap<[u8; 32], RecordId>,
    /// The last one: whether it can be trusted shows when the next one is there.
    last: Option<Seen>,
}

/// A write that no record which can be trusted has decided.
struct Open {
    intent: Record,
    /// Whether its own record still shows it as an intent, and the same one.
    is_on_record: bool,
    is_trusted: bool,
}

struct Seen {
    id: RecordId,
    hash: Option<Hash>,
    is_sound: bool,
    fits: bool,
    /// The record that it is nothing but a copy of, with another number.
    copy_of: Option<RecordId>,
    told: Told,
}

/// What a row tells.
enum Told {
    Record(Box<Record>),
    /// It can't be read as a whole, and was an intent.
    Intent(Box<Record>),
    /// It can't be read, and was none.
    Other,
    /// Not even that.
    Nothing,
}

impl Told {
    fn by(row: &Row<'_>) -> rusqlite::Result<Self> {
        if let Some(record) = Record::of_row(row)? {
            return Ok(Self::Record(Box::new(record)));
        }
        if let Some(intent) = Record::salvaged(row)? {
            return Ok(Self::Intent(Box::new(intent)));
        }
        let kind = row.get::<_, String>("kind").ok();
        let kind = kind.as_deref().and_then(Kind::of_word);
        let follows = row.get::<_, i64>("of").is_ok();
        let is_other = follows || kind.is_some_and(|kind| kind != Kind::Intent);
        Ok(if is_other { Self::Other } else { Self::Nothing })
    }
}

/// What has to be open from now on.
pub(super) struct Restated {
    /// Intents whose kit or order is known.
    pub(super) intents: Vec<Record>,
    /// Whether there may be others, of any kit or order.
    pub(super) any: bool,
    /// Of all records as they stand.
    pub(super) stood: Hash,
}

impl Doubts {
    /// Walks through all records.
    pub(super) fn find(reader: &Reader) -> Result<Restated, JournalError> {
        let mut doubts = Self::default();
        let mut walked = Walked::default();
        let through = reader.walk(&mut walked, |step| doubts.take(step));
        through.map_err(|error| reader.store.error(&error))?;
        let head = head::read(&reader.store.folder);
        if let Some(last) = doubts.last.take() {
            let is_other =
                head.is_ok_and(|head| head.id == last.id && Some(head.hash) != last.hash);
            doubts.enter(last, !is_other, true);
        }
        let any = !doubts.mute.is_empty();
        let intents = doubts.restated();
        Ok(Restated {
            intents,
            any,
            stood: walked.stood,
        })
    }

    fn take(&mut self, step: &Step<'_>) -> rusqlite::Result<()> {
        if let Some(last) = self.last.take() {
            let by_sound = step.link.is_sound();
            let is_named = step.link.prev.is_some() && step.link.prev == last.hash;
            // What a changed record names says nothing against the one before it.
            let is_named = is_named || !by_sound && last.fits;
            self.enter(last, is_named, by_sound);
        }
        if step.answers {
            // What was in doubt before was restated when this was recorded.
            self.claimed.clear();
            self.mute.clear();
        }
        let hash = step.link.hash;
        let original = hash.and_then(|hash| self.trusted.get(&hash.bytes()).copied());
        self.last = Some(Seen {
            id: step.at.id,
            hash,
            is_sound: step.link.is_sound(),
            fits: step.fits,
            copy_of: original.filter(|id| step.link.is_sound_as(id.0)),
            told: Told::by(step.row)?,
        });
        Ok(())
    }

    fn enter(&mut self, seen: Seen, is_named: bool, by_sound: bool) {
        let id = seen.id;
        if seen.copy_of.is_some() {
            return;
        }
        match seen.told {
            Told::Record(record)
                if seen.is_sound && is_named && (by_sound || !decides(&record)) =>
            {
                self.enter_trusted(*record);
            }
            Told::Record(record) => self.enter_doubted(*record),
            Told::Intent(intent) => self.enter_doubted_intent(id, *intent, false),
            Told::Other => {}
            Told::Nothing => drop(self.mute.insert(id)),
        }
    }

    fn enter_trusted(&mut self, record: Record) {
        match (record.kind, record.of) {
            (Kind::Intent, of) => {
                // It may restate another.
                self.decide(of);
                self.trusted.insert(record.hash.bytes(), record.id);
                let open = Open {
                    intent: record,
                    is_on_record: true,
                    is_trusted: true,
                };
                self.open.insert(open.intent.id, open);
            }
            (Kind::Outcome | Kind::Settled, of) if decides(&record) => self.decide(of),
            (Kind::Outcome | Kind::Reading, Some(of)) if !self.decided.contains(&of) => {
                self.mute.remove(&of);
                self.correct(of, &record);
            }
            // It decides nothing, or says nothing of a write.
            (
                Kind::Outcome
                | Kind::Reading
                | Kind::Settled
                | Kind::LookUp
                | Kind::Refusal
                | Kind::FailedTry
                | Kind::PanOpened
                | Kind::Accepted
                | Kind::SessionBegan
                | Kind::SessionEnded
                | Kind::SessionEndOrdered
                | Kind::SettledForHost,
                _,
            ) => {}
        }
    }

    fn decide(&mut self, intent: Option<RecordId>) {
        if let Some(intent) = intent {
            self.open.remove(&intent);
            self.mute.remove(&intent);
            self.decided.insert(intent);
        }
    }

    /// A record that can be trusted tells which intent it follows.
    fn correct(&mut self, id: RecordId, follower: &Record) {
        let Some(told) = follower.followed() else {
            return;
        };
        let intent = match self.open.remove(&id) {
            Some(open) if open.is_trusted || open.intent.is_same_write(&told) => {
                self.open.insert(id, open);
                return;
            }
            Some(Open { intent, .. }) => Record {
                digest: intent.digest,
                before: intent.before,
                ..told
            },
            None => told,
        };
        let open = Open {
            intent,
            is_on_record: false,
            is_trusted: true,
        };
        self.open.insert(id, open);
    }

    fn enter_doubted(&mut self, record: Record) {
        let id = record.id;
        let is_on_record = record.kind == Kind::Intent;
        if decides(&record) {
            self.claimed.extend(record.of);
        }
        match record.into_write() {
            Some(intent) => self.enter_doubted_intent(id, intent, is_on_record),
            None if is_on_record => drop(self.mute.insert(id)),
            None => {}
        }
    }

    fn enter_doubted_intent(&mut self, id: RecordId, intent: Record, is_on_record: bool) {
        self.mute.insert(id);
        let open = Open {
            intent,
            is_on_record,
            is_trusted: false,
        };
        self.open.insert(id, open);
    }

    /// Those that look decided, or not like an intent, to a reader of the records as they stand.
    fn restated(self) -> Vec<Record> {
        let Self { open, claimed, .. } = self;
        open.into_iter()
            .filter(|(id, open)| !open.is_on_record || claimed.contains(id))
            .map(|(_, open)| open.intent)
            .collect()
    }
}

fn decides(record: &Record) -> bool {
    match record.kind {
        Kind::Settled => true,
        Kind::Outcome => record
            .outcome
            .is_some_and(|word| word != ResultWord::Outcome(Word::Unknown)),
        Kind::Intent
        | Kind::Reading
        | Kind::LookUp
        | Kind::Refusal
        | Kind::FailedTry
        | Kind::PanOpened
        | Kind::Accepted
        | Kind::SessionBegan
        | Kind::SessionEnded
        | Kind::SessionEndOrdered
        | Kind::SettledForHost => false,
    }
}
