//! Which kits the table shows, in which order: indices into what the DCMS sent, which stays as it is.

use std::cell::Cell;

use super::{COLUMNS, KitColumn, NOTHING, Says};
use crate::console::widgets::text::columns;
use crate::console::widgets::wanted::{Search, Wanted};
use crate::dcms::{Kit, Status};
use crate::desk::{Replacement, Replacements};

/// By which column the rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub(super) column: usize,
    /// The largest first.
    pub(super) is_down: bool,
}

/// How wide the widest cell of each column is.
pub(super) type Widths = [usize; COLUMNS.len()];

/// The rows of a table over kits that are kept elsewhere: made for them, and made again when they change.
#[derive(Default)]
pub struct View {
    /// All kits, sorted.
    order: Vec<u32>,
    /// Those that pass the filter.
    rows: Vec<u32>,
    filter: Wanted,
    sort: Option<Sort>,
    widths: Widths,
    replacements: Replacements,
    /// Columns that had no room when the rows were drawn last.
    hidden: Cell<[bool; COLUMNS.len()]>,
}

impl View {
    /// All of these kits, as they were sent; what was filtered and sorted before is forgotten.
    #[must_use]
    pub fn of(kits: &[Kit]) -> Self {
        let mut view = Self::default();
        view.take(kits);
        view
    }

    /// The same view of other kits.
    pub fn take(&mut self, kits: &[Kit]) {
        let mut room = String::new();
        for (column, width) in COLUMNS.iter().zip(&mut self.widths) {
            *width = columns(column.grid.heading) + 1;
            for kit in kits {
                if *width >= column.grid.max {
                    break;
                }
                room.clear();
                *width = columns(column.text(kit, &mut room)).clamp(*width, column.grid.max);
            }
        }
        self.replacements = Replacements::among(kits);
        self.put_in_order(kits);
    }

    /// The kit that took the place of this one, or in whose place it is.
    #[must_use]
    pub fn replacement(&self, kit: &Kit) -> Option<&Replacement> {
        self.replacements.of(&kit.kit_no)
    }

    /// Shows only the kits that hold this text in any column, in any case.
    pub fn filter(&mut self, kits: &[Kit], wanted: &str) {
        let wanted = Wanted::of(wanted);
        if self.filter == wanted {
            return;
        }
        // Who goes on typing narrows what is there already.
        let from = if wanted.narrows(&self.filter) {
            std::mem::take(&mut self.rows)
        } else {
            self.order.clone()
        };
        self.filter = wanted;
        self.rows = self.passing(kits, from);
    }

    /// What the rows must hold.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.filter
    }

    fn passing(&self, kits: &[Kit], mut rows: Vec<u32>) -> Vec<u32> {
        if !self.filter.is_empty() {
            let (mut search, mut room) = (Search::of(&self.filter), String::new());
            rows.retain(|row| holds(&kits[index(*row)], &mut search, &mut room));
        }
        rows
    }

    /// These columns had room when the rows were drawn last.
    pub fn showed(&self, columns: &[usize]) {
        let is_hidden = |column| !columns.contains(&column);
        self.hidden.set(std::array::from_fn(is_hidden));
    }

    /// Sorts by the next column that can be seen; after the last, as the kits were sent.
    pub fn sort_by_next(&mut self, kits: &[Kit]) {
        let hidden = self.hidden.get();
        let next = self.sort.map_or(0, |sort| sort.column + 1);
        let next = (next..COLUMNS.len()).find(|column| !hidden[*column]);
        self.sort = next.map(|column| Sort {
            column,
            is_down: false,
        });
        self.put_in_order(kits);
    }

    /// Turns the order round.
    pub fn turn_round(&mut self, kits: &[Kit]) {
        let sort = self.sort.get_or_insert(Sort {
            column: 0,
            is_down: false,
        });
        sort.is_down = !sort.is_down;
        self.put_in_order(kits);
    }

    fn put_in_order(&mut self, kits: &[Kit]) {
        let count = u32::try_from(kits.len()).unwrap_or(u32::MAX);
        self.order = (0..count).collect();
        // The card that is in use is at the top, whatever the DCMS lists first.
        self.order
            .sort_by_key(|row| kits[index(*row)].status != Status::Active);
        if let Some(Sort { column, is_down }) = self.sort {
            let KitColumn { key, .. } = COLUMNS[column];
            // What is not there comes last, whichever way the rest goes.
            self.order.sort_by_cached_key(|row| {
                let key = key(&kits[index(*row)]);
                (key.is_none(), key)
            });
            if is_down {
                let is_there = |row: &u32| key(&kits[index(*row)]).is_some();
                let there = self.order.partition_point(is_there);
                self.order[..there].reverse();
            }
        }
        self.rows = self.passing(kits, self.order.clone());
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Which kit a row shows.
    #[must_use]
    pub fn kit(&self, row: usize) -> Option<usize> {
        self.rows.get(row).map(|row| index(*row))
    }

    /// In which row a kit is shown.
    #[must_use]
    pub fn row_of(&self, kit: usize) -> Option<usize> {
        self.rows.iter().position(|row| index(*row) == kit)
    }

    /// By what the rows are sorted.
    pub(super) fn sort(&self) -> Option<Sort> {
        self.sort
    }

    pub(super) fn widths(&self) -> &Widths {
        &self.widths
    }
}

