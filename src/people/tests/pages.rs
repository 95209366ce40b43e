//! `people.toml` itself: what is read of it, and each mistake with its line.

use std::path::Path;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::dcms::BranchId;

fn parse(text: &str) -> Result<People, PeopleError> {
    People::parse(text, Path::new("/k/people.toml"), &TimeZone::UTC)
}

/// The mistakes without the name of the file.
fn mistakes(text: &str) -> Vec<String> {
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(error) => {
            let lines = error.to_string();
            lines
                .lines()
                .map(|line| line.replace("/k/people.toml, ", ""))
                .collect()
        }
    }
}

const MARIA: &str = "[people.maria]\nname = \"Maria\"\nroles = [\"desk\"]\n";

#[test]
fn everything_of_a_person_and_of_an_authority_is_read() {
    let page = format!(
        "[people.\"maria.d\"]\nname = \"Maria D'Souza\"\nroles = [\"audit\", \"desk\"]\nbranch = \"12345\"\n\
         from = [\"10.1.0.0/16\", \"::1\"]\nuntil = 2027-01-31\nkeys = [\n  \"{}\",\n  \"{}\",\n]\n\
         [authorities.bank]\nkey = \"{}\"\nroles = [\"desk\"]\nlifetime = \"7d\"\n",
        line(&key(1), "maria@pad"),
        line(&key(2), ""),
        line(&key(100), "bank user CA")
    );
    let people = parse(&page).unwrap_or_else(|error| panic!("{error}"));
    let everybody: Vec<_> = people.iter().collect();
    let [maria] = everybody.as_slice() else {
        panic!("one person")
    };
    assert_eq!(maria.id.as_str(), "maria.d");
    assert_eq!(maria.name, "Maria D'Souza");
    assert_eq!(maria.roles.to_string(), "desk, audit");
    assert_eq!(maria.branch.as_ref().map(BranchId::as_str), Some("12345"));
    assert_eq!(maria.networks.len(), 2);
    assert_eq!(maria.until, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(maria.keys[0].comment, "maria@pad");
    assert_eq!(maria.keys[1].fingerprint, fingerprint(&key(2)));
    let [bank] = people.authorities() else {
        panic!("one authority")
    };
    assert_eq!(
        (bank.name.as_str(), bank.comment.as_str()),
        ("bank", "bank user CA")
    );
    assert_eq!(bank.lifetime.as_secs(), 7 * 24 * 3600);
}

/// What is between two fences of the documents.
fn documented(fence: &str) -> &'static str {
    let page = include_str!("../../../docs/serve.md");
    let (_, rest) = page.split_once(fence).expect("the example is there");
    let (example, _) = rest.split_once("\n```").expect("it has an end");
    example
}

#[test]
fn the_examples_of_the_documents_are_read() {
    let page = format!("[people.{}", documented("```toml\n[people."));
    let people = parse(&page).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(people.iter().count(), 2);
    assert_eq!(people.authorities().len(), 1);
    let list = format!("# lost{}", documented("```\n# lost"));
    let revoked = crate::people::revoked::Revoked::parse(list.as_bytes(), Path::new("/k/r"));
    assert!(revoked.is_ok(), "{revoked:?}");
}

#[test]
fn nobody_is_a_page_too() {
    assert_eq!(parse("").map(|people| people.iter().count()), Ok(0));
}

#[test]
fn all_mistakes_are_reported_at_once_in_the_order_of_the_file() {
    let page = format!(
        "colour = 1\n[people.\"maria d\"]\nname = \"\"\nroles = [\"desk\", \"boss\", 7]\nbranch = \"1 2\"\n\
         from = [\n  \"10.1.0.0/16\",\n  \"10.1.0.7/16\",\n  \"home\",\n]\nuntil = \"2027-01-31\"\nkeys = [\n  \"hello\",\n  \"{}\",\n]\nnmae = 1\n\
         [people.ravi]\nroles = []\n[authorities.bank]\nkey = 5\nlifetime = \"1y\"\n",
        line(&key(1), "")
    );
    assert_eq!(
        mistakes(&page),
        [
            "line 1: unknown key \"colour\" at the top; allowed are people, authorities",
            "line 2: \"maria d\" can't be the id of a person; allowed are 1 to 64 letters, digits, -, _, . and @, of which the first is a letter or a digit",
            "line 3: name must be 1 to 64 characters that can be seen",
            "line 4: roles is \"boss\"; allowed are desk, check, settle, audit, admin",
            "line 4: roles must be text in quotes",
            "line 5: branch is \"1 2\"; allowed are 1 to 64 letters, digits, -, _ and .",
            "line 8: from is \"10.1.0.7/16\"; its address goes on behind the prefix: did you mean \"10.1.0.0/16\"?",
            "line 9: from is \"home\"; allowed are networks and addresses, such as \"10.1.0.0/16\", \"10.1.0.7\" and \"fd00::/8\"",
            "line 11: until must be a day, without quotes, such as 2027-01-31",
            "line 13: keys must be a public key on one line, such as \"ssh-ed25519 AAAA... maria@pad\"",
            "line 16: unknown key \"nmae\" in [people.maria d] (did you mean name?); allowed are name, roles, branch, from, until, keys",
            "line 17: [people.ravi] lacks the key name; allowed is the person's name",
            "line 17: [people.ravi] has no role; allowed are desk, check, settle, audit, admin",
            "line 19: [authorities.bank] lacks the key roles; allowed is [\"desk\"]",
            "line 20: key must be text in quotes",
            "line 21: lifetime is \"1y\"; allowed is a time from \"1m\" to \"90d\"",
        ]
    );
}

