//! Running a verb to its end, and what a signal does to it on the way.
//! A write that is under way is not cut short: its outcome is worth more than the time.

use std::process::ExitCode;
use std::time::Duration;

use super::args::{Args, Verb};
use super::course::{Course, Stage};
use super::failed::{Failed, INTERNAL};
use super::line::Line;
use super::report::{Answer, Report, say, tell_preview};
use super::signals::{Signals, Wish};
use super::{completions, config, doctor, journal, kits, man, order, sandbox, settle, themes};
use crate::journal::{Note, NoteKind};

/// Runs a verb that comes to an end by itself, and tells it.
pub(super) async fn run(args: &Args, verb: &Verb) -> ExitCode {
    let mut signals = signals_for(verb);
    let course = Course::new();
    let ended = tokio::select! {
        biased;
        ended = answer(args, verb, &course) => ended,
        failed = ended_by_signal(&mut signals, &course) => Err(failed),
    };
    let (json, name, code) = (args.json, name(verb), code_in_any_case(&ended));
    // It may take as long as its reader likes; a signal ends that as well.
    let told = tokio::task::spawn_blocking(move || tell(ended, name, json));
    tokio::select! {
        biased;
        told = told => told.unwrap_or(ExitCode::from(INTERNAL)),
        wish = signals.next() => ExitCode::from(code.unwrap_or_else(|| wish.code())),
    }
}

fn tell(ended: Result<Answer, Failed>, name: &'static str, json: bool) -> ExitCode {
    match ended {
        Ok(Answer::Report(report)) => report.tell(json),
        Ok(Answer::Preview(preview)) => tell_preview(&*preview),
        Ok(Answer::Previews(previews)) => tell_preview(&previews),
        Ok(Answer::Told) => ExitCode::SUCCESS,
        Err(failed) => Report::failed(name, failed).tell(json),
    }
}

/// The exit code of what has been done or has failed, whether anybody reads it or not.
fn code_in_any_case(ended: &Result<Answer, Failed>) -> Option<u8> {
    match ended {
        Ok(Answer::Report(report)) if !report.is_look_up() => Some(report.code()),
        Ok(Answer::Report(_) | Answer::Preview(_) | Answer::Previews(_) | Answer::Told) => None,
        Err(failed) => Some(failed.code),
    }
}

/// A verb that asks no DCMS has nothing to wait for: a signal ends it at once, wherever it is.
fn signals_for(verb: &Verb) -> Signals {
    match verb {
        Verb::Kits(_)
        | Verb::Order(_)
        | Verb::Write(_)
        | Verb::Settle(_)
        | Verb::Doctor(_)
        | Verb::Sandbox(_) => Signals::catch(),
        Verb::Journal(_) | Verb::Config(_) | Verb::Themes | Verb::Completions(_) | Verb::Man(_) => {
            Signals::leave()
        }
    }
}

async fn answer(args: &Args, verb: &Verb, course: &Course) -> Result<Answer, Failed> {
    // What is wrong with the configuration is what some of these are asked about.
    match verb {
        Verb::Doctor(wanted) => return doctor::run(wanted, args).await,
        Verb::Config(wanted) => return config::run(wanted, args).map(Answer::Report),
        Verb::Themes => return themes::run(args).map(Answer::Report),
        Verb::Completions(wanted) => return Ok(Answer::Report(completions::run(wanted))),
        Verb::Man(wanted) => return man::run(wanted).map(Answer::Report),
        Verb::Journal(wanted) => return journal::run(wanted, args),
        Verb::Kits(_) | Verb::Order(_) | Verb::Write(_) | Verb::Settle(_) | Verb::Sandbox(_) => {}
    }
    let about = if let Verb::Write(wanted) = verb {
        Some(wanted.about())
    } else {
        None
    };
    let settle_for = about
        .as_ref()
        .map_or(Duration::ZERO, |about| about.settle_for);
    let mut line = Line::open(args, settle_for, course).await?;
    let ended = match verb {
        Verb::Kits(wanted) => kits::run(wanted, &mut line, args.json).await,
        Verb::Order(wanted) => order::run(wanted, &mut line).await,
        Verb::Write(wanted) => wanted.run(&mut line, args.json).await,
        Verb::Settle(wanted) => settle::run(wanted, &mut line).await,
        Verb::Journal(_)
        | Verb::Sandbox(_)
        | Verb::Doctor(_)
        | Verb::Config(_)
        | Verb::Themes
        | Verb::Completions(_)
        | Verb::Man(_) => Err(Failed::internal("this verb asks no DCMS")),
    };
    let ended = match &about {
        Some(_) if course.stage() == Stage::Before => ended.map_err(Failed::before_the_write),
        _ => ended,
    };
    if let (Err(failed), Some(about)) = (&ended, about)
        && failed.is_refused_here()
    {
        line.note(Note {
            message: Some(failed.sentence.clone()),
            ..Note::new(NoteKind::Refusal, about.write, about.subject)
        })
        .await;
    }
    line.close().await;
    ended
}

/// The verb's name, as it is typed and as programs read it.
pub(super) fn name(verb: &Verb) -> &'static str {
    match verb {
        Verb::Kits(_) => kits::NAME,
        Verb::Order(_) => order::NAME,
        Verb::Write(wanted) => wanted.name(),
        Verb::Settle(_) => settle::NAME,
        Verb::Journal(_) => journal::NAME,
        Verb::Sandbox(_) => sandbox::NAME,
        Verb::Doctor(_) => doctor::NAME,
        Verb::Config(wanted) => wanted.name(),
        Verb::Themes => themes::NAME,
        Verb::Completions(_) => completions::NAME,
        Verb::Man(_) => man::NAME,
    }
}

/// Before a write, a signal ends the program. While one is under way, the first Ctrl+C is answered
/// with patience; whoever insists gets the truth, which is that nobody knows. Between two of many any
/// signal stops them, after the one under way.
async fn ended_by_signal(signals: &mut Signals, course: &Course) -> Failed {
    let mut was_asked = false;
    loop {
        let wish = signals.next().await;
        match course.stage() {
            Stage::Before => return Failed::interrupted(wish.code()),
            Stage::Telling => {}
            Stage::Rows if course.wish().is_none() => course.stop(wish),
            Stage::Rows => {
                return Failed::unknown(
                    "It was ended with a row under way, which may or may not have been done. Run the same again: it reads what became of that row, and goes on.",
                );
            }
            Stage::Writing if wish == Wish::Interrupt && !was_asked => {
                was_asked = true;
                say(
                    "It has been sent and can't be taken back: its outcome is waited for. Ctrl+C once more gives up waiting.",
                );
            }
            Stage::Writing => {
                return Failed::unknown(
                    "It had been sent, and nobody waited for its outcome: it may or may not have been done. Look before you send it again.",
                )
                .of_record(course.record());
            }
        }
    }
}
