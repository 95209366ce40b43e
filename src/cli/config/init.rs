//! `kitdesk config init`: a commented example, where the configuration is looked for.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::ValueEnum as _;
use serde::Serialize;

use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::line::request;
use crate::cli::report::{Report, say};
use crate::config::{self, Env};
use crate::pin::BlockForm;

#[derive(clap::Args)]
pub(super) struct InitArgs {
    /// Where to write it, instead of where the configuration is looked for.
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
    /// What of a PIN your DCMS wants sealed; asked for on a terminal, and otherwise left open.
    #[arg(long, value_name = "FORM")]
    pin_block: Option<Form>,
}

/// As the setting is written.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Form {
    /// The 8 bytes of the block.
    Raw,
    /// The block as 16 upper-case hex characters.
    Hex,
}

impl From<Form> for BlockForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Raw => Self::Raw,
            Form::Hex => Self::Hex,
        }
    }
}

/// Asks on the terminal; nothing where there is none, or where it isn't known yet.
fn asked() -> Option<Form> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    say("What of a PIN does your DCMS want sealed, its 8 bytes (raw) or 16 hex characters (hex)?");
    loop {
        say("Its operator knows. Type raw or hex, or only Enter to leave it open:");
        let mut typed = String::new();
        if io::stdin().read_line(&mut typed).ok()? == 0 {
            return None;
        }
        match typed.trim() {
            "" => return None,
            typed => {
                if let Ok(form) = Form::from_str(typed, true) {
                    return Some(form);
                }
            }
        }
    }
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
    let form = wanted.pin_block.or_else(asked);
    config::write_example(&path, form.map(Into::into)).map_err(Failed::usage)?;
    let path = path.display().to_string();
    let open = match form {
        Some(_) => "",
        None => "pin_block is left open in it: ask the DCMS's operator for raw or hex. ",
    };
    let shown = format!(
        "{path} was written. {open}Put your DCMS's address, tenant and keys in it, then: kitdesk doctor\n"
    );
    Ok(Report::read(&Written { path }, shown))
}
