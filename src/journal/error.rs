//! Why the journal can't be used, or an entry was not taken: one sentence each, with what to do.
//! `SQLite`'s own words stay out of them.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use rusqlite::ffi::ErrorCode;

use super::id::RecordId;
use super::open_write::OpenWrite;
use super::record::Record;
use super::room;
use super::words::ResultWord;
use crate::advice::Advised;
use crate::dcms::KitNo;
use crate::durations;
use crate::io_error::plain;

/// Why the journal did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalError {
    /// Nobody said where.
    NoFolder,
    /// The part of the program that writes it is gone.
    Stopped,
    /// The folder can't be made or is none.
    Folder(PathBuf, io::ErrorKind),
    /// Read-only, or another user's.
    NotWritable(PathBuf),
    /// Others could change or replace the journal.
    OpenToOthers(PathBuf),
    /// Others own the folder or a part of the way to it.
    Replaceable(String),
    /// No room left.
    Full(PathBuf),
    /// A folder, a pipe, a device or a link where a file should be.
    NotRegular(PathBuf),
    /// The name leads to another file than the one that is open, or to none.
    Displaced(PathBuf),
    /// `SQLite`'s log is not what was written to it.
    Overwritten(PathBuf),
    /// The files are the same, and what is in them is not.
    PutBack(RecordId),
    /// Another program holds it for too long.
    Busy(PathBuf, Duration),
    /// Nothing there yet.
    Missing(PathBuf),
    /// Not what this program wrote.
    Damaged(PathBuf),
    /// A database of something else's.
    NotAJournal(PathBuf),
    /// Written by a later program.
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that is known here.
        known: i64,
    },
    /// A journal that was copied while it was in use, in a folder that can't be written.
    NeedsRecovery(PathBuf),
    /// Anything else that the system refuses.
    Io(PathBuf, io::ErrorKind),
    /// Where an export goes.
    Output(io::ErrorKind),
    /// A record that makes no sense.
    Unreadable(RecordId),
    /// No such record.
    NoSuchRecord(RecordId),
    /// It is no write's intent.
    NotAnIntent(RecordId),
    /// Its outcome is recorded already.
    AlreadyConcluded(RecordId),
    /// It was settled before.
    AlreadySettled {
        /// The intent.
        intent: RecordId,
        /// What settled it.
        by: RecordId,
        /// As what.
        found: ResultWord,
    },
    /// It never was open.
    NotOpen(RecordId, ResultWord),
    /// Its console lives and may still hear an answer.
    StillUnderWay(RecordId),
    /// A reading at one DCMS says nothing about another.
    OtherPlace(RecordId),
    /// A person's word needs a reason.
    NoReason,
    /// What was reviewed is not what is there any more.
    Overtaken(Box<Record>),
    /// The journal is not what it was when the last record was made.
    Gap(Box<Broken>),
    /// There is nothing to answer for.
    NoGap,
    /// A write that may not be sent while another is open.
    Blocked(Box<OpenWrite>),
}

