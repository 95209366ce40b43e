//! Sending one row after another: not faster than wanted, each by the desk and once, what became of
//! it on disk before the next. Stops where going on would be wrong.

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
use crate::cli::report::Word;
use crate::cli::signals::Wish;
use crate::dcms::{EntityId, Outcome, Text};
use crate::desk::sentences::against_upgrade;
use crate::desk::{AfterUpgrade, Before, KitsBefore, Reading, Verdict};

/// Why not all rows were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// This row's end is unknown.
    Unknown(usize),
    /// This row could not be sent, and the next would not be either.
    NotSent(usize),
    /// A signal asked for it.
    Asked(Wish),
    /// What became of this row is in the journal alone.
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
            if let Err(fault) = results.write(&item.row, end) {
                sent.stop = Some(Stop::Unwritten(item.row.line, fault.kind()));
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
    let course = line.course;
    let mut next = Instant::now();
    for item in items.iter_mut().filter(|item| item.end.is_none()) {
        let row = &item.row;
        tokio::select! {
            biased;
            () = course.stopped() => {}
            () = tokio::time::sleep_until(next) => {}
        }
        let ended = if course.wish().is_some() {
            None
        } else if unclear.contains(&row.upgrade.entity) {
            let why = "what became of another upgrade of this customer is unknown: a new kit could be of either";
            Some((End::now(Word::NotSent).because(why), true))
        } else {
            next = Instant::now() + pace.between;
            progress.row(row);
            one(row, line, progress, &mut sent.any).await
        };
        let Some((end, goes_on)) = ended else {
            sent.stop = course.wish().map(Stop::Asked);
            break;
        };
        if end.word == Word::Unknown {
            unclear.insert(row.upgrade.entity.clone());
        }
        let written = results.write(row, &end);
        progress.ended(row, &end);
        sent.stop = match (end.word, written) {
            (_, Err(fault)) => Some(Stop::Unwritten(row.line, fault.kind())),
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

/// Reads a kit again, sends its upgrade once, and waits for what becomes of it. Besides, whether the
/// next can be sent. Nothing where it was asked to stop before it was sent.
async fn one(
    row: &Row,
    line: &mut Line<'_>,
    progress: &Progress,
    any: &mut bool,
) -> Option<(End, bool)> {
    let request = row.upgrade.clone();
    // What is new afterwards can only be told from what was there just before.
    let course = line.course;
    let kits = tokio::select! {
        biased;
        () = course.stopped() => return None,
        kits = line.kits_of(&request.entity) => kits,
    };
    let kits = match kits {
        Ok(kits) => kits,
        Err(failed) => return Some((End::now(Word::NotSent).because(failed.sentence), false)),
    };
    if let Err(said) = checks::fits(&kits, &request) {
        return Some((End::now(Word::NotSent).because(said), true));
    }
    let before = Before::kits(&kits, &request.kit);
    let known = KitsBefore::of(&kits, kits.since);
    let after = {
        let writing = line.upgrade(request, before);
        tokio::pin!(writing);
        tokio::select! {
            biased;
            after = &mut writing => after,
            () = course.stopped() => {
                progress.say("The row under way is finished first; once more gives up waiting.");
                writing.await
            }
        }
    };
    let mut after = match after {
        Ok(after) => after,
        Err(failed) => {
            *any = true;
            return Some((End::now(Word::Unknown).because(failed.sentence), false));
        }
    };
    *any |= !matches!(after.outcome, Outcome::NotSent(_));
    let mut verdict = after.kept.verdict;
    // Whoever wants it to stop need not wait for what can be read later.
    let look = tokio::select! {
        biased;
        look = line.settled(&after.kept) => look,
        () = course.stopped() => None,
    };
    if let Some(look) = look {
        verdict = Some(look.verdict);
        after.kept.trouble = after.kept.trouble.or(look.trouble);
        if let Ok(Reading::Kits(kits)) = look.reading {
            after.reading = Ok(kits);
        }
    }
    let goes_on = !matches!(after.outcome, Outcome::NotSent(_)) && after.kept.trouble.is_none();
    Some((end(&after, verdict, &known), goes_on))
}

fn end(after: &AfterUpgrade, verdict: Option<Verdict>, known: &KitsBefore) -> End {
    let (word, said) = match (&after.outcome, verdict) {
        (Outcome::Done(_), _) => (Word::Done, None),
        (Outcome::Refused(refusal), _) => (Word::Refused, Some(refusal.to_string())),
        (Outcome::NotSent(why), _) => (Word::NotSent, Some(why.to_string())),
        (Outcome::Unknown(doubt), Some(Verdict::Done)) => (
            Word::Done,
            Some(format!("{doubt}; read afterwards, it was done")),
        ),
        (Outcome::Unknown(doubt), Some(Verdict::NotDone)) => (
            Word::Refused,
            Some(format!("{doubt}; read afterwards, it was not done")),
        ),
        (Outcome::Unknown(doubt), _) => (Word::Unknown, Some(doubt.to_string())),
    };
    let against = match (&after.outcome, &after.reading) {
        (Outcome::Done(_), Ok(kits)) => against_upgrade(kits, &after.request.kit, known),
        _ => None,
    };
    let trouble = after.kept.trouble.clone();
    let said: Vec<String> = said.into_iter().chain(against).chain(trouble).collect();
    let mut end = End::now(word);
    end.message = (!said.is_empty()).then(|| said.join(". "));
    end.record = after.kept.record;
    if let Outcome::Refused(refusal) = &after.outcome {
        let code = refusal.code.as_ref().map(Text::shown);
        end.error_code = code.map(std::borrow::Cow::into_owned);
    }
    if word == Word::Done {
        end.new_kits = new_kits(after, known);
    }
    end
}

/// As the reply names them, and as they were read.
fn new_kits(after: &AfterUpgrade, known: &KitsBefore) -> Vec<String> {
    let named = match &after.outcome {
        Outcome::Done(kits) => kits.as_slice(),
        _ => &[],
    };
    let read = after.reading.as_deref().unwrap_or_default();
    let mut new: Vec<String> = Vec::new();
    for kit in named.iter().chain(read) {
        let number = kit.kit_no.to_string();
        if !known.holds(&kit.kit_no) && !new.contains(&number) {
            new.push(number);
        }
    }
    new
}
