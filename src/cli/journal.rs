//! `kitdesk journal`: the record of actions, listed, shown, checked and exported. Needs no DCMS,
//! and but for a person's word about missing records it only reads and needs no profile.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

use super::failed::Failed;
use super::global::Global;
use super::line::configuration;
use super::offered::Offered;
use super::record;
use super::report::{Answer, Report, around_result, harmless_json, out};
use super::subcommand::{Context, Subcommand};
use super::table::{TableFormat, thread};
use super::verify::VerifyArgs;
use crate::config::Env;
use crate::dcms::Word;
use crate::desk::sentences::counted;
use crate::desk::{Copies, Receipt, is_doubted};
use crate::io_error::plain;
use crate::journal::{
    Filter, Journal, JournalError, Kind, Operation, Reader, Record, RecordId, RecordThread,
    ResultWord,
};
use crate::utc;

mod words {
    use std::fmt::Display;

    pub(super) const NONE: &str = "No record fits.\n";
    pub(super) const NO_CONFIGURATION: &str = "there is no configuration file: name one with --config, so that it \
        is known who answers for it";

    pub(super) fn no_result(kind: &dyn Display) -> String {
        format!("the result can't be written: {kind}")
    }

    pub(super) fn accepted(record: &dyn Display) -> String {
        format!("Record {record} says so from now on. Writes are sent again.\n")
    }

    pub(super) fn there_already(path: &dyn Display) -> String {
        format!("{path} is there already: choose another name")
    }

    pub(super) fn unwritable(path: &dyn Display, why: &dyn Display) -> String {
        format!("{path} can't be written ({why})")
    }

    pub(super) fn written(count: &dyn Display, be: &dyn Display, path: &dyn Display) -> String {
        format!("{count} {be} in {path}.\n")
    }
}

/// Its name, for what is written while it is read.
pub(super) const NAME: &str = "journal";

#[derive(clap::Args)]
pub(super) struct JournalArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List records, newest first.
    List {
        #[command(flatten)]
        filter: FilterArgs,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
    },
    /// Show a record with all that belongs to it.
    Show {
        /// Its number.
        #[arg(value_name = "ID")]
        id: i64,
        /// Print the receipt of a change instead: plain text for the customer's papers.
        #[arg(long)]
        receipt: bool,
        /// So many receipts; two are for the customer and the branch, each with lines to sign on.
        #[arg(long, value_name = "1|2", default_value_t = 1, requires = "receipt")]
        #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
        copies: u8,
    },
    /// Walk the chain of hashes: was anything changed, removed, inserted, reordered or cut off? And is
    /// the database in order?
    Verify(VerifyArgs),
    /// Answer for records that are missing, or for a journal that was altered: until somebody does,
    /// nothing is sent.
    Accept {
        /// How that came about; recorded with the operator's name.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Write records as JSON Lines, oldest first; with --json, all of them in one object.
    Export {
        #[command(flatten)]
        filter: FilterArgs,
        /// To this file, which must not be there yet, instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Which records.
#[derive(clap::Args)]
struct FilterArgs {
    /// Made on this day or later: 2026-11-24, or a time like 2026-11-24T10:30:00Z.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Made on this day or before.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// By this operator.
    #[arg(long, value_name = "OPERATOR")]
    by: Option<String>,
    /// About this customer.
    #[arg(long, value_name = "ID")]
    entity: Option<String>,
    /// About this kit.
    #[arg(long, value_name = "NO")]
    kit: Option<String>,
    /// About this order.
    #[arg(long, value_name = "ID")]
    order: Option<String>,
    /// Of this operation, like upgrade or set-pin.
    #[arg(long, value_name = "WORD", value_parser = Offered::new(Operation::all().map(Operation::word)))]
    operation: Option<String>,
    /// With this outcome: done, refused, not-sent, unknown, not-done.
    #[arg(long, value_name = "WORD", value_parser = Offered::new(ResultWord::ALL.map(ResultWord::word)))]
    outcome: Option<String>,
    /// Of this kind, like intent, outcome, settled or look-up.
    #[arg(long, value_name = "WORD", value_parser = Offered::new(Kind::ALL.iter().map(|word| word.word())))]
    kind: Option<String>,
}

impl FilterArgs {
    fn filter(&self) -> Result<Filter, Failed> {
        let mut filter = Filter::default();
        for (key, value) in [
            ("from", &self.from),
            ("to", &self.to),
            ("operator", &self.by),
            ("entity", &self.entity),
            ("kit", &self.kit),
            ("order", &self.order),
            ("operation", &self.operation),
            ("outcome", &self.outcome),
            ("kind", &self.kind),
        ] {
            if let Some(value) = value {
                filter.set(key, value).map_err(Failed::usage)?;
            }
        }
        Ok(filter)
    }
}

impl Subcommand for JournalArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let folder = state_folder()?;
        match &self.what {
            What::List { filter, limit } => {
                let filter = filter.filter()?;
                match (reader()?, context.global.json) {
                    (Some(reader), true) => list_object(&reader, &filter, *limit),
                    (Some(reader), false) => list(&reader, &filter, *limit),
                    (None, _) => Ok(report(&json!({ "records": [] }), words::NONE.to_owned())),
                }
            }
            What::Show {
                id,
                receipt,
                copies,
            } => {
                let reader = Journal::open_to_read(&folder).map_err(failed)?;
                let found = reader.show(RecordId(*id)).map_err(failed)?;
                if *receipt {
                    let copies = if *copies == 1 {
                        Copies::One
                    } else {
                        Copies::Two
                    };
                    return receipt_of(found, copies, context.global);
                }
                let records: Vec<&Record> = [&found.record]
                    .into_iter()
                    .chain(&found.followers)
                    .collect();
                let result: Vec<Value> = records.iter().map(|record| record.to_json()).collect();
                let shown = thread(&records);
                Ok(report(&json!({ "records": result }), shown))
            }
            What::Verify(args) => args.verified(&folder, context.global).await,
            What::Accept { reason } => accepted(context.global, reason),
            What::Export { filter, out } => exported(
                &folder,
                &filter.filter()?,
                out.as_deref(),
                context.global.json,
            ),
        }
    }
}

