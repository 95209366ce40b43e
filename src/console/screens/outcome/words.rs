//! What is told of a write: its outcome in a sentence, and what reading says of an unknown one.

use jiff::Timestamp;

use crate::console::theme::Scope;
use crate::console::widgets::kits::{scope, shown, sign};
use crate::dcms::{Kit, KitNo, Order, Outcome, ReadFault};
use crate::desk::sentences::what_became;
use crate::desk::{Kept, KitsBefore, Verdict};
use crate::journal::RecordId;

/// What is told.
pub struct End {
    pub(super) word: &'static str,
    pub(super) scope: Scope,
    pub(super) sentences: Vec<String>,
    /// What takes the first one's place once reading has settled it.
    once_settled: Option<String>,
    /// What reading says of an unknown one; another reading takes its place.
    pub(super) found: Vec<String>,
    /// What the word has become, once reading has settled it.
    pub(super) settled: Option<&'static str>,
    /// Read afterwards: what is shown is what was read.
    pub(super) read: Vec<Row>,
    /// When it was.
    pub(super) at: Option<Timestamp>,
    /// Its place in the journal.
    pub(super) record: Option<RecordId>,
    /// The kits that are new.
    pub(super) new_kits: Vec<KitNo>,
    /// The kit that the next step is about.
    pub(super) next: Option<Kit>,
    /// The kit to select in the list.
    pub(super) list: Option<KitNo>,
    pub(super) was_refused: bool,
}

/// What was read, cell by cell: those of most worth first, for the others to give way.
pub(super) struct Row {
    pub(super) label: &'static str,
    pub(super) cells: Vec<String>,
    pub(super) scope: Scope,
}

impl End {
    pub(super) fn of<T>(outcome: &Outcome<T>, what: &str, kept: &Kept) -> Self {
        let (scope, next) = match outcome {
            Outcome::Done(_) => (Scope::Ok, ""),
            Outcome::Refused(_) => (Scope::Danger, " Esc goes back to correct it."),
            Outcome::NotSent(_) | Outcome::Unknown(_) => (Scope::Warn, ""),
        };
        let said = format!("{}{next}", what_became(outcome, what));
        let mut sentences = vec![said];
        sentences.extend(kept.trouble.clone());
        Self {
            word: outcome.word(),
            scope,
            sentences,
            once_settled: match outcome {
                Outcome::Unknown(doubt) => {
                    Some(format!("{what} was not answered as it should be: {doubt}."))
                }
                _ => None,
            },
            found: Vec::new(),
            settled: None,
            read: Vec::new(),
            at: kept.at,
            record: kept.record,
            new_kits: Vec::new(),
            next: None,
            list: None,
            was_refused: matches!(outcome, Outcome::Refused(_) | Outcome::NotSent(_)),
        }
    }

    pub(super) fn unread<T>(&mut self, outcome: &Outcome<T>, fault: &ReadFault) {
        if !matches!(outcome, Outcome::NotSent(_)) {
            self.sentences
                .push(format!("It could not be read afterwards: {fault}."));
        }
    }

    /// Takes what was read afterwards and does not show what the DCMS says: the word stays, and
    /// nobody must take it for good.
    pub(super) fn speaks_against(&mut self, sentence: String) {
        self.scope = Scope::Warn;
        self.sentences.push(sentence);
    }

    /// Takes the customer's kits as they are now: the old one, those that are new. Whose a new one is
    /// only the reply or a settlement tells.
    pub(super) fn take_kits(
        &mut self,
        kits: &[Kit],
        old: &KitNo,
        known: &KitsBefore,
        named: &[Kit],
        verdict: Option<Verdict>,
    ) {
        self.read.clear();
        let new = known.new_among(kits);
        for kit in kits {
            let is_new = named.iter().any(|one| one.kit_no == kit.kit_no)
                || new.iter().any(|one| one.kit_no == kit.kit_no);
            if is_new || &kit.kit_no == old {
                self.read
                    .push(kit_row(if is_new { "new kit" } else { "old kit" }, kit));
            }
        }
        let is_named = |kit: &&&Kit| named.iter().any(|one| one.kit_no == kit.kit_no);
        let own: Vec<&Kit> = match verdict {
            Some(Verdict::Done) => new,
            _ => new.iter().filter(is_named).copied().collect(),
        };
        // What the reply names is there, whether the list has it by now or not.
        let named_ones = named.iter().map(|kit| &kit.kit_no);
        let read = own.iter().map(|kit| &kit.kit_no);
        self.new_kits = if named.is_empty() {
            read.cloned().collect()
        } else {
            named_ones.cloned().collect()
        };
        self.next = own.first().map(|kit| (*kit).clone());
    }

    pub(super) fn take_order(&mut self, order: &Order) {
        let word = order.status.word().into_owned();
        self.read = vec![Row {
            label: "order",
            cells: vec![word],
            scope: Scope::Text,
        }];
    }

    /// Takes what a reading says of an unknown outcome.
    pub(super) fn take_verdict(&mut self, said: String, kept: &Kept) {
        self.settled = match kept.verdict {
            Some(Verdict::Done) => Some("settled: it was done"),
            Some(Verdict::NotDone) => Some("settled: it was not done"),
            _ => None,
        };
        match kept.verdict {
            Some(Verdict::Done) => self.scope = Scope::Ok,
            Some(Verdict::NotDone) => self.scope = Scope::Danger,
            _ => {}
        }
        if self.settled.is_some()
            && let Some(said) = self.once_settled.take()
        {
            self.sentences[0] = said;
        }
        self.found = vec![said];
        if kept.verdict == Some(Verdict::Open) {
            self.found.push(waits(kept.next.is_some()));
        }
    }
}

fn waits(again: bool) -> String {
    if again {
        "It is read again by itself, up to 45 s from now; do other work meanwhile if you like."
    } else {
        "It is left open. The journal's screen reads it again, or takes what you know of it."
    }
    .to_owned()
}

pub(super) fn kit_row(label: &'static str, kit: &Kit) -> Row {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "—".into());
    Row {
        label,
        cells: vec![
            kit.kit_no.to_string(),
            format!("{} {}", sign(&kit.status), kit.status.word()),
            or_none(kit.card.as_ref().map(ToString::to_string)),
            shown(kit.tier.as_ref()),
            or_none(kit.expiry.map(|expiry| expiry.to_string())),
        ],
        scope: scope(&kit.status),
    }
}
