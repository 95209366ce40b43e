//! The kits table: which columns fit, which rows are in sight. Only what is in sight is drawn.

mod view;
mod wanted;

use std::borrow::Cow;
use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::lines;
use super::text::{columns, cut, fit, is_printable_ascii};
use crate::console::theme::{Scope, Theme};
use crate::dcms::{Kit, Status, Text};
use crate::desk::Tie;
pub use crate::desk::review::shown;
pub use view::View;
use view::Widths;
use wanted::Wanted;

/// A column: heading, narrowest and widest, and how dearly it is given up (the higher, the sooner).
struct Column {
    heading: &'static str,
    min: usize,
    max: usize,
    worth: u8,
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

impl Column {
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

/// A number is never cut: none is longer.
const WHOLE: usize = 64;

/// A sign of one byte that is as wide on every terminal: a list has many of them.
const NOTHING: &str = "-";

const COLUMNS: [Column; 8] = [
    Column {
        heading: NUMBER,
        min: WHOLE,
        max: WHOLE,
        worth: 0,
        says: Says::Own(|kit, room| room.push_str(kit.kit_no.as_str())),
        key: |kit| {
            let number = kit.kit_no.as_str();
            Some(Key::Number(number.len(), number))
        },
    },
    Column {
        heading: STATUS,
        min: 11,
        max: 14,
        worth: 0,
        // By sign and word, so that no colour is needed.
        says: Says::Own(|kit, room| {
            room.push(sign(&kit.status));
            room.push(' ');
            room.push_str(&kit.status.word());
        }),
        key: |kit| Some(Key::Text(kit.status.word())),
    },
    Column {
        heading: "CARD",
        min: WHOLE,
        max: WHOLE,
        worth: 1,
        says: Says::Own(|kit, room| put(kit.card.as_ref(), room)),
        key: |kit| Some(Key::Text(kit.card.as_ref()?.to_string().into())),
    },
    Column {
        heading: "PRODUCT",
        min: 8,
        max: 24,
        worth: 6,
        says: Says::Shared(|kit| kit.product_name.as_ref()),
        key: |kit| text_key(kit.product_name.as_ref()),
    },
    Column {
        heading: "TIER",
        min: 10,
        max: 14,
        worth: 3,
        says: Says::Shared(|kit| kit.tier.as_ref()),
        key: |kit| text_key(kit.tier.as_ref()),
    },
    Column {
        heading: "TYPE",
        min: 8,
        max: 8,
        worth: 5,
        says: Says::Shared(|kit| kit.card_type.as_ref()),
        key: |kit| text_key(kit.card_type.as_ref()),
    },
    Column {
        heading: "EXPIRY",
        min: 6,
        max: 6,
        worth: 2,
        says: Says::Own(|kit, room| put(kit.expiry.as_ref(), room)),
        key: |kit| {
            let text = kit.expiry?.mmyy();
            let (month, year) = text.split_at(2);
            Some(Key::Text(format!("{year}{month}").into()))
        },
    },
    Column {
        heading: "NAME ON CARD",
        min: 14,
        max: 26,
        worth: 7,
        says: Says::Shared(|kit| kit.alias.as_ref()),
        key: |kit| text_key(kit.alias.as_ref()),
    },
];

const NUMBER: &str = "KIT NUMBER";
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

/// What is said of a kit that is not its status.
fn cell_style(kit: &Kit, theme: &Theme) -> Style {
    theme.of(match kit.status {
        Status::Replaced => Scope::Muted,
        _ => Scope::Text,
    })
}

/// What a row is to the selected one, if the two belong together: by sign, and in words.
fn tied_to(tie: &Tie, kit: &Kit) -> Option<(&'static str, &'static str)> {
    let (other, said) = match tie {
        Tie::ReplacedBy(other) => (other, ("→", "took its place")),
        Tie::InPlaceOf(other) => (other, ("←", "was replaced by it")),
    };
    (*other == kit.kit_no).then_some(said)
}

/// Between two columns.
fn gap(room: usize) -> usize {
    if room < 90 { 1 } else { 2 }
}

/// Columns with the widths that they get in `room`: those of least worth give way first, and none is
/// wider than what it holds.
fn layout(room: usize, widest: &Widths) -> Vec<(&'static Column, usize)> {
    let gap = gap(room);
    let mut kept: Vec<(&Column, usize, usize)> = COLUMNS
        .iter()
        .zip(widest)
        .map(|(column, widest)| (column, column.min.min(*widest), *widest))
        .collect();
    let total = |kept: &[(&Column, usize, usize)]| {
        kept.iter().map(|(_, width, _)| width + gap).sum::<usize>() - gap
    };
    while total(&kept) > room && kept.len() > 2 {
        let (least, _) = kept
            .iter()
            .enumerate()
            .max_by_key(|(_, (column, ..))| column.worth)
            .expect("there are more than two");
        kept.remove(least);
    }
    // Longer than a row is no number that anybody has.
    kept[0].1 -= total(&kept).saturating_sub(room).min(kept[0].1);
    let mut spare = room.saturating_sub(total(&kept));
    for (_, width, widest) in &mut kept {
        let more = spare.min(widest.saturating_sub(*width));
        *width += more;
        spare -= more;
    }
    kept.into_iter()
        .map(|(column, width, _)| (column, width))
        .collect()
}

/// The kits of a table, and what of them is to be seen.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    /// As the DCMS sent them.
    pub kits: &'a [Kit],
    /// Which of them, in which order.
    pub view: &'a View,
    /// The row that the next key is about.
    pub selected: usize,
    /// Whether the keys go here.
    pub has_focus: bool,
}

impl Table<'_> {
    /// The first row to be drawn where so many have room and this one was the first before.
    #[must_use]
    pub fn first(&self, rows: usize, before: usize) -> usize {
        before
            .min(self.view.len().saturating_sub(rows))
            .min(self.selected)
            .max((self.selected + 1).saturating_sub(rows))
    }

