//! Sends one row after another, not faster than wanted: the desk sends each once, and its outcome is on
//! disk before the next is sent. Stops where going on would be wrong.

use super::words;
use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use super::checks;
use super::end::End;
use super::plan::Item;
use super::progress::Progress;
use super::results::Results;
use super::table::Row;
use crate::cli::line::Line;
use crate::cli::signals::Wish;
use crate::dcms::{EntityId, Outcome, Word};
use crate::desk::{Request, Written};

/// Why not all rows were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// This row's end is unknown.
    Unknown(usize),
    /// This row could not be sent, and the next would not be either.
    NotSent(usize),
    /// A signal asked for it.
    Asked(Wish),
    /// Only the journal has the outcome of this row.
    Unwritten(usize, std::io::ErrorKind),
}

/// How rows are sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// From one to the next, at least.
    pub(super) between: Duration,
    /// An unknown end stops nothing.
    pub(super) keeps_going: bool,
}

/// What sending came to.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Whether anything was handed over.
    pub(super) any: bool,
    pub(super) stop: Option<Stop>,
}

/// Sends what is to be sent.
pub(super) async fn all(
    items: &mut [Item],
    line: &mut Line<'_>,
    results: &mut Results,
    progress: &mut Progress,
    pace: Pace,
) -> Sent {
    let mut sent = Sent::default();
    // What earlier runs have left to the journal.
    for item in items.iter_mut() {
        if let Some(end) = &item.end
            && !item.is_written
        {
            if let Err(error) = results.write(&item.row, end) {
                sent.stop = Some(Stop::Unwritten(item.row.line, error.kind()));
                return sent;
            }
            item.is_written = true;
        }
    }
    let mut unclear: HashSet<EntityId> = items
        .iter()
        .filter(|item| item.word() == Word::Unknown)
        .map(|item| item.row.upgrade.entity.clone())
        .collect();
    progress.begin(items.iter().filter(|item| item.end.is_none()).count());
    let verb_progress = line.verb_progress;
    let mut next = Instant::now();
    for item in items.iter_mut().filter(|item| item.end.is_none()) {
        let row = &item.row;
        tokio::select! {
            biased;
            () = verb_progress.stopped() => {}
            () = tokio::time::sleep_until(next) => {}
        }
        let ended = if verb_progress.wish().is_some() {
            None
        } else if unclear.contains(&row.upgrade.entity) {
            let why = words::OTHER_UNKNOWN;
            Some((End::now(Word::NotSent).because(why), true))
        } else {
            next = Instant::now() + pace.between;
            progress.row(row);
            one(row, line, progress, &mut sent.any).await
        };
        let Some((end, goes_on)) = ended else {
            sent.stop = verb_progress.wish().map(Stop::Asked);
            break;
        };
        if end.word == Word::Unknown {
            unclear.insert(row.upgrade.entity.clone());
        }
        let written = results.write(row, &end);
        progress.ended(row, &end);
        sent.stop = match (end.word, written) {
            (_, Err(error)) => Some(Stop::Unwritten(row.line, error.kind())),
            (Word::Unknown, _) if !pace.keeps_going => Some(Stop::Unknown(row.line)),
            (_, Ok(())) if !goes_on && !pace.keeps_going => Some(Stop::NotSent(row.line)),
            _ => None,
        };
        item.end = Some(end);
        item.is_written = !matches!(sent.stop, Some(Stop::Unwritten(..)));
        if sent.stop.is_some() {
            break;
        }
    }
    progress.end();
    sent
}

/// Reads a kit again, sends its upgrade once, and waits for the outcome. Also says whether the next can
/// be sent. Nothing where it was asked to stop before it was sent.
async fn one(
    row: &Row,
    line: &mut Line<'_>,
    progress: &Progress,
    any: &mut bool,
) -> Option<(End, bool)> {
    let mut request = Request::from(row.upgrade.clone());
    // Which kits are new afterwards shows only against what was there just before.
    let verb_progress = line.verb_progress;
    let kits = tokio::select! {
        biased;
        () = verb_progress.stopped() => return None,
        kits = line.read_again(request.kind().write, request.target()) => kits,
    };
    let kits = match kits {
        Ok(kits) => kits,
        Err(failed) => return Some((End::now(Word::NotSent).because(failed.sentence), false)),
    };
    if let Err(said) = checks::fits(&mut request, &kits) {
        return Some((End::now(Word::NotSent).because(said), true));
    }
    let written = {
        let writing = line.write(request);
        tokio::pin!(writing);
        tokio::select! {
            biased;
            written = &mut writing => written,
            () = verb_progress.stopped() => {
                progress.say(words::FINISHING);
                writing.await
            }
        }
    };
    let mut written = match written {
        Ok(written) => written,
        Err(failed) => {
            *any = true;
            return Some((End::now(Word::Unknown).because(failed.sentence), false));
        }
    };
    let is_sent = !matches!(written.outcome, Outcome::NotSent(_));
    *any |= is_sent;
    // A request to stop does not wait for what can be read later.
    let observation = tokio::select! {
        biased;
        observation = line.settled(&written.kept) => observation,
        () = verb_progress.stopped() => None,
    };
    if let Some(observation) = observation {
        written.follow(&observation);
    }
    let goes_on = is_sent && written.kept.trouble.is_none();
    Some((end(&written), goes_on))
}

fn end(written: &Written) -> End {
    let (word, said) = (written.word(), written.why());
    let trouble = written.kept.trouble.clone();
    let said = said.into_iter().chain(written.against()).chain(trouble);
    let said: Vec<String> = said.collect();
    let mut end = End::now(word);
    end.message = (!said.is_empty()).then(|| said.join(". "));
    end.record = written.kept.record;
    end.error_code = written.outcome.error_code();
    if word == Word::Done {
        let new = written.new_kits().into_iter();
        end.new_kits = new.map(|kit| kit.kit_no.to_string()).collect();
    }
    end
}
