//! `kitdesk completions`: a shell's completion script, made from the flags and verbs themselves.

use clap::{Arg, Command, ValueHint};
use clap_complete::{Shell, generate};
use serde::Serialize;

use super::failed::Failed;
use super::report::{Answer, Report};
use super::subcommand::{Context, Subcommand};

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

impl Subcommand for CompletionsArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let mut script = Vec::new();
        let mut command = hinted((context.command)());
        generate(self.shell, &mut command, "kitdesk", &mut script);
        let script = String::from_utf8_lossy(&script).into_owned();
        let report = Report::read(&Script { script: &script }, script.clone());
        Ok(Answer::Report(report))
    }
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
