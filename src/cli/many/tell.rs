//! What many upgrades come to: a sentence, a table, an object and the exit code of the worst row; and
//! what is to be sent, before it is. Nothing is read or sent.

use super::words;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use ratatui::layout::Size;
use serde::Serialize;

use super::counts::Counts;
use super::plan::Item;
use super::send::{Sent, Stop};
use crate::cli::failed::INTERNAL;
use crate::cli::report::Report;
use crate::cli::table::{Cell, TableFormat};
use crate::console::terminal_size;
use crate::dcms::{Kit, Word};
use crate::desk::review::shown;
use crate::desk::sentences::counted;
use crate::io_error::plain;

/// Columns that can be spared at the end, the first one first: the kit's number says which card it is.
const SPARE: [&str; 3] = [words::ENTITY, words::RECORD, words::TIER];
/// The same before, where all that is sent must be seen.
const SPARE_BEFORE: [&str; 1] = [words::CARD];

#[derive(Serialize)]
struct Many<'a> {
    counts: Counts,
    rows: Vec<RowObject<'a>>,
    /// The results file.
    results: String,
}

#[derive(Serialize)]
struct RowObject<'a> {
    line: usize,
    entity_id: &'a str,
    kit_no: &'a str,
    tier: &'a str,
    card_type: Option<&'a str>,
    plastic_code: Option<&'a str>,
    alias: Option<&'a str>,
    delivery: Option<&'a str>,
    outcome: Word,
    error_code: Option<&'a str>,
    message: Option<&'a str>,
    journal_id: Option<i64>,
    new_kits: &'a [String],
    /// When it was; nothing where it was not tried.
    time: Option<String>,
}

impl<'a> RowObject<'a> {
    fn of(item: &'a Item) -> Self {
        let [
            entity_id,
            kit_no,
            tier,
            card_type,
            plastic_code,
            alias,
            delivery,
        ] = item.row.cells();
        let some = |text: &'a str| (!text.is_empty()).then_some(text);
        let end = item.end.as_ref();
        Self {
            line: item.row.line,
            entity_id,
            kit_no,
            tier,
            card_type: some(card_type),
            plastic_code: some(plastic_code),
            alias: some(alias),
            delivery: some(delivery),
            outcome: item.word(),
            error_code: end.and_then(|end| end.error_code.as_deref()),
            message: message(item),
            journal_id: end.and_then(|end| end.record).map(|record| record.0),
            new_kits: end.map_or(&[], |end| &end.new_kits),
            time: end.map(super::end::End::time),
        }
    }
}

fn message(item: &Item) -> Option<&str> {
    match &item.end {
        Some(end) => end.message.as_deref(),
        None => Some(words::NOT_TRIED),
    }
}

/// The end of it.
pub(super) fn report(items: &[Item], sent: &Sent, results: &Path) -> Report {
    let counts: Counts = items.iter().map(Item::word).collect();
    let worst = items.iter().map(Item::word).max().unwrap_or(Word::Done);
    let ends = match sent.stop {
        Some(Stop::Unwritten(..)) => (worst, INTERNAL),
        Some(Stop::Asked(wish)) if !sent.any => (Word::NotSent, wish.code()),
        _ => (worst, worst.exit_code()),
    };
    let sentence = sentence(counts, sent, results);
    let many = Many {
        counts,
        rows: items.iter().map(RowObject::of).collect(),
        results: results.display().to_string(),
    };
    Report::of_many(ends, sentence, &many, table(items))
}

fn sentence(counts: Counts, sent: &Sent, results: &Path) -> String {
    let results = results.display();
    let mut said = Vec::new();
    match &sent.stop {
        Some(Stop::Unknown(line)) => said.push(words::stopped_unknown(&line)),
        Some(Stop::NotSent(line)) => said.push(words::stopped_not_sent(&line)),
        Some(Stop::Asked(_)) if sent.any => said.push(words::STOPPED.to_owned()),
        Some(Stop::Asked(_)) => said.push(words::INTERRUPTED.to_owned()),
        Some(Stop::Unwritten(line, why)) => {
            said.push(words::stopped_unwritten(&line, &results, &plain(*why)));
        }
        None => {}
    }
    let mut parts: Vec<String> = counts.spoken().collect();
    if counts.of(Word::Done) == 0 {
        parts.insert(0, "0 done".to_owned());
    }
    let rows = counted(counts.total(), "upgrade");
    said.push(words::counts(&rows, &parts.join(", "), &results));
    if counts.of(Word::Unknown) > 0 {
        said.push(words::NEVER_AGAIN.to_owned());
    }
    if counts.of(Word::NotSent) > 0 {
        said.push(words::GO_ON.to_owned());
    }
    if counts.of(Word::Refused) > 0 {
        said.push(words::REFUSED_AGAIN.to_owned());
    }
    said.join(" ")
}

