//! The receipt of a change, as plain text for the customer's papers. It is made from the journal's record alone, so
//! that a console, a verb and a colleague on another day make the same one. No more of a card than its mask.

mod changes;
mod file;

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::operations::{About, Kind};
use super::sentences::sentence;
use crate::columns::{columns, fit, wrap};
use crate::dcms::{Word, harmless};
use crate::journal::{Copied, Kind as Told, Operation, Record, RecordThread, ResultWord, Write};
use changes::Changes;

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    write: Write,
    thread: RecordThread,
    branch: Option<String>,
    zone: TimeZone,
    copies: Copies,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// One.
    #[default]
    One,
    /// One for the customer and one for the branch, each with lines to sign on.
    Two,
}

/// How wide a line may become: a page has room for it in any font that a counter prints with.
const WIDTH: usize = 76;
/// From so many digits on a number in a note may be a phone's.
const PHONE: usize = 9;

/// How a change has ended, as far as that decides what is said next.
enum End {
    Done,
    Refused,
    NotSent,
    NotDone,
    Unknown,
}

impl Receipt {
    /// The receipt of this change, of this branch, with times as a clock in this zone shows them.
    ///
    /// # Errors
    /// Where the record is of no change, in a sentence.
    pub fn of(
        thread: RecordThread,
        branch: Option<String>,
        zone: &TimeZone,
        copies: Copies,
    ) -> Result<Self, String> {
        let record = &thread.record;
        if let (Told::Intent, Operation::Write(write)) = (record.kind, record.operation) {
            Ok(Self {
                write,
                thread,
                branch,
                zone: zone.clone(),
                copies,
            })
        } else {
            Err(format!(
                "Record {} has no receipt: only a change that was to be sent has one.",
                record.id
            ))
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        match self.copies {
            Copies::One => self.one(None),
            Copies::Two => {
                let signed = |copy| {
                    let lines = ["Customer's signature", "Operator's signature"];
                    let lines = lines.map(|who| format!("\n\n{who}  {}\n", "_".repeat(40)));
                    self.one(Some(copy)) + &lines.concat()
                };
                let between = "- ".repeat(WIDTH / 2);
                let copies = ["Copy for the customer", "Copy for the branch"].map(signed);
                copies.join(&format!("\n\n{}\n\n", between.trim_end()))
            }
        }
    }

    /// What it says, label by label: where and how, about what, what has changed, what comes next.
    #[must_use]
    pub fn blocks(&self) -> [Vec<(String, String)>; 4] {
        let record = &self.thread.record;
        let changes = Changes::of(self.write, &self.thread);
        let (outcome, end) = self.outcome();
        let doubt = match end {
            End::Done => changes.doubt(),
            End::Refused | End::NotDone => changes.changed_all_the_same(),
            End::NotSent | End::Unknown => None,
        };
        let outcome = match (&doubt, &end) {
            (Some(_), End::Done) => {
                format!("{outcome}, but what was read afterwards does not show it")
            }
            (Some(_) | None, _) => outcome,
        };
        let ids = &record.subject;
        let of_where = vec![
            (
                "Bank",
                Some(format!(
                    "{} ({})",
                    record.place.tenant,
                    record.place.environment.word()
                )),
            ),
            ("Branch", self.branch.clone()),
            ("Operator", Some(record.who.operator.clone())),
            ("Time", Some(self.time())),
            (
                "Record",
                Some(Copied::name(self.thread.copied.as_deref(), record.id)),
            ),
            ("Outcome", Some(outcome)),
        ];
        let of_what = vec![
            ("Customer", ids.entity.as_ref().map(ToString::to_string)),
            ("Card", changes.card()),
            ("Kit", ids.kit.as_ref().map(ToString::to_string)),
            ("Order", ids.order.as_ref().map(ToString::to_string)),
            ("Card check", changes.card_check()),
            ("Reason", record.reason.clone()),
            ("Note", record.message.as_deref().map(without_phones)),
        ];
        let owned = |rows: Vec<(&str, Option<String>)>| -> Vec<(String, String)> {
            let rows = rows.into_iter();
            rows.filter_map(|(label, value)| Some((label.to_owned(), value?)))
                .collect()
        };
        let is_doubted = doubt.is_some();
        let mut of_changes = changes.rows();
        of_changes.extend(doubt.map(|doubt| ("Read after".to_owned(), sentence(&doubt))));
        [
            owned(of_where),
            owned(of_what),
            of_changes,
            vec![("Next".to_owned(), self.next(&end, is_doubted))],
        ]
    }

    fn one(&self, copy: Option<&str>) -> String {
        let blocks = self.blocks();
        let label = blocks.iter().flatten().map(|(label, _)| columns(label));
        let label = label.max().unwrap_or(0) + 2;
        let mut text = format!("{}\n", self.kind().words.receipt);
        text.extend(copy.into_iter().flat_map(|copy| [copy, "\n"]));
        for block in blocks.iter().filter(|block| !block.is_empty()) {
            text.push('\n');
            for (name, value) in block {
                let mut name = harmless(name);
                for part in wrap(&harmless(value), WIDTH - label) {
                    writeln!(text, "{}{part}", fit(&name, label)).expect("a string takes any text");
                    name = "".into();
                }
            }
        }
        text
    }

    fn kind(&self) -> &'static Kind {
        Kind::from_write(self.write)
    }

