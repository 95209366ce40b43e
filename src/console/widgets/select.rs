//! The selected row of a list: moved by keys, page and mouse, and kept in sight.

use std::cell::Cell;

use ratatui::layout::{Position, Rect};

use super::drawn::Drawn;
use crate::console::keymap::Action;

/// Which row of a list the next key is about, and which rows were in sight when it was last drawn.
#[derive(Default)]
pub struct Select {
    at: usize,
    first: Cell<usize>,
    in_sight: Cell<usize>,
    rows: Drawn<usize>,
}

impl Select {
    /// The selected row.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Selects a row.
    pub fn go_to(&mut self, row: usize) {
        self.at = row;
    }

    /// Keeps the selection within so many rows.
    pub fn keep_within(&mut self, count: usize) {
        self.at = self.at.min(count.saturating_sub(1));
    }

    /// Takes a key that moves within so many rows; others do nothing.
    pub fn by(&mut self, action: Option<Action>, count: usize) {
        let page = self.in_sight.get().max(1);
        self.at = match action {
            Some(Action::Up) => self.at.saturating_sub(1),
            Some(Action::Down) => self.at + 1,
            Some(Action::PageUp) => self.at.saturating_sub(page),
            Some(Action::PageDown) => self.at + page,
            Some(Action::First) => 0,
            Some(Action::Last) => count,
            _ => return,
        };
        self.keep_within(count);
    }

    /// Whether a row was drawn there.
    #[must_use]
    pub fn has_row(&self, at: Position) -> bool {
        self.rows.at(at).is_some()
    }

    /// Goes to the row that was drawn there. A second click on it opens it.
    pub fn point(&mut self, at: Position) -> Option<Action> {
        let row = self.rows.at(at)?;
        let was_there = std::mem::replace(&mut self.at, row) == row;
        was_there.then_some(Action::Enter)
    }

    /// Takes down where rows of one line each are drawn, and gives back the first one: the selected row
    /// is in sight, and what was in sight before moves no further than that takes.
    pub fn draw_in(&self, area: Rect, count: usize) -> usize {
        let rows = usize::from(area.height);
        let first = self.first.get().min(count.saturating_sub(rows));
        let first = first.min(self.at).max((self.at + 1).saturating_sub(rows));
        self.first.set(first);
        self.in_sight.set(rows);
        self.rows.begin();
        self.rows.put_rows(area, first, count);
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect::new(0, 2, 10, 4);

    #[test]
    fn it_moves_within_the_rows_and_stays_in_sight() {
        let mut select = Select::default();
        assert_eq!(select.draw_in(AREA, 9), 0);
        for (action, at, first) in [
            (Action::Down, 1, 0),
            (Action::PageDown, 5, 2),
            (Action::Up, 4, 2),
            (Action::Last, 8, 5),
            (Action::Down, 8, 5),
            (Action::PageUp, 4, 4),
            (Action::First, 0, 0),
            (Action::Up, 0, 0),
            (Action::Filter, 0, 0),
        ] {
            select.by(Some(action), 9);
            assert_eq!(
                (select.at(), select.draw_in(AREA, 9)),
                (at, first),
                "{action:?}"
            );
        }
        select.by(Some(Action::Down), 0);
        assert_eq!(select.at(), 0);
    }

    #[test]
    fn a_click_finds_the_row_that_was_drawn_there() {
        let mut select = Select::default();
        select.by(Some(Action::Last), 9);
        select.draw_in(AREA, 9);
        assert_eq!(select.point(Position::new(3, 3)), None);
        assert_eq!(select.at(), 6);
        assert_eq!(select.point(Position::new(3, 3)), Some(Action::Enter));
        assert_eq!(select.point(Position::new(3, 1)), None);
    }
}
