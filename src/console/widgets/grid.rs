//! A table: a heading, and rows of cells of which one row is selected. Which columns have room, and how a
//! row is drawn, is decided here; what the cells say is for [`Rows`] to tell.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::lines;
use super::select::Select;
use super::text::{columns, cut, fit, is_printable_ascii};
use super::wanted::Wanted;
use crate::console::theme::{Scope, Theme};

/// A column of a table. Widths are in columns of the terminal.
pub struct Column {
    /// What stands above it.
    pub heading: &'static str,
    /// The narrowest that it may be, where its cells need as much.
    pub min: usize,
    /// The widest.
    pub max: usize,
    /// What it is worth: where there is no room for all, the highest goes first, and 0 never.
    pub given_up: u8,
}

/// The rows of a table.
pub trait Rows {
    /// How many there are.
    fn count(&self) -> usize;

    /// All columns that may be shown.
    fn columns(&self) -> impl Iterator<Item = &Column>;

    /// How wide the widest cell of a column is, its heading among them.
    fn widest(&self, column: usize) -> usize;

    /// What a cell says, and its style. The room is empty: it is for text that has to be put together.
    fn cell<'a>(
        &'a self,
        at: (usize, usize),
        room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style);

    /// By which column the rows are sorted, and whether the largest comes first.
    fn sorted(&self) -> Option<(usize, bool)> {
        None
    }

    /// What is looked for: it is marked in the cells.
    fn wanted(&self) -> Option<&Wanted> {
        None
    }

    /// What a row is to the selected one: a sign in front of it, and words behind it.
    fn relation(&self, _row: usize) -> Option<(&'static str, &'static str)> {
        None
    }
}

/// What was drawn of a table.
pub struct Shown {
    /// Which columns had room.
    pub columns: Vec<usize>,
    /// Where the selected row is among all of them; nothing where there are none.
    pub place: Option<String>,
}

/// Draws the heading and the rows that are in sight.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    rows: &impl Rows,
    (select, has_focus): (&Select, bool),
    theme: &Theme,
) -> Shown {
    // The pointer to the selected row is in front of the cells.
    let room = usize::from(area.width.saturating_sub(1));
    let (shown, gap) = (layout(room, rows), gap(room));
    draw_heading(frame, area, rows, (&shown, gap), theme);
    let below = Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    };
    let count = rows.count();
    let first = select.draw_in(below, count);
    for (place, row) in (first..count).zip(below.rows()) {
        let relation = rows.relation(place);
        let is_selected = place == select.at();
        // A colour of its own would not be readable on every ground: sign and word say the same.
        let lit = (is_selected && has_focus).then(|| theme.of(Scope::Selection));
        if let Some(lit) = lit {
            frame.buffer_mut().set_style(row, lit);
        }
        if is_selected {
            frame.render_widget(Span::styled(">", lit.unwrap_or_default()), row);
        } else if let Some((sign, _)) = relation {
            frame.render_widget(Span::styled(sign, theme.of(Scope::Accent)), row);
        }
        // What lies between two cells is blank already: to write it would be most of the work.
        let mut rest = from(row, 1);
        for (column, width) in &shown {
            let mut text = String::new();
            let (text, style) = rows.cell((place, *column), &mut text, theme);
            let style = lit.unwrap_or(style);
            draw_cell(
                frame.buffer_mut(),
                rest,
                (text, *width),
                rows.wanted(),
                style,
            );
            rest = from(rest, width + gap);
        }
        if let Some((sign, words)) = relation {
            let said = Span::styled(format!("{sign} {words}"), theme.of(Scope::Accent));
            if said.width() <= rest.width.into() {
                frame.render_widget(said, rest);
            }
        }
    }
    let in_sight = usize::from(below.height);
    Shown {
        columns: shown.into_iter().map(|(column, _)| column).collect(),
        place: (count > 0).then(|| lines::place(select.at(), count, first, in_sight)),
    }
}

fn draw_heading(
    frame: &mut Frame<'_>,
    area: Rect,
    rows: &impl Rows,
    (shown, gap): (&[(usize, usize)], usize),
    theme: &Theme,
) {
    let all: Vec<&Column> = rows.columns().collect();
    let mut spans = vec![Span::raw(" ")];
    for (column, width) in shown {
        let sorted = rows.sorted().filter(|(by, _)| by == column);
        let (sign, scope) = match sorted {
            Some((_, true)) => ("▼", Scope::Accent),
            Some((_, false)) => ("▲", Scope::Accent),
            None => ("", Scope::Muted),
        };
        let text = fit(&format!("{}{sign}", all[*column].heading), width + gap);
        spans.push(Span::styled(text, theme.of(scope)));
    }
    frame.render_widget(Line::from(spans), Rect { height: 1, ..area });
}

