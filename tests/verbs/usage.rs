//! Faults of usage and configuration, and what is never taken for a bank.

use crate::console::sandbox;
use crate::fixtures::{Desk, ENTITY, Ended, KIT, RECEIVED};

#[test]
fn without_a_configuration_a_verb_does_not_fall_back_on_the_sandbox() {
    let desk = Desk::unconfigured();
    let ended = desk.run(&["kits", "--entity", ENTITY, "--json"]).code(2);
    let ended = ended
        .says("there is no configuration file")
        .says("--sandbox");
    assert_eq!(ended.json()["outcome"], "not_sent");
    let ended = desk.run(&["--sandbox", "kits", "--entity", ENTITY]).code(0);
    assert!(ended.out.contains(KIT));
    desk.run(&["kits", "--sandbox", "--entity", ENTITY, "--json"])
        .code(0);
}

#[test]
fn questions_are_asked_on_a_terminal_and_without_a_verb() {
    let desk = Desk::unconfigured();
    for (args, said) in [
        (&["--linear"][..], "asks and answers on a terminal"),
        (&["--linear", "--json"], "--json is for the verbs"),
        (
            &["--linear", "kits", "--entity", ENTITY],
            "leave it out with a verb",
        ),
        (&["kits", "--linear", "--entity", ENTITY], "--linear"),
        (&["--linear", "--mouse"], "cannot be used with"),
    ] {
        desk.run(args).code(2).says(said);
    }
}

#[test]
fn what_the_command_line_lacks_is_said_on_standard_error_and_to_programs_as_one_object() {
    let desk = Desk::unconfigured();
    for (args, operation, said) in [
        (&["kits"][..], "kits", "--entity <ID>"),
        (
            &["kits", "--entity", ENTITY, "--account", "8000000"],
            "kits",
            "cannot be used with",
        ),
        (&["config", "show", "--teapot"], "config show", "--teapot"),
        (&["journal", "show", "x"], "journal", "invalid value 'x'"),
        (&["no-such-verb"], "", "no-such-verb"),
        (&["--profile"], "", "--profile <NAME>"),
        (&[], "", "--json is for the verbs"),
    ] {
        let ended = desk.run(&[&["--json"], args].concat()).code(2).says(said);
        let json = ended.json();
        assert_eq!(json["outcome"], "not_sent", "{args:?}");
        assert_eq!(json["operation"], operation, "{args:?}");
        assert!(json["error"]["code"].is_null() && json["journal_id"].is_null());
        let message = json["error"]["message"].as_str().expect("a message");
        assert!(
            message.contains(said) && !message.contains('\n'),
            "{message}"
        );
        assert!(!message.contains("Usage"), "{message}");
    }
    desk.run(&["--json", "--version"]).code(0).shows("kitdesk ");
}

#[test]
fn what_goes_wrong_before_a_verb_begins_is_one_object_too() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let busy = sandbox.address().to_string();
    for (args, operation, said) in [
        (
            &["kits", "--entity", ENTITY, "--log", "none/desk.log"][..],
            "kits",
            "the log none/desk.log can't be written",
        ),
        (&["sandbox", "--listen", &busy], "sandbox", &busy),
        (&["themes", "--log", "none/desk.log"], "themes", "the log"),
    ] {
        let ended = desk.run(&[args, &["--json"]].concat()).code(2).says(said);
        let json = ended.json();
        assert_eq!(json["operation"], operation);
        assert_eq!(json["outcome"], "not_sent");
        let message = json["error"]["message"].as_str().expect("a message");
        assert!(message.contains(said), "{message}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_can_not_be_written_is_this_machines_fault() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    desk.run(&["kits", "--entity", ENTITY]).code(0);
    for args in [
        &["kits", "--entity", ENTITY][..],
        &["kits", "--entity", ENTITY, "--json"],
        &["journal", "list"],
        &["journal", "export"],
        &["journal", "export", "--json"],
        &["cancel-order", "--order", RECEIVED, "--dry-run"],
        &["themes"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let mut command = desk.command(args);
        command.stdout(full.expect("Linux has it"));
        let ended = Ended::of(&command.output().expect("the program runs")).code(5);
        ended.says("the result can't be written");
    }
    // What was done is done, told or not.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut command = desk.command(&["cancel-order", "--order", RECEIVED, "--yes"]);
    command.stdout(full.expect("Linux has it"));
    Ended::of(&command.output().expect("the program runs")).code(0);
    assert_eq!(sandbox.worked("cancel"), 1);
}

#[test]
fn a_log_that_can_not_be_written_is_told_once() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let args = ["kits", "--entity", ENTITY, "--json"];
    let log = ["--log", "/dev/full", "--log-level", "trace"];
    let ended = desk.run(&[&args[..], &log].concat()).code(0);
    assert_eq!(ended.json()["outcome"], "done");
    let told = ended
        .err
        .matches("the log /dev/full could not be written")
        .count();
    assert_eq!((told, ended.err.lines().count()), (1, 1), "{}", ended.err);
}

#[test]
fn what_the_command_line_lacks_is_said_on_standard_error_alone_to_people() {
    let desk = Desk::unconfigured();
    for args in [
        &["kits"][..],
        &["kits", "--account", "80O0"],
        &["order"],
        &["upgrade", "--entity", ENTITY, "--kit", KIT],
        &[
            "upgrade",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
            "--tier",
            "S",
            "--card-type",
            "PAPER",
        ],
        &[
            "set-pin", "--entity", ENTITY, "--kit", KIT, "--expiry", "1329",
        ],
        &["cancel-order"],
        &["no-such-verb"],
    ] {
        let ended = desk.run(args).code(2);
        assert_eq!(ended.out, "", "{args:?}");
        assert_ne!(ended.err, "", "{args:?}");
    }
}

#[test]
fn whoever_stops_reading_is_no_fault() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for args in [
        &["kits", "--entity", "210000000096"][..],
        &["--help"],
        &["man"],
    ] {
        let mut child = desk.start(args);
        drop(child.stdout.take());
        let ended = Ended::of(&child.wait_with_output().expect("it ends")).code(0);
        assert_eq!(ended.err, "", "{args:?}");
    }
}

