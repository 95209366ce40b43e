//! What all verbs that change something do: read, review, take the confirmation, send once, settle, and
//! say what came of it. Each verb's own file has its arguments and its request.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use serde::Serialize;

use super::confirm::Confirmation;
use super::failed::Failed;
use super::json::{self, KitList, KitObject, OrderObject};
use super::line::{self, Line};
use super::look_ups::CardLimits;
use super::report::{Answer, Report};
use super::subcommand::Context;
use super::table::TableFormat;
use super::verb_progress::Stage;
use crate::dcms::{Kit, Text, Word};
use crate::desk::{Asked, Request, Target, Undone, Written};
use crate::journal::{Note, NoteKind, Subject, Write};

mod words {
    use std::fmt::Display;

    pub(super) const NOT_LOCKED: &str = "The card was not locked from this desk.";

    pub(super) fn changed(
        setting: &dyn Display,
        before: &dyn Display,
        now: &dyn Display,
    ) -> String {
        format!("{setting} was {before} and is {now}")
    }

    pub(super) fn read_afterwards(limits: &dyn Display) -> String {
        format!("Read afterwards: {limits}.")
    }
}

/// What all verbs that change something have in common.
#[derive(clap::Args)]
pub(super) struct WriteArgs {
    /// Send without asking for the last four of the number.
    #[arg(long)]
    pub(super) yes: bool,
    /// Print what would be sent, as JSON with its secrets covered, and send nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// For how long to settle an unknown outcome by reading; 0 leaves it open at once.
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=3600))]
    settle_for: u64,
}

/// How a verb that changes something ends. In a box, as what is around it would be compiled for each verb again.
pub(super) type Ending<'a> = LocalBoxFuture<'a, Result<Answer, Failed>>;

/// The arguments of a verb that changes something.
pub(super) trait WriteSubcommand {
    /// What it does.
    fn kind(&self) -> Write;

    /// Whom or what it is about.
    fn subject(&self) -> Subject;

    /// What it has in common with the others.
    fn write(&self) -> &WriteArgs;

    /// Carries it out.
    fn run<'a>(&'a self, line: &'a mut Line<'_>) -> Ending<'a>;
}

/// Carries a write out. What is refused here, before anything was sent, goes on record.
pub(super) async fn execute(
    verb: &dyn WriteSubcommand,
    context: &Context<'_>,
) -> Result<Answer, Failed> {
    let settle_for = Duration::from_secs(verb.write().settle_for);
    line::with(context, settle_for, async |line| {
        let ended = verb.run(line).await;
        let ended = match context.verb_progress.stage() {
            Stage::Before => ended.map_err(Failed::before_the_write),
            Stage::Writing | Stage::Rows | Stage::Telling => ended,
        };
        if let Err(failed) = &ended
            && failed.is_refused_here()
        {
            line.note(Note {
                message: Some(failed.sentence.clone()),
                ..Note::new(NoteKind::Refusal, verb.kind(), verb.subject())
            })
            .await;
        }
        ended
    })
    .await
}

/// The request, with which of several addresses is meant.
pub(super) fn to_address(
    request: impl Into<Request>,
    number: Option<usize>,
) -> Result<Request, Failed> {
    let mut request = request.into();
    if let Some(number) = number {
        request.mean_address(number).map_err(Failed::usage)?;
    }
    Ok(request)
}

/// Reads what the request is about, reviews it, sends it and reports.
pub(super) async fn run(
    request: impl Into<Request>,
    args: &WriteArgs,
    line: &mut Line<'_>,
) -> Result<Answer, Failed> {
    let mut request = request.into();
    if args.dry_run {
        return Ok(preview(&request, line));
    }
    let confirmation = Confirmation::of(args.yes)?;
    let (write, target) = (request.kind().write, request.target());
    let read = line.read_again(write, target).await?;
    request.take(&read).map_err(Failed::usage)?;
    line.must_not_be_blocked(Asked::new(&request), &name(&request))
        .await?;
    confirmed(request, confirmation, line).await
}

