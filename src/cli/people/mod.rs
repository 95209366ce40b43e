//! `kitdesk people`: who may log in at the SSH server, and what is wrong with the list of them.

mod check;
mod list;
mod words;

use std::path::PathBuf;

use super::failed::Failed;
use super::global::Global;
use super::line::configuration_as_written;
use super::report::Answer;
use super::subcommand::{Context, Subcommand};
use crate::config::Env;

#[derive(clap::Args)]
pub(super) struct PeopleArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List everybody with roles, networks and keys, and the authorities for certificates.
    List(PageArgs),
    /// Report every mistake with its line, and what is probably not meant.
    Check(PageArgs),
}

#[derive(clap::Args)]
struct PageArgs {
    /// The list, in place of the one in [serve].
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
}

impl Subcommand for PeopleArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let report = match &self.what {
            What::List(page) => list::run(&page.path(context.global)?),
            What::Check(page) => Ok(check::run(&page.path(context.global)?)),
        };
        report.map(Answer::Report)
    }
}

impl PageArgs {
    /// Where the list is. With a name no configuration is needed.
    fn path(&self, global: &Global) -> Result<PathBuf, Failed> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        let config = configuration_as_written(global, &Env::of_process());
        let serve = config.map_err(Failed::usage)?.serve;
        let serve = serve.ok_or_else(|| Failed::usage(words::NO_SERVER))?;
        Ok(serve.people.path().to_owned())
    }
}

/// How many people, in words.
pub(super) fn how_many_people(people: usize) -> String {
    match people {
        1 => "1 person".to_owned(),
        many => words::people(&many),
    }
}

/// How many there are of both.
pub(super) fn how_many(people: usize, authorities: usize) -> String {
    let people = how_many_people(people);
    let authorities = match authorities {
        1 => "1 authority".to_owned(),
        many => words::authorities(&many),
    };
    format!("{people}, {authorities}")
}
