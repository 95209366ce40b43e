//! Themes and colours as the terminal gets them: how many, which, and whose.

use super::console::{Console, Key, home, write_file};

/// The console on its own sandbox, with these variables on top of the usual ones.
fn with(home: tempfile::TempDir, variables: &[&str], arguments: &[&str]) -> Console {
    let all = [variables, &[env!("CARGO_BIN_EXE_kitdesk")], arguments].concat();
    let all: Vec<_> = all.into_iter().map(str::to_owned).collect();
    Console::start_program("/usr/bin/env", home, &all, 80, 24)
}

/// All codes for colours and weights that come out until a customer's kits are shown.
fn codes(variables: &[&str]) -> String {
    let mut console = with(home(None), variables, &["--sandbox"]);
    console.until("Find a customer");
    console.type_text("676165").key(Key::Enter);
    console.until_row(&["4561789"]).until("u upgrade");
    let written = String::from_utf8_lossy(&console.bytes()).into_owned();
    let codes = written.split("\x1b[").filter_map(|code| {
        let end = code.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
        code[end..]
            .starts_with('m')
            .then(|| format!("[{}]", &code[..end]))
    });
    let codes = codes.collect();
    console.end();
    codes
}

#[test]
#[cfg(unix)]
fn a_terminal_gets_the_colours_that_it_has() {
    let all = codes(&[]);
    // As they are, but by their number where it says exactly as much.
    assert!(
        all.contains("48;2;21;24;30") && all.contains("38;5;253"),
        "{all}"
    );
    let indexed = codes(&["COLORTERM="]);
    assert!(
        indexed.contains("38;5;") && !indexed.contains("8;2;"),
        "{indexed}"
    );
    for sixteen in [["TERM=linux"], ["KITDESK_COLOURS=16"]] {
        let sixteen = codes(&sixteen);
        assert!(!sixteen.contains("38;"), "{sixteen}");
        // The desk's badge and bar, by the codes that any colour terminal knows.
        assert!(
            sixteen.contains("42") && sixteen.contains("44"),
            "{sixteen}"
        );
    }
    // What is asked for most closely counts.
    let asked = codes(&["NO_COLOR=1", "KITDESK_COLOURS=256"]);
    assert!(asked.contains("38;5;"), "{asked}");
}

#[test]
#[cfg(unix)]
fn without_colours_weight_is_left() {
    for none in ["NO_COLOR=1", "TERM=vt220", "KITDESK_COLOURS=none"] {
        let codes = codes(&[none]);
        assert!(!codes.contains("38;") && !codes.contains("48;"), "{codes}");
        let is_colour = |code: &str| {
            let code = code.parse().unwrap_or(0);
            matches!(code, 30..=37 | 40..=47 | 90..=107)
        };
        let parts: Vec<_> = codes.split(['[', ']', ';']).collect();
        assert!(!parts.iter().copied().any(is_colour), "{none}: {codes}");
        assert!(
            parts.contains(&"7") && parts.contains(&"1"),
            "{none}: {codes}"
        );
    }
}

#[test]
#[cfg(unix)]
fn the_user_s_own_theme_is_found_by_name_and_offered() {
    let home = home(Some(""));
    let folder = home.path().join("kitdesk").join("themes");
    std::fs::create_dir(&folder).expect("a folder for themes");
    let night = "about = \"dark as night\"\ninherits = \"desk\"\n[palette]\nnight = \"#010203\"\n";
    write_file(&folder.join("night.toml"), night);
    write_file(
        &folder.join("torn.toml"),
        "about = \"torn\"\n[scopes]\nokay = {}\n",
    );
    let is_night = |screen: &vt100::Screen| {
        let cell = screen.cell(2, 70).expect("within the screen");
        cell.bgcolor() == vt100::Color::Rgb(1, 2, 3)
    };
    let mut console = with(home, &[], &["--sandbox", "--theme", "night"]);
    console
        .until("Find a customer")
        .until_screen("night", is_night);
    console.key(Key::F(9)).until_row(&["night", "yours"]);
    console.until_row(&["torn", "yours"]).until("dark as night");
    // A faulty one is told, and the last good one stays.
    console
        .type_text("t")
        .until("Theme torn, line 3: unknown key");
    console.until_screen("night", is_night);
    console.type_text("p").until("light, ink on paper");
    console.until_screen("paper", |screen| !is_night(screen));
    console.key(Key::Esc).until_gone("light, ink on paper");
    console.until_screen("night", is_night);
    console.key(Key::F(9)).until("dark as night");
    console.type_text("p").until("light, ink on paper");
    console.key(Key::Enter).until_gone("light, ink on paper");
    console.until_screen("paper", |screen| !is_night(screen));
    console.end();
}

#[test]
#[cfg(unix)]
fn what_can_t_be_had_ends_the_program_with_a_sentence() {
    let faulty = "[scopes]\nok = { fg = \"bleu\" }\n";
    let cases: [(&[&str], &[&str], &[&str]); 4] = [
        (
            &[],
            &["--theme", "nihgt"],
            &[
                "theme nihgt: there is no such theme; there are desk, paper,",
                "mono, torn",
            ],
        ),
        (
            &[],
            &["--theme", "torn"],
            &["torn.toml, line 2: fg is \"bleu\"; allowed are"],
        ),
        (
            &[],
            &["--theme", "none.toml"],
            &["none.toml does not exist"],
        ),
        (
            &["KITDESK_COLOURS=lots"],
            &[],
            &["KITDESK_COLOURS is \"lots\"; allowed are truecolor, 256, 16, none"],
        ),
    ];
    for (variables, arguments, said) in cases {
        let home = home(Some(""));
        let folder = home.path().join("kitdesk").join("themes");
        std::fs::create_dir(&folder).expect("a folder for themes");
        write_file(&folder.join("torn.toml"), faulty);
        let arguments = [&["--sandbox"], arguments].concat();
        let mut console = with(home, variables, &arguments);
        assert_eq!(console.exit_code(), 2, "{said:?}");
        // The terminal breaks lines where it likes.
        let text = console.text().replace(' ', "");
        for said in said {
            assert!(text.contains(&said.replace(' ', "")), "{said}: {text}");
        }
    }
}
