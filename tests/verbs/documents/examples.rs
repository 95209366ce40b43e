//! The examples of the documents, run as they stand there: what they show is what there is. Ports and the
//! numbers of records aside; `...` stands for what is left out.

use std::io::Write as _;
use std::path::Path;

use super::{Block, page, pages};
use crate::console::{sandbox, variables, write_file};
use crate::fixtures::{Desk, Ended};
use crate::simulator::Simulator;

/// A command and what is shown below it.
struct Example {
    command: String,
    shown: Vec<String>,
}

fn blocks(language: &str) -> Vec<Block> {
    let all = pages().into_iter().flat_map(|page| page.blocks());
    all.filter(|block| block.language == language).collect()
}

fn examples() -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    for block in blocks("console") {
        let first = all.len();
        for line in block.text.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                // A blank line before the next command is not shown by this one.
                if let Some(last) = all[first..].last_mut()
                    && last.shown.last().is_some_and(String::is_empty)
                {
                    last.shown.pop();
                }
                all.push(Example {
                    command: command.to_owned(),
                    shown: Vec::new(),
                });
            } else {
                let example = all[first..].last_mut().expect("a command comes first");
                example.shown.push(line.to_owned());
            }
        }
    }
    all
}

/// What changes from run to run, by its name.
fn steady(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((at, mark)) = ["http://127.0.0.1:", "\"journal_id\":"]
        .iter()
        .filter_map(|mark| Some((rest.find(mark)?, mark)))
        .min()
    {
        let end = at + mark.len();
        text.push_str(&rest[..end]);
        let digits = rest[end..].trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() < rest[end..].len() {
            text.push('N');
        }
        rest = digits;
    }
    text + rest
}

fn fits(shown: &str, said: &str) -> bool {
    let (shown, said) = (steady(shown), steady(said));
    let mut parts = shown.split("...");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else {
        return false;
    };
    let mut is_whole = true;
    for part in parts {
        is_whole = part.is_empty();
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty() || (is_whole && shown.ends_with("..."))
}

#[track_caller]
fn compare(example: &Example, ended: &Ended) {
    let Example { command, shown } = example;
    let mut said = ended.out.lines();
    for line in shown {
        if line == "..." {
            return;
        }
        let told = said.next().unwrap_or("(nothing)").trim_end();
        assert!(fits(line, told), "$ {command}\n{line}\nis not\n{told}");
    }
    assert_eq!(said.next(), None, "$ {command}");
}

#[test]
fn the_verbs_do_what_they_show() {
    let mut verbs = Vec::new();
    for example in examples() {
        let Some((before, args)) = example.command.split_once("kitdesk --sandbox ") else {
            continue;
        };
        let (args, is_fed) = match args.split_once(" < ") {
            Some((args, _)) => (args, true),
            None => (args, before.ends_with("| ")),
        };
        let args: Vec<&str> = ["--sandbox"].into_iter().chain(args.split(' ')).collect();
        let desk = Desk::unconfigured();
        let ended = if is_fed {
            desk.run_with(&args, b"4315\n")
        } else {
            desk.run(&args)
        };
        compare(&example, &ended);
        let mut words = args.into_iter().filter(|word| !word.starts_with("--"));
        verbs.extend(words.next().map(str::to_owned));
    }
    for verb in ["kits", "order", "upgrade", "set-pin", "cancel-order"] {
        let count = verbs.iter().filter(|its| *its == verb).count();
        assert!(count >= 2, "{verb} for people and for programs: {verbs:?}");
    }
}

#[test]
fn a_batch_ends_as_they_show() {
    let all = examples();
    let table = all
        .iter()
        .find(|example| example.command == "cat batch.csv");
    let table = &table.expect("a table").shown;
    let command = "kitdesk upgrade --from batch.csv --yes";
    let batch = all.iter().find(|example| example.command == command);
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    let mut file = std::fs::File::create(desk.path("batch.csv")).expect("its own file");
    writeln!(file, "{}", table.join("\n").trim_end()).expect("written");
    let ended = desk
        .run(&["upgrade", "--from", "batch.csv", "--yes"])
        .code(0);
    compare(batch.expect("its end"), &ended);
}

/// The records and customers of the examples are not there, so what a command ends with is not looked at.
#[test]
fn a_shell_takes_every_command_as_it_stands() {
    let sandbox = sandbox();
    let desk = Desk::on(&sandbox);
    write_file(&desk.path("pin.txt"), "4315\n");
    write_file(&desk.path("batch.csv"), "entity,kit,tier\n");
    let program = Path::new(env!("CARGO_BIN_EXE_kitdesk"));
    let mut path = program.parent().expect("its folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut verbs = Vec::new();
    for Example { command, .. } in examples() {
        let Some(verb) = command
            .split_whitespace()
            .skip_while(|word| *word != "kitdesk")
            .nth(1)
        else {
            continue;
        };
        let mut shell = std::process::Command::new("sh");
        let shell = shell.args(["-c", &command]).env_clear();
        let shell = shell.envs(variables(&desk.path(""))).env("PATH", &path);
        let output = shell.current_dir(desk.path("")).output().expect("a shell");
        let ended = Ended::of(&output);
        // Clap says this about what it can't read, and kitdesk about nothing.
        assert!(!ended.err.contains("--help"), "{command}: {}", ended.err);
        assert_ne!(ended.code, 127, "{command}: {}", ended.err);
        verbs.push(verb.to_owned());
    }
    for verb in ["config", "doctor", "journal", "settle", "upgrade"] {
        assert!(verbs.iter().any(|its| its == verb), "{verb}: {verbs:?}");
    }
}

/// A whole configuration as it stands; a piece of one within the least that is needed.
#[test]
fn every_configuration_holds_as_it_stands() {
    const NEEDED: &str = "\n[profiles.acme-uat]\nbase_url = \"https://api.dcms.example.com/v1\"\n\
                          tenant = \"ACME_BANK\"\nenvironment = \"uat\"\n";
    let mut shown = String::new();
    for Block { text, .. } in blocks("toml") {
        // A theme, or a list of people: their own tests read them.
        if text.contains("[scopes]") || text.contains("[people.") {
            continue;
        }
        let is_whole = text.contains("base_url");
        let config = if is_whole { text } else { text + NEEDED };
        let config = if config.contains("default_profile") {
            config
        } else {
            format!("default_profile = \"acme-uat\"\n{config}")
        };
        shown += &Desk::configured(&config)
            .run(&["config", "show"])
            .code(0)
            .out;
    }
    for setting in [
        "https://api.dcms.example.com/v1",
        "command vault",
        "keys.upgrade",
        "F12",
    ] {
        assert!(shown.contains(setting), "{setting}: {shown}");
    }
}

#[test]
fn the_faulty_simulator_starts_and_prints_a_configuration() {
    let page = page("docs/simulator.md");
    let mut lines = page.text.lines();
    let command = lines.find(|line| line.starts_with("kitdesk sandbox --fault"));
    let (args, file) = command
        .and_then(|line| line.split_once(" > "))
        .expect("a file");
    let desk = Desk::unconfigured();
    let faults: Vec<&str> = args.split(' ').skip(2).collect();
    let simulator = Simulator::start(&desk, &faults);
    write_file(&desk.path(file), &simulator.printed());
    let next = lines
        .next()
        .expect("a line")
        .strip_prefix("kitdesk ")
        .expect("a command");
    let args: Vec<&str> = next.split(' ').chain(["config", "show"]).collect();
    desk.run(&args).code(0).shows("http://127.0.0.1:");
}
