//! `kitdesk completions`: a shell's completion script, made from the flags and verbs themselves.

use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::{Shell, generate};
use serde::Serialize;

use super::args::Args;
use super::report::Report;

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "completions";

#[derive(clap::Args)]
pub(super) struct CompletionsArgs {
    /// For which shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Serialize)]
struct Script<'a> {
    script: &'a str,
}

/// Makes the script.
pub(super) fn run(args: &CompletionsArgs) -> Report {
    let mut script = Vec::new();
    generate(
        args.shell,
        &mut hinted(Args::command()),
        "kitdesk",
        &mut script,
    );
    let script = String::from_utf8_lossy(&script).into_owned();
    Report::read(NAME, &Script { script: &script }, script.clone())
}

/// Shells offer files for whatever says nothing else, also for ids and words.
fn hinted(command: Command) -> Command {
    let no_file = |arg: Arg| {
        if arg.get_action().takes_values() && arg.get_value_hint() == ValueHint::Unknown {
            arg.value_hint(ValueHint::Other)
        } else {
            arg
        }
    };
    command.mut_args(no_file).mut_subcommands(hinted)
}
