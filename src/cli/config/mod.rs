//! `kitdesk config`: what the configuration comes to, and a first one for whoever has none.

mod init;
mod show;

use clap::Subcommand;

use self::init::InitArgs;
use super::args::Args;
use super::failed::Failed;
use super::report::Report;

#[derive(clap::Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show every setting, its value and where it came from; of secrets only where they are kept.
    Show,
    /// Write a commented example where there is no configuration yet.
    Init(InitArgs),
}

impl ConfigArgs {
    /// The verb's name, as it is typed and as programs read it.
    pub(super) fn name(&self) -> &'static str {
        match self.what {
            What::Show => show::NAME,
            What::Init(_) => init::NAME,
        }
    }
}

/// Shows or writes.
pub(super) fn run(wanted: &ConfigArgs, args: &Args) -> Result<Report, Failed> {
    match &wanted.what {
        What::Show => show::run(args),
        What::Init(wanted) => init::run(wanted, args),
    }
}
