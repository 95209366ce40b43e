//! Who is let in by which key or certificate, from where and when.

use std::net::IpAddr;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use russh::keys::ssh_key::certificate::{Builder, CertType};
use russh::keys::ssh_key::{Certificate, PrivateKey};

use super::*;

/// Whose certificates are taken.
const CA: u8 = 100;
const NOW: &str = "2026-11-27T10:00:00Z";
const HOME: &str = "10.1.2.3";

fn now() -> Timestamp {
    at(NOW)
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn people(text: &str) -> People {
    People::parse(text, Path::new("/k/people.toml"), &TimeZone::UTC)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Maria with a key, Ravi with certificates only, Asha whose days are over.
fn desk() -> People {
    people(&desk_text(""))
}

fn desk_text(more_of_authority: &str) -> String {
    format!(
        "[people.maria]\nname = \"Maria D'Souza\"\nroles = [\"desk\", \"settle\"]\nfrom = [\"10.1.0.0/16\"]\nuntil = 2027-01-31\n\
         keys = [\"{}\", \"{}\"]\n\
         [people.ravi]\nname = \"Ravi\"\nroles = [\"desk\", \"admin\"]\nbranch = \"12345\"\n\
         [people.asha]\nname = \"Asha\"\nroles = [\"desk\"]\nuntil = 2026-11-26\nkeys = [\"{}\"]\n\
         [people.audit]\nname = \"Audit\"\nroles = [\"audit\"]\n\
         [authorities.bank]\nkey = \"{}\"\nroles = [\"desk\", \"settle\"]\n{more_of_authority}",
        line(&key(1), "maria@pad"),
        line(&key(2), "maria@home"),
        line(&key(3), ""),
        line(&key(CA), "bank user CA"),
    )
}

/// A certificate as the bank's CA issues it, for Ravi's key 9.
struct Draft {
    key: u8,
    kind: CertType,
    principals: Vec<&'static str>,
    from: &'static str,
    to: &'static str,
    options: Vec<(&'static str, &'static str)>,
    has_terminal: bool,
    serial: u64,
    signer: PrivateKey,
}

impl Draft {
    fn new() -> Self {
        Self {
            key: 9,
            kind: CertType::User,
            principals: vec!["ravi"],
            from: "2026-11-27T09:00:00Z",
            to: "2026-11-27T17:00:00Z",
            options: Vec::new(),
            has_terminal: true,
            serial: 17,
            signer: pair(CA),
        }
    }

    fn sign(self) -> Certificate {
        let seconds = |text| u64::try_from(at(text).as_second()).expect("after 1970");
        let (from, to) = (seconds(self.from), seconds(self.to));
        let mut draft = Builder::new([7; 16], key(self.key), from, to).expect("times in order");
        draft.serial(self.serial).expect("once");
        draft.cert_type(self.kind).expect("once");
        draft.key_id("ravi laptop").expect("once");
        if self.principals.is_empty() {
            draft.all_principals_valid().expect("once");
        }
        for principal in self.principals {
            draft.valid_principal(principal).expect("a name");
        }
        for (name, value) in self.options {
            draft.critical_option(name, value).expect("once");
        }
        if self.has_terminal {
            draft.extension("permit-pty", "").expect("once");
        }
        draft.sign(&self.signer).expect("signed")
    }

    /// What comes of it at the desk.
    fn word(self) -> &'static str {
        word(desk().admit_certificate(&self.sign(), address(HOME), now()))
    }
}

fn word(admitted: Result<Admitted, NotAdmitted>) -> &'static str {
    match admitted {
        Ok(_) => "admitted",
        Err(why) => why.word(),
    }
}

