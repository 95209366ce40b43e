//! `kitdesk sandbox`: the simulator alone, with a ready configuration on standard output.

use std::process::ExitCode;

use serde::Serialize;

use super::args::SandboxArgs;
use super::failed::Failed;
use super::report::{Report, put, say};
use crate::sandbox::{self, Options};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "sandbox";

/// What programs read.
#[derive(Serialize)]
struct Listening<'a> {
    base_url: String,
    config: &'a str,
}

/// Serves until it is interrupted.
pub(super) async fn run(wanted: &SandboxArgs, json: bool) -> Result<ExitCode, Failed> {
    let options = Options {
        listen: wanted.listen,
        customers: wanted.customers,
        kits: wanted.kits,
        seed: wanted.seed,
        faults: wanted.fault.clone(),
    };
    let sandbox = sandbox::start(options).await.map_err(Failed::usage)?;
    // Whoever reads only the first lines, or nothing, still gets a running sandbox.
    if json {
        let config = sandbox.config_file();
        let result = Listening {
            base_url: sandbox.base_url(),
            config: &config,
        };
        Report::read(NAME, &result, String::new()).tell(true);
    } else {
        put(&sandbox.config_file());
    }
    say(&format!(
        "kitdesk: the sandbox listens on {}; Ctrl+C ends it.",
        sandbox.base_url()
    ));
    tokio::select! {
        () = sandbox.stopped() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(ExitCode::SUCCESS)
}
