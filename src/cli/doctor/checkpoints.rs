//! Checks of the checkpoints: the key that signs them, and how old the newest is next to the records. Only where a
//! central store is configured.

use std::path::Path;

use super::check::Check;
use super::words;
use crate::central::{CentralError, KeptCheckpoint, Standing};
use crate::checkpoint::{Checkpoint, SigningKey, VerifyingKey, origin};
use crate::config::{CentralSettings, PrivateFile};
use crate::io_error::plain;
use crate::journal::{Journal, JournalError, Reader, RecordId};
use crate::utc;

const KEY: &str = "signing_key";
const CHECKPOINT: &str = "checkpoint";
/// With records that are older and in no checkpoint, something is wrong.
const LONG: i64 = 10 * 60;

/// Of the key, next to what is enrolled; of the newest checkpoint, next to the journal.
pub(super) fn checkpoints(
    settings: &CentralSettings,
    state: Option<&Path>,
    standing: Result<&Standing, &CentralError>,
    newest: Option<&KeptCheckpoint>,
) -> [Check; 2] {
    let Some(file) = &settings.signing_key else {
        return [
            Check::skipped(KEY, words::NOT_SIGNED),
            Check::skipped(CHECKPOINT, words::NOT_SIGNED),
        ];
    };
    let Some(Ok(reader)) = state.map(Journal::open_to_read) else {
        let key = match SigningKey::read(file) {
            Ok(_) => Check::ok(KEY, file.path().display().to_string()),
            Err(error) => unusable(&error.to_string()),
        };
        return [key, Check::skipped(CHECKPOINT, words::NOTHING_TO_COMPARE)];
    };
    let (key, check) = key(file, &reader, standing);
    let checkpoint = match (key, standing) {
        (Some(key), Ok(_)) => {
            checkpoint(&reader, &key, newest, settings.checkpoint_file.as_deref())
                .unwrap_or_else(|error| Check::of_error(CHECKPOINT, error.advised()))
        }
        (None, _) => Check::skipped(CHECKPOINT, words::NO_KEY_YET),
        (_, Err(_)) => Check::skipped(CHECKPOINT, words::NOT_ASKED),
    };
    [check, checkpoint]
}

fn unusable(error: &str) -> Check {
    Check::fail(KEY, error, words::MAKE_SIGNING_KEY)
}

fn key(
    file: &PrivateFile,
    reader: &Reader,
    standing: Result<&Standing, &CentralError>,
) -> (Option<VerifyingKey>, Check) {
    let key = match SigningKey::read(file) {
        Ok(key) => key,
        Err(error) => return (None, unusable(&error.to_string())),
    };
    let path = file.path().display();
    let Ok(Some(chain)) = reader.chain_id() else {
        return (None, Check::ok(KEY, path.to_string()));
    };
    let key = key.signer(&origin(&chain)).verifying().clone();
    let said = words::signs_by(&path, &key);
    let enrolled = standing.map(|standing| standing.signer.as_deref());
    let check = match enrolled {
        Ok(Some(enrolled)) if enrolled == key.to_string() => Check::ok(KEY, said),
        Ok(Some(_)) => Check::fail(KEY, words::OTHER_KEY, words::ENROL),
        Ok(None) => Check::fail(KEY, words::KEY_NOT_ENROLLED, words::ENROL),
        Err(_) => Check::ok(KEY, said),
    };
    (Some(key), check)
}

fn checkpoint(
    reader: &Reader,
    key: &VerifyingKey,
    newest: Option<&KeptCheckpoint>,
    file: Option<&Path>,
) -> Result<Check, JournalError> {
    let Some(newest) = newest else {
        return Ok(Check::warn(
            CHECKPOINT,
            words::NO_CHECKPOINT,
            words::SIGNED_NEXT,
        ));
    };
    let records = words::checkpoint(newest.size, &newest.at);
    let text = key.open(&newest.note).ok();
    let signed = text.and_then(Checkpoint::parse);
    let root = reader.roots(&[newest.size])?.into_iter().flatten().next();
    if signed.is_none_or(|signed| signed.size != newest.size || Some(signed.root) != root) {
        let said = words::not_this_journal(&records);
        return Ok(Check::fail(CHECKPOINT, said, words::VERIFY_CENTRAL));
    }
    let size = i64::try_from(newest.size).unwrap_or(i64::MAX);
    let since = reader.last()?.0.saturating_sub(size);
    let said = if since == 0 {
        records
    } else {
        words::records_since(&records, since)
    };
    // The file is written before the store has it.
    if let Some(trouble) = file.and_then(|file| not_in_file(file, key, newest.size)) {
        let said = words::not_in_file(&said, &trouble);
        return Ok(Check::warn(CHECKPOINT, said, words::SIGNED_NEXT));
    }
    if since == 0 {
        return Ok(Check::ok(CHECKPOINT, said));
    }
    let first = reader.show(RecordId(size + 1))?.record.at;
    let age = utc::now().as_second() - first.as_second();
    Ok(if age < LONG {
        Check::ok(CHECKPOINT, said)
    } else {
        Check::warn(CHECKPOINT, said, words::SIGNED_NEXT)
    })
}

/// Why a file does not have the checkpoint of so many records, or a newer one.
fn not_in_file(file: &Path, key: &VerifyingKey, size: u64) -> Option<String> {
    let note = match std::fs::read_to_string(file) {
        Ok(note) => note,
        Err(error) => return Some(words::file_unread(&plain(error.kind()))),
    };
    let signed = key.open(&note).ok().and_then(Checkpoint::parse);
    match signed {
        Some(signed) if signed.size >= size => None,
        Some(signed) => Some(words::file_behind(signed.size)),
        None => Some(words::FILE_OTHER.to_owned()),
    }
}