#[test]
fn a_whole_card_number_is_no_argument() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for card in ["4111111111111111", "4111 1111 1111 11117", "41111111111"] {
        let ended = desk.run(&["kits", "--card", card]).code(2);
        ended.says("first six and last four").keeps(&[card]);
    }
    let ended = desk.run(&["kits", "--card", "608040"]).code(2);
    ended.says("first six and last four");
    assert_eq!(sandbox.received("fetchCifByMaskedCard"), 0);
}

#[test]
fn a_faulty_configuration_is_told_with_its_line() {
    let config = "[profiles.one]\nbase_url = \"http://127.0.0.1:1/v1\"\ntenant = \"T\"\nenvironment = \"moon\"\n";
    let ended = Desk::configured(config).run(&["kits", "--entity", ENTITY, "--json"]);
    let ended = ended.code(2).says("config.toml, line 4");
    assert_eq!(ended.json()["outcome"], "not_sent");
}

#[test]
fn nothing_is_changed_without_a_confirmation() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    for args in [
        &[
            "upgrade", "--entity", ENTITY, "--kit", KIT, "--tier", "SILVER",
        ][..],
        &["cancel-order", "--order", RECEIVED],
        &[
            "set-pin",
            "--entity",
            ENTITY,
            "--kit",
            KIT,
            "--secrets-stdin",
        ],
    ] {
        desk.run(args).code(2).says("in a script by --yes");
    }
    for call in ["upgradeCard", "cancel", "setPin", "fetchKitsByEntityId"] {
        assert_eq!(sandbox.received(call), 0, "{call}");
    }
}

#[test]
fn an_order_without_a_branch() {
    let sandbox = sandbox();
    let config = sandbox
        .config_file()
        .replace("branch_id   = \"12345\"\n", "");
    let desk = Desk::configured(&config);
    let args = ["cancel-order", "--order", RECEIVED, "--yes"];
    desk.run(&args).code(2).says("give --branch");
    desk.run(&[&args[..], &["--branch", "12345"]].concat())
        .code(0);
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    const PIN: &str = "830671429506";
    const PAN: &str = "4012888888881881";
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let set = ["set-pin", "--entity", ENTITY, "--kit", KIT];
    let strays: [&[&str]; 4] = [&[PIN], &["--", PIN], &["8306"], &["--pin", PIN]];
    for stray in strays {
        let ended = desk.run(&[&set[..], stray].concat()).code(2);
        assert_eq!(ended.out, "");
        ended.says("unexpected argument").keeps(&[PIN, "8306"]);
    }
    desk.run(&["8306"]).code(2).keeps(&["8306"]);
    let typo = format!("{PAN} x");
    let spaced = "4012 8888 8888 1881 x";
    for id in [PAN, &typo, spaced] {
        for args in [
            &["kits", "--entity", id][..],
            &["set-pin", "--entity", ENTITY, "--kit", id, "--dry-run"],
            &["order", "--order", id],
            &["cancel-order", "--order", id, "--yes"],
            &["kits", "--card", &typo],
        ] {
            let ended = desk.run(&[args, &["--json"]].concat());
            ended.keeps(&[PAN, "4012 8888 8888 1881"]);
        }
    }
    // What is no secret is still told.
    desk.run(&["kits", "--entity", ENTITY, "more"])
        .code(2)
        .says("unexpected argument 'more'");
}