#[test]
fn a_known_key_lets_its_owner_in() {
    let desk = desk();
    for number in [1, 2] {
        assert!(desk.knows_key(&key(number)));
        let maria = desk
            .admit_key(&key(number), address(HOME), now())
            .expect("she may come");
        assert_eq!(maria.person.id.as_str(), "maria");
        assert_eq!(maria.key, fingerprint(&key(number)));
        assert_eq!(maria.authority, None);
        assert_eq!(maria.until, Some(at("2027-02-01T00:00:00Z")));
        assert!(maria.rights().has(Right::Decide));
    }
    assert!(!desk.knows_key(&key(9)));
    assert_eq!(
        word(desk.admit_key(&key(9), address(HOME), now())),
        "unknown_key"
    );
    // The key of an authority is nobody's.
    assert_eq!(
        word(desk.admit_key(&key(CA), address(HOME), now())),
        "unknown_key"
    );
}

#[test]
fn a_person_comes_from_their_networks_and_until_their_last_day() {
    let desk = desk();
    let maria = |from, time| word(desk.admit_key(&key(1), address(from), at(time)));
    assert_eq!(maria("10.2.0.1", NOW), "wrong_network");
    assert_eq!(maria("::ffff:10.1.0.1", NOW), "admitted");
    assert_eq!(maria("fd00::1", NOW), "wrong_network");
    assert_eq!(maria(HOME, "2027-01-31T23:59:59Z"), "admitted");
    assert_eq!(maria(HOME, "2027-02-01T00:00:00Z"), "ended");
    assert_eq!(word(desk.admit_key(&key(3), address(HOME), now())), "ended");
}

#[test]
fn a_good_certificate_lets_its_principal_in_with_the_roles_that_the_authority_gives() {
    let desk = desk();
    let ravi = desk.admit_certificate(&Draft::new().sign(), address("203.0.113.9"), now());
    let ravi = ravi.expect("he may come");
    assert_eq!(ravi.person.id.as_str(), "ravi");
    assert_eq!(ravi.authority.as_deref(), Some("bank"));
    assert_eq!(ravi.until, Some(at("2026-11-27T17:00:00Z")));
    assert_eq!(ravi.roles.to_string(), "desk");
    assert!(!ravi.rights().has(Right::Sessions));
    assert!(desk.has_authorities());
    assert!(!desk.knows_key(&key(9)));
    // Without the certificate its key is nobody's.
    assert_eq!(
        word(desk.admit_key(&key(9), address(HOME), now())),
        "unknown_key"
    );
}

#[test]
fn a_certificate_is_of_a_user_and_from_a_known_authority() {
    let mut draft = Draft::new();
    draft.kind = CertType::Host;
    assert_eq!(draft.word(), "not_of_user");
    let mut draft = Draft::new();
    draft.signer = pair(101);
    assert_eq!(draft.word(), "wrong_authority");
    let mut draft = Draft::new();
    draft.has_terminal = false;
    assert_eq!(draft.word(), "no_terminal");
}

#[test]
fn a_certificate_names_one_person_of_the_page() {
    for (word, key, principals) in [
        ("no_principal", 9, vec![]),
        ("unknown_person", 9, vec!["root"]),
        ("unknown_person", 9, vec!["Ravi", "ravi "]),
        ("admitted", 9, vec!["carddesk", "ravi", "ravi"]),
        ("several_people", 9, vec!["ravi", "maria"]),
        ("several_people", 9, vec!["ravi", "maria", "ravi"]),
        ("anothers_key", 1, vec!["ravi"]),
        ("admitted", 1, vec!["maria"]),
        ("ended", 9, vec!["asha"]),
        ("no_role", 9, vec!["audit"]),
    ] {
        let said = format!("{principals:?}");
        let mut draft = Draft::new();
        (draft.key, draft.principals) = (key, principals);
        assert_eq!(draft.word(), word, "{said}");
    }
}

#[test]
fn a_certificate_is_good_in_its_time_and_no_longer_than_a_day() {
    let draft = Draft::new();
    let (from, to) = (draft.from, draft.to);
    for (word, from, to) in [
        ("admitted", from, to),
        ("not_yet_valid", "2026-11-27T10:00:01Z", to),
        ("admitted", NOW, to),
        ("expired", from, NOW),
        ("admitted", from, "2026-11-27T10:00:01Z"),
        // A day and what it was dated back.
        ("admitted", from, "2026-11-28T09:05:00Z"),
        ("lives_too_long", from, "2026-11-28T09:05:01Z"),
    ] {
        let mut draft = Draft::new();
        (draft.from, draft.to) = (from, to);
        assert_eq!(draft.word(), word, "{from} {to}");
    }
}