    /// Draws the heading and the rows from `first` on.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, first: usize, theme: &Theme) {
        let room = usize::from(area.width.saturating_sub(1));
        let (columns, gap) = (layout(room, self.view.widths()), gap(room));
        self.view.shows(|column| {
            let mut shown = columns.iter();
            shown.any(|(one, _)| one.heading == column.heading)
        });
        self.draw_heading(frame, area, &columns, gap, theme);
        let rows = usize::from(area.height.saturating_sub(1));
        let selected = self.view.kit(self.selected);
        let selected = selected.and_then(|kit| self.kits.get(kit));
        let tie = selected.and_then(|kit| self.view.tie(kit));
        for (place, y) in (first..self.view.len()).take(rows).zip(area.y + 1..) {
            let Some(kit) = self.view.kit(place).and_then(|kit| self.kits.get(kit)) else {
                continue;
            };
            let row = Rect {
                y,
                height: 1,
                ..area
            };
            let is_selected = place == self.selected;
            let style = cell_style(kit, theme);
            let (pointer, lit) = lines::pointer(is_selected, self.has_focus, style);
            let tied = tie.and_then(|tie| tied_to(tie, kit));
            let mark = tied.map(|(sign, _)| Span::styled(sign, theme.of(Scope::Accent)));
            frame.render_widget(mark.unwrap_or(pointer), row);
            // What lies between two cells is blank already: to write it would be most of the work.
            let mut rest = from(row, 1);
            for (column, width) in &columns {
                let style = match column.heading {
                    NUMBER => lit,
                    // In a list, colour is for what wants a look.
                    STATUS if kit.status != Status::Active => theme.of(scope(&kit.status)),
                    _ => style,
                };
                self.draw_cell(frame, rest, (kit, column, *width), style);
                rest = from(rest, width + gap);
            }
            if let Some((sign, words)) = tied {
                let said = Span::styled(format!("{sign} {words}"), theme.of(Scope::Accent));
                if said.width() <= rest.width.into() {
                    frame.render_widget(said, rest);
                }
            }
        }
    }

    fn draw_heading(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        columns: &[(&Column, usize)],
        gap: usize,
        theme: &Theme,
    ) {
        let mut spans = vec![Span::raw(" ")];
        for (column, width) in columns {
            let sort = self.view.sort();
            let sort = sort.filter(|sort| COLUMNS[sort.column].heading == column.heading);
            let (sign, scope) = match sort {
                Some(sort) if sort.is_down => ("▼", Scope::Accent),
                Some(_) => ("▲", Scope::Accent),
                None => ("", Scope::Muted),
            };
            let text = fit(&format!("{}{sign}", column.heading), width + gap);
            spans.push(Span::styled(text, theme.of(scope)));
        }
        frame.render_widget(Line::from(spans), Rect { height: 1, ..area });
    }

    /// A cell with what fits the filter marked.
    fn draw_cell(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        (kit, column, width): (&Kit, &Column, usize),
        style: Style,
    ) {
        let mut room = String::new();
        let text = column.text(kit, &mut room);
        let text = if columns(text) > width {
            Cow::Owned(cut(text, width))
        } else {
            Cow::Borrowed(text)
        };
        let mut rest = area;
        for span in marked(&text, self.view.wanted(), style) {
            let used = write(frame.buffer_mut(), rest, &span);
            rest = from(rest, used);
        }
    }
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

