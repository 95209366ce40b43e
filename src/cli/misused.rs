//! A command line that is none: told to people as clap tells it, and to programs as one object, as
//! every other end is.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, Error};

use super::args::Args;
use super::failed::Failed;
use super::report::Report;

/// Tells it, and gives the exit code. What was asked for by `--help` and `--version` is no fault.
pub(super) fn told(fault: &Error) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    if !fault.use_stderr() || !words.iter().any(|word| word == "--json") {
        fault.exit();
    }
    // Where nobody listens, nobody is told.
    fault.print().ok();
    let text = fault.render().to_string();
    Report::failed(verb(words), Failed::usage(sentence(&text))).tell_object()
}

/// The verb as far as there is one, such as `config show`.
fn verb(words: Vec<OsString>) -> String {
    let read = Args::command()
        .ignore_errors(true)
        .try_get_matches_from(words);
    let Ok(read) = read else {
        return String::new();
    };
    match read.subcommand() {
        Some(("config", within)) => named("config", within),
        Some((verb, _)) => verb.to_owned(),
        None => String::new(),
    }
}

fn named(verb: &str, within: &ArgMatches) -> String {
    match within.subcommand_name() {
        Some(inner) => format!("{verb} {inner}"),
        None => verb.to_owned(),
    }
}

/// What is wrong, without how it would be right, on one line.
fn sentence(text: &str) -> String {
    let wrong = text.split("\n\n").next().unwrap_or_default();
    let wrong = wrong.strip_prefix("error: ").unwrap_or(wrong);
    wrong.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> String {
        verb(words.iter().map(OsString::from).collect())
    }

    #[test]
    fn the_verb_is_known_whatever_else_is_wrong() {
        assert_eq!(of(&["kitdesk", "kits", "--json"]), "kits");
        assert_eq!(
            of(&["kitdesk", "--profile", "kits", "order", "--what", "--json"]),
            "order"
        );
        assert_eq!(of(&["kitdesk", "config", "show", "--what"]), "config show");
        assert_eq!(of(&["kitdesk", "journal", "list", "--what"]), "journal");
        assert_eq!(of(&["kitdesk", "teapot", "--json"]), "");
        assert_eq!(of(&["kitdesk", "--json"]), "");
    }

    #[test]
    fn the_fault_is_one_line() {
        let text = "error: these are missing:\n  --entity <ID>\n\nUsage: kitdesk\n\nFor more ...\n";
        assert_eq!(sentence(text), "these are missing: --entity <ID>");
    }
}