#[test]
fn no_critical_option_but_the_source_address_is_taken() {
    for (word, options) in [
        ("critical_option", vec![("force-command", "/bin/sh")]),
        ("critical_option", vec![("verify-required", "")]),
        ("critical_option", vec![("x@bank.example", "1")]),
        ("admitted", vec![("source-address", "10.1.0.0/16")]),
        ("admitted", vec![("source-address", "fd00::/8,10.1.2.3")]),
        ("wrong_source", vec![("source-address", "10.2.0.0/16")]),
        ("critical_option", vec![("source-address", "")]),
        ("critical_option", vec![("source-address", "anywhere")]),
        (
            "critical_option",
            vec![("force-command", "x"), ("source-address", "10.1.0.0/16")],
        ),
    ] {
        let said = format!("{options:?}");
        let mut draft = Draft::new();
        draft.options = options;
        assert_eq!(draft.word(), word, "{said}");
    }
}

#[test]
fn a_certificate_that_lives_forever_is_refused() {
    let mut draft = Builder::new([7; 16], key(9), 0, u64::MAX).expect("times in order");
    draft.valid_principal("ravi").expect("a name");
    draft.extension("permit-pty", "").expect("once");
    let cert = draft.sign(&pair(CA)).expect("signed");
    assert_eq!(
        word(desk().admit_certificate(&cert, address(HOME), now())),
        "lives_too_long"
    );
}

#[test]
fn a_certificate_that_was_changed_is_refused() {
    let bytes = Draft::new().sign().to_bytes().expect("bytes");
    let at = bytes
        .windows(4)
        .position(|part| part == b"ravi")
        .expect("the principal's or the key's name");
    let mut changed = bytes.clone();
    changed[at] = b'R';
    let cert = Certificate::from_bytes(&changed).expect("it still is one");
    assert_eq!(
        word(desk().admit_certificate(&cert, address(HOME), now())),
        "bad_signature"
    );
}

#[test]
fn a_longer_life_can_be_allowed() {
    let week = people(&desk_text("lifetime = \"7d\"\n"));
    let mut draft = Draft::new();
    draft.to = "2026-12-04T09:00:00Z";
    let cert = draft.sign();
    assert_eq!(
        word(week.admit_certificate(&cert, address(HOME), now())),
        "admitted"
    );
    assert_eq!(
        word(desk().admit_certificate(&cert, address(HOME), now())),
        "lives_too_long"
    );
}

#[cfg(unix)]
#[test]
fn what_is_revoked_is_good_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("revoked");
    let page = folder.path().join("people.toml");
    let text = desk_text("revoked = \"revoked\"\n");
    for (revoked, by_certificate, by_key) in [
        ("# none\n".to_owned(), "admitted", "admitted"),
        ("serial: 16-18\n".to_owned(), "revoked", "admitted"),
        ("serial: 18\n".to_owned(), "admitted", "admitted"),
        ("id: ravi laptop\n".to_owned(), "revoked", "admitted"),
        (format!("{}\n", fingerprint(&key(9))), "revoked", "admitted"),
        (
            format!("{}\n", fingerprint(&key(CA))),
            "revoked",
            "admitted",
        ),
        (format!("{}\n", fingerprint(&key(1))), "admitted", "revoked"),
    ] {
        std::fs::write(&list, &revoked).expect("written");
        let desk =
            People::parse(&text, &page, &TimeZone::UTC).unwrap_or_else(|error| panic!("{error}"));
        let cert = Draft::new().sign();
        let of_certificate = word(desk.admit_certificate(&cert, address(HOME), now()));
        assert_eq!(of_certificate, by_certificate, "{revoked}");
        assert_eq!(
            word(desk.admit_key(&key(1), address(HOME), now())),
            by_key,
            "{revoked}"
        );
    }
}

