//! Checks of the journal: whether it can be kept, is whole, and has writes whose end nobody knows.
//! Makes no record, and leaves no folder or file that was not there before.

use std::path::{Path, PathBuf};

use super::check::{Check, DoctorOutput};
use super::words;
use crate::desk::sentences::accepted_by;
use crate::journal::{self, Filter, Journal, JournalError, Reader, RecordId, State};
use crate::tasks;

const JOURNAL: &str = "journal";
const CHAIN: &str = "journal_chain";
const OPEN: &str = "open_writes";

/// All that there is to say about it.
pub(super) async fn journal(output: &mut DoctorOutput, folder: Option<PathBuf>) {
    output.waiting(JOURNAL, words::READING_CHAIN);
    let checks = tasks::work(move || look(folder.as_deref()));
    match checks.await {
        Ok(checks) => checks.into_iter().for_each(|check| output.tell(check)),
        Err(_) => output.tell(Check::fail(JOURNAL, words::NOT_READ, words::TRY_AGAIN)),
    }
}

fn look(folder: Option<&Path>) -> Vec<Check> {
    let usable = match folder {
        None => Err(JournalError::NoFolder),
        Some(folder) => journal::check_folder(folder).map(|()| folder),
    };
    let opened = usable.and_then(|folder| Ok((folder, Journal::open_to_read(folder)?)));
    let (folder, reader) = match opened {
        Ok(opened) => opened,
        Err(JournalError::Missing(folder)) => {
            let said = words::first_action_makes_it(&folder.display());
            return vec![
                Check::ok(JOURNAL, said),
                Check::skipped(CHAIN, words::NO_JOURNAL_YET),
                Check::skipped(OPEN, words::NO_JOURNAL_YET),
            ];
        }
        Err(error) => return unread(&error),
    };
    let found = reader
        .count(&Filter::default())
        .and_then(|records| Ok((records, reader.format()?)));
    let (records, format) = match found {
        Ok(found) => found,
        Err(error) => return unread(&error),
    };
    let said = words::journal(&folder.display(), &format, records);
    vec![Check::ok(JOURNAL, said), chain(&reader), open(&reader)]
}

/// Without a journal nothing is sent, so this is an error, not a warning.
fn unread(error: &JournalError) -> Vec<Check> {
    vec![
        Check::of_error(JOURNAL, error.advised()),
        Check::skipped(CHAIN, words::UNREADABLE),
        Check::skipped(OPEN, words::UNREADABLE),
    ]
}

fn chain(reader: &Reader) -> Check {
    match reader.verify() {
        Ok(whole) if whole.whole_from == RecordId(1) => Check::ok(CHAIN, words::whole(&whole.head)),
        Ok(whole) => {
            let accepted = whole.accepted.iter().map(accepted_by);
            let accepted = accepted.collect::<Vec<_>>().join("; ");
            let said = words::broken_before(&whole.whole_from, &whole.head, &accepted);
            Check::warn(CHAIN, said, words::KEEP_COPY)
        }
        Err(broken) => match reader.gap_or_damage() {
            Ok(Some(gap)) => Check::of_error(CHAIN, JournalError::Gap(Box::new(gap)).advised()),
            Ok(None) | Err(_) => Check::of_error(CHAIN, broken.advised()),
        },
    }
}

fn open(reader: &Reader) -> Check {
    let open = match reader.open_writes() {
        Ok(open) => open,
        Err(error) => return Check::of_error(OPEN, error.advised()),
    };
    let (under_way, unsettled): (Vec<_>, Vec<_>) = open
        .iter()
        .partition(|write| write.state == State::UnderWay);
    if unsettled.is_empty() {
        return Check::ok(
            OPEN,
            match under_way.len() {
                0 => words::NONE_OPEN.to_owned(),
                count => words::under_way(count),
            },
        );
    }
    let ids: Vec<String> = unsettled
        .iter()
        .map(|write| write.intent.id.to_string())
        .collect();
    Check::warn(OPEN, words::unknown_outcome(&ids.join(", ")), words::SETTLE)
}
