//! The console as questions and answers, for screen readers and terminals that only write lines. What a job
//! needs is asked one by one, and the verb of that name does it: review, confirmation, PIN and outcome are its
//! own. Nothing is written but lines of text.

mod job;
mod questions;
mod words;

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::{Command, CommandFactory as _, Subcommand as _};

use self::job::{Job, Next, one_of, unclear};
use self::questions::{More, Said, named};
use super::args::Args;
use super::failed::{Failed, USAGE};
use super::global::Global;
use super::line::embedded;
use super::look_ups::LookUpVerb;
use super::prompt::{self, Broken, Prompt};
use super::signals::{Signals, Wish};
use super::spoken;
use super::write_verbs::WriteVerb;
use super::{journal, misread, record, report, verbs};
use crate::config::{Config, Env, Profile};
use crate::dcms::{Word, harmless};
use crate::desk::sentences::{counted, sentence};
use crate::durations;

/// What is asked for besides look-ups and changes.
const OTHER_JOBS: [&str; 3] = ["settle", journal::NAME, "report"];
/// What the next job is likely to be about as well.
const KEPT: [&str; 4] = ["entity", "kit", "order", "branch"];
/// Find somebody whose id is not known before.
const OTHER_KEYS: [&str; 2] = ["account", "card"];

/// Why the session ends.
enum End {
    Asked,
    Idle(std::time::Duration),
    Signal(Wish),
    Failed(Failed),
}

impl From<Broken> for End {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Ended => Self::Asked,
            Broken::Idle(limit) => Self::Idle(limit),
            Broken::Unusable(failed) => Self::Failed(failed),
        }
    }
}

/// Asks and does until its user ends it.
pub(super) async fn run(
    global: &Global,
    config: &Config,
    around: &Env,
) -> Result<ExitCode, Failed> {
    let on_terminal = std::io::stdin().is_terminal()
        && std::io::stdout().is_terminal()
        && std::io::stderr().is_terminal();
    if !on_terminal {
        return Err(Failed::usage(words::NO_TERMINAL));
    }
    let mut global = global.clone();
    let (profile, sandbox) = if let Some(profile) = config.profile.clone() {
        (profile, None)
    } else {
        let (profile, sandbox) = embedded().await?;
        global.running_sandbox = Some(profile.clone());
        (profile, Some(sandbox))
    };
    let recorder = record::recorder(config, &profile, around)?;
    recorder.look_through();
    if sandbox.is_some() {
        record::close_sandbox_writes(&recorder, &profile).await;
    }
    drop(recorder);
    spoken::begin(config.idle_limit);
    let mut session = Session {
        global,
        profile,
        signals: Signals::catch(),
        prompt: None,
        kept: BTreeMap::new(),
        jobs: jobs(),
    };
    session.greet(&config.operator);
    let Err(end) = session.go_on().await;
    session.prompt = None;
    drop(sandbox);
    ended(end)
}

/// Says why the session ends. A session in which nobody typed any more has ended well.
fn ended(end: End) -> Result<ExitCode, Failed> {
    match end {
        End::Asked => report::say(words::ENDED),
        End::Idle(limit) => {
            let limit = durations::shown(limit);
            report::say(&words::ended_after(&limit));
        }
        End::Signal(wish) => return Ok(ExitCode::from(wish.code())),
        End::Failed(failed) => return Err(failed),
    }
    Ok(ExitCode::SUCCESS)
}

/// The verbs of which a desk has need.
fn jobs() -> Vec<Command> {
    let desk = WriteVerb::augment_subcommands(LookUpVerb::augment_subcommands(Command::new("")));
    let is_job = |command: &&Command| {
        let name = command.get_name();
        OTHER_JOBS.contains(&name) || desk.find_subcommand(name).is_some()
    };
    Args::command()
        .get_subcommands()
        .filter(is_job)
        .cloned()
        .collect()
}

struct Session {
    global: Global,
    profile: Profile,
    signals: Signals,
    /// The terminal, while something is asked.
    prompt: Option<Prompt>,
    /// Whom and what the last job was about.
    kept: BTreeMap<String, String>,
    jobs: Vec<Command>,
}

impl Session {
    /// Who works where.
    fn greet(&self, operator: &str) {
        let profile = &self.profile;
        self.say(&words::greeting(
            &profile.environment,
            &profile.tenant,
            &profile.name,
            &operator,
        ));
        if let Some(open) = self.unsettled() {
            self.say(&open);
        }
        for line in self.list().lines() {
            self.say(line);
        }
    }

    /// How many writes have no outcome yet.
    fn unsettled(&self) -> Option<String> {
        let reader = journal::reader().ok().flatten()?;
        let open = reader.open_writes().ok()?;
        let here = open.iter().filter(|open| {
            let place = &open.intent.place;
            place.tenant == self.profile.tenant && place.environment == self.profile.environment
        });
        match here.count() {
            0 => None,
            count => Some(words::unsettled(&counted(count, "write"))),
        }
    }

