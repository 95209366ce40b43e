//! `kitdesk report`: a day's end out of the journal, as text for the printer, a table for a spreadsheet, JSON
//! or a page to print. Needs no DCMS and no profile, and only reads.

mod chart;
mod csv;
mod html;
mod object;
mod words;

use clap::ValueEnum;
use jiff::civil::Date;

use self::object::DayObject;
use super::bank_journal::OfBank;
use super::failed::Failed;
use super::journal;
use super::report::{Answer, Report};
use super::subcommand::{Context, Subcommand};
use super::table::{Cell, TableFormat};
use crate::dcms::harmless;
use crate::desk::day::Day;
use crate::desk::typed_days::day;
use crate::journal::guarded;
use crate::utc::{day_of, now};

/// Its name as programs read it.
const NAME: &str = "report";

#[derive(clap::Args)]
pub(super) struct DayReportArgs {
    /// The day in UTC, like 2026-11-03; without it, today.
    #[arg(long, value_name = "DATE", value_parser = day)]
    date: Option<Date>,
    /// Over all hosts of the bank, as the central store has them.
    #[arg(long)]
    central: bool,
    /// As what it is printed.
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people and their printer.
    Text,
    /// A table for a spreadsheet: each write a row, and each operator's number of look-ups.
    Csv,
    /// The same as --json.
    Json,
    /// A page for a browser, to be printed on A4.
    Html,
}

impl Subcommand for DayReportArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let json = context.global.json;
        let format = match self.format {
            Some(Format::Text | Format::Csv | Format::Html) if json => {
                return Err(Failed::usage(words::ONE_OBJECT));
            }
            Some(format) => format,
            None => Format::Text,
        };
        let date = self.date.unwrap_or_else(|| day_of(now()));
        // As the journal keeps it: a card number that somebody typed as a name is never shown whole.
        let operator = context.global.operator.as_deref();
        let operator = operator.map(|operator| guarded(operator, &[]));
        let read = if self.central {
            let bank = OfBank::open(context.global)?;
            bank.day(date, operator).await?
        } else {
            match journal::reader()? {
                Some(reader) => Day::read(&reader, date, operator).map_err(Failed::usage)?,
                None => Day::empty(date, operator),
            }
        };
        // Only what is asked for is made: a bank has many writes a day.
        let shown = match format {
            Format::Json => return Ok(Answer::Told(object(&read).tell(NAME, true))),
            Format::Text | Format::Csv | Format::Html if json => {
                return Ok(Answer::Report(object(&read)));
            }
            Format::Text => text(&read),
            Format::Csv => csv::table(&read),
            Format::Html => html::page(&read),
        };
        Ok(Answer::Report(Report::read(&(), shown)))
    }
}

fn object(day: &Day) -> Report {
    Report::read(&DayObject::from(day), String::new())
}

/// A heading and a table for each section.
fn text(day: &Day) -> String {
    let head = format!("{}\n{}\n", harmless(&day.title()), day.summary());
    let sections = day.sections().map(|section| {
        let title = harmless(&section.title).into_owned();
        let shown = if section.rows.is_empty() {
            format!("{}\n", section.none)
        } else {
            let rows = section.rows.into_iter();
            let rows = rows.map(|row| row.into_iter().map(Cell::from).collect());
            TableFormat::of_stdout().fitting(&section.heads, rows.collect(), (&[], None))
        };
        format!("\n{title}\n{shown}")
    });
    head + &sections.collect::<String>()
}
