//! `kitdesk journal prove`: that one record is among those that were signed, as a text that anybody can check with the
//! public key alone; and `journal verify --proof`, which does.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{chain, signed, words};
use crate::checkpoint::{Checkpoint, Proof, Signer, origin};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::report::{Answer, Report};
use crate::cli::table::thread;
use crate::desk::sentences::counted;
use crate::journal::{
    Copied, Journal, Mark, Reader, RecordId, RecordThread, Signing, cells_of_hashed,
};
use crate::utc;

/// Records that are taken in at a time.
const PIECE: u32 = 10_000;

/// Which record, and by which checkpoint.
#[derive(clap::Args)]
pub(in crate::cli) struct ProveArgs {
    /// Its number.
    #[arg(value_name = "ID")]
    id: i64,
    /// Against this signed checkpoint; without it, one is signed now.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The public key of that checkpoint, NAME+ID+KEY or a file with it, in place of this host's own.
    #[arg(long, value_name = "KEY|FILE", requires = "checkpoint")]
    key: Option<String>,
}

impl ProveArgs {
    pub(in crate::cli) fn proved(&self, folder: &Path, global: &Global) -> Result<Answer, Failed> {
        let reader = Journal::open_to_read(folder).map_err(Failed::usage)?;
        let chain = chain(&reader)?;
        let own = || signed::own_signer(&chain, global);
        let (note, key) = if let Some(file) = &self.checkpoint {
            let note = signed::read(file).map_err(Failed::usage)?;
            (note, signed::key(self.key.as_deref(), &chain, global)?)
        } else {
            let signer = own()?.ok_or_else(|| Failed::usage(words::NO_SIGNING_KEY))?;
            let note = sign(&reader, &signer)?;
            (note, Some(signer.verifying().clone()))
        };
        let key = key.ok_or_else(|| Failed::usage(words::NO_KEY))?;
        let signed = key.open(&note).map_err(Failed::check)?;
        let signed = Checkpoint::parse(signed);
        let signed = signed.ok_or_else(|| Failed::check(words::NO_CHECKPOINT))?;
        if signed.origin != origin(&chain) {
            return Err(Failed::check(words::other_journal(&signed.origin)));
        }
        let id = RecordId(self.id);
        if u64::try_from(id.0).is_ok_and(|id| id > signed.size) {
            let records = counted(signed.size, "record");
            return Err(Failed::usage(words::not_signed_yet(&id, &records)));
        }
        let (bytes, inclusion) = reader.prove(id, signed.size).map_err(Failed::usage)?;
        let proof = Proof {
            bytes,
            inclusion,
            note,
        };
        // Where the journal was changed since, it proves nothing.
        proof.check(&key).map_err(|_| {
            let records = counted(signed.size, "record");
            Failed::check(words::not_those_signed(&records))
        })?;
        let text = proof.to_string();
        let result = json!({ "record": id.0, "size": signed.size, "proof": text });
        Ok(Answer::Report(Report::read(&result, text)))
    }
}

/// A checkpoint over all records.
fn sign(reader: &Reader, signer: &Signer) -> Result<String, Failed> {
    if let Some(broken) = reader.gap_or_damage().map_err(Failed::usage)? {
        return Err(Failed::check(words::not_whole(&broken, &words::WHAT_TO_DO)));
    }
    loop {
        let signing = reader.sign(signer, utc::now(), PIECE, |_| true);
        match signing.map_err(Failed::usage)? {
            Signing::GoOn => {}
            Signing::Newest(Some(newest)) => return Ok(newest.note),
            Signing::Newest(None) => return Err(Failed::usage(words::NO_RECORD)),
            Signing::Elsewhere => return Err(Failed::usage(words::SIGNED_ELSEWHERE)),
            Signing::Contradicts { size } => {
                let records = counted(size, "record");
                return Err(Failed::check(words::not_those_signed(&records)));
            }
            Signing::Gap(id) => return Err(Failed::check(words::gap_before(&id))),
        }
    }
}

/// Checks a proof, and shows the record that is in it. Needs no journal.
pub(super) fn checked(file: &Path, key: Option<&str>, global: &Global) -> Result<Answer, Failed> {
    let name = file.display();
    let text = signed::read(file).map_err(Failed::usage)?;
    let wrong = |why: &dyn std::fmt::Display| Failed::check(words::proves_nothing(&name, why));
    let proof = Proof::parse(&text).ok_or_else(|| wrong(&words::NO_PROOF))?;
    // Whose it says that it is; with the key that is checked.
    let origin = proof.note.lines().next().unwrap_or_default();
    let chain = origin.strip_prefix("kitdesk/").unwrap_or_default();
    let key = signed::key(key, chain, global)?;
    let key = key.ok_or_else(|| Failed::usage(words::NO_KEY))?;
    let signed = proof.check(&key).map_err(|why| wrong(&why))?;
    if signed.origin != key.name() {
        return Err(wrong(&words::other_journal(&signed.origin)));
    }
    let cells = cells_of_hashed(&proof.bytes);
    let read = cells.as_ref().and_then(|cells| {
        let id = cells["id"].as_i64()?;
        // Its number is its place.
        let is_there = u64::try_from(id).ok()? == proof.inclusion.index + 1;
        let mark = Mark {
            at: cells["at"].as_str()?.to_owned(),
            chain: chain.to_owned(),
            id,
        };
        let copied = Copied {
            mark,
            branch: None,
            changed: Vec::new(),
            is_under_way: false,
            settled: None,
        };
        let read = RecordThread::of_copies(std::slice::from_ref(cells), copied);
        read.filter(|_| is_there).map(|read| (id, read))
    });
    let (id, read) = read.ok_or_else(|| wrong(&words::NO_RECORD_IN_IT))?;
    let records = counted(signed.size, "record");
    let shown = words::proved(&id, &records, &signed.origin) + "\n" + &thread(&read);
    let result = json!({
        "record": cells, "chain": chain, "size": signed.size, "root": signed.root.to_string(), "holds": true,
    });
    Ok(Answer::Report(Report::read(&result, shown)))
}
