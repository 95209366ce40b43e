//! A check and how `kitdesk doctor` prints it: one line as soon as it is done, or all of them as one JSON
//! object at the end. The checks themselves are in the other files of this folder; no secret comes in here.

use std::io::{self, IsTerminal as _};

use serde::Serialize;

use super::words;
use crate::advice::Advised;
use crate::cli::colours;
use crate::cli::failed::{Failed, USAGE};
use crate::cli::report::{Answer, Report, put};
use crate::cli::table::CellColour;
use crate::columns::{cut, fit};
use crate::config::Env;
use crate::console::terminal_size;
use crate::dcms::{Word, harmless};

/// Room for the longest name.
const NAMES: usize = 14;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Ok,
    Warn,
    Fail,
    Skipped,
}

impl State {
    /// The sign is for the eye; the word says the same to those who can't see it.
    fn mark(self) -> (&'static str, CellColour) {
        match self {
            Self::Ok => (words::OK, CellColour::Good),
            Self::Warn => (words::WARN, CellColour::Waiting),
            Self::Fail => (words::FAIL, CellColour::Bad),
            Self::Skipped => (words::SKIPPED, CellColour::Dim),
        }
    }
}

/// What a check found.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    name: &'static str,
    state: State,
    pub(super) said: String,
    /// What to do; there where it warns or failed.
    advice: Option<String>,
    /// The exit code that it asks for.
    #[serde(skip)]
    code: u8,
}

impl Check {
    pub(super) fn ok(name: &'static str, said: impl Into<String>) -> Self {
        Self::new(name, State::Ok, said, None)
    }

    pub(super) fn skipped(name: &'static str, said: impl Into<String>) -> Self {
        Self::new(name, State::Skipped, said, None)
    }

    pub(super) fn warn(name: &'static str, said: impl Into<String>, advice: &str) -> Self {
        Self::new(name, State::Warn, said, Some(advice))
    }

    /// Something on this machine or in its configuration must be fixed.
    pub(super) fn fail(name: &'static str, said: impl Into<String>, advice: &str) -> Self {
        Self {
            code: USAGE,
            ..Self::new(name, State::Fail, said, Some(advice))
        }
    }

    /// The DCMS is not reached, or is in trouble itself.
    pub(super) fn unreached(name: &'static str, said: impl Into<String>, advice: &str) -> Self {
        Self {
            code: Word::NotSent.exit_code(),
            ..Self::fail(name, said, advice)
        }
    }

    /// The same of an error that knows what to do about it.
    pub(super) fn of_error(name: &'static str, Advised { error, advice }: Advised) -> Self {
        Self::fail(name, error, &advice)
    }

    /// The same found by another check.
    pub(super) fn renamed(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    fn new(
        name: &'static str,
        state: State,
        said: impl Into<String>,
        advice: Option<&str>,
    ) -> Self {
        Self {
            name,
            state,
            said: said.into(),
            advice: advice.map(str::to_owned),
            code: 0,
        }
    }
}

/// Prints the checks one by one, and what they come to at the end.
pub(super) struct DoctorOutput {
    json: bool,
    /// One that can take a line back.
    is_terminal: bool,
    colour: bool,
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Told<'a> {
    checks: &'a [Check],
}

impl DoctorOutput {
    pub(super) fn new(json: bool, around: &Env) -> Self {
        let is_dumb = around.var("TERM").is_some_and(|term| term == "dumb");
        let is_terminal = io::stdout().is_terminal() && !is_dumb;
        Self {
            json,
            is_terminal,
            colour: is_terminal && colours::are_wanted(around),
            checks: Vec::new(),
        }
    }

    /// Says what is waited for, to those who watch.
    pub(super) fn waiting(&self, name: &'static str, what: &str) {
        if self.is_terminal && !self.json {
            let line = format!("…          {} {}", fit(name, NAMES), harmless(what));
            // On one row, so that it can be taken back.
            let width = usize::from(terminal_size(&io::stdout()).width);
            put(&(cut(&line, width.saturating_sub(1)) + "\r"));
        }
    }

    /// Tells what a check found.
    pub(super) fn tell(&mut self, check: Check) {
        if !self.json {
            put(&self.line(&check));
        }
        self.checks.push(check);
    }

    fn line(&self, check: &Check) -> String {
        let (mark, colour) = check.state.mark();
        let mark = colour.on(mark, self.colour);
        // What is waited for is still there.
        let clear = if self.is_terminal { "\u{1b}[K" } else { "" };
        let advice = match &check.advice {
            Some(advice) => format!(" → {}", harmless(advice)),
            None => String::new(),
        };
        let name = fit(check.name, NAMES);
        format!("{clear}{mark}  {name} {}{advice}\n", harmless(&check.said))
    }

    /// What all of them come to.
    pub(super) fn end(self) -> Answer {
        let told = Told {
            checks: &self.checks,
        };
        let names = |state: State| -> Vec<&str> {
            let of_state = self.checks.iter().filter(|check| check.state == state);
            of_state.map(|check| check.name).collect()
        };
        let (failed, warned) = (names(State::Fail), names(State::Warn));
        let Some(code) = self.checks.iter().map(|check| check.code).max() else {
            return Answer::Report(Report::failed(Failed::internal(words::NOTHING_CHECKED)));
        };
        if failed.is_empty() {
            let end = if warned.is_empty() {
                words::ALL_OK.to_owned()
            } else {
                words::ok_with_warnings(&warned.join(", "))
            };
            return Answer::Report(Report::read(&told, end + "\n"));
        }
        let sentence = words::checks_failed(&failed.join(", "));
        let report = Report::failed(Failed::found(code, sentence));
        Answer::Report(report.with(&told, String::new()))
    }
}

impl Drop for DoctorOutput {
    /// Takes back what is waited for, also where a signal ended the waiting.
    fn drop(&mut self) {
        if self.is_terminal && !self.json {
            put("\u{1b}[K");
        }
    }
}