impl JournalError {
    /// What is wrong and what to do about it.
    #[must_use]
    #[expect(
        clippy::too_many_lines,
        reason = "a list: both parts of each error stand next to each other"
    )]
    pub fn advised(&self) -> Advised {
        const NOTHING_LEFT: &str = "nothing is left to do";
        const OTHER_FOLDER: &str = "move it away, or set KITDESK_STATE to another folder";
        const RESTART: &str = "close kitdesk and start it again";
        match self {
            Self::NoFolder => Advised::new(
                "there is no folder for the journal",
                "set HOME, or KITDESK_STATE to a folder of your own",
            ),
            Self::Stopped => Advised::new(
                "an error in kitdesk has stopped the journal: nothing can be recorded",
                RESTART,
            ),
            Self::Folder(path, kind) => Advised::new(
                format!(
                    "the journal's folder {} can't be used ({})",
                    path.display(),
                    plain(*kind)
                ),
                "make it a folder of your own, or set KITDESK_STATE to one",
            ),
            Self::NotWritable(path) => Advised::new(
                format!("{} can't be written", path.display()),
                "give yourself the right to write it, or set KITDESK_STATE to a folder of your own",
            ),
            Self::OpenToOthers(path) => Advised::new(
                format!(
                    "{} can be written by others; only its owner may",
                    path.display()
                ),
                format!("chmod go-w {}", path.display()),
            ),
            Self::Replaceable(why) => Advised::new(
                format!("the journal can be replaced by other users ({why})"),
                "correct that, or set KITDESK_STATE to a folder of your own",
            ),
            Self::Full(path) => Advised::new(
                format!("the disk is full, there is no room for {}", path.display()),
                "free some, then try again",
            ),
            Self::NotRegular(path) => Advised::new(
                format!("{} is not a regular file", path.display()),
                OTHER_FOLDER,
            ),
            Self::Displaced(path) => Advised::new(
                format!(
                    "{} was moved, removed or replaced while kitdesk had it open, so that nothing can be recorded",
                    path.display()
                ),
                RESTART,
            ),
            Self::Overwritten(path) => Advised::new(
                format!(
                    "{} was cut short or overwritten while kitdesk had it open, so that nothing can be recorded",
                    path.display()
                ),
                RESTART,
            ),
            Self::PutBack(record) => Advised::new(
                format!(
                    "record {record} is not in the journal any more, because another copy was put back while kitdesk had it open"
                ),
                RESTART,
            ),
            Self::Busy(path, wait) => Advised::new(
                format!(
                    "another program has held {} for more than {}",
                    path.display(),
                    durations::shown(*wait)
                ),
                "end that program (a backup or an SQLite shell?), then try again",
            ),
            Self::Missing(path) => Advised::new(
                format!("there is no journal in {} yet", path.display()),
                "the first action makes one",
            ),
            Self::Damaged(path) => Advised::new(
                format!("{} is damaged", path.display()),
                "keep a copy of its folder, then put back a backup, or move the folder away and a new journal begins",
            ),
            Self::NotAJournal(path) => Advised::new(
                format!("{} is not a journal of kitdesk's", path.display()),
                OTHER_FOLDER,
            ),
            Self::Newer { path, found, known } => Advised::new(
                format!(
                    "{} has format {found}, and this kitdesk knows formats up to {known}",
                    path.display()
                ),
                "use the newer kitdesk that wrote it",
            ),
            Self::NeedsRecovery(path) => Advised::new(
                format!(
                    "{} was not closed cleanly and its folder can't be written",
                    path.display()
                ),
                "copy the whole folder to one of your own and read it there",
            ),
            Self::Io(path, kind) => Advised::new(
                format!("{} can't be used ({})", path.display(), plain(*kind)),
                "check its permissions and the disk that it is on",
            ),
            Self::Output(kind) => Advised::new(
                format!("the export could not be written ({})", plain(*kind)),
                "check where it goes to",
            ),
            Self::Unreadable(record) => Advised::new(
                format!("record {record} can't be read"),
                "`kitdesk journal verify` says what was done to it",
            ),
            Self::NoSuchRecord(record) => Advised::new(
                format!("there is no record {record}"),
                "`kitdesk journal list` shows those that there are",
            ),
            Self::NotAnIntent(record) => Advised::new(
                format!("record {record} was not made before a change was sent"),
                "name the record that was",
            ),
            Self::AlreadyConcluded(record) => Advised::new(
                format!("record {record} already has an outcome"),
                "it stays as it is",
            ),
            Self::AlreadySettled { intent, by, found } => Advised::new(
                format!(
                    "record {intent} was settled already, as {}, by record {by}",
                    found.spoken()
                ),
                NOTHING_LEFT,
            ),
            Self::NotOpen(record, word) => Advised::new(
                format!(
                    "record {record} is not open, its outcome is {}",
                    word.spoken()
                ),
                NOTHING_LEFT,
            ),
            Self::StillUnderWay(record) => Advised::new(
                format!("record {record} is still under way in a console that runs"),
                "wait for its outcome, or close that console",
            ),
            Self::OtherPlace(record) => Advised::new(
                format!("record {record} was made at another tenant or environment"),
                "choose its profile and read there",
            ),
            Self::NoReason => {
                Advised::new("a reason is missing", "say in a few words how you know")
            }
            Self::Overtaken(record) => Advised::new(
                format!(
                    "kit {}: {} by {} (record {}) ended after the kits that were reviewed had been read",
                    record.subject.kit.as_ref().map_or("?", KitNo::as_str),
                    record.operation.noun(),
                    record.who.operator,
                    record.id
                ),
                "read them again, and look before anything is sent",
            ),
            Self::Gap(broken) => Advised::new(
                format!("{broken}. Nothing is sent until somebody answers for that"),
                "`kitdesk journal accept --reason TEXT`",
            ),
            Self::NoGap => Advised::new(
                "no record is missing and nothing else is wrong with the journal",
                "there is nothing to accept",
            ),
            Self::Blocked(open) => open.advised(),
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.advised().fmt(f)
    }
}