fn index(row: u32) -> usize {
    usize::try_from(row).expect("an index of a list that is in memory")
}

/// Whether a kit holds it in any column. What is its own is looked through in one go, with a sign between
/// the cells that nobody can type. The room is used again and again.
fn holds<'k>(kit: &'k Kit, search: &mut Search<'_, 'k>, room: &mut String) -> bool {
    room.clear();
    for column in &COLUMNS {
        match column.says {
            Says::Own(write) => write(kit, room),
            Says::Shared(text) => match text(kit) {
                Some(text) if search.finds_in_shared(text) => return true,
                Some(_) => {}
                None => room.push_str(NOTHING),
            },
        }
        room.push('\n');
    }
    search.finds_in(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(number: &str, tier: &str, expiry: &str) -> Kit {
        let json = format!(
            r#"{{"kitNo":"{number}","cardNumber":"608040XXXXXX6384","tierType":"{tier}","expDate":"{expiry}"}}"#
        );
        serde_json::from_str(&json).expect("a kit")
    }

    fn kits() -> Vec<Kit> {
        vec![
            kit("10", "GOLD", "2029-07-31"),
            kit("9", "", "2030-01-31"),
            kit("11", "CLASSIC", ""),
        ]
    }

    fn shown(view: &View) -> Vec<usize> {
        (0..view.len()).filter_map(|row| view.kit(row)).collect()
    }

    #[test]
    fn the_filter_looks_into_every_column_and_narrows_what_is_there() {
        let all = kits();
        let mut view = View::of(&all);
        for hit in ["", "11", "6384", "classic", " CLASSIC ", "class", "C"] {
            view.filter(&all, hit);
            assert!(shown(&view).contains(&2), "{hit}");
        }
        view.filter(&all, "classic");
        assert_eq!(shown(&view), [2]);
        view.filter(&all, "classicx");
        assert!(view.is_empty());
        view.filter(&all, "07/29");
        assert_eq!(shown(&view), [0]);
        view.filter(&all, "-");
        assert_eq!(shown(&view), [0, 1, 2], "a dash finds nothing of its own");
        for across in ["-01", "--", "9?", "?6", "(none)608"] {
            view.filter(&all, across);
            assert!(view.is_empty(), "no cell goes on in the next: {across}");
        }
        view.filter(&all, "");
        assert_eq!(shown(&view), [0, 1, 2]);
    }

    #[test]
    fn the_card_in_use_is_at_the_top_and_first_among_equals() {
        let kit = |number: &str, status: &str| {
            let json =
                format!(r#"{{"kitNo":"{number}","cardStatus":"{status}","tierType":"GOLD"}}"#);
            serde_json::from_str::<Kit>(&json).expect("a kit")
        };
        let all = [
            kit("1", "REPLACED"),
            kit("2", "ASSIGNED"),
            kit("3", "ACTIVE"),
        ];
        let mut view = View::of(&all);
        assert_eq!(shown(&view), [2, 0, 1]);
        view.filter(&all, "gold");
        assert_eq!(shown(&view), [2, 0, 1]);
        view.sort_by_next(&all);
        assert_eq!(shown(&view), [0, 1, 2], "by number");
    }

    #[test]
    fn sorted_by_each_column_and_round_again() {
        let all = kits();
        let mut view = View::of(&all);
        view.sort_by_next(&all);
        assert_eq!(shown(&view), [1, 0, 2], "numbers by their size");
        view.turn_round(&all);
        assert_eq!(shown(&view), [2, 0, 1]);
        let tier = COLUMNS
            .iter()
            .position(|column| column.grid.heading == "TIER");
        while view.sort().map(|sort| sort.column) != tier {
            view.sort_by_next(&all);
        }
        assert_eq!(shown(&view), [2, 0, 1]);
        view.turn_round(&all);
        assert_eq!(shown(&view), [0, 2, 1], "none is last either way");
        view.filter(&all, "1");
        view.turn_round(&all);
        assert_eq!(shown(&view), [2, 0, 1], "the filter stays");
        while view.sort().is_some() {
            view.sort_by_next(&all);
        }
        assert_eq!(shown(&view), [0, 1, 2]);
        assert_eq!(view.row_of(2), Some(2));
    }

    #[test]
    fn a_year_comes_before_its_month() {
        let all = vec![
            kit("1", "", "2030-01-31"),
            kit("2", "", "2029-07-31"),
            kit("3", "", "2029-01-31"),
        ];
        let mut view = View::of(&all);
        let expiry = COLUMNS
            .iter()
            .position(|column| column.grid.heading == "EXPIRY");
        while view.sort().map(|sort| sort.column) != expiry {
            view.sort_by_next(&all);
        }
        assert_eq!(shown(&view), [2, 1, 0]);
    }
}
