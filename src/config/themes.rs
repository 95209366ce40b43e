//! The user's own themes: files in a folder next to the configuration.
//! Finds and reads them; the console interprets them.

use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::files::read_text;
use crate::sorting;

/// The names of the themes in this folder, sorted: `NAME.toml` is `NAME`. No folder, no themes.
#[must_use]
pub fn user_themes(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .filter_map(|entry| name_of(&entry.ok()?.path()))
        .collect();
    sorting::sort(&mut names);
    names
}

/// The file of the theme of that name in this folder.
#[must_use]
pub fn user_theme(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.toml"))
}

/// Reads a theme's file as text.
///
/// # Errors
/// When it is not there, not readable or not text.
pub fn read_theme(path: &Path) -> Result<String, ConfigError> {
    read_text(path, "the theme")
}

fn name_of(path: &Path) -> Option<String> {
    let is_theme = path.extension().is_some_and(|end| end == "toml") && path.is_file();
    let name = path.file_stem()?.to_str()?;
    // Such a name could not be typed, and a list that shows it would be lied to.
    let is_plain = !name.chars().any(char::is_control);
    (is_theme && is_plain).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_are_found_by_their_names() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["night.toml", "dawn.toml", "notes.txt", "\u{1b}[31m.toml"] {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        std::fs::create_dir(folder.path().join("folder.toml")).expect("made");
        assert_eq!(user_themes(folder.path()), ["dawn", "night"]);
        assert!(user_themes(&folder.path().join("none")).is_empty());
        assert!(user_theme(folder.path(), "dawn").is_file());
    }

    #[test]
    fn what_is_no_text_is_refused_by_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = user_theme(folder.path(), "bad");
        let said = |file: &Path| read_theme(file).expect_err("no theme").to_string();
        assert!(said(&file).ends_with("bad.toml does not exist"));
        std::fs::write(&file, [0xff, 0xfe]).expect("written");
        assert!(said(&file).ends_with("bad.toml is not UTF-8, as TOML has to be"));
        std::fs::write(&file, "about = \"x\"").expect("written");
        assert_eq!(read_theme(&file).as_deref(), Ok("about = \"x\""));
    }
}
