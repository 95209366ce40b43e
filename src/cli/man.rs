//! `kitdesk man`: manual pages, made from the flags and verbs themselves.

use std::path::{Path, PathBuf};

use clap_mangen::Man;
use serde::Serialize;

use super::failed::Failed;
use super::report::{Answer, Report};
use super::subcommand::{Context, Subcommand};
use crate::sorting;

mod words {
    use std::fmt::Display;

    pub(super) fn unwritable(folder: &dyn Display, error: &dyn Display) -> String {
        format!("the pages can't be written into {folder}: {error}")
    }
}

#[derive(clap::Args)]
pub(super) struct ManArgs {
    /// Write the pages of the program and of all its verbs into this folder.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

#[derive(Serialize)]
struct Page {
    page: String,
}

#[derive(Serialize)]
struct Pages {
    pages: Vec<String>,
}

impl Subcommand for ManArgs {
    /// Prints the program's page, or writes all of them.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let command = versioned((context.command)());
        let Some(folder) = &self.out else {
            let mut page = Vec::new();
            let made = Man::new(command).render(&mut page);
            made.map_err(Failed::internal)?;
            let page = String::from_utf8_lossy(&page).into_owned();
            let report = Report::read(&Page { page: page.clone() }, page);
            return Ok(Answer::Report(report));
        };
        let pages = write_all(command, folder).map_err(|error| {
            let folder = folder.display();
            Failed::usage(words::unwritable(&folder, &error))
        })?;
        let shown = pages.join("\n") + "\n";
        Ok(Answer::Report(Report::read(&Pages { pages }, shown)))
    }
}

/// In the foot of each page; what it was built from would be cut off there.
fn versioned(command: clap::Command) -> clap::Command {
    command
        .version(env!("CARGO_PKG_VERSION"))
        .mut_subcommands(|verb| versioned(verb).disable_version_flag(true))
}

fn write_all(command: clap::Command, folder: &Path) -> std::io::Result<Vec<String>> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)?;
    let entries = std::fs::read_dir(folder)?;
    let mut pages = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("kitdesk") && name.ends_with(".1") {
            pages.push(name);
        }
    }
    sorting::sort(&mut pages);
    Ok(pages)
}
