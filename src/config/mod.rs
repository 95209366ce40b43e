//! Configuration: profiles, where each choice came from, secret sources and folders.
//! Knows files, the environment and commands; never a terminal or HTTP, and no secret is printed.

mod check;
mod command;
mod example;
mod fault;
mod files;
#[cfg(unix)]
mod folders;
mod keys;
mod load;
pub(crate) mod page;
mod profile;
mod seat;
mod secret;
mod settings;
mod shape;
mod surroundings;
mod themes;

pub use example::write_example;
pub use fault::{Fault, Place};
pub use files::{PlainFile, check_log, check_state};
pub use keys::KeyChoice;
pub use load::{
    Config, Origin, Origins, Request, ThemeChoice, load, load_as_written, path, without_file,
};
pub use profile::{Environment, PinAccount, PinEntryRule, Profile, SignInSource};
pub use seat::{Seat, Sign};
pub use secret::{HeaderValueSource, KeySource, SecretFault, SecretSource};
pub use settings::{Setting, settings};
pub use surroundings::Surroundings;
pub use themes::{read_theme, user_theme, user_themes};
