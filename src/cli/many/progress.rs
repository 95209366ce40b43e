//! How far a run of many has come: a bar where somebody watches, else a line a row. On standard error,
//! because the result is not it.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::results::End;
use super::table::Row;
use crate::cli::report::{Word, say};
use crate::dcms::harmless;

const WIDTH: usize = 24;

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) done: usize,
    pub(super) refused: usize,
    pub(super) not_sent: usize,
    pub(super) unknown: usize,
}

impl Counts {
    pub(super) fn add(&mut self, word: Word) {
        *match word {
            Word::Done => &mut self.done,
            Word::Refused => &mut self.refused,
            Word::NotSent => &mut self.not_sent,
            Word::Unknown => &mut self.unknown,
        } += 1;
    }

    /// The worst counts: what nobody knows before what was not done.
    pub(super) fn worst(self) -> Word {
        match self {
            Self { unknown: 1.., .. } => Word::Unknown,
            Self { not_sent: 1.., .. } => Word::NotSent,
            Self { refused: 1.., .. } => Word::Refused,
            _ => Word::Done,
        }
    }

    /// Those that there are, in words.
    pub(super) fn told(self) -> String {
        let all = [
            (self.done, "done"),
            (self.refused, "refused"),
            (self.not_sent, "not sent"),
            (self.unknown, "unknown"),
        ];
        let told = all.iter().filter(|(count, _)| *count > 0);
        let told: Vec<_> = told
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        told.join(", ")
    }
}

/// What is told while it runs.
pub(super) struct Progress {
    total: usize,
    seen: usize,
    counts: Counts,
    began: Instant,
    is_bar: bool,
}

impl Progress {
    pub(super) fn of(total: usize) -> Self {
        Self {
            total,
            seen: 0,
            counts: Counts::default(),
            began: Instant::now(),
            is_bar: io::stderr().is_terminal(),
        }
    }

    /// A row has ended.
    pub(super) fn ended(&mut self, row: &Row, end: &End) {
        self.seen += 1;
        self.counts.add(end.word);
        if !self.is_bar || end.word != Word::Done {
            self.clear();
            say(&line(row, end));
        }
        self.draw();
    }

    fn draw(&self) {
        if self.is_bar {
            let text = bar(self.seen, self.total, self.counts, self.began.elapsed());
            let mut out = io::stderr().lock();
            write!(out, "\r{text}\x1b[K")
                .and_then(|()| out.flush())
                .ok();
        }
    }

    /// Takes the bar away, for other lines to stand there.
    pub(super) fn clear(&self) {
        if self.is_bar {
            let mut out = io::stderr().lock();
            write!(out, "\r\x1b[K").and_then(|()| out.flush()).ok();
        }
    }
}

fn bar(seen: usize, total: usize, counts: Counts, took: Duration) -> String {
    let full = seen * WIDTH / total.max(1);
    let left = took.as_secs_f32() / f32::from(u16::try_from(seen.max(1)).unwrap_or(u16::MAX));
    let rest = u16::try_from(total - seen.min(total)).unwrap_or(u16::MAX);
    let left = Duration::from_secs_f32(left * f32::from(rest)).as_secs();
    format!(
        "[{}{}] {seen} of {total}  {}  {}:{:02} left",
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        counts.told(),
        left / 60,
        left % 60
    )
}

/// A row's end for people.
pub(super) fn line(row: &Row, end: &End) -> String {
    let kit = &row.request.kit;
    let record = end.record.map(|record| format!(" (record {record})"));
    let why = if end.word == Word::Done {
        String::new()
    } else {
        format!(": {}", harmless(&end.message))
    };
    format!(
        "line {}: kit {kit} {}{}{why}",
        row.line,
        end.word.name().replace('_', " "),
        record.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_row_counts() {
        let mut counts = Counts::default();
        for (word, worst) in [
            (Word::Done, Word::Done),
            (Word::Refused, Word::Refused),
            (Word::NotSent, Word::NotSent),
            (Word::Refused, Word::NotSent),
            (Word::Unknown, Word::Unknown),
            (Word::Done, Word::Unknown),
        ] {
            counts.add(word);
            assert_eq!(counts.worst(), worst);
        }
        assert_eq!(counts.told(), "2 done, 2 refused, 1 not sent, 1 unknown");
    }

    #[test]
    fn a_bar_says_how_far_and_how_long() {
        let counts = Counts {
            done: 10,
            ..Counts::default()
        };
        let text = bar(10, 40, counts, Duration::from_secs(5));
        assert_eq!(
            text,
            "[######..................] 10 of 40  10 done  0:15 left"
        );
        assert!(bar(0, 0, counts, Duration::ZERO).contains("0 of 0"));
    }
}
