//! The outcome of a row, as a line of the results file: written and read back. Opens no file.

use jiff::Timestamp;

use super::columns::Column;
use super::sheet::{self, Record};
use super::table::Row;
use crate::dcms::Word;
use crate::journal::{RecordId, WriteRecords, guarded};
use crate::utc;

/// Between two kit numbers, which have no blanks in them.
const BETWEEN_KITS: &str = " ";
/// What comes before and after the row's own cells.
const FIRST: &str = "line";
const AFTER: [&str; 6] = [
    "outcome",
    "error_code",
    "message",
    "journal_id",
    "new_kits",
    "time",
];

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    pub(super) word: Word,
    /// The DCMS's code.
    pub(super) error_code: Option<String>,
    /// Why it did not end well.
    pub(super) message: Option<String>,
    /// Its intent in the journal; none where nothing was recorded, and so nothing sent.
    pub(super) record: Option<RecordId>,
    /// The numbers of the kits that have come.
    pub(super) new_kits: Vec<String>,
    pub(super) at: Timestamp,
}

impl End {
    /// Now, with nothing to say.
    pub(super) fn now(word: Word) -> Self {
        Self {
            word,
            error_code: None,
            message: None,
            record: None,
            new_kits: Vec::new(),
            at: utc::now(),
        }
    }

    /// As the journal has it.
    pub(super) fn from_records(word: Word, records: &WriteRecords) -> Self {
        Self {
            word,
            error_code: records.error_code.clone(),
            message: records.message.clone().filter(|_| word != Word::Done),
            record: Some(records.intent),
            new_kits: records.new_kits.iter().map(ToString::to_string).collect(),
            at: records.at,
        }
    }

    pub(super) fn because(self, message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            ..self
        }
    }

    /// When it was, as programs read it.
    pub(super) fn time(&self) -> String {
        format!("{:.3}", self.at)
    }
}

/// A row and its outcome, as an earlier run wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) line: usize,
    /// In the order of [`Column::ALL`].
    pub(super) cells: [String; 7],
    pub(super) end: End,
}

/// The names of all columns; the last cell is the file's own.
pub(super) fn head(own: &str) -> String {
    let names = Column::ALL.map(Column::name);
    let names = [FIRST].into_iter().chain(names).chain(AFTER);
    sheet::line_of(names.chain([own]))
}

/// A row and its end as a line. Texts of the DCMS's are harmless in it and hold no card number.
pub(super) fn line_of(row: &Row, end: &End) -> String {
    let line = row.line.to_string();
    let cells = row.cells();
    let guard = |text: &Option<String>| {
        let text = text.as_deref().unwrap_or_default();
        guarded(text, &cells[..2])
    };
    let (code, message) = (guard(&end.error_code), guard(&end.message));
    let record = end.record.map(|record| record.to_string());
    let kits = end.new_kits.join(BETWEEN_KITS);
    let time = end.time();
    let after = [
        end.word.as_str(),
        &code,
        &message,
        record.as_deref().unwrap_or_default(),
        &kits,
        &time,
        "",
    ];
    let before = [line.as_str()].into_iter().chain(cells);
    sheet::line_of(before.chain(after))
}

