//! What it costs to add something, counted by the files that name a thing of its kind.

use super::sources;

/// The files whose code names a word: outside of comments and of sentences.
fn files_that_name(words: &[&str]) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let names = |text: &str| {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.flat_map(|line| line.split('"').enumerate())
            .any(|(at, piece)| {
                let is_literal = at % 2 == 1;
                let is_named = |part| words.contains(&part);
                is_named(piece) || (!is_literal && piece.split(|c| !is_part(c)).any(is_named))
            })
    };
    let files = sources().into_iter();
    let files = files.filter(|(file, text)| !file.starts_with("architecture") && names(text));
    files.map(|(file, _)| file).collect()
}

/// `docs/adding-a-setting.md` promises it.
#[test]
fn a_setting_is_named_in_three_files_at_most() {
    for (setting, declared) in [
        ("weak_pin_list", "config::profile"),
        ("no_proxy", "config::profile"),
        ("hide_on_focus_lost", "config::top_level"),
    ] {
        let files = files_that_name(&[setting]);
        assert!(files.len() <= 3, "{setting}: {files:?}");
        let config: Vec<_> = files
            .iter()
            .filter(|file| file.starts_with("config"))
            .collect();
        assert_eq!(config, [declared], "{setting}");
    }
}

/// `docs/adding-a-theme-scope.md` promises it.
#[test]
fn a_scope_is_named_where_it_is_declared_and_where_it_is_drawn() {
    let files = files_that_name(&["BorderFocus", "border_focus"]);
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files.contains(&"console::theme".to_owned()), "{files:?}");
}

/// `docs/adding-a-screen.md` promises it. One that is opened by a key of its own has that in the tables of
/// the keys besides.
#[test]
fn a_screen_is_named_in_four_files_at_most() {
    let guide = include_str!("../../docs/adding-a-screen.md");
    for names in [["CheckingScreen", "checking"], ["DetailScreen", "detail"]] {
        let files = files_that_name(&names);
        let screens: Vec<_> = files
            .iter()
            .filter(|file| file.starts_with("console"))
            .collect();
        assert!((2..=4).contains(&screens.len()), "{names:?}: {screens:?}");
    }
    for file in ["screens/NAME.rs", "screens/mod.rs", "keymap/place.rs"] {
        assert!(guide.contains(&format!("src/console/{file}")), "{file}");
    }
}
