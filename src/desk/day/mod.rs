//! A day's end: what the journal has of one day (UTC), put together for the person who answers for it.
//! [`Day`] holds the facts; [`Day::sections`] has them as tables, the same for each way of showing them.

mod sections;

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::operations::Kind;
use crate::config::Words as _;
use crate::dcms::{EntityId, Word};
use crate::journal::{
    Filter, JournalError, OpenWrite, Operation, Reader, RecordId, ResultWord, Standing,
    StandingWrite, Where,
};
use crate::sorting;
use crate::utc::{hour_of, midnight};

pub use sections::{Section, standing_words};

/// A customer with more writes a day than this is named.
pub const USUAL_WRITES: usize = 3;

/// What the journal has of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which, in UTC.
    pub date: Date,
    /// Whose writes and look-ups alone; else everybody's.
    pub operator: Option<String>,
    /// The day's writes, oldest first.
    pub writes: Vec<StandingWrite>,
    /// Writes that are open now and none of the day's, oldest first: of earlier days, or on record again
    /// since somebody answered for a changed journal.
    pub open_before: Vec<StandingWrite>,
    /// How many look-ups each operator made.
    pub look_ups: BTreeMap<String, u64>,
    /// Where it was done, where it is the day of the whole bank.
    pub of_bank: Option<OfBank>,
}

/// What a bank's day has besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfBank {
    /// What was done on each machine, by the branch for which it is enrolled.
    pub hosts: BTreeMap<(Option<String>, String), HostDay>,
    /// When it was read: what a host has not forwarded by then is not in it.
    pub as_of: Timestamp,
}

/// What was done on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HostDay {
    /// Its writes.
    pub tally: Tally,
    /// How often something was looked up there.
    pub look_ups: u64,
}

/// How many writes have each outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([usize; ResultWord::ALL.len()]);

impl Tally {
    /// Counts them.
    pub fn of<'a>(writes: impl IntoIterator<Item = &'a StandingWrite>) -> Self {
        let mut tally = Self::default();
        writes.into_iter().for_each(|write| tally.add(write));
        tally
    }

    pub(super) fn add(&mut self, write: &StandingWrite) {
        for (word, count) in ResultWord::ALL.iter().zip(&mut self.0) {
            *count += usize::from(*word == write.standing.word());
        }
    }

    /// Each outcome with its number.
    pub fn counts(&self) -> impl Iterator<Item = (ResultWord, usize)> {
        ResultWord::ALL.into_iter().zip(self.0)
    }

    /// How many have this one.
    #[must_use]
    pub fn of_word(&self, wanted: ResultWord) -> usize {
        let found = self.counts().find(|(word, _)| *word == wanted);
        found.map_or(0, |(_, count)| count)
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }
}

/// What one operator did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OperatorDay<'a> {
    /// Their writes, oldest first.
    pub writes: Vec<&'a StandingWrite>,
    /// How often they looked something up.
    pub look_ups: u64,
}

/// A customer with many writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyCustomer<'a> {
    /// At which DCMS.
    pub place: &'a Where,
    /// The customer.
    pub entity: &'a EntityId,
    /// How many writes.
    pub writes: usize,
}

