//! The words about a write: its outcome in a sentence, and what a later read shows of an unknown one.

use super::words;
use crate::console::keymap::Action;
use crate::console::theme::Scope;
use crate::console::widgets::cells::Row;
use crate::console::widgets::kits;
use crate::dcms::{Kit, KitNo, Outcome, Status, Word, harmless};
use crate::desk::{Kind, Target, Verdict, Written};
use crate::journal::{RecordId, Write};

/// The words about a write that has ended.
pub struct End {
    pub(super) word: Word,
    pub(super) scope: Scope,
    /// Whether what was read does not show what the DCMS calls done: then there is no tick.
    pub(super) is_doubted: bool,
    pub(super) sentences: Vec<String>,
    /// What reading says of an unknown one; another reading takes its place.
    pub(super) found: Vec<String>,
    /// What the word has become, once reading has settled it.
    pub(super) settled: Option<&'static str>,
    /// Read afterwards: what is shown is what was read.
    pub(super) read: Vec<Row>,
    /// Its place in the journal.
    pub(super) record: Option<RecordId>,
    /// The new kit, which the next step is about.
    pub(super) next: Option<Kit>,
    /// The kit that was blocked, where a new card for it is still to be ordered.
    pub(super) to_replace: Option<Kit>,
    /// The kit to select in the list.
    pub(super) list: Option<KitNo>,
    pub(super) was_refused: bool,
}

impl End {
    pub(super) fn from_written(written: &Written) -> Self {
        let scope = scope_of(written.outcome.word());
        let next = match &written.outcome {
            Outcome::Refused(_) => words::TO_CORRECT,
            Outcome::Done(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => "",
        };
        let (scope, settled) = match written.settled() {
            Some(true) => (Scope::Ok, Some(words::SETTLED_DONE)),
            Some(false) => (Scope::Danger, Some(words::SETTLED_NOT_DONE)),
            None => (scope, None),
        };
        let mut sentences = vec![format!("{}{next}", written.headline())];
        sentences.extend(written.kept.trouble.clone());
        sentences.extend(written.besides());
        let against = written.against();
        // What was read does not show what the DCMS says: nobody must take it for good.
        let is_doubted = against.is_some();
        let scope = if is_doubted { Scope::Warn } else { scope };
        sentences.extend(against.or_else(|| not_listed(written)));
        sentences.extend(written.unread());
        let mut found: Vec<String> = written.observed().into_iter().collect();
        if !found.is_empty() && written.kept.verdict == Some(Verdict::Open) {
            found.push(waits(written.kept.next.is_some()));
        }
        let own = written.own_kits();
        let mut read = written.kits().into_iter().flat_map(|kits| kits.iter());
        let new = written.named().first().map(|kit| &kit.kit_no);
        let new = new.or(own.first()).cloned();
        Self {
            word: written.outcome.word(),
            scope,
            is_doubted,
            sentences,
            found,
            settled,
            read: rows(written),
            record: written.kept.record,
            next: read.find(|kit| own.contains(&kit.kit_no)).cloned(),
            to_replace: to_replace(written).cloned(),
            list: new.or_else(|| written.target.kit_no().cloned()),
            was_refused: matches!(written.outcome, Outcome::Refused(_) | Outcome::NotSent(_)),
        }
    }
}

impl End {
    /// The kit that a next step would be about; nothing where it does not apply.
    pub(super) fn kit_for(&self, action: Action) -> Option<&Kit> {
        if action == Action::Write(Write::Replace) {
            // A new decision, and never taken here.
            self.to_replace.as_ref()
        } else {
            self.next.as_ref()
        }
    }
}

/// The kit that a write has blocked, where there is no new one: the write was told to make none, or has ended half
/// done.
fn to_replace(written: &Written) -> Option<&Kit> {
    let blocks = matches!(written.write, Write::Block | Write::BlockAndReplace);
    let is_over = blocks && written.word() == Word::Done && written.new_kits().is_empty();
    let is_whole = written.kits().is_some_and(|kits| kits.unread == 0);
    let kit = written.kit().filter(|_| is_over && is_whole)?;
    let is_blocked = [Status::Blocked, Status::Hotlisted].contains(&kit.status);
    (is_blocked && Kind::from_write(Write::Replace).may(kit).is_ok()).then_some(kit)
}

/// The colour of an outcome's word.
pub(super) fn scope_of(word: Word) -> Scope {
    match word {
        Word::Done => Scope::Ok,
        Word::Refused => Scope::Danger,
        Word::NotSent | Word::Unknown => Scope::Warn,
    }
}

/// That a kit which the reply has named is not in the customer's list.
fn not_listed(written: &Written) -> Option<String> {
    let kits = written.kits().filter(|kits| kits.unread == 0)?;
    let is_there = |new: &Kit| kits.iter().any(|kit| kit.kit_no == new.kit_no);
    let is_missing = written.named().iter().any(|new| !is_there(new));
    is_missing.then(|| words::NOT_LISTED_YET.to_owned())
}

/// What was read afterwards: the kit with those that are new, or the order.
fn rows(written: &Written) -> Vec<Row> {
    let new = written.new_kits();
    let is_new = |kit: &Kit| new.iter().any(|one| one.kit_no == kit.kit_no);
    let label = |kit: &Kit| match (written.write.brings_kits(), is_new(kit)) {
        (true, true) => words::NEW_KIT,
        (true, false) => words::OLD_KIT,
        (false, _) => "kit",
    };
    let is_about = |kit: &&Kit| match &written.target {
        Target::Kit { kit: about, .. } => &kit.kit_no == about || is_new(kit),
        Target::Customer(_) => true,
        Target::Order(_) => false,
    };
    let read = written.kits().into_iter().flat_map(|kits| kits.iter());
    let before = |kit: &Kit| written.before.as_ref()?.state_of(&kit.kit_no);
    let kits = read.filter(is_about).map(|kit| {
        let mut row = kits::row(label(kit), kit);
        let now = kit.status.word();
        if let Some(before) = before(kit).filter(|before| **before != now) {
            row.cells[kits::STATUS_CELL] = format!("{} → {now}", harmless(before));
        }
        row
    });
    let order = written.order().map(|order| Row {
        label: "order",
        cells: vec![order.status.word().into_owned()],
        scope: Scope::Text,
    });
    let limits = written.limits_compared().into_iter();
    let limits = limits.map(|one| Row {
        label: "limit",
        scope: if one.is_taken { Scope::Ok } else { Scope::Warn },
        cells: vec![
            one.setting,
            format!("{} → {}", one.before, one.asked),
            words::reads(&if one.is_taken { '✓' } else { '!' }, &one.now),
        ],
    });
    kits.chain(order).chain(limits).collect()
}

fn waits(again: bool) -> String {
    if again {
        words::CHECKED_AGAIN
    } else {
        words::LEFT_OPEN
    }
    .to_owned()
}
