//! What the command line can't be read for, told without what may be a secret in the wrong place: a PIN
//! behind the verb, a card number where another number belongs.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, Error};

use super::args::Args;
use super::failed::{Failed, USAGE};
use super::report::{Report, say};
use crate::dcms::is_harmful;
use crate::pin::mask_card_numbers;

/// Stands for digits that are not repeated.
const COVERED: &str = "<digits>";
/// Fewer digits are no PIN.
const SHORTEST_PIN: usize = 4;

/// Tells it to people as clap does, and to programs as one object, as every other end is. What was asked
/// for by `--help` and `--version` is no fault, and ends the program here.
pub(super) fn tell(fault: &Error) -> ExitCode {
    if !fault.use_stderr() {
        fault.exit();
    }
    let words: Vec<OsString> = std::env::args_os().collect();
    let told = fault.render().to_string();
    let covered = covered(&told, fault.kind(), words.iter().skip(1));
    // Arguments are repeated as they came: only what can't steer a terminal goes there in clap's colours.
    let is_plain = |c: char| c == '\n' || !is_harmful(c);
    if covered == told && told.chars().all(is_plain) {
        // As clap does it, with its colours. Where nobody listens, nobody is told.
        fault.print().ok();
    } else {
        say(covered.trim_end());
    }
    if !words.iter().any(|word| word == "--json") {
        return ExitCode::from(USAGE);
    }
    Report::failed(verb(words), Failed::usage(sentence(&covered))).tell_object()
}

fn covered<'a>(
    told: &str,
    kind: ErrorKind,
    arguments: impl Iterator<Item = &'a OsString>,
) -> String {
    let mut covered = told.to_owned();
    if matches!(
        kind,
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
    ) {
        for argument in arguments.filter_map(|argument| argument.to_str()) {
            let digits = argument.chars().filter(char::is_ascii_digit).count();
            let is_number = argument
                .chars()
                .all(|c| c.is_ascii_digit() || " -".contains(c));
            if is_number && digits >= SHORTEST_PIN {
                covered = covered.replace(argument, COVERED);
            }
        }
    }
    mask_card_numbers(&covered, &[]).into_owned()
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
