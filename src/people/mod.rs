//! Who may log in at the SSH server, with which keys and certificates, and what they may do.
//!
//! [`People`] is read from `people.toml` and lets somebody in by a key or a certificate that was proved
//! ([`People::admit_key`], [`People::admit_certificate`]); [`Watched`] reads it again when it has changed.
//! [`Rights`] says what roles may do, for the screens, the desk and the verbs.

mod admission;
mod authority;
mod directory;
mod error;
mod key;
mod not_admitted;
mod page;
mod person;
mod revoked;
mod rights;
mod role;
mod warnings;
mod watched;

pub use admission::Admitted;
pub use authority::Authority;
pub use directory::People;
pub use error::PeopleError;
pub use key::{Fingerprint, KeyError};
pub use not_admitted::NotAdmitted;
pub use person::{Person, PersonId, PersonKey};
pub use rights::{Right, Rights};
pub use role::{Role, Roles};
pub use watched::{Look, Watched};

#[cfg(test)]
mod tests;
