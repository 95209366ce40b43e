//! Fault by fault, for each of the writes by its verb: the word, how often the work was done, what
//! the journal holds, and what the next run finds.

use kitdesk::sandbox::Sandbox;
use serde_json::Value;

use crate::between::{Act, Answer, Between, reply};
use crate::console::sandbox;
use crate::console::write_file;
use crate::fixtures::{Desk, ENTITY, KIT, RECEIVED};

/// A write, its call, and its words.
struct Write {
    args: &'static [&'static str],
    /// What has to be done before it, so that it can be asked for.
    needs: &'static [&'static str],
    path: &'static str,
    call: &'static str,
    /// What the next reading finds where the work was done, and where it was not.
    found: [&'static str; 2],
}

const LOCK: [&str; 7] = ["lock", "--entity", ENTITY, "--kit", KIT, "--reason", "lost"];

const WRITES: [Write; 12] = [
    Write {
        args: &[
            "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER",
        ],
        needs: &[],
        path: "/upgradeCard",
        call: "upgradeCard",
        found: ["done", "open"],
    },
    Write {
        args: &[
            "set-pin",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
            "--secrets-stdin",
        ],
        needs: &[],
        path: "/setPin",
        call: "setPin",
        found: ["done", "open"],
    },
    Write {
        args: &["cancel-order", "--order", RECEIVED],
        needs: &[],
        path: "/cancel",
        call: "cancel",
        found: ["done", "open"],
    },
    Write {
        args: &["activate", "--entity", "181223116", "--kit", "10930010478"],
        needs: &[],
        path: "/kitActivation",
        call: "kitActivation",
        found: ["done", "open"],
    },
    Write {
        args: &LOCK,
        needs: &[],
        path: "/manageKit",
        call: "manageKit",
        found: ["done", "open"],
    },
    Write {
        args: &[
            "unlock",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
            "--reason",
            "found-again",
        ],
        needs: &LOCK,
        path: "/manageKit",
        call: "manageKit",
        found: ["done", "open"],
    },
    Write {
        args: &[
            "block", "--reason", "lost", "--entity", ENTITY, "--kit", KIT,
        ],
        needs: &[],
        path: "/manageKit",
        call: "manageKit",
        found: ["done", "open"],
    },
    Write {
        args: &[
            "replace",
            "--reason",
            "lost",
            "--card-type",
            "PHYSICAL",
            "--delivery",
            "PERMANENT",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
        ],
        needs: &[],
        path: "/manageKit",
        call: "manageKit",
        found: ["done", "open"],
    },
    Write {
        args: &[
            "block",
            "--reason",
            "lost",
            "--replace",
            "--card-type",
            "PHYSICAL",
            "--delivery",
            "PERMANENT",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
        ],
        needs: &[],
        path: "/manageKit",
        call: "manageKit",
        found: ["done", "open"],
    },
    Write {
        args: &["lock-all", "--entity", ENTITY, "--reason", "lost"],
        needs: &[],
        path: "/manageAllKits",
        call: "manageAllKits",
        found: ["done", "open"],
    },
    Write {
        args: &["block-all", "--entity", ENTITY, "--reason", "lost"],
        needs: &[],
        path: "/manageAllKits",
        call: "manageAllKits",
        found: ["done", "open"],
    },
    Write {
        args: &[
            "set-limits",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
            "--set",
            "international=on",
        ],
        needs: &[],
        path: "/set",
        call: "set",
        found: ["done", "not_done"],
    },
];

impl Write {
    /// Does what has to be done before it. Returns how often its own call has worked by then.
    fn prepare(&self, sandbox: &Sandbox) -> usize {
        if !self.needs.is_empty() {
            let args = [self.needs, &["--yes"]].concat();
            Desk::on(sandbox).run(&args).code(0);
        }
        sandbox.worked(self.call)
    }

    /// Sends it, and does not settle it by itself.
    fn run(&self, desk: &Desk, code: i32) -> Value {
        let more = ["--yes", "--json", "--settle-for", "0"];
        let args = [self.args, &more].concat();
        desk.run_with(&args, b"7391\n").code(code).json()
    }
}

/// The simulator's configuration, with another address and little patience.
fn config(sandbox: &Sandbox, between: &Between) -> String {
    let config = sandbox.config_file();
    let limits = "timeouts = { connect = \"600ms\", read = \"3s\", write = \"700ms\" }\n";
    config
        .replace(
            &sandbox.base_url(),
            &format!("http://{}/v1", between.address()),
        )
        .replace("environment = ", &format!("{limits}environment = "))
}