#[test]
fn shells_complete_words_where_words_are_taken_and_files_where_files_are() {
    let desk = Desk::unconfigured();
    for (shell, words) in [
        ("bash", "compgen -W \"PERMANENT COMMUNICATION\""),
        ("zsh", "(PERMANENT COMMUNICATION)"),
        ("fish", "-l delivery"),
    ] {
        let ended = desk.run(&["completions", shell]).code(0);
        assert!(ended.out.contains(words), "{shell}");
        for flag in ["delivery", "card-type", "kind", "outcome", "operation"] {
            let lines = ended.out.lines().enumerate();
            let lines: Vec<_> = lines.filter(|(_, line)| line.contains(flag)).collect();
            assert!(!lines.is_empty(), "{shell}: {flag}");
            let all: Vec<&str> = ended.out.lines().collect();
            for (place, line) in lines {
                let next = all.get(place + 1).copied().unwrap_or_default();
                let completes = match shell {
                    // The line that a case leads to.
                    "bash"
                        if line.trim_end().ends_with(')')
                            && line.contains(&format!("--{flag}")) =>
                    {
                        next
                    }
                    "zsh" if line.contains(&format!("'--{flag}=")) => line,
                    "fish" if line.contains(&format!("-l {flag} ")) => line,
                    _ => continue,
                };
                let offers_files = ["compgen -f", ":_default", ":_files", " -r -F"];
                let files = offers_files
                    .iter()
                    .find(|files| completes.contains(**files));
                assert_eq!(files, None, "{shell}: {completes}");
            }
        }
    }
    // An id is no file, and a table is one.
    let bash = desk.run(&["completions", "bash"]).code(0).out;
    let after = |case: &str| bash.split(case).nth(1).and_then(|rest| rest.lines().nth(1));
    assert!(
        after("--entity)\n").is_some_and(|line| !line.contains("compgen")),
        "{:?}",
        after("--entity)\n")
    );
    let zsh = desk.run(&["completions", "zsh"]).code(0).out;
    let from = zsh
        .lines()
        .find(|line| line.contains("'--from=") && line.contains("FILE"));
    assert!(from.is_some_and(|line| line.contains("_files")), "{from:?}");
}

#[cfg(unix)]
#[test]
fn limits_that_are_too_low_are_told() {
    let desk = Desk::unconfigured();
    for limit in ["-n 8", "-n 16"] {
        let mut shell = std::process::Command::new("sh");
        let script = format!("ulimit {limit} && exec \"$0\" --json themes");
        let shell = shell.args(["-c", &script, env!("CARGO_BIN_EXE_kitdesk")]);
        let ended = Ended::of(&shell.output().expect("a shell")).code(5);
        assert_eq!(ended.json()["outcome"], "not_sent");
        ended.says("ulimit -n");
    }
    desk.run(&["themes"]).code(0);
}

#[test]
fn nothing_around_the_program_steers_the_terminal() {
    let desk = Desk::unconfigured();
    let odd = "a\u{1b}]0;title\u{7}\u{9b}2J\u{202e}b";
    let runs: [(&[&str], &str, &str); 7] = [
        (&["kits", "--entity", "1"], "KITDESK_CONFIG", odd),
        (&["kits", "--entity", "1"], "KITDESK_OPERATOR", odd),
        (&["kits", "--entity", "1"], "KITDESK_PROFILE", odd),
        (&["config", "show"], "KITDESK_STATE", odd),
        (&["doctor"], "KITDESK_STATE", odd),
        (&["themes", odd], "X", odd),
        (
            &["--theme", odd, "--log", "/nowhere/\u{1b}[2J", "themes"],
            "X",
            odd,
        ),
    ];
    for (args, name, value) in runs {
        let output = desk.command(args).env(name, value).output();
        let ended = Ended::of(&output.expect("it runs"));
        for text in [&ended.out, &ended.err] {
            let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!text.contains(steers), "{args:?} {name}: {text:?}");
        }
    }
}
