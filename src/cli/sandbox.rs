//! `kitdesk sandbox`: the simulator alone, with a ready configuration on standard output.

use std::io::Write as _;
use std::process::ExitCode;

use super::Failed;
use super::args::SandboxArgs;
use crate::sandbox::{self, Options};

/// Serves until it is interrupted.
#[expect(
    clippy::print_stderr,
    reason = "what is no result goes to standard error"
)]
pub(super) async fn run(wanted: &SandboxArgs) -> Result<ExitCode, Failed> {
    let options = Options {
        listen: wanted.listen,
        customers: wanted.customers,
        seed: wanted.seed,
        faults: wanted.fault.clone(),
    };
    let sandbox = sandbox::start(options).await.map_err(Failed::usage)?;
    let mut out = std::io::stdout().lock();
    // Whoever reads only the first lines, or nothing, still gets a running sandbox.
    write!(out, "{}", sandbox.config_file())
        .and_then(|()| out.flush())
        .ok();
    drop(out);
    eprintln!(
        "kitdesk: the sandbox listens on {}; Ctrl+C ends it.",
        sandbox.base_url()
    );
    tokio::select! {
        () = sandbox.stopped() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(ExitCode::SUCCESS)
}
