//! What will be sent, old beside new, and the typed last four without which nothing is.

use std::io::{self, IsTerminal as _};

use super::failed::Failed;
use super::line::Line;
use super::prompt::{self, Prompt};
use super::report::say;
use crate::columns::{columns, fit};
use crate::config::{Environment, Profile};
use crate::dcms::{Preview, harmless};
use crate::desk::review::Row;

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
        title: &str,
        rows: &[Row],
        preview: &Preview,
        expected: Expected<'_>,
    ) -> Result<(), Failed> {
        let profile = &line.profile;
        say(&format!(
            "{title} at {} ({}, profile {})",
            harmless(profile.tenant.as_str()),
            profile.environment,
            harmless(&profile.name)
        ));
        for text in review(rows) {
            say(&text);
        }
        say(&format!("  {preview}"));
        match self {
            Self::Given => Ok(()),
            Self::Typed => {
                live(profile).await?;
                let Expected { last_four, of } = expected;
                let question = format!(
                    "Type the last {} of the {of} to send it: ",
                    last_four.chars().count()
                );
                typed(
                    last_four,
                    &question,
                    &format!("That is not the end of the {of}."),
                )
                .await
            }
        }
    }

    /// The same for many: how many they are is what must be typed.
    pub(super) async fn of_many(self, line: &Line<'_>, count: usize) -> Result<(), Failed> {
        match self {
            Self::Given => Ok(()),
            Self::Typed => {
                live(&line.profile).await?;
                let question = format!("Type how many are to be sent ({count}) to send them: ");
                typed(
                    &count.to_string(),
                    &question,
                    "That is not how many they are.",
                )
                .await
            }
        }
    }
}

/// In live, the tenant first, as the console asks for it once a session: a verb is a session of its
/// own.
async fn live(profile: &Profile) -> Result<(), Failed> {
    if profile.environment != Environment::Live {
        return Ok(());
    }
    let tenant = profile.tenant.as_str();
    let question = "This is LIVE: type the tenant's name to go on: ";
    typed(tenant, question, "That is not the tenant's name.").await
}

async fn typed(expected: &str, question: &str, otherwise: &str) -> Result<(), Failed> {
    let mut prompt = Prompt::open()?;
    for _ in 0..TRIES {
        match prompt.word(question).await? {
            Some(word) if word.eq_ignore_ascii_case(expected) => return Ok(()),
            Some(word) if word.is_empty() => break,
            Some(_) => prompt::say(otherwise),
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
