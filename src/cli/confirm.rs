//! Shows what will be sent, old next to new, and asks for the last four digits before anything is sent.

use std::io::{self, IsTerminal as _};

use super::failed::Failed;
use super::line::Line;
use super::prompt::{self, Prompt};
use super::report::say;
use crate::columns::{columns, fit};
use crate::config::Environment;
use crate::dcms::{Preview, harmless};
use crate::desk::review::Row;
use crate::desk::{Request, tries};
use crate::journal::{Note, Subject, Write};

/// How often the last four may be mistyped.
const TRIES: usize = 3;

/// How a write is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Confirmation {
    /// By `--yes`.
    Given,
    /// By what is typed.
    Typed,
}

/// What must be typed, and of what it is the end.
pub(super) struct Expected<'a> {
    /// The last four.
    pub(super) last_four: &'a str,
    /// Such as `kit number 4561789`.
    pub(super) of: String,
    /// What is confirmed.
    pub(super) write: Write,
    /// Of whom or of what.
    pub(super) subject: Subject,
}

/// One thing to type before a write goes on. Every other answer is a failed try and goes on record.
struct Question<'a> {
    asks: String,
    is_right: &'a dyn Fn(&str) -> bool,
    /// What a wrong answer gets.
    otherwise: String,
    /// A wrong answer, as the journal has it.
    failed: Note,
}

impl Confirmation {
    /// Decides it before anything is read or sent.
    pub(super) fn of(yes: bool) -> Result<Self, Failed> {
        if yes {
            Ok(Self::Given)
        } else if io::stdin().is_terminal() && io::stderr().is_terminal() {
            Ok(Self::Typed)
        } else {
            Err(Failed::usage(
                "this changes something and must be confirmed: on a terminal by typing, in a script by --yes",
            ))
        }
    }

    /// Shows what will be sent, and takes the confirmation.
    pub(super) async fn take(
        self,
        line: &Line<'_>,
        request: &Request,
        preview: &Preview,
        expected: Expected<'_>,
    ) -> Result<(), Failed> {
        heading(line, request.kind().words.title);
        for text in review(&request.rows()) {
            say(&text);
        }
        for remark in request.remarks() {
            say(&format!("  {remark}"));
        }
        say(&format!("  {preview}"));
        let Expected {
            last_four,
            of,
            write,
            subject,
        } = expected;
        let question = Question {
            asks: format!(
                "Type the last {} of the {of} to send it: ",
                last_four.chars().count()
            ),
            is_right: &|word| word.eq_ignore_ascii_case(last_four),
            otherwise: format!("That is not the end of the {of}."),
            failed: tries::wrong_confirmation(write, subject.clone()),
        };
        self.by(line, write, &subject, question).await
    }

    /// The same for many: how many they are is what must be typed.
    pub(super) async fn of_many(self, line: &Line<'_>, count: usize) -> Result<(), Failed> {
        let (write, subject) = (Write::Upgrade, Subject::default());
        let question = Question {
            asks: format!("Type how many are to be sent ({count}) to send them: "),
            is_right: &|word| word == count.to_string(),
            otherwise: "That is not how many they are.".to_owned(),
            failed: tries::wrong_confirmation(write, subject.clone()),
        };
        self.by(line, write, &subject, question).await
    }

    async fn by(
        self,
        line: &Line<'_>,
        write: Write,
        subject: &Subject,
        question: Question<'_>,
    ) -> Result<(), Failed> {
        match self {
            Self::Given => Ok(()),
            Self::Typed => {
                live(line, write, subject).await?;
                typed(line, question).await
            }
        }
    }
}

/// Says what is about to be done, and where.
pub(super) fn heading(line: &Line<'_>, title: &str) {
    let profile = &line.profile;
    say(&format!(
        "{title} at {} ({}, profile {})",
        profile.tenant,
        profile.environment,
        harmless(&profile.name)
    ));
}

/// In live, the tenant first, as the console asks for it once a session: a verb is a session of its
/// own.
async fn live(line: &Line<'_>, write: Write, subject: &Subject) -> Result<(), Failed> {
    if line.profile.environment != Environment::Live {
        return Ok(());
    }
    let tenant = line.profile.tenant.as_str();
    let question = Question {
        asks: "This is LIVE: type the tenant's name to go on: ".to_owned(),
        is_right: &|word| word == tenant,
        otherwise: "That is not this profile's tenant. Capitals count.".to_owned(),
        failed: tries::wrong_tenant(write, subject.clone()),
    };
    typed(line, question).await
}

async fn typed(line: &Line<'_>, question: Question<'_>) -> Result<(), Failed> {
    let mut prompt = Prompt::open()?;
    for _ in 0..TRIES {
        match prompt.word(&question.asks).await? {
            Some(word) if (question.is_right)(&word) => return Ok(()),
            Some(word) if word.is_empty() => break,
            Some(_) => {
                line.note(question.failed.clone()).await;
                prompt::say(&question.otherwise);
            }
            None => prompt::say("A confirmation can't be pasted."),
        }
    }
    Err(Failed::usage("it was not confirmed: nothing was sent"))
}

fn review(rows: &[Row]) -> Vec<String> {
    let head = ["", "now", "will be sent"].map(str::to_owned);
    let cells = |row: &Row| {
        let mark = if row.changes { "-> " } else { "   " };
        [
            row.what.clone(),
            row.now.clone(),
            format!("{mark}{}", row.asked),
        ]
    };
    let mut all = vec![head];
    all[0][2].insert_str(0, "   ");
    all.extend(rows.iter().map(cells));
    let width = |at: usize| {
        let widths = all.iter().map(|cells| columns(&cells[at]));
        widths.max().unwrap_or(0)
    };
    let (what, now) = (width(0), width(1));
    all.iter()
        .map(|[a, b, c]| {
            let text = format!("  {}  {}  {c}", fit(a, what), fit(b, now));
            harmless(text.trim_end()).into_owned()
        })
        .collect()
}
