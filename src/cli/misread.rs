//! What the command line can't be read for, told without what may be a secret in the wrong place: a PIN
//! behind the verb, a card number where another number belongs.

use std::any::TypeId;
use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command, Error};

use super::colours;
use super::failed::{Failed, INTERNAL, USAGE};
use super::journal;
use super::report::{Report, err, file_names, put, say};
use crate::config::Env;
use crate::dcms::{AccountNo, BranchId, EntityId, KitNo, OrderId, is_harmful};
use crate::pin::{card_number_in, mask_card_numbers, whole_card_number};

mod words {
    use std::fmt::Display;

    pub(super) const AN_ARGUMENT: &str = "an argument";

    pub(super) fn like_a_card_number(name: &dyn Display) -> String {
        format!(
            "{name} looks like a card number (13 to 19 digits with the right check digit), so \
            nothing was sent: others on this machine can see a command's arguments. A card's \
            customer is found with kits --card and its first six and last four, like \
            608040XXXXXX6384. If it is none, add --card-like-ids"
        )
    }
}

/// Stands for digits that are not repeated.
const COVERED: &str = "<digits>";
/// Fewer digits are no PIN.
const SHORTEST_PIN: usize = 4;

/// Tells it to people as clap does, and to programs as one object, as every other end is. What was asked
/// for by `--help` and `--version` is no error, and ends the program here.
pub(super) fn tell(error: &Error, command: Command) -> ExitCode {
    if !error.use_stderr() {
        let help = styled(error, std::io::stdout().is_terminal());
        return ExitCode::from(if put(&help) { 0 } else { INTERNAL });
    }
    let words: Vec<OsString> = std::env::args_os().collect();
    let told = error.render().to_string();
    let covered = covered(&told, error.kind(), words.iter().skip(1));
    // Arguments are repeated as they came: only what can't steer a terminal goes there in clap's colours.
    let is_plain = |c: char| c == '\n' || !is_harmful(c);
    if covered == told && told.chars().all(is_plain) {
        let text = styled(error, std::io::stderr().is_terminal());
        writeln!(err(), "{}", text.trim_end()).ok();
    } else {
        say(covered.trim_end());
    }
    if !words.iter().any(|word| word == "--json") {
        return ExitCode::from(USAGE);
    }
    let read = command.ignore_errors(true).try_get_matches_from(words);
    let operation = read.map_or_else(|_| String::new(), |words| operation(&words));
    Report::failed(Failed::usage(sentence(&covered))).tell_object(&operation)
}

/// The same as one sentence, for somebody who has not typed these words as they are.
pub(super) fn said(error: &Error, words: &[String]) -> String {
    let words: Vec<OsString> = words.iter().skip(1).map(OsString::from).collect();
    sentence(&covered(
        &error.render().to_string(),
        error.kind(),
        words.iter(),
    ))
}

/// With clap's own colours, if it goes to a terminal that shows them. clap's own printing gives up on
/// an output that does not block.
fn styled(error: &Error, is_terminal: bool) -> String {
    let text = error.render();
    if is_terminal && colours::are_wanted(&Env::of_process()) {
        text.ansi().to_string()
    } else {
        text.to_string()
    }
}

fn covered<'a>(
    told: &str,
    kind: ErrorKind,
    arguments: impl Iterator<Item = &'a OsString>,
) -> String {
    let mut covered = told.to_owned();
    let arguments: Vec<&str> = arguments.filter_map(|argument| argument.to_str()).collect();
    if kind == ErrorKind::ValueValidation {
        for argument in &arguments {
            let value = argument
                .split_once('=')
                .map_or(*argument, |(_, value)| value);
            if let Some(mask) = card_number_in(value) {
                covered = covered.replace(value, &mask.to_string());
            }
        }
    }
    if matches!(
        kind,
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
    ) {
        for argument in arguments {
            let digits = argument.chars().filter(char::is_ascii_digit).count();
            let is_number = argument
                .chars()
                .all(|c| c.is_ascii_digit() || " -".contains(c));
            if is_number && digits >= SHORTEST_PIN {
                covered = covered.replace(argument, COVERED);
            }
        }
    }
    mask_card_numbers(&covered, &file_names(&covered)).into_owned()
}

/// Why no verb takes what was typed: one of the arguments is a card number. `--card` has words of its own,
/// a file may have any name, and the journal's filters send nothing anywhere.
pub(super) fn card_number(mut command: Command, words: &ArgMatches) -> Option<Failed> {
    if words.subcommand_name() == Some(journal::NAME) {
        return None;
    }
    command.build();
    let name = argument_with_card_number(&command, words)?;
    Some(Failed::usage(words::like_a_card_number(&name)))
}

/// The flag or the argument that has a card number as its value.
fn argument_with_card_number(command: &Command, words: &ArgMatches) -> Option<String> {
    let is_file = |arg: &Arg| arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
    let ids = [
        TypeId::of::<EntityId>(),
        TypeId::of::<KitNo>(),
        TypeId::of::<OrderId>(),
        TypeId::of::<BranchId>(),
        TypeId::of::<AccountNo>(),
    ];
    // In a reason a card number may have other numbers next to it.
    let is_id = |arg: &Arg| ids.iter().any(|id| arg.get_value_parser().type_id() == *id);
    let holds = |arg: &&Arg| {
        let values = words.try_get_raw(arg.get_id().as_str()).ok().flatten();
        let mut values = values
            .into_iter()
            .flatten()
            .filter_map(|value| value.to_str());
        arg.get_long() != Some("card")
            && !is_file(arg)
            && values.any(|value| {
                if is_id(arg) {
                    card_number_in(value).is_some()
                } else {
                    whole_card_number(value).is_some()
                }
            })
    };
    if let Some(arg) = command.get_arguments().find(holds) {
        return Some(match arg.get_long() {
            Some(long) => format!("--{long}"),
            None => words::AN_ARGUMENT.to_owned(),
        });
    }
    let (verb, words) = words.subcommand()?;
    argument_with_card_number(command.find_subcommand(verb)?, words)
}

/// The verb as programs read it, such as `config show`; empty where there is none.
pub(super) fn operation(words: &ArgMatches) -> String {
    match words.subcommand() {
        Some((verb @ ("config" | "people"), within)) => match within.subcommand_name() {
            Some(inner) => format!("{verb} {inner}"),
            None => verb.to_owned(),
        },
        Some((verb, _)) => verb.to_owned(),
        None => String::new(),
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
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::args::Args;

    fn of(words: &[&str]) -> String {
        let command = Args::command().ignore_errors(true);
        let read = command.try_get_matches_from(words);
        operation(&read.expect("errors are ignored"))
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
