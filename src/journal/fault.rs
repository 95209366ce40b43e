//! Why the journal can't be used, or an entry was not taken: one sentence each, with what to do.
//! `SQLite`'s own words stay out of them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::ffi::ErrorCode;

use super::folder;
use super::open_writes::OpenWrite;
use super::record::{Record, RecordId};
use super::verify::Broken;
use super::words::ResultWord;
use crate::dcms::KitNo;
use crate::durations;

/// Why the journal did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody said where.
    #[error(
        "there is no folder for the journal: set HOME, or KITDESK_STATE to a folder of your own"
    )]
    NoFolder,
    /// The part of the program that writes it is gone.
    #[error(
        "an error in kitdesk has stopped the journal, so that nothing can be recorded: close kitdesk and start it again"
    )]
    Stopped,
    /// The folder can't be made or is none.
    #[error(
        "the journal's folder {path} can't be used ({kind}): make it a folder of your own, or set KITDESK_STATE to one",
        path = .0.display(), kind = .1
    )]
    Folder(PathBuf, io::ErrorKind),
    /// Read-only, or another user's.
    #[error(
        "{} can't be written: give yourself the right to write it, or set KITDESK_STATE to a folder of your own",
        .0.display()
    )]
    NotWritable(PathBuf),
    /// Others could change or replace the journal.
    #[error("{path} can be written by others; only its owner may: chmod go-w {path}", path = .0.display())]
    OpenToOthers(PathBuf),
    /// Others own the folder or a part of the way to it.
    #[error(
        "the journal can be replaced by other users: {0}, or set KITDESK_STATE to a folder of your own"
    )]
    Replaceable(String),
    /// No room left.
    #[error("the disk is full, there is no room for {}: free some, then try again", .0.display())]
    Full(PathBuf),
    /// A folder, a pipe, a device or a link where a file should be.
    #[error("{} is not a regular file: move it away, or set KITDESK_STATE to another folder", .0.display())]
    NotRegular(PathBuf),
    /// The name leads to another file than the one that is open, or to none.
    #[error(
        "{} was moved, removed or replaced while kitdesk had it open, so that nothing can be recorded: close kitdesk and start it again",
        .0.display()
    )]
    Displaced(PathBuf),
    /// `SQLite`'s log is not what was written to it.
    #[error(
        "{} was cut short or overwritten while kitdesk had it open, so that nothing can be recorded: close kitdesk and start it again",
        .0.display()
    )]
    Overwritten(PathBuf),
    /// The files are the same, and what is in them is not.
    #[error(
        "record {0} is not in the journal any more: another copy was put back while kitdesk had it open; close kitdesk and start it again"
    )]
    PutBack(RecordId),
    /// Another program holds it for too long.
    #[error(
        "another program has held {path} for more than {wait}: end that program (a backup or an SQLite shell?), then try again",
        path = .0.display(), wait = durations::shown(*.1)
    )]
    Busy(PathBuf, Duration),
    /// Nothing there yet.
    #[error("there is no journal in {} yet: the first action makes one", .0.display())]
    Missing(PathBuf),
    /// Not what this program wrote.
    #[error(
        "{} is damaged: keep a copy of its folder, then put back a backup, or move the folder away and a new journal begins",
        .0.display()
    )]
    Damaged(PathBuf),
    /// A database of something else's.
    #[error("{} is not a journal of kitdesk's: move it away, or set KITDESK_STATE to another folder", .0.display())]
    NotAJournal(PathBuf),
    /// Written by a later program.
    #[error(
        "{path} has format {found}, and this kitdesk knows formats up to {known}: use the newer kitdesk that wrote it",
        path = .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that is known here.
        known: i64,
    },
    /// A journal that was copied while it was in use, in a folder that can't be written.
    #[error(
        "{} was left in the middle of its work and its folder can't be written: copy the whole folder to one of your own and read it there",
        .0.display()
    )]
    NeedsRecovery(PathBuf),
    /// Anything else that the system refuses.
    #[error("{path} can't be used ({kind}): check its permissions and the disk that it is on", path = .0.display(), kind = .1)]
    Io(PathBuf, io::ErrorKind),
    /// Where an export goes.
    #[error("the export could not be written ({0}): check where it goes to")]
    Output(io::ErrorKind),
    /// A record that makes no sense.
    #[error("record {0} can't be read: `kitdesk journal verify` says what was done to it")]
    Unreadable(RecordId),
    /// No such record.
    #[error("there is no record {0}: `kitdesk journal list` shows those that there are")]
    NoSuchRecord(RecordId),
    /// It is no write's intent.
    #[error("record {0} was not made before a change was sent: name the record that was")]
    NotAnIntent(RecordId),
    /// Its outcome is recorded already.
    #[error("record {0} has its outcome already: it stays as it is")]
    AlreadyConcluded(RecordId),
    /// It was settled before.
    #[error("record {intent} was settled already, as {word}, by record {by}: nothing is left to do", word = .found.spoken())]
    AlreadySettled {
        /// The intent.
        intent: RecordId,
        /// What settled it.
        by: RecordId,
        /// As what.
        found: ResultWord,
    },
    /// It never was open.
    #[error("record {0} is not open, its outcome is {word}: nothing is left to do", word = .1.spoken())]
    NotOpen(RecordId, ResultWord),
    /// Its console lives and may still hear an answer.
    #[error(
        "record {0} is still under way in a console that runs: wait for its outcome, or close that console"
    )]
    StillUnderWay(RecordId),
    /// A reading at one DCMS says nothing about another.
    #[error(
        "record {0} was made at another tenant or environment: choose its profile and read there"
    )]
    OtherPlace(RecordId),
    /// A person's word needs a reason.
    #[error("a reason is missing: say in a few words how you know")]
    NoReason,
    /// What was reviewed is not what is there any more.
    #[error(
        "kit {kit} was upgraded by {who} (record {id}) after the kits that were reviewed had been read: read them again, and look before anything is sent",
        kit = .0.subject.kit.as_ref().map_or("?", KitNo::as_str), who = .0.who.operator, id = .0.id
    )]
    Overtaken(Box<Record>),
    /// The journal is not what it was when the last record was made.
    #[error(
        "{0}. Nothing is sent until somebody answers for that: `kitdesk journal accept --reason TEXT`"
    )]
    Gap(Box<Broken>),
    /// There is nothing to answer for.
    #[error(
        "no record is missing and nothing else is wrong with the journal: there is nothing to accept"
    )]
    NoGap,
    /// A write that may not be sent while another is open.
    #[error("{0}")]
    Blocked(Box<OpenWrite>),
}

impl Fault {
    /// What the system said about a file.
    pub(super) fn io(path: &Path, fault: &io::Error) -> Self {
        let path = path.to_owned();
        match fault.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable(path)
            }
            kind if folder::no_room(kind) => Self::Full(path),
            kind => Self::Io(path, kind),
        }
    }

    /// What `SQLite` said about the database.
    pub(super) fn sqlite(path: &Path, waited: Duration, fault: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        match fault.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(path, waited),
            Some(ErrorCode::DiskFull) => Self::Full(path),
            // On a full disk SQLite can't open, lengthen or map its side files, and says only that.
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
                if path.parent().is_some_and(folder::is_full) =>
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
