//! The flags that the console and all verbs have.

use std::path::PathBuf;

use crate::config::Profile;

/// Above them in the help.
const EVERYWHERE: &str = "Everywhere";

#[derive(Clone, clap::Args)]
pub(super) struct Global {
    /// The configuration file, instead of the usual one.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The profile, instead of the default one.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Who works here, instead of the login name.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "ID")]
    pub(super) operator: Option<String>,
    /// The colours: a theme's name or file.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME|FILE")]
    #[arg(value_hint = clap::ValueHint::AnyPath)]
    pub(super) theme: Option<String>,
    /// Write what happens to a file; never a secret.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    /// How much to write there.
    #[arg(
        long,
        global = true,
        help_heading = EVERYWHERE,
        value_name = "LEVEL",
        default_value = "debug",
        requires = "log"
    )]
    #[arg(value_parser = ["error", "warn", "info", "debug", "trace"])]
    pub(super) log_level: String,
    /// Use the built-in sandbox, whatever is configured.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) sandbox: bool,
    /// Take an id that looks like a card number (13 to 19 digits that pass the Luhn check) for the id that
    /// it is. Without this, no verb sends one: nobody's card number goes anywhere as an id.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) card_like_ids: bool,
    /// Print one JSON object instead of text; for every verb but the console.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) json: bool,
    /// The profile of a built-in sandbox that runs already, for verbs that follow one another in one session.
    #[arg(skip)]
    pub(super) running_sandbox: Option<Profile>,
}
