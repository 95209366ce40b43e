//! One job: a verb, the answers given so far, and what the verb's own declaration says of them. What is asked,
//! which words are offered and what is wrong come from there, so that a new verb or flag has its question.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::num::ParseIntError;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{
    Arg, ArgAction, ArgMatches, Args as _, Command, CommandFactory as _, FromArgMatches as _, Id,
};

use super::words;
use crate::cli::args::Args;
use crate::cli::misread;
use crate::cli::spoken;
use crate::cli::verbs::Verb;
use crate::cli::write::WriteArgs;

/// What only a script needs: the address is asked for in the review, and secrets are typed.
const FOR_SCRIPTS: [&str; 2] = ["secrets_stdin", "address"];
const YES: &str = "yes";

/// A job in the making.
#[derive(Clone)]
pub(super) struct Job {
    /// The verb, and the one within it.
    path: Vec<String>,
    command: Command,
    /// By the arguments' ids, in the order in which they were given.
    answers: Vec<(String, String)>,
    /// What was answered before and taken back.
    before: BTreeMap<String, String>,
}

/// What is to be done next.
pub(super) enum Next {
    /// One of these must be known.
    Ask(Vec<Arg>),
    /// Nothing is missing.
    Ready(Box<(Verb, ArgMatches)>),
    /// The answers do not go together.
    Wrong(String),
}

impl Job {
    pub(super) fn new(command: Command) -> Self {
        Self {
            path: vec![command.get_name().to_owned()],
            command,
            answers: Vec::new(),
            before: BTreeMap::new(),
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        spoken::label(&self.path.join(" "))
    }

    /// What it does.
    pub(super) fn about(&self) -> String {
        let about = self.command.get_about().map(ToString::to_string);
        spoken::sentence(&about.unwrap_or_default())
    }

    /// The verbs within it, one of which is meant.
    pub(super) fn within(&self) -> Vec<Command> {
        self.command.get_subcommands().cloned().collect()
    }

    pub(super) fn go_into(&mut self, command: Command) {
        self.path.push(command.get_name().to_owned());
        self.command = command;
    }

    /// All that can be asked.
    pub(super) fn args(&self) -> Vec<Arg> {
        let of_writes = WriteArgs::augment_args(Command::new(""));
        let is_of_writes = |arg: &Arg| {
            of_writes
                .get_arguments()
                .any(|known| known.get_id() == arg.get_id())
        };
        let asked = self.command.get_arguments().filter(|arg| {
            let id = arg.get_id().as_str();
            arg.get_help_heading().is_none() && !FOR_SCRIPTS.contains(&id) && !is_of_writes(arg)
        });
        asked.cloned().collect()
    }

    /// What was answered.
    pub(super) fn answer(&self, id: &str) -> Option<&str> {
        let answer = self.answers.iter().find(|(known, _)| known == id);
        answer.map(|(_, answer)| answer.as_str())
    }

    /// What was answered, or had been before it was taken back.
    pub(super) fn answer_before(&self, id: &str) -> Option<&str> {
        self.answer(id)
            .or_else(|| self.before.get(id).map(String::as_str))
    }

    /// Takes the last answer back, if there is one.
    pub(super) fn go_back(&mut self) -> bool {
        let last = self.answers.pop();
        let was_there = last.is_some();
        self.before.extend(last);
        was_there
    }

    /// What may still be answered: of several ways to say the same, one is enough.
    pub(super) fn open(&self) -> Vec<Arg> {
        let is_answered = |id: &Id| self.answer(id.as_str()).is_some();
        let mut groups = self.command.get_groups().cloned().collect::<Vec<_>>();
        groups.retain_mut(|group| !group.is_multiple());
        let has_rival = |arg: &Arg| {
            let mut its = groups
                .iter()
                .filter(|group| group.get_args().any(|id| id == arg.get_id()));
            its.any(|group| group.get_args().any(is_answered))
        };
        let mut open = self.args();
        open.retain(|arg| !is_answered(arg.get_id()) && !has_rival(arg));
        open
    }

    /// Whether there is no doing without an answer.
    pub(super) fn needs(&self, id: &str) -> bool {
        let mut without = self.clone();
        without.set(id, None);
        matches!(without.next(), Next::Ask(_))
    }

    /// What can be answered otherwise.
    pub(super) fn answered(&self) -> Vec<Arg> {
        let mut answered = self.args();
        answered.retain(|arg| self.answer(arg.get_id().as_str()).is_some());
        answered
    }

    /// Takes an answer, in the place of an earlier one; nothing leaves it out.
    pub(super) fn set(&mut self, id: &str, answer: Option<String>) {
        let place = self.answers.iter().position(|(known, _)| known == id);
        match (place, answer) {
            (Some(place), Some(answer)) => self.answers[place].1 = answer,
            (Some(place), None) => drop(self.answers.remove(place)),
            (None, Some(answer)) => self.answers.push((id.to_owned(), answer)),
            (None, None) => {}
        }
    }

    /// What the verb's declaration says of the answers.
    pub(super) fn next(&self) -> Next {
        let words = self.words();
        let read = Args::command().try_get_matches_from(&words);
        let read = read.and_then(|matches| Ok((Args::from_arg_matches(&matches)?, matches)));
        let error = match read {
            Ok((
                Args {
                    verb: Some(verb), ..
                },
                matches,
            )) => return Next::Ready(Box::new((verb, matches))),
            Ok(_) => return Next::Wrong(words::NO_JOB.to_owned()),
            Err(error) => error,
        };
        if error.kind() == ErrorKind::MissingRequiredArgument
            && let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg)
        {
            let args = self.args();
            let mut wanted = missing.iter().map(|usage| named_in(usage, &args));
            if let Some(wanted) = wanted.find(|wanted| !wanted.is_empty()) {
                return Next::Ask(wanted);
            }
        }
        Next::Wrong(misread::said(&error, &words))
    }

