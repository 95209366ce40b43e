//! Where things were drawn last, for a click to find them again. Drawing fills it and the
//! mouse handlers read it; nothing else depends on it.

use std::cell::RefCell;

use ratatui::layout::{Position, Rect};

/// Places on the screen and what was drawn there.
pub struct Drawn<T>(RefCell<Vec<(Rect, T)>>);

impl<T> Default for Drawn<T> {
    fn default() -> Self {
        Self(RefCell::new(Vec::new()))
    }
}

impl<T: Copy> Drawn<T> {
    /// Nothing is known of the picture that is being drawn.
    pub fn begin(&self) {
        self.0.borrow_mut().clear();
    }

    /// This is drawn there.
    pub fn put(&self, area: Rect, what: T) {
        self.0.borrow_mut().push((area, what));
    }

    /// What was drawn there.
    #[must_use]
    pub fn at(&self, position: Position) -> Option<T> {
        let drawn = self.0.borrow();
        let mut there = drawn.iter().filter(|(area, _)| area.contains(position));
        there.next().map(|(_, what)| *what)
    }
}

impl Drawn<usize> {
    /// Rows of one line each, from this one on.
    pub fn put_rows(&self, area: Rect, first: usize, count: usize) {
        for (place, y) in (first..count).zip(area.y..area.bottom()) {
            self.put(
                Rect {
                    y,
                    height: 1,
                    ..area
                },
                place,
            );
        }
    }
}
