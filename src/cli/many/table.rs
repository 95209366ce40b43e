//! A table of upgrades as it comes from elsewhere: read whole, and each thing that is wrong with it told
//! by its line. Nothing is asked of anybody here.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::cli::failed::Failed;
use crate::cli::upgrade::{Wanted, request};
use crate::dcms::{KitNo, Upgrade, harmless};

/// The columns, named as the flags.
const COLUMNS: [&str; 7] = [
    "entity",
    "kit",
    "tier",
    "card-type",
    "plastic-code",
    "alias",
    "delivery",
];
const NEEDED: [&str; 3] = ["entity", "kit", "tier"];
/// What nobody may put into a file of many.
const SECRET: [&str; 7] = [
    "pin",
    "pin-again",
    "pan",
    "card-number",
    "cvv",
    "cvv2",
    "pin-block",
];
/// Far more than the most rows need.
const LARGEST: u64 = 16 << 20;
/// So many faults are told; of the rest the count.
const TOLD: usize = 20;

/// One upgrade of a table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// In which line it stands, counted from one.
    pub(super) line: u64,
    /// What is to be sent.
    pub(super) request: Upgrade,
}

/// Reads a table.
pub(super) fn read(file: &Path, limit: usize) -> Result<Vec<Row>, Failed> {
    let name = file.display();
    let unreadable =
        |why: &dyn std::fmt::Display| Failed::usage(format!("{name} can't be read: {why}"));
    let about = fs::metadata(file).map_err(|fault| unreadable(&fault.kind()))?;
    if !about.is_file() {
        return Err(unreadable(&"it is no file"));
    }
    if about.len() > LARGEST {
        return Err(unreadable(&format!(
            "it is larger than {} MiB",
            LARGEST >> 20
        )));
    }
    let bytes = fs::read(file).map_err(|fault| unreadable(&fault.kind()))?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| unreadable(&"it is not UTF-8; save it as \"CSV UTF-8\""))?;
    of_text(text, limit).map_err(|faults| {
        let more = faults.len().saturating_sub(TOLD);
        let mut told = faults;
        told.truncate(TOLD);
        if more > 0 {
            told.push(format!("and {more} faults more"));
        }
        let told = told.join("\n  ");
        Failed::usage(format!(
            "{name} is not as it must be; nothing was sent:\n  {told}"
        ))
    })
}

/// The rows, or all faults.
fn of_text(text: &str, limit: usize) -> Result<Vec<Row>, Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.starts_with(super::results::MARK) {
        return Err(vec![
            "these are results: name the table that they are of, and the run goes on by itself"
                .into(),
        ]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|fault| vec![fault.to_string()])?;
    let headings: Vec<String> = headings.iter().map(heading).collect();
    check_headings(&headings)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut lines_of: HashMap<KitNo, u64> = HashMap::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(fault) => {
                faults.push(fault.to_string());
                break;
            }
        };
        let line = line_of(&record, text);
        match row(&record, &headings) {
            Ok(request) => {
                if let Some(first) = lines_of.insert(request.kit.clone(), line) {
                    let kit = &request.kit;
                    faults.push(format!(
                        "line {line}: kit {kit} stands in line {first} already"
                    ));
                }
                rows.push(Row { line, request });
            }
            Err(fault) => faults.push(format!("line {line}: {fault}")),
        }
        if rows.len() + faults.len() > limit {
            faults.push(format!(
                "there are more than {limit} rows: --limit allows more, or split the file"
            ));
            break;
        }
    }
    if rows.is_empty() && faults.is_empty() {
        faults.push("there is no row in it".into());
    }
    if faults.is_empty() {
        Ok(rows)
    } else {
        Err(faults)
    }
}

/// In which line a record begins. The library counts otherwise where lines end in two characters, and
/// where some are empty.
fn line_of(record: &csv::StringRecord, text: &str) -> u64 {
    let start = record.position().map_or(0, csv::Position::byte);
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(text.len());
    let ends = text.as_bytes()[start..].iter();
    let start = start
        + ends
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
    let before = text.as_bytes()[..start].iter();
    1 + before
        .filter(|byte| **byte == b'\n')
        .map(|_| 1)
        .sum::<u64>()
}

/// Spaces and underscores are what spreadsheets make of hyphens.
fn heading(text: &str) -> String {
    text.trim().to_lowercase().replace(['_', ' '], "-")
}

