//! Exporting records as JSON Lines, for other programs and for those who check the chain elsewhere.
//! Writes what the columns hold, readable or not, and judges nothing.

use std::io::{self, Write};

use rusqlite::types::ValueRef;
use rusqlite::{Row, params_from_iter};
use serde_json::Value;
use serde_json::value::RawValue;

use super::chain::COLUMNS;
use super::error::JournalError;
use super::filter::Filter;
use super::reader::Reader;

/// Columns that hold JSON; they go out as they are, to the letter.
const READINGS: [&str; 2] = ["before", "after"];

impl Reader {
    /// Writes the records that fit, oldest first, a JSON object a line, and says how many there
    /// were. The names are those of the columns and never change; all are in every line.
    ///
    /// # Errors
    /// When the journal can't be read or `out` can't be written.
    pub fn export(&self, filter: &Filter, out: &mut dyn Write) -> Result<u64, JournalError> {
        let count = self.export_each(filter, |line| writeln!(out, "{line}"))?;
        out.flush()
            .map_err(|error| JournalError::Output(error.kind()))?;
        Ok(count)
    }

    /// The same, one object after another. Only one is in memory at a time.
    ///
    /// # Errors
    /// When the journal can't be read or a line is not taken.
    pub fn export_each(
        &self,
        filter: &Filter,
        mut take: impl FnMut(&str) -> io::Result<()>,
    ) -> Result<u64, JournalError> {
        let error = |error| self.store.error(&error);
        let (condition, values) = filter.condition();
        let rest = format!("WHERE {condition} ORDER BY id");
        let question = self.store.select_from(&rest).map_err(error)?;
        let connection = &self.store.connection;
        let mut statement = connection.prepare(&question).map_err(error)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(error)?;
        let mut count = 0;
        let failed = |error: io::Error| JournalError::Output(error.kind());
        while let Some(row) = rows.next().map_err(error)? {
            let line = line(row).map_err(error)?;
            take(&line).map_err(failed)?;
            count += 1;
        }
        Ok(count)
    }
}

/// The line of a record that a store elsewhere has, with the names of its journal and of its host's branch.
#[must_use]
pub fn line_of_copy(cells: &Value) -> String {
    let cell = |column: &str| match &cells[column] {
        Value::Number(number) => number.to_string(),
        Value::String(text) => json(column, ValueRef::Text(text.as_bytes())),
        other => other.to_string(),
    };
    let of_store = ["chain", "branch"].into_iter();
    let fields = of_store.chain(COLUMNS);
    let fields: Vec<_> = fields
        .map(|column| format!("{column:?}:{}", cell(column)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn line(row: &Row<'_>) -> rusqlite::Result<String> {
    let mut fields = Vec::with_capacity(COLUMNS.len());
    for (index, column) in COLUMNS.iter().enumerate() {
        fields.push(format!("{column:?}:{}", json(column, row.get_ref(index)?)));
    }
    Ok(format!("{{{}}}", fields.join(",")))
}

fn json(column: &str, cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("\"{number:?}\""),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            if READINGS.contains(&column) && is_json(&text) {
                text.into_owned()
            } else {
                Value::from(text).to_string()
            }
        }
    }
}

/// A line break outside of a string would tear the line apart.
fn is_json(text: &str) -> bool {
    !text.contains(['\n', '\r']) && serde_json::from_str::<&RawValue>(text).is_ok()
}
