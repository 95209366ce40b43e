//! `kitdesk journal`: the record of actions, listed, shown, checked and exported. Needs no DCMS,
//! and but for a person's word about missing records it only reads and needs no profile.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::bank_journal::OfBank;
use super::failed::Failed;
use super::global::Global;
use super::line::configuration;
use super::offered::Offered;
use super::record;
use super::record_output::{
    NONE, PIECE, failed, new_file, object_of, report, told, unwritten, written,
};
use super::report::{Answer, around_result, harmless_json, out};
use super::subcommand::{Context, Subcommand};
use super::table::{RecordRow, TableFormat, thread};
use super::verify::{ProveArgs, VerifyArgs};
use crate::config::Env;
use crate::dcms::Word;
use crate::desk::{Copies, Receipt, is_doubted};
use crate::journal::{
    CopyId, Filter, Journal, JournalError, Kind, Operation, Reader, Record, RecordId, RecordThread,
    ResultWord,
};
use crate::utc;

mod words {
    use std::fmt::Display;

    pub(super) const NO_RECORD: &str =
        "a record has a number, and in the central store its journal's chain before it: CHAIN/ID";
    pub(super) const ONLY_CENTRAL: &str =
        "a record that is named CHAIN/ID is in the central store: add --central";
    pub(super) const NO_CHAIN: &str = "of all hosts' records, a number alone says too little: write CHAIN/ID, as \
        `kitdesk journal list --central` has it";
    pub(super) const NO_CONFIGURATION: &str = "there is no configuration file: name one with --config, so that it \
        is known who answers for it";

    pub(super) fn accepted(record: &dyn Display) -> String {
        format!("Record {record} says so from now on. Writes are sent again.\n")
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
        #[command(flatten)]
        whose: Whose,
    },
    /// Show a record with all that belongs to it.
    Show {
        /// Its number; with --central its journal too, as the list has it: CHAIN/ID.
        #[arg(value_name = "ID", value_parser = named)]
        id: Named,
        /// Print the receipt of a change instead: plain text for the customer's papers.
        #[arg(long)]
        receipt: bool,
        /// So many receipts; two are for the customer and the branch, each with lines to sign on.
        #[arg(long, value_name = "1|2", default_value_t = 1, requires = "receipt")]
        #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
        copies: u8,
        #[command(flatten)]
        whose: Whose,
    },
    /// Walk the chain of hashes: was anything changed, removed, inserted, reordered or cut off? And is
    /// the database in order?
    Verify(VerifyArgs),
    /// Prove that a record is among those that a checkpoint was signed for: a text that anybody can check with the
    /// public key.
    Prove(ProveArgs),
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
        #[command(flatten)]
        whose: Whose,
    },
}

/// A record as it is named.
#[derive(Debug, Clone)]
enum Named {
    /// One of this host's.
    Own(RecordId),
    /// One of the central store's.
    Copy(CopyId),
}

fn named(text: &str) -> Result<Named, &'static str> {
    let own = text.parse().map(|id| Named::Own(RecordId(id))).ok();
    let named = own.or_else(|| CopyId::parse(text).map(Named::Copy));
    named.ok_or(words::NO_RECORD)
}

/// Whose records.
#[derive(clap::Args)]
struct Whose {
    /// Those of all hosts of the bank, as the central store has them.
    #[arg(long)]
    central: bool,
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
    /// On this machine.
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// On hosts that are enrolled for this branch; only with --central.
    #[arg(long, value_name = "ID", requires = "central")]
    branch: Option<String>,
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
            ("host", &self.host),
            ("branch", &self.branch),
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
            What::List {
                filter,
                limit,
                whose,
            } => {
                let filter = filter.filter()?;
                if whose.central {
                    let bank = OfBank::open(context.global)?;
                    return bank.list(&filter, *limit, context.global.json).await;
                }
                match (reader()?, context.global.json) {
                    (Some(reader), true) => list_object(&reader, &filter, *limit),
                    (Some(reader), false) => list(&reader, &filter, *limit),
                    (None, _) => Ok(report(&json!({ "records": [] }), NONE.to_owned())),
                }
            }
            What::Show {
                id,
                receipt,
                copies,
                whose,
            } => {
                let found = match (id, whose.central) {
                    (Named::Copy(id), true) => OfBank::open(context.global)?.show(id).await?,
                    (Named::Own(id), false) => {
                        let reader = Journal::open_to_read(&folder).map_err(failed)?;
                        reader.show(*id).map_err(failed)?
                    }
                    (Named::Copy(_), false) => return Err(Failed::usage(words::ONLY_CENTRAL)),
                    (Named::Own(_), true) => return Err(Failed::usage(words::NO_CHAIN)),
                };
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
                let of_copy = |record: &&Record| object_of(record, found.copied.as_deref());
                let result: Vec<Value> = records.iter().map(of_copy).collect();
                let shown = thread(&found);
                Ok(report(&json!({ "records": result }), shown))
            }
            What::Verify(args) => args.verified(&folder, context.global).await,
            What::Prove(args) => args.proved(&folder, context.global),
            What::Accept { reason } => accepted(context.global, reason),
            What::Export {
                filter,
                out,
                whose: Whose { central: true },
            } => {
                let bank = OfBank::open(context.global)?;
                let json = context.global.json;
                bank.export(&filter.filter()?, out.as_deref(), json).await
            }
            What::Export { filter, out, .. } => exported(
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

fn list(reader: &Reader, filter: &Filter, limit: u32) -> Result<Answer, Failed> {
    let (mut out, format) = (std::io::BufWriter::new(out()), TableFormat::of_stdout());
    let mut widths = Vec::new();
    let printed = reader.list_in_pieces(filter, limit, PIECE, |records| {
        if records.is_empty() && widths.is_empty() {
            return out.write_all(NONE.as_bytes());
        }
        let doubted = doubted(reader, records);
        let rows = records.iter().map(|record| RecordRow {
            record,
            is_doubted: doubted.contains(&record.id),
            is_changed: false,
            copied: None,
        });
        let rows: Vec<_> = rows.collect();
        out.write_all(format.records(&rows, &mut widths).as_bytes())
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
    let mut file = new_file(path)?;
    let count = reader.export(filter, &mut file).map_err(failed)?;
    Ok(written(count, path, as_json))
}
