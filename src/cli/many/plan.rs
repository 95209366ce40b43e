//! Which rows are to be sent, and which have come to their end before: by the results file, and by the
//! journal, which knows more where a run was cut short. Sends nothing.

use super::words;
use std::collections::{HashMap, HashSet};

use super::end::{End, Written};
use super::results::Results;
use super::sheet::CellError;
use super::table::Row;
use crate::cli::failed::Failed;
use crate::cli::line::Line;
use crate::dcms::{KitNo, Word};
use crate::desk::{Asked, Verdict};
use crate::journal::{History, WriteRecords};

/// A row on its way.
pub(super) struct Item {
    pub(super) row: Row,
    /// How it ended; nothing while it is still to be sent.
    pub(super) end: Option<End>,
    /// Whether the results file has that.
    pub(super) is_written: bool,
}

impl Item {
    /// Its outcome, as programs read it.
    pub(super) fn word(&self) -> Word {
        self.end.as_ref().map_or(Word::NotSent, |end| end.word)
    }
}

/// What a plan is made from besides the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes {
    /// Rows that were refused are sent again.
    pub(super) retry_refused: bool,
    /// Open writes are read, to settle them.
    pub(super) settles: bool,
}

/// What is to be done, and what forbids it.
pub(super) struct Plan {
    pub(super) items: Vec<Item>,
    pub(super) errors: Vec<CellError>,
}

/// Makes the plan.
pub(super) async fn make(
    rows: Vec<Row>,
    results: &Results,
    line: &mut Line<'_>,
    wishes: Wishes,
) -> Result<Plan, Failed> {
    let earlier = earlier(&rows, results)?;
    let writes = rows
        .iter()
        .map(|row| Asked::new(&row.upgrade.clone().into()));
    let since = results.tag.as_ref().map(|tag| tag.since.clone());
    let asked = line.histories(since, writes.collect()).await?;
    if !asked.same {
        return Err(Failed::usage(words::other_journal(&results.path.display())));
    }
    let mut plan = Plan {
        items: Vec::with_capacity(rows.len()),
        errors: Vec::new(),
    };
    for (row, history) in rows.into_iter().zip(asked.histories) {
        let before = earlier.get(&row.upgrade.kit).copied();
        let decided = decide(before.map(|end| end.word), history, wishes.retry_refused);
        let end = match decided {
            Decision::Send => None,
            Decision::Keep => before.cloned(),
            Decision::Ended(word, records) => Some(End::from_records(word, &records)),
            Decision::GivenUp(records) => {
                Some(End::from_records(Word::Unknown, &records).because(words::SETTLED_AS_UNKNOWN))
            }
            Decision::Open(records) if wishes.settles => Some(settled(line, &records).await),
            Decision::Open(records) => Some(End::from_records(Word::Unknown, &records)),
            Decision::Forbidden(why) => {
                plan.errors.push(CellError::line(row.line, why));
                None
            }
        };
        let is_written = match (&end, before) {
            (Some(end), Some(before)) => is_same(end, before),
            _ => false,
        };
        plan.items.push(Item {
            row,
            end,
            is_written,
        });
    }
    Ok(plan)
}

/// Whether a line about it would say nothing new.
fn is_same(end: &End, before: &End) -> bool {
    end.word == before.word && end.record == before.record
}

/// What the results file says of each kit, after it was made sure that it speaks of these rows.
fn earlier<'a>(rows: &[Row], results: &'a Results) -> Result<HashMap<KitNo, &'a End>, Failed> {
    let rows: HashMap<&str, &Row> = rows
        .iter()
        .map(|row| (row.upgrade.kit.as_str(), row))
        .collect();
    let mut last: HashMap<&str, &Written> = HashMap::new();
    for written in &results.written {
        last.insert(&written.cells[1], written);
    }
    let path = results.path.display();
    let others = words::not_these_rows(&path);
    let mut earlier = HashMap::new();
    for (kit, written) in &last {
        let row = rows.get(kit);
        let cells = written.cells.each_ref().map(String::as_str);
        match row {
            Some(row) if row.cells() == cells => {
                earlier.insert(row.upgrade.kit.clone(), &written.end);
            }
            // What was changed after it came to nothing is another try; and a row may be left out.
            _ if matches!(written.end.word, Word::Refused | Word::NotSent) => {}
            Some(row) => {
                return Err(Failed::usage(words::not_that_row(
                    &row.line,
                    &written.end.word.spoken(),
                    &kit,
                    &path,
                )));
            }
            None => return Err(Failed::usage(others)),
        }
    }
    let kits: HashSet<_> = last.keys().collect();
    if !kits.is_empty() && !rows.keys().any(|kit| kits.contains(kit)) {
        return Err(Failed::usage(others));
    }
    Ok(earlier)
}

