//! The tables in `docs/` that are made from the code: each stands between two comments in its page, and a
//! test next to the code compares it. `KITDESK_DOCUMENTS=write cargo test --lib` writes all of them again.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const END: &str = "<!-- end -->";

/// Compares what a page has under this name with what the code makes of it, or writes it there.
#[track_caller]
pub(crate) fn compare(page: &str, name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).expect("the page is there");
    let start = format!("<!-- made from the code: {name} -->\n");
    let (before, rest) = text.split_once(&start).expect("the page has its place");
    let (found, after) = rest.split_once(END).expect("the place has an end");
    // Markdown wants a blank line before a table.
    let made = format!("\n{}\n\n", made.trim_end());
    if std::env::var_os("KITDESK_DOCUMENTS").is_some_and(|wish| wish == "write") {
        let text = [before, &start, &made, END, after].concat();
        fs::write(&path, text).expect("the page can be written");
        return;
    }
    assert_eq!(
        found, made,
        "{page}, {name}: KITDESK_DOCUMENTS=write cargo test --lib writes it again"
    );
}

/// A table in Markdown.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut table = String::new();
    let rule = [const { "---" }; N];
    let mut line = |cells: &[&str]| writeln!(table, "| {} |", cells.join(" | "));
    line(&head).expect("text takes text");
    line(&rule).expect("text takes text");
    for row in rows {
        // A bar would end the cell.
        let cells = row.each_ref().map(|cell| cell.replace('|', "\\|"));
        line(&cells.each_ref().map(String::as_str)).expect("text takes text");
    }
    table
}

/// The rows of the first table below a heading: the cells of each, without the head.
pub(crate) fn rows<'a>(page: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let mut lines = page.lines();
    assert!(lines.any(|line| line == heading), "no {heading:?}");
    let lines = lines.skip_while(|line| !line.starts_with('|'));
    let lines = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |line: &'a str| line.trim_matches('|').split('|').map(str::trim).collect();
    lines.map(cells).collect()
}
