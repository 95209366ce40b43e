//! No circles inside a module: what two files need from each other lives in a third.
//!
//! A file with children is their front: what it hands on from them counts as theirs, and that it uses
//! them is no import. What they use of the front itself is one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Program, module};

type Uses<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Everything that a file uses, or that something uses which it uses.
fn reached<'a>(from: &'a str, uses: &Uses<'a>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for &next in uses.get(file).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

fn is_front_of(file: &str, other: &str) -> bool {
    other
        .strip_prefix(file)
        .is_some_and(|rest| rest.starts_with("::"))
}

#[test]
fn files_of_a_module_use_each_other_in_one_direction() {
    let program = Program::read();
    let all = program.uses();
    let own =
        |file: &'_ str, other: &str| module(other) == module(file) && !is_front_of(file, other);
    let uses: Uses<'_> = all
        .iter()
        .map(|(file, used)| {
            let used = used.iter().map(String::as_str);
            (*file, used.filter(|other| own(file, other)).collect())
        })
        .collect();
    let reached: Uses<'_> = uses
        .keys()
        .map(|file| (*file, reached(file, &uses)))
        .collect();
    let circle = |file: &str| -> BTreeSet<&str> {
        let others = reached[file].iter().copied();
        others
            .filter(|other| reached[other].contains(file))
            .collect()
    };
    let circles: BTreeSet<_> = uses.keys().map(|file| circle(file)).collect();
    let mut said = Vec::new();
    for circle in circles.iter().filter(|circle| !circle.is_empty()) {
        said.push(format!(
            "{} files use each other in a circle:",
            circle.len()
        ));
        for file in circle {
            let within: Vec<_> = uses[file].intersection(circle).copied().collect();
            said.push(format!("    {file} uses {}", within.join(", ")));
        }
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
}
