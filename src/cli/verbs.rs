//! All verbs, running one to its end, and what a signal does to it on the way.
//! A write that is under way is not cut short: its outcome is worth more than the time.

use std::process::ExitCode;

use super::central::CentralArgs;
use super::completions::CompletionsArgs;
use super::config::ConfigArgs;
use super::day_report::DayReportArgs;
use super::doctor::DoctorArgs;
use super::failed::{Failed, INTERNAL};
use super::global::Global;
use super::journal::JournalArgs;
use super::look_ups::LookUpVerb;
use super::man::ManArgs;
use super::people::PeopleArgs;
use super::report::{Answer, Report, say, tell_preview};
use super::sandbox::SandboxArgs;
use super::serve::ServeArgs;
use super::settle::SettleArgs;
use super::signals::{Signals, Wish};
use super::subcommand::{Context, Subcommand as _};
use super::themes::ThemesArgs;
use super::verb_progress::{Stage, VerbProgress};
use super::write_verbs::WriteVerb;
use crate::tasks;

mod words {
    pub(super) const ENDED_IN_A_ROW: &str = "It was ended with a row under way, which may or may not have \
        been done. Run the same again: it reads the outcome of that row, and goes on.";
    pub(super) const WAITING: &str = "It has been sent and can't be taken back. Waiting for its outcome; \
        press Ctrl+C again to stop waiting.";
    pub(super) const NOT_WAITED_FOR: &str = "It was sent, but kitdesk did not wait for its outcome: it may or \
        may not have been done. Look before you send it again.";
}

/// A verb with its arguments.
#[derive(clap::Subcommand)]
pub(super) enum Verb {
    #[command(flatten)]
    LookUp(LookUpVerb),
    #[command(flatten)]
    Write(WriteVerb),
    /// Settle writes whose outcome is unknown, by reading.
    Settle(SettleArgs),
    /// The record of actions: list, show, verify, export.
    Journal(JournalArgs),
    /// Show a day's end: writes by operator and outcome, what is unsettled first; with --operator, only what
    /// that one did.
    Report(DayReportArgs),
    /// Run the simulator alone and print a configuration for it.
    Sandbox(SandboxArgs),
    /// Who may log in at the SSH server: list, check.
    People(PeopleArgs),
    /// Run the SSH server: one console a connection, with people, keys and roles of its own.
    Serve(ServeArgs),
    /// The central store of several hosts: its SQL, enrolling this host, how it stands.
    Central(CentralArgs),
    /// Check whether all that is needed is there and right, and say what to do about what is not.
    Doctor(DoctorArgs),
    /// Show the settings and where each came from, or write a first configuration.
    Config(ConfigArgs),
    /// List the themes.
    Themes(ThemesArgs),
    /// Print a shell's completion script.
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them into a folder.
    Man(ManArgs),
}

impl Verb {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        match self {
            Self::LookUp(verb) => verb.execute(context).await,
            Self::Write(verb) => verb.execute(context).await,
            Self::Settle(args) => args.execute(context).await,
            Self::Journal(args) => args.execute(context).await,
            Self::Report(args) => args.execute(context).await,
            Self::Sandbox(args) => args.execute(context).await,
            Self::People(args) => args.execute(context).await,
            Self::Serve(args) => args.execute(context).await,
            Self::Central(args) => args.execute(context).await,
            Self::Doctor(args) => args.execute(context).await,
            Self::Config(args) => args.execute(context).await,
            Self::Themes(args) => args.execute(context).await,
            Self::Completions(args) => args.execute(context).await,
            Self::Man(args) => args.execute(context).await,
        }
    }

    /// A verb that asks no DCMS has nothing to wait for: a signal ends it at once, wherever it is. The
    /// sandbox catches its own.
    fn signals(&self) -> Signals {
        match self {
            Self::LookUp(_) | Self::Write(_) | Self::Settle(_) | Self::Doctor(_) => {
                Signals::catch()
            }
            Self::Journal(_)
            | Self::Report(_)
            | Self::Sandbox(_)
            | Self::People(_)
            | Self::Serve(_)
            | Self::Central(_)
            | Self::Config(_)
            | Self::Themes(_)
            | Self::Completions(_)
            | Self::Man(_) => Signals::leave(),
        }
    }
}

/// Runs a verb to its end, and tells it.
pub(super) async fn run(
    verb: &Verb,
    global: &Global,
    operation: String,
    command: fn() -> clap::Command,
) -> ExitCode {
    let mut signals = verb.signals();
    let verb_progress = VerbProgress::new();
    let context = Context {
        global,
        verb_progress: &verb_progress,
        command,
    };
    let ended = tokio::select! {
        biased;
        ended = verb.execute(&context) => ended,
        failed = ended_by_signal(&mut signals, &verb_progress) => Err(failed),
    };
    let (json, code) = (global.json, code_in_any_case(&ended));
    // It may take as long as its reader likes; a signal ends that as well.
    let told = tasks::work(move || tell(ended, &operation, json));
    tokio::select! {
        biased;
        told = told => told.unwrap_or(ExitCode::from(INTERNAL)),
        wish = signals.next() => ExitCode::from(code.unwrap_or_else(|| wish.code())),
    }
}

fn tell(ended: Result<Answer, Failed>, operation: &str, json: bool) -> ExitCode {
    match ended {
        Ok(Answer::Report(report)) => report.tell(operation, json),
        Ok(Answer::Preview(preview)) => tell_preview(&*preview),
        Ok(Answer::Previews(previews)) => tell_preview(&previews),
        Ok(Answer::Told(code)) => code,
        Err(failed) => Report::failed(failed).tell(operation, json),
    }
}

/// The exit code of what has been done or has failed, whether anybody reads it or not.
fn code_in_any_case(ended: &Result<Answer, Failed>) -> Option<u8> {
    match ended {
        Ok(Answer::Report(report)) if !report.is_look_up() => Some(report.code()),
        Ok(Answer::Report(_) | Answer::Preview(_) | Answer::Previews(_) | Answer::Told(_)) => None,
        Err(failed) => Some(failed.code),
    }
}

/// Before a write, a signal ends the program. While one is under way, the first Ctrl+C is answered
/// with patience; the second ends it, with the truth that nobody knows. Between two of many any
/// signal stops them, after the one under way.
async fn ended_by_signal(signals: &mut Signals, verb_progress: &VerbProgress) -> Failed {
    let mut was_asked = false;
    loop {
        let wish = signals.next().await;
        match verb_progress.stage() {
            Stage::Before => return Failed::interrupted(wish.code()),
            Stage::Telling => {}
            Stage::Rows if verb_progress.wish().is_none() => verb_progress.stop(wish),
            Stage::Rows => {
                return Failed::unknown(words::ENDED_IN_A_ROW);
            }
            Stage::Writing if wish == Wish::Interrupt && !was_asked => {
                was_asked = true;
                say(words::WAITING);
            }
            Stage::Writing => {
                return Failed::unknown(words::NOT_WAITED_FOR).of_record(verb_progress.record());
            }
        }
    }
}
