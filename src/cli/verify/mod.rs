//! `kitdesk journal verify`: walks the journal's chain, and compares it with what is kept elsewhere: the central
//! store's records, and signed checkpoints. An auditor without a journal walks along all chains of the store, or checks
//! the proof of a single record.

mod central;
mod chains;
mod proof;
mod signed;
mod words;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::failed::Failed;
use super::global::Global;
use super::report::{Answer, Report};
use crate::dcms::Word;
use crate::desk::sentences::{accepted_by, counted};
use crate::journal::{Broken, Journal, JournalError, Reader, Record, RecordId, Verified};

pub(super) use proof::ProveArgs;

/// What it is compared with.
#[derive(clap::Args)]
pub(super) struct VerifyArgs {
    /// Compare each record with the central store's, too.
    #[arg(long)]
    central: bool,
    /// Check this signed checkpoint, too; can be given more than once.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Instead of this journal, each chain of the store by what is there: for an auditor's role.
    #[arg(long, requires = "central", conflicts_with = "checkpoint")]
    all: bool,
    /// Instead of this journal, this proof of a single record.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["central", "checkpoint"])]
    proof: Option<PathBuf>,
    /// The public key of checkpoints, NAME+ID+KEY or a file with it, in place of this host's own.
    #[arg(long, value_name = "KEY|FILE")]
    key: Option<String>,
}

/// What was found, for people and for programs.
#[derive(Default)]
struct Findings {
    result: Map<String, Value>,
    shown: String,
    /// What is not as it should be.
    wrong: Vec<String>,
}

impl Findings {
    fn answer(self) -> Answer {
        let report = Report::read(&self.result, self.shown);
        Answer::Report(if self.wrong.is_empty() {
            report
        } else {
            report.but(Word::Refused, self.wrong.join(" "))
        })
    }
}

impl VerifyArgs {
    pub(super) async fn verified(&self, folder: &Path, global: &Global) -> Result<Answer, Failed> {
        if let Some(file) = &self.proof {
            return proof::checked(file, self.key.as_deref(), global);
        }
        let mut findings = Findings::default();
        if self.all {
            chains::walk(&mut findings, global).await?;
            return Ok(findings.answer());
        }
        let reader = Journal::open_to_read(folder).map_err(Failed::usage)?;
        let walked = reader.verify();
        let is_alone = !self.central && self.checkpoint.is_empty();
        let mut suspect = None;
        match walked {
            Ok(verified) => whole(&mut findings, &verified),
            Err(broken) if is_alone => return Err(Failed::check(not_whole(&reader, &broken))),
            Err(broken) => {
                findings.result.insert("whole".to_owned(), false.into());
                findings.wrong.push(not_whole(&reader, &broken));
                suspect = broken.record();
            }
        }
        if !is_alone {
            match self.compared(&mut findings, &reader, suspect, global).await {
                Ok(()) => {}
                // What was found in the journal itself counts more.
                Err(failed) if !findings.wrong.is_empty() => findings.wrong.push(failed.sentence),
                Err(failed) => return Err(failed),
            }
        }
        Ok(findings.answer())
    }

    /// Compares it with what is kept elsewhere.
    async fn compared(
        &self,
        findings: &mut Findings,
        reader: &Reader,
        suspect: Option<RecordId>,
        global: &Global,
    ) -> Result<(), Failed> {
        let chain = chain(reader)?;
        let key = signed::key(self.key.as_deref(), &chain, global)?;
        if !self.checkpoint.is_empty() {
            let key = key.as_ref().ok_or_else(|| Failed::usage(words::NO_KEY))?;
            signed::check(findings, reader, &chain, key, &self.checkpoint)?;
        }
        if self.central {
            central::compare(findings, reader, &chain, key.as_ref(), suspect, global).await?;
        }
        Ok(())
    }
}

fn whole(findings: &mut Findings, verified: &Verified) {
    findings.result = Map::from_iter([
        ("whole".to_owned(), true.into()),
        ("whole_from".to_owned(), verified.whole_from.0.into()),
        ("records".to_owned(), verified.records.into()),
        ("head".to_owned(), verified.head.to_string().into()),
        (
            "accepted".to_owned(),
            verified.accepted.iter().map(Record::to_json).collect(),
        ),
    ]);
    findings.shown = words::whole(
        &from(verified.whole_from),
        &counted(verified.records, "record"),
        &verified.head,
    );
    for record in &verified.accepted {
        findings.shown += &accepted_before(record);
    }
}

fn not_whole(reader: &Reader, broken: &Broken) -> String {
    let what_to_do = match reader.gap_or_damage() {
        Ok(Some(_)) => words::WHAT_TO_DO,
        Ok(None) | Err(_) => "",
    };
    words::not_whole(broken, &what_to_do)
}

/// The name of the journal, by which others know it.
fn chain(reader: &Reader) -> Result<String, Failed> {
    let chain = reader.chain_id().map_err(Failed::usage)?;
    let chain = chain.ok_or_else(|| Failed::usage(words::NO_RECORD))?;
    Ok(chain.to_string())
}

/// What is broken before that is answered for.
fn from(whole: RecordId) -> String {
    match whole {
        RecordId(1) => String::new(),
        whole => words::from_record(&whole),
    }
}

/// What a person has answered for, and with which reason.
fn accepted_before(record: &Record) -> String {
    format!("{}\n", accepted_by(record))
}

/// When a record was made, for people.
fn made(reader: &Reader, id: u64) -> Result<Option<String>, Failed> {
    let id = RecordId(i64::try_from(id).unwrap_or(i64::MAX));
    match reader.show(id) {
        Ok(found) => Ok(Some(format!("{:.0}", found.record.at))),
        Err(JournalError::NoSuchRecord(_) | JournalError::Unreadable(_)) => Ok(None),
        Err(error) => Err(Failed::usage(error)),
    }
}

/// A value of the object for programs, or null.
fn or_null<T>(value: Option<T>, shown: impl FnOnce(T) -> Value) -> Value {
    value.map_or_else(|| json!(null), shown)
}
