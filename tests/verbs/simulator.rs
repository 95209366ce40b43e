//! `kitdesk sandbox` by running it: what it prints can be used as it is, faults come as they were asked
//! for, and a port that is taken is told.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout};

use crate::console::write_file;
use crate::fixtures::{Desk, ENTITY, KIT};

/// One that runs until this is dropped.
pub struct Simulator {
    child: Child,
    out: ChildStdout,
    address: String,
}

impl Simulator {
    pub fn start(desk: &Desk, args: &[&str]) -> Self {
        let args = [
            &["sandbox", "--listen", "127.0.0.1:0", "--customers", "0"],
            args,
        ]
        .concat();
        let mut child = desk.start(&args);
        let out = child.stdout.take().expect("a pipe");
        let err = child.stderr.take().expect("a pipe");
        // It says so once all is printed.
        let mut said = String::new();
        let mut err = BufReader::new(err);
        err.read_line(&mut said).expect("it speaks");
        let address = said
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address.expect("where it listens").to_owned();
        Self {
            child,
            out,
            address,
        }
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The configuration for it, while it runs.
    fn configuration(&mut self) -> String {
        let mut text = Vec::new();
        let mut line = BufReader::new(&mut self.out);
        // Whole lines up to the last key's, which ends it.
        while text
            .iter()
            .filter(|line: &&String| line.starts_with("command"))
            .count()
            < 2
        {
            let mut next = String::new();
            line.read_line(&mut next).expect("text");
            text.push(next);
        }
        text.concat()
    }

    /// Ends it, and gives what it had printed.
    pub fn printed(mut self) -> String {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        let mut text = String::new();
        self.out.read_to_string(&mut text).expect("text");
        text
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn its_configuration_works_as_it_is_printed() {
    let desk = Desk::unconfigured();
    let faults = [
        "--fault",
        "upgradeCard=503:1",
        "--fault",
        "fetchStatus=delay:0",
    ];
    let mut simulator = Simulator::start(&desk, &faults);
    let text = simulator.configuration();
    write_file(&desk.path("sandbox.toml"), &text);
    let run = |args: &[&str]| desk.run(&[&["--config", "sandbox.toml"], args].concat());
    run(&["kits", "--entity", ENTITY]).code(0).shows(KIT);
    let upgrade = [
        "upgrade",
        "--entity",
        ENTITY,
        "--kit",
        KIT,
        "--tier",
        "SILVER",
        "--yes",
        "--settle-for",
        "0",
    ];
    run(&upgrade).code(4);
    run(&["settle", "1", "--as", "not-done", "--reason", "503"]).code(2);
    let found = run(&["journal", "list", "--kind", "intent", "--json"]).json();
    let id = found["result"]["records"][0]["id"].to_string();
    run(&["settle", &id, "--as", "not-done", "--reason", "it said 503"]).code(0);
    // So many calls and no more.
    run(&upgrade).code(0).shows("SILVER");
}

#[test]
fn a_pin_is_bound_to_the_kit_number_in_both_readings() {
    let set = [
        "--config",
        "sandbox.toml",
        "set-pin",
        "--entity",
        ENTITY,
        "--kit",
        KIT,
        "--secrets-stdin",
        "--yes",
    ];
    for (account, other) in [("kit", "kit-as-pan"), ("kit-as-pan", "kit")] {
        let desk = Desk::unconfigured();
        let asked = ["--pin-account", account, "--pin-block", "hex"];
        let mut simulator = Simulator::start(&desk, &asked);
        let text = simulator.configuration();
        write_file(&desk.path("sandbox.toml"), &text);
        desk.run_with(&set, b"7391\n").code(0).shows("Done");
        let wrong = text.replace(&format!("\"{account}\""), &format!("\"{other}\""));
        write_file(&desk.path("sandbox.toml"), &wrong);
        desk.run_with(&set, b"7391\n").code(1).says("PIN001");
    }
}

#[test]
fn a_port_that_is_taken_and_a_fault_that_is_none() {
    let desk = Desk::unconfigured();
    let simulator = Simulator::start(&desk, &[]);
    let taken = ["sandbox", "--listen", &simulator.address];
    desk.run(&taken).code(2).says(&simulator.address);
    let json = desk.run(&[&taken[..], &["--json"]].concat()).code(2).json();
    assert_eq!(json["operation"], "sandbox");
    assert!(simulator.printed().contains("[profiles.sandbox.card_key]"));
    for (fault, said) in [
        ("upgradeCard=404", "there is no kind of fault"),
        ("upgrade=500", "there is no call"),
        ("upgradeCard", "a fault is written CALL=KIND"),
    ] {
        desk.run(&["sandbox", "--fault", fault]).code(2).says(said);
    }
    desk.run(&["sandbox", "--listen", "here"])
        .code(2)
        .says("--listen");
}

#[test]
fn its_object_for_programs() {
    let desk = Desk::unconfigured();
    let simulator = Simulator::start(&desk, &["--json"]);
    let address = simulator.address.clone();
    let text = simulator.printed();
    let json: serde_json::Value = serde_json::from_str(&text).expect("one object");
    assert_eq!(json["result"]["base_url"], format!("http://{address}/v1"));
    let config = json["result"]["config"].as_str().expect("a text");
    assert!(config.contains("[profiles.sandbox]"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it() {
    let desk = Desk::unconfigured();
    let mut simulator = Simulator::start(&desk, &[]);
    crate::fixtures::signal(simulator.child.id(), "INT");
    assert!(simulator.child.wait().expect("it ends").success());
}
