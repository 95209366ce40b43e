//! The kits of a customer as the rows of a table: their columns, what the cells say, and how a kit belongs to
//! another.

mod view;
mod whole;
mod words;

use std::borrow::Cow;
use std::fmt::Write as _;

use ratatui::style::Style;

use super::cells::Row;
use super::grid::{Column, Rows};
use super::wanted::Wanted;
use crate::console::theme::{Scope, Theme};
use crate::dcms::{Kit, Status, Text};
use crate::desk::Replacement;
pub use crate::desk::review::shown;
pub use view::View;
pub use whole::{TWO_COLUMNS, kit_lines};

/// A column of the kits.
struct KitColumn {
    grid: Column,
    says: Says,
    /// By what it is sorted; nothing where there is nothing.
    key: fn(&Kit) -> Option<Key<'_>>,
}

/// What a cell says.
enum Says {
    /// What is written behind what is there already.
    Own(fn(&Kit, &mut String)),
    /// A text that many kits have in common.
    Shared(fn(&Kit) -> Option<&Text>),
}

impl KitColumn {
    /// The cell's text; the room is empty before.
    fn text<'a>(&self, kit: &'a Kit, room: &'a mut String) -> &'a str {
        match self.says {
            Says::Own(write) => {
                write(kit, room);
                room
            }
            Says::Shared(text) => shown_in(text(kit), room),
        }
    }
}

/// By what rows are sorted.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    /// A number of any length, as its digits.
    Number(usize, &'a str),
    Text(Cow<'a, str>),
}

/// The width of what is never cut: no number is longer.
pub const WHOLE: usize = 64;

/// A sign of one byte that is as wide on every terminal: a list has many of them.
const NOTHING: &str = "-";

const COLUMNS: [KitColumn; 8] = [
    KitColumn {
        grid: Column {
            heading: words::KIT_HEADING,
            min: WHOLE,
            max: WHOLE,
            given_up: 0,
        },
        says: Says::Own(|kit, room| room.push_str(kit.kit_no.as_str())),
        key: |kit| {
            let number = kit.kit_no.as_str();
            Some(Key::Number(number.len(), number))
        },
    },
    KitColumn {
        grid: Column {
            heading: STATUS,
            min: 11,
            max: 14,
            given_up: 0,
        },
        // By sign and word, so that no colour is needed.
        says: Says::Own(|kit, room| {
            room.push(sign(&kit.status));
            room.push(' ');
            room.push_str(&kit.status.word());
        }),
        key: |kit| Some(Key::Text(kit.status.word())),
    },
    KitColumn {
        grid: Column {
            heading: "CARD",
            min: WHOLE,
            max: WHOLE,
            given_up: 1,
        },
        says: Says::Own(|kit, room| put(kit.card.as_ref(), room)),
        key: |kit| Some(Key::Text(kit.card.as_ref()?.to_string().into())),
    },
    KitColumn {
        grid: Column {
            heading: "PRODUCT",
            min: 8,
            max: 24,
            given_up: 6,
        },
        says: Says::Shared(|kit| kit.product_name.as_ref()),
        key: |kit| text_key(kit.product_name.as_ref()),
    },
    KitColumn {
        grid: Column {
            heading: "TIER",
            min: 10,
            max: 14,
            given_up: 3,
        },
        says: Says::Shared(|kit| kit.tier.as_ref()),
        key: |kit| text_key(kit.tier.as_ref()),
    },
    KitColumn {
        grid: Column {
            heading: "TYPE",
            min: 8,
            max: 8,
            given_up: 5,
        },
        says: Says::Shared(|kit| kit.card_type.as_ref()),
        key: |kit| text_key(kit.card_type.as_ref()),
    },
    KitColumn {
        grid: Column {
            heading: "EXPIRY",
            min: 6,
            max: 7,
            given_up: 2,
        },
        says: Says::Own(|kit, room| put(kit.expiry.as_ref(), room)),
        key: |kit| {
            let text = kit.expiry?.mmyy();
            let (month, year) = text.split_at(2);
            Some(Key::Text(format!("{year}{month}").into()))
        },
    },
    KitColumn {
        grid: Column {
            heading: words::NAME_HEADING,
            min: 14,
            max: 26,
            given_up: 7,
        },
        says: Says::Shared(|kit| kit.alias.as_ref()),
        key: |kit| text_key(kit.alias.as_ref()),
    },
];

const STATUS: &str = "STATUS";

fn put(what: Option<&impl std::fmt::Display>, room: &mut String) {
    let put = match what {
        Some(what) => write!(room, "{what}"),
        None => room.write_str(NOTHING),
    };
    debug_assert!(put.is_ok(), "a string takes any text");
}

fn shown_in<'a>(text: Option<&'a Text>, room: &'a mut String) -> &'a str {
    match text.map(Text::shown) {
        Some(Cow::Borrowed(text)) => text,
        Some(Cow::Owned(text)) => {
            *room = text;
            room
        }
        None => NOTHING,
    }
}

fn text_key(text: Option<&Text>) -> Option<Key<'_>> {
    text.map(|text| Key::Text(text.shown()))
}

