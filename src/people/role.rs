//! The roles that a person can have, by their words in `people.toml`.

use crate::sorting;
use std::collections::BTreeSet;
use std::fmt;

/// What somebody is at the desk for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Serves customers: looks up and changes.
    Desk,
    /// Looks at what others have prepared.
    Check,
    /// Settles writes whose outcome is unknown.
    Settle,
    /// Reads the record of actions.
    Audit,
    /// Looks after the server and its sessions.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Desk,
        Self::Check,
        Self::Settle,
        Self::Audit,
        Self::Admin,
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Check => "check",
            Self::Settle => "settle",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// All the words, in a list for people.
    #[must_use]
    pub fn words() -> String {
        Self::ALL.map(Self::word).join(", ")
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Several roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Whether it is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, in the order of [`Role::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }

    /// Those that the others have too.
    #[must_use]
    pub fn shared_with(&self, others: &Self) -> Self {
        Self(sorting::set(self.0.intersection(&others.0).copied()))
    }

    /// Whether these have all of the others.
    #[must_use]
    pub fn have_all_of(&self, others: &Self) -> bool {
        self.0.is_superset(&others.0)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(sorting::set(roles))
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().map(Role::word).collect();
        f.pad(&words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_read_by_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
        assert_eq!(Role::from_word("root"), None);
        assert_eq!(Role::words(), "desk, check, settle, audit, admin");
    }

    #[test]
    fn shared_roles_are_those_of_both() {
        let own: Roles = [Role::Desk, Role::Admin].into_iter().collect();
        let others: Roles = [Role::Admin, Role::Audit].into_iter().collect();
        assert_eq!(own.shared_with(&others).to_string(), "admin");
        assert!(own.have_all_of(&[Role::Desk].into_iter().collect()));
        assert!(!own.have_all_of(&others));
    }
}