    fn follower(&self, kind: Told) -> Option<&Record> {
        let mut followers = self.thread.followers.iter();
        followers.find(|record| record.kind == kind)
    }

    /// When it ended; where that is not on record, when it was to be sent.
    fn time(&self) -> String {
        let at = self
            .follower(Told::Outcome)
            .unwrap_or(&self.thread.record)
            .at;
        let at = at.to_zoned_datetime(self.zone.clone());
        let zone = at.strftime("%Z").to_string();
        // A zone without a name is called by its offset.
        let zone = if zone.starts_with(['+', '-']) {
            String::new()
        } else {
            format!(" ({zone})")
        };
        format!("{}{zone}", at.strftime("%Y-%m-%d %H:%M:%S %:z"))
    }

    /// One of the four words, and how it was settled where it was.
    fn outcome(&self) -> (String, End) {
        let word = self
            .follower(Told::Outcome)
            .and_then(|record| record.outcome);
        let settled = self.follower(Told::Settled);
        let (said, end) = match word {
            Some(ResultWord::Outcome(Word::Done)) => (Word::Done, End::Done),
            Some(ResultWord::Outcome(Word::Refused)) => (Word::Refused, End::Refused),
            Some(ResultWord::Outcome(Word::NotSent)) => (Word::NotSent, End::NotSent),
            Some(ResultWord::Outcome(Word::Unknown) | ResultWord::NotDone) | None => {
                (Word::Unknown, End::Unknown)
            }
        };
        let Some(settled) = settled else {
            return (said.title().to_owned(), end);
        };
        let (found, end) = match settled.outcome {
            Some(ResultWord::Outcome(Word::Done)) => ("it was done", End::Done),
            Some(ResultWord::NotDone) => ("it was not done", End::NotDone),
            Some(ResultWord::Outcome(_)) | None => ("nobody knows", End::Unknown),
        };
        let by = match &settled.reason {
            Some(_) => format!(" by {}", settled.who.operator),
            None => String::new(),
        };
        (format!("{}, settled{by}: {found}", said.title()), end)
    }

    /// What comes next, to the customer.
    fn next(&self, end: &End, is_doubted: bool) -> String {
        let about = match self.kind().about {
            About::Kit(_) => "The card is",
            About::Customer(_) => "The cards are",
            About::Order(_) => "The order is",
        };
        match end {
            // What was read is for the branch to make sense of.
            End::Done | End::Refused | End::NotDone if is_doubted => {
                "It is not certain yet that this is how it stays. The branch finds it out and tells you."
                    .to_owned()
            }
            End::Done => self.kind().words.next.to_owned(),
            End::Refused => format!("It was refused. {about} as before."),
            End::NotSent => format!("Nothing was sent. {about} as before."),
            End::NotDone => format!("It was not done. {about} as before."),
            End::Unknown => {
                "It is not known yet whether this was done. The branch finds it out and tells you."
                    .to_owned()
            }
        }
    }
}

/// Whether what was read after a change speaks against its having been done.
#[must_use]
pub fn is_doubted(thread: &RecordThread) -> bool {
    match (thread.record.kind, thread.record.operation) {
        (Told::Intent, Operation::Write(write)) => Changes::of(write, thread).doubt().is_some(),
        (
            _,
            Operation::Write(_) | Operation::LookUp(_) | Operation::Session | Operation::Journal,
        ) => false,
    }
}

/// A note as far as it belongs on paper: of a number that may be a phone's no more than the last four digits.
fn without_phones(note: &str) -> String {
    let mut kept: Vec<char> = note.chars().collect();
    let mut run = Vec::new();
    for at in 0..=kept.len() {
        match kept.get(at) {
            Some(c) if c.is_ascii_digit() => run.push(at),
            // People write a number in groups.
            Some(' ') if !run.is_empty() && kept.get(at + 1).is_some_and(char::is_ascii_digit) => {}
            _ => {
                if run.len() >= PHONE {
                    for hidden in &run[..run.len() - 4] {
                        kept[*hidden] = 'X';
                    }
                }
                run.clear();
            }
        }
    }
    kept.into_iter().collect()
}

#[cfg(test)]
mod tests;
