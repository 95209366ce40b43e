//! The command line: what was asked for, and the verbs that answer it, one file a verb.
//! Jobs are the desk's; nothing of a job is written twice here.

mod args;
mod bank_journal;
mod cancel_order;
mod central;
mod collected;
mod colours;
mod completions;
mod config;
mod confirm;
mod console;
mod day_report;
mod doctor;
mod failed;
mod form_args;
mod global;
mod journal;
mod json;
#[cfg(unix)]
mod limits;
mod line;
mod linear;
mod log;
mod look_ups;
mod man;
mod many;
mod misread;
mod offered;
mod people;
mod prompt;
mod record;
mod record_output;
mod report;
mod sandbox;
mod secrets;
mod serve;
mod set_limits;
mod set_pin;
mod settle;
mod settle_for_gone;
mod signals;
mod spoken;
mod subcommand;
mod table;
mod taken;
mod themes;
mod upgrade;
mod verb_progress;
mod verbs;
mod verify;
mod wanted;
mod write;
mod write_verbs;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::cli::args::Args;
use crate::cli::failed::Failed;
use crate::cli::report::Report;

mod words {
    use std::fmt::Display;

    pub(super) const JSON_FOR_VERBS: &str = "--json is for the verbs: the console draws screens";
    pub(super) const LINEAR_FOR_JOBS: &str =
        "--linear is for the jobs of the console, question by question: leave it out with a verb";

    pub(super) fn no_runtime(error: &dyn Display) -> String {
        format!("the async runtime did not start: {error}")
    }
}

/// Threads for what waits outside of the runtime: names that are looked up, keys that come from commands. Without a
/// limit a server with many sessions would have hundreds of them while its DNS is slow.
const BLOCKING: usize = 4;

/// Runs the program. A panic is an internal error like any other: its hook has said what it has to say.
#[must_use]
pub fn main() -> ExitCode {
    std::panic::catch_unwind(run).unwrap_or(ExitCode::from(failed::INTERNAL))
}

fn run() -> ExitCode {
    // Before anything else, so that no secret is ever read by a process that can be dumped or traced.
    let hardened = secmem_proc::harden_process();
    let read = Args::command().try_get_matches().and_then(|words| {
        let args = Args::from_arg_matches(&words)?;
        Ok((args, words))
    });
    let (
        Args {
            global,
            mouse,
            linear,
            verb,
        },
        words,
    ) = match read {
        Ok(read) => read,
        Err(error) => return misread::tell(&error, Args::command()),
    };
    let operation = misread::operation(&words);
    let told = |failed| Report::failed(failed).tell(&operation, global.json);
    let card_number = misread::card_number(Args::command(), &words);
    if let Some(failed) = card_number.filter(|_| !global.card_like_ids) {
        return told(failed);
    }
    #[cfg(unix)]
    if let Err(why) = limits::check() {
        return told(Failed::internal(why));
    }
    let log = match log::start(global.log.as_deref(), &global.log_level) {
        Ok(log) => log,
        Err(failed) => return told(failed),
    };
    if let Err(error) = hardened {
        // A container may forbid some of it. That is no reason not to serve a customer.
        tracing::warn!(%error, "the process could not be hardened");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return told(Failed::internal(words::no_runtime(&error)));
        }
    };
    let code = runtime.block_on(async {
        match &verb {
            None if global.json => told(Failed::usage(words::JSON_FOR_VERBS)),
            Some(_) if linear => told(Failed::usage(words::LINEAR_FOR_JOBS)),
            None => {
                let ended = console::run(&global, mouse, linear).await;
                ended.unwrap_or_else(told)
            }
            Some(verb) => verbs::run(verb, &global, operation.clone(), Args::command).await,
        }
    });
    // A worker that still waits for a slow command must not hold the end up.
    runtime.shutdown_background();
    if let Some(log) = log {
        log.tell();
    }
    code
}
