//! `kitdesk config init`: a commented example, where the configuration is looked for.

use super::words;
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
    say(words::WHICH_PIN_BLOCK);
    loop {
        say(words::ITS_OPERATOR_KNOWS);
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
    let path = path.ok_or_else(|| Failed::usage(words::NO_HOME))?;
    let form = wanted.pin_block.or_else(asked);
    config::write_example(&path, form.map(Into::into)).map_err(Failed::usage)?;
    let path = path.display().to_string();
    let open = match form {
        Some(_) => "",
        None => words::PIN_BLOCK_LEFT_OPEN,
    };
    let shown = words::written(&path, &open);
    Ok(Report::read(&Written { path }, shown))
}
