//! `kitdesk themes`: the names that `--theme` takes. A file's path it takes as well.

use serde::Serialize;

use super::failed::Failed;
use super::line::request;
use super::report::{Answer, Report};
use super::subcommand::{Context, Subcommand};
use crate::config::{self, Env, user_themes};
use crate::console::theme::Theme;

#[derive(clap::Args)]
pub(super) struct ThemesArgs;

#[derive(Serialize)]
struct Themes {
    themes: Vec<String>,
}

impl Subcommand for ThemesArgs {
    /// Lists them, the usual one first and the user's own last. A faulty configuration hides none.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let around = Env::of_process();
        let config =
            config::without_file(&request(context.global), &around).map_err(Failed::usage)?;
        let own = config.themes.as_deref().map(user_themes);
        let built_in = Theme::names().map(str::to_owned);
        let mut themes: Vec<String> = built_in.collect();
        themes.extend(own.unwrap_or_default());
        // A built-in theme's name means the built-in one.
        let mut seen = std::collections::HashSet::new();
        themes.retain(|name| seen.insert(name.clone()));
        let shown = themes.join("\n") + "\n";
        Ok(Answer::Report(Report::read(&Themes { themes }, shown)))
    }
}
