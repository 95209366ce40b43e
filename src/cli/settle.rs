//! `kitdesk settle`: writes whose end nobody knows, settled by reading, or by a person who says how
//! they know. Nothing is ever sent again.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::Serialize;

use super::failed::Failed;
use super::line::{self, Line};
use super::report::{Answer, Report};
use super::settle_for_gone;
use super::subcommand::{Context, Subcommand};
use crate::dcms::{EntityId, KitNo, OrderId, Word};
use crate::desk::sentences::sentence;
use crate::desk::{Observation, Verdict};
use crate::journal::{Finding, OpenWrite, RecordId, Subject};

mod words {
    use std::fmt::Display;

    pub(super) const DONE: &str = "It was done";
    pub(super) const NOT_DONE: &str = "It was not done";
    pub(super) const NOBODY_KNOWS: &str = "Nobody will ever know";
    pub(super) const WHICH: &str = "say which: the record's ID, or --claim CLAIM of another host";
    pub(super) const NOTHING_OPEN: &str = "Nothing is open.\n";

    pub(super) fn settled(id: &dyn Display) -> String {
        format!("Record {id} is settled by what you know.")
    }

    pub(super) fn still_open(left: &dyn Display) -> String {
        format!(
            "{left} still open: read again later, or settle it with --as and --reason by what you \
            know."
        )
    }
}

#[derive(clap::Args)]
pub(super) struct SettleArgs {
    /// The record of the write's intent; without it, all that are open here.
    #[arg(value_name = "ID", conflicts_with_all = ["central", "claim"])]
    id: Option<i64>,
    /// List what other hosts of the bank have open at the central store; nothing is settled.
    #[arg(long, conflicts_with_all = ["claim", "finding"])]
    central: bool,
    /// A claim of another host that is gone for good, as --central lists it; with --as and --reason, once you have
    /// looked at the DCMS.
    #[arg(long, value_name = "CLAIM", requires = "finding")]
    claim: Option<String>,
    /// Settle it by what is known, instead of by reading.
    #[arg(long = "as", value_name = "FINDING", requires = "reason")]
    finding: Option<Finding>,
    /// How it is known; recorded with the operator's name.
    #[arg(long, value_name = "TEXT", requires = "finding")]
    reason: Option<String>,
}

impl ValueEnum for Finding {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::Done => ("done", words::DONE),
            Self::NotDone => ("not-done", words::NOT_DONE),
            Self::Unknown => ("unknown", words::NOBODY_KNOWS),
        };
        Some(PossibleValue::new(word).help(help))
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
    fn new(id: RecordId, write: &'static str, subject: &Subject) -> Self {
        Self {
            journal_id: id.0,
            operation: write,
            entity_id: subject.entity.as_ref().map(EntityId::to_string),
            kit_no: subject.kit.as_ref().map(KitNo::to_string),
            order_id: subject.order.as_ref().map(OrderId::to_string),
            found: "open",
            said: String::new(),
        }
    }

    fn by_person(open: &OpenWrite, finding: Finding, said: String) -> Self {
        let intent = &open.intent;
        Self {
            found: finding.word(),
            said,
            ..Self::new(intent.id, intent.operation.word(), &intent.subject)
        }
    }

    fn of(observation: &Observation) -> Self {
        let intent = &observation.intent;
        Self {
            found: match observation.verdict {
                Verdict::Done => "done",
                Verdict::NotDone => "not_done",
                Verdict::Open => "open",
                Verdict::CantBeRead => "cant_be_read",
            },
            said: observation.in_words(),
            ..Self::new(intent.record, intent.write.word(), &intent.target.subject())
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
    finding: Finding,
    reason: &str,
    line: &mut Line<'_>,
) -> Result<Answer, Failed> {
    let open = line.open_now().await?.writes;
    line.decide(id, finding, reason.to_owned()).await?;
    let said = words::settled(&id);
    let shown = format!("{said}\n");
    let settled = open.iter().filter(|open| open.intent.id == id);
    let writes = settled.map(|open| Settled::by_person(open, finding, said.clone()));
    let all = All {
        writes: writes.collect(),
    };
    Ok(Answer::Report(Report::read(&all, shown).about_record(id)))
}

impl Subcommand for SettleArgs {
    /// Settles what can be settled.
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        if self.central {
            return settle_for_gone::list(context.global).await;
        }
        if let (Some(claim), Some(finding), Some(reason)) =
            (&self.claim, self.finding, &self.reason)
        {
            return settle_for_gone::settle(context.global, claim, (finding, reason)).await;
        }
        if self.finding.is_some() && self.id.is_none() {
            return Err(Failed::usage(words::WHICH));
        }
        line::reading(context, async |line| {
            if let (Some(id), Some(finding), Some(reason)) = (self.id, self.finding, &self.reason) {
                return decided(RecordId(id), finding, reason, line).await;
            }
            let mut gap = None;
            let records = if let Some(id) = self.id {
                vec![RecordId(id)]
            } else {
                let open = line.open_now().await?;
                gap = open.gap;
                open.writes.iter().map(|open| open.intent.id).collect()
            };
            let mut all = All { writes: Vec::new() };
            for record in records {
                let observation = line.settle(record).await?;
                all.writes.push(Settled::of(&observation));
            }
            let mut shown = String::new();
            for write in &all.writes {
                let id = write.journal_id.to_string();
                shown.extend(["record ", &id, ": ", &write.said, "\n"]);
            }
            if all.writes.is_empty() {
                shown.push_str(words::NOTHING_OPEN);
            }
            let is_open = |write: &Settled| matches!(write.found, "open" | "cant_be_read");
            let left = all.writes.iter().filter(|write| is_open(write)).count();
            let report = Report::read(&all, shown).warning(gap.as_deref().map(sentence));
            Ok(Answer::Report(if left == 0 {
                report
            } else {
                report.but(Word::Unknown, words::still_open(&left))
            }))
        })
        .await
    }
}
