//! How things are said where they are heard and not looked at: by a screen reader, or on a terminal that can
//! only write lines. Decided once for the whole program, before anything is said. Nothing is asked here.

use std::sync::OnceLock;
use std::time::Duration;

use crate::desk::review::Row;

mod words {
    use std::fmt::Display;

    pub(super) fn place(place: &dyn Display, count: &dyn Display) -> String {
        format!("{place} of {count}: ")
    }

    pub(super) fn changes(what: &dyn Display, now: &dyn Display, asked: &dyn Display) -> String {
        format!("{what}: now {now}, will be {asked}")
    }

    pub(super) fn as_it_is(what: &dyn Display, now: &dyn Display) -> String {
        format!("{what}: {now}, sent as it is")
    }

    pub(super) fn otherwise(what: &dyn Display, now: &dyn Display, other: &dyn Display) -> String {
        format!("{what}: now {now}; {other}")
    }

    pub(super) fn call(call: &dyn Display) -> String {
        format!("It is sent as {call}")
    }
}

/// Stands for nothing in tables and reviews, where it is seen.
const DASH: &str = "—";

/// For how long nobody may type, once things are said line by line.
static IDLE_LIMIT: OnceLock<Duration> = OnceLock::new();

/// From now on things are said line by line, and a question waits for so long.
pub(super) fn begin(idle_limit: Duration) {
    // Once is enough: a second session in one process has the same configuration.
    IDLE_LIMIT.get_or_init(|| idle_limit);
}

/// Whether things are said line by line.
pub(super) fn is_on() -> bool {
    IDLE_LIMIT.get().is_some()
}

/// For how long a question waits for a key, where there is a limit.
pub(super) fn idle_limit() -> Option<Duration> {
    IDLE_LIMIT.get().copied()
}

/// What works at every question besides its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Steer {
    Help,
    Back,
    End,
}

impl Steer {
    /// What was typed, if it is such a word and things are said line by line.
    pub(super) fn of(typed: &str) -> Option<Self> {
        is_on().then(|| Self::named(typed)).flatten()
    }

    fn named(typed: &str) -> Option<Self> {
        match typed.trim().to_ascii_lowercase().as_str() {
            "help" => Some(Self::Help),
            "back" => Some(Self::Back),
            "end" => Some(Self::End),
            _ => None,
        }
    }
}

/// A flag's or a verb's name as it is said: `card-type` is "card type".
pub(super) fn label(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// A sentence whose flags are said by their names, and its arrows and dots in words.
pub(super) fn sentence(text: &str) -> String {
    let text = text.replace(" · ", ", ");
    let mut said = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            said.push(' ');
        }
        match word {
            "->" | "→" => said.push_str("to"),
            _ => match word.split_once("--") {
                Some((before, flag))
                    if is_opening(before) && flag.starts_with(char::is_lowercase) =>
                {
                    said.push_str(before);
                    said.push_str(&label(flag));
                }
                _ => said.push_str(word),
            },
        }
    }
    said
}

fn is_opening(before: &str) -> bool {
    matches!(before, "" | "(" | "'" | "`" | "\"")
}

/// The rows of a table, each a line that names every value; what is not there is not said.
pub(super) fn rows(heads: &[&str], rows: &[Vec<String>]) -> String {
    let count = rows.len();
    let lines = rows.iter().enumerate().map(|(at, row)| {
        let cells = heads.iter().zip(row);
        let cells = cells.filter(|(_, cell)| !matches!(cell.trim(), "" | DASH));
        let said = cells.map(|(head, cell)| format!("{} {}", named(head), sentence(cell)));
        let said: Vec<_> = said.map(|said| said.trim().to_owned()).collect();
        let place = match count {
            1 => String::new(),
            _ => words::place(&(at + 1), &count),
        };
        format!("{place}{}\n", said.join(", "))
    });
    lines.collect()
}

/// A column's head within a line: what is in brackets is an abbreviation and stays.
fn named(head: &str) -> String {
    match head.split_once(" (") {
        Some((head, unit)) => format!("{} ({unit}", head.to_lowercase()),
        None => head.to_lowercase(),
    }
}

/// A label and what it says.
pub(super) fn line(label: &str, value: &str) -> String {
    let value = match value.trim() {
        "" | DASH => "none",
        value => value,
    };
    match label.trim() {
        "" => format!("{}\n", sentence(value)),
        label => format!("{label}: {}\n", sentence(value)),
    }
}

/// A row of a review: what is now, and what will be.
pub(super) fn review(row: &Row) -> String {
    let now = match row.now.as_str() {
        "" | DASH => "none",
        now => now,
    };
    let Row { what, asked, .. } = row;
    match asked.as_str() {
        "" => format!("{what}: {now}"),
        _ if row.changes => words::changes(&what, &now, &asked),
        same if same == row.now => words::as_it_is(&what, &now),
        other => words::otherwise(&what, &now, &other),
    }
}

/// A line below the rows of a review.
pub(super) fn indented(text: &str) -> String {
    if is_on() {
        text.to_owned()
    } else {
        format!("  {text}")
    }
}

/// What will be sent: of the body, the rows of the review have said everything.
pub(super) fn preview(text: &str) -> String {
    match text.split_once(" {") {
        Some((call, _)) if is_on() => words::call(&call),
        _ => indented(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_what_it_says_and_leaves_out_what_is_not_there() {
        let heads = ["KIT NUMBER", "CARD", "TIER", "TIME (UTC)"];
        let cells = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let one = cells(["4561789", "—", "CLASSIC -> SILVER", "10:30"]);
        assert_eq!(
            rows(&heads, std::slice::from_ref(&one)),
            "kit number 4561789, tier CLASSIC to SILVER, time (UTC) 10:30\n"
        );
        let two = [one, cells(["4561790", "", "", ""])];
        assert!(rows(&heads, &two).ends_with("\n2 of 2: kit number 4561790\n"));
    }

    #[test]
    fn flags_are_said_by_their_names() {
        assert_eq!(sentence("on · 5 a day · A → B"), "on, 5 a day, A to B");
        let said = sentence("--card-type: allowed are A; give (--branch, or one--two) -- so");
        assert_eq!(
            said,
            "card type: allowed are A; give (branch, or one--two) -- so"
        );
    }

    #[test]
    fn a_review_says_what_changes_in_words() {
        let row = |now: &str, asked: &str, changes| Row {
            what: "tier".into(),
            now: now.into(),
            asked: asked.into(),
            changes,
        };
        let said = |row: &Row| review(row);
        assert_eq!(said(&row("A", "B", true)), "tier: now A, will be B");
        assert_eq!(said(&row("—", "B", true)), "tier: now none, will be B");
        assert_eq!(said(&row("A", "A", false)), "tier: A, sent as it is");
        assert_eq!(said(&row("A", "", false)), "tier: A");
        let left = row("A", "not sent: the DCMS decides", false);
        assert_eq!(said(&left), "tier: now A; not sent: the DCMS decides");
    }

    #[test]
    fn words_that_steer_are_whole_words() {
        assert_eq!(Steer::named(" Back "), Some(Steer::Back));
        assert_eq!(Steer::named("backs"), None);
        assert_eq!(Steer::named("\"end\""), None);
    }
}
