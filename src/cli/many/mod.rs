//! `kitdesk upgrade --from`: many upgrades out of a table, each as careful as a single one. Everything is
//! checked before the first is sent; each is sent by the desk, once, and its end is on file before the next.

mod progress;
mod results;
mod table;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use progress::{Counts, Progress};
use results::{End, Results};
use table::Row;

use super::confirm::Confirmation;
use super::failed::Failed;
use super::line::Line;
use super::report::{Answer, Report, Word, say};
use super::upgrade::{self, NAME};
use crate::dcms::{EntityId, Kit, Outcome, Text, Upgrade};
use crate::desk::sentences::what_became;
use crate::desk::{Before, Known, Reading, Verdict, checks};
use crate::journal::{Note, NoteKind, Past, Subject, Trace, Write};

#[derive(clap::Args)]
pub(super) struct ManyArgs {
    /// Upgrade many: a table (CSV) with the columns entity, kit, tier and, if wanted, card-type,
    /// plastic-code, alias and delivery.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "entity", "kit", "tier", "card_type", "plastic_code", "alias", "delivery"
    ])]
    pub(super) from: Option<PathBuf>,
    /// Where what became of each row goes, and from where a run that was cut short goes on; beside
    /// the table unless said.
    #[arg(long, value_name = "FILE", requires = "from")]
    results: Option<PathBuf>,
    /// How many upgrades are sent a second at most.
    #[arg(long, value_name = "N", default_value_t = 2.0, value_parser = rate, requires = "from")]
    rate: f64,
    /// How many rows the table may have.
    #[arg(long, value_name = "N", default_value_t = 100, requires = "from")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Go on behind a row whose outcome is unknown; without it, that is where the run stops.
    #[arg(long, requires = "from")]
    keep_going: bool,
}

fn rate(text: &str) -> Result<f64, &'static str> {
    let rate: f64 = text
        .parse()
        .map_err(|_| "a number is needed, like 2 or 0.5")?;
    if (0.01..=50.0).contains(&rate) {
        Ok(rate)
    } else {
        Err("allowed are 0.01 to 50 a second")
    }
}

/// A row that may be sent.
struct Ready {
    row: Row,
    /// For people, before they confirm.
    shown: String,
}

/// The result for programs.
#[derive(Serialize)]
struct Object<'a> {
    results: String,
    done: usize,
    refused: usize,
    not_sent: usize,
    unknown: usize,
    rows: Vec<RowObject<'a>>,
}

#[derive(Serialize)]
struct RowObject<'a> {
    line: u64,
    entity: &'a str,
    kit: &'a str,
    outcome: Word,
    code: Option<&'a str>,
    message: &'a str,
    new_kits: Vec<&'a str>,
    journal_id: Option<i64>,
}

/// Upgrades every row of the table.
pub(super) async fn run(
    table: &Path,
    args: &ManyArgs,
    (yes, dry_run): (bool, bool),
    line: &mut Line<'_>,
) -> Result<Answer, Failed> {
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let rows = table::read(table, limit)?;
    if dry_run {
        let previews = rows.iter();
        let previews = previews.map(|row| line.preview(Upgrade::PATH, &row.request.body()));
        return Ok(Answer::Previews(previews.collect()));
    }
    let confirmation = Confirmation::of(yes)?;
    let path = args
        .results
        .clone()
        .unwrap_or_else(|| Results::beside(table));
    let of = format!(
        "{} {}",
        line.profile.environment,
        line.profile.tenant.as_str()
    );
    let mut run = Run {
        results: Results::open(&path, &rows, &of)?,
        rows,
        progress: Progress::of(0),
        gap: Duration::from_secs_f64(1.0 / args.rate),
        keeps_going: args.keep_going,
    };
    match run.all(confirmation, line).await {
        Ok(()) => Ok(Answer::Report(run.report(&path))),
        Err(failed) => {
            run.results.forget();
            Err(failed)
        }
    }
}

struct Run {
    rows: Vec<Row>,
    results: Results,
    progress: Progress,
    gap: Duration,
    keeps_going: bool,
}

impl Run {
    async fn all(&mut self, confirmation: Confirmation, line: &mut Line<'_>) -> Result<(), Failed> {
        let left = self.left(line).await?;
        if left.is_empty() {
            return Ok(());
        }
        let ready = check(&left, line).await?;
        let shown: Vec<&str> = ready.iter().map(|ready| ready.shown.as_str()).collect();
        confirmation.take_all(line, "Upgrade cards", &shown).await?;
        if self.results.since.is_none() {
            let known = line.past(None, Vec::new()).await?;
            let since = known.last.ok_or_else(|| {
                Failed::internal("the journal took no record, so nothing was sent")
            })?;
            self.results.begin(since)?;
        }
        self.progress = Progress::of(ready.len());
        line.way.begin_many();
        let sent = self.send(ready, line).await;
        self.progress.clear();
        if let (Some(wish), Ok(0)) = (line.way.wish(), &sent) {
            return Err(Failed::interrupted(wish.code()));
        }
        sent.map(drop)
    }

