//! Filters as people type them: flags of the command line, words on the journal's screen.
//! One table of keys for both.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::filter::Filter;
use super::guard;
use super::words::{Kind, Operation, ResultWord};
use crate::dcms::{EntityId, KitNo, OrderId};
use crate::utc::midnight;

/// Why a filter was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskedError {
    /// Not `KEY:VALUE`.
    #[error("{0:?} is no filter: write KEY:VALUE, where KEY is one of {keys}", keys = Filter::KEYS.join(", "))]
    NoFilter(String),
    /// A value that the key can't have.
    #[error("{key} can't be {value:?}: {allowed}")]
    Value {
        /// Of which key.
        key: &'static str,
        /// What was typed.
        value: String,
        /// What is allowed.
        allowed: String,
    },
}

impl Filter {
    /// What can be filtered by.
    pub const KEYS: [&'static str; 11] = [
        "from",
        "to",
        "operator",
        "host",
        "branch",
        "entity",
        "kit",
        "order",
        "operation",
        "outcome",
        "kind",
    ];

    /// Reads words like `outcome:unknown kit:4561789`; nothing typed fits everything.
    ///
    /// # Errors
    /// At the first word that is no filter.
    pub fn parse(text: &str) -> Result<Self, AskedError> {
        let mut filter = Self::default();
        for word in text.split_whitespace() {
            let pair = word.split_once([':', '=']);
            let (key, value) = pair.ok_or_else(|| AskedError::NoFilter(guard::text(word, &[])))?;
            filter.set(key, value)?;
        }
        Ok(filter)
    }

    /// Adds one condition.
    ///
    /// # Errors
    /// When there is no such key, or it can't have that value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), AskedError> {
        let known = Self::KEYS.into_iter().find(|known| *known == key);
        let key = known
            .ok_or_else(|| AskedError::NoFilter(guard::text(&format!("{key}:{value}"), &[])))?;
        let refused = |allowed: String| AskedError::Value {
            key,
            value: guard::text(value, &[]),
            allowed,
        };
        let of = |words: Vec<&str>| refused(format!("allowed are {}", words.join(", ")));
        let id = |error: &dyn std::fmt::Display| refused(error.to_string());
        match key {
            "from" => self.from = Some(time(value, 0).ok_or_else(|| refused(TIMES.into()))?),
            "to" => self.to = Some(time(value, 1).ok_or_else(|| refused(TIMES.into()))?),
            "operator" => self.operator = Some(value.to_owned()),
            "host" => self.host = Some(value.to_owned()),
            "branch" => self.branch = Some(value.to_owned()),
            "entity" => self.entity = Some(EntityId::parse(value).map_err(|error| id(&error))?),
            "kit" => self.kit = Some(KitNo::parse(value).map_err(|error| id(&error))?),
            "order" => self.order = Some(OrderId::parse(value).map_err(|error| id(&error))?),
            "operation" => {
                let known = || Operation::all().map(Operation::word).collect();
                let operation = Operation::of_word(&spelt(value));
                self.operation = Some(operation.ok_or_else(|| of(known()))?);
            }
            "outcome" => {
                let known = || ResultWord::ALL.map(ResultWord::word).into();
                let outcome = ResultWord::of_word(&spelt(value));
                self.outcome = Some(outcome.ok_or_else(|| of(known()))?);
            }
            _ => {
                let known = || Kind::ALL.iter().map(|word| word.word()).collect();
                self.kind = Some(Kind::of_word(&spelt(value)).ok_or_else(|| of(known()))?);
            }
        }
        Ok(())
    }
}

const TIMES: &str = "allowed is a day like 2026-11-24 or a time like 2026-11-24T10:30:00Z, in UTC where no zone is named";

/// `set-pin` and `Set_Pin` are `set_pin`.
fn spelt(word: &str) -> String {
    word.to_ascii_lowercase().replace('-', "_")
}

/// A moment, or the first one of a day, so many days later: "to" a day includes all of that day.
fn time(text: &str, days_later: i64) -> Option<Timestamp> {
    if let Ok(day) = text.parse::<Date>()
        && !text.contains(['T', ' '])
    {
        let day = day.checked_add(days_later.days()).ok()?;
        return midnight(day);
    }
    text.parse().ok().or_else(|| {
        let moment: jiff::civil::DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(moment).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::Word;
    use crate::journal::Write;

    fn at(text: &str) -> Option<Timestamp> {
        text.parse().ok()
    }

    #[test]
    fn words_become_conditions() {
        let filter = Filter::parse("outcome:unknown operation=set-pin kit:4561789 operator:maria");
        assert_eq!(
            filter,
            Ok(Filter {
                outcome: Some(ResultWord::Outcome(Word::Unknown)),
                operation: Some(Write::SetPin.into()),
                kit: KitNo::parse("4561789").ok(),
                operator: Some("maria".into()),
                ..Filter::default()
            })
        );
        assert_eq!(Filter::parse("  "), Ok(Filter::default()));
    }

    #[test]
    fn a_day_is_all_of_it() {
        let filter = Filter::parse("from:2026-11-24 to:2026-11-24").expect("two days");
        assert_eq!(filter.from, at("2026-11-24T00:00:00Z"));
        assert_eq!(filter.to, at("2026-11-25T00:00:00Z"));
        let filter = Filter::parse("from:2026-11-24T10:30 to:2026-11-24T10:30:05+05:30");
        let filter = filter.expect("two times");
        assert_eq!(filter.from, at("2026-11-24T10:30:00Z"));
        assert_eq!(filter.to, at("2026-11-24T05:00:05Z"));
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_allowed() {
        let said = |text: &str| Filter::parse(text).err().map(|error| error.to_string());
        assert_eq!(
            said("unknown").as_deref(),
            Some(
                "\"unknown\" is no filter: write KEY:VALUE, where KEY is one of from, to, operator, \
                 host, branch, entity, kit, order, operation, outcome, kind"
            )
        );
        assert_eq!(
            said("outcome:lost").as_deref(),
            Some(
                "outcome can't be \"lost\": allowed are done, refused, not_sent, unknown, not_done"
            )
        );
        assert!(said("from:yesterday").is_some_and(|said| said.contains("2026-11-24")));
        assert!(said("kit:4 5").is_some());
        assert!(said("colour:red").is_some());
    }
}
