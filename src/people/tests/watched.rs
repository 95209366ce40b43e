//! The list while a server runs.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

struct Page {
    folder: TempDir,
}

impl Page {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("people.toml")
    }

    /// Written to another file and put in its place, as editors do it.
    fn put(&self, name: &str, text: &str) {
        let new = self.folder.path().join("new");
        fs::write(&new, text).expect("written");
        fs::rename(&new, self.folder.path().join(name)).expect("put in its place");
    }

    fn people(&self, ids: &[&str]) {
        let person = |id: &&str| format!("[people.{id}]\nname = \"{id}\"\nroles = [\"desk\"]\n");
        self.put("people.toml", &ids.iter().map(person).collect::<String>());
    }
}

fn ids(people: &People) -> Vec<String> {
    people.iter().map(|person| person.id.to_string()).collect()
}

#[test]
fn a_page_is_read_again_when_it_has_changed_and_only_then() {
    let page = Page::new();
    page.people(&["asha"]);
    let mut watched = Watched::open(&page.path()).expect("it is good");
    assert!(matches!(watched.look(), Look::Same));
    // Of the same length.
    page.people(&["ravi"]);
    let Look::Changed(people) = watched.look() else {
        panic!("it has changed")
    };
    assert_eq!(ids(&people), ["ravi"]);
    assert_eq!(ids(watched.people()), ["ravi"]);
    assert!(matches!(watched.look(), Look::Same));
    assert!(matches!(watched.read_again(), Look::Changed(_)));
}

#[test]
fn a_broken_page_keeps_the_one_before_and_is_reported_once() {
    let page = Page::new();
    page.people(&["asha"]);
    let mut watched = Watched::open(&page.path()).expect("it is good");
    page.put("people.toml", "[people.asha]\n");
    let Look::Broken(error) = watched.look() else {
        panic!("it is broken")
    };
    assert_eq!(error.mistakes().len(), 2, "{error}");
    assert_eq!(ids(watched.people()), ["asha"]);
    assert!(matches!(watched.look(), Look::Same));
    assert!(matches!(watched.read_again(), Look::Broken(_)));
    fs::remove_file(page.path()).expect("ours");
    assert!(matches!(watched.look(), Look::Broken(_)));
    assert!(matches!(watched.look(), Look::Same));
    page.people(&["asha", "maria"]);
    assert!(matches!(watched.look(), Look::Changed(_)));
    assert_eq!(ids(watched.people()), ["asha", "maria"]);
}

#[test]
fn a_list_of_revoked_keys_is_looked_at_too() {
    let page = Page::new();
    let authority = format!(
        "[authorities.bank]\nkey = \"{}\"\nroles = [\"desk\"]\nrevoked = \"revoked\"\n",
        line(&key(100), "")
    );
    page.people(&["asha"]);
    let mut watched = Watched::open(&page.path()).expect("it is good");
    page.put("revoked", "serial: 1\n");
    page.put("people.toml", &authority);
    assert!(matches!(watched.look(), Look::Changed(_)));
    assert!(matches!(watched.look(), Look::Same));
    page.put("revoked", "serial: 2\n");
    assert!(matches!(watched.look(), Look::Changed(_)));
    page.put("revoked", "serial: two\n");
    assert!(matches!(watched.look(), Look::Broken(_)));
    page.put("revoked", "serial: 3\n");
    assert!(matches!(watched.look(), Look::Changed(_)));
}

#[test]
fn a_list_that_was_missing_is_taken_once_it_is_there() {
    let page = Page::new();
    page.people(&["asha"]);
    let mut watched = Watched::open(&page.path()).expect("it is good");
    let authority = format!(
        "[authorities.bank]\nkey = \"{}\"\nroles = [\"desk\"]\nrevoked = \"revoked\"\n",
        line(&key(100), "")
    );
    page.put("people.toml", &authority);
    assert!(matches!(watched.look(), Look::Broken(_)));
    assert!(matches!(watched.look(), Look::Same), "it is reported once");
    // The page itself stays as it is.
    page.put("revoked", "serial: 1\n");
    assert!(matches!(watched.look(), Look::Changed(_)));
    assert!(matches!(watched.look(), Look::Same));
}

#[test]
fn a_server_does_not_start_with_a_broken_page() {
    let page = Page::new();
    assert!(Watched::open(&page.path()).is_err());
    page.put("people.toml", "people = 1");
    assert!(Watched::open(&page.path()).is_err());
}
