//! What every verb has in common: its arguments know how to carry it out.

use super::failed::Failed;
use super::global::Global;
use super::report::Answer;
use super::verb_progress::VerbProgress;

/// What a verb is carried out with.
pub(super) struct Context<'a> {
    /// The flags that all verbs have.
    pub(super) global: &'a Global,
    /// How far it has come.
    pub(super) verb_progress: &'a VerbProgress,
    /// The whole command line, for what describes it.
    pub(super) command: fn() -> clap::Command,
}

/// A verb's arguments.
pub(super) trait Subcommand {
    /// Carries it out to its end.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed>;
}