    /// The rows that are still to be sent. What the journal knows of the others is put on file: a row
    /// that may have been sent is never sent again.
    async fn left(&mut self, line: &mut Line<'_>) -> Result<Vec<Row>, Failed> {
        let is_over = |row: &Row| {
            let end = self.results.end(row);
            end.is_some_and(|end| matches!(end.word, Word::Done | Word::Refused))
        };
        let left: Vec<Row> = self
            .rows
            .iter()
            .filter(|row| !is_over(row))
            .cloned()
            .collect();
        let since = self.results.since.clone();
        let is_new = since.is_none();
        let requests = left.iter().map(|row| row.request.clone()).collect();
        let Known { same, pasts, .. } = line.past(since, requests).await?;
        if !same {
            return Err(Failed::usage(
                "these results were begun with another journal, which alone knows what was sent: go on at the machine and under the account where they were begun",
            ));
        }
        if !is_new {
            say("Going on from the results that are there.");
        }
        let mut free = Vec::new();
        let mut faults = Vec::new();
        for (row, past) in left.into_iter().zip(pasts) {
            match past {
                Past::Free => free.push(row),
                Past::Forbidden(open) => faults.push(format!("line {}: {open}", row.line)),
                Past::Done(trace) => self.known(&row, Word::Done, trace)?,
                Past::Refused(trace) => self.known(&row, Word::Refused, trace)?,
                Past::GivenUp(trace) => self.known(&row, Word::Unknown, trace)?,
                Past::Open(trace) => {
                    let look = line.settle(trace.intent).await?;
                    match look.verdict {
                        Verdict::Done => self.known(&row, Word::Done, trace)?,
                        Verdict::NotDone => free.push(row),
                        _ => {
                            self.known(&row, Word::Unknown, trace)?;
                            if !self.keeps_going {
                                return Ok(Vec::new());
                            }
                        }
                    }
                }
            }
        }
        told(&faults).map(|()| free)
    }

    /// A row that an earlier run has sent.
    fn known(&mut self, row: &Row, word: Word, trace: Trace) -> Result<(), Failed> {
        let end = End {
            word,
            code: trace.error_code,
            message: trace
                .message
                .unwrap_or_else(|| "as the journal has it".into()),
            new_kits: trace.new_kits,
            record: Some(trace.intent),
        };
        if self
            .results
            .end(row)
            .is_some_and(|known| known.word == word)
        {
            return Ok(());
        }
        say(&progress::line(row, &end));
        self.results.ended(row, end)
    }

    /// Sends one after the other. Returns how many were.
    async fn send(&mut self, ready: Vec<Ready>, line: &mut Line<'_>) -> Result<usize, Failed> {
        let mut next = tokio::time::Instant::now();
        let mut sent = 0;
        for Ready { row, .. } in ready {
            tokio::select! {
                biased;
                () = line.way.stopped() => break,
                () = tokio::time::sleep_until(next) => {}
            }
            next = tokio::time::Instant::now() + self.gap;
            let end = send_one(&row, line).await;
            sent += usize::from(end.record.is_some());
            let is_unknown = end.word == Word::Unknown;
            self.progress.ended(&row, &end);
            let kept = self.results.ended(&row, end);
            line.way.end_one_of_many();
            kept?;
            if is_unknown && !self.keeps_going {
                break;
            }
        }
        Ok(sent)
    }

    fn report(&self, path: &Path) -> Report {
        let mut counts = Counts::default();
        let unsent = End {
            word: Word::NotSent,
            code: None,
            message: "the run ended before this row".into(),
            new_kits: Vec::new(),
            record: None,
        };
        let ends: Vec<(&Row, &End)> = self
            .rows
            .iter()
            .map(|row| (row, self.results.end(row).unwrap_or(&unsent)))
            .collect();
        for (_, end) in &ends {
            counts.add(end.word);
        }
        let rows = ends.iter().map(|(row, end)| RowObject {
            line: row.line,
            entity: row.request.entity.as_str(),
            kit: row.request.kit.as_str(),
            outcome: end.word,
            code: end.code.as_deref(),
            message: &end.message,
            new_kits: end
                .new_kits
                .iter()
                .map(crate::dcms::KitNo::as_str)
                .collect(),
            journal_id: end.record.map(|record| record.0),
        });
        let object = Object {
            results: path.display().to_string(),
            done: counts.done,
            refused: counts.refused,
            not_sent: counts.not_sent,
            unknown: counts.unknown,
            rows: rows.collect(),
        };
        let (all, told) = (self.rows.len(), counts.told());
        let summary = format!("of {all} upgrades: {told}. Row by row: {}", path.display());
        let report = Report::read(NAME, &object, String::new());
        match counts.worst() {
            Word::Done => report.adding(format!("{summary}.")),
            Word::Refused => report.but(Word::Refused, format!("{summary}.")),
            word => report.but(
                word,
                format!("{summary}; the same command goes on from there."),
            ),
        }
    }
}

