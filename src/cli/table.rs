//! Tables for people: columns that stay straight whatever is written in them, colour only where a
//! terminal shows it and nobody has asked for none.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _};

use super::{colours, spoken};
use crate::columns::{columns, fit};
use crate::config::Env;
use crate::dcms::{Kit, Order, OrderId, OrderStatus, Status, Word, harmless};
use crate::desk::review::shown;
use crate::desk::{Candidate, record_threads};
use crate::journal::{Copied, Record, RecordThread, ResultWord};

mod words {
    /// After *done*, where what was read afterwards does not show it.
    pub(super) const DOUBTED: &str = ", reads otherwise";
    pub(super) const CARD: &str = "CARD";
    pub(super) const PRODUCT: &str = "PRODUCT";
    pub(super) const TIER: &str = "TIER";
    pub(super) const TYPE: &str = "TYPE";
    pub(super) const STATUS: &str = "STATUS";
    pub(super) const EXPIRY: &str = "EXPIRY";
    pub(super) const PLASTIC: &str = "PLASTIC";
    pub(super) const ENTITY: &str = "ENTITY";
    pub(super) const NAME: &str = "NAME";
    pub(super) const ID: &str = "ID";
    pub(super) const BRANCH: &str = "BRANCH";
    pub(super) const HOST: &str = "HOST";
    pub(super) const CHANGED: &str = "! changed";
    pub(super) const BY: &str = "BY";
    pub(super) const WHAT: &str = "WHAT";
    pub(super) const ABOUT: &str = "ABOUT";
    pub(super) const OUTCOME: &str = "OUTCOME";
    pub(super) const ORDER: &str = "ORDER";
    pub(super) const TENANT: &str = "TENANT";
    pub(super) const BIN: &str = "BIN";
    pub(super) const CARDS: &str = "CARDS";
    pub(super) const FOR: &str = "FOR";
    pub(super) const KIT_NUMBER: &str = "KIT NUMBER";
    pub(super) const NAME_ON_CARD: &str = "NAME ON CARD";
    pub(super) const TIME: &str = "TIME (UTC)";
}

/// No column is wider.
const WIDEST: usize = 40;
/// Between two columns.
const GAP: &str = "  ";

/// Which colour a cell has; no colour is needed to understand anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellColour {
    Plain,
    Good,
    Waiting,
    Bad,
    Dim,
}

impl CellColour {
    /// The text in this colour, where one is wanted.
    pub(super) fn on(self, text: &str, wanted: bool) -> String {
        let number = match self {
            _ if !wanted => return text.to_owned(),
            Self::Plain => return text.to_owned(),
            Self::Good => 32,
            Self::Waiting => 33,
            Self::Bad => 31,
            Self::Dim => 2,
        };
        format!("\u{1b}[{number}m{text}\u{1b}[0m")
    }
}

impl From<Word> for CellColour {
    fn from(word: Word) -> Self {
        match word {
            Word::Done => Self::Good,
            Word::Refused => Self::Bad,
            Word::Unknown => Self::Waiting,
            Word::NotSent => Self::Plain,
        }
    }
}

/// A text in a table, harmless to show.
#[derive(Clone)]
pub(super) struct Cell {
    text: String,
    colour: CellColour,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>, colour: CellColour) -> Self {
        let text = text.into();
        let text = match harmless(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(marked) => marked,
        };
        Self { text, colour }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, CellColour::Plain)
    }
}

/// A record in a list.
pub(super) struct RecordRow<'a> {
    pub(super) record: &'a Record,
    /// What was read after it speaks against its having been done.
    pub(super) is_doubted: bool,
    /// It is not what was hashed.
    pub(super) is_changed: bool,
    /// Where it was read, where that is not this host's journal.
    pub(super) copied: Option<&'a Copied>,
}

/// How tables are printed: with or without colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableFormat {
    colour: bool,
}

impl TableFormat {
    /// For standard output as it is.
    pub(super) fn of_stdout() -> Self {
        Self {
            colour: io::stdout().is_terminal() && colours::are_wanted(&Env::of_process()),
        }
    }

    /// Without colour, wherever it goes.
    pub(super) fn plain() -> Self {
        Self { colour: false }
    }

    /// Without columns in which nothing stands, and without those that can be spared, the first one first,
    /// where it would be wider than the room.
    pub(super) fn fitting(
        self,
        heads: &[&str],
        mut rows: Vec<Vec<Cell>>,
        (spare, room): (&[&str], Option<usize>),
    ) -> String {
        let mut heads = heads.to_vec();
        for at in (0..heads.len()).rev() {
            if rows.iter().all(|row| row[at].text.is_empty()) {
                leave_out(&mut heads, &mut rows, at);
            }
        }
        for spare in spare {
            let drawn = Self::plain().table(&heads, rows.iter().cloned());
            let is_wide = |room| drawn.lines().any(|line| columns(line) > room);
            if let Some(at) = heads.iter().position(|head| head == spare)
                && room.is_some_and(is_wide)
            {
                leave_out(&mut heads, &mut rows, at);
            }
        }
        self.table(&heads, rows.into_iter())
    }