/// Outcomes on record, oldest first, and as what they were settled.
fn on_record(desk: &Desk) -> Vec<(String, Value)> {
    desk.run(&["journal", "verify"]).code(0);
    let list = desk.run(&["journal", "list", "--json"]).code(0).json();
    let records = list["result"]["records"].as_array().expect("records");
    let told = ["intent", "outcome", "settled"];
    let kinds = records.iter().rev().filter_map(|record| {
        let kind = record["kind"].as_str().expect("a kind");
        let is_write = told.contains(&kind);
        is_write.then(|| (kind.to_owned(), record["outcome"].clone()))
    });
    kinds.collect()
}

fn row(kind: &str, outcome: impl Into<Value>) -> (String, Value) {
    (kind.to_owned(), outcome.into())
}

fn check(write: &Write, name: &str, works: bool, answer: Answer, word: &str) {
    let name = format!("{}: {name}, {works}", write.call);
    let sandbox = sandbox();
    let earlier = write.prepare(&sandbox);
    let between = Between::start(sandbox.address(), write.path, Act { works, answer });
    let desk = Desk::configured(&config(&sandbox, &between));
    let code = if word == "refused" { 1 } else { 4 };
    let told = write.run(&desk, code);
    assert_eq!(told["outcome"], word, "{name}");
    assert!(told["journal_id"].is_i64(), "{name}");
    assert_eq!(between.met(), 1, "{name}: sent once");
    let worked = sandbox.worked(write.call) - earlier;
    assert_eq!(worked, usize::from(works), "{name}");
    let mut expected = vec![row("intent", Value::Null), row("outcome", word)];
    assert_eq!(on_record(&desk), expected, "{name}");

    let settled = desk.run(&["settle", "--json"]).json();
    let writes = settled["result"]["writes"].as_array().expect("writes");
    if word == "refused" {
        assert!(writes.is_empty(), "{name}: {settled}");
    } else {
        let found = write.found[usize::from(!works)];
        assert_eq!(writes[0]["found"], found, "{name}");
        if ["done", "not_done"].contains(&found) {
            expected.push(row("settled", found));
        }
    }
    assert_eq!(on_record(&desk), expected, "{name}");
    assert_eq!(between.met(), 1, "{name}: never again by itself");
}

const EXCEPTION: &[u8] =
    br#"{"result":null,"exception":{"errorCode":"MCC007","detailMessage":"No"}}"#;

#[test]
fn lines_that_are_lost() {
    for write in &WRITES {
        for works in [false, true] {
            check(write, "reset", works, Answer::Reset, "unknown");
            check(write, "no answer", works, Answer::Nothing, "unknown");
        }
    }
}

#[test]
fn statuses_that_say_nothing() {
    for write in &WRITES {
        for works in [false, true] {
            let broken = reply("500 Internal Server Error", EXCEPTION);
            check(write, "500", works, broken, "unknown");
        }
    }
    for works in [false, true] {
        for status in [
            "502 Bad Gateway",
            "503 Service Unavailable",
            "408 Request Timeout",
            "409 Conflict",
        ] {
            check(
                &WRITES[0],
                status,
                works,
                reply(status, EXCEPTION),
                "unknown",
            );
        }
    }
}

#[test]
fn too_many_requests_are_a_refusal_by_the_contract() {
    for write in &WRITES {
        let answer = reply("429 Too Many Requests", EXCEPTION);
        check(write, "429", false, answer, "refused");
    }
}

#[test]
fn so_already_is_no_refusal_where_an_earlier_one_is_unknown() {
    let sandbox = sandbox();
    let body = br#"{"exception":{"errorCode":"pin.already.set","detailMessage":"no"}}"#;
    let act = Act {
        works: false,
        answer: reply("400 Bad Request", body),
    };
    let between = Between::start(sandbox.address(), "/setPin", act);
    let desk = Desk::on(&sandbox);
    let says_so = desk.path("says-so.toml");
    write_file(&says_so, &config(&sandbox, &between));
    let says_so = says_so.to_str().expect("plain").to_owned();
    let set = [WRITES[1].args, &["--yes", "--json", "--settle-for", "0"]].concat();
    let told_so = [&["--config", &says_so][..], &set].concat();
    let ended = desk.run_with(&told_so, b"7391\n").code(1).json();
    assert_eq!(ended["outcome"], "refused", "nothing is unknown yet");

    sandbox.add_fault("setPin=reset-after:1".parse().expect("a fault"));
    desk.run_with(&set, b"7391\n").code(4);
    let ended = desk.run_with(&told_so, b"7391\n").code(4).json();
    assert_eq!(ended["outcome"], "unknown");
    let said = ended["error"]["message"].as_str().expect("a sentence");
    assert!(
        said.contains("it is so already (pin.already.set)"),
        "{said}"
    );
    // The second has done nothing, so the PIN that was changed is the first's.
    let settled = desk.run(&["settle", "--json"]).json();
    let writes = settled["result"]["writes"].as_array().expect("writes");
    let found: Vec<_> = writes.iter().map(|write| &write["found"]).collect();
    assert_eq!(found, ["done", "open"], "{settled}");
}

