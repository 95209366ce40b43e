//! No `_ =>` where a new case must be thought about: in a match over operations, requests, commands,
//! events, targets or verbs, a new one has to stop the build and not fall into the rest.

use super::{Program, module};

/// What is matched over.
const CASES: [&str; 9] = [
    "Command",
    "Event",
    "Finding",
    "Kind",
    "Operation",
    "Request",
    "Target",
    "Verb",
    "Write",
];
/// Where such types are declared, and so called `Self`.
const DECLARED: [&str; 4] = [
    "journal::words",
    "desk::message",
    "desk::target",
    "desk::operations",
];
/// What may skip the rest, by the files' beginning: each screen takes what it asked for and leaves the rest to
/// others.
const ALLOWED: [(&str, &str); 1] = [("console::screens::", "Event")];

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The arms of the match that begins with the first line, as rustfmt writes them: one level deeper.
fn arms<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let own = indent(lines[0]);
    let inside = lines[1..].iter().take_while(|line| {
        let is_end = indent(line) == own && line.trim_start().starts_with('}');
        line.is_empty() || !is_end
    });
    let arms = inside.filter(|line| indent(line) == own + 4);
    arms.map(|line| line.trim_start()).collect()
}

/// The cases that one of the patterns names.
fn named<'a>(arms: &[&str], cases: &[&'a str]) -> Option<&'a str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let patterns = arms.iter().filter_map(|arm| arm.split("=>").next());
    // What a condition behind the pattern compares with is not matched over.
    let patterns = patterns.filter_map(|pattern| pattern.split(" if ").next());
    let names = |pattern: &str, case: &str| {
        let path = format!("{case}::");
        let mut places = pattern.match_indices(&path);
        places.any(|(at, _)| !pattern[..at].ends_with(is_part))
    };
    let patterns: Vec<_> = patterns.collect();
    let mut cases = cases.iter().copied();
    cases.find(|case| patterns.iter().any(|pattern| names(pattern, case)))
}

#[test]
fn a_new_case_stops_the_build() {
    let program = Program::read();
    for (file, text) in &program.files {
        // The simulator has faults of its own kinds, and a call that it does not know is an answer.
        if ["sandbox", "architecture"].contains(&module(file)) {
            continue;
        }
        let own = DECLARED.contains(&file.as_str()).then_some("Self");
        let cases: Vec<_> = CASES.into_iter().chain(own).collect();
        let lines: Vec<_> = text.split('\n').collect();
        for (at, line) in lines.iter().enumerate() {
            if !(line.contains("match ") && line.ends_with('{')) {
                continue;
            }
            let arms = arms(&lines[at..]);
            let is_wild = |arm: &&str| arm.starts_with("_ =>") || arm.starts_with("_ if ");
            let Some(case) = named(&arms, &cases).filter(|_| arms.iter().any(is_wild)) else {
                continue;
            };
            let mut allowed = ALLOWED.iter();
            let is_allowed = allowed.any(|(start, its)| file.starts_with(start) && *its == case);
            let line = at + 1;
            assert!(is_allowed, "{file}, line {line}: `_` hides a new {case}");
        }
    }
}
