//! Configuration: profiles, where each choice came from, secret sources and folders.
//! Knows files, the environment and commands; never a terminal or HTTP, and no secret is printed.

mod central;
mod choices;
mod command;
mod env;
pub(crate) mod error;
mod example;
mod file_checks;
mod files;
#[cfg(unix)]
mod folders;
mod keys;
mod load;
mod network;
mod origin;
mod profile;
mod reference;
mod secret;
mod secret_settings;
mod serve;
mod session_origin;
mod setting;
mod show;
mod themes;
mod timeouts;
pub(crate) mod toml_file;
mod tool;
mod top_level;
pub(crate) mod values;

pub use central::CentralSettings;
pub use choices::{
    ChannelBinding, Environment, PinAccount, PinEntryRule, WeakPinRule, WhenDown, Words,
};
pub use env::Env;
pub use error::{ConfigError, Place};
pub use example::write_example;
pub use files::{PlainFile, PrivateFile, check_log, check_state};
pub(crate) use files::{read_bytes, read_text};
pub use keys::KeyChoice;
pub use load::{Request, load, load_as_written, path, without_file};
pub use network::{Network, NetworkError};
pub use origin::Origin;
pub use profile::{BUILT_IN, Profile};
pub use secret::{HeaderValueSource, KeySource, SecretError, SecretSource};
pub use secret_settings::SignInSource;
pub use serve::ServeSettings;
pub use session_origin::{RemoteSign, SessionKind, SessionOrigin};
pub use show::{Shown, settings};
pub use themes::{read_theme, user_theme, user_themes};
pub use tool::{Tool, ToolError};
pub use top_level::{Config, ThemeChoice};
