//! `kitdesk config init`: a commented example, where the configuration is looked for.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::line::request;
use crate::cli::report::Report;
use crate::config::{self, Env};

#[derive(clap::Args)]
pub(super) struct InitArgs {
    /// Where to write it, instead of where the configuration is looked for.
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
}

#[derive(Serialize)]
struct Written {
    path: String,
}

/// Writes it, and says what comes next.
pub(super) fn run(wanted: &InitArgs, global: &Global) -> Result<Report, Failed> {
    let usual = || config::path(&request(global), &Env::of_process());
    let path = wanted
        .path
        .clone()
        .or_else(|| usual().map(|(path, _)| path));
    let path = path.ok_or_else(|| {
        Failed::usage(
            "there is no home folder to write a configuration to: name a file with --path",
        )
    })?;
    config::write_example(&path).map_err(Failed::usage)?;
    let path = path.display().to_string();
    let shown = format!(
        "{path} was written. Put your DCMS's address, tenant and keys in it, then: kitdesk doctor\n"
    );
    Ok(Report::read(&Written { path }, shown))
}