/// The text with all that was looked for turned round, as `less` marks what it has found: whatever the
/// colours, they read as well.
fn marked<'a>(text: &'a str, wanted: &Wanted, style: Style) -> Vec<Span<'a>> {
    let hit = if style.add_modifier.contains(Modifier::REVERSED) {
        style.not_reversed()
    } else {
        style.reversed()
    };
    let mut spans = Vec::new();
    let mut done = 0;
    for place in wanted.places(text) {
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

    fn headings(room: usize) -> Vec<&'static str> {
        let usual = |column: Column| match column.heading {
            NUMBER => 11,
            "CARD" => 16,
            _ => column.max,
        };
        layout(room, &COLUMNS.map(usual))
            .iter()
            .map(|(column, _)| column.heading)
            .collect()
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
    fn columns_give_way_in_order_of_worth() {
        assert!(headings(116).contains(&"NAME ON CARD"));
        assert!(!headings(76).contains(&"NAME ON CARD"));
        for needed in [
            "KIT NUMBER",
            "CARD",
            "PRODUCT",
            "TIER",
            "TYPE",
            "STATUS",
            "EXPIRY",
        ] {
            assert!(headings(76).contains(&needed), "{needed}");
        }
        assert_eq!(headings(10), ["KIT NUMBER", "STATUS"]);
    }

    #[test]
    fn a_number_is_never_cut() {
        for (number, card) in [(1, 16), (11, 16), (20, 19), (40, 16)] {
            let mut widest = COLUMNS.map(|column| column.max);
            widest[0] = number;
            widest[2] = card;
            for room in 57..200 {
                let columns = layout(room, &widest);
                assert_eq!(columns[0].1, number, "{room}");
                let shown = columns.iter().find(|(column, _)| column.heading == "CARD");
                assert!(shown.is_none_or(|(_, width)| *width == card), "{room}");
            }
        }
        let columns = layout(57, &COLUMNS.map(|column| column.max));
        assert_eq!(
            columns.iter().map(|(_, width)| width + 1).sum::<usize>(),
            58
        );
    }

    #[test]
    fn what_was_looked_for_is_marked_in_the_cells() {
        let marked = |text: &str, wanted: &str| -> Vec<(String, bool)> {
            let hit = Style::new().reversed();
            let spans = marked(text, &Wanted::of(wanted), Style::new());
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
