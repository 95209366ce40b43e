//! A person as `people.toml` has them.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::key::Fingerprint;
use super::not_admitted::NotAdmitted;
use super::role::Roles;
use crate::config::{Network, Place};
use crate::dcms::BranchId;

/// Who somebody is: in the record of actions, and as the principal of their certificate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(String);

impl PersonId {
    /// What it may be.
    pub const ALLOWED: &str =
        "1 to 64 letters, digits, -, _, . and @, of which the first is a letter or a digit";

    /// Reads it; nothing where it can't be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
        let good = (1..=64).contains(&text.len())
            && text.chars().all(allowed)
            && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned()))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A public key of a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonKey {
    /// By which it is known.
    pub fingerprint: Fingerprint,
    /// What is written behind it, such as `maria@pad`.
    pub comment: String,
}

/// A person who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is.
    pub id: PersonId,
    /// Their name, for other people.
    pub name: String,
    /// What they are here for.
    pub roles: Roles,
    /// The branch that they work at, if it is not the profile's.
    pub branch: Option<BranchId>,
    /// From where they may log in; from anywhere where it is empty.
    pub networks: Vec<Network>,
    /// The last day on which they may.
    pub until: Option<Date>,
    /// Their keys; none for a person who comes with certificates.
    pub keys: Vec<PersonKey>,
    /// Where their table begins.
    pub place: Place,
    /// When that day is over.
    pub(super) ends: Option<Timestamp>,
}

impl Person {
    /// When they may no longer be here.
    #[must_use]
    pub fn ends(&self) -> Option<Timestamp> {
        self.ends
    }

    /// Whether they may be here at this time, from this address.
    pub(super) fn may_come(&self, from: IpAddr, now: Timestamp) -> Result<(), NotAdmitted> {
        if let (Some(ends), Some(until)) = (self.ends, self.until)
            && now >= ends
        {
            return Err(NotAdmitted::Ended(until));
        }
        if !self.networks.is_empty() && !Network::any_contains(&self.networks, from) {
            return Err(NotAdmitted::WrongNetwork(from));
        }
        Ok(())
    }
}

/// The end of a day; nothing at the edge of the calendar.
pub(super) fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(day.tomorrow().ok()?.at(0, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain() {
        for good in ["maria", "m.dsouza@bank.example", "E-4711", "7"] {
            assert_eq!(
                PersonId::parse(good).map(|id| id.to_string()).as_deref(),
                Some(good)
            );
        }
        for odd in [
            "",
            ".maria",
            "-x",
            "maria d",
            "zoë",
            "a/b",
            "a:b",
            &"a".repeat(65),
        ] {
            assert_eq!(PersonId::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_day_ends_where_the_server_is() {
        let day = jiff::civil::date(2027, 1, 31);
        let zone = TimeZone::fixed(jiff::tz::offset(5));
        let end = end_of(day, &zone).expect("a day");
        assert_eq!(end.to_string(), "2027-01-31T19:00:00Z");
        assert_eq!(end_of(Date::MAX, &TimeZone::UTC), None);
    }
}
