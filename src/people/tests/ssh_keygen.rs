//! Keys, certificates and lists as OpenSSH's own `ssh-keygen` makes them, where there is one.

use std::net::IpAddr;
use std::path::Path;
use std::process::Command;

use jiff::tz::TimeZone;
use russh::keys::ssh_key::Certificate;
use tempfile::TempDir;

use super::*;
use crate::people::revoked::Revoked;
use crate::utc::now;

/// What it says, in a folder of its own.
struct Keygen(TempDir);

impl Keygen {
    fn find() -> Option<Self> {
        let there = Command::new("ssh-keygen").arg("-?").output();
        if there.is_err() {
            #[expect(clippy::print_stderr, reason = "a test says why it shows nothing")]
            {
                eprintln!("ssh-keygen is not installed: skipped");
            }
            return None;
        }
        Some(Self(tempfile::tempdir().expect("a folder")))
    }

    fn run(&self, args: &[&str]) -> String {
        let mut command = Command::new("ssh-keygen");
        let output = command.args(args).current_dir(self.0.path()).output();
        let output = output.expect("it is there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("it was made")
    }

    /// A pair of this kind; gives the line of its public key.
    fn pair(&self, name: &str, kind: &[&str]) -> String {
        let args = ["-q", "-N", "", "-C", name, "-f", name, "-t"];
        self.run(&[&args, kind].concat());
        self.read(&format!("{name}.pub")).trim().to_owned()
    }

    fn certificate(&self, key: &str, more: &[&str]) -> Certificate {
        let args = [
            "-q",
            "-s",
            "ca",
            "-I",
            "ravi laptop",
            "-n",
            "ravi",
            "-z",
            "17",
        ];
        let file = format!("{key}.pub");
        self.run(&[&args, more, &[&file]].concat());
        let text = self.read(&format!("{key}-cert.pub"));
        Certificate::from_openssh(&text).expect("a certificate")
    }
}

#[test]
fn keys_and_certificates_of_every_kind_let_in() {
    let Some(keygen) = Keygen::find() else { return };
    let kinds: [(&str, &[&str]); 4] = [
        ("ed25519", &["ed25519"]),
        ("p256", &["ecdsa", "-b", "256"]),
        ("p384", &["ecdsa", "-b", "384"]),
        ("p521", &["ecdsa", "-b", "521"]),
    ];
    let home = IpAddr::from([10, 1, 2, 3]);
    for (ca_kind, kind) in kinds {
        let keygen_ca = Keygen(tempfile::tempdir().expect("a folder"));
        let ca = keygen_ca.pair("ca", kind);
        for (name, kind) in kinds {
            let key = keygen_ca.pair(name, kind);
            let page = format!(
                "[people.maria]\nname = \"M\"\nroles = [\"desk\"]\nkeys = [\"{key}\"]\n\
                 [people.ravi]\nname = \"R\"\nroles = [\"desk\"]\n\
                 [authorities.bank]\nkey = \"{ca}\"\nroles = [\"desk\"]\n"
            );
            let people = People::parse(&page, Path::new("/k/people.toml"), &TimeZone::UTC);
            let people = people.unwrap_or_else(|error| panic!("{name}: {error}"));
            let key = PublicKey::from_openssh(&key).expect("a key");
            let maria = people.admit_key(&key, home, now()).expect("she may come");
            let listed = keygen_ca.run(&["-l", "-f", &format!("{name}.pub")]);
            assert!(listed.contains(&maria.key.to_string()), "{listed}");

            let other = format!("{name}-other");
            keygen_ca.pair(&other, kind);
            let cert = keygen_ca.certificate(
                &other,
                &["-V", "-1m:+1h", "-O", "source-address=10.1.0.0/16"],
            );
            let ravi = people.admit_certificate(&cert, home, now());
            let ravi = ravi.unwrap_or_else(|why| panic!("{ca_kind}, {name}: {why}"));
            assert_eq!(ravi.person.id.as_str(), "ravi");
            let elsewhere = IpAddr::from([10, 2, 0, 1]);
            let why = people
                .admit_certificate(&cert, elsewhere, now())
                .map(|_| ());
            assert_eq!(why, Err(NotAdmitted::WrongSource(elsewhere)));
        }
    }
    let rsa = keygen.pair("rsa", &["rsa", "-b", "2048"]);
    assert_eq!(
        crate::people::key::public_key(&rsa),
        Err(KeyError::Kind("RSA"))
    );
}

#[test]
fn what_a_certificate_must_not_be_by_its_own_flags() {
    let Some(keygen) = Keygen::find() else { return };
    let ca = keygen.pair("ca", &["ed25519"]);
    let page = format!(
        "[people.ravi]\nname = \"R\"\nroles = [\"desk\"]\n\
         [authorities.bank]\nkey = \"{ca}\"\nroles = [\"desk\"]\n"
    );
    let people = People::parse(&page, Path::new("/k/people.toml"), &TimeZone::UTC);
    let people = people.unwrap_or_else(|error| panic!("{error}"));
    for (number, (word, flags)) in [
        ("admitted", &["-V", "-1m:+1h"][..]),
        ("not_of_user", &["-V", "-1m:+1h", "-h"]),
        ("no_terminal", &["-V", "-1m:+1h", "-O", "clear"]),
        (
            "critical_option",
            &["-V", "-1m:+1h", "-O", "force-command=/bin/sh"],
        ),
        (
            "critical_option",
            &["-V", "-1m:+1h", "-O", "verify-required"],
        ),
        ("lives_too_long", &["-V", "-1m:+8d"]),
        ("lives_too_long", &[]),
        ("expired", &["-V", "-2h:-1h"]),
        ("not_yet_valid", &["-V", "+1h:+2h"]),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("key{number}");
        keygen.pair(&name, &["ed25519"]);
        let cert = keygen.certificate(&name, flags);
        let came = people.admit_certificate(&cert, IpAddr::from([10, 1, 2, 3]), now());
        let came = came.map_or_else(|why| why.word(), |_| "admitted");
        assert_eq!(came, word, "{flags:?}");
    }
}

#[test]
fn a_list_is_the_text_that_a_binary_one_is_made_from() {
    let Some(keygen) = Keygen::find() else { return };
    keygen.pair("ca", &["ed25519"]);
    let stolen = keygen.pair("stolen", &["ed25519"]);
    let of_stolen = keygen.run(&["-l", "-f", "stolen.pub"]);
    let hash = of_stolen.split(' ').nth(1).expect("its fingerprint");
    let text = format!(
        "# lost\nserial: 17\nserial: 20-22\nid: ravi laptop\nhash: {hash}\nkey: {stolen}\nsha256: {stolen}\n{stolen}\n"
    );
    let path = keygen.0.path().join("revoked");
    std::fs::write(&path, &text).expect("written");
    keygen.run(&["-q", "-k", "-f", "krl", "-s", "ca.pub", "revoked"]);
    let read = Revoked::parse(text.as_bytes(), &path);
    assert!(read.is_ok(), "{read:?}");
    let binary = std::fs::read(keygen.0.path().join("krl")).expect("it was made");
    let errors = Revoked::parse(&binary, &path).expect_err("it is binary");
    assert!(
        errors[0].to_string().contains("binary list (KRL)"),
        "{}",
        errors[0]
    );
}