fn check_headings(headings: &[String]) -> Result<(), Vec<String>> {
    let mut faults = Vec::new();
    for (place, heading) in headings.iter().enumerate() {
        if SECRET.contains(&heading.as_str()) {
            faults.push(format!(
                "line 1: there is a column {heading:?}: PINs and card numbers are never taken from a file of many"
            ));
        } else if !COLUMNS.contains(&heading.as_str()) {
            let shown = harmless(heading);
            let allowed = COLUMNS.join(", ");
            faults.push(format!(
                "line 1: unknown column {shown:?}; allowed are {allowed}"
            ));
        } else if headings[..place].contains(heading) {
            faults.push(format!("line 1: the column {heading} is there twice"));
        }
    }
    for needed in NEEDED {
        if !headings.iter().any(|heading| heading == needed) {
            faults.push(format!("line 1: the column {needed} is missing"));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

fn row(record: &csv::StringRecord, headings: &[String]) -> Result<Upgrade, String> {
    if record.len() != headings.len() {
        return Err(format!(
            "there are {} cells, but {} columns",
            record.len(),
            headings.len()
        ));
    }
    let cell = |column: &str| {
        let place = headings.iter().position(|heading| heading == column)?;
        record.get(place).filter(|text| !text.is_empty())
    };
    let needed = |column: &str| cell(column).ok_or_else(|| format!("{column} is empty"));
    request(&Wanted {
        entity: needed("entity")?,
        kit: needed("kit")?,
        tier: needed("tier")?,
        card_type: cell("card-type"),
        plastic_code: cell("plastic-code"),
        alias: cell("alias"),
        delivery: cell("delivery"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "entity,kit,tier\n";

    fn faults(text: &str) -> String {
        of_text(text, 100).expect_err(text).join("; ")
    }

    #[test]
    fn a_table_as_a_spreadsheet_writes_it() {
        let text = "\u{feff}Kit,Entity,Tier,Card Type,alias,plastic_code,Delivery\r\n\
                    4561789, 676165 ,SILVER,virtual,\"KUMAR, R\",,permanent\r\n\r\n\
                    10930010477,181223116,GOLD,,,4566,\r\n";
        let rows = of_text(text, 100).expect("good");
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].line, 2);
        assert_eq!(rows[1].line, 4);
        let first = &rows[0].request;
        assert_eq!(first.kit.as_str(), "4561789");
        assert_eq!(first.cards[0].alias_name.as_deref(), Some("KUMAR, R"));
        assert!(first.delivery.is_some() && first.cards[0].card_type.is_some());
        assert_eq!(
            rows[1].request.cards[0].plastic_code.as_deref(),
            Some("4566")
        );
    }

    #[test]
    fn all_that_is_wrong_is_told_by_its_line() {
        let text =
            format!("{HEAD}676165,4561789,\n676165,,SILVER\n676165,456 1789,SILVER\n1,2,3,4\n");
        let told = faults(&text);
        for part in [
            "line 2: tier is empty",
            "line 3: kit is empty",
            "line 4: ",
            "line 5: there are 4 cells, but 3 columns",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert!(faults("").contains("the column entity is missing"));
        assert_eq!(faults(HEAD), "there is no row in it");
        let twice = format!("{HEAD}1,2,SILVER\n1,2,GOLD\n");
        assert_eq!(faults(&twice), "line 3: kit 2 stands in line 2 already");
        assert!(faults("entity,kit,tier,tier\n").contains("the column tier is there twice"));
        assert!(faults("entity,kit,tier,colour\n").contains("unknown column \"colour\""));
        for secret in ["PIN", "pan", "Card Number"] {
            let told = faults(&format!("entity,kit,tier,{secret}\n"));
            assert!(told.contains("never taken from a file of many"), "{told}");
        }
        let name = format!("entity,kit,tier,alias\n1,2,SILVER,{}\n", "X".repeat(27));
        assert!(faults(&name).contains("a card has room for 26 characters"));
    }

    #[test]
    fn more_rows_than_allowed() {
        let rows = ["1,0,S\n", "1,1,S\n", "1,2,S\n", "1,3,S\n", "1,4,S\n"].concat();
        let told = of_text(&format!("{HEAD}{rows}"), 4).expect_err("too many");
        assert_eq!(
            told,
            ["there are more than 4 rows: --limit allows more, or split the file"]
        );
        assert!(of_text(&format!("{HEAD}{rows}"), 5).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(?s).{0,200}") {
            of_text(&text, 10).ok();
            of_text(&format!("{HEAD}{text}"), 10).ok();
        }
    }
}
