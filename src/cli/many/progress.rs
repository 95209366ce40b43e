//! How far it has come: a bar on a terminal, and elsewhere a line for what did not end well. On
//! standard error only; nothing is decided here.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::end::End;
use super::table::Row;
use crate::cli::report::{Word, say};
use crate::columns::cut;
use crate::config::Surroundings;
use crate::dcms::harmless;

/// The bar itself, in columns.
const BAR: usize = 24;
/// A terminal that does not tell its width.
const WIDTH: u16 = 80;
/// Clears the line that the cursor is in.
const CLEAR: &str = "\r\u{1b}[K";

/// How it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Bar,
    Lines,
    /// One object at the end is all.
    Silent,
}

/// What is shown while rows are sent.
pub(super) struct Progress {
    way: Way,
    total: usize,
    counts: [usize; 4],
    began: Instant,
}

impl Progress {
    pub(super) fn new(json: bool) -> Self {
        let term = Surroundings::of_process().var("TERM");
        let has_bar = io::stderr().is_terminal() && term.is_some_and(|term| term != "dumb");
        Self {
            way: match json {
                true => Way::Silent,
                false if has_bar => Way::Bar,
                false => Way::Lines,
            },
            total: 0,
            counts: [0; 4],
            began: Instant::now(),
        }
    }

    /// A row is read and checked.
    pub(super) fn checking(&self, place: usize, count: usize) {
        if self.way == Way::Bar {
            self.draw(&format!("Checking row {} of {count}", place + 1));
        }
    }

    /// All are.
    pub(super) fn checked(&self) {
        self.clear();
    }

    /// Now they are sent.
    pub(super) fn begin(&mut self, total: usize) {
        self.total = total;
        self.began = Instant::now();
        self.show("");
    }

    /// A row is worked on.
    pub(super) fn row(&self, row: &Row) {
        self.show(&format!("line {}, kit {}", row.line, row.upgrade.kit));
    }

    /// A row has come to its end.
    pub(super) fn ended(&mut self, row: &Row, end: &End) {
        let at = Word::ALL.iter().position(|word| *word == end.word);
        if let Some(count) = at.and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
        }
        if end.word != Word::Done {
            let why = end.message.as_deref().unwrap_or_default();
            let (line, kit, word) = (row.line, &row.upgrade.kit, end.word.said());
            self.say(&format!("line {line}, kit {kit}: {word}: {why}"));
        }
        self.show("");
    }

    /// Says something, above the bar.
    pub(super) fn say(&self, text: &str) {
        if self.way != Way::Silent {
            self.clear();
            say(&harmless(text));
        }
    }

    /// There is no more to show.
    pub(super) fn end(&self) {
        self.clear();
    }

    fn clear(&self) {
        if self.way == Way::Bar {
            put(CLEAR);
        }
    }

    fn show(&self, what: &str) {
        if self.way == Way::Bar {
            self.draw(&bar(self.counts, self.total, self.began.elapsed(), what));
        }
    }

    /// The cursor stays at the line's beginning, so that whatever is said next stands by itself.
    fn draw(&self, text: &str) {
        let width = crossterm::terminal::size().map_or(WIDTH, |(width, _)| width);
        // The last column would make some terminals go on to the next line.
        let width = usize::from(width).saturating_sub(1);
        put(&format!("{CLEAR}{}\r", cut(&harmless(text), width)));
    }
}

fn put(text: &str) {
    let mut out = io::stderr().lock();
    // Where nobody looks, nobody is shown anything.
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .ok();
}

fn bar(counts: [usize; 4], total: usize, elapsed: Duration, what: &str) -> String {
    let ended: usize = counts.iter().sum();
    let filled = (ended * BAR).checked_div(total).unwrap_or(0).min(BAR);
    let mut text = format!(
        "[{}{}] {ended}/{total}",
        "#".repeat(filled),
        ".".repeat(BAR - filled)
    );
    for (word, count) in Word::ALL.into_iter().zip(counts) {
        if count > 0 {
            text.push_str(&format!("  {count} {}", word.said()));
        }
    }
    if let Some(each) = elapsed.as_millis().checked_div(ended as u128)
        && each > 0
    {
        let tenths = 10_000 / each;
        text.push_str(&format!("  {}.{}/s", tenths / 10, tenths % 10));
        let left = Duration::from_millis(
            u64::try_from(each * (total - ended) as u128).unwrap_or(u64::MAX),
        );
        let left = Duration::from_secs(left.as_secs_f64().ceil() as u64);
        text.push_str(&format!("  {} left", humantime::format_duration(left)));
    }
    if !what.is_empty() {
        text.push_str(&format!("  {what}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_outcomes_rate_and_time_left() {
        let text = bar([0; 4], 12, Duration::ZERO, "line 2, kit 1");
        assert_eq!(text, "[........................] 0/12  line 2, kit 1");
        let text = bar([5, 1, 0, 0], 12, Duration::from_secs(3), "");
        assert_eq!(
            text,
            "[############............] 6/12  5 done  1 refused  2.0/s  3s left"
        );
        let text = bar([3, 0, 0, 1], 4, Duration::from_secs(8), "");
        assert_eq!(
            text,
            "[########################] 4/4  3 done  1 unknown  0.5/s  0s left"
        );
        assert!(bar([0; 4], 0, Duration::ZERO, "").ends_with("0/0"));
    }
}