/// A cell, with what is looked for marked.
fn draw_cell(
    buffer: &mut Buffer,
    area: Rect,
    (text, width): (&str, usize),
    wanted: Option<&Wanted>,
    style: Style,
) {
    let text = if columns(text) > width {
        Cow::Owned(cut(text, width))
    } else {
        Cow::Borrowed(text)
    };
    let mut rest = area;
    for span in marked(&text, wanted, style) {
        let used = write(buffer, rest, &span);
        rest = from(rest, used);
    }
}

/// Between two columns.
fn gap(room: usize) -> usize {
    if room < 90 { 1 } else { 2 }
}

/// The columns that have room, with their widths: none is wider than what it holds.
fn layout(room: usize, rows: &impl Rows) -> Vec<(usize, usize)> {
    struct Kept {
        column: usize,
        width: usize,
        widest: usize,
        given_up: u8,
    }
    let gap = gap(room);
    let mut kept: Vec<Kept> = rows
        .columns()
        .enumerate()
        .map(|(column, of)| {
            let widest = rows.widest(column).min(of.max);
            Kept {
                column,
                width: of.min.min(widest),
                widest,
                given_up: of.given_up,
            }
        })
        .collect();
    let total = |kept: &[Kept]| {
        let all = kept.iter().map(|one| one.width + gap);
        all.sum::<usize>().saturating_sub(gap)
    };
    while total(&kept) > room {
        let dispensable = kept.iter().enumerate();
        let dispensable = dispensable.filter(|(_, one)| one.given_up > 0);
        let Some((first, _)) = dispensable.max_by_key(|(_, one)| one.given_up) else {
            break;
        };
        kept.remove(first);
    }
    // Where even those that always stay have no room, the widest is cut.
    let missing = total(&kept).saturating_sub(room);
    if let Some(widest) = kept.iter_mut().max_by_key(|one| one.width) {
        widest.width = widest.width.saturating_sub(missing);
    }
    let mut spare = room.saturating_sub(total(&kept));
    for one in &mut kept {
        let more = spare.min(one.widest - one.width.min(one.widest));
        one.width += more;
        spare -= more;
    }
    kept.iter().map(|one| (one.column, one.width)).collect()
}

/// Writes a piece of a cell, and says how many columns that took. Not as a line, which would give a
/// style to all that is left of the row, and ASCII without a search for its graphemes: rows are most
/// of what a step draws.
fn write(buffer: &mut Buffer, area: Rect, span: &Span<'_>) -> usize {
    if area.is_empty() {
        return 0;
    }
    if !is_printable_ascii(&span.content) {
        let (x, _) = buffer.set_span(area.x, area.y, span, area.width);
        return usize::from(x - area.x);
    }
    let start = buffer.index_of(area.x, area.y);
    let cells = &mut buffer.content[start..start + usize::from(area.width)];
    for (cell, letter) in cells.iter_mut().zip(span.content.chars()) {
        cell.set_char(letter).set_style(span.style);
    }
    span.content.len().min(area.width.into())
}

/// What is left of a row behind so many columns.
fn from(row: Rect, columns: usize) -> Rect {
    let columns = u16::try_from(columns).unwrap_or(u16::MAX).min(row.width);
    Rect {
        x: row.x + columns,
        width: row.width - columns,
        ..row
    }
}

