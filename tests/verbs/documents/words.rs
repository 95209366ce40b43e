//! Plain, modern English: words that the house avoids, counted wherever text is read. The documents and the
//! help have none of them; the sources have as many as are left to replace, and a number here only shrinks.

use super::{files, pages, root};
use crate::fixtures::Desk;

/// What is avoided, each with the words that it is seen by, and how often the sources still have it.
const AVOIDED: [(&[&str], usize); 12] = [
    (&["whoever"], 0),
    (&["whatever is wrong"], 0),
    (&["what became of", "what becomes of"], 0),
    (&["anew"], 0),
    (&["affair", "affairs"], 0),
    (&["mend", "mends", "mended", "mending"], 0),
    (&["beside"], 0),
    (&["is told", "are told", "be told"], 0),
    (&["stands in", "stand in"], 0),
    (&["by itself", "by themselves"], 0),
    (&["has at hand", "have at hand"], 0),
    (&["encipher", "enciphers", "enciphered", "enciphering"], 0),
];

/// Text in small letters, its words between single blanks: a line's end and the sign of a comment are none.
fn words(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start();
        line.trim_start_matches(['/', '!', '#', '*', '>'])
            .trim_end_matches('\\')
    });
    let mut all = String::from(" ");
    for word in lines
        .collect::<Vec<_>>()
        .join(" ")
        .split(|c: char| !c.is_alphabetic())
    {
        if !word.is_empty() {
            all.push_str(&word.to_lowercase());
            all.push(' ');
        }
    }
    all
}

fn count(words: &str, avoided: &[&str]) -> usize {
    let mut count = 0;
    for word in avoided {
        count += words.matches(&format!(" {word} ")).count();
    }
    count
}

#[test]
fn the_words_are_found_wherever_a_line_ends() {
    let text = "/// It does so by\n/// itself, Anew; recommended, besides.";
    let found: usize = AVOIDED
        .iter()
        .map(|(avoided, _)| count(&words(text), avoided))
        .sum();
    assert_eq!(found, 2);
}

/// What of it each text has, by its name.
fn found_in(texts: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in texts {
        let text = words(&text);
        let avoided = AVOIDED.iter().map(|(avoided, _)| avoided);
        let avoided = avoided.filter(|avoided| count(&text, avoided) > 0);
        found.extend(avoided.map(|avoided| format!("{name}: {avoided:?}")));
    }
    found
}

#[test]
fn the_documents_are_in_plain_english() {
    let pages = pages().into_iter().map(|page| (page.path, page.text));
    assert_eq!(found_in(pages), Vec::<String>::new());
}

#[test]
fn the_help_is_in_plain_english() {
    let desk = Desk::unconfigured();
    desk.run(&["man", "--out", "pages"]).code(0);
    let entries = std::fs::read_dir(desk.path("pages")).expect("the pages are there");
    let pages = entries.map(|entry| {
        let path = entry.expect("a readable folder").path();
        let text = std::fs::read_to_string(&path).expect("pages are text");
        (path.display().to_string(), text)
    });
    assert_eq!(found_in(pages), Vec::<String>::new());
}

#[test]
fn the_sources_have_no_more_of_them_than_are_left_to_replace() {
    let read = |path: &String| std::fs::read_to_string(root().join(path));
    let sources: Vec<_> = files("src")
        .iter()
        .filter_map(|path| read(path).ok())
        .collect();
    let sources: Vec<_> = sources.iter().map(|text| words(text)).collect();
    let mut all = Vec::new();
    for (avoided, left) in AVOIDED {
        let found: usize = sources.iter().map(|text| count(text, avoided)).sum();
        if found > left {
            all.push(format!("{avoided:?}: {found} in place of {left}"));
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}