    /// A customer's kits.
    pub(super) fn kits(self, kits: &[Kit]) -> String {
        let heads = [
            words::KIT_NUMBER,
            words::CARD,
            words::PRODUCT,
            words::TIER,
            words::TYPE,
            words::STATUS,
            words::EXPIRY,
            words::PLASTIC,
            words::NAME_ON_CARD,
        ];
        let rows = kits.iter().map(|kit| {
            let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".into());
            vec![
                kit.kit_no.to_string().into(),
                or_dash(kit.card.as_ref().map(ToString::to_string)).into(),
                shown(kit.product_name.as_ref()).into(),
                shown(kit.tier.as_ref()).into(),
                shown(kit.card_type.as_ref()).into(),
                Cell::new(kit.status.word(), colour_of(&kit.status)),
                or_dash(kit.expiry.map(|expiry| expiry.to_string())).into(),
                shown(kit.plastic_code.as_ref()).into(),
                shown(kit.alias.as_ref()).into(),
            ]
        });
        self.table(&heads, rows)
    }

    /// Rows of plain text.
    pub(super) fn cells<const N: usize>(
        self,
        heads: &[&str; N],
        rows: impl Iterator<Item = [String; N]> + Clone,
    ) -> String {
        let rows = rows.map(|cells| cells.map(Cell::from).to_vec());
        self.table(heads, rows)
    }

    /// Customers of whom one must be chosen.
    pub(super) fn candidates(self, candidates: &[Candidate]) -> String {
        let rows = candidates.iter().map(|candidate| {
            vec![
                candidate.entity.to_string().into(),
                shown(candidate.name.as_ref()).into(),
            ]
        });
        self.table(&[words::ENTITY, words::NAME], rows)
    }

