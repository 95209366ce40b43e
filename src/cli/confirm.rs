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

mod words {
    use std::fmt::Display;

    pub(super) const MUST_BE_CONFIRMED: &str = "this changes something and must be confirmed: on a terminal by \
        typing, in a script by --yes";
    pub(super) const SEVERAL_ADDRESSES: &str = "the customer has several addresses of that kind: say with \
        --address which of them is meant, by its number above. Nothing was sent.";
    pub(super) const NO_PASTE_OF_AN_ANSWER: &str = "It can't be pasted.";
    pub(super) const NO_ADDRESS_SAID: &str =
        "it was not said which address is meant: nothing was sent";
    pub(super) const NO_PASTE: &str = "A confirmation can't be pasted.";
    pub(super) const NOT_CONFIRMED: &str = "it was not confirmed: nothing was sent";
    pub(super) const NOW: &str = "now";
    pub(super) const WILL_BE_SENT: &str = "will be sent";

    pub(super) fn type_it(asks: &dyn Display) -> String {
        format!("Type {asks}: ")
    }

    pub(super) fn type_live(tenant: &dyn Display) -> String {
        format!("This is LIVE: type {tenant} to go on: ")
    }

    pub(super) fn type_to_send(asks: &dyn Display, what_is_sent: &dyn Display) -> String {
        format!("Type {asks} to send {what_is_sent}: ")
    }

    pub(super) fn heading(
        title: &dyn Display,
        tenant: &dyn Display,
        environment: &dyn Display,
        profile: &dyn Display,
    ) -> String {
        format!("{title} at {tenant} ({environment}, profile {profile})")
    }
}

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
            Err(Failed::usage(words::MUST_BE_CONFIRMED))
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
                    words::SEVERAL_ADDRESSES,
                ));
            }
            Self::Typed => {}
        }
        let mut prompt = Prompt::open()?;
        for _ in 0..TRIES {
            let Some(typed) = prompt.word(&words::type_it(&asks)).await? else {
                prompt::say(words::NO_PASTE_OF_AN_ANSWER);
                continue;
            };
            let number = typed.trim().parse().unwrap_or(0);
            match request.mean_address(number) {
                Ok(()) => return Ok(()),
                Err(said) => prompt::say(&said),
            }
        }
        Err(Failed::usage(words::NO_ADDRESS_SAID))
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
            let asks = words::type_live(&tenant.asks());
            typed(line, &mut session, &tenant, &asks).await?;
        }
        let asks = words::type_to_send(&question.asks(), &what_is_sent);
        typed(line, &mut session, question, &asks).await
    }
}

/// Says what is about to be done, and where.
pub(super) fn heading(line: &Line<'_>, title: &str) {
    let profile = &line.profile;
    say(&words::heading(
        &title,
        &profile.tenant,
        &profile.environment,
        &harmless(&profile.name),
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
            prompt::say(words::NO_PASTE);
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
    Err(Failed::usage(words::NOT_CONFIRMED))
}

fn review(rows: &[Row]) -> Vec<String> {
    if spoken::is_on() {
        return rows.iter().map(spoken::review).collect();
    }
    let head = ["", words::NOW, words::WILL_BE_SENT].map(str::to_owned);
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
