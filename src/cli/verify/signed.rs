//! Checkpoints: whether a journal's first records are those that were signed.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Findings, made, words};
use crate::checkpoint::{Checkpoint, Signer, SigningKey, VerifyingKey, origin};
use crate::cli::failed::Failed;
use crate::cli::global::Global;
use crate::cli::line::configuration;
use crate::config::Env;
use crate::desk::sentences::counted;
use crate::io_error::plain;
use crate::journal::Reader;
use crate::sorting;

/// Longer than any note, and than any proof.
const LONGEST: u64 = 1024 * 1024;

/// A checkpoint that was looked at.
pub(super) struct Looked {
    /// Where it was found, for people.
    name: String,
    found: Result<Checkpoint, String>,
}

/// This host's own key; none where it has none.
pub(super) fn own_signer(chain: &str, global: &Global) -> Result<Option<Signer>, Failed> {
    // Without a configuration there is no key, and a copy of a journal can be looked at anywhere.
    let config = configuration(global, &Env::of_process()).map_err(|failed| failed.sentence);
    let central = config.ok().and_then(|config| config.central);
    let file = central.and_then(|central| central.signing_key);
    let key = file.as_ref().map(SigningKey::read).transpose();
    let key = key.map_err(Failed::usage)?;
    Ok(key.map(|key| key.signer(&origin(&chain))))
}

/// The key that was named, or this host's own; none where it has none.
pub(super) fn key(
    named: Option<&str>,
    chain: &str,
    global: &Global,
) -> Result<Option<VerifyingKey>, Failed> {
    let Some(named) = named else {
        let signer = own_signer(chain, global)?;
        return Ok(signer.map(|signer| signer.verifying().clone()));
    };
    if let Ok(key) = named.parse() {
        return Ok(Some(key));
    }
    let path = Path::new(named);
    let text = read(path).map_err(Failed::usage)?;
    let key = text.trim().parse();
    let key = key.map_err(|()| Failed::usage(words::no_public_key(&path.display())))?;
    Ok(Some(key))
}

/// Checks the checkpoints in these files.
pub(super) fn check(
    findings: &mut Findings,
    reader: &Reader,
    chain: &str,
    key: &VerifyingKey,
    files: &[PathBuf],
) -> Result<(), Failed> {
    let mut looked = Vec::with_capacity(files.len());
    for file in files {
        let note = read(file).map_err(Failed::usage)?;
        looked.push(look(file.display().to_string(), &note, chain, key));
    }
    let checked = checked(findings, reader, looked)?;
    findings
        .result
        .insert("checkpoints".to_owned(), checked.into());
    Ok(())
}

/// Whether a note is a checkpoint of this journal by this key.
pub(super) fn look(name: String, note: &str, chain: &str, key: &VerifyingKey) -> Looked {
    let found = key.open(note).map_err(|error| error.to_string());
    let found = found.and_then(|text| {
        let checkpoint = Checkpoint::parse(text).ok_or(words::NO_CHECKPOINT.to_owned())?;
        if checkpoint.origin == origin(&chain) {
            Ok(checkpoint)
        } else {
            Err(words::other_journal(&checkpoint.origin))
        }
    });
    Looked { name, found }
}

/// Compares the roots with the journal's, the smallest first: of those that differ, the first says between which
/// records.
pub(super) fn checked(
    findings: &mut Findings,
    reader: &Reader,
    mut looked: Vec<Looked>,
) -> Result<Vec<Value>, Failed> {
    sorting::sort_by_key(&mut looked, |looked| {
        looked.found.as_ref().map_or(0, |found| found.size)
    });
    let sizes: Vec<_> = looked
        .iter()
        .flat_map(|looked| &looked.found)
        .map(|found| found.size)
        .collect();
    let roots = reader.roots(&sizes).map_err(Failed::usage)?;
    let mut roots = roots.into_iter();
    let last = reader.last().map_err(Failed::usage)?;
    let mut results = Vec::with_capacity(looked.len());
    let mut good = 0;
    for Looked { name, found } in looked {
        let signed = match found {
            Ok(signed) => signed,
            Err(why) => {
                findings.wrong.push(words::not_signed(&name, &why));
                results.push(json!({ "name": name, "holds": false, "why": why }));
                continue;
            }
        };
        let size = signed.size;
        let records = counted(size, "record");
        let why = match roots.next().flatten() {
            Some(root) if root == signed.root => {
                good = size;
                let at = made(reader, size)?;
                findings.shown += &words::holds(&name, &records, at.as_deref());
                None
            }
            Some(_) => Some(words::other_records(&records, good, size)),
            None => Some(words::fewer_records(&records, &last)),
        };
        results.push(json!({
            "name": name, "size": size, "root": signed.root.to_string(), "holds": why.is_none(), "why": why,
        }));
        if let Some(why) = why {
            findings.wrong.push(words::does_not_hold(&name, &why));
        }
    }
    Ok(results)
}

/// The text of a note, or of what has one in it.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(words::unreadable(&path.display(), &plain(error.kind()))),
    }
}
