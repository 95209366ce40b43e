//! `kitdesk settle`: writes whose end nobody knows, settled by reading, or by a person who says how
//! they know. Nothing is ever sent again.

use clap::ValueEnum;
use serde::Serialize;

use super::failed::Failed;
use super::line::Line;
use super::report::{Answer, Report};
use crate::dcms::{EntityId, KitNo, OrderId, Word};
use crate::desk::sentences::{of_look, sentence};
use crate::desk::{Look, Verdict};
use crate::journal::{Finding, OpenWrite, Record, RecordId};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "settle";

#[derive(clap::Args)]
pub(super) struct SettleArgs {
    /// The record of the write's intent; without it, all that are open here.
    #[arg(value_name = "ID")]
    id: Option<i64>,
    /// Settle it by what is known, instead of by reading.
    #[arg(long = "as", value_name = "FINDING", requires_all = ["id", "reason"])]
    finding: Option<Known>,
    /// How it is known; recorded with the operator's name.
    #[arg(long, value_name = "TEXT", requires = "finding")]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Known {
    /// It was done.
    Done,
    /// It was not done.
    NotDone,
    /// Nobody will ever know.
    Unknown,
}

impl From<Known> for Finding {
    fn from(known: Known) -> Self {
        match known {
            Known::Done => Self::Done,
            Known::NotDone => Self::NotDone,
            Known::Unknown => Self::Unknown,
        }
    }
}

#[derive(Serialize)]
struct Settled {
    journal_id: i64,
    operation: &'static str,
    entity_id: Option<String>,
    kit_no: Option<String>,
    order_id: Option<String>,
    /// `done`, `not_done`, `open`, or `cant_be_read`; `unknown` where a person left it at that.
    found: &'static str,
    said: String,
}

impl Settled {
    fn by_person(open: &OpenWrite, known: Known, said: String) -> Self {
        let Record {
            id,
            operation,
            subject,
            ..
        } = &open.intent;
        Self {
            journal_id: id.0,
            operation: operation.word(),
            entity_id: subject.entity.as_ref().map(EntityId::to_string),
            kit_no: subject.kit.as_ref().map(KitNo::to_string),
            order_id: subject.order.as_ref().map(OrderId::to_string),
            found: known.word(),
            said,
        }
    }

    fn of(look: &Look) -> Self {
        let subject = look.target.subject();
        Self {
            journal_id: look.record.0,
            operation: look.write.word(),
            entity_id: subject.entity.as_ref().map(EntityId::to_string),
            kit_no: subject.kit.as_ref().map(KitNo::to_string),
            order_id: subject.order.as_ref().map(OrderId::to_string),
            found: match look.verdict {
                Verdict::Done => "done",
                Verdict::NotDone => "not_done",
                Verdict::Open => "open",
                Verdict::CantBeRead => "cant_be_read",
            },
            said: of_look(look),
        }
    }
}

impl Known {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
        }
    }
}

#[derive(Serialize)]
struct All {
    writes: Vec<Settled>,
}

/// Settles it by what a person says.
async fn decided(
    id: RecordId,
    known: Known,
    reason: &str,
    line: &mut Line<'_>,
) -> Result<Answer, Failed> {
    let open = line.open_now().await?.writes;
    line.decide(id, known.into(), reason.to_owned()).await?;
    let said = format!("Record {id} is settled by what you know.");
    let shown = format!("{said}\n");
    let settled = open.iter().filter(|open| open.intent.id == id);
    let writes = settled.map(|open| Settled::by_person(open, known, said.clone()));
    let all = All {
        writes: writes.collect(),
    };
    Ok(Answer::Report(
        Report::read(NAME, &all, shown).about_record(id),
    ))
}

/// Settles what can be settled.
pub(super) async fn run(args: &SettleArgs, line: &mut Line<'_>) -> Result<Answer, Failed> {
    if let (Some(id), Some(known), Some(reason)) = (args.id, args.finding, &args.reason) {
        return decided(RecordId(id), known, reason, line).await;
    }
    let mut gap = None;
    let records = if let Some(id) = args.id {
        vec![RecordId(id)]
    } else {
        let open = line.open_now().await?;
        gap = open.gap;
        open.writes.iter().map(|open| open.intent.id).collect()
    };
    let mut all = All { writes: Vec::new() };
    for record in records {
        let look = line.settle(record).await?;
        all.writes.push(Settled::of(&look));
    }
    let mut shown = String::new();
    for write in &all.writes {
        let id = write.journal_id.to_string();
        shown.extend(["record ", &id, ": ", &write.said, "\n"]);
    }
    if all.writes.is_empty() {
        shown.push_str("Nothing is open.\n");
    }
    let is_open = |write: &Settled| matches!(write.found, "open" | "cant_be_read");
    let left = all.writes.iter().filter(|write| is_open(write)).count();
    let report = Report::read(NAME, &all, shown).warning(gap.as_deref().map(sentence));
    Ok(Answer::Report(if left == 0 {
        report
    } else {
        report.but(
            Word::Unknown,
            format!("{left} still open: read again later, or settle it with --as and --reason by what you know."),
        )
    }))
}
