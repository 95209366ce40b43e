//! What is probably not meant in a list of people that is read without a mistake.

use jiff::Timestamp;

use super::authority::LIFETIME;
use super::directory::People;
use super::person::Person;
use super::rights::Rights;
use super::role::{Role, Roles};
use crate::config::ConfigError;
use crate::durations::shown;
use crate::sorting;

impl People {
    /// What is probably not meant, by file and line: people who can't log in, and roles that nobody has.
    #[must_use]
    pub fn warnings(&self, now: Timestamp) -> Vec<ConfigError> {
        let people = self.iter().filter_map(|person| {
            let why = self.why_never(person, now)?;
            let what = format!("[people.{}] {why}", person.id);
            Some(ConfigError::at(person.place.clone(), what))
        });
        let mut warnings: Vec<_> = people.collect();
        warnings.extend(self.unrevocable());
        sorting::sort_by_key(&mut warnings, |warning| {
            warning.place().and_then(crate::config::Place::line_number)
        });
        warnings.extend(self.missing_roles(now));
        warnings
    }

    /// Why somebody can't log in, whatever they do.
    fn why_never(&self, person: &Person, now: Timestamp) -> Option<String> {
        if let (Some(until), Some(ends)) = (person.until, person.ends())
            && now >= ends
        {
            return Some(format!(
                "can't log in since {until} is over: take the entry out"
            ));
        }
        if !person.keys.is_empty() {
            return None;
        }
        let authorities = self.authorities();
        if authorities.is_empty() {
            return Some(
                "can't log in: there is no key, and no authority for certificates".to_owned(),
            );
        }
        let mut roles = authorities.iter().map(|authority| &authority.roles);
        let shares = |roles: &Roles| !person.roles.shared_with(roles).is_empty();
        if roles.any(shares) {
            return None;
        }
        Some("can't log in: there is no key, and no authority gives any of the roles".to_owned())
    }

    /// Certificates that live long and can't be called back.
    fn unrevocable(&self) -> impl Iterator<Item = ConfigError> {
        let long = self
            .authorities()
            .iter()
            .filter(|authority| authority.lifetime > LIFETIME);
        let long = long.filter(|authority| !authority.has_list);
        long.map(|authority| {
            let (name, lifetime) = (&authority.name, shown(authority.lifetime));
            let what = format!(
                "[authorities.{name}] has certificates that live up to {lifetime} and can't be revoked: name a list with revoked"
            );
            ConfigError::at(authority.place.clone(), what)
        })
    }

    /// The roles that nobody has, and that give what no other role does that somebody has.
    fn missing_roles(&self, now: Timestamp) -> Option<ConfigError> {
        let here = self
            .iter()
            .filter(|person| person.ends().is_none_or(|ends| now < ends));
        let roles: Roles = here.flat_map(|person| person.roles.iter()).collect();
        let rights = Rights::of(&roles);
        let is_missed = |role: &Role| {
            let alone = Rights::of(&[*role].into_iter().collect());
            !roles.has(*role) && !rights.have_all_of(alone)
        };
        let missing: Vec<_> = Role::ALL
            .into_iter()
            .filter(is_missed)
            .map(Role::word)
            .collect();
        let what = match missing.as_slice() {
            [] => return None,
            [role] => format!("nobody has the role {role}"),
            roles => format!("nobody has any of the roles {}", roles.join(", ")),
        };
        Some(ConfigError::in_file(self.files().first()?, what))
    }
}
