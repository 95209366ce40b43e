//! `kitdesk people list`: everybody who may log in, their keys, and the authorities for certificates.

use super::words;
use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::report::Report;
use crate::cli::table::{Cell, TableFormat};
use crate::columns::{columns, fit};
use crate::dcms::{BranchId, harmless};
use crate::durations;
use crate::people::{Authority, Fingerprint, People, Person, Role, Roles};

#[derive(Serialize)]
struct Listed<'a> {
    file: String,
    people: Vec<PersonObject<'a>>,
    authorities: Vec<AuthorityObject<'a>>,
}

#[derive(Serialize)]
struct PersonObject<'a> {
    id: &'a str,
    name: &'a str,
    roles: Vec<&'static str>,
    branch: Option<&'a str>,
    /// The last day.
    until: Option<String>,
    from: Vec<String>,
    keys: Vec<KeyObject<'a>>,
}

#[derive(Serialize)]
struct KeyObject<'a> {
    fingerprint: String,
    comment: &'a str,
}

#[derive(Serialize)]
struct AuthorityObject<'a> {
    name: &'a str,
    roles: Vec<&'static str>,
    lifetime_seconds: u64,
    key: KeyObject<'a>,
}

impl<'a> KeyObject<'a> {
    fn new(fingerprint: Fingerprint, comment: &'a str) -> Self {
        let fingerprint = fingerprint.to_string();
        Self {
            fingerprint,
            comment,
        }
    }
}

impl<'a> From<&'a Person> for PersonObject<'a> {
    fn from(person: &'a Person) -> Self {
        let keys = person.keys.iter();
        Self {
            id: person.id.as_str(),
            name: &person.name,
            roles: words(&person.roles),
            branch: person.branch.as_ref().map(BranchId::as_str),
            until: person.until.map(|day| day.to_string()),
            from: person.networks.iter().map(ToString::to_string).collect(),
            keys: keys
                .map(|key| KeyObject::new(key.fingerprint, &key.comment))
                .collect(),
        }
    }
}

impl<'a> From<&'a Authority> for AuthorityObject<'a> {
    fn from(authority: &'a Authority) -> Self {
        Self {
            name: &authority.name,
            roles: words(&authority.roles),
            lifetime_seconds: authority.lifetime.as_secs(),
            key: KeyObject::new(authority.key, &authority.comment),
        }
    }
}

fn words(roles: &Roles) -> Vec<&'static str> {
    roles.iter().map(Role::word).collect()
}

pub(super) fn run(path: &Path) -> Result<Report, Failed> {
    let people = People::read(path).map_err(|error| {
        let mistakes = error.mistakes().iter().map(ToString::to_string).collect();
        let sentence = words::unusable(&path.display());
        Failed::faulty(sentence, mistakes)
    })?;
    let listed = Listed {
        file: path.display().to_string(),
        people: people.iter().map(|person| (&**person).into()).collect(),
        authorities: people.authorities().iter().map(Into::into).collect(),
    };
    Ok(Report::read(&listed, shown(&listed)))
}

/// Who there is, the keys and the authorities, each in a table of its own.
fn shown(listed: &Listed<'_>) -> String {
    if listed.people.is_empty() && listed.authorities.is_empty() {
        return words::NOBODY.to_owned();
    }
    let mut parts = Vec::new();
    if !listed.people.is_empty() {
        parts.push(people(&listed.people));
    }
    let keys = listed.people.iter().flat_map(|person| {
        let keys = person.keys.iter();
        keys.map(|key| [&key.fingerprint, person.id, key.comment])
    });
    parts.push(lines(["KEY", "OF", "COMMENT"], keys));
    let lifetimes: Vec<_> = listed.authorities.iter().map(lifetime).collect();
    let authorities = listed.authorities.iter().zip(&lifetimes);
    let authorities = authorities.map(|(authority, lifetime)| {
        let key = &authority.key;
        [&key.fingerprint, authority.name, lifetime, key.comment]
    });
    parts.push(lines(
        ["AUTHORITY", "NAME", "GIVES", "COMMENT"],
        authorities,
    ));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn people(people: &[PersonObject<'_>]) -> String {
    let rows = people.iter().map(|person| {
        let cells = [
            person.id.to_owned(),
            person.name.to_owned(),
            person.roles.join(", "),
            person.branch.unwrap_or_default().to_owned(),
            person.until.clone().unwrap_or_default(),
            person.from.join(", "),
        ];
        cells.map(Cell::from).into_iter().collect()
    });
    let heads = ["ID", "NAME", "ROLES", "BRANCH", "UNTIL", "FROM"];
    TableFormat::of_stdout().fitting(&heads, rows.collect(), (&[], None))
}

fn lifetime(authority: &AuthorityObject<'_>) -> String {
    let lifetime = durations::shown(std::time::Duration::from_secs(authority.lifetime_seconds));
    words::authority(&authority.roles.join(", "), &lifetime)
}

/// Lines in which nothing is cut: a part of a fingerprint is good for nothing.
fn lines<'a, const N: usize>(
    heads: [&'a str; N],
    rows: impl Iterator<Item = [&'a str; N]>,
) -> String {
    let rows: Vec<_> = rows.map(|row| row.map(harmless)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let heads = heads.map(Into::into);
    let all = || std::iter::once(&heads).chain(&rows);
    let width = |at: usize| all().map(|row| columns(&row[at])).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[Cow<'_, str>; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| fit(cell, width));
        let cells: Vec<_> = cells.collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    all().map(line).collect()
}
