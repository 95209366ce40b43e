//! `people.toml`: reading it, with every mistake by file and line at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::authority::{Authority, LIFETIME};
use super::directory::People;
use super::error::PeopleError;
use super::key::{Fingerprint, public_key};
use super::person::{Person, PersonId, PersonKey, end_of};
use super::revoked::Revoked;
use super::role::{Role, Roles};
use crate::config::toml_file::{Entry, Section, TomlFile};
use crate::config::{ConfigError, Env, Place, read_bytes, read_text};
use crate::dcms::BranchId;
use crate::durations;
use crate::sorting;

const PERSON: &str = "[people.maria]";
const AUTHORITY: &str = "[authorities.bank]";
const ROLES: &str = "[\"desk\"]";
const KEYS: &str = "[\"ssh-ed25519 AAAA... maria@pad\"]";
const NETWORKS: &str = "[\"10.1.0.0/16\"]";
const LIFETIMES: std::ops::RangeInclusive<Duration> =
    Duration::from_mins(1)..=Duration::from_hours(90 * 24);

impl People {
    /// Reads the page, and the lists of what its authorities have revoked.
    ///
    /// # Errors
    /// When a file is missing, others can change it, or anything in it is wrong: with every mistake.
    pub fn read(path: &Path) -> Result<Self, PeopleError> {
        let text = read_text(path, "the list of people").map_err(PeopleError::one)?;
        Self::parse(&text, path, &crate::utc::zone_here())
    }

    /// Reads the page's text. A day ends where the server is, in this zone.
    pub(super) fn parse(text: &str, path: &Path, zone: &TimeZone) -> Result<Self, PeopleError> {
        let file: Arc<Path> = path.into();
        let page = TomlFile {
            file: &file,
            text,
            around: &Env::none(),
        };
        let (table, errors) = page.parse_all();
        if !errors.is_empty() {
            // What was read all the same would be reported for what it lacks.
            return Err(PeopleError::new(errors));
        }
        let mut reading = Reading::new(path, zone);
        reading.all(&page.top(&table));
        reading.end()
    }
}

/// What has been read so far, and what is wrong with it.
struct Reading<'a> {
    zone: &'a TimeZone,
    people: Vec<Person>,
    authorities: Vec<Authority>,
    /// Whose key each is, and where it is written.
    owners: HashMap<Fingerprint, (String, Place)>,
    files: Vec<PathBuf>,
    errors: Vec<ConfigError>,
}

impl<'a> Reading<'a> {
    fn new(path: &Path, zone: &'a TimeZone) -> Self {
        Self {
            zone,
            people: Vec::new(),
            authorities: Vec::new(),
            owners: HashMap::new(),
            files: vec![path.to_owned()],
            errors: Vec::new(),
        }
    }

    fn end(mut self) -> Result<People, PeopleError> {
        if self.errors.is_empty() {
            return Ok(People::new(self.people, self.authorities, self.files));
        }
        let line = |error: &ConfigError| error.place().and_then(Place::line_number);
        sorting::sort_by_key(&mut self.errors, line);
        Err(PeopleError::new(self.errors))
    }

