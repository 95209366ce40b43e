//! Shows what will be sent, old next to new, and asks for the last four digits before anything is sent.

use std::io::{self, IsTerminal as _};

use super::failed::Failed;
use super::line::Line;
use super::prompt::{self, Prompt};
use super::report::say;
use super::spoken;
use crate::columns::{columns, fit};
use crate::dcms::{Preview, Word, harmless};
use crate::desk::review::Row;
use crate::desk::session::{Answer, Question};
use crate::desk::{Request, Session};

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
        request: &mut Request,
        preview: &Preview,
    ) -> Result<(), Failed> {
        heading(line, request.kind().words.title);
        for text in review(&request.rows()) {
            say(&text);
        }
        for remark in request.remarks() {
            say(&spoken::indented(&remark.to_string()));
        }
        say(&spoken::preview(&preview.to_string()));
        if let Some(asks) = request.asks_address() {
            self.address(request, &asks).await?;
        }
        let question = Question::confirmation(request.kind().write, &request.target());
        self.by(line, &question, "it").await
    }

    /// Takes which of several addresses of one kind is meant.
    async fn address(self, request: &mut Request, asks: &str) -> Result<(), Failed> {
        match self {
            Self::Given => {
                return Err(Failed::found(
                    Word::NotSent.exit_code(),
                    "the customer has several addresses of that kind: say with --address which of them is meant, by its number above. Nothing was sent.",
                ));
            }
            Self::Typed => {}
        }
        let mut prompt = Prompt::open()?;
        for _ in 0..TRIES {
            let Some(typed) = prompt.word(&format!("Type {asks}: ")).await? else {
                prompt::say("It can't be pasted.");
                continue;
            };
            let number = typed.trim().parse().unwrap_or(0);
            match request.mean_address(number) {
                Ok(()) => return Ok(()),
                Err(said) => prompt::say(&said),
            }
        }
        Err(Failed::usage(
            "it was not said which address is meant: nothing was sent",
        ))
    }

    /// The same for many: how many they are is what must be typed.
    pub(super) async fn of_many(self, line: &Line<'_>, count: usize) -> Result<(), Failed> {
        self.by(line, &Question::count(count), "them").await
    }

    /// In live, the tenant comes first, as the console asks for it once a session: a verb is a session of
    /// its own.
    async fn by(
        self,
        line: &Line<'_>,
        question: &Question,
        what_is_sent: &str,
    ) -> Result<(), Failed> {
        match self {
            Self::Given => return Ok(()),
            Self::Typed => line.prepare_write().await,
        }
        let profile = &line.profile;
        let mut session = Session::new(profile.environment, profile.tenant.as_str());
        if let Some(tenant) = session.tenant_question_before(question) {
            let asks = format!("This is LIVE: type {} to go on: ", tenant.asks());
            typed(line, &mut session, &tenant, &asks).await?;
        }
        let asks = format!("Type {} to send {what_is_sent}: ", question.asks());
        typed(line, &mut session, question, &asks).await
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

async fn typed(
    line: &Line<'_>,
    session: &mut Session,
    question: &Question,
    asks: &str,
) -> Result<(), Failed> {
    let mut prompt = Prompt::open()?;
    for _ in 0..TRIES {
        let Some(word) = prompt.word(asks).await? else {
            prompt::say("A confirmation can't be pasted.");
            continue;
        };
        match session.judge(question, &word) {
            Answer::Right => return Ok(()),
            Answer::Empty => break,
            Answer::Wrong(note) => {
                line.note(*note).await;
                prompt::say(&question.wrong());
            }
        }
    }
    Err(Failed::usage("it was not confirmed: nothing was sent"))
}

fn review(rows: &[Row]) -> Vec<String> {
    if spoken::is_on() {
        return rows.iter().map(spoken::review).collect();
    }
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
