//! What many upgrades say.

use std::fmt::{Debug, Display};

pub(super) const SEVERAL_ADDRESSES: &str =
    "the customer has several addresses of that kind: upgrade this card alone, with --address";
pub(super) const KNOWN: &str =
    "known are entity, kit, tier, card-type, plastic-code, alias and delivery";
pub(super) const NO_SECRETS: &str = "a table of upgrades must not contain PINs or card numbers: remove \
    the column, and set each PIN with kitdesk set-pin";
pub(super) const OTHER_MARK: &str = "the cells must be separated by commas";
pub(super) const ALLOWED: &str = "allowed are numbers from 0.01 to 20, like 2 or 0.5";
pub(super) const OWN_RESULTS: &str =
    "the table can't be its own results file: name another one with --results";
pub(super) const NO_RECORD: &str = "the journal has no record of what was just read";
pub(super) const SETTLED_AS_UNKNOWN: &str =
    "an operator settled it as unknown; it is not sent again";
pub(super) const IS_NO_REGULAR_FILE: &str = "is no regular file";
pub(super) const IS_FAR_TOO_LONG: &str = "is no results file: it is far too long";
pub(super) const IS_NO_RESULTS_FILE: &str = "is no results file of kitdesk's";
pub(super) const IS_OF_ANOTHER_RUN: &str = "was made by another run just now";
pub(super) const OTHER_UNKNOWN: &str = "the outcome of another upgrade of this customer is unknown: a new \
    kit could belong to either";
pub(super) const FINISHING: &str =
    "Finishing the row under way first; press Ctrl+C again to stop waiting.";
pub(super) const NEVER_CLOSED: &str = "a quote is opened here and never closed: close it, or write a \
    quote inside of a cell twice";
pub(super) const IN_THE_MIDDLE: &str = "there is a quote in the middle of a cell: put the whole cell \
    in quotes, and write each quote in it twice";
pub(super) const AFTER_THE_QUOTE: &str =
    "something follows the closing quote: write a quote inside of a cell twice";
pub(super) const EMPTY_FILE: &str = "the file is empty";
pub(super) const NO_ROW: &str = "no row follows the names of the columns";
pub(super) const UTF_16: &str = "the file is UTF-16: save it as CSV in UTF-8";
pub(super) const NOT_UTF_8: &str = "this is not UTF-8: save the file as CSV in UTF-8";
pub(super) const NO_NAME_ABOVE: &str = "there is no name above this cell: empty it, or name its \
    column in the first line. A cell with a comma in it must be in quotes";
pub(super) const LIKE_A_CARD_NUMBER: &str = "this looks like a card number, which must not be in a table of \
    upgrades; if it is an id, add --card-like-ids";
pub(super) const UNPRINTABLE: &str = "a character in it can't be printed, or is a line break";
/// Of a row that was never begun.
pub(super) const NOT_TRIED: &str = "not tried: it stopped before";
pub(super) const STOPPED: &str = "It was stopped.";
pub(super) const INTERRUPTED: &str = "interrupted; nothing was sent.";
pub(super) const NEVER_AGAIN: &str =
    "What is unknown is never sent again while it is open: kitdesk settle reads it.";
pub(super) const GO_ON: &str = "Run the same again to go on.";
pub(super) const REFUSED_AGAIN: &str =
    "What was refused is sent again only with --retry-refused, or when it was changed.";
pub(super) const ENTITY: &str = "ENTITY";
pub(super) const RECORD: &str = "RECORD";
pub(super) const TIER: &str = "TIER";
pub(super) const CARD: &str = "CARD";
pub(super) const LINE: &str = "LINE";
pub(super) const OUTCOME: &str = "OUTCOME";
pub(super) const WHY: &str = "WHY";
pub(super) const TYPE: &str = "TYPE";
pub(super) const PLASTIC: &str = "PLASTIC";
pub(super) const DELIVERY: &str = "DELIVERY";
pub(super) const NEW_KITS: &str = "NEW KITS";
pub(super) const KIT_NUMBER: &str = "KIT NUMBER";
pub(super) const NAME_ON_CARD: &str = "NAME ON CARD";

pub(super) fn refused_customer(entity: &dyn Display, refusal: &dyn Display) -> String {
    format!("customer {entity}: {refusal}")
}

pub(super) fn no_column(name: &dyn Debug) -> String {
    format!("there is no column {name:?}: {KNOWN}")
}

pub(super) fn two_columns(name: &dyn Display) -> String {
    format!("there are two columns named {name}")
}

pub(super) fn column_missing(name: &dyn Display) -> String {
    format!("the column {name} is missing")
}

pub(super) fn no_names() -> String {
    format!("the first line must name the columns (entity, kit and tier at least): {KNOWN}")
}

pub(super) fn results_themselves(file: &dyn Display) -> String {
    format!("{file} is a results file itself: leave --results out")
}