    /// The command line that the answers make.
    fn words(&self) -> Vec<String> {
        let args = self.args();
        let mut words = vec!["kitdesk".to_owned()];
        words.extend(self.path.iter().cloned());
        let mut bare = Vec::new();
        for (id, answer) in &self.answers {
            let Some(arg) = args.iter().find(|arg| arg.get_id() == id.as_str()) else {
                continue;
            };
            match arg.get_long() {
                Some(long) if is_switch(arg) => words.push(format!("--{long}")),
                Some(long) if is_list(arg) => {
                    words.extend(
                        answer
                            .split_whitespace()
                            .map(|one| format!("--{long}={one}")),
                    );
                }
                Some(long) => words.push(format!("--{long}={answer}")),
                None => bare.push(answer.clone()),
            }
        }
        if !bare.is_empty() {
            words.push("--".to_owned());
            words.append(&mut bare);
        }
        words
    }
}

/// The arguments that a usage names, such as `--entity <ID>` or `<--entity <ID>|--account <NO>>`.
fn named_in(usage: &str, args: &[Arg]) -> Vec<Arg> {
    let parts: Vec<_> = usage.split(['|', ' ', '=']).collect();
    let is_named = |arg: &&Arg| {
        let name = match arg.get_long() {
            Some(long) => format!("--{long}"),
            None => format!("<{}>", value_name(arg)),
        };
        parts
            .iter()
            .any(|part| *part == name || part.strip_prefix('<') == Some(&name))
    };
    args.iter().filter(is_named).cloned().collect()
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names.first().map(ToString::to_string).unwrap_or_default()
}

/// Its name as it is said and typed.
pub(super) fn label(arg: &Arg) -> String {
    spoken::label(arg.get_long().unwrap_or(arg.get_id().as_str()))
}

/// Whether it is there or not, and takes no value.
pub(super) fn is_switch(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

/// Whether it takes several values, with blanks between them.
pub(super) fn is_list(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

/// What to answer where it is a switch that is on.
pub(super) fn switched_on() -> String {
    YES.to_owned()
}

/// The words of which one must be said.
pub(super) fn choices(arg: &Arg) -> Vec<String> {
    let words = arg.get_possible_values();
    let words = words.iter().filter(|word| !word.is_hide_set());
    words
        .map(|word| PossibleValue::get_name(word).to_owned())
        .collect()
}

/// What Enter alone means where nothing was answered before.
pub(super) fn built_in(arg: &Arg) -> Option<String> {
    let values = arg.get_default_values().first();
    values
        .filter(|_| !is_switch(arg))
        .map(|value| value.to_string_lossy().into_owned())
}

/// The answer as the verb takes it, or what is wrong with it.
pub(super) fn checked(arg: &Arg, typed: &str) -> Result<String, String> {
    let choices = choices(arg);
    if !choices.is_empty() {
        let meant = one_of(typed, &choices);
        return meant.map_err(|may_be| unclear(typed, &may_be));
    }
    let ones: Vec<_> = if is_list(arg) {
        typed.split_whitespace().collect()
    } else {
        vec![typed]
    };
    for one in ones {
        let alone = Arg::new("it")
            .long("it")
            .value_parser(arg.get_value_parser().clone());
        let command = Command::new("it").no_binary_name(true).arg(alone);
        if let Err(error) = command.try_get_matches_from([format!("--it={one}")]) {
            let why = error.source();
            return Err(match why {
                // The library's own words for it say nothing of what is wanted.
                Some(why) if why.is::<ParseIntError>() => words::WHOLE_NUMBER.to_owned(),
                Some(why) => why.to_string(),
                None => words::UNREADABLE.to_owned(),
            });
        }
    }
    Ok(typed.to_owned())
}

/// The name that was meant, by its beginning; else those that it may be.
pub(super) fn one_of(typed: &str, names: &[String]) -> Result<String, Vec<String>> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '_'], "-");
    let wanted = plain(typed);
    let exact = names.iter().find(|name| plain(name) == wanted);
    if let Some(name) = exact {
        return Ok(name.clone());
    }
    let begins = names.iter().filter(|name| plain(name).starts_with(&wanted));
    let mut begins: Vec<_> = begins.cloned().collect();
    match begins.len() {
        1 => Ok(begins.remove(0)),
        _ => Err(begins),
    }
}

