//! `kitdesk config`: shows the configuration in effect, and creates a first one.

mod init;
mod show;
mod words;

use self::init::InitArgs;
use super::failed::Failed;
use super::report::Answer;
use super::subcommand::{Context, Subcommand};

#[derive(clap::Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show every setting, its value and where it came from; of secrets only where they are kept.
    Show,
    /// Write a commented example where there is no configuration yet.
    Init(InitArgs),
}

impl Subcommand for ConfigArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let report = match &self.what {
            What::Show => show::run(context.global),
            What::Init(wanted) => init::run(wanted, context.global),
        };
        report.map(Answer::Report)
    }
}
