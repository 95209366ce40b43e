//! The whole command line, to the letter that scripts rely on.

use clap::Parser;

use super::global::Global;
use super::verbs::Verb;

/// The version with what it was built from: two people who look at an error need to know both.
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
/// A terminal console for a bank's card desk.
#[derive(Parser)]
#[command(version = VERSION, about, disable_help_subcommand = true, after_long_help = BESIDES)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    /// Let the console take clicks and the wheel; the terminal's own selection then needs Shift.
    #[arg(long)]
    pub(super) mouse: bool,
    /// The same jobs as questions and answers, line by line: for screen readers and plain terminals.
    #[arg(long, conflicts_with = "mouse")]
    pub(super) linear: bool,
    /// Without a verb, the console starts.
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
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