/// Says that none of these names was meant for sure.
pub(super) fn unclear(typed: &str, may_be: &[String]) -> String {
    match may_be {
        // Digits may be a PIN that came too late: they are not repeated.
        [] if typed.chars().any(|typed| typed.is_ascii_digit()) => words::NO_SUCH_NAME.to_owned(),
        [] => words::no_such(typed),
        several => words::may_be(typed, &listed(several)),
    }
}

/// Names in a sentence, as they are said.
pub(super) fn listed(names: &[String]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str) -> Job {
        let command = Args::command();
        let verb = command.find_subcommand(name).expect("a verb");
        Job::new(verb.clone())
    }

    fn asks(job: &Job) -> Vec<String> {
        match job.next() {
            Next::Ask(args) => args.iter().map(label).collect(),
            Next::Ready(_) => Vec::new(),
            Next::Wrong(said) => panic!("{said}"),
        }
    }

    fn answered(job: &mut Job, id: &str, answer: &str) -> Vec<String> {
        job.set(id, Some(answer.to_owned()));
        asks(job)
    }

    #[test]
    fn what_the_verb_needs_is_asked_for_in_its_order() {
        let mut upgrade = job("upgrade");
        assert_eq!(asks(&upgrade), ["entity"]);
        assert_eq!(answered(&mut upgrade, "entity", "676165"), ["kit"]);
        assert_eq!(answered(&mut upgrade, "kit", "4561789"), ["tier"]);
        assert!(answered(&mut upgrade, "tier", "SILVER").is_empty());
        let open: Vec<_> = upgrade.open().iter().map(label).collect();
        assert_eq!(open, ["card type", "plastic code", "alias", "delivery"]);
        assert!(upgrade.needs("tier") && !upgrade.needs("alias"));
        assert!(upgrade.go_back());
        assert_eq!(asks(&upgrade), ["tier"]);
        assert_eq!(upgrade.answer_before("tier"), Some("SILVER"));
    }

    #[test]
    fn of_several_ways_one_is_asked_for() {
        let mut kits = job("kits");
        assert_eq!(asks(&kits), ["entity", "account", "card"]);
        assert!(answered(&mut kits, "account", "5018812").is_empty());
        assert!(kits.open().is_empty());
    }

    #[test]
    fn what_an_answer_requires_is_asked_for() {
        let mut settle = job("settle");
        assert!(asks(&settle).is_empty());
        settle.set("finding", Some("done".into()));
        let wanted = asks(&settle);
        assert!(!wanted.is_empty(), "{wanted:?}");
    }

    #[test]
    fn a_name_is_known_by_its_beginning() {
        let names = ["lock", "lock-all", "limits"].map(str::to_owned);
        let meant = |typed| one_of(typed, &names).map_err(|may_be| may_be.len());
        assert_eq!(meant("lock"), Ok("lock".into()));
        assert_eq!(meant("Lock A"), Ok("lock-all".into()));
        assert_eq!(meant("l"), Err(3));
        assert_eq!(meant("x"), Err(0));
    }

    #[test]
    fn a_wrong_answer_has_the_verbs_own_sentence() {
        let kit = job("lock")
            .args()
            .into_iter()
            .find(|arg| arg.get_id() == "kit");
        let kit = kit.expect("a lock is about a kit");
        assert!(checked(&kit, "4561789").is_ok());
        assert!(checked(&kit, "!").is_err_and(|said| !said.contains("--")));
        let id = job("settle")
            .args()
            .into_iter()
            .find(|arg| arg.get_id() == "id");
        let id = id.expect("a record can be named");
        assert_eq!(checked(&id, "x"), Err("write a whole number".into()));
    }
}