    /// Records, a line each, below those that were printed before in columns of these widths.
    pub(super) fn records(self, records: &[RecordRow<'_>], widths: &mut Vec<usize>) -> String {
        let is_bank = records.iter().any(|row| row.copied.is_some());
        let of_bank = [words::BRANCH, words::HOST];
        let of_bank = of_bank.iter().filter(|_| is_bank);
        let heads: Vec<_> = [words::ID, words::TIME]
            .iter()
            .chain(of_bank)
            .chain(&[words::BY, words::WHAT, words::ABOUT, words::OUTCOME])
            .copied()
            .collect();
        let rows = records.iter().map(|row| {
            let RecordRow {
                record,
                is_doubted,
                is_changed,
                copied,
            } = *row;
            let colour = match record.outcome {
                _ if is_changed => CellColour::Bad,
                Some(ResultWord::Outcome(_)) if is_doubted => CellColour::Waiting,
                Some(ResultWord::Outcome(word)) => word.into(),
                Some(ResultWord::NotDone) => CellColour::Bad,
                None => CellColour::Plain,
            };
            let outcome = record.outcome.map(ResultWord::spoken);
            let outcome = outcome.map(|word| {
                if is_doubted {
                    word + words::DOUBTED
                } else {
                    word
                }
            });
            let outcome = if is_changed {
                words::CHANGED.to_owned()
            } else {
                outcome.unwrap_or_default()
            };
            let mut cells: Vec<Cell> = vec![
                Copied::name(copied, record.id).into(),
                record.at.strftime("%Y-%m-%d %H:%M:%S").to_string().into(),
            ];
            if let Some(copied) = copied {
                cells.push(copied.branch.as_deref().unwrap_or_default().into());
                cells.push(record.who.host.as_str().into());
            }
            cells.extend([
                record.who.operator.as_str().into(),
                record_threads::what(record).into(),
                record_threads::about(record).into(),
                Cell::new(outcome, colour),
            ]);
            cells
        });
        if spoken::is_on() {
            // How many there will be is not known, and each has its number.
            let lines = rows.map(|row| self.table(&heads, std::iter::once(row)));
            return lines.collect();
        }
        let heads = widths
            .is_empty()
            .then(|| heads.iter().map(|&head| head.into()).collect());
        self.rows(heads.into_iter().chain(rows), widths)
    }

    /// An order and what it holds.
    pub(super) fn order(self, id: &OrderId, order: &Order) -> String {
        let colour = match order.status {
            OrderStatus::Received | OrderStatus::Success => CellColour::Good,
            OrderStatus::Failed => CellColour::Bad,
            OrderStatus::Cancelled(_) => CellColour::Dim,
            _ => CellColour::Waiting,
        };
        let head = vec![
            id.to_string().into(),
            Cell::new(order.status.word(), colour),
            shown(order.name.as_ref()).into(),
            shown(order.tenant.as_ref()).into(),
        ];
        let heads = [words::ORDER, words::STATUS, words::NAME, words::TENANT];
        let head = self.table(&heads, std::iter::once(head));
        if order.products.is_empty() {
            return head;
        }
        let products = order.products.iter().map(|product| {
            [
                &product.bin_number,
                &product.card_type,
                &product.no_of_card,
                &product.product_id,
                &product.status,
                &product.corporate_name,
            ]
            .map(|text| shown(text.as_ref()).into())
            .to_vec()
        });
        let heads = [
            words::BIN,
            words::TYPE,
            words::CARDS,
            words::PRODUCT,
            words::STATUS,
            words::FOR,
        ];
        format!("{head}\n{}", self.table(&heads, products))
    }

    /// The rows are made twice, for their widths and for their text: all at once would take more room
    /// than what they are made of.
    fn table(self, heads: &[&str], rows: impl Iterator<Item = Vec<Cell>> + Clone) -> String {
        if spoken::is_on() {
            let rows: Vec<_> = rows.collect();
            let cells = |row: &'_ [Cell]| row.iter().map(|cell| cell.text.clone()).collect();
            let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
            return spoken::rows(heads, &rows);
        }
        let heads: Vec<_> = heads.iter().map(|&head| head.into()).collect();
        self.rows(std::iter::once(heads).chain(rows), &mut Vec::new())
    }

    fn rows(
        self,
        rows: impl Iterator<Item = Vec<Cell>> + Clone,
        widths: &mut Vec<usize>,
    ) -> String {
        for row in rows.clone() {
            widths.resize(row.len(), 0);
            for (cell, width) in row.iter().zip(&mut *widths) {
                *width = columns(&cell.text).min(WIDEST).max(*width);
            }
        }
        let mut text = String::new();
        for row in rows {
            let cells = row.iter().zip(&*widths);
            let cells: Vec<String> = cells.map(|(cell, &width)| self.cell(cell, width)).collect();
            text.push_str(cells.join(GAP).trim_end());
            text.push('\n');
        }
        text
    }

    fn cell(self, cell: &Cell, width: usize) -> String {
        cell.colour.on(&fit(&cell.text, width), self.colour)
    }
}

/// Records that belong together, field by field.
pub(super) fn thread(thread: &RecordThread) -> String {
    let mut text = String::new();
    for record in [&thread.record].into_iter().chain(&thread.followers) {
        if !text.is_empty() {
            text.push('\n');
        }
        for (label, value) in record_threads::lines_in(thread, record) {
            if spoken::is_on() {
                text.push_str(&spoken::line(&label, &value));
                continue;
            }
            text.push_str(&fit(&label, 12));
            text.push(' ');
            text.push_str(&value);
            text.push('\n');
        }
    }
    text
}

fn leave_out(heads: &mut Vec<&str>, rows: &mut [Vec<Cell>], at: usize) {
    heads.remove(at);
    for row in rows {
        row.remove(at);
    }
}

fn colour_of(status: &Status) -> CellColour {
    match status {
        Status::Active => CellColour::Good,
        Status::Assigned | Status::Inactive | Status::Locked | Status::Other(_) => {
            CellColour::Waiting
        }
        Status::Replaced | Status::Closed | Status::Expired => CellColour::Dim,
        Status::Blocked | Status::Hotlisted => CellColour::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_and_colours_keep_the_columns_straight() {
        let rows = || {
            let row = |name: &str, colour| vec![Cell::new(name, colour), "x".into()];
            vec![row("王芳", CellColour::Good), row("ANITA", CellColour::Bad)].into_iter()
        };
        let text = TableFormat { colour: false }.table(&["NAME", "Y"], rows());
        assert_eq!(text, "NAME   Y\n王芳   x\nANITA  x\n");
        let coloured = TableFormat { colour: true }.table(&["NAME", "Y"], rows());
        assert!(
            coloured.contains("\u{1b}[32m王芳 \u{1b}[0m  x\n"),
            "{coloured}"
        );
    }

    #[test]
    fn a_table_that_is_too_wide_spares_columns() {
        let row = || ["2", "676165", "4561789", "", "CLASSIC -> SILVER"];
        let heads = ["LINE", "ENTITY", "KIT NUMBER", "DELIVERY", "TIER"];
        let drawn = |room| {
            let row = row().map(Cell::from).into();
            let spare = ["ENTITY", "RECORD", "TIER"];
            let text = TableFormat::plain().fitting(&heads, vec![row], (&spare, room));
            text.lines().next().map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(drawn(None), "LINE  ENTITY  KIT NUMBER  TIER");
        assert_eq!(drawn(Some(43)), drawn(None));
        assert_eq!(drawn(Some(42)), "LINE  KIT NUMBER  TIER");
        assert_eq!(drawn(Some(20)), "LINE  KIT NUMBER");
    }
}
