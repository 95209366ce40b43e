//! How far it has come: a bar on a terminal, and elsewhere a line for what did not end well. On
//! standard error only; nothing is decided here.

use super::words;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::counts::Counts;
use super::end::End;
use super::table::Row;
use crate::cli::report::{err, say};
use crate::columns::cut;
use crate::config::Env;
use crate::console::terminal_size;
use crate::dcms::{Word, harmless};
use crate::durations;

/// The bar itself, in columns.
const BAR: usize = 24;
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
    counts: Counts,
    began: Instant,
    between: Duration,
}

impl Progress {
    pub(super) fn new(json: bool, between: Duration) -> Self {
        let term = Env::of_process().var("TERM");
        let has_bar = io::stderr().is_terminal() && term.is_some_and(|term| term != "dumb");
        Self {
            way: match json {
                true => Way::Silent,
                false if has_bar => Way::Bar,
                false => Way::Lines,
            },
            total: 0,
            counts: Counts::default(),
            began: Instant::now(),
            between,
        }
    }

    /// A row is read and checked.
    pub(super) fn checking(&self, place: usize, count: usize) {
        if self.way == Way::Bar {
            draw(&words::checking(&(place + 1), &count));
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
        self.show(&words::row_under_way(&row.line, &row.upgrade.kit));
    }

    /// A row has come to its end.
    pub(super) fn ended(&mut self, row: &Row, end: &End) {
        self.counts.add(end.word);
        if end.word != Word::Done {
            let why = end.message.as_deref().unwrap_or_default();
            let (line, kit, word) = (row.line, &row.upgrade.kit, end.word.spoken());
            self.say(&words::row_ended(&line, &kit, &word, &why));
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
            let each = self.each();
            draw(&bar(self.counts, self.total, each, what));
        }
    }

    /// How long one takes, by those that came to their end; at least as long as is wanted.
    fn each(&self) -> Duration {
        let ended = u32::try_from(self.counts.total()).unwrap_or(u32::MAX);
        let each = self.began.elapsed().checked_div(ended).unwrap_or_default();
        each.max(self.between)
    }
}

/// Leaves the cursor at the start of the line, so that the next output replaces the progress.
fn draw(text: &str) {
    let width = terminal_size(&io::stderr()).width;
    // The last column would make some terminals go on to the next line.
    let width = usize::from(width).saturating_sub(1);
    put(&format!("{CLEAR}{}\r", cut(&harmless(text), width)));
}

fn put(text: &str) {
    let mut out = err();
    // Where nobody looks, nobody is shown anything.
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .ok();
}

fn bar(counts: Counts, total: usize, each: Duration, what: &str) -> String {
    let ended = counts.total();
    let filled = (ended * BAR).checked_div(total).unwrap_or(0).min(BAR);
    let mut parts = vec![format!(
        "[{}{}] {ended}/{total}",
        "#".repeat(filled),
        ".".repeat(BAR - filled)
    )];
    parts.extend(counts.spoken());
    if ended < total {
        let rate = 1.0 / each.as_secs_f64().max(0.001);
        let left = each * u32::try_from(total - ended).unwrap_or(u32::MAX);
        let left = Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0));
        let left = durations::shown(left);
        parts.push(format!("{rate:.1}/s"));
        parts.push(words::left(&left));
    }
    if !what.is_empty() {
        parts.push(what.to_owned());
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(Word, usize)]) -> Counts {
        let each = of
            .iter()
            .map(|&(word, count)| std::iter::repeat_n(word, count));
        each.flatten().collect()
    }

    #[test]
    fn count_outcomes_rate_and_time_left() {
        let half = Duration::from_millis(500);
        let text = bar(Counts::default(), 12, half, "line 2, kit 1");
        assert_eq!(
            text,
            "[........................] 0/12  2.0/s  6s left  line 2, kit 1"
        );
        let text = bar(counts(&[(Word::Done, 5), (Word::Refused, 1)]), 11, half, "");
        assert_eq!(
            text,
            "[#############...........] 6/11  5 done  1 refused  2.0/s  3s left"
        );
        let text = bar(counts(&[(Word::Done, 3), (Word::Unknown, 1)]), 4, half, "");
        assert_eq!(text, "[########################] 4/4  3 done  1 unknown");
        assert!(bar(Counts::default(), 0, Duration::ZERO, "").ends_with("0/0"));
    }
}