    /// All jobs, a line each, and how they are said.
    fn list(&self) -> String {
        let jobs = self.jobs.iter().enumerate().map(|(at, command)| {
            let job = Job::new(command.clone());
            format!("{}. {}: {}.\n", at + 1, job.name(), job.about())
        });
        jobs.chain([words::HELP.to_owned()]).collect()
    }

    /// Says something, whether a question is open or not.
    fn say(&self, text: &str) {
        let text = spoken::sentence(&harmless(text));
        match &self.prompt {
            Some(_) => prompt::say(&text),
            None => report::say(&text),
        }
    }

    /// One job after another.
    async fn go_on(&mut self) -> Result<std::convert::Infallible, End> {
        let names: Vec<_> = self.jobs.iter().map(named).collect();
        let help = self.list();
        loop {
            let typed = match self.ask(words::WHICH_JOB, &help).await? {
                Said::Text(typed) if !typed.is_empty() => typed,
                Said::Text(_) => {
                    self.say(words::SAY_A_JOB);
                    continue;
                }
                Said::Back => {
                    self.say(words::NOTHING_BEFORE);
                    continue;
                }
            };
            let by_number = typed
                .parse()
                .ok()
                .and_then(|number: usize| number.checked_sub(1));
            let by_number = by_number.and_then(|place| self.jobs.get(place));
            let meant = match by_number {
                Some(job) => Ok(Some(job)),
                None => one_of(&typed, &names)
                    .map(|name| self.jobs.iter().find(|job| named(job) == name)),
            };
            match meant.map(Option::<&Command>::cloned) {
                Ok(Some(command)) => {
                    let job = Job::new(command);
                    self.say(&format!("{}: {}.", job.name(), job.about()));
                    self.carry_out(job).await?;
                }
                Ok(None) => {}
                Err(may_be) => {
                    let said = sentence(&unclear(&typed, &may_be));
                    self.say(&words::help_lists(&said));
                }
            }
        }
    }

    /// Asks for what a job needs, and does it. What it refuses can be answered otherwise.
    async fn carry_out(&mut self, mut job: Job) -> Result<(), End> {
        if !self.choose_within(&mut job).await? {
            return Ok(());
        }
        let (mut is_complete, mut is_refused) = (false, false);
        loop {
            let (verb, words) = match job.next() {
                Next::Ask(args) => {
                    let is_answered = match &args[..] {
                        [one] => self.answer(&mut job, one, true).await?,
                        several => self.choose_arg(&mut job, several).await?,
                    };
                    if !is_answered && !job.go_back() {
                        return Ok(());
                    }
                    continue;
                }
                Next::Wrong(said) => {
                    self.say(&said);
                    // The last answer is the one that does not fit.
                    if !job.go_back() {
                        return Ok(());
                    }
                    continue;
                }
                Next::Ready(ready) => *ready,
            };
            if !is_complete && (is_refused || !job.open().is_empty()) {
                match self.more(&mut job, is_refused).await? {
                    More::Nothing => is_complete = true,
                    More::Some => {}
                    // All answers are at hand there.
                    More::Back if !is_refused && job.go_back() => {}
                    More::Back => return Ok(()),
                }
                continue;
            }
            let is_taken = |_: &Failed| !self.global.card_like_ids;
            let card_number = misread::card_number(Args::command(), &words).filter(is_taken);
            let code = if let Some(failed) = card_number {
                self.say(&sentence(&failed.sentence));
                ExitCode::from(USAGE)
            } else {
                // The verb asks on the terminal itself.
                self.prompt = None;
                let operation = misread::operation(&words);
                verbs::run(&verb, &self.global, operation, Args::command).await
            };
            if Wish::ALL
                .iter()
                .any(|wish| code == ExitCode::from(wish.code()))
            {
                return Err(End::Asked);
            }
            if code == ExitCode::from(USAGE) {
                (is_complete, is_refused) = (false, true);
                continue;
            }
            if code != ExitCode::from(Word::Refused.exit_code()) {
                self.keep(&job);
            }
            return Ok(());
        }
    }

    /// Keeps whom and what a job is about for the next one: a kit never goes with another customer.
    fn keep(&mut self, job: &Job) {
        let entity = job.answer("entity").map(str::to_owned);
        let is_by_other_key = OTHER_KEYS.iter().any(|key| job.answer(key).is_some());
        if is_by_other_key || entity.is_some() && self.kept.get("entity") != entity.as_ref() {
            self.kept.remove("entity");
            self.kept.remove("kit");
        }
        let kit = job.answer("kit");
        if kit.is_some() && entity.is_none() && self.kept.get("kit").map(String::as_str) != kit {
            self.kept.remove("entity");
        }
        for key in KEPT {
            if let Some(answer) = job.answer(key) {
                self.kept.insert(key.to_owned(), answer.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_session_in_which_no_key_came_ends_well_and_says_so() {
        let limit = Duration::from_mins(5);
        let end = End::from(Broken::Idle(limit));
        assert!(matches!(end, End::Idle(after) if after == limit));
        assert_eq!(ended(end).ok(), Some(ExitCode::SUCCESS));
        let said = words::ended_after(&durations::shown(limit));
        assert_eq!(said, "The session ended after 5m without a key.");
    }
}
