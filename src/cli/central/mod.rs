//! `kitdesk central`: the central store's SQL, what enrols this host, and how the store stands to it.

mod enrol;
mod hand_over;
mod status;
mod words;

use serde::Serialize;

use super::failed::Failed;
use super::global::Global;
use super::line::configuration;
use super::report::{Answer, Report};
use super::subcommand::{Context, Subcommand};
use crate::central::{CentralError, SQL, Store, VERSION};
use crate::config::{CentralSettings, Config, Env};
use crate::dcms::Word;
use crate::tasks;

#[derive(clap::Args)]
pub(super) struct CentralArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Print the SQL that makes the store, for the database's administrator.
    Sql,
    /// Print the SQL that enrols this host, for the database's administrator.
    Enrol,
    /// Is the store reached and this host enrolled, and how many records wait to be forwarded?
    Status,
    /// Hand the newest checkpoint over; kitdesk runs this itself.
    #[command(hide = true)]
    HandOver,
}

/// What programs read of the SQL.
#[derive(Serialize)]
struct Sql<'a> {
    version: i32,
    sql: &'a str,
}

impl Subcommand for CentralArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let report = match &self.what {
            What::Sql => Ok(sql(SQL)),
            What::Enrol => enrol::run(context.global),
            What::Status => status::run(context.global).await,
            What::HandOver => return hand_over::run(),
        };
        report.map(Answer::Report)
    }
}

/// SQL as it is, so that it can be handed to `psql`.
fn sql(sql: &str) -> Report {
    let version = VERSION;
    Report::read(&Sql { version, sql }, sql.to_owned())
}

/// The configuration with its central store.
pub(super) fn settings(global: &Global) -> Result<(Config, CentralSettings), Failed> {
    let config = configuration(global, &Env::of_process())?;
    let central = config
        .central
        .clone()
        .ok_or_else(|| Failed::usage(words::NO_CENTRAL))?;
    Ok((config, central))
}

/// The store of these settings. Making it reads files, and may ask a command.
pub(super) async fn store(settings: CentralSettings) -> Result<Store, Failed> {
    let store = tasks::work(move || Store::new(&settings)).await;
    store.map_err(Failed::internal)?.map_err(unanswered)
}

/// Why the store gave no answer. What has to be corrected has another exit code than what passes.
pub(super) fn unanswered(error: CentralError) -> Failed {
    if error.is_passing() {
        Failed::found(Word::NotSent.exit_code(), error)
    } else {
        Failed::usage(error)
    }
}
