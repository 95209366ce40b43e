//! `kitdesk themes`: the names that `--theme` takes. A file's path it takes as well.

use serde::Serialize;

use super::report::Report;
use crate::console::theme::Theme;

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "themes";

#[derive(Serialize)]
struct Themes {
    themes: Vec<&'static str>,
}

/// Lists them, the usual one first.
pub(super) fn run() -> Report {
    let themes: Vec<&str> = Theme::names().collect();
    let shown = themes.join("\n") + "\n";
    Report::read(NAME, &Themes { themes }, shown)
}
