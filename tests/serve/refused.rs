//! What is asked for other than a session with a terminal: each gets its answer in words, and at once.

use std::time::{Duration, Instant};

use crate::console::{Key, sandbox};
use crate::fixtures::{Server, has_ssh, key};

/// How long an answer may take: a client that is never answered waits for ever.
const AT_ONCE: Duration = Duration::from_secs(5);

#[test]
fn commands_files_and_sessions_without_a_terminal_get_a_sentence() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::with(
        &sandbox,
        "metrics = \"127.0.0.1:0\"",
        &crate::fixtures::people(),
    );
    for (options, wanted, sentence) in [
        (&[][..], &["true"][..], "no commands are run over SSH"),
        (&["-tt"], &["sh", "-i"], "no commands are run over SSH"),
        (&["-T"], &[], "a terminal is needed"),
        (&["-s"], &["sftp"], "no files are transferred"),
    ] {
        let began = Instant::now();
        let output = server.ssh(&key(1)).with(options).ask(wanted);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{wanted:?}: {said}");
        assert!(said.contains(sentence), "{wanted:?}: {said}");
        assert!(began.elapsed() < AT_ONCE, "{wanted:?}");
    }
    let figures = server.figures();
    for line in [
        "kitdesk_refusals_total{reason=\"command\"} 2",
        "kitdesk_refusals_total{reason=\"subsystem\"} 1",
        "kitdesk_refusals_total{reason=\"no_terminal\"} 1",
    ] {
        assert!(figures.contains(line), "{figures}");
    }
}

#[test]
fn no_port_no_agent_and_no_display_is_forwarded() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let target = sandbox.address().to_string();
    let began = Instant::now();
    let output = server.ssh(&key(1)).with(&["-W", &target]).ask(&[]);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(began.elapsed() < AT_ONCE);

    for forwarding in [format!("0:{target}"), "0:/tmp/x".to_owned()] {
        let options = ["-R", &forwarding, "-o", "ExitOnForwardFailure=yes", "-N"];
        let output = server.ssh(&key(1)).with(&options).ask(&[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(255), "{said}");
        assert!(said.contains("remote port forwarding failed"), "{said}");
    }
    // Whatever else a client brings along, it gets its console and nothing more.
    let mut console = server.ssh(&key(1)).with(&["-A", "-X"]).console(80, 24);
    console.key(Key::Ctrl('c'));
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn a_connection_has_one_session() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("ControlPath={}", folder.path().join("s").display());
    let shared = ["-o", "ControlMaster=auto", "-o", &path];
    let mut console = server.ssh(&key(1)).with(&shared).console(80, 24);
    let output = server.ssh(&key(1)).with(&shared).with(&["-tt"]).ask(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Session open refused by peer"), "{said}");
    console
        .type_text("676165")
        .key(Key::Enter)
        .until_row(&["4561789"]);
    console.end();
}

#[test]
fn only_keys_and_certificates_are_offered() {
    if !has_ssh() {
        return;
    }
    let sandbox = sandbox();
    let server = Server::on(&sandbox);
    let output = server.ssh(&key(9)).with(&["-v"]).ask(&["true"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(255));
    assert!(said.contains("Permission denied (publickey)"), "{said}");
    assert!(said.contains("Authorised staff only"), "{said}");
}