/// The text with all that was looked for underlined: it differs from a selected row without colours.
fn marked<'a>(text: &'a str, wanted: Option<&Wanted>, style: Style) -> Vec<Span<'a>> {
    let hit = style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
    let mut spans = Vec::new();
    let mut done = 0;
    for place in wanted.map(|wanted| wanted.places(text)).unwrap_or_default() {
        spans.push(Span::styled(&text[done..place.start], style));
        spans.push(Span::styled(&text[place.clone()], hit));
        done = place.end;
    }
    spans.push(Span::styled(&text[done..], style));
    spans
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Cell;

    use super::*;

    /// Columns alone: how wide the widest cell is, and how soon each is given up.
    struct Wide([(Column, usize); 4]);

    impl Wide {
        fn of(widest: [usize; 4]) -> Self {
            let column = |heading, min, max, given_up| Column {
                heading,
                min,
                max,
                given_up,
            };
            let [number, card, tier, name] = widest;
            Self([
                (column("NUMBER", 64, 64, 0), number),
                (column("CARD", 64, 64, 1), card),
                (column("STATUS", 6, 10, 0), tier),
                (column("NAME", 8, 20, 2), name),
            ])
        }

        fn headings(&self, room: usize) -> Vec<&'static str> {
            let shown = layout(room, self);
            let headings = shown.iter().map(|(column, _)| self.0[*column].0.heading);
            headings.collect()
        }

        fn widths(&self, room: usize) -> Vec<usize> {
            layout(room, self).iter().map(|(_, width)| *width).collect()
        }
    }

    impl Rows for Wide {
        fn count(&self) -> usize {
            0
        }

        fn columns(&self) -> impl Iterator<Item = &Column> {
            self.0.iter().map(|(column, _)| column)
        }

        fn widest(&self, column: usize) -> usize {
            self.0[column].1
        }

        fn cell<'a>(
            &'a self,
            _at: (usize, usize),
            _room: &'a mut String,
            _theme: &Theme,
        ) -> (&'a str, Style) {
            ("", Style::new())
        }
    }

    #[test]
    fn columns_give_way_in_their_order_and_none_is_wider_than_what_it_holds() {
        let usual = Wide::of([11, 16, 10, 30]);
        assert_eq!(usual.headings(60), ["NUMBER", "CARD", "STATUS", "NAME"]);
        assert_eq!(usual.widths(60), [11, 16, 10, 20]);
        assert_eq!(usual.widths(50), [11, 16, 10, 10], "the last ones get less");
        assert_eq!(usual.widths(45), [11, 16, 7, 8]);
        assert_eq!(usual.headings(43), ["NUMBER", "CARD", "STATUS"]);
        assert_eq!(usual.headings(30), ["NUMBER", "STATUS"]);
        assert_eq!(usual.widths(10), [3, 6], "the widest is cut");
        assert_eq!(Wide::of([3, 4, 6, 5]).widths(200), [3, 4, 6, 5]);
    }

    #[test]
    fn what_must_not_be_cut_is_given_up_before() {
        for (number, card) in [(1, 16), (11, 16), (20, 19), (40, 16)] {
            let wide = Wide::of([number, card, 10, 30]);
            for room in 57..200 {
                let shown = layout(room, &wide);
                assert_eq!(shown[0], (0, number), "{room}");
                let shown = shown.iter().find(|(column, _)| *column == 1);
                assert!(shown.is_none_or(|(_, width)| *width == card), "{room}");
            }
        }
    }

    #[test]
    fn a_piece_is_written_as_the_library_writes_it() {
        let area = Rect::new(2, 0, 9, 1);
        let style = Style::new().bold().reversed();
        for text in [
            "",
            "SILVER",
            "longer than it",
            "Ünal",
            "王芳王芳王芳",
            "a\u{301}b",
        ] {
            for area in [area, from(area, 6), from(area, 9)] {
                let span = Span::styled(text, style);
                let mut ours = Buffer::filled(Rect::new(0, 0, 11, 1), Cell::new("·"));
                let mut theirs = ours.clone();
                let used = write(&mut ours, area, &span);
                let (x, _) = theirs.set_span(area.x, area.y, &span, area.width);
                assert_eq!(ours, theirs, "{text}");
                assert_eq!(used, usize::from(x - area.x), "{text}");
            }
        }
    }

    #[test]
    fn what_was_looked_for_is_marked_in_the_cells() {
        let marked = |text: &str, wanted: &str| -> Vec<(String, bool)> {
            let hit = Style::new().underlined().bold();
            let spans = marked(text, Some(&Wanted::of(wanted)), Style::new());
            let spans = spans.iter().filter(|span| !span.content.is_empty());
            spans
                .map(|span| (span.content.to_string(), span.style == hit))
                .collect()
        };
        let said = |parts: &[(&str, bool)]| -> Vec<(String, bool)> {
            parts
                .iter()
                .map(|(text, hit)| ((*text).to_owned(), *hit))
                .collect()
        };
        assert_eq!(
            marked("CLASSIC", "s"),
            said(&[("CLA", false), ("S", true), ("S", true), ("IC", false)])
        );
        assert_eq!(marked("CLASSIC", ""), said(&[("CLASSIC", false)]));
        assert_eq!(marked("CLASSIC", "gold"), said(&[("CLASSIC", false)]));
        assert_eq!(marked("王芳", "芳"), said(&[("王", false), ("芳", true)]));
        assert_eq!(
            marked("İZMİR", "zm"),
            said(&[("İ", false), ("ZM", true), ("İR", false)])
        );
    }
}
