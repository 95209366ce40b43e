//! One question at a time: what a job needs, one of several names, what can be added.

use clap::{Arg, Command};

use super::job::{
    Job, built_in, checked, choices, is_list, is_switch, label, listed, one_of, switched_on,
    unclear,
};
use super::{End, Session, words};
use crate::cli::prompt::Prompt;
use crate::cli::signals::{Signals, Wish};
use crate::cli::spoken::{self, Steer};
use crate::dcms::harmless;
use crate::desk::sentences::sentence;

/// What was said to a question.
pub(super) enum Said {
    Text(String),
    Back,
}

/// What came of asking for more.
pub(super) enum More {
    Nothing,
    Some,
    Back,
}

impl Session {
    /// Takes which of the verbs within a verb is meant. False to go back.
    pub(super) async fn choose_within(&mut self, job: &mut Job) -> Result<bool, End> {
        let within = job.within();
        if within.is_empty() {
            return Ok(true);
        }
        let names: Vec<_> = within.iter().map(named).collect();
        let about = |verb: &Command| {
            verb.get_about()
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let help = within
            .iter()
            .map(|verb| format!("{}: {}.", named(verb), about(verb)));
        let help = help.collect::<Vec<_>>().join("\n");
        let Some(name) = self
            .choose(&words::which(&job.name()), &names, &help)
            .await?
        else {
            return Ok(false);
        };
        if let Some(verb) = within.into_iter().find(|verb| named(verb) == name) {
            job.go_into(verb);
        }
        Ok(true)
    }

    /// Takes by what it is said, and that. False to go back.
    pub(super) async fn choose_arg(&mut self, job: &mut Job, args: &[Arg]) -> Result<bool, End> {
        let names: Vec<_> = args.iter().map(label).collect();
        let help = args.iter().map(explained).collect::<Vec<_>>().join("\n");
        let Some(name) = self.choose(words::BY_WHAT, &names, &help).await? else {
            return Ok(false);
        };
        if let Some(arg) = args.iter().find(|arg| label(arg) == name) {
            // Back from there is back to this question.
            self.answer(job, arg, true).await?;
        }
        Ok(true)
    }

    /// Takes one of these names; Enter alone takes the first. Nothing to go back.
    async fn choose(
        &mut self,
        what: &str,
        names: &[String],
        help: &str,
    ) -> Result<Option<String>, End> {
        let question = words::choose(&what, &listed(names), &names[0]);
        loop {
            match self.ask(&question, help).await? {
                Said::Back => return Ok(None),
                Said::Text(typed) if typed.is_empty() => return Ok(Some(names[0].clone())),
                Said::Text(typed) => match one_of(&typed, names) {
                    Ok(name) => return Ok(Some(name)),
                    Err(may_be) => self.say(&sentence(&unclear(&typed, &may_be))),
                },
            }
        }
    }

    /// Takes what can be added, or answered otherwise.
    pub(super) async fn more(&mut self, job: &mut Job, is_refused: bool) -> Result<More, End> {
        let (open, answered) = (job.open(), job.answered());
        let all: Vec<Arg> = open.iter().chain(&answered).cloned().collect();
        let names: Vec<_> = all.iter().map(label).collect();
        let (to_add, to_change) = names.split_at(open.len());
        let (begins, ends) = if is_refused {
            (words::WHAT_ELSE, words::ENTER_TRIES_AGAIN)
        } else {
            (words::ANYTHING_ELSE, words::ENTER_GOES_ON)
        };
        let mut question = begins.to_owned();
        for (what, names) in [("add", to_add), ("change", to_change)] {
            if !names.is_empty() {
                question.extend([" To ", what, ": ", &listed(names), "."]);
            }
        }
        question += ends;
        let help = all.iter().map(|arg| {
            let now = job.answer(arg.get_id().as_str());
            let now = now.map(|now| words::now(&now)).unwrap_or_default();
            explained(arg) + &now
        });
        let help = help.collect::<Vec<_>>().join("\n");
        loop {
            let typed = match self.ask(&question, &help).await? {
                Said::Back => return Ok(More::Back),
                Said::Text(typed) if typed.is_empty() => return Ok(More::Nothing),
                Said::Text(typed) => typed,
            };
            let meant = one_of(&typed, &names);
            let meant = meant.map(|name| all.iter().find(|arg| label(arg) == name));
            match meant {
                Ok(Some(arg)) => {
                    let is_needed = job.needs(arg.get_id().as_str());
                    self.answer(job, arg, is_needed).await?;
                    return Ok(More::Some);
                }
                Ok(None) => {}
                Err(may_be) => self.say(&sentence(&unclear(&typed, &may_be))),
            }
        }
    }

    /// Takes the answer to one question. False to go back.
    pub(super) async fn answer(
        &mut self,
        job: &mut Job,
        arg: &Arg,
        is_needed: bool,
    ) -> Result<bool, End> {
        let id = arg.get_id().as_str();
        if is_switch(arg) {
            let is_on = job.answer(id).is_some();
            self.say(&format!(
                "{}: {}.",
                label(arg),
                if is_on { "no" } else { "yes" }
            ));
            job.set(id, (!is_on).then(switched_on));
            return Ok(true);
        }
        let usual = job
            .answer_before(id)
            .or_else(|| self.kept.get(id).map(String::as_str));
        let usual = usual.filter(|_| is_needed).map(str::to_owned);
        let alone = match (&usual, built_in(arg)) {
            (Some(usual), _) => words::enter_takes(&usual),
            (None, Some(built_in)) => words::enter_takes(&built_in),
            (None, None) if is_needed => String::new(),
            (None, None) => words::ENTER_LEAVES_OUT.to_owned(),
        };
        let help = self.explained(arg);
        let question = format!("{help}{alone}").trim_end_matches('.').to_owned() + ": ";
        loop {
            match self.ask(&question, &help).await? {
                Said::Back => return Ok(false),
                Said::Text(typed) if typed.is_empty() && is_needed && usual.is_none() => {
                    self.say(words::ANSWER_NEEDED);
                }
                Said::Text(typed) if typed.is_empty() => {
                    job.set(id, usual);
                    return Ok(true);
                }
                Said::Text(typed) => match checked(arg, &typed) {
                    Ok(answer) => {
                        if answer != typed {
                            self.say(&format!("{}: {answer}.", label(arg)));
                        }
                        job.set(id, Some(answer));
                        return Ok(true);
                    }
                    Err(wrong) => self.say(&sentence(&wrong)),
                },
            }
        }
    }

    /// What is asked, and which words the bank has for it.
    fn explained(&self, arg: &Arg) -> String {
        let known = match arg.get_id().as_str() {
            "tier" => &self.profile.tiers[..],
            "plastic_code" => &self.profile.plastic_codes[..],
            _ => &[],
        };
        match known {
            [] => explained(arg),
            known => words::known_here(&explained(arg), &listed(known)),
        }
    }

    /// Asks one question.
    pub(super) async fn ask(&mut self, question: &str, help: &str) -> Result<Said, End> {
        let question = spoken::sentence(&harmless(question));
        loop {
            let prompt = match &mut self.prompt {
                Some(prompt) => prompt,
                none => none.insert(Prompt::open().map_err(End::Failed)?),
            };
            let typed = tokio::select! {
                typed = prompt.line(&question) => typed,
                wish = stopped(&mut self.signals) => return Err(End::Signal(wish)),
            };
            let Some(typed) = typed? else {
                self.say(words::NO_PASTE);
                continue;
            };
            match Steer::of(&typed) {
                Some(Steer::Help) => help.lines().for_each(|line| self.say(line)),
                Some(Steer::Back) => return Ok(Said::Back),
                Some(Steer::End) => return Err(End::Asked),
                None => return Ok(Said::Text(unquoted(&typed).to_owned())),
            }
        }
    }
}

/// A verb's name as it is said.
pub(super) fn named(verb: &Command) -> String {
    spoken::label(verb.get_name())
}

/// A name and what it means, with the words that can be said.
fn explained(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let mut said = format!("{}. {}.", label(arg), help.trim_end_matches('.'));
    let choices = choices(arg);
    if !choices.is_empty() {
        said.extend([words::ONE_OF, &listed(&choices), "."]);
    }
    if is_list(arg) {
        said += words::SEVERAL;
    }
    said
}

/// Without quotes around it, in which the words that steer are answers.
fn unquoted(typed: &str) -> &str {
    let typed = typed.trim();
    let inside = typed
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside.unwrap_or(typed)
}

/// The next signal that ends the session. Ctrl+C is a key at a question, and where a verb was under way, that
/// one has answered it.
async fn stopped(signals: &mut Signals) -> Wish {
    loop {
        match signals.next().await {
            Wish::Interrupt => {}
            wish @ (Wish::Terminate | Wish::HangUp | Wish::Quit) => return wish,
        }
    }
}
