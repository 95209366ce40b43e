//! Records as verbs write them, those of this host and those of the whole bank: in pieces, in one object, to a file.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};

use super::failed::Failed;
use super::report::{Answer, Report};
use crate::desk::sentences::counted;
use crate::io_error::plain;
use crate::journal::{Copied, JournalError, Record};

mod words {
    use std::fmt::Display;

    pub(in crate::cli) const NONE: &str = "No record fits.\n";

    pub(super) fn no_result(kind: &dyn Display) -> String {
        format!("the result can't be written: {kind}")
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

pub(super) use words::NONE;

/// How many records are printed at a time, and have their columns' widths in common.
pub(super) const PIECE: usize = 1_000;

pub(super) fn failed(error: JournalError) -> Failed {
    Failed::usage(error)
}

pub(super) fn report(result: &impl Serialize, shown: String) -> Answer {
    Answer::Report(Report::read(result, shown))
}

/// The end of what was printed on the way.
pub(super) fn told(printed: Result<(), JournalError>) -> Result<Answer, Failed> {
    match printed {
        Ok(()) | Err(JournalError::Output(ErrorKind::BrokenPipe)) => {
            Ok(Answer::Told(ExitCode::SUCCESS))
        }
        Err(JournalError::Output(kind)) => Err(unwritten(kind)),
        Err(error) => Err(failed(error)),
    }
}

/// Standard output belongs to this machine, not to the journal.
pub(super) fn unwritten(kind: ErrorKind) -> Failed {
    Failed::internal(words::no_result(&kind))
}

/// One that must not be there yet.
pub(super) fn new_file(path: &Path) -> Result<std::io::BufWriter<File>, Failed> {
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
    Ok(std::io::BufWriter::new(file))
}

/// What is said of a file with so many records.
pub(super) fn written(count: u64, path: &Path, as_json: bool) -> Answer {
    let shown = if as_json {
        String::new()
    } else {
        let be = if count == 1 { "is" } else { "are" };
        words::written(&counted(count, "record"), &be, &path.display())
    };
    report(&json!({ "records": count }), shown)
}

/// A record as programs read it; of a copy with where it is kept, and whether somebody has changed it.
pub(super) fn object_of(record: &Record, copied: Option<&Copied>) -> Value {
    let mut object = record.to_json();
    if let (Value::Object(fields), Some(copied)) = (&mut object, copied) {
        fields.insert("chain".to_owned(), json!(copied.mark.chain));
        fields.insert("branch".to_owned(), json!(copied.branch));
        let is_changed = copied.changed.contains(&record.id);
        fields.insert("changed".to_owned(), is_changed.into());
    }
    object
}
