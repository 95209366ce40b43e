//! The words that people read on the screens, and that the verbs say, stand together, so that they can be
//! proofread, and put into another language without touching logic: in a file or a module `words`, and nowhere else.

use super::sources;

/// Where the words are kept apart.
const WATCHED: [&str; 6] = [
    "console::screens",
    "console::widgets",
    "console::app",
    "console::context",
    "console::idle",
    "cli",
];

/// What is written otherwise: the help of the command line, which clap takes from the arguments themselves, and
/// markup, which takes its words from `words`.
const NOT_WATCHED: [&str; 3] = [
    "cli::args",
    "cli::day_report::chart",
    "cli::day_report::html",
];

/// What is no language: a call of the contract, a place in a list, who says something on standard error, and the
/// first line of a results file, which is read again.
const NO_LANGUAGE: [&str; 7] = [
    "POST {}",
    "{} of {}",
    "kitdesk: {}",
    "kitdesk: {text}",
    "kitdesk upgrade 1",
    ", table {table}",
    "{KIND} for {place}, journal {since}{}",
];

/// A file without its module of words.
fn logic(text: &str) -> String {
    let Some((before, rest)) = text.split_once("\nmod words {\n") else {
        return text.to_owned();
    };
    let (_, after) = rest.split_once("\n}\n").expect("the module ends");
    format!("{before}\n{after}")
}

/// The string literals of a file, but for what only its maintainers read: comments, attributes, and what an
/// assertion, `expect` or the log says.
fn literals(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let is_left_out = |line: &str| {
        let line = line.trim_start();
        ["//", "#[", "reason =", "debug_assert!", "tracing::"]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let lines = text.lines().filter(|line| !is_left_out(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, quoted) = rest.split_at(at);
        let quote = &quoted[..1];
        let mut inside = quoted[1..].char_indices();
        let mut end = None;
        while let Some((place, c)) = inside.next() {
            match c {
                '\\' => drop(inside.next()),
                c if quote.starts_with(c) => {
                    end = Some(place);
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else { break };
        let literal = &quoted[1..=end];
        if quote == "'" {
            // A lifetime has no end: only one character, or an escaped one, is between two of these.
            let is_char = literal.chars().count() == 1 || literal.starts_with('\\');
            rest = &quoted[if is_char { end + 2 } else { 1 }..];
            continue;
        }
        if !before.trim_end().ends_with("expect(") {
            all.push(literal.to_owned());
        }
        rest = &quoted[end + 2..];
    }
    all
}

/// Whether it has two words, of which a value that is put in counts as one.
fn is_language(literal: &str) -> bool {
    let (mut words, mut values) = (0, 0);
    for part in literal.split_whitespace() {
        let outside = part.split('}').filter_map(|part| part.split('{').next());
        let runs = outside.flat_map(|part| part.split(|c: char| !c.is_alphabetic()));
        if runs.map(str::len).max() >= Some(2) {
            words += 1;
        } else if part.contains('{') {
            values += 1;
        }
    }
    words > 0 && words + values >= 2 && !NO_LANGUAGE.contains(&literal)
}

#[test]
fn what_is_said_on_a_screen_stands_with_its_words() {
    let mut apart = Vec::new();
    for (file, text) in sources() {
        let is_in = |module: &&str| {
            let rest = file.strip_prefix(*module);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let is_watched = WATCHED.iter().any(is_in) && !NOT_WATCHED.iter().any(is_in);
        if !is_watched || file.ends_with("::words") {
            continue;
        }
        let said = literals(&logic(&text)).into_iter();
        apart.extend(
            said.filter(|said| is_language(said))
                .map(|said| format!("{file}: {said:?}")),
        );
    }
    assert!(
        apart.is_empty(),
        "move these into the words of their screen or verb (docs/words.md):\n{}",
        apart.join("\n")
    );
}

#[test]
fn names_and_signs_are_no_language() {
    for said in [
        "Nothing is changed yet.",
        "Kit {}",
        "{seconds} s ago",
        "≠ now {present}",
        "new kit",
    ] {
        assert!(is_language(said), "{said}");
    }
    for said in [
        "receipt-{record}.txt",
        "{mark} {line}",
        "  ·  ",
        "%m-%d %H:%M:%S",
        "expiry",
        "POST {}",
    ] {
        assert!(!is_language(said), "{said}");
    }
    let code = "fn f<'a>(x: &'a str) { g('\"', \"a \\\"b\\\" c\"); h.expect(\"it is so\"); } // \"no word\"";
    assert_eq!(literals(code), ["a \\\"b\\\" c", "no word"]);
    let file = "use a;\n\nmod words {\n    const A: &str = \"one two\";\n}\n\nfn f() {}\n";
    assert!(!logic(file).contains("one two"));
}
