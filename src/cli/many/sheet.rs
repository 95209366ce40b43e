//! Comma-separated text, read strictly: a quote that stands wrong is an error with its place, and not
//! a guess. Knows nothing of what the cells mean.
//!
//! The usual libraries take broken quoting without a word, and a customer's row would silently become
//! another's: hence a reader of our own.

use super::words;
use std::iter::Peekable;
use std::str::Chars;

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellError {
    /// The line of the file, from 1.
    pub(super) line: usize,
    /// The cell in it, from 1; none where it is about the whole line.
    pub(super) cell: Option<usize>,
    /// What is wrong.
    pub(super) said: String,
}

impl CellError {
    pub(super) fn line(line: usize, said: impl Into<String>) -> Self {
        Self {
            line,
            cell: None,
            said: said.into(),
        }
    }

    pub(super) fn cell(line: usize, cell: usize, said: impl Into<String>) -> Self {
        Self {
            line,
            cell: Some(cell),
            said: said.into(),
        }
    }
}

/// A row as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: usize,
    /// Its cells, without the blanks around those that are not quoted.
    pub(super) cells: Vec<String>,
}

/// All rows but blank ones, and every error in their quoting.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) records: Vec<Record>,
    pub(super) errors: Vec<CellError>,
}

/// What ends a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Cell,
    Line,
    File,
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    line: usize,
}

/// Reads a whole text.
pub(super) fn read(text: &str) -> Sheet {
    let mut reader = Reader {
        chars: text.chars().peekable(),
        line: 1,
    };
    let mut sheet = Sheet::default();
    loop {
        let line = reader.line;
        let mut cells = Vec::new();
        let end = loop {
            let at = reader.line;
            match reader.cell() {
                Ok((cell, end)) => {
                    cells.push(cell);
                    if end != End::Cell {
                        break end;
                    }
                }
                Err(said) => {
                    sheet
                        .errors
                        .push(CellError::cell(at, cells.len() + 1, said));
                    cells.clear();
                    break reader.skip_line();
                }
            }
        };
        // A spreadsheet leaves rows of commas behind.
        if cells.iter().any(|cell| !cell.is_empty()) {
            sheet.records.push(Record { line, cells });
        }
        if end == End::File {
            return sheet;
        }
    }
}

impl Reader<'_> {
    fn cell(&mut self) -> Result<(String, End), &'static str> {
        self.skip_blanks();
        if self.chars.next_if_eq(&'"').is_some() {
            return self.quoted();
        }
        let mut cell = String::new();
        loop {
            if let Some(end) = self.end() {
                cell.truncate(cell.trim_end_matches([' ', '\t']).len());
                return Ok((cell, end));
            }
            match self.chars.next() {
                Some('"') => return Err(words::IN_THE_MIDDLE),
                Some(other) => cell.push(other),
                None => {}
            }
        }
    }

    fn quoted(&mut self) -> Result<(String, End), &'static str> {
        let opened = (self.chars.clone(), self.line);
        let mut cell = String::new();
        loop {
            match self.chars.next() {
                Some('"') if self.chars.next_if_eq(&'"').is_some() => cell.push('"'),
                Some('"') => break,
                Some(other) => {
                    // A carriage return before a line feed counts with it.
                    let is_end = other == '\n' || other == '\r' && self.chars.peek() != Some(&'\n');
                    self.line += usize::from(is_end);
                    cell.push(other);
                }
                None => {
                    // The rest of the file is looked through as if it were not quoted.
                    (self.chars, self.line) = opened;
                    return Err(words::NEVER_CLOSED);
                }
            }
        }
        self.skip_blanks();
        self.end()
            .map(|end| (cell, end))
            .ok_or(words::AFTER_THE_QUOTE)
    }

    /// Takes what ends a cell, if it stands here.
    fn end(&mut self) -> Option<End> {
        match self.chars.peek() {
            None => return Some(End::File),
            Some(',') => {
                self.chars.next();
                return Some(End::Cell);
            }
            Some('\r') => {
                self.chars.next();
                self.chars.next_if_eq(&'\n');
            }
            Some('\n') => {
                self.chars.next();
            }
            Some(_) => return None,
        }
        self.line += 1;
        Some(End::Line)
    }

    fn skip_blanks(&mut self) {
        while self.chars.next_if(|&c| c == ' ' || c == '\t').is_some() {}
    }

    fn skip_line(&mut self) -> End {
        loop {
            match self.end() {
                Some(End::Cell) => {}
                Some(end) => return end,
                None => {
                    self.chars.next();
                }
            }
        }
    }
}