fn state_folder() -> Result<PathBuf, Failed> {
    let folder = Env::of_process().state();
    folder.ok_or_else(|| Failed::usage(JournalError::NoFolder))
}

/// A journal that is not there yet is an empty one.
pub(super) fn reader() -> Result<Option<Reader>, Failed> {
    match Journal::open_to_read(&state_folder()?) {
        Ok(reader) => Ok(Some(reader)),
        Err(JournalError::Missing(_)) => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: JournalError) -> Failed {
    Failed::usage(error)
}

fn report(result: &impl Serialize, shown: String) -> Answer {
    Answer::Report(Report::read(result, shown))
}

/// How many records are printed at a time, and have their columns' widths in common.
const PIECE: usize = 1_000;

fn list(reader: &Reader, filter: &Filter, limit: u32) -> Result<Answer, Failed> {
    let (mut out, format) = (std::io::BufWriter::new(out()), TableFormat::of_stdout());
    let mut widths = Vec::new();
    let printed = reader.list_in_pieces(filter, limit, PIECE, |records| {
        if records.is_empty() && widths.is_empty() {
            return out.write_all(words::NONE.as_bytes());
        }
        let doubted = doubted(reader, records);
        out.write_all(format.records(records, &doubted, &mut widths).as_bytes())
    });
    let flushed = |()| {
        let flushed = out.flush();
        flushed.map_err(|error| JournalError::Output(error.kind()))
    };
    told(printed.and_then(flushed))
}

/// Those of these outcomes that a reading after them does not show.
fn doubted(reader: &Reader, records: &[Record]) -> Vec<RecordId> {
    let done = Some(ResultWord::Outcome(Word::Done));
    let done = records
        .iter()
        .filter(|record| record.kind == Kind::Outcome && record.outcome == done);
    // One that can't be read is listed as it is.
    let doubted = done.filter(|record| {
        reader
            .show(record.id)
            .is_ok_and(|thread| is_doubted(&thread))
    });
    doubted.map(|record| record.id).collect()
}

/// In one object, as every verb has it; written piece by piece.
fn list_object(reader: &Reader, filter: &Filter, limit: u32) -> Result<Answer, Failed> {
    in_one_object(|out| {
        let mut separator = "";
        reader.list_in_pieces(filter, limit, PIECE, |records| {
            for record in records {
                let record = harmless_json(record.to_json().to_string());
                write!(out, "{separator}{record}")?;
                separator = ",";
            }
            Ok(())
        })
    })
}

/// The end of what was printed on the way.
fn told(printed: Result<(), JournalError>) -> Result<Answer, Failed> {
    match printed {
        Ok(()) | Err(JournalError::Output(ErrorKind::BrokenPipe)) => {
            Ok(Answer::Told(ExitCode::SUCCESS))
        }
        Err(JournalError::Output(kind)) => Err(unwritten(kind)),
        Err(error) => Err(failed(error)),
    }
}

/// The branch is that of the record's profile, where the configuration still has it.
fn receipt_of(found: RecordThread, copies: Copies, global: &Global) -> Result<Answer, Failed> {
    let place = &found.record.place;
    let config = configuration(global, &Env::of_process()).ok();
    let profile = config.and_then(|config| config.profile);
    let profile = profile.filter(|profile| profile.name == place.profile);
    let branch = profile.and_then(|profile| profile.branch_id);
    let branch = branch.map(|branch| branch.to_string());
    let receipt = Receipt::of(found, branch, &utc::zone_here(), copies).map_err(Failed::usage)?;
    let text = receipt.text();
    Ok(report(&json!({ "receipt": text }), text))
}

/// All of them in one object, as every verb has it, and to the letter as they are kept: the chain's
/// hashes are over that. It is written record by record, because a journal can be larger than memory.
fn as_object(reader: &Reader, filter: &Filter) -> Result<Answer, Failed> {
    in_one_object(|out| {
        let mut separator = "";
        let written = reader.export_each(filter, |record| {
            write!(out, "{separator}{}", harmless_json(record.to_owned()))?;
            separator = ",";
            Ok(())
        });
        written.map(drop)
    })
}

/// One object whose records are written on the way.
fn in_one_object(
    records: impl FnOnce(&mut dyn std::io::Write) -> Result<(), JournalError>,
) -> Result<Answer, Failed> {
    let mut out = std::io::BufWriter::new(out());
    let (before, after) = around_result(NAME);
    let written = write!(out, "{before}{{\"records\":[")
        .map_err(|error| JournalError::Output(error.kind()))
        .and_then(|()| records(&mut out))
        .and_then(|()| {
            let ended = writeln!(out, "]}}{after}").and_then(|()| out.flush());
            ended.map_err(|error| JournalError::Output(error.kind()))
        });
    match written {
        Ok(()) => Ok(Answer::Told(ExitCode::SUCCESS)),
        Err(JournalError::Output(kind)) => Err(unwritten(kind)),
        Err(error) => Err(failed(error)),
    }
}

/// Standard output belongs to this machine, not to the journal.
fn unwritten(kind: ErrorKind) -> Failed {
    Failed::internal(words::no_result(&kind))
}

fn as_lines(reader: &Reader, filter: &Filter) -> Result<Answer, Failed> {
    told(reader.export(filter, &mut out()).map(drop))
}

/// The only one of these that writes: it is somebody's word, so it needs a profile to say whose.
fn accepted(global: &Global, reason: &str) -> Result<Answer, Failed> {
    let around = Env::of_process();
    let config = configuration(global, &around)?;
    let profile = config
        .profile
        .as_ref()
        .ok_or_else(|| Failed::usage(words::NO_CONFIGURATION))?;
    let folder = config
        .state
        .as_ref()
        .ok_or(JournalError::NoFolder)
        .map_err(failed)?;
    let opening = record::opening(&config, profile, &around);
    let mut journal = Journal::open(folder, opening()).map_err(failed)?;
    let record = journal.accept(reason).map_err(failed)?;
    let shown = words::accepted(&record);
    Ok(report(&json!({ "record": record.0 }), shown))
}

fn exported(
    folder: &Path,
    filter: &Filter,
    out: Option<&Path>,
    as_json: bool,
) -> Result<Answer, Failed> {
    let reader = Journal::open_to_read(folder).map_err(failed)?;
    let Some(path) = out else {
        return if as_json {
            as_object(&reader, filter)
        } else {
            as_lines(&reader, filter)
        };
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| {
        Failed::usage(match error.kind() {
            ErrorKind::AlreadyExists => words::there_already(&path.display()),
            kind => words::unwritable(&path.display(), &plain(kind)),
        })
    })?;
    let mut file = std::io::BufWriter::new(file);
    let count = reader.export(filter, &mut file).map_err(failed)?;
    let shown = if as_json {
        String::new()
    } else {
        let be = if count == 1 { "is" } else { "are" };
        words::written(&counted(count, "record"), &be, &path.display())
    };
    Ok(report(&json!({ "records": count }), shown))
}