/// The sign of a status.
#[must_use]
pub fn sign(status: &Status) -> char {
    match status {
        Status::Active => '●',
        Status::Assigned | Status::Inactive => '○',
        Status::Locked => '◐',
        Status::Replaced => '→',
        Status::Blocked | Status::Hotlisted | Status::Closed | Status::Expired => '×',
        Status::Other(_) => '?',
    }
}

/// The colour that goes with it.
#[must_use]
pub fn scope(status: &Status) -> Scope {
    match status {
        Status::Active => Scope::Ok,
        Status::Assigned | Status::Inactive | Status::Locked | Status::Other(_) => Scope::Warn,
        Status::Replaced | Status::Closed | Status::Expired => Scope::Muted,
        Status::Blocked | Status::Hotlisted => Scope::Danger,
    }
}

/// In which cell of such a row the status stands.
pub const STATUS_CELL: usize = 1;

/// A kit in a row of its own, outside of the list.
#[must_use]
pub fn row(label: &'static str, kit: &Kit) -> Row {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| NOTHING.into());
    Row {
        label,
        cells: vec![
            kit.kit_no.to_string(),
            format!("{} {}", sign(&kit.status), kit.status.word()),
            or_none(kit.card.as_ref().map(ToString::to_string)),
            shown(kit.tier.as_ref()),
            or_none(kit.expiry.map(|expiry| expiry.to_string())),
        ],
        scope: scope(&kit.status),
    }
}

/// What a row is to the selected one, if the two belong together: by sign, and in words.
fn replacement_mark(replacement: &Replacement, kit: &Kit) -> Option<(&'static str, &'static str)> {
    let (other, said) = match replacement {
        Replacement::By(other) => (other, ("→", words::TOOK_ITS_PLACE)),
        Replacement::Of(other) => (other, ("←", words::WAS_REPLACED)),
    };
    (*other == kit.kit_no).then_some(said)
}

/// The kits of a customer, as a view of them shows them.
pub struct Table<'a> {
    kits: &'a [Kit],
    view: &'a View,
    /// How the selected kit and another belong together.
    replacement: Option<&'a Replacement>,
}

impl<'a> Table<'a> {
    /// These kits, as the DCMS sent them, with one of the view's rows selected.
    #[must_use]
    pub fn new(kits: &'a [Kit], view: &'a View, selected: usize) -> Self {
        let kit = view.kit(selected).and_then(|kit| kits.get(kit));
        let replacement = kit.and_then(|kit| view.replacement(kit));
        Self {
            kits,
            view,
            replacement,
        }
    }

    fn kit(&self, row: usize) -> Option<&'a Kit> {
        self.kits.get(self.view.kit(row)?)
    }
}

impl Rows for Table<'_> {
    fn count(&self) -> usize {
        self.view.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        COLUMNS.iter().map(|column| &column.grid)
    }

    fn widest(&self, column: usize) -> usize {
        self.view.widths()[column]
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let Some(kit) = self.kit(row) else {
            return ("", Style::new());
        };
        let column = &COLUMNS[column];
        let scope = match (scope(&kit.status), column.grid.heading) {
            // All of a card that is no more steps back.
            (Scope::Muted, _) => Scope::Muted,
            (scope, STATUS) => scope,
            _ => Scope::Text,
        };
        (column.text(kit, room), theme.of(scope))
    }

    fn sorted(&self) -> Option<(usize, bool)> {
        let sort = self.view.sort()?;
        Some((sort.column, sort.is_down))
    }

    fn wanted(&self) -> Option<&Wanted> {
        Some(self.view.wanted())
    }

    fn relation(&self, row: usize) -> Option<(&'static str, &'static str)> {
        replacement_mark(self.replacement?, self.kit(row)?)
    }
}