impl std::error::Error for JournalError {}

impl JournalError {
    /// What the system said about a file.
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable(path)
            }
            kind if room::is_lack(kind) => Self::Full(path),
            kind => Self::Io(path, kind),
        }
    }

    /// What `SQLite` said about the database.
    pub(super) fn sqlite(path: &Path, waited: Duration, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path, waited),
            Some(ErrorCode::DiskFull) => Self::Full(path),
            // On a full disk SQLite can't open, lengthen or map its side files, and says only that.
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
                if path.parent().is_some_and(room::is_full) =>
            {
                Self::Full(path)
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::NotWritable(path)
            }
            Some(ErrorCode::SystemIoFailure) => Self::Io(path, io::ErrorKind::Other),
            Some(ErrorCode::OutOfMemory) => Self::Io(path, io::ErrorKind::OutOfMemory),
            // Damage to a page, a table that is missing or a value of the wrong type: in no case is
            // the file what this program wrote.
            _ => Self::Damaged(path),
        }
    }
}

/// The first thing that is wrong with the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// Its contents are not those that were written.
    Changed(RecordId),
    /// It is gone, with or without those after it moved up.
    Removed(RecordId),
    /// It was not written by this program at that place.
    Inserted(RecordId),
    /// Another record stood there.
    Reordered(RecordId),
    /// The records end before the head.
    TailCut {
        /// The first that is missing.
        from: RecordId,
        /// The last that is known of.
        to: RecordId,
    },
    /// Whole in itself, but not the record that the head names.
    Rewritten(RecordId),
    /// There is no head.
    HeadMissing(i64),
    /// The head makes no sense.
    HeadUnreadable(i64),
    /// The database is made of something else than this program makes.
    Altered(String),
    /// An index does not tell of every record, or a page is damaged.
    Unsound,
    /// The journal can't be read to tell.
    NotRead(JournalError),
}

impl Broken {
    /// The journal has no name, another one than its first record has, or more than one.
    pub(super) fn without_identity() -> Self {
        Self::Altered("its identity was changed, removed or doubled".to_owned())
    }

    /// The first record that is not as it was, where it is one record.
    #[must_use]
    pub fn record(&self) -> Option<RecordId> {
        match self {
            Self::Changed(id)
            | Self::Removed(id)
            | Self::Inserted(id)
            | Self::Reordered(id)
            | Self::Rewritten(id) => Some(*id),
            Self::TailCut { .. }
            | Self::HeadMissing(_)
            | Self::HeadUnreadable(_)
            | Self::Altered(_)
            | Self::Unsound
            | Self::NotRead(_) => None,
        }
    }

    /// What is wrong and what to do about it.
    #[must_use]
    pub fn advised(&self) -> Advised {
        let error = match self {
            Self::Changed(id) => format!("record {id} was changed"),
            Self::Removed(id) => format!("record {id} was removed"),
            Self::Inserted(id) => format!("record {id} was inserted"),
            Self::Reordered(id) => {
                format!("record {id} is not in its place, records were reordered")
            }
            Self::TailCut { from, to } => {
                format!("the tail was cut off, {}", missing(*from, *to))
            }
            Self::Rewritten(id) => format!(
                "record {id} is not the one that journal.head names: it or records before it were rewritten"
            ),
            Self::HeadMissing(last) => format!(
                "journal.head is missing, so that a cut-off tail after record {last} can't be ruled out"
            ),
            Self::HeadUnreadable(last) => format!(
                "journal.head can't be read, so that a cut-off tail after record {last} can't be ruled out"
            ),
            Self::Altered(how) => format!("the database was altered, {how}"),
            Self::Unsound => "the database's indexes do not match its records".to_owned(),
            Self::NotRead(error) => return error.advised(),
        };
        Advised::new(
            error,
            "keep a copy of the journal's folder and ask who could write there",
        )
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.advised().fmt(f)
    }
}

impl std::error::Error for Broken {}

fn missing(from: RecordId, to: RecordId) -> String {
    if from == to {
        format!("record {from} is missing")
    } else {
        format!("records {from} to {to} are missing")
    }
}