    /// The good part, and the mistake kept.
    fn keep<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.errors.push(error)).ok()
    }

    fn all(&mut self, top: &Section<'_>) {
        self.errors.extend(top.unknown(&["people", "authorities"]));
        self.each(top, "people", PERSON, Self::person);
        self.each(top, "authorities", AUTHORITY, Self::authority);
        self.same_ids();
    }

    /// Reads each table below a key.
    fn each(
        &mut self,
        top: &Section<'_>,
        key: &str,
        example: &str,
        read: fn(&mut Self, &str, &Section<'_>) -> Option<()>,
    ) {
        let Some(entry) = top.get(key) else { return };
        let Some(all) = self.keep(entry.section(example)) else {
            return;
        };
        for entry in all.entries() {
            if let Some(section) = self.keep(entry.section(example)) {
                // What lacks something has its mistake kept.
                read(self, entry.key(), &section);
            }
        }
    }

    fn person(&mut self, name: &str, section: &Section<'_>) -> Option<()> {
        let known = ["name", "roles", "branch", "from", "until", "keys"];
        self.errors.extend(section.unknown(&known));
        let id = PersonId::parse(name);
        if id.is_none() {
            self.errors.push(section.error(format!(
                "{name:?} can't be the id of a person; allowed are {}",
                PersonId::ALLOWED
            )));
        }
        let full_name = self.needed(section, "name", "the person's name", visible);
        let roles = self.needed(section, "roles", ROLES, |entry| entry.items(ROLES));
        let roles = roles.map(|items| self.roles(section, &items));
        let branch = self.optional(section, "branch", branch);
        let networks = self.items(section, "from", NETWORKS, network);
        let until = self.optional(section, "until", day);
        let keys = self.items(section, "keys", KEYS, |item| {
            let key = public_key(item.text()?).map_err(|error| item.error(error))?;
            Ok((item.place(), key))
        });
        let owner = format!("[people.{name}]");
        let mut own = Vec::new();
        for (place, key) in keys {
            let fingerprint = Fingerprint::of(&key);
            self.owns(&owner, place, fingerprint);
            own.push(PersonKey {
                fingerprint,
                comment: key.comment().as_str_lossy().to_owned(),
            });
        }
        self.people.push(Person {
            id: id?,
            name: full_name?,
            roles: roles?,
            branch,
            networks,
            until,
            keys: own,
            place: section.place(),
            ends: until.and_then(|day| end_of(day, self.zone)),
        });
        Some(())
    }

    fn authority(&mut self, name: &str, section: &Section<'_>) -> Option<()> {
        self.errors
            .extend(section.unknown(&["key", "roles", "lifetime", "revoked"]));
        let key = self.needed(section, "key", "a public key", |entry| {
            let key = public_key(entry.text()?).map_err(|error| entry.error(error))?;
            Ok((entry.place(), key))
        });
        let roles = self.needed(section, "roles", ROLES, |entry| entry.items(ROLES));
        let roles = roles.map(|items| self.roles(section, &items));
        let lifetime = self.optional(section, "lifetime", lifetime);
        let path = self.optional(section, "revoked", path);
        let has_list = path.is_some();
        let revoked = path.map(|path| self.revoked(path)).unwrap_or_default();
        let (place, key) = key?;
        let fingerprint = Fingerprint::of(&key);
        self.owns(&format!("[authorities.{name}]"), place, fingerprint);
        self.authorities.push(Authority {
            name: name.to_owned(),
            key: fingerprint,
            comment: key.comment().as_str_lossy().to_owned(),
            roles: roles?,
            lifetime: lifetime.unwrap_or(LIFETIME),
            place: section.place(),
            has_list,
            revoked,
        });
        Some(())
    }

    fn revoked(&mut self, path: PathBuf) -> Revoked {
        let read = read_bytes(&path, "the list of revoked keys");
        let bytes = self.keep(read);
        let revoked = bytes.map(|bytes| Revoked::parse(&bytes, &path));
        self.files.push(path);
        match revoked {
            Some(Ok(revoked)) => revoked,
            Some(Err(errors)) => {
                self.errors.extend(errors);
                Revoked::default()
            }
            None => Revoked::default(),
        }
    }

    fn roles(&mut self, section: &Section<'_>, items: &[Entry<'_>]) -> Roles {
        if items.is_empty() {
            let name = section.name();
            let words = Role::words();
            self.errors
                .push(section.error(format!("[{name}] has no role; allowed are {words}")));
        }
        let role = |item: &Entry<'_>| {
            let word = item.text()?;
            let role = Role::from_word(word);
            role.ok_or_else(|| item.refuse(word, format!("allowed are {}", Role::words())))
        };
        let read = items.iter().map(role);
        read.filter_map(|role| self.keep(role)).collect()
    }

    /// Notes whose key it is: two owners would make either of them the other.
    fn owns(&mut self, owner: &str, place: Place, key: Fingerprint) {
        if let Some((other, there)) = self.owners.get(&key) {
            let line = there.line_number().unwrap_or_default();
            let what = if other == owner {
                format!("the key {key} is in {owner} twice: on line {line} too")
            } else {
                format!(
                    "the key {key} of {owner} is also that of {other}, line {line}; a key has one owner"
                )
            };
            self.errors.push(ConfigError::at(place, what));
        } else {
            self.owners.insert(key, (owner.to_owned(), place));
        }
    }

    /// Ids that differ in the case of their letters only would be taken for one person.
    fn same_ids(&mut self) {
        let mut seen: HashMap<String, &Person> = HashMap::new();
        for person in &self.people {
            let lower = person.id.as_str().to_ascii_lowercase();
            if let Some(other) = seen.insert(lower, person) {
                let line = other.place.line_number().unwrap_or_default();
                let (id, other) = (&person.id, &other.id);
                let what = format!(
                    "the id {id} differs from {other}, line {line}, in the case of its letters only"
                );
                self.errors
                    .push(ConfigError::at(person.place.clone(), what));
            }
        }
    }

    fn needed<'s, T>(
        &mut self,
        section: &'s Section<'s>,
        key: &str,
        allowed: &str,
        read: impl FnOnce(&Entry<'s>) -> Result<T, ConfigError>,
    ) -> Option<T> {
        let read = section.needed(key, allowed).and_then(|entry| read(&entry));
        self.keep(read)
    }

    fn optional<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        read: impl FnOnce(&Entry<'_>) -> Result<T, ConfigError>,
    ) -> Option<T> {
        let entry = section.get(key)?;
        self.keep(read(&entry))
    }

    fn items<T>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        example: &str,
        read: impl Fn(&Entry<'_>) -> Result<T, ConfigError>,
    ) -> Vec<T> {
        let items = self.optional(section, key, |entry| {
            entry
                .items(example)
                .map(|items| items.iter().map(&read).collect::<Vec<_>>())
        });
        let read = items.into_iter().flatten();
        read.filter_map(|item| self.keep(item)).collect()
    }
}

fn visible(entry: &Entry<'_>) -> Result<String, ConfigError> {
    let text = entry.text()?;
    crate::config::values::operator(text)
        .ok_or_else(|| entry.error("must be 1 to 64 characters that can be seen"))
}

fn branch(entry: &Entry<'_>) -> Result<BranchId, ConfigError> {
    crate::config::values::branch_id(entry)
}

fn network(item: &Entry<'_>) -> Result<crate::config::Network, ConfigError> {
    let text = item.text()?;
    text.parse().map_err(|error| item.refuse(text, error))
}

fn day(entry: &Entry<'_>) -> Result<Date, ConfigError> {
    entry.day()
}

fn path(entry: &Entry<'_>) -> Result<PathBuf, ConfigError> {
    entry.path()
}

fn lifetime(entry: &Entry<'_>) -> Result<Duration, ConfigError> {
    let text = entry.text()?;
    let lifetime = durations::parse(text).filter(|lifetime| LIFETIMES.contains(lifetime));
    lifetime.ok_or_else(|| entry.refuse(text, "allowed is a time from \"1m\" to \"90d\""))
}