impl Day {
    /// A day of which nothing is on record.
    #[must_use]
    pub fn empty(date: Date, operator: Option<String>) -> Self {
        Self {
            date,
            operator,
            writes: Vec::new(),
            open_before: Vec::new(),
            look_ups: BTreeMap::new(),
            of_bank: None,
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn read(
        reader: &Reader,
        date: Date,
        operator: Option<String>,
    ) -> Result<Self, JournalError> {
        let filter = Filter {
            from: midnight(date),
            to: date.tomorrow().ok().and_then(midnight),
            operator: operator.clone(),
            ..Filter::default()
        };
        let is_theirs = |who: &str| operator.as_deref().is_none_or(|operator| operator == who);
        let writes = reader.writes(&filter)?;
        let of_day: HashSet<_> = writes.iter().map(|write| write.intent.id).collect();
        let is_of_day = |id: &RecordId| of_day.contains(id);
        let open = reader.open_writes()?.into_iter();
        let open_before = open.filter(|OpenWrite { intent, .. }| {
            is_theirs(&intent.who.operator)
                && filter.to.is_none_or(|ends| intent.at < ends)
                && ![Some(intent.id), intent.of].iter().flatten().any(is_of_day)
        });
        let open_before = open_before.map(|open| StandingWrite {
            standing: Standing::Open(open.state),
            error_code: open.outcome.and_then(|outcome| outcome.error_code),
            intent: open.intent,
            copied: None,
        });
        let open_before = open_before.collect();
        Ok(Self {
            date,
            writes,
            open_before,
            look_ups: reader.look_ups(&filter)?,
            operator,
            of_bank: None,
        })
    }

    /// What nobody knows the end of: writes that are open, those of earlier days first, and the day's that
    /// somebody has settled as unknown.
    pub fn unsettled(&self) -> impl Iterator<Item = &StandingWrite> {
        let of_day = self
            .writes
            .iter()
            .filter(|write| write.standing.is_unknown());
        self.open_before.iter().chain(of_day)
    }

    /// Who did what, by name.
    #[must_use]
    pub fn operators(&self) -> BTreeMap<&str, OperatorDay<'_>> {
        let mut operators: BTreeMap<&str, OperatorDay<'_>> = BTreeMap::new();
        for write in &self.writes {
            let operator = operators.entry(&write.intent.who.operator);
            operator.or_default().writes.push(write);
        }
        for (operator, count) in &self.look_ups {
            operators.entry(operator).or_default().look_ups = *count;
        }
        operators
    }

    /// How many writes the DCMS refused, by its code; nothing in place of one that it did not name.
    #[must_use]
    pub fn refusals(&self) -> BTreeMap<Option<&str>, usize> {
        let mut codes = BTreeMap::new();
        let refused = ResultWord::Outcome(Word::Refused);
        let writes = self.writes.iter();
        for write in writes.filter(|write| write.standing.word() == refused) {
            *codes.entry(write.error_code.as_deref()).or_default() += 1;
        }
        codes
    }

    /// What can't be undone, and was done or may have been.
    pub fn final_steps(&self) -> impl Iterator<Item = &StandingWrite> {
        self.writes.iter().filter(|write| {
            is_final(write)
                && match write.standing.word() {
                    ResultWord::Outcome(Word::Done | Word::Unknown) => true,
                    ResultWord::Outcome(Word::Refused | Word::NotSent) | ResultWord::NotDone => {
                        false
                    }
                }
        })
    }

    /// Customers with more than [`USUAL_WRITES`] writes that were sent or tried, the most first.
    #[must_use]
    pub fn busy_customers(&self) -> Vec<BusyCustomer<'_>> {
        let mut customers = BTreeMap::new();
        for write in &self.writes {
            let place = &write.intent.place;
            if let Some(entity) = &write.intent.subject.entity {
                let key = (
                    place.tenant.as_str(),
                    place.environment.name(),
                    entity.as_str(),
                );
                let customer = customers.entry(key).or_insert(BusyCustomer {
                    place,
                    entity,
                    writes: 0,
                });
                customer.writes += 1;
            }
        }
        let mut customers: Vec<_> = customers.into_values().collect();
        customers.retain(|customer| customer.writes > USUAL_WRITES);
        sorting::sort_by_key(&mut customers, |customer| {
            std::cmp::Reverse(customer.writes)
        });
        customers
    }

    /// The day's writes by the hour of their intents, from midnight on.
    #[must_use]
    pub fn hours(&self) -> [Tally; 24] {
        let mut hours = [Tally::default(); 24];
        for write in &self.writes {
            if let Some(tally) = hours.get_mut(hour_of(write.intent.at)) {
                tally.add(write);
            }
        }
        hours
    }
}

/// Whether a write can't be undone.
#[must_use]
pub fn is_final(write: &StandingWrite) -> bool {
    match write.intent.operation {
        Operation::Write(write) => Kind::from_write(write).words.for_good.is_some(),
        Operation::LookUp(_) | Operation::Session | Operation::Journal => false,
    }
}
