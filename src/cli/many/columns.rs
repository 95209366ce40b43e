//! The columns of a table of many, named as the flags, and what is wrong with the names of others.
//! [`super::table`] checks the cells.

use super::sheet::{CellError, Record};
use super::words;
use crate::dcms::harmless;
use crate::journal::guarded;

/// A column, named as the flag of a single upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Entity,
    Kit,
    Tier,
    CardType,
    PlasticCode,
    Alias,
    Delivery,
}

impl Column {
    pub(super) const ALL: [Self; 7] = [
        Self::Entity,
        Self::Kit,
        Self::Tier,
        Self::CardType,
        Self::PlasticCode,
        Self::Alias,
        Self::Delivery,
    ];
    const REQUIRED: [Self; 3] = [Self::Entity, Self::Kit, Self::Tier];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Kit => "kit",
            Self::Tier => "tier",
            Self::CardType => "card-type",
            Self::PlasticCode => "plastic-code",
            Self::Alias => "alias",
            Self::Delivery => "delivery",
        }
    }

    /// Capitals, blanks and underscores are what spreadsheets make of a flag's name.
    fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase().replace([' ', '_'], "-");
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// The columns in the order of the file; nothing where a name means none.
pub(super) fn read(head: &Record, errors: &mut Vec<CellError>) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = Vec::new();
    let mut names = head.cells.iter().filter(|name| is_named(name));
    if let (Some(only), None) = (names.next(), names.next())
        && only.contains([';', '\t', '|'])
    {
        errors.push(CellError::line(head.line, words::OTHER_MARK));
        return columns;
    }
    for (place, name) in head.cells.iter().map(|name| name.trim()).enumerate() {
        let column = Column::of_name(name);
        let said = match column {
            _ if is_secret(name) => Some(words::NO_SECRETS.to_owned()),
            // Spreadsheets save columns that nothing is in any more. One with something in it is refused
            // where that is.
            None if !is_named(name) => None,
            None => Some(words::no_column(&shown(name))),
            Some(_) if columns.contains(&column) => Some(words::two_columns(&name)),
            Some(_) => None,
        };
        if let Some(said) = said {
            errors.push(CellError::cell(head.line, place + 1, said));
            columns.push(None);
        } else {
            columns.push(column);
        }
    }
    if columns.iter().any(Option::is_some) {
        let missing = Column::REQUIRED.into_iter().map(Some);
        for missing in missing.filter(|column| !columns.contains(column)).flatten() {
            let said = words::column_missing(&missing.name());
            errors.push(CellError::line(head.line, said));
        }
    } else {
        let said = words::no_names();
        errors.push(CellError::line(head.line, said));
    }
    columns
}

/// Whether there is a name in this cell of the first line.
pub(super) fn is_named(cell: &str) -> bool {
    !cell.trim().is_empty()
}

/// What may stand there in place of a name is anything, also a card number.
fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(40).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    harmless(&guarded(&shown, &[])).into_owned()
}

/// Whether a column is for something that has no place in a file.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    let whole: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    words.any(|word| {
        matches!(
            word,
            "pin" | "pins" | "pan" | "pans" | "cvv" | "cvv2" | "cvc"
        )
    }) || whole.ends_with("pin")
        || whole.starts_with("pin")
        || [
            "cardnumber",
            "cardno",
            "cardnum",
            "panno",
            "pannumber",
            "primaryaccountnumber",
        ]
        .contains(&whole.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &str) -> Vec<String> {
        let head = super::super::sheet::read(names).records.remove(0);
        let mut errors = Vec::new();
        read(&head, &mut errors);
        errors.into_iter().map(|error| error.said).collect()
    }

    #[test]
    fn any_order_and_no_more_than_is_wanted() {
        assert_eq!(said("tier, kit ,entity"), [""; 0]);
        assert_eq!(
            said("Delivery,ALIAS,plastic_code,Card Type,tier,kit,entity"),
            [""; 0]
        );
    }

    #[test]
    fn all_that_is_wrong_at_once() {
        let errors = said("entity,Kits,tier,tier,,shipping,");
        assert_eq!(errors.len(), 4, "{errors:?}");
        assert!(errors[0].starts_with("there is no column \"Kits\": known are"));
        assert_eq!(errors[1], "there are two columns named tier");
        assert!(errors[2].starts_with("there is no column \"shipping\""));
        assert_eq!(errors[3], "the column kit is missing");
        assert!(said("676165,4561789,GOLD")[3].starts_with("the first line must name"));
        assert_eq!(said("entity;kit;tier"), [words::OTHER_MARK]);
        assert_eq!(said("entity;kit;tier,,"), [words::OTHER_MARK]);
        assert!(!said("entity,kit,tier,4111111111111111")[0].contains("4111111111111111"));
    }

    #[test]
    fn no_column_for_a_pin_or_a_card_number() {
        for name in [
            "pin",
            "PIN",
            "new pin",
            "new_pin",
            "newPin",
            "PIN-block",
            "pan",
            "PAN",
            "card number",
            "cardNo",
            "cvv",
        ] {
            assert_eq!(
                said(&format!("entity,kit,tier,{name}")),
                [words::NO_SECRETS]
            );
        }
    }
}
