//! Everybody who may log in, found by their id and by their keys.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::authority::Authority;
use super::key::Fingerprint;
use super::person::{Person, PersonId};
use crate::sorting;

/// Who may log in, and who may say so.
#[derive(Debug, Clone, Default)]
pub struct People {
    everybody: BTreeMap<PersonId, Arc<Person>>,
    owners: HashMap<Fingerprint, Arc<Person>>,
    authorities: Vec<Authority>,
    files: Vec<PathBuf>,
}

impl People {
    /// Of people whose keys have one owner each; `files` is what was read for it.
    pub(super) fn new(
        people: Vec<Person>,
        authorities: Vec<Authority>,
        files: Vec<PathBuf>,
    ) -> Self {
        let people: Vec<_> = people.into_iter().map(Arc::new).collect();
        let owned = people.iter().flat_map(|person| {
            let keys = person.keys.iter();
            keys.map(|key| (key.fingerprint, Arc::clone(person)))
        });
        Self {
            owners: owned.collect(),
            everybody: sorting::map(people.into_iter().map(|person| (person.id.clone(), person))),
            authorities,
            files,
        }
    }

    /// Everybody, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Person>> {
        self.everybody.values()
    }

    /// Somebody by id.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Arc<Person>> {
        self.everybody.get(id)
    }

    /// Those who issue certificates for them.
    #[must_use]
    pub fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    /// Whose key it is.
    pub(super) fn owner(&self, key: &Fingerprint) -> Option<&Arc<Person>> {
        self.owners.get(key)
    }

    /// Every file that was read for it.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }
}
