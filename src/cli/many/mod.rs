//! `kitdesk upgrade --from FILE.csv`: many upgrades, one after another. Every row is checked before the
//! first is sent, and the outcome of each is on disk before the next. The desk does the jobs.

mod checks;
mod columns;
mod counts;
mod end;
mod plan;
mod progress;
mod results;
mod send;
mod sheet;
mod table;
mod tell;
mod words;

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::plan::{Item, Plan, Wishes};
use self::progress::Progress;
use self::results::{Results, Tag};
use self::send::Pace;
use self::sheet::CellError;
pub(super) use self::sheet::line_of;
use super::confirm::{Confirmation, heading};
use super::failed::Failed;
use super::line::Line;
use super::report::{Answer, say};
use super::write::WriteArgs;
use crate::dcms::{Kit, Preview};
use crate::desk::Kind;
use crate::desk::sentences::counted;
use crate::journal::{Anchor, Write};
use crate::sorting;

/// No table of upgrades is longer.
const LONGEST: u64 = 16 * 1024 * 1024;
/// At most this many errors are listed.
const TOLD: usize = 20;

#[derive(clap::Args)]
#[command(next_help_heading = "Many at once")]
pub(super) struct ManyArgs {
    /// A table of upgrades: CSV, its columns named entity, kit, tier, card-type, plastic-code, alias,
    /// delivery. Or a results file, to go on where it stopped.
    #[arg(long, value_name = "FILE")]
    pub(super) from: Option<PathBuf>,
    /// Where the outcome of each row is written, and from where it goes on when it is run again;
    /// else FILE.results.csv next to the table.
    #[arg(long, value_name = "FILE", conflicts_with = "entity")]
    results: Option<PathBuf>,
    /// How many are sent in a second at most.
    #[arg(long, value_name = "N", conflicts_with = "entity", default_value = "2", value_parser = between)]
    #[arg(allow_negative_numbers = true)]
    rate: Duration,
    /// How many rows a table may have.
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "entity",
        default_value_t = 100
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Go on after a row whose outcome is unknown, or that can't be sent.
    #[arg(long, conflicts_with = "entity")]
    keep_going: bool,
    /// Send rows again that were refused when this was run before.
    #[arg(long, conflicts_with = "entity")]
    retry_refused: bool,
}

/// The time between two, from how many there are in a second.
fn between(text: &str) -> Result<Duration, &'static str> {
    let rate: f64 = text.trim().parse().map_err(|_| words::ALLOWED)?;
    if (0.01..=20.0).contains(&rate) {
        Ok(Duration::from_secs_f64(1.0 / rate))
    } else {
        Err(words::ALLOWED)
    }
}

/// Upgrades all rows of the table.
pub(super) async fn run(
    from: &Path,
    args: &ManyArgs,
    write: &WriteArgs,
    line: &mut Line<'_>,
) -> Result<Answer, Failed> {
    let Files { table, results } = files(from, args)?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let rows = table::read(&read(&table)?, limit, line.card_like_ids);
    let rows = rows.map_err(|errors| faulty(&table, &errors))?;
    let confirmation = if write.dry_run {
        Confirmation::Given
    } else {
        Confirmation::of(write.yes)?
    };
    let mut results = Results::open(&results, &line.profile)?;
    let wishes = Wishes {
        retry_refused: args.retry_refused,
        settles: !write.dry_run,
    };
    let mut plan = plan::make(rows, &results, line, wishes).await?;
    let mut progress = Progress::new(line.json, args.rate);
    let now = checks::of_plan(&mut plan, line, &progress).await?;
    let Plan {
        mut items,
        mut errors,
    } = plan;
    if !errors.is_empty() {
        // What forbids a row and what its kit says were found one after the other.
        sorting::sort_by_key(&mut errors, |error| error.line);
        return Err(faulty(&table, &errors));
    }
    let previews = previews(&items, line);
    if write.dry_run {
        return Ok(Answer::Previews(previews));
    }
    let tag = if let Some(tag) = results.tag.clone() {
        tag
    } else {
        let since = anchor(line).await?;
        Tag::new(&line.profile, since, &table, &results.path)
    };
    if !now.is_empty() {
        if confirmation == Confirmation::Typed || !line.json {
            review(&items, &now, previews.first(), line);
        }
        confirmation.of_many(line, now.len()).await?;
    }
    results.begin(&tag)?;
    line.verb_progress.begin_rows();
    let pace = Pace {
        between: args.rate,
        keeps_going: args.keep_going,
    };
    let sent = send::all(&mut items, line, &mut results, &mut progress, pace).await;
    line.verb_progress.end_rows();
    Ok(Answer::Report(tell::report(&items, &sent, &results.path)))
}

/// Where the table is, and where the results are.
struct Files {
    table: PathBuf,
    results: PathBuf,
}

fn files(from: &Path, args: &ManyArgs) -> Result<Files, Failed> {
    let named = results::table_of(from, &read(from)?).transpose()?;
    let files = match (named, &args.results) {
        (Some(_), Some(results)) if results != from => {
            return Err(Failed::usage(words::results_themselves(&from.display())));
        }
        (Some(table), _) => Files {
            table,
            results: from.to_owned(),
        },
        (None, Some(results)) => Files {
            table: from.to_owned(),
            results: results.clone(),
        },
        (None, None) => Files {
            table: from.to_owned(),
            results: from.with_extension("results.csv"),
        },
    };
    if files.table == files.results {
        return Err(Failed::usage(words::OWN_RESULTS));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    let shown = path.display();
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failed::usage(words::not_there(&shown)),
        kind => Failed::usage(words::unreadable(&shown, &kind)),
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    // Anything else could block or never end.
    if !metadata.is_file() {
        return Err(Failed::usage(words::no_regular_file(&shown)));
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let taken = file.take(LONGEST + 1).read_to_end(&mut bytes);
    if taken.map_err(unreadable)? as u64 > LONGEST {
        return Err(Failed::usage(words::too_large(&shown, &(LONGEST >> 20))));
    }
    Ok(bytes)
}

/// The errors of a table; lists the first of them.
fn faulty(table: &Path, errors: &[CellError]) -> Failed {
    let mut told: Vec<String> = errors
        .iter()
        .take(TOLD)
        .map(|error| match error.cell {
            Some(cell) => words::error_in_cell(&error.line, &cell, &error.said),
            None => words::error_in_line(&error.line, &error.said),
        })
        .collect();
    if errors.len() > TOLD {
        told.push(words::and_more(&(errors.len() - TOLD)));
    }
    let count = counted(errors.len(), "error");
    let sentence = words::faulty(&table.display(), &count);
    Failed::faulty(sentence, told)
}

fn previews(items: &[Item], line: &Line<'_>) -> Vec<Preview> {
    let path = Kind::from_write(Write::Upgrade).path;
    let to_send = items.iter().filter(|item| item.end.is_none());
    to_send
        .map(|item| line.preview(path, &item.row.upgrade))
        .collect()
}

/// The last record before anything is sent.
async fn anchor(line: &mut Line<'_>) -> Result<Anchor, Failed> {
    let asked = line.histories(None, Vec::new()).await?;
    // The reading of the kits has left one.
    asked.last.ok_or_else(|| Failed::internal(words::NO_RECORD))
}

fn review(items: &[Item], now: &[Kit], first: Option<&Preview>, line: &Line<'_>) {
    heading(line, &words::heading(&counted(now.len(), "card")));
    for text in tell::review(items, now).lines() {
        say(&format!("  {text}"));
    }
    if let Some(preview) = first {
        say(&words::first(&preview));
    }
}