#[test]
fn an_exception_that_is_none_is_unknown() {
    for body in [
        &br#"{"result":null,"exception":[]}"#[..],
        br#"{"result":true,"exception":"no"}"#,
    ] {
        check(
            &WRITES[0],
            "no object",
            true,
            reply("200 OK", body),
            "unknown",
        );
    }
    let only_old = br#"{"result":{"entityId":"676165","kitInfo":[{"kitNo":"4561789"}]}}"#;
    check(
        &WRITES[0],
        "the old kit alone",
        false,
        reply("200 OK", only_old),
        "unknown",
    );
}

#[cfg(unix)]
mod killed {
    use std::cell::Cell;
    use std::io::Write as _;
    use std::process::Stdio;
    use std::time::Duration;

    use super::*;

    fn until(is_so: impl Fn() -> bool) {
        while !is_so() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts a verb, kills it when that is so.
    fn kill_when(desk: &Desk, args: &[&str], is_so: impl Fn() -> bool) {
        let mut command = desk.command(args);
        command.stdin(Stdio::piped());
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(b"7391\n").ok();
        drop(stdin);
        until(is_so);
        child.kill().expect("it runs");
        child.wait().expect("it ends");
    }

    #[test]
    fn while_it_waits_for_the_answer() {
        for write in &WRITES {
            for works in [false, true] {
                let sandbox = sandbox();
                let earlier = write.prepare(&sandbox);
                let answer = Answer::Nothing;
                let between = Between::start(sandbox.address(), write.path, Act { works, answer });
                let config = config(&sandbox, &between).replace("\"700ms\"", "\"60s\"");
                let desk = Desk::configured(&config);
                let args = [write.args, &["--yes"]].concat();
                kill_when(&desk, &args, || {
                    let worked = sandbox.worked(write.call) - earlier;
                    between.met() == 1 && worked == usize::from(works)
                });
                assert_eq!(on_record(&desk), [row("intent", Value::Null)]);
                let settled = desk.run(&["settle", "--json"]).json();
                let found = &settled["result"]["writes"][0]["found"];
                assert_eq!(found, write.found[usize::from(!works)], "{}", write.call);
                assert_eq!(between.met(), 1, "sent once, over both runs");
            }
        }
    }

    #[test]
    fn between_the_outcome_and_the_reading_after_it() {
        let sandbox = sandbox();
        let slow = |spec: &str| sandbox.add_fault(spec.parse().expect("a fault"));
        slow("upgradeCard=delay:1:1");
        let desk = Desk::on(&sandbox);
        let args = [WRITES[0].args, &["--yes"]].concat();
        let is_slow = Cell::new(false);
        kill_when(&desk, &args, || {
            // The reading before has been answered by then, and the one after has not begun.
            if sandbox.received("upgradeCard") == 1 && !is_slow.replace(true) {
                slow("fetchKitsByEntityId=delay:600");
            }
            is_slow.get() && sandbox.received("fetchKitsByEntityId") == 2
        });
        sandbox.clear_faults();
        let expected = [row("intent", Value::Null), row("outcome", "done")];
        assert_eq!(on_record(&desk), expected);
        desk.run(&["settle"]).code(0).shows("Nothing is open.");
        assert_eq!(sandbox.worked("upgradeCard"), 1);
    }

    #[test]
    fn during_settling() {
        let sandbox = sandbox();
        let upgrade = &WRITES[0];
        sandbox.add_fault("upgradeCard=reset-after:1".parse().expect("a fault"));
        let desk = Desk::on(&sandbox);
        upgrade.run(&desk, 4);
        let before = sandbox.received("fetchKitsByEntityId");
        sandbox.add_fault("fetchKitsByEntityId=delay:600".parse().expect("a fault"));
        kill_when(&desk, &["settle"], || {
            sandbox.received("fetchKitsByEntityId") > before
        });
        sandbox.clear_faults();
        let expected = [row("intent", Value::Null), row("outcome", "unknown")];
        assert_eq!(on_record(&desk), expected);
        desk.run(&["settle"]).code(0).shows("was done");
        assert_eq!(on_record(&desk)[2], row("settled", "done"));
        assert_eq!(sandbox.received("upgradeCard"), 1);
    }
}
