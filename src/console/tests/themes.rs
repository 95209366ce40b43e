//! Choosing a theme: each is drawn at once, Enter keeps it, Esc takes the old one back.

use super::*;
use crate::console::ThemeList;
use crate::console::theme::Depth;

/// A console in the theme of this name, with a folder for the user's own.
fn in_theme(name: &str) -> Bench {
    let mut bench = Bench::new();
    let theme = Theme::built_in(name).expect("built in");
    let app = App::new(about(Environment::Uat), theme);
    bench.app = app.with_themes(ThemeList {
        depth: Depth::True,
        folder: Some("/themes".into()),
        current: Source::built_in(name),
    });
    bench.found(kits());
    bench.look();
    bench
}

fn own(name: &str) -> Source {
    Source::file(name, format!("/themes/{name}.toml").into())
}

fn read(source: Source, text: &str) -> Message {
    let theme = Theme::parse(source.name(), text);
    let theme = theme.map(Box::new).map_err(|error| error.to_string());
    Message::ThemeRead(source, theme)
}

impl Bench {
    fn theme(&self) -> &str {
        self.app.cx.theme.name()
    }
}

#[test]
fn moving_previews_and_escape_takes_the_old_one_back() {
    let mut bench = in_theme("paper");
    bench.press(KeyCode::F(9));
    assert_eq!(bench.theme(), "paper");
    bench.press(KeyCode::Down);
    assert_eq!(bench.theme(), "contrast");
    bench.press(KeyCode::Home);
    assert_eq!(bench.theme(), "desk");
    bench.text("b");
    assert_eq!(bench.theme(), "blue-orange");
    bench.press(KeyCode::Esc);
    assert_eq!(bench.theme(), "paper");
    bench.must_show("Kits");
    assert!(bench.app.popup.is_none());
}

#[test]
fn enter_keeps_the_theme_for_this_run() {
    let mut bench = in_theme("desk");
    bench.ctrl('k');
    bench.text("theme");
    bench.enter();
    bench.must_show("dark, calm greys");
    bench.press(KeyCode::Down);
    bench.enter();
    assert!(bench.app.popup.is_none());
    assert_eq!(bench.theme(), "paper");
    // The next choice begins with it.
    bench.press(KeyCode::F(9));
    bench.must_show("light, ink on paper");
    bench.press(KeyCode::Esc);
    assert_eq!(bench.theme(), "paper");
}

#[test]
fn a_file_is_read_by_the_loop_and_shown_when_it_is_there() {
    let mut bench = in_theme("desk");
    bench.press(KeyCode::F(9));
    assert_eq!(bench.themes_sought, 1);
    // One that is called like a built-in one can't be had by name, and is not offered.
    bench.message(Message::ThemesFound(vec![own("desk"), own("night")]));
    bench.press(KeyCode::End);
    bench.must_show("yours");
    assert_eq!(bench.themes_read, [own("night")]);
    assert_eq!(bench.theme(), "desk");
    bench.message(read(
        own("night"),
        "about = \"dark as night\"\ninherits = \"desk\"",
    ));
    assert_eq!(bench.theme(), "night");
    bench.must_show("dark as night");
    bench.enter();
    assert_eq!(bench.theme(), "night");
    assert!(bench.app.popup.is_none());
}

#[test]
fn enter_before_a_file_is_read_keeps_it_as_soon_as_it_is() {
    let mut bench = in_theme("desk");
    bench.press(KeyCode::F(9));
    bench.message(Message::ThemesFound(vec![own("night")]));
    bench.press(KeyCode::End);
    bench.enter();
    assert!(bench.app.popup.is_some());
    bench.message(read(own("night"), "inherits = \"paper\""));
    assert!(bench.app.popup.is_none());
    assert_eq!(bench.theme(), "night");
}

#[test]
fn a_faulty_file_is_an_error_and_the_last_good_theme_stays() {
    let mut bench = in_theme("desk");
    bench.press(KeyCode::F(9));
    bench.message(Message::ThemesFound(vec![own("night")]));
    bench.text("3");
    bench.press(KeyCode::End);
    bench.enter();
    bench.message(read(own("night"), "[scopes]\nok = { fg = \"bleu\" }\n"));
    bench.must_show("Theme night, line 2: fg is \"bleu\";");
    bench.must_show("allowed are #rrggbb, default,");
    bench.must_show("bright-white");
    bench.enter();
    assert!(bench.app.popup.is_some(), "a faulty theme can't be kept");
    assert_eq!(bench.theme(), "3270");
    bench.press(KeyCode::Esc);
    assert_eq!(bench.theme(), "desk");
}

#[test]
fn an_answer_that_comes_too_late_changes_nothing() {
    let mut bench = in_theme("desk");
    bench.press(KeyCode::F(9));
    bench.message(Message::ThemesFound(vec![own("night")]));
    bench.press(KeyCode::End);
    bench.press(KeyCode::Up);
    bench.message(read(own("night"), "inherits = \"paper\""));
    assert_eq!(bench.theme(), "mono");
    bench.press(KeyCode::End);
    bench.press(KeyCode::Esc);
    bench.message(read(own("night"), "inherits = \"paper\""));
    assert_eq!(bench.theme(), "desk");
    bench.message(Message::ThemesFound(vec![own("night")]));
    assert!(bench.app.popup.is_none());
}

#[test]
fn the_end_is_the_end_from_here_too() {
    let mut bench = in_theme("desk");
    bench.press(KeyCode::F(9));
    bench.press(KeyCode::Down);
    bench.ctrl('c');
    assert!(bench.has_quit);
    assert_eq!(bench.theme(), "desk");
}

#[test]
fn the_choice_of_a_theme() {
    let mut bench = in_theme("desk");
    bench.press(KeyCode::F(9));
    bench.message(Message::ThemesFound(vec![own("night")]));
    bench.press(KeyCode::Down);
    insta::assert_snapshot!("themes-80x24", bench.picture(80, 24));
    bench.must_be_readable();
}
