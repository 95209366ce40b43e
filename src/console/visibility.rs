//! What of the console has been seen: a key is meant for a picture, and one that was pressed before it
//! was drawn, or under a sentence in its place, is meant for nothing. No drawing in here.

use ratatui::layout::Size;

/// Columns and rows below which nothing useful fits.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Whether the screens have room; if not, a sentence replaces them.
pub(super) fn has_room(size: Size) -> bool {
    size.width >= SMALLEST.0 && size.height >= SMALLEST.1
}

/// What the last picture showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Visibility {
    /// What is in front.
    #[default]
    Front,
    /// Another screen than the one in front, which no key opened.
    Another,
    /// No screen at all, because the window has no room for one.
    Nothing,
}
