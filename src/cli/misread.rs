//! What the command line can't be read for, told without what may be a secret in the wrong place: a PIN
//! behind the verb, a card number where another number belongs.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

use super::failed::USAGE;
use super::report::say;
use crate::pin::mask_card_numbers;

/// Stands for digits that are not repeated.
const COVERED: &str = "<digits>";
/// Fewer digits are no PIN.
const SHORTEST_PIN: usize = 4;

/// Tells why the arguments can't be read. Help and the version end the program here.
pub(super) fn tell(fault: &clap::Error, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let told = fault.render().to_string();
    let covered = covered(&told, fault.kind(), arguments);
    if covered == told {
        fault.exit();
    }
    say(covered.trim_end());
    ExitCode::from(USAGE)
}

fn covered(told: &str, kind: ErrorKind, arguments: impl Iterator<Item = OsString>) -> String {
    let mut covered = told.to_owned();
    if matches!(
        kind,
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
    ) {
        for argument in arguments.filter_map(|argument| argument.into_string().ok()) {
            let digits = argument.chars().filter(char::is_ascii_digit).count();
            let is_number = argument
                .chars()
                .all(|c| c.is_ascii_digit() || " -".contains(c));
            if is_number && digits >= SHORTEST_PIN {
                covered = covered.replace(&argument, COVERED);
            }
        }
    }
    mask_card_numbers(&covered, &[]).into_owned()
}
