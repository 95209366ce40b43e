//! What lists that come page by page have in common: which row is selected, whether there is another page, the
//! filter that is typed above them, and how all of it is drawn.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::entry::Entry;
use super::grid::{self, Rows};
use super::lines;
use super::select::Select;
use crate::console::keymap::Action;
use crate::console::theme::{Scope, Theme};

/// Where one is in such a list.
#[derive(Default)]
pub struct Paged {
    /// Which row.
    pub select: Select,
    /// Whether there is another page, as far as that is known.
    pub has_more: bool,
    /// How many of the list could not be read.
    pub unread: usize,
    /// The filter as it is typed.
    pub typed: Entry,
    /// Whether it is being typed.
    pub filtering: bool,
}

/// What stands around the rows.
pub struct Around {
    /// Above them.
    pub title: String,
    /// In the filter while nothing is typed there.
    pub hint: &'static str,
    /// Below them.
    pub said: Option<(String, Scope)>,
    /// In place of them, where there are none.
    pub none: Option<String>,
}

impl Paged {
    /// Moves the selection among so many rows. Says whether the next page is to be asked for.
    pub fn go(&mut self, action: Option<Action>, rows: usize) -> bool {
        self.select.by(action, rows);
        let is_last = self.select.at() + 1 >= rows;
        is_last && self.has_more && action == Some(Action::Down)
    }

    /// From the first row of the first page.
    pub fn start_over(&mut self) {
        self.select.go_to(0);
        self.has_more = false;
        self.unread = 0;
    }

    /// Draws the list.
    pub fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        (rows, around): (&impl Rows, Around),
        theme: &Theme,
    ) {
        let mut block = lines::ruled(around.title, !self.filtering, theme);
        if let Some((said, scope)) = around.said {
            block = block.title_bottom(Line::styled(format!(" {said} "), theme.of(scope)));
        }
        let [filter, table] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(block.inner(area));
        let filter = lines::padded(filter);
        self.typed
            .draw_as_filter(frame, filter, around.hint, self.filtering, theme);
        if rows.count() == 0 {
            frame.render_widget(block, area);
            let none = around.none.unwrap_or_default();
            lines::sentence(frame, lines::padded(table), &none, Scope::Muted, theme);
            return;
        }
        let select = (&self.select, !self.filtering);
        let drawn = grid::draw(frame, table, rows, select, theme);
        frame.render_widget(lines::with_place(block, drawn.place, theme), area);
    }
}
