//! Links, anchors and paths within the repository lead somewhere, the book has every page, and the README
//! stays short.

use std::path::{Component, Path, PathBuf};

use super::{Page, files, page, pages, root};

/// What links of a page lead to.
fn targets(page: &Page) -> Vec<String> {
    let mut targets = Vec::new();
    for line in page.prose() {
        // What is written as code is no link.
        let plain: String = line.split('`').step_by(2).collect();
        let ends = plain.split("](").skip(1);
        targets.extend(ends.filter_map(|end| Some(end.split_once(')')?.0.to_owned())));
    }
    targets
}

/// A heading's anchor, as GitHub and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .collect::<String>()
        .to_lowercase()
}

fn anchors(page: &Page) -> Vec<String> {
    let headings = page.prose().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

/// A path without `..`, as far as it can be.
fn direct(path: &Path) -> PathBuf {
    let mut direct = PathBuf::new();
    for part in path.components() {
        if part != Component::ParentDir || !direct.pop() {
            direct.push(part);
        }
    }
    direct
}

#[test]
fn every_link_leads_somewhere() {
    let all = pages();
    let mut count = 0;
    for from in &all {
        for target in targets(from) {
            if target.starts_with("https://") {
                continue;
            }
            count += 1;
            let (file, anchor) = match target.split_once('#') {
                Some((file, anchor)) => (file, Some(anchor)),
                None => (target.as_str(), None),
            };
            let path = match file {
                "" => PathBuf::from(&from.path),
                file => direct(&Path::new(&from.path).with_file_name(file)),
            };
            let what = format!("{}: ({target})", from.path);
            assert!(root().join(&path).exists(), "{what} leads nowhere");
            if let Some(anchor) = anchor {
                let mut pages = all.iter();
                let to = pages.find(|page| Path::new(&page.path) == path);
                let has = anchors(to.expect("anchors are those of pages"));
                assert!(has.iter().any(|its| its == anchor), "{what}: {has:?}");
            }
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn a_page_of_the_book_links_to_the_book_alone() {
    for page in pages().iter().filter(|page| page.path.starts_with("docs/")) {
        for target in targets(page) {
            assert!(!target.starts_with(".."), "{}: {target}", page.path);
        }
    }
}

#[test]
fn the_summary_has_every_page() {
    let summary = targets(&page("docs/SUMMARY.md"));
    for path in files("docs") {
        let name = path.trim_start_matches("docs/");
        if super::is_page(name) && name != "SUMMARY.md" {
            let is_there = summary.iter().any(|target| target == name);
            assert!(is_there, "{name} has no line in docs/SUMMARY.md");
        }
    }
}

/// In code, such as `src/main.rs`; a name in capitals is the reader's to fill in.
#[test]
fn every_path_that_is_named_is_there() {
    const FOLDERS: [&str; 6] = [
        "src/",
        "tests/",
        "docs/",
        "themes/",
        "benches/",
        "packaging/",
    ];
    let mut count = 0;
    for page in pages() {
        // What was there once is history.
        if page.path == "CHANGELOG.md" {
            continue;
        }
        for line in page.prose() {
            for code in line.split('`').skip(1).step_by(2) {
                let path = code.split(' ').next().unwrap_or_default();
                let is_path = FOLDERS.iter().any(|folder| path.starts_with(folder));
                if is_path && !path.contains("NAME") {
                    count += 1;
                    assert!(root().join(path).exists(), "{}: {path}", page.path);
                }
            }
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn the_readme_stays_short() {
    let lines = page("README.md").text.lines().count();
    assert!(
        lines <= 150,
        "{lines} lines: what is not for a newcomer is for a page in docs/"
    );
}

#[test]
fn the_changelog_has_this_version_and_what_comes_next() {
    let text = page("CHANGELOG.md").text;
    let version = env!("CARGO_PKG_VERSION");
    for heading in ["## [Unreleased]", &format!("## [{version}]")] {
        assert!(text.contains(heading), "{heading}");
    }
}
