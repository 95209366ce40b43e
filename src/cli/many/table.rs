//! Reads a table of upgrades and checks it as far as that goes without the DCMS. Reports all errors at
//! once, by line and column; nothing is sent from here.

use super::words;
use std::collections::HashMap;

use super::columns::{self, Column};
use super::sheet::{self, CellError, Record};
use crate::cli::wanted;
use crate::dcms::{CardType, Delivery, EntityId, KitNo, is_plain};
use crate::desk::operations::{Upgrade, WantedCard};
use crate::desk::sentences::counted;
use crate::pin::card_number_in;
use crate::sorting;

/// One upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its line in the file.
    pub(super) line: usize,
    pub(super) upgrade: Upgrade,
}

impl Row {
    /// Its cells, in the order of [`Column::ALL`].
    pub(super) fn cells(&self) -> [&str; 7] {
        let Upgrade {
            entity,
            kit,
            delivery,
            cards,
        } = &self.upgrade;
        let card = cards.first();
        [
            entity.as_str(),
            kit.as_str(),
            word(card.map(|card| &card.tier_type)),
            card.and_then(|card| card.card_type)
                .map_or("", CardType::word),
            word(card.map(|card| &card.plastic_code)),
            word(card.map(|card| &card.alias_name)),
            delivery.map_or("", Delivery::word),
        ]
    }
}

fn word(text: Option<&Option<String>>) -> &str {
    text.and_then(|text| text.as_deref()).unwrap_or_default()
}

/// Reads a table of at most `limit` rows. `card_like_ids` says that ids in it may look like card numbers.
pub(super) fn read(
    bytes: &[u8],
    limit: usize,
    card_like_ids: bool,
) -> Result<Vec<Row>, Vec<CellError>> {
    let sheet = sheet::read(text(bytes)?);
    let mut errors = sheet.errors;
    let mut records = sheet.records.iter();
    let Some(head) = records.next() else {
        if errors.is_empty() {
            errors.push(CellError::line(1, words::EMPTY_FILE));
        }
        return Err(errors);
    };
    let columns = columns::read(head, &mut errors);
    let mut rows = Vec::new();
    let mut seen = HashMap::new();
    if columns.iter().any(Option::is_some) {
        for record in records.clone() {
            if !card_like_ids {
                no_card_numbers(record, &mut errors);
            }
            rows.extend(row(record, head, &columns, &mut seen, &mut errors));
        }
        if records.len() == 0 && errors.is_empty() {
            errors.push(CellError::line(head.line, words::NO_ROW));
        }
    }
    if let Some(first) = records.nth(limit) {
        let count = sheet.records.len() - 1;
        let said = words::too_many(&counted(count, "row"), &limit);
        errors.push(CellError::line(first.line, said));
    }
    if errors.is_empty() {
        return Ok(rows);
    }
    sorting::sort_by_key(&mut errors, |error| (error.line, error.cell));
    Err(errors)
}

/// The text of a file, which must be UTF-8, with or without its mark in front.
fn text(bytes: &[u8]) -> Result<&str, Vec<CellError>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let said = words::UTF_16;
        return Err(vec![CellError::line(1, said)]);
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(text);
    }
    let lines = (1..).zip(bytes.split(|&byte| byte == b'\n'));
    let errors = lines.filter_map(|(line, bytes)| {
        let valid = str::from_utf8(bytes).err()?.valid_up_to();
        let cell = bytes[..valid].split(|&byte| byte == b',').count();
        let said = words::NOT_UTF_8;
        Some(CellError::cell(line, cell, said))
    });
    Err(errors.collect())
}

/// The cells of the named columns, if there is nothing outside of them.
fn named_cells<'a>(
    record: &'a Record,
    head: &Record,
    errors: &mut Vec<CellError>,
) -> Option<&'a [String]> {
    let Record { line, cells } = record;
    let is_named = |place: usize| {
        head.cells
            .get(place)
            .is_some_and(|name| columns::is_named(name))
    };
    let width = (0..head.cells.len())
        .rfind(|&place| is_named(place))
        .map_or(0, |last| last + 1);
    if cells.len() < width {
        let are = if cells.len() == 1 { "is" } else { "are" };
        let said = words::other_count(
            &are,
            &counted(cells.len(), "cell"),
            &counted(width, "column"),
        );
        errors.push(CellError::line(*line, said));
        return None;
    }
    let spare = |(place, cell): &(usize, &String)| !is_named(*place) && !cell.trim().is_empty();
    if let Some((place, _)) = cells.iter().enumerate().find(spare) {
        let said = words::NO_NAME_ABOVE;
        errors.push(CellError::cell(*line, place + 1, said));
        return None;
    }
    Some(&cells[..width])
}

