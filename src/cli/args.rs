//! The flags and verbs, to the letter that scripts rely on.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::completions::CompletionsArgs;
use super::config::ConfigArgs;
use super::doctor::DoctorArgs;
use super::journal::JournalArgs;
use super::kits::KitsArgs;
use super::man::ManArgs;
use super::order::OrderArgs;
use super::settle::SettleArgs;
use super::write_verbs::WriteVerb;
use crate::sandbox::{Fault, PinAccount, PinBlock};

/// The version with what it was built from: two people who look at a fault need to know both.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("KITDESK_BUILT_FROM"),
    ", ",
    env!("KITDESK_BUILT_AS"),
    ", ",
    env!("KITDESK_BUILT_FOR"),
    ")"
);
/// What flags do not tell.
const BESIDES: &str = "\
Exit codes: 0 done; 1 refused by the DCMS; 2 usage or configuration; 3 not sent; 4 unknown: settle it by \
reading, never by sending again; 5 internal fault; 130 interrupted before anything was sent.

Environment: KITDESK_CONFIG (the configuration file), KITDESK_PROFILE, KITDESK_OPERATOR, KITDESK_STATE (the \
folder of the journal), KITDESK_COLOURS (truecolor, 256, 16, none), NO_COLOR.";
/// Above the flags that the console and all verbs have.
const EVERYWHERE: &str = "Everywhere";

/// A terminal console for a bank's card desk.
#[derive(Parser)]
#[command(version = VERSION, about, disable_help_subcommand = true, after_long_help = BESIDES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct Args {
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
    /// Let the console take clicks and the wheel; the terminal's own selection then needs Shift.
    #[arg(long)]
    pub(super) mouse: bool,
    /// Print one JSON object instead of text; for every verb but the console.
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
}

/// Without a verb, the console starts.
#[derive(Subcommand)]
pub(super) enum Verb {
    /// List a customer's kits, replaced and inactive ones too.
    Kits(KitsArgs),
    #[command(flatten)]
    Write(WriteVerb),
    /// Show an order.
    Order(OrderArgs),
    /// Settle writes whose outcome is unknown, by reading.
    Settle(SettleArgs),
    /// The record of actions: list, show, verify, export.
    Journal(JournalArgs),
    /// Run the simulator alone and print a configuration for it.
    Sandbox(SandboxArgs),
    /// Check whether all that is needed is there and right, and say what to do about what is not.
    Doctor(DoctorArgs),
    /// Show the settings and where each came from, or write a first configuration.
    Config(ConfigArgs),
    /// List the themes.
    Themes,
    /// Print a shell's completion script.
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them into a folder.
    Man(ManArgs),
}

/// What all verbs that change something have in common.
#[derive(clap::Args)]
pub(super) struct WriteArgs {
    /// Send without asking for the last four of the number.
    #[arg(long)]
    pub(super) yes: bool,
    /// Print what would be sent, as JSON with its secrets covered, and send nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// For how long to settle an unknown outcome by reading; 0 leaves it open at once.
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=3600))]
    pub(super) settle_for: u64,
}

#[derive(clap::Args)]
pub(super) struct SandboxArgs {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8650")]
    pub(super) listen: SocketAddr,
    /// How many customers there are in addition to the fixed ones.
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(super) customers: usize,
    /// How many kits customer 210000000082 has; for measuring.
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    pub(super) kits: usize,
    /// Other customers for another number, the same for the same.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// A fault, as `CALL=KIND[:N]`, like `upgradeCard=reset-after:1`; may be given several times.
    #[arg(long, value_name = "SPEC")]
    pub(super) fault: Vec<Fault>,
    /// What is encrypted of a PIN block: raw or hex.
    #[arg(long, value_name = "FORM", default_value = "raw")]
    pub(super) pin_block: PinBlock,
    /// What a PIN is bound to: pan, kit or kit-as-pan.
    #[arg(long, value_name = "FIELD", default_value = "pan")]
    pub(super) pin_account: PinAccount,
    /// Every call needs a token.
    #[arg(long)]
    pub(super) sign_in: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_hands_on_to_cargo_run_is_no_setting() {
        let build = include_str!("../../build.rs");
        let names = build.split("cargo::rustc-env=").skip(1);
        let names: Vec<&str> = names.filter_map(|rest| rest.split('=').next()).collect();
        assert_eq!(names.len(), 3);
        for name in names {
            assert!(!BESIDES.contains(name), "{name}");
        }
    }
}
