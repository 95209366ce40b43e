//! The records of the whole bank, from the central store: listed, shown, exported, and a day of them. Only one
//! piece of them is in memory at a time.

use std::io::{self, Write};
use std::path::Path;

use jiff::civil::Date;

use super::central;
use super::failed::Failed;
use super::global::Global;
use super::record_output::{NONE, PIECE, new_file, object_of, told, unwritten, written};
use super::report::{Answer, around_result, harmless_json, out};
use super::table::{RecordRow, TableFormat};
use crate::central::{Bank, CentralError, Kept, Order, Store};
use crate::dcms::Word;
use crate::desk::bank::{self, BankError};
use crate::desk::{Day, is_doubted};
use crate::journal::{CopyId, Filter, JournalError, Record, RecordThread, line_of_copy};

mod words {
    use std::fmt::Display;

    pub(super) const NO_PROFILE: &str =
        "there is no profile in the configuration: it says which bank is meant";

    pub(super) fn unreadable(count: &dyn Display) -> String {
        format!(
            "{count} of the store's records can't be read at all, because somebody has changed \
            them there: they are not listed"
        )
    }
}

/// The verb, as programs read it.
const JOURNAL: &str = "journal";

/// The bank's records, and the way to them.
pub(super) struct OfBank {
    store: Store,
    bank: Bank,
}

impl OfBank {
    /// Of the configuration's profile.
    pub(super) fn open(global: &Global) -> Result<Self, Failed> {
        let (config, settings) = central::settings(global)?;
        let profile = config
            .profile
            .ok_or_else(|| Failed::usage(words::NO_PROFILE))?;
        Ok(Self {
            store: Store::new(&settings).map_err(failed)?,
            bank: Bank {
                tenant: profile.tenant,
                environment: profile.environment,
            },
        })
    }

    /// The records that fit, newest first.
    pub(super) async fn list(
        &self,
        filter: &Filter,
        limit: u32,
        as_json: bool,
    ) -> Result<Answer, Failed> {
        let (mut out, format) = (io::BufWriter::new(out()), TableFormat::of_stdout());
        let mut widths = Vec::new();
        let mut separator = "";
        let (before, after) = around_result(JOURNAL);
        if as_json {
            told(wrote(write!(out, "{before}{{\"records\":[")))?;
        }
        let each = self.each(
            filter,
            (Order::NewestFirst, Some(limit)),
            |piece: &[Kept]| {
                if as_json {
                    for kept in piece {
                        let Some(record) = kept.record() else {
                            continue;
                        };
                        let object = object_of(record, copied_of(kept));
                        write!(out, "{separator}{}", harmless_json(object.to_string()))?;
                        separator = ",";
                    }
                    return Ok(());
                }
                let rows: Vec<_> = piece.iter().filter_map(row).collect();
                if rows.is_empty() && widths.is_empty() {
                    return out.write_all(NONE.as_bytes());
                }
                out.write_all(format.records(&rows, &mut widths).as_bytes())
            },
        );
        let unreadable = each.await?;
        if as_json {
            told(wrote(writeln!(out, "]}}{after}")))?;
        }
        complain(unreadable);
        told(wrote(out.flush()))
    }

    /// The records that fit, oldest first, a JSON object a line, or all in one object.
    pub(super) async fn export(
        &self,
        filter: &Filter,
        to: Option<&Path>,
        as_json: bool,
    ) -> Result<Answer, Failed> {
        let mut count = 0;
        let order = (Order::OldestFirst, None);
        if let Some(path) = to {
            let mut file = new_file(path)?;
            let each = self.each(filter, order, |piece: &[Kept]| {
                count += piece.len() as u64;
                lines(&mut file, piece)
            });
            each.await?;
            file.flush().map_err(|error| unwritten(error.kind()))?;
            return Ok(written(count, path, as_json));
        }
        let mut out = io::BufWriter::new(out());
        let (before, after) = around_result(JOURNAL);
        let mut separator = "";
        if as_json {
            told(wrote(write!(out, "{before}{{\"records\":[")))?;
        }
        let each = self.each(filter, order, |piece: &[Kept]| {
            if !as_json {
                return lines(&mut out, piece);
            }
            for kept in piece {
                let line = harmless_json(line_of_copy(&kept.cells));
                write!(out, "{separator}{line}")?;
                separator = ",";
            }
            Ok(())
        });
        each.await?;
        if as_json {
            told(wrote(writeln!(out, "]}}{after}")))?;
        }
        told(wrote(out.flush()))
    }

    /// One action.
    pub(super) async fn show(&self, id: &CopyId) -> Result<RecordThread, Failed> {
        let found = bank::action((&self.store, &self.bank), id).await;
        found.map_err(not_read)
    }

    /// A day's end.
    pub(super) async fn day(&self, date: Date, operator: Option<String>) -> Result<Day, Failed> {
        let day = bank::day((&self.store, &self.bank), Some(date), operator).await;
        day.map_err(not_read)
    }

    /// Hands over what fits in pieces, at least one. Says how many records could not be read at all.
    async fn each(
        &self,
        filter: &Filter,
        (order, limit): (Order, Option<u32>),
        mut take: impl FnMut(&[Kept]) -> io::Result<()>,
    ) -> Result<usize, Failed> {
        let piece = u32::try_from(PIECE).unwrap_or(u32::MAX);
        let (mut left, mut after, mut unreadable) = (limit, None, 0);
        loop {
            let most = left.map_or(piece, |left| left.min(piece));
            let read = self
                .store
                .records(&self.bank, filter, (order, after.as_ref()), most);
            let read = read.await.map_err(failed)?;
            let unread = read.found.iter().filter(|kept| kept.record().is_none());
            unreadable += read.unreadable + unread.count();
            match take(&read.found) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(unreadable),
                Err(error) => return Err(unwritten(error.kind())),
            }
            left = left.map(|left| left.saturating_sub(most));
            after = read.next;
            if after.is_none() || left == Some(0) {
                return Ok(unreadable);
            }
        }
    }
}

fn lines(out: &mut impl Write, piece: &[Kept]) -> io::Result<()> {
    let mut lines = piece.iter().map(|kept| line_of_copy(&kept.cells));
    lines.try_for_each(|line| writeln!(out, "{line}"))
}

fn copied_of(kept: &Kept) -> Option<&crate::journal::Copied> {
    kept.read.as_ref()?.copied.as_deref()
}

fn row(kept: &Kept) -> Option<RecordRow<'_>> {
    let record: &Record = kept.record()?;
    let thread = kept.read.as_ref()?;
    Some(RecordRow {
        record,
        // Of the outcome alone, as everywhere.
        is_doubted: record.id != thread.record.id && is_doubted(thread),
        is_changed: kept.is_changed(),
        copied: thread.copied.as_deref(),
    })
}

fn complain(unreadable: usize) {
    if unreadable > 0 {
        super::report::say(&words::unreadable(&unreadable));
    }
}

fn wrote(written: io::Result<()>) -> Result<(), JournalError> {
    written.map_err(|error| JournalError::Output(error.kind()))
}

fn not_read(error: BankError) -> Failed {
    match error {
        BankError::Central(error) => failed(error),
        BankError::NotThere(_) => Failed::usage(error),
    }
}

/// What passes has another exit code than what has to be corrected.
fn failed(error: CentralError) -> Failed {
    if error.is_passing() {
        Failed::found(Word::NotSent.exit_code(), error)
    } else {
        Failed::usage(error)
    }
}