/// What would be sent.
pub(super) fn preview(request: &Request, line: &Line<'_>) -> Answer {
    let preview = line.preview(request.kind().path, &request.body().raw());
    Answer::Preview(Box::new(preview))
}

/// Begins a sentence about a request.
pub(super) fn name(request: &Request) -> String {
    format!("{} {}", request.kind().words.name, request.target())
}

/// The rest, once the request has been read and checked.
pub(super) async fn confirmed(
    mut request: Request,
    confirmation: Confirmation,
    line: &mut Line<'_>,
) -> Result<Answer, Failed> {
    let preview = line.preview(request.kind().path, &request.body().raw());
    confirmation.take(line, &mut request, &preview).await?;
    let lock_on_record = request.undone().and_then(|undone| match undone {
        Undone::Here(_) => Some(true),
        Undone::NotHere => Some(false),
        Undone::NotAsked => None,
    });
    let mut written = line.write(request).await?;
    if let Some(observation) = line.settled(&written.kept).await {
        written.follow(&observation);
    }
    Ok(Answer::Report(report(&written, lock_on_record)))
}

/// What was read afterwards.
#[derive(Serialize)]
#[serde(untagged)]
enum Read<'a> {
    Kit {
        kit: Option<Box<KitObject<'a>>>,
        /// Only of an operation that brings kits.
        #[serde(skip_serializing_if = "Option::is_none")]
        new_kits: Option<KitList<'a>>,
        /// Only of one that undoes a lock, and where the journal could be asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        lock_on_record: Option<bool>,
        /// Only of one that changes a card's limits.
        #[serde(skip_serializing_if = "Option::is_none")]
        limits: Option<Box<CardLimits<'a>>>,
        /// What speaks against the outcome.
        #[serde(skip_serializing_if = "Option::is_none")]
        warning: Option<String>,
    },
    Order {
        order: Option<OrderObject<'a>>,
        /// The DCMS's own words.
        message: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        warning: Option<String>,
    },
    Customer {
        kits: Option<KitList<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        warning: Option<String>,
    },
}

fn report(written: &Written, lock_on_record: Option<bool>) -> Report {
    let mut report = Report::written(written);
    for said in written.besides().into_iter().chain(written.observed()) {
        report = report.adding(said);
    }
    if lock_on_record == Some(false) {
        report = report.adding(words::NOT_LOCKED);
    }
    let limits: Vec<String> = written
        .limits_compared()
        .iter()
        .map(|one| words::changed(&one.setting, &one.before, &one.now))
        .collect();
    // Of any other outcome, what was read says it already.
    if written.word() == Word::Done && !limits.is_empty() {
        report = report.adding(words::read_afterwards(&limits.join("; ")));
    }
    let warning = written.against();
    report = report.warning(warning.clone());
    if let Some(said) = written.unread() {
        report = report.adding(said);
    }
    let new: Vec<Kit> = written.new_kits().into_iter().cloned().collect();
    match &written.target {
        Target::Kit { .. } => {
            let kit = written.kit();
            let shown: Vec<Kit> = kit.into_iter().chain(&new).cloned().collect();
            let read = Read::Kit {
                kit: kit.map(KitObject::from).map(Box::new),
                new_kits: written.write.brings_kits().then(|| json::kits(&new)),
                lock_on_record,
                limits: written.limits().map(CardLimits::from).map(Box::new),
                warning,
            };
            report.with(&read, table(&shown))
        }
        Target::Order(id) => {
            let order = written.order();
            let shown = order.map(|order| TableFormat::of_stdout().order(id, order));
            let read = Read::Order {
                order: order.map(|order| OrderObject::of(id, order)),
                message: written.words().map(Text::as_sent),
                warning,
            };
            report.with(&read, shown.unwrap_or_default())
        }
        Target::Customer(_) => {
            let kits = written.kits().map(|kits| &**kits);
            let shown = table(kits.unwrap_or_default());
            let kits = kits.map(json::kits);
            report.with(&Read::Customer { kits, warning }, shown)
        }
    }
}

/// Nothing where there is no kit to show.
fn table(kits: &[Kit]) -> String {
    if kits.is_empty() {
        return String::new();
    }
    TableFormat::of_stdout().kits(kits)
}