/// Everything that can be said about the rows before the first is sent: all of it is told at once.
async fn check(rows: &[Row], line: &mut Line<'_>) -> Result<Vec<Ready>, Failed> {
    let mut known: Vec<(EntityId, Vec<Kit>)> = Vec::new();
    let mut ready = Vec::new();
    let mut faults = Vec::new();
    for row in rows {
        let entity = &row.request.entity;
        if !known.iter().any(|(read, _)| read == entity) {
            match line.kits_of(entity).await {
                Ok(kits) => known.push((entity.clone(), kits)),
                Err(failed) if failed.word == Word::Refused => {
                    faults.push(format!("line {}: {}", row.line, failed.sentence));
                    continue;
                }
                Err(failed) => return Err(failed.before_the_write()),
            }
        }
        let kits = known.iter().find(|(read, _)| read == entity);
        let kits = kits.map_or(&[][..], |(_, kits)| kits);
        match may_send(&row.request, kits) {
            Ok(kit) => ready.push(Ready {
                shown: shown(&row.request, kit),
                row: row.clone(),
            }),
            Err(fault) => {
                line.note(Note {
                    message: Some(fault.clone()),
                    ..Note::new(
                        NoteKind::Refusal,
                        Write::Upgrade,
                        Subject::kit(entity.clone(), row.request.kit.clone()),
                    )
                })
                .await;
                faults.push(format!("line {}: {fault}", row.line));
            }
        }
    }
    told(&faults).map(|()| ready)
}

fn told(faults: &[String]) -> Result<(), Failed> {
    if faults.is_empty() {
        return Ok(());
    }
    let faults = faults.join("\n  ");
    Err(Failed::usage(format!(
        "these rows can't be sent, so none was:\n  {faults}"
    )))
}

fn may_send<'k>(request: &Upgrade, kits: &'k [Kit]) -> Result<&'k Kit, String> {
    let kit = checks::kit_of(kits, &request.entity, &request.kit)?;
    checks::may_upgrade(kit)?;
    for card in &request.cards {
        checks::changes_something(card, kit)?;
    }
    Ok(kit)
}

fn shown(request: &Upgrade, kit: &Kit) -> String {
    let now = kit.tier.as_ref().map_or("—".into(), Text::shown);
    let card = request.cards.first();
    let wanted = card.and_then(|card| card.tier_type.as_deref());
    format!(
        "kit {} of {}: {now} -> {}",
        request.kit,
        request.entity,
        wanted.unwrap_or("—")
    )
}

/// Reads the kit again, upgrades it once, and waits for what is known of it then.
async fn send_one(row: &Row, line: &mut Line<'_>) -> End {
    let unsent = |message: String| End {
        word: Word::NotSent,
        code: None,
        message,
        new_kits: Vec::new(),
        record: None,
    };
    let request = &row.request;
    let kits = match line.kits_of(&request.entity).await {
        Ok(kits) => kits,
        Err(failed) => return unsent(failed.sentence),
    };
    if let Err(fault) = may_send(request, &kits) {
        return unsent(fault);
    }
    let before = Before::kits(&kits, &request.kit);
    let mut after = match line.upgrade(request.clone(), before).await {
        Ok(after) => after,
        Err(failed) => {
            return End {
                word: failed.word,
                ..unsent(failed.sentence)
            };
        }
    };
    let mut verdict = after.kept.verdict;
    if let Some(look) = line.settled(&after.kept).await {
        verdict = Some(look.verdict);
        if let Ok(Reading::Kits(kits)) = look.reading {
            after.reading = Ok(kits);
        }
    }
    let new = upgrade::new_kits(&after, &kits);
    let (code, message) = match &after.outcome {
        Outcome::Refused(refusal) => (
            refusal.code.as_ref().map(|code| code.as_sent().to_owned()),
            refusal.to_string(),
        ),
        outcome => (None, what_became(outcome, "The upgrade")),
    };
    let trouble = after.kept.trouble.map(|trouble| format!(" {trouble}"));
    End {
        word: Word::settled(&after.outcome, verdict),
        code,
        message: message + &trouble.unwrap_or_default(),
        new_kits: new.into_iter().map(|kit| kit.kit_no).collect(),
        record: after.kept.record,
    }
}