/// Reads such a line; nothing where it is none.
pub(super) fn read(record: &Record) -> Option<Written> {
    let cells: Vec<String> = record
        .cells
        .iter()
        .map(|cell| sheet::plain(cell).to_owned())
        .collect();
    let [
        line,
        entity,
        kit,
        tier,
        card_type,
        plastic,
        alias,
        delivery,
        rest @ ..,
    ] = &cells[..]
    else {
        return None;
    };
    let [word, code, message, journal_id, new_kits, time, own] = rest else {
        return None;
    };
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let record = match journal_id.as_str() {
        "" => None,
        id => Some(RecordId(id.parse().ok()?)),
    };
    let end = End {
        word: Word::from_word(word)?,
        error_code: some(code),
        message: some(message),
        record,
        new_kits: new_kits.split_whitespace().map(str::to_owned).collect(),
        at: time.parse().ok()?,
    };
    let cells = [entity, kit, tier, card_type, plastic, alias, delivery].map(Clone::clone);
    let line = line.parse().ok()?;
    own.is_empty().then_some(Written { line, cells, end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cli::many::table;
    use crate::dcms::judged;

    fn of_table(cells: [&str; 7]) -> Result<Row, String> {
        let names = Column::ALL.map(Column::name);
        let text = sheet_line(&names) + &sheet_line(&cells);
        let rows = table::read(text.as_bytes(), 1, false);
        rows.map(|mut rows| rows.remove(0))
            .map_err(|errors| format!("{errors:?}"))
    }

    /// As other programs write it: without apostrophes before formulas.
    fn sheet_line(cells: &[&str]) -> String {
        let quoted = cells
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        quoted.collect::<Vec<_>>().join(",") + "\n"
    }

    fn back(line: &str) -> Written {
        let sheet = sheet::read(line);
        assert_eq!(sheet.errors, [], "{line}");
        read(&sheet.records[0]).unwrap_or_else(|| panic!("it is read back: {line}"))
    }

    #[test]
    fn what_the_dcms_says_becomes_no_formula_and_brings_no_card_number() {
        let row = of_table(["1", "2", "GOLD", "", "", "", ""]).expect("a row");
        let mut end = End::now(Word::Refused);
        end.error_code = Some("=cmd|' /C calc'!A1".into());
        end.message = Some("@SUM(A1) of 4111 1111 1111 1111\n-1\u{1b}[2J".into());
        let line = line_of(&row, &end);
        assert!(line.contains(",'=cmd|"), "{line}");
        assert!(
            line.contains(",'@SUM(A1) of 411111XXXXXX1111·-1·[2J,"),
            "{line}"
        );
        let code = back(&line).end.error_code;
        assert_eq!(code.as_deref(), Some("=cmd|' /C calc'!A1"));
    }

    #[test]
    fn a_line_that_is_none() {
        for text in [
            "1,2,3",
            "x,1,2,GOLD,,,,,done,,,,,2026-03-01T09:00:00Z,",
            "2,1,2,GOLD,,,,,perhaps,,,,,2026-03-01T09:00:00Z,",
            "2,1,2,GOLD,,,,,done,,,x,,2026-03-01T09:00:00Z,",
            "2,1,2,GOLD,,,,,done,,,,,yesterday,",
            "2,1,2,GOLD,,,,,done,,,,,2026-03-01T09:00:00Z,more",
        ] {
            assert_eq!(read(&sheet::read(text).records[0]), None, "{text}");
        }
    }

    proptest! {
        /// Whatever a table can hold is the same row when the results are read.
        #[test]
        fn a_row_is_read_back_to_the_letter(
            ids in "[-A-Za-z0-9_.]{1,12}",
            kit in "[-A-Za-z0-9_.]{1,12}",
            tier in "[-A-Za-z0-9_]{1,8}",
            code in "[A-Za-z0-9]{0,6}",
            alias in any::<String>(),
            message in any::<String>(),
            virtual_too in any::<bool>(),
        ) {
            let plain = judged(&alias).filter(|(_, is_harmful)| !is_harmful);
            let alias: String = plain.map(|(c, _)| c).take(26).collect();
            let kind = if virtual_too { "VIRTUAL" } else { "" };
            let row = of_table([&ids, &kit, &tier, kind, &code, &alias, ""]).expect("a row");
            prop_assert_eq!(row.cells()[5], alias.trim());
            let mut end = End::now(Word::Unknown);
            end.message = Some(message);
            end.record = Some(RecordId(7));
            end.new_kits = vec!["-1".into(), "77000000001".into()];
            let line = line_of(&row, &end);
            prop_assert_eq!(line.lines().count(), 1);
            let read = back(&line);
            let cells = read.cells.each_ref().map(String::as_str);
            prop_assert_eq!(cells, row.cells());
            prop_assert_eq!(read.line, row.line);
            prop_assert_eq!(read.end.new_kits, end.new_kits);
            prop_assert_eq!(read.end.record, end.record);
        }
    }
}
