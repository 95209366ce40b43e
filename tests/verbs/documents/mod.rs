//! The pages that users and maintainers read: their commands run as they stand, their configurations are
//! loaded, their links lead somewhere, and their words are plain.

mod examples;
mod json;
mod links;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// A page in Markdown.
pub struct Page {
    /// From the top of the repository, such as `docs/keys.md`.
    pub path: String,
    pub text: String,
}

/// What stands between two fences.
pub struct Block {
    /// The word after the fence, such as `toml`.
    pub language: String,
    pub text: String,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder of the repository, from the top of the repository.
pub fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).expect("the folder is there") {
        let entry = entry.expect("a readable folder");
        let name = entry.file_name();
        let name = name.to_str().expect("file names are plain");
        let path = match folder {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        if entry.path().is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "md")
}

/// Every page of the repository: those at its top, `docs/` and `benches/`.
pub fn pages() -> Vec<Page> {
    let top = fs::read_dir(root()).expect("the repository is there");
    let top = top.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let paths = top.chain(files("docs")).chain(files("benches"));
    let mut paths: Vec<_> = paths.filter(|path| is_page(path)).collect();
    paths.sort();
    let page = |path: String| {
        let text = fs::read_to_string(root().join(&path)).expect("pages are text");
        Page { path, text }
    };
    paths.into_iter().map(page).collect()
}

pub fn page(path: &str) -> Page {
    let mut all = pages().into_iter();
    all.find(|page| page.path == path)
        .expect("the page is there")
}

impl Page {
    /// What stands between fences.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut parts = self.text.split("\n```");
        // What comes before the first fence.
        parts.next();
        while let (Some(inside), Some(_)) = (parts.next(), parts.next()) {
            let (language, text) = inside.split_once('\n').unwrap_or((inside, ""));
            blocks.push(Block {
                language: language.to_owned(),
                text: text.to_owned(),
            });
        }
        blocks
    }

    /// The lines outside of fences.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        let mut is_inside = false;
        self.text.lines().filter(move |line| {
            let is_fence = line.starts_with("```");
            is_inside ^= is_fence;
            !is_inside && !is_fence
        })
    }
}