#[test]
fn somebody_may_stay_as_long_as_they_would_be_let_in() {
    let desk = desk();
    let maria = desk
        .admit_key(&key(1), address(HOME), now())
        .expect("she may come");
    let ravi = desk
        .admit_certificate(&Draft::new().sign(), address(HOME), now())
        .expect("he may come");
    let still = |desk: &People, admitted, time| match desk.still_admits(admitted, at(time)) {
        Ok(()) => "stays",
        Err(why) => why.word(),
    };
    assert_eq!(still(&desk, &maria, "2027-01-31T10:00:00Z"), "stays");
    assert_eq!(still(&desk, &maria, "2027-02-01T00:00:00Z"), "ended");
    assert_eq!(still(&desk, &ravi, "2026-11-27T16:59:59Z"), "stays");
    assert_eq!(still(&desk, &ravi, "2026-11-27T17:00:00Z"), "expired");
    let text = desk_text("");
    for (was, is, of_maria, of_ravi) in [
        (
            "[\"desk\", \"settle\"]\nfrom",
            "[\"desk\", \"settle\", \"admin\"]\nfrom",
            "stays",
            "stays",
        ),
        (
            "[\"desk\", \"settle\"]\nfrom",
            "[\"desk\"]\nfrom",
            "changed",
            "stays",
        ),
        ("10.1.0.0/16", "10.2.0.0/16", "wrong_network", "stays"),
        ("2027-01-31", "2026-11-01", "ended", "stays"),
        ("\"12345\"", "\"777\"", "stays", "changed"),
        (
            "[people.ravi]",
            "[people.ravindra]",
            "stays",
            "unknown_person",
        ),
        (
            &line(&key(1), "maria@pad"),
            &line(&key(8), "maria@pad"),
            "unknown_key",
            "stays",
        ),
        (
            &line(&key(CA), "bank user CA"),
            &line(&key(101), "new CA"),
            "stays",
            "wrong_authority",
        ),
        ("[\"desk\", \"settle\"]\nlifetime", "[]", "stays", "stays"),
        (
            "[people.maria]",
            "[people.maria-d]",
            "unknown_person",
            "stays",
        ),
    ] {
        let changed = people(&text.replace(was, is));
        assert_eq!(still(&changed, &maria, NOW), of_maria, "{is}");
        assert_eq!(still(&changed, &ravi, NOW), of_ravi, "{is}");
    }
}

#[test]
fn each_refusal_is_a_sentence_and_has_a_word_of_its_own() {
    let of = fingerprint(&key(1));
    let all = [
        NotAdmitted::UnknownKey(of),
        NotAdmitted::KeyKind,
        NotAdmitted::UnknownPerson("x".to_owned()),
        NotAdmitted::Ended(jiff::civil::date(2027, 1, 31)),
        NotAdmitted::WrongNetwork(address(HOME)),
        NotAdmitted::Revoked,
        NotAdmitted::NotOfUser,
        NotAdmitted::WrongAuthority(of),
        NotAdmitted::BadSignature,
        NotAdmitted::NotYetValid(now()),
        NotAdmitted::Expired,
        NotAdmitted::LivesTooLong,
        NotAdmitted::CriticalOption("x".to_owned()),
        NotAdmitted::WrongSource(address(HOME)),
        NotAdmitted::NoTerminal,
        NotAdmitted::NoPrincipal,
        NotAdmitted::SeveralPeople,
        NotAdmitted::AnothersKey,
        NotAdmitted::NoRole,
        NotAdmitted::Changed,
    ];
    let words: std::collections::BTreeSet<_> = all.iter().map(NotAdmitted::word).collect();
    assert_eq!(words.len(), all.len());
    for why in all {
        let said = why.to_string();
        assert!(said.ends_with('.') && !said.contains('\n'), "{said}");
    }
}
