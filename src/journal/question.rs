//! Questions for whole records, in whichever format they are.

use super::chain::{COLUMNS, LATER};

/// A question for whole records. What a format has not got is null.
pub(super) fn select_from(rest: &str, has_later: bool) -> String {
    let columns = COLUMNS.map(|column| {
        if has_later || !LATER.contains(&column) {
            format!("\"{column}\"")
        } else {
            format!("NULL AS \"{column}\"")
        }
    });
    format!("SELECT {} FROM records {rest}", columns.join(", "))
}