pub(super) fn not_there(shown: &dyn Display) -> String {
    format!("{shown} does not exist")
}

pub(super) fn unreadable(shown: &dyn Display, kind: &dyn Display) -> String {
    format!("{shown} can't be read: {kind}")
}

pub(super) fn no_regular_file(shown: &dyn Display) -> String {
    format!("{shown} is not a regular file")
}

pub(super) fn too_large(shown: &dyn Display, most: &dyn Display) -> String {
    format!("{shown} is larger than {most} MiB: that is no table of upgrades")
}

pub(super) fn error_in_cell(line: &dyn Display, cell: &dyn Display, said: &dyn Display) -> String {
    format!("line {line}, column {cell}: {said}")
}

pub(super) fn error_in_line(line: &dyn Display, said: &dyn Display) -> String {
    format!("line {line}: {said}")
}

pub(super) fn and_more(count: &dyn Display) -> String {
    format!("and {count} more")
}

pub(super) fn faulty(table: &dyn Display, count: &dyn Display) -> String {
    format!("{table} has {count}, and nothing was sent")
}

pub(super) fn heading(cards: &dyn Display) -> String {
    format!("Upgrade {cards}")
}

pub(super) fn first(preview: &dyn Display) -> String {
    format!("  the first: {preview}")
}

pub(super) fn other_journal(path: &dyn Display) -> String {
    format!(
        "{path} was started with a different journal, and only that one knows what was sent: use \
        it (KITDESK_STATE names its folder), or start again with another --results"
    )
}

pub(super) fn not_these_rows(path: &dyn Display) -> String {
    format!(
        "{path} is not about these rows: nothing was sent. Name another file with --results, \
        or move this one away"
    )
}

pub(super) fn not_that_row(
    line: &dyn Display,
    word: &dyn Display,
    kit: &dyn Display,
    path: &dyn Display,
) -> String {
    format!(
        "line {line} is not the row that is {word} for kit {kit} in {path}: nothing was sent. \
        Take that row back as it was, or name another file with --results"
    )
}

pub(super) fn checking(place: &dyn Display, count: &dyn Display) -> String {
    format!("Checking row {place} of {count}")
}

pub(super) fn row_under_way(line: &dyn Display, kit: &dyn Display) -> String {
    format!("line {line}, kit {kit}")
}

pub(super) fn row_ended(
    line: &dyn Display,
    kit: &dyn Display,
    word: &dyn Display,
    why: &dyn Display,
) -> String {
    format!("line {line}, kit {kit}: {word}: {why}")
}

pub(super) fn left(left: &dyn Display) -> String {
    format!("{left} left")
}

pub(super) fn no_table(path: &dyn Display) -> String {
    format!(
        "{path} is a results file and does not name its table: give that with --from, and \
        this with --results"
    )
}

pub(super) fn is_for(place: &dyn Display, here: &dyn Display) -> String {
    format!("is for {place}, and this is {here}")
}

pub(super) fn is_damaged(line: &dyn Display) -> String {
    format!("is damaged on line {line}")
}

pub(super) fn another_run(path: &dyn Display) -> String {
    format!("another run works on {path}: wait for its end")
}

pub(super) fn unusable(path: &dyn Display, why: &dyn Display) -> String {
    format!(
        "{path} {why}: nothing was sent. Name another file with --results, or move this one \
        away"
    )
}

pub(super) fn results_unreadable(path: &dyn Display, kind: &dyn Display) -> String {
    format!(
        "the results file {path} can't be used: {kind}. Nothing was sent; name another one \
        with --results"
    )
}

pub(super) fn too_many(rows: &dyn Display, limit: &dyn Display) -> String {
    format!(
        "there are {rows}, and {limit} at most are sent in one go: split the file, or allow \
        more with --limit"
    )
}

pub(super) fn other_count(are: &dyn Display, cells: &dyn Display, columns: &dyn Display) -> String {
    format!("there {are} {cells} for {columns}: write an empty cell for what is left out")
}

pub(super) fn twice(kit: &dyn Display, first: &dyn Display) -> String {
    format!("kit {kit} is on line {first} already")
}

pub(super) fn stopped_unknown(line: &dyn Display) -> String {
    format!("It stopped at line {line}, whose outcome is unknown.")
}

pub(super) fn stopped_not_sent(line: &dyn Display) -> String {
    format!("It stopped at line {line}, which could not be sent.")
}

pub(super) fn stopped_unwritten(
    line: &dyn Display,
    results: &dyn Display,
    why: &dyn Display,
) -> String {
    format!(
        "It stopped after line {line}: {results} can't be written ({why}). The journal has \
        the outcome of that line; the next run takes it from there."
    )
}

pub(super) fn counts(rows: &dyn Display, parts: &dyn Display, results: &dyn Display) -> String {
    format!("Of {rows}: {parts}; {results} has the outcome of each.")
}