/// What is to be done about a row.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    /// Nothing was done, as far as is known: it is sent.
    Send,
    /// It stands as it is written.
    Keep,
    /// It came to its end, and only the journal knows.
    Ended(Word, WriteRecords),
    /// Nobody knows yet.
    Open(WriteRecords),
    /// Nobody ever will.
    GivenUp(WriteRecords),
    /// Another write forbids it.
    Forbidden(String),
}

/// The journal counts where it knows of a write: it was written before and after sending.
fn decide(written: Option<Word>, history: History, retry_refused: bool) -> Decision {
    match (written, history) {
        (Some(Word::Done), _) => Decision::Keep,
        (_, History::Done(records)) => Decision::Ended(Word::Done, records),
        (_, History::Open(records)) => Decision::Open(records),
        (_, History::GivenUp(records)) => Decision::GivenUp(records),
        (Some(Word::Refused), _) if !retry_refused => Decision::Keep,
        (_, History::Refused(records)) if !retry_refused => Decision::Ended(Word::Refused, records),
        (_, History::Forbidden(open)) => Decision::Forbidden(open.to_string()),
        (_, History::Free | History::Refused(_)) => Decision::Send,
    }
}

/// Reads the outcome of a write that an earlier run has left open.
async fn settled(line: &mut Line<'_>, records: &WriteRecords) -> End {
    let mut end = End::now(Word::Unknown);
    end.record = Some(records.intent);
    match line.settle(records.intent).await {
        Ok(observation) => {
            let kits = observation
                .reading
                .as_ref()
                .ok()
                .and_then(|read| read.kits.as_ref());
            if let (Some(kits), Some(before)) = (kits, &observation.intent.before) {
                let new = before.new_among(kits);
                end.new_kits = new.iter().map(|kit| kit.kit_no.to_string()).collect();
            }
            if observation.verdict == Verdict::Done {
                end.word = Word::Done;
                return end;
            }
            end.new_kits.clear();
            end.because(observation.in_words())
        }
        Err(failed) => end.because(failed.sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::RecordId;

    fn records() -> WriteRecords {
        WriteRecords {
            intent: RecordId(7),
            at: jiff::Timestamp::UNIX_EPOCH,
            error_code: None,
            message: None,
            new_kits: Vec::new(),
        }
    }

    #[test]
    fn nothing_that_may_have_been_done_is_sent_again() {
        for written in [
            None,
            Some(Word::Refused),
            Some(Word::NotSent),
            Some(Word::Unknown),
        ] {
            for retry in [false, true] {
                let done = decide(written, History::Done(records()), retry);
                assert_eq!(done, Decision::Ended(Word::Done, records()));
                let open = decide(written, History::Open(records()), retry);
                assert_eq!(open, Decision::Open(records()));
                let given_up = decide(written, History::GivenUp(records()), retry);
                assert_eq!(given_up, Decision::GivenUp(records()));
            }
        }
        for history in [
            History::Free,
            History::Refused(records()),
            History::Open(records()),
        ] {
            assert_eq!(decide(Some(Word::Done), history, true), Decision::Keep);
        }
    }

    #[test]
    fn what_was_refused_is_sent_again_only_where_that_is_wanted() {
        let refused = || History::Refused(records());
        assert_eq!(
            decide(Some(Word::Refused), refused(), false),
            Decision::Keep
        );
        assert_eq!(decide(Some(Word::Refused), refused(), true), Decision::Send);
        let known = Decision::Ended(Word::Refused, records());
        assert_eq!(decide(None, refused(), false), known);
        assert_eq!(decide(None, refused(), true), Decision::Send);
        for written in [None, Some(Word::NotSent), Some(Word::Unknown)] {
            assert_eq!(decide(written, History::Free, false), Decision::Send);
        }
    }
}
