//! `kitdesk themes`: the names that `--theme` takes. A file's path it takes as well.

use serde::Serialize;

use super::args::Args;
use super::failed::Failed;
use super::line::request;
use super::report::Report;
use crate::config::{self, Surroundings, user_themes};
use crate::console::theme::Theme;

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "themes";

#[derive(Serialize)]
struct Themes {
    themes: Vec<String>,
}

/// Lists them, the usual one first and the user's own last. A faulty configuration hides none.
pub(super) fn run(args: &Args) -> Result<Report, Failed> {
    let around = Surroundings::of_process();
    let config = config::without_file(&request(args), &around).map_err(Failed::usage)?;
    let own = config.themes.as_deref().map(user_themes);
    let built_in = Theme::names().map(str::to_owned);
    let mut themes: Vec<String> = built_in.collect();
    themes.extend(own.unwrap_or_default());
    // A built-in theme's name means the built-in one.
    let mut seen = std::collections::HashSet::new();
    themes.retain(|name| seen.insert(name.clone()));
    let shown = themes.join("\n") + "\n";
    Ok(Report::read(NAME, &Themes { themes }, shown))
}
