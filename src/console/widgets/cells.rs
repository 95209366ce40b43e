//! Rows of cells below each other, each row with a label: as many columns as have room.

use ratatui::text::{Line, Span};

use super::text::{columns, cut, fit};
use crate::console::theme::{Scope, Theme};

/// Between two cells.
const GAP: usize = 2;

/// A row, cell by cell: those of most worth first, for the others to give way.
pub struct Row {
    /// What it is.
    pub label: &'static str,
    /// What is known of it.
    pub cells: Vec<String>,
    /// The colour of all of it.
    pub scope: Scope,
}

/// Lines of this width, with so many columns of it for the labels.
pub fn lines_of<'a>(
    rows: &'a [Row],
    (label, width): (usize, usize),
    theme: &'a Theme,
) -> impl Iterator<Item = Line<'static>> + 'a {
    let room = width.saturating_sub(label);
    let cells = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(at));
        cells.map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let mut used = 0;
    let widths = (0..cells).map(widest).take_while(move |width| {
        let is_first = used == 0;
        used += width + GAP;
        is_first || used <= room + GAP
    });
    let widths: Vec<_> = widths.collect();
    rows.iter().map(move |row| {
        let cells = row.cells.iter().zip(&widths);
        let text: String = cells.map(|(cell, width)| fit(cell, width + GAP)).collect();
        Line::from(vec![
            Span::styled(fit(row.label, label), theme.of(Scope::Muted)),
            Span::styled(cut(text.trim_end(), room), theme.of(row.scope)),
        ])
    })
}