#[test]
fn a_key_has_one_owner() {
    let own = line(&key(1), "x");
    let of = fingerprint(&key(1));
    let twice = format!("{MARIA}keys = [\"{own}\",\n\"{own}\"]\n");
    assert_eq!(
        mistakes(&twice),
        [format!(
            "line 5: the key {of} is in [people.maria] twice: on line 4 too"
        )]
    );
    let two = format!(
        "{MARIA}keys = [\"{own}\"]\n[people.ravi]\nname = \"Ravi\"\nroles = [\"desk\"]\nkeys = [\"{own}\"]\n\
         [authorities.bank]\nkey = \"{own}\"\nroles = [\"desk\"]\n"
    );
    assert_eq!(
        mistakes(&two),
        [
            format!(
                "line 8: the key {of} of [people.ravi] is also that of [people.maria], line 4; a key has one owner"
            ),
            format!(
                "line 10: the key {of} of [authorities.bank] is also that of [people.maria], line 4; a key has one owner"
            ),
        ]
    );
}

#[test]
fn ids_differ_by_more_than_the_case_of_their_letters() {
    let page = format!("{MARIA}{}", MARIA.replace("maria", "Maria"));
    assert_eq!(
        mistakes(&page),
        ["line 4: the id Maria differs from maria, line 1, in the case of its letters only"]
    );
}

#[test]
fn a_key_that_is_no_public_key_is_never_quoted() {
    let page = format!("{MARIA}keys = [\"-----BEGIN OPENSSH PRIVATE KEY-----b3BlbnNzaC1rZXk\"]\n");
    let said = mistakes(&page);
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("is a private key") && !said[0].contains("b3Blb"),
        "{said:?}"
    );
}

#[test]
fn every_mistake_in_the_form_is_reported_alone() {
    let said = mistakes("[people.maria]\nname = \nroles = [desk]\n[people.maria]\n");
    assert!(said.len() >= 2, "{said:?}");
    assert!(
        said.iter().all(|line| line.contains("this is not TOML")),
        "{said:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_page_that_others_can_change_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("people.toml");
    let said = |mode| {
        std::fs::write(&page, MARIA).expect("written");
        std::fs::set_permissions(&page, std::fs::Permissions::from_mode(mode)).expect("ours");
        People::read(&page)
            .map(|people| people.iter().count())
            .map_err(|error| error.to_string())
    };
    assert_eq!(said(0o600), Ok(1));
    assert_eq!(said(0o640), Ok(1));
    for mode in [0o660, 0o602] {
        let error = said(mode).expect_err("others can change it");
        assert!(error.contains("can be changed by other users"), "{error}");
    }
    std::fs::remove_file(&page).expect("ours");
    let error = People::read(&page).expect_err("it is gone").to_string();
    assert!(
        error.starts_with("the list of people ") && error.ends_with("does not exist"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_list_of_revoked_keys_with_a_mistake_is_one_of_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("people.toml");
    let text = format!(
        "[authorities.bank]\nkey = \"{}\"\nroles = [\"desk\"]\nrevoked = \"revoked\"\n",
        line(&key(100), "")
    );
    let said = |list: Option<&[u8]>| {
        if let Some(list) = list {
            std::fs::write(folder.path().join("revoked"), list).expect("written");
        }
        let read = People::parse(&text, &page, &TimeZone::UTC);
        read.map(|_| ()).map_err(|error| error.to_string())
    };
    assert!(
        said(None)
            .expect_err("none")
            .contains("revoked does not exist")
    );
    assert!(
        said(Some(b"what"))
            .expect_err("no entry")
            .contains("revoked, line 1: \"what\" is no entry")
    );
    assert!(
        said(Some(b"SSHKRL\n\0"))
            .expect_err("binary")
            .contains("binary list (KRL)")
    );
    assert_eq!(said(Some(b"serial: 1")), Ok(()));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reading(text in "\\PC*") {
        parse(&text).ok();
    }

    /// The words of a page in any order and with anything in between.
    #[test]
    fn no_page_breaks_the_reading(parts in prop::collection::vec(part(), 0..24)) {
        let text = parts.concat();
        if let Err(error) = parse(&text) {
            prop_assert!(!error.mistakes().is_empty());
        }
    }

    #[test]
    fn no_list_of_revoked_keys_breaks_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        crate::people::revoked::Revoked::parse(&bytes, Path::new("/k/r")).ok();
    }
}

fn part() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "[people.maria]\n",
        "[people.\"\"]\n",
        "[authorities.bank]\n",
        "name = \"M\"\n",
        "roles = [\"desk\"]\n",
        "roles = [[]]\n",
        "branch = \"1\"\n",
        "from = [\"10.0.0.0/8\"]\n",
        "until = 2027-01-31\n",
        "until = 9999-12-31\n",
        "until = 0000-01-01\n",
        "until = 10:00:00\n",
        "keys = [\"ssh-ed25519 AAAA\"]\n",
        "key = \"ssh-rsa AAAA\"\n",
        "lifetime = \"1h\"\n",
        "revoked = \"/nowhere\"\n",
        "people = 1\n",
        "[[people]]\n",
    ]);
    prop_oneof![
        words.prop_map(str::to_owned),
        "[ -~]{0,12}\n".prop_map(|text| text)
    ]
}
