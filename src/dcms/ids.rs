//! The names by which a DCMS knows things, each a type of its own, checked where it comes in.
//! None of them is a secret: all may be shown, logged and kept.

use std::sync::Arc;

/// Why a typed or received identifier was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing but blanks.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Too long to be one.
    #[error("{0} has at most {LONGEST} characters")]
    TooLong(&'static str),
    /// A character that can't be part of one.
    #[error("{0} can't contain {quoted}", quoted = quoted(*.1))]
    Character(&'static str, char),
    /// A digit of another script. It is not repeated: it may be one of a card number.
    #[error("{0} can't contain digits other than 0 to 9: change the keyboard's layout")]
    OtherDigit(&'static str),
}

/// A character as a sentence names it.
fn quoted(c: char) -> String {
    match c {
        '\'' => "\"'\"".to_owned(),
        c => format!("{c:?}"),
    }
}

/// Longest identifier that is taken: longer ones are a paste gone wrong.
const LONGEST: usize = 64;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $what:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text without the blanks around it.
            ///
            /// # Errors
            /// When it is empty, too long, or has a character that can't be part of one.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(IdError::Empty($what));
                }
                if text.chars().count() > LONGEST {
                    return Err(IdError::TooLong($what));
                }
                let allowed: fn(char) -> bool = $allowed;
                match text.chars().find(|&c| !allowed(c)) {
                    Some(digit) if digit.is_numeric() => Err(IdError::OtherDigit($what)),
                    Some(odd) => Err(IdError::Character($what, odd)),
                    None => Ok(Self(text.into())),
                }
            }

            /// The text as it travels.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

identifier!(
    /// A customer.
    EntityId, "an entity id", |c| c.is_ascii_alphanumeric() || "-_.".contains(c)
);
identifier!(
    /// A card with its number, plastic and papers: the card's handle everywhere.
    KitNo, "a kit number", |c| c.is_ascii_alphanumeric() || "-_.".contains(c)
);
identifier!(
    /// A bank account. May be longer than any number type: kept as text.
    AccountNo, "an account number", |c| c.is_ascii_digit()
);
identifier!(
    /// A card order.
    OrderId, "an order id", |c| c.is_ascii_alphanumeric() || "-_.".contains(c)
);
identifier!(
    /// The branch that an order belongs to.
    BranchId, "a branch id", |c| c.is_ascii_alphanumeric() || "-_.".contains(c)
);
identifier!(
    /// The bank, as the `tenant` header names it.
    Tenant, "a tenant", |c| c.is_ascii_graphic()
);

impl KitNo {
    /// What is typed to confirm a write: the last four characters, or all of a shorter number.
    #[must_use]
    pub fn last_four(&self) -> &str {
        last_four(&self.0)
    }
}

impl EntityId {
    /// What is typed to confirm a write to all of a customer: the last four characters.
    #[must_use]
    pub fn last_four(&self) -> &str {
        last_four(&self.0)
    }
}

impl OrderId {
    /// What is typed to confirm a cancellation: the last four characters.
    #[must_use]
    pub fn last_four(&self) -> &str {
        last_four(&self.0)
    }
}

fn last_four(text: &str) -> &str {
    &text[text.len().saturating_sub(4)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_do_not_count() {
        assert_eq!(
            EntityId::parse(" 181223116\n").expect("good").as_str(),
            "181223116"
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |r: Result<AccountNo, IdError>| r.err().map(|f| f.to_string());
        assert_eq!(
            said(AccountNo::parse("  ")).as_deref(),
            Some("an account number is empty")
        );
        assert_eq!(
            said(AccountNo::parse("80O0")).as_deref(),
            Some("an account number can't contain 'O'")
        );
        assert_eq!(
            said(AccountNo::parse("80\u{660}\u{ff10}")).as_deref(),
            Some(
                "an account number can't contain digits other than 0 to 9: change the keyboard's layout"
            )
        );
        assert!(said(AccountNo::parse(&"1".repeat(65))).is_some());
        assert!(KitNo::parse("45\u{1b}[31m").is_err());
    }

    #[test]
    fn last_four_of_short_ones_is_all_of_them() {
        assert_eq!(KitNo::parse("4561789").expect("good").last_four(), "1789");
        assert_eq!(KitNo::parse("12").expect("good").last_four(), "12");
    }
}