fn no_card_numbers(record: &Record, errors: &mut Vec<CellError>) {
    for (place, cell) in record.cells.iter().enumerate() {
        if card_number_in(cell).is_some() {
            let said = words::LIKE_A_CARD_NUMBER;
            errors.push(CellError::cell(record.line, place + 1, said));
        }
    }
}

fn row(
    record: &Record,
    head: &Record,
    columns: &[Option<Column>],
    seen: &mut HashMap<KitNo, usize>,
    errors: &mut Vec<CellError>,
) -> Option<Row> {
    let line = record.line;
    let cells = named_cells(record, head, errors)?;
    let before = errors.len();
    let mut cell = Cells {
        line,
        texts: cells,
        columns,
        errors,
    };
    cell.printable();
    let entity = cell.take(Column::Entity, |text| {
        EntityId::parse(text).map_err(|error| error.to_string())
    });
    let kit = cell.take(Column::Kit, |text| {
        KitNo::parse(text).map_err(|error| error.to_string())
    });
    let card = WantedCard {
        tier_type: cell.take(Column::Tier, wanted::tier),
        card_type: cell.word(Column::CardType, wanted::card_type),
        plastic_code: cell
            .take(Column::PlasticCode, wanted::plastic_code)
            .flatten(),
        alias_name: cell.take(Column::Alias, wanted::name_on_card).flatten(),
    };
    let delivery = cell.word(Column::Delivery, wanted::delivery);
    if let Some(kit) = &kit {
        if let Some(first) = seen.get(kit) {
            cell.error(Column::Kit, &words::twice(&kit, &first));
        } else {
            seen.insert(kit.clone(), line);
        }
    }
    if errors.len() > before {
        return None;
    }
    Some(Row {
        line,
        upgrade: Upgrade {
            entity: entity?,
            kit: kit?,
            delivery,
            cards: vec![card],
        },
    })
}

/// The cells of a row by their columns; a column that is not there has none.
struct Cells<'a> {
    line: usize,
    texts: &'a [String],
    columns: &'a [Option<Column>],
    errors: &'a mut Vec<CellError>,
}

