//! What each role may do: the one place that the console, the desk and the verbs ask.
//!
//! A person at a machine of their own, with the console or a verb, has [`Rights::all`]: there the operating
//! system decides who may read the configuration, its keys and the journal.

use super::role::{Role, Roles};

/// Something that a person may do or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Look up customers, kits, orders, payments and cards.
    LookUp,
    /// Change something at the DCMS.
    Write,
    /// Read the outcome of a write of their own once more.
    SettleOwn,
    /// The same of anybody's.
    SettleAny,
    /// Settle an open write by what they know.
    Decide,
    /// See the records of others.
    SeeOthers,
    /// See a day's end of everybody.
    DayOfAll,
    /// Verify the record of actions and export it.
    Export,
    /// See the records of all hosts of the bank.
    SeeBank,
    /// See who is here, and end sessions of others.
    Sessions,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 10] = [
        Self::LookUp,
        Self::Write,
        Self::SettleOwn,
        Self::SettleAny,
        Self::Decide,
        Self::SeeOthers,
        Self::DayOfAll,
        Self::Export,
        Self::SeeBank,
        Self::Sessions,
    ];

    /// What it allows, as the end of "may not ...".
    #[must_use]
    pub fn what(self) -> &'static str {
        match self {
            Self::LookUp => "look up customers, cards and orders",
            Self::Write => "change anything at the DCMS",
            Self::SettleOwn => "read the outcome of an open action again",
            Self::SettleAny => "settle actions of others",
            Self::Decide => "settle an action by what is known of it",
            Self::SeeOthers => "see actions of others",
            Self::DayOfAll => "see the day's end of everybody",
            Self::Export => "verify or export the journal",
            Self::SeeBank => "see the journal of the whole bank",
            Self::Sessions => "see or end sessions of others",
        }
    }

    /// Why it is not done for somebody without the right, and who has it.
    #[must_use]
    pub fn refusal(self) -> String {
        let having = Role::ALL
            .into_iter()
            .filter(|role| of_role(*role).has(self));
        let having: Vec<_> = having.map(Role::word).collect();
        let roles = if having.len() == 1 {
            "the role"
        } else {
            "one of the roles"
        };
        format!(
            "Your roles don't let you {}. It needs {roles} {}.",
            self.what(),
            having.join(", ")
        )
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights(u16);

impl Rights {
    const NONE: Self = Self(0);

    /// Everything: of a person at a machine of their own.
    #[must_use]
    pub fn all() -> Self {
        Right::ALL.into_iter().fold(Self::NONE, Self::with)
    }

    /// What the roles give together.
    #[must_use]
    pub fn of(roles: &Roles) -> Self {
        let rights = roles.iter().map(of_role);
        rights.fold(Self::NONE, |all, more| Self(all.0 | more.0))
    }

    /// Whether this is among them.
    #[must_use]
    pub fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Whether these have all of the others.
    #[must_use]
    pub fn have_all_of(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Fine where it is among them.
    ///
    /// # Errors
    /// A sentence that says what is not allowed, and which roles allow it.
    pub fn need(self, right: Right) -> Result<(), String> {
        if self.has(right) {
            Ok(())
        } else {
            Err(right.refusal())
        }
    }

    fn with(self, right: Right) -> Self {
        Self(self.0 | right.bit())
    }
}

/// What one role gives. Everybody sees their own records and their own day's end.
fn of_role(role: Role) -> Rights {
    let rights: &[Right] = match role {
        Role::Desk => &[Right::LookUp, Right::Write, Right::SettleOwn],
        Role::Check => &[Right::LookUp],
        Role::Settle => &[
            Right::LookUp,
            Right::SettleOwn,
            Right::SettleAny,
            Right::Decide,
            Right::SeeOthers,
            Right::DayOfAll,
        ],
        Role::Audit => &[
            Right::SeeOthers,
            Right::DayOfAll,
            Right::Export,
            Right::SeeBank,
        ],
        Role::Admin => &[Right::Sessions],
    };
    rights.iter().copied().fold(Rights::NONE, Rights::with)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents;

    fn of(roles: &[Role]) -> Rights {
        Rights::of(&roles.iter().copied().collect())
    }

    #[test]
    fn a_local_person_has_everything_and_nobody_without_a_role_anything() {
        for right in Right::ALL {
            assert!(Rights::all().has(right), "{right:?}");
            assert!(!of(&[]).has(right), "{right:?}");
        }
    }

    #[test]
    fn each_right_is_given_by_a_role_and_all_roles_give_all() {
        assert_eq!(of(&Role::ALL), Rights::all());
        for right in Right::ALL {
            assert!(right.refusal().ends_with('.'), "{right:?}");
        }
    }

    #[test]
    fn who_reads_the_records_changes_nothing_and_sees_no_customer() {
        let audit = of(&[Role::Audit]);
        assert!(audit.has(Right::SeeOthers) && audit.has(Right::Export));
        for right in [Right::LookUp, Right::Write, Right::SettleOwn, Right::Decide] {
            assert!(!audit.has(right), "{right:?}");
            assert!(!of(&[Role::Admin]).has(right), "{right:?}");
        }
    }

    #[test]
    fn the_documents_have_every_right_of_every_role() {
        let row = |right: Right| {
            let given = |role| if of_role(role).has(right) { "yes" } else { "" };
            let [desk, check, settle, audit, admin] = Role::ALL.map(given);
            [right.what(), desk, check, settle, audit, admin].map(str::to_owned)
        };
        let [desk, check, settle, audit, admin] = Role::ALL.map(Role::word);
        let head = ["may", desk, check, settle, audit, admin];
        let table = documents::table(head, &Right::ALL.map(row));
        documents::compare("docs/serve.md", "rights", &table);
    }

    #[test]
    fn roles_add_up() {
        let both = of(&[Role::Desk, Role::Audit]);
        assert!(both.has(Right::Write) && both.has(Right::SeeOthers));
        assert!(!both.has(Right::Decide));
    }

    #[test]
    fn a_refusal_names_the_roles_that_would_do() {
        assert_eq!(
            of(&[Role::Check]).need(Right::Write),
            Err(
                "Your roles don't let you change anything at the DCMS. It needs the role desk."
                    .to_owned()
            )
        );
        assert_eq!(
            of(&[Role::Audit]).need(Right::LookUp),
            Err("Your roles don't let you look up customers, cards and orders. It needs one of the roles desk, check, settle.".to_owned())
        );
        assert_eq!(of(&[Role::Desk]).need(Right::Write), Ok(()));
    }
}
