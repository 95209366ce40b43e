//! The rules of the modules, held by reading the paths in `src/`: a module imports only from modules
//! below it, and the files of one module import each other in one direction ([`circles`]).

mod circles;
mod costs;
mod wildcards;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The modules from the top to the ground. Each imports only from those after it.
const MODULES: [&str; 22] = [
    "cli",
    "serve",
    "console",
    "desk",
    "central",
    "journal",
    "checkpoint",
    "people",
    "key_file",
    "config",
    "sandbox",
    "dcms",
    "pin",
    "columns",
    "output",
    "clock",
    "tasks",
    "sorting",
    "durations",
    "io_error",
    "utc",
    "advice",
];

/// Each file of `src/` by its module path, without its tests.
fn sources() -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![(String::new(), root)];
    while let Some((module, folder)) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources are there") {
            let path = entry.expect("a readable folder").path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let stem = stem.expect("file names are plain");
            let name = match (module.as_str(), stem) {
                (module, "mod") => module.to_owned(),
                ("", stem) => stem.to_owned(),
                (module, stem) => format!("{module}::{stem}"),
            };
            if stem == "tests" {
                continue;
            }
            if path.is_dir() {
                folders.push((name, path));
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("sources are text");
                // Tests come last in a file and may import what they like.
                let text = text.split("\nmod tests {").next().unwrap_or_default();
                sources.insert(name, text.to_owned());
            }
        }
    }
    sources
}

/// The paths of a `use` tree: `a::{b, c::d}` are `a::b` and `a::c::d`.
fn paths(tree: &str) -> Vec<String> {
    let Some((start, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let inside = rest.strip_suffix('}').expect("a tree ends with its brace");
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in inside.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match (c, depth) {
            (',', 0) => parts.push(String::new()),
            (c, _) => parts.last_mut().expect("there is one").push(c),
        }
    }
    let parts = parts.iter().filter(|part| !part.is_empty());
    let whole = parts.map(|part| format!("{start}{part}"));
    whole.flat_map(|path| paths(&path)).collect()
}

/// Every path that a file imports by `use`, and whether it is handed on (`pub use`).
fn imported(text: &str) -> Vec<(bool, String)> {
    let lines = text.split('\n').collect::<Vec<_>>();
    let mut imported = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim_start();
        let (is_public, line) = match line.strip_prefix("pub") {
            Some(rest) => (true, rest.trim_start_matches(|c| c != ' ').trim_start()),
            None => (false, line),
        };
        if line.starts_with("use ") {
            let whole = lines[at..].join(" ");
            let (_, tree) = whole.split_once("use ").expect("it is there");
            let (tree, _) = tree.split_once(';').expect("a use ends");
            let tree: String = tree.chars().filter(|c| !c.is_whitespace()).collect();
            imported.extend(paths(&tree).into_iter().map(|path| (is_public, path)));
        }
    }
    imported
}

/// Every path that a file names where it needs it, from the program's root or its own parent.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let code = text.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.contains("use ")
    });
    let words = code.flat_map(move |line| line.split(move |c| !is_path(c)));
    words.filter(|path| {
        ["crate::", "super::"]
            .iter()
            .any(|start| path.starts_with(start))
    })
}

/// The files of `src/`, and who uses whom.
struct Program {
    files: BTreeMap<String, String>,
    /// What a file hands on from another: the file and the name, and where that comes from.
    handed_on: BTreeMap<(String, String), String>,
}

impl Program {
    fn read() -> Self {
        let mut program = Self {
            files: sources(),
            handed_on: BTreeMap::new(),
        };
        let mut handed_on = BTreeMap::new();
        for (file, text) in &program.files {
            for (_, path) in imported(text).iter().filter(|(is_public, _)| *is_public) {
                let name = path.rsplit("::").next().unwrap_or_default().to_owned();
                if let Some(from) = program.file_of(path, file) {
                    handed_on.insert((file.clone(), name), from);
                }
            }
        }
        program.handed_on = handed_on;
        program
    }

    /// The file that a path leads to, seen from a file; nothing where it leads out of the program.
    fn file_of(&self, path: &str, from: &str) -> Option<String> {
        let mut parts = path.split("::").peekable();
        let mut base: Vec<&str> = from.split("::").collect();
        match parts.peek()? {
            &"crate" => {
                parts.next();
                base.clear();
            }
            &"self" => drop(parts.next()),
            &"super" => {
                while parts.next_if_eq(&"super").is_some() {
                    base.pop();
                }
            }
            first => {
                // A child, or another crate.
                self.files.get(&format!("{from}::{first}"))?;
            }
        }
        let mut file = base.join("::");
        for part in parts {
            let child = [file.as_str(), part].join("::");
            let child = child.trim_start_matches("::");
            let found = if self.files.contains_key(child) {
                child
            } else if let Some(other) = self.handed_on.get(&(file.clone(), part.to_owned())) {
                other
            } else {
                break;
            };
            file = found.to_owned();
        }
        self.files.contains_key(&file).then_some(file)
    }

    /// The files that each file uses. What it hands on from its own children is theirs.
    fn uses(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let used_by = |file: &str, text| {
            let imported = imported(text);
            let paths = imported.iter().map(|(_, path)| path.as_str());
            let used = paths.chain(named(text));
            let used = used.filter_map(|path| self.file_of(path, file));
            used.filter(|used| used != file).collect()
        };
        let files = self.files.iter();
        files
            .map(|(file, text)| (file.as_str(), used_by(file, text)))
            .collect()
    }
}

fn module(file: &str) -> &str {
    file.split("::").next().unwrap_or(file)
}

#[test]
fn a_module_imports_only_from_modules_below_it() {
    let place = |module: &str| MODULES.iter().position(|name| *name == module);
    for (file, used) in Program::read().uses() {
        let Some(own) = place(module(file)) else {
            assert!(
                ["lib", "main", "architecture", "documents"].contains(&module(file)),
                "{file} has no place"
            );
            continue;
        };
        for other in used {
            let below = place(module(&other)).is_none_or(|other| own <= other);
            assert!(below, "{file} imports {other}, which lies above it");
        }
    }
}

#[test]
fn the_simulator_knows_nothing_but_the_contract_and_the_pin() {
    let program = Program::read();
    let uses = program.uses().into_iter();
    for (file, used) in uses.filter(|(file, _)| module(file) == "sandbox") {
        for other in &used {
            let known = ["sandbox", "dcms", "pin", "sorting", "tasks"].contains(&module(other));
            assert!(known, "{file} imports {other}");
        }
    }
}

/// The files that name an operation by its type or its word, without the simulator.
fn files_that_name(operation: &str, word: &str) -> Vec<String> {
    let names = |text: &str| {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        code.flat_map(|line| line.split(move |c| !is_part(c)))
            .any(|part| part == operation || part == word)
    };
    let files = sources().into_iter();
    let files = files
        .filter(|(file, text)| !["sandbox", "architecture"].contains(&module(file)) && names(text));
    files.map(|(file, _)| file).collect()
}

/// `docs/adding-an-operation.md` promises it.
#[test]
fn an_operation_without_a_form_is_named_in_six_files() {
    let files = files_that_name("Activate", "activate");
    assert_eq!(files.len(), 6, "{files:?}");
    let guide = include_str!("../../docs/adding-an-operation.md");
    for file in files {
        let path = file.replace("::", "/").replace("activate", "NAME");
        let is_listed = guide.contains(&format!("src/{path}.rs"))
            || guide.contains(&format!("src/{path}/mod.rs"));
        assert!(is_listed, "{path}");
    }
}