fn table(items: &[Item]) -> String {
    let heads = [
        words::LINE,
        words::ENTITY,
        words::KIT_NUMBER,
        words::TIER,
        words::OUTCOME,
        words::NEW_KITS,
        words::RECORD,
        words::WHY,
    ];
    let rows = items.iter().map(|item| {
        let [entity, kit, tier, ..] = item.row.cells();
        let end = item.end.as_ref();
        let record = end.and_then(|end| end.record);
        let kits = end.map_or_else(String::new, |end| end.new_kits.join(" "));
        let record = record.map_or_else(String::new, |record| record.to_string());
        vec![
            item.row.line.to_string().into(),
            entity.into(),
            kit.into(),
            tier.into(),
            Cell::new(item.word().spoken(), item.word().into()),
            kits.into(),
            record.into(),
            message(item).unwrap_or_default().into(),
        ]
    });
    let room = io::stdout()
        .is_terminal()
        .then(|| room(terminal_size(&io::stdout())));
    TableFormat::of_stdout().fitting(&heads, rows.collect(), (&SPARE, room))
}

/// A line for each row: what is there now, and what will be sent.
pub(super) fn review(items: &[Item], now: &[Kit]) -> String {
    let heads = [
        words::LINE,
        words::ENTITY,
        words::KIT_NUMBER,
        words::CARD,
        words::TIER,
        words::TYPE,
        words::PLASTIC,
        words::NAME_ON_CARD,
        words::DELIVERY,
    ];
    let to_send = items.iter().filter(|item| item.end.is_none());
    let rows = to_send.zip(now).map(|(item, kit)| {
        let [entity, number, tier, card_type, plastic, alias, delivery] = item.row.cells();
        let change = |now: String, wanted: &str| -> Cell {
            if wanted.is_empty() || now == wanted {
                wanted.into()
            } else {
                format!("{now} -> {wanted}").into()
            }
        };
        let card = kit.card.as_ref();
        vec![
            item.row.line.to_string().into(),
            entity.into(),
            number.into(),
            card.map_or_else(|| "—".to_owned(), ToString::to_string)
                .into(),
            change(shown(kit.tier.as_ref()), tier),
            change(shown(kit.card_type.as_ref()), card_type),
            change(shown(kit.plastic_code.as_ref()), plastic),
            change(shown(kit.alias.as_ref()), alias),
            delivery.into(),
        ]
    });
    // They are shown with two blanks in front.
    let room = io::stderr()
        .is_terminal()
        .then(|| room(terminal_size(&io::stderr())) - 2);
    TableFormat::plain().fitting(&heads, rows.collect(), (&SPARE_BEFORE, room))
}

/// How wide the terminal is, at least so much that something is shown.
fn room(terminal: Size) -> usize {
    usize::from(terminal.width.max(20))
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::cli::many::end::End;
    use crate::cli::many::table;
    use crate::cli::signals::Wish;

    fn items(words: &[Option<Word>]) -> Vec<Item> {
        let rows: Vec<String> = (0..words.len()).map(|kit| format!("1,{kit},A\n")).collect();
        let text = format!("entity,kit,tier\n{}", rows.concat());
        let rows = table::read(text.as_bytes(), 10, false).expect("good rows");
        let items = rows.into_iter().zip(words).map(|(row, word)| Item {
            row,
            end: word.map(End::now),
            is_written: true,
        });
        items.collect()
    }

    fn code(words: &[Option<Word>], any: bool, stop: Option<Stop>) -> u8 {
        let sent = Sent { any, stop };
        report(&items(words), &sent, Path::new("x.csv")).code()
    }

    #[test]
    fn the_worst_row_decides_about_the_exit_code() {
        use Word::{Done, NotSent, Refused, Unknown};
        assert_eq!(code(&[Some(Done), Some(Done)], true, None), 0);
        assert_eq!(code(&[Some(Done), Some(Refused)], true, None), 1);
        assert_eq!(code(&[Some(Refused), Some(NotSent)], true, None), 3);
        assert_eq!(code(&[Some(Refused), None], true, None), 3, "not tried");
        assert_eq!(code(&[Some(Unknown), Some(NotSent)], true, None), 4);
        let unwritten = Some(Stop::Unwritten(3, ErrorKind::StorageFull));
        assert_eq!(code(&[Some(Done), Some(Unknown)], true, unwritten), 5);
    }

    #[test]
    fn a_signal_decides_only_where_nothing_was_sent() {
        let stop = || Some(Stop::Asked(Wish::Terminate));
        assert_eq!(code(&[None, None], false, stop()), 143);
        assert_eq!(code(&[Some(Word::Done), None], true, stop()), 3);
    }
}
