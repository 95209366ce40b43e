//! Who is let in: by the key that was proved and by nothing else, by certificates with all that they say, and
//! only for as long as the list of people has them.

use std::path::Path;
use std::process::Command;

use crate::console::{Key, sandbox};
use crate::fixtures::{Server, Ssh, fingerprint, has_ssh, key, people, public, write_key};

#[test]
fn an_unknown_key_of_an_agent_is_passed_over() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let ssh = server.ssh(&key(1));
    let mut more = Vec::new();
    for number in 10..14 {
        let path = ssh.home.path().join(format!("id_{number}"));
        write_key(&path, &key(number));
        more.extend(["-i".to_owned(), path.display().to_string()]);
    }
    // Offered in this order: four that nobody has, then the right one.
    let id = ssh.home.path().join("id").display().to_string();
    let wrong: Vec<_> = more.iter().map(String::as_str).collect();
    let mut console = ssh
        .without_key()
        .with(&wrong)
        .with(&["-i", &id])
        .console(80, 24);
    console.until("maria");
    console.end();
}

/// An authority that issues certificates for key 4.
struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    fn new(number: u8) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_key(&folder.path().join("ca"), &key(number));
        Self { folder }
    }

    /// Issues a certificate for the key of this client.
    fn issue(&self, ssh: &Ssh, options: &[&str]) {
        let id = ssh.home.path().join("id");
        let public = id.with_extension("pub");
        std::fs::write(&public, crate::fixtures::public(&key(4))).expect("written");
        let issued = Command::new("ssh-keygen")
            .args(["-q", "-s", "ca", "-I", "a test"])
            .args(options)
            .arg(&public)
            .current_dir(self.folder.path())
            .output()
            .expect("ssh-keygen is with ssh");
        let said = String::from_utf8_lossy(&issued.stderr).into_owned();
        assert!(
            issued.status.success() && Path::exists(&ssh.home.path().join("id-cert.pub")),
            "{said}"
        );
    }
}

fn with_authority(number: u8) -> String {
    format!(
        "{}\n[people.meera]\nname = \"Meera Iyer\"\nroles = [\"desk\"]\n\n[authorities.bank]\nkey = \"{}\"\nroles = \
         [\"desk\"]\n",
        people(),
        public(&key(number))
    )
}

#[test]
fn a_certificate_counts_with_all_that_it_says() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(&sandbox, "", &with_authority(20));
    let (bank, other) = (Authority::new(20), Authority::new(21));
    let good = ["-n", "meera", "-V", "-5m:+8h"];
    let ssh = server.ssh(&key(4));
    bank.issue(&ssh, &good);
    let mut console = ssh.console(80, 24);
    console.until("meera");
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);

    let long = ["-n", "meera", "-V", "-5m:+52w"];
    let other_place = [&good[..], &["-O", "source-address=192.0.2.0/24"]].concat();
    let command = [&good[..], &["-O", "force-command=true"]].concat();
    let unknown = [&good[..], &["-O", "critical:x@y=z"]].concat();
    let without_terminal = [&good[..], &["-O", "no-pty"]].concat();
    // The server says nothing to strangers; whom it knows, it tells why.
    for (authority, options, sentence) in [
        (&other, &good[..], None),
        (&bank, &["-h", "-n", "meera", "-V", "-5m:+8h"], None),
        (&bank, &["-n", "somebody", "-V", "-5m:+8h"], None),
        (&bank, &["-V", "-5m:+8h"], None),
        (&bank, &["-n", "meera", "-V", "-2h:-1h"], None),
        (&bank, &["-n", "meera", "-V", "+1h:+2h"], None),
        (&bank, &long, Some("valid for longer than is allowed")),
        (&bank, &command, Some("critical option force-command")),
        (&bank, &unknown, Some("critical option x@y")),
        (&bank, &other_place, Some("not valid from 127.0.0.1")),
        (&bank, &without_terminal, Some("does not permit a terminal")),
    ] {
        let ssh = server.ssh(&key(4));
        authority.issue(&ssh, options);
        let output = ssh.with(&["-tt"]).ask(&[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = if sentence.is_some() { 1 } else { 255 };
        assert_eq!(output.status.code(), Some(code), "{options:?}: {said}");
        let sentence = sentence.unwrap_or("Permission denied");
        assert!(said.contains(sentence), "{options:?}: {said}");
    }
    let ssh = server.ssh(&key(4));
    bank.issue(
        &ssh,
        &[
            "-n",
            "meera",
            "-V",
            "-5m:+8h",
            "-O",
            "source-address=127.0.0.0/8",
        ],
    );
    ssh.console(80, 24).until("meera").end();

    // The key of somebody's certificate is nobody's without it.
    let output = server.ssh(&key(4)).with(&["-tt"]).ask(&[]);
    assert_eq!(output.status.code(), Some(255));
    let began = server
        .records()
        .into_iter()
        .filter(|record| record["kind"] == "session_began");
    let keys: Vec<_> = began.map(|record| record["after"]["key"].clone()).collect();
    assert_eq!(keys, [fingerprint(&key(4)).as_str(), &fingerprint(&key(4))]);
}

#[test]
fn who_is_taken_off_the_list_is_gone_within_seconds_and_the_others_stay() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let mut maria = server.console(&key(1), 80, 24);
    let mut lakshmi = server.console(&key(2), 80, 24);
    maria
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);

    // What can't be read changes nothing.
    server.set_people("[people.maria\n");
    server.signal("HUP");
    lakshmi
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);

    let all = people();
    let (_, others) = all.split_once("[people.lakshmi]").expect("she is on it");
    server.set_people(&format!("[people.lakshmi]{others}"));
    maria.until("kitdesk: your access has changed: Nobody is registered with the key SHA256:");
    assert_eq!(maria.exit_code(), 1);
    lakshmi.key(Key::Esc).until("Find a customer");
    let output = server.ssh(&key(1)).with(&["-tt"]).ask(&[]);
    assert_eq!(output.status.code(), Some(255));
    lakshmi.end();
}

#[test]
fn a_person_whose_last_day_is_over_reads_why_they_are_not_let_in() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let people = people().replacen("roles =", "until = 2020-01-31\nroles =", 1);
    let server = Server::with(&sandbox, "", &people);
    let output = server.ssh(&key(1)).with(&["-tt"]).ask(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("kitdesk: Your access ended after 2020-01-31."),
        "{said}"
    );
    let elsewhere =
        crate::fixtures::people().replacen("roles =", "from = [\"192.0.2.0/24\"]\nroles =", 1);
    let server = Server::with(&sandbox, "", &elsewhere);
    let output = server.ssh(&key(1)).with(&["-tt"]).ask(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("You can't log in from 127.0.0.1"), "{said}");
    let began = server
        .records()
        .into_iter()
        .filter(|record| record["kind"] == "session_began");
    assert_eq!(began.count(), 0);
}
