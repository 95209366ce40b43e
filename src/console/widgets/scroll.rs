//! Lines of which a part is in sight, in a frame that says where there are more. Where they begin is
//! kept here; what they say is not.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::lines;
use crate::console::keymap::Action;
use crate::console::theme::{Scope, Theme};

/// How far lines are scrolled. What was drawn last says how far they can be.
#[derive(Default)]
pub struct Scroll {
    first: Cell<usize>,
    rows: Cell<usize>,
    count: Cell<usize>,
}

impl Scroll {
    /// Takes a key that goes up or down; others do nothing.
    pub fn by(&self, action: Option<Action>) {
        let (first, page) = (self.first.get(), self.rows.get().max(1));
        let to = match action {
            Some(Action::Down) => first + 1,
            Some(Action::Up) => first.saturating_sub(1),
            Some(Action::PageDown) => first + page,
            Some(Action::PageUp) => first.saturating_sub(page),
            Some(Action::First) => 0,
            Some(Action::Last) => self.last(),
            _ => first,
        };
        self.first.set(to.min(self.last()));
    }

    /// Begins with this line from the next picture on, or with the last ones where fewer are left.
    pub fn go_to(&self, line: usize) {
        self.first.set(line);
    }

    /// The first line with which the rest fills the room.
    fn last(&self) -> usize {
        self.count.get().saturating_sub(self.rows.get())
    }

    /// Draws a frame, and in it the lines that are in sight.
    pub fn draw(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        (title, focused): (impl Into<String>, bool),
        lines: &[Line<'_>],
        theme: &Theme,
    ) {
        let mut block = lines::framed(title, focused, theme);
        let inner = lines::padded(block.inner(area));
        self.rows.set(inner.height.into());
        self.count.set(lines.len());
        let first = self.first.get().min(self.last());
        self.first.set(first);
        if let Some(signs) = lines::beyond(lines.len(), first, inner.height.into()) {
            let mark = Line::styled(format!(" {signs} "), theme.of(Scope::Text));
            block = block.title_bottom(mark.right_aligned());
        }
        frame.render_widget(block, area);
        for (line, row) in lines.iter().skip(first).zip(inner.rows()) {
            frame.render_widget(line, row);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;

    fn drawn(scroll: &Scroll, height: u16) -> String {
        let theme = Theme::built_in("desk").expect("built in");
        let mut terminal = Terminal::new(TestBackend::new(20, height)).expect("a test terminal");
        let lines: Vec<Line<'_>> = (0..9).map(|n| Line::from(format!("line {n}"))).collect();
        terminal
            .draw(|frame| scroll.draw(frame, frame.area(), ("All", true), &lines, &theme))
            .expect("a test terminal takes every picture");
        terminal.backend().to_string()
    }

    #[test]
    fn never_beyond_the_last_line_and_by_the_page_that_is_in_sight() {
        let scroll = Scroll::default();
        let picture = drawn(&scroll, 6);
        assert!(picture.contains("line 3") && !picture.contains("line 4"));
        assert!(picture.contains('▼') && !picture.contains('▲'), "{picture}");
        scroll.by(Some(Action::PageDown));
        let picture = drawn(&scroll, 6);
        assert!(picture.contains("line 4") && picture.contains("line 7"));
        assert!(picture.contains("▲▼"), "{picture}");
        for action in [Action::Last, Action::Down, Action::PageDown] {
            scroll.by(Some(action));
            let picture = drawn(&scroll, 6);
            assert!(picture.contains("line 5") && picture.contains("line 8"));
            assert!(picture.contains('▲') && !picture.contains('▼'), "{picture}");
        }
        // A window that grows shows more, and no empty rows at the end.
        let picture = drawn(&scroll, 12);
        assert!(picture.contains("line 0") && picture.contains("line 8"));
        assert!(!picture.contains('▲') && !picture.contains('▼'));
    }
}
