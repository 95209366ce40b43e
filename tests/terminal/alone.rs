//! The program without a terminal: what scripts and newcomers meet first.

use std::process::{Command, Output, Stdio};

use super::console::{home, variables};

fn run(home: &tempfile::TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kitdesk"))
        .args(args)
        .env_clear()
        .envs(variables(home.path()))
        .stdin(Stdio::null())
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn help_goes_to_standard_output() {
    let output = run(&home(None), &["--help"]);
    let help = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for word in ["--config", "--profile", "--sandbox", "sandbox"] {
        assert!(help.contains(word), "{word} in {help}");
    }
    assert_eq!(said(&output), "");
}

#[test]
fn a_faulty_configuration_is_named_with_its_line() {
    let config = "default_profile = \"one\"\n\n[profiles.one]\nbase_url = \"http://127.0.0.1:1/v1\"\ntenant = \"T\"\nenvironment = \"moon\"\n";
    let output = run(&home(Some(config)), &[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("config.toml, line 6"), "{said}");
    for allowed in ["sandbox", "uat", "live"] {
        assert!(said.contains(allowed), "{allowed} in {said}");
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn an_unknown_flag_and_a_missing_file_are_faults_of_usage() {
    let home = home(None);
    let output = run(&home, &["--no-such-flag"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let output = run(&home, &["--config", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("nowhere.toml"), "{}", said(&output));
}

#[test]
fn without_a_terminal_the_console_does_not_start() {
    let output = run(&home(None), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("needs a terminal"));
    assert!(output.stdout.is_empty(), "no escape sequences in a pipe");
}
