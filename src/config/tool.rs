//! A program that is given something to keep: no shell, a time limit. Errors name the program only.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::command::{self, CommandError, Program};
use super::env::Env;
use super::error::ConfigError;
use super::toml_file::Entry;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Stands for the name of a file.
const FILE: &str = "{}";

/// A program as the configuration names it.
#[derive(Clone)]
pub struct Tool {
    program: Program,
    arguments: Arc<[String]>,
    around: Env,
}

/// Why it did not do what it is for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the command {program} {error}")]
pub struct ToolError {
    program: String,
    error: CommandError,
}

impl Tool {
    /// What may be shown of it.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("command {}", self.program.shown())
    }

    /// Finds what is wrong without running it.
    ///
    /// # Errors
    /// When others can replace it, or its name can't be right.
    pub fn check(&self) -> Result<(), ToolError> {
        let checked = self.program.check(&self.around);
        checked.map_err(|error| self.error(error))
    }

    /// Whether one of its arguments is the name of a file.
    #[must_use]
    pub fn takes_a_file(&self) -> bool {
        self.arguments
            .iter()
            .any(|argument| argument.contains(FILE))
    }

    /// Its name and its arguments, with this as the name of the file.
    #[must_use]
    pub fn words(&self, file: Option<&Path>) -> Vec<String> {
        let file = file.map(|file| file.display().to_string());
        let file = file.unwrap_or_default();
        let arguments = self.arguments.iter();
        std::iter::once(self.program.name())
            .chain(arguments.map(|one| one.replace(FILE, &file)))
            .collect()
    }

    /// The same again, from its words and with the environment of this process.
    #[must_use]
    pub fn of_words(words: &[String]) -> Self {
        let (program, arguments) = words
            .split_first()
            .map_or(("", &[][..]), |(first, rest)| (first, rest));
        Self {
            program: Program::new(program, |name| name.into()),
            arguments: arguments.into(),
            around: Env::of_process(),
        }
    }

    /// Runs it with this on its standard input, and waits for its end, ten seconds at most.
    ///
    /// # Errors
    /// When it can't be started, fails, or takes longer.
    pub fn run(&self, input: &str) -> Result<(), ToolError> {
        self.run_within(PATIENCE, input)
    }

    fn run_within(&self, patience: Duration, input: &str) -> Result<(), ToolError> {
        let Self {
            program,
            arguments,
            around,
        } = self;
        let told = command::tell(program, arguments, around, input, patience);
        told.map_err(|error| self.error(error))
    }

    fn error(&self, error: CommandError) -> ToolError {
        let program = self.program.shown().to_owned();
        ToolError { program, error }
    }
}

pub(super) fn tool(entry: &Entry<'_>, example: &str) -> Result<Tool, ConfigError> {
    let words = entry.texts(example)?;
    match words.split_first() {
        Some((&program, arguments)) if !program.is_empty() => Ok(Tool {
            program: Program::new(program, |path| entry.resolve(path)),
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            around: entry.around().clone(),
        }),
        _ => Err(entry.error(format!(
            "must begin with the name of a program, such as {example}"
        ))),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Made from its words, as the one that runs is.
    fn shell(script: &str, file: &Path) -> Tool {
        let tool = Tool {
            program: Program::new("/bin/sh", |path| path.into()),
            arguments: ["-c", script, "sh", FILE].map(str::to_owned).into(),
            around: Env::none(),
        };
        assert!(tool.takes_a_file());
        Tool::of_words(&tool.words(Some(file)))
    }

    #[test]
    fn it_gets_its_input_and_the_name_of_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a file");
        let tool = shell("cat > \"$1\"", &file);
        tool.run("what is kept\n").expect("it runs");
        let kept = std::fs::read_to_string(&file).expect("it is there");
        assert_eq!(kept, "what is kept\n");
    }

    #[test]
    fn one_that_hangs_is_ended_with_all_that_it_has_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("processes");
        let tool = shell("sleep 1000 & echo $$ $! >\"$1\"; wait", &file);
        let limit = Duration::from_secs(1);
        let late = tool.run_within(limit, "x");
        let late = late.expect_err("it takes longer").to_string();
        assert!(late.contains("took longer than 1s"), "{late}");
        let processes = std::fs::read_to_string(&file).expect("it is there");
        let mut processes: Vec<_> = processes.split_whitespace().collect();
        assert_eq!(processes.len(), 2);
        let until = std::time::Instant::now() + PATIENCE;
        // Its child is somebody else's now, who takes its end when they come to it.
        processes.retain(|process| {
            let stat = || std::fs::read_to_string(format!("/proc/{process}/stat"));
            while stat().is_ok_and(|stat| !stat.contains(") Z ")) {
                if std::time::Instant::now() > until {
                    return true;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            false
        });
        assert_eq!(processes, [""; 0]);
    }

    #[test]
    fn one_that_fails_is_named_and_one_that_reads_nothing_is_not() {
        let shell = |script| shell(script, Path::new("/no/file"));
        let failed = shell("echo a secret; exit 3")
            .run("x")
            .expect_err("it fails");
        assert_eq!(
            failed.to_string(),
            "the command /bin/sh failed with status 3"
        );
        shell("exec <&-")
            .run(&"x".repeat(200_000))
            .expect("it reads nothing");
    }
}