/// A row as one line of text. A cell that a spreadsheet would take for a formula gets an apostrophe,
/// which [`plain`] takes off again.
pub(in crate::cli) fn line_of<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells = cells.into_iter().map(|cell| {
        let cell = if is_shielded(cell) {
            format!("'{cell}")
        } else {
            cell.to_owned()
        };
        if cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    });
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// A cell as it was before it was written by [`line_of`].
pub(super) fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// The wide ones are taken for formulas where people write in Chinese or Japanese. The apostrophe
/// is shielded too, so that a shield and a cell's own apostrophe stay distinct.
fn is_shielded(cell: &str) -> bool {
    cell.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\'', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let sheet = read(text);
        assert_eq!(sheet.errors, [], "{text:?}");
        let rows = sheet.records.into_iter();
        rows.map(|record| (record.line, record.cells)).collect()
    }

    fn cells(text: &str) -> Vec<String> {
        rows(text).remove(0).1
    }

    #[test]
    fn lines_blanks_and_quotes() {
        assert_eq!(
            rows("a,b\r\n\r\n , \n\"x\ny\", z \r1,2"),
            [
                (1, vec!["a".to_owned(), "b".to_owned()]),
                (4, vec!["x\ny".to_owned(), "z".to_owned()]),
                (6, vec!["1".to_owned(), "2".to_owned()]),
            ]
        );
        assert_eq!(cells(" \"a, \"\"b\"\" \" ,\tc\t"), ["a, \"b\" ", "c"]);
        assert_eq!(cells("a,,"), ["a", "", ""]);
        assert_eq!(read(""), Sheet::default());
    }

    #[test]
    fn broken_quoting_is_reported_with_its_place_and_the_rest_is_read() {
        let sheet = read("a,b\nc,d\"e\nf,g\n\"h\"i,j\nk,\"l\nm,n\n");
        let places: Vec<_> = sheet
            .errors
            .iter()
            .map(|error| (error.line, error.cell, error.said.as_str()))
            .collect();
        assert_eq!(
            places,
            [
                (2, Some(2), words::IN_THE_MIDDLE),
                (4, Some(1), words::AFTER_THE_QUOTE),
                (5, Some(2), words::NEVER_CLOSED),
            ]
        );
        let lines: Vec<_> = sheet.records.iter().map(|record| record.line).collect();
        assert_eq!(lines, [1, 3, 6]);
    }

    #[test]
    fn no_cell_becomes_a_formula() {
        let line = line_of(["=1+1", "+4", "-4", "@x", "\u{ff1d}1", "'", "a=b", "4,=5"]);
        assert_eq!(line, "'=1+1,'+4,'-4,'@x,'\u{ff1d}1,'',a=b,\"4,=5\"\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            rows in prop::collection::vec(prop::collection::vec(any::<String>(), 3), 1..6)
        ) {
            let text: String = rows
                .iter()
                .map(|row| line_of(row.iter().map(String::as_str)))
                .collect();
            let sheet = read(&text);
            prop_assert_eq!(&sheet.errors, &[]);
            let back: Vec<Vec<String>> = sheet
                .records
                .iter()
                .map(|record| record.cells.iter().map(|cell| plain(cell).to_owned()).collect())
                .collect();
            let rows: Vec<Vec<String>> = rows
                .into_iter()
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            prop_assert_eq!(back, rows);
        }

        /// Others read the same in what is written here.
        #[test]
        fn another_reader_reads_the_same(
            row in prop::collection::vec("[ a\"',=\n\r;é-]{1,6}", 2..5)
        ) {
            let line = line_of(row.iter().map(String::as_str));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let record = reader.records().next().expect("a row").expect("well-formed");
            let theirs: Vec<&str> = record.iter().map(plain).collect();
            prop_assert_eq!(theirs, row);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let sheet = read(&text);
            prop_assert!(sheet.records.iter().all(|record| record.line >= 1));
        }
    }
}
