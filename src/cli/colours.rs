//! The colours that were asked for: how many the terminal has, and the theme by name or file.
//! Reads the file where there is one; the console draws with them.

use std::path::Path;

use super::failed::Failed;
use crate::config::{Config, ConfigError, Env, ThemeChoice, read_theme, user_theme, user_themes};
use crate::console::theme::{Depth, Theme, ThemeError};
use crate::console::{Source, ThemeList};
use crate::serve::Colours;

/// The theme to begin with, and where others are.
pub(super) fn of(config: &Config, around: &Env) -> Result<(Theme, ThemeList), Failed> {
    let depth = Depth::of(|name| around.var(name)).map_err(Failed::usage)?;
    let (theme, source) = chosen(config).map_err(Failed::usage)?;
    let shelf = ThemeList {
        depth,
        folder: config.themes.clone(),
        current: source,
    };
    Ok((theme.at(depth), shelf))
}

/// Whether verbs write in colour where they write to a terminal. Where that is unclear, they write without.
pub(super) fn are_wanted(around: &Env) -> bool {
    Depth::of(|name| around.var(name)).is_ok_and(|depth| depth != Depth::None)
}

/// The theme that is chosen, and where it is from.
pub(super) fn chosen(config: &Config) -> Result<(Theme, Source), ConfigError> {
    let found = match &config.theme {
        None => built_in(Theme::USUAL),
        Some(ThemeChoice::File(path)) => from_file(&path.display().to_string(), path),
        Some(ThemeChoice::Name(name)) if is_built_in(name) => built_in(name),
        Some(ThemeChoice::Name(name)) => {
            let folder = config.themes.as_deref();
            let own = folder.map(|folder| user_theme(folder, name));
            match own.filter(|file| file.exists()) {
                Some(file) => from_file(name, &file),
                None => Err(unknown(name, folder).to_string()),
            }
        }
    };
    found.map_err(|what| config.origin("theme").error(what))
}

fn is_built_in(name: &str) -> bool {
    Theme::names().any(|known| known == name)
}

fn built_in(name: &str) -> Result<(Theme, Source), String> {
    let theme = Theme::built_in(name).map_err(|error| error.to_string())?;
    Ok((theme, Source::built_in(name)))
}

fn from_file(name: &str, path: &Path) -> Result<(Theme, Source), String> {
    let text = read_theme(path).map_err(|error| error.to_string())?;
    let theme = Theme::parse(&path.display().to_string(), &text);
    let theme = theme.map_err(|error| error.to_string())?;
    Ok((theme, Source::file(name, path.to_owned())))
}

/// Names what there is, the user's own too.
fn unknown(name: &str, folder: Option<&Path>) -> ThemeError {
    let own = folder.map(user_themes).unwrap_or_default();
    let known = Theme::names().map(str::to_owned).chain(own);
    ThemeError::unknown(name, known)
}

/// The same theme for whatever terminal a session has, by what it says of itself. Read once.
pub(super) fn for_terminals(config: &Config) -> Result<Colours, Failed> {
    let (theme, source) = chosen(config).map_err(Failed::usage)?;
    let folder = config.themes.clone();
    Ok(Box::new(move |around| {
        // A session over SSH can't correct what its client says: without colours it is served all the same.
        let depth = Depth::of(|name| around.var(name)).unwrap_or(Depth::None);
        let themes = ThemeList {
            depth,
            folder: folder.clone(),
            current: source.clone(),
        };
        (theme.clone().at(depth), themes)
    }))
}