impl Cells<'_> {
    fn take<T>(&mut self, column: Column, check: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let place = self.place(column)?;
        match check(self.texts[place].trim()) {
            Ok(taken) => Some(taken),
            Err(said) => {
                self.error(column, &said);
                None
            }
        }
    }

    /// One of some words, or none.
    fn word<T>(
        &mut self,
        column: Column,
        known: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let taken = self.take(column, |text| match text {
            "" => Ok(None),
            text => known(text).map(Some).map_err(str::to_owned),
        });
        taken.flatten()
    }

    /// Nothing that could steer a terminal gets onto a card.
    fn printable(&mut self) {
        for (place, cell) in self.texts.iter().enumerate() {
            if !is_plain(cell) {
                let said = words::UNPRINTABLE;
                self.errors
                    .push(CellError::cell(self.line, place + 1, said));
            }
        }
    }

    fn error(&mut self, column: Column, said: &str) {
        let cell = self.place(column).map(|place| place + 1);
        self.errors.push(CellError {
            line: self.line,
            cell,
            said: format!("{}: {said}", column.name()),
        });
    }

    fn place(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|known| *known == Some(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &[u8]) -> Vec<String> {
        let errors = read(text, 100, false).expect_err("it is faulty");
        let place = |error: &CellError| match error.cell {
            Some(cell) => format!("{}/{cell} {}", error.line, error.said),
            None => format!("{} {}", error.line, error.said),
        };
        errors.iter().map(place).collect()
    }

    #[test]
    fn columns_in_any_order_from_any_program() {
        let text = "\u{feff}tier , kit,entity,alias,card-type,delivery,plastic-code\r\n\
                    gold,1,2,\" O'NEIL, A \",virtual,,\r\n,,,,,,\r\n\
                    SILVER,3,2,,,permanent,4566";
        let rows = read(text.as_bytes(), 2, false).expect("good");
        assert_eq!(rows[0].line, 2);
        assert_eq!(
            rows[0].cells(),
            ["2", "1", "gold", "VIRTUAL", "", "O'NEIL, A", ""]
        );
        assert_eq!(rows[1].line, 4);
        assert_eq!(
            rows[1].cells(),
            ["2", "3", "SILVER", "", "4566", "", "PERMANENT"]
        );
    }

    #[test]
    fn all_faults_at_once_each_with_its_place() {
        let said = errors(
            b"entity,kit,tier,card-type,plastic-code,alias\n\
              1,2,GOLD,PAPER,4-4,A NAME THAT IS FAR TOO LONG\n\
              1,,,,,\n1\n3,4,GOLD,,,\n3,4,GOLD,,,\n1/,6,GOLD,,,\n5,7,GOLD,,,A\x1bB\n5,8,\"GOLD,,,\n",
        );
        let begins = [
            "2/4 card-type: allowed are PHYSICAL",
            "2/5 plastic-code: a plastic code is made of",
            "2/6 alias: a card has room for 26",
            "3/2 kit: a kit number is empty",
            "3/3 tier: the tier is empty",
            "4 there is 1 cell for 6 columns",
            "6/2 kit: kit 4 is on line 5 already",
            "7/1 entity: an entity id can't contain '/'",
            "8/6 a character in it can't be printed",
            "9/3 a quote is opened here and never closed",
        ];
        assert_eq!(said.len(), begins.len(), "{said:#?}");
        for (said, begin) in said.iter().zip(begins) {
            assert!(said.starts_with(begin), "{said}");
        }
    }

    #[test]
    fn columns_without_a_name_are_passed_over_as_long_as_they_are_empty() {
        for text in [
            "entity,kit,tier,,\n1,2,GOLD,,\n",
            "entity,kit,tier,,\n1,2,GOLD\n",
            "entity,kit,tier,,\n1,2,GOLD,,,,\n",
            "entity,kit,tier\n1,2,GOLD,, ,\t,\"\"\n",
            "entity,,kit, ,tier,\"\"\n1,,2,,GOLD,\n",
            ",entity,kit,tier\n,1,2,GOLD\n,,,,,\n",
        ] {
            let rows =
                read(text.as_bytes(), 1, false).unwrap_or_else(|said| panic!("{text}: {said:?}"));
            let cells = rows.iter().map(Row::cells).collect::<Vec<_>>();
            assert_eq!(cells, [["1", "2", "GOLD", "", "", "", ""]], "{text}");
        }
        for (text, place) in [
            ("entity,kit,tier,,\n1,2,GOLD,,x\n", "2/5 "),
            ("entity,kit,tier\n1,2,GOLD,\n1,3,GOLD,,0\n", "3/5 "),
            ("entity,,kit,tier\n1,x,2,GOLD\n", "2/2 "),
            ("entity,kit,tier,alias\n1,2,GOLD,RAO, ANITA\n", "2/5 "),
        ] {
            let said = errors(text.as_bytes());
            assert_eq!(said.len(), 1, "{said:?}");
            assert!(said[0].starts_with(place), "{said:?}");
            assert!(
                said[0].contains("there is no name above this cell"),
                "{said:?}"
            );
        }
        let short = errors(b"entity,kit,tier\n1\n1,2\n");
        assert!(
            short[0].starts_with("2 there is 1 cell for 3 columns"),
            "{short:?}"
        );
        assert!(
            short[1].starts_with("3 there are 2 cells for 3 columns"),
            "{short:?}"
        );
    }

    #[test]
    fn a_cell_with_a_card_number_is_refused_unless_it_is_said_to_be_an_id() {
        let table = b"entity,kit,tier\n4222222222222,4111_1111_1111_1111,GOLD\n";
        let said = errors(table);
        for (said, begin) in said
            .iter()
            .zip(["2/1 this looks like a card number", "2/2 this looks"])
        {
            assert!(said.starts_with(begin), "{said}");
            assert!(said.contains("--card-like-ids"), "{said}");
        }
        assert_eq!(said.len(), 2);
        let rows = read(table, 100, true).expect("ids");
        assert_eq!(rows[0].upgrade.entity.as_str(), "4222222222222");
    }

    #[test]
    fn no_text_and_too_much_of_it() {
        assert_eq!(errors(b""), ["1 the file is empty"]);
        assert_eq!(errors(b"\xef\xbb\xbf \r\n"), ["1 the file is empty"]);
        assert!(errors(b"entity,kit,tier\n")[0].starts_with("1 no row follows"));
        assert!(errors(b"\xff\xfee\0n\0")[0].contains("UTF-16"));
        let latin = errors(b"entity,kit,tier,alias\n1,2,A,REN\xc9\n1,3,A,ok\n1,4,A,\xfc\n");
        assert!(latin[0].starts_with("2/4 this is not UTF-8"), "{latin:?}");
        assert!(latin[1].starts_with("4/4"), "{latin:?}");
        let many: Vec<String> = (0..5).map(|kit| format!("1,{kit},A\n")).collect();
        let many = format!("entity,kit,tier\n{}", many.concat());
        assert!(read(many.as_bytes(), 5, false).is_ok());
        let said = read(many.as_bytes(), 3, false).expect_err("too many");
        assert_eq!(said[0].line, 5);
        assert!(said[0].said.contains("5 rows, and 3 at most"));
    }
}
