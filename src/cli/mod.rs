//! The command line: what was asked for, and the verbs that answer it, one file a verb.
//! Jobs are the desk's; nothing of a job is written twice here.

mod args;
mod console;
mod record;
mod sandbox;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::args::{Args, Verb};

/// Exit code for a fault of usage or configuration.
const USAGE: u8 = 2;
/// Exit code for a fault of the program or the machine.
const INTERNAL: u8 = 5;

/// Why a verb ended otherwise than well.
struct Failed {
    code: u8,
    /// What is told on standard error.
    sentence: String,
}

impl Failed {
    fn usage(fault: impl std::fmt::Display) -> Self {
        Self {
            code: USAGE,
            sentence: fault.to_string(),
        }
    }

    fn internal(fault: impl std::fmt::Display) -> Self {
        Self {
            code: INTERNAL,
            sentence: fault.to_string(),
        }
    }
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // Before anything else, so that no secret is ever read by a process that can be dumped or traced.
    let hardened = secmem_proc::harden_process();
    let args = Args::parse();
    if let Err(failed) = log_to(args.log.as_deref(), &args.log_level) {
        return told(&failed);
    }
    if let Err(fault) = hardened {
        // A container may forbid some of it. That is no reason not to serve a customer.
        tracing::warn!(%fault, "the process could not be hardened");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return told(&Failed::internal(format!(
                "the async runtime did not start: {error}"
            )));
        }
    };
    let ended = runtime.block_on(async {
        match &args.verb {
            None => console::run(&args).await,
            Some(Verb::Sandbox(wanted)) => sandbox::run(wanted).await,
        }
    });
    // A worker that still waits for a slow command must not hold the end up.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(failed) => told(&failed),
    }
}

#[expect(clippy::print_stderr, reason = "this is where faults are told")]
fn told(failed: &Failed) -> ExitCode {
    eprintln!("kitdesk: {}", failed.sentence);
    ExitCode::from(failed.code)
}

/// Starts the log, if one is asked for.
fn log_to(path: Option<&std::path::Path>, level: &str) -> Result<(), Failed> {
    let Some(path) = path else { return Ok(()) };
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| {
        Failed::usage(format!(
            "the log {} can't be written: {error}",
            path.display()
        ))
    })?;
    tracing_subscriber::fmt()
        .with_max_level(level.parse::<tracing::Level>().map_err(Failed::usage)?)
        .with_ansi(false)
        .with_writer(std::sync::Mutex::new(file))
        .init();
    Ok(())
}
