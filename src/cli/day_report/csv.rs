//! A day as a table for a spreadsheet: a row for each write, what is unsettled first, and one for each
//! operator's look-ups. The column `count` adds up.

use super::object::WriteObject;
use crate::cli::many::line_of;
use crate::dcms::harmless;
use crate::desk::day::Day;

const HEADS: [&str; 18] = [
    "journal_id",
    "at",
    "operator",
    "tenant",
    "environment",
    "operation",
    "entity_id",
    "kit_no",
    "order_id",
    "reason",
    "outcome",
    "state",
    "error_code",
    "final",
    "count",
    "host",
    "branch",
    "chain",
];
/// What the rows of look-ups have as their operation.
const LOOK_UPS: &str = "look_ups";

pub(super) fn table(day: &Day) -> String {
    let mut text = line_of(HEADS);
    let known = day
        .writes
        .iter()
        .filter(|write| !write.standing.is_unknown());
    for write in day.unsettled().chain(known) {
        text.push_str(&row(&write.into()));
    }
    for (operator, count) in &day.look_ups {
        let mut cells = [""; HEADS.len()];
        let (date, count) = (day.date.to_string(), count.to_string());
        let operator = harmless(operator);
        cells[1] = &date;
        cells[2] = &operator;
        cells[5] = LOOK_UPS;
        cells[14] = &count;
        text.push_str(&line_of(cells));
    }
    text
}

fn row(write: &WriteObject<'_>) -> String {
    let id = write.journal_id.to_string();
    let cells = [
        id.as_str(),
        &write.at,
        write.operator,
        write.tenant,
        write.environment,
        write.operation,
        write.entity_id.unwrap_or_default(),
        write.kit_no.unwrap_or_default(),
        write.order_id.unwrap_or_default(),
        write.reason.unwrap_or_default(),
        write.outcome,
        write.state,
        write.error_code.unwrap_or_default(),
        if write.is_final { "yes" } else { "no" },
        "1",
        write.host,
        write.branch.unwrap_or_default(),
        write.chain.unwrap_or_default(),
    ];
    let cells = cells.map(harmless);
    line_of(cells.iter().map(AsRef::as_ref))
}
