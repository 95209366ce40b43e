//! Terminals of every kind: old ones, those within another, and those that answer nothing. The same
//! walk must go through on each, and no terminal may be asked anything.

use std::process::Command;

use tempfile::TempDir;

use super::console::{Console, Key, home, sandbox, skipped};

/// The console under another `TERM`, started by whatever is given before it.
fn under(term: &str, home: TempDir, before: &[&str]) -> Console {
    let term = format!("TERM={term}");
    let program = env!("CARGO_BIN_EXE_kitdesk");
    let all = [&[term.as_str(), "COLORTERM="], before, &[program]].concat();
    let all: Vec<_> = all.into_iter().map(str::to_owned).collect();
    Console::start_program("/usr/bin/env", home, &all, 80, 24)
}

/// A customer, a kit, a form with a fault, and help over it.
fn walk(console: &mut Console) {
    console.until("Find a customer").type_text("676165");
    console.key(Key::Enter).until_row(&["4561789", "ACTIVE"]);
    console.until("u upgrade").type_text("u");
    console.until("Upgrade kit 4561789").key(Key::F(10));
    console.until("say what is to change").key(Key::F(1));
    console.until("Upgrading a card");
    console.key(Key::Esc).until_gone("Upgrading a card");
    console.key(Key::Esc).until("u upgrade");
}

/// Questions to a terminal, which not every one answers: where the cursor is, what it is, which
/// colours and modes it has.
fn asks(written: &[u8]) -> bool {
    let text = String::from_utf8_lossy(written).into_owned();
    let mut codes = text.split('\x1b').skip(1);
    codes.any(|code| {
        let end = code.find(|c: char| c.is_ascii_alphabetic());
        let last = end.and_then(|end| code[end..].chars().next());
        let is_control = code.starts_with('[');
        let is_question = is_control && matches!(last, Some('n' | 'c'));
        let asks_mode = is_control && code.contains("$p");
        let asks_colour = code.starts_with(']') && code.contains('?');
        is_question || asks_mode || asks_colour
    })
}

#[test]
fn a_question_would_be_seen() {
    for question in ["\x1b[6n", "\x1b[c", "\x1b[?2026$p", "\x1b]11;?\x1b\\"] {
        assert!(asks(question.as_bytes()), "{question:?}");
    }
    assert!(!asks(b"\x1b[?1049h\x1b[1;24r\x1b[38;5;111mncp"));
}

#[test]
fn old_terminals_and_those_within_others_are_good_enough() {
    let sandbox = sandbox();
    for term in [
        "linux",
        "vt220",
        "screen",
        "tmux-256color",
        "dumb",
        "nobody-knows-it",
    ] {
        let home = home(Some(&sandbox.config_file()));
        let mut console = under(term, home, &[]);
        walk(&mut console);
        assert!(!asks(&console.bytes()), "{term}");
        console.end();
    }
}

#[test]
fn signs_that_an_old_terminal_has_not_are_not_drawn() {
    let sandbox = sandbox();
    for (term, there, gone) in [("vt220", "+ Find a customer -", "─"), ("linux", "┌", "╭")] {
        let home = home(Some(&sandbox.config_file()));
        let mut console = under(term, home, &[]);
        walk(&mut console);
        let written = String::from_utf8_lossy(&console.bytes()).into_owned();
        assert!(!written.contains(gone), "{gone} on {term}");
        let text = console.screen().contents();
        assert!(text.contains(there), "{term}:\n{text}");
        console.end();
    }
}

/// Whether a program can be started at all.
fn is_there(program: &str) -> bool {
    let tried = Command::new(program).arg("-V").output();
    let is_there = tried.is_ok();
    if !is_there {
        skipped(&format!("there is no {program} here"));
    }
    is_there
}

#[test]
fn within_tmux() {
    if !is_there("tmux") {
        return;
    }
    let sandbox = sandbox();
    let home = home(Some(&sandbox.config_file()));
    let socket = home.path().join("socket").display().to_string();
    let tmux = ["tmux", "-S", &socket, "-f", "/dev/null", "new-session"];
    let mut console = under("xterm-256color", home, &tmux);
    walk(&mut console);
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0, "tmux ends with its only window");
}

#[test]
fn within_screen() {
    if !is_there("screen") {
        return;
    }
    let sandbox = sandbox();
    let home = home(Some(&sandbox.config_file()));
    let folder = home.path().join("screens");
    std::fs::create_dir(&folder).expect("a folder in the test's own");
    let set = std::process::Command::new("chmod")
        .args(["700", &folder.display().to_string()])
        .status();
    assert!(set.is_ok_and(|set| set.success()));
    let folder = format!("SCREENDIR={}", folder.display());
    let screen = ["env", &folder, "screen", "-U", "-c", "/dev/null"];
    let mut console = under("xterm-256color", home, &screen);
    walk(&mut console);
    console.key(Key::Ctrl('c'));
    console.until("screen is terminating");
}
