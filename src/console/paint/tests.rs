//! What is written must show what was drawn, whatever was shown before, and must be little.

use std::io::{self, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier, Style};

use super::{Codes, Painter, TermCaps};

const SIZE: (u16, u16) = (40, 12);
const FULL: TermCaps = TermCaps {
    codes: Codes::Full,
    erases_with_ground: true,
    signs: super::Signs::All,
};

/// What has been written, for the painter and the test.
#[derive(Clone, Default)]
struct Line(Arc<Mutex<Vec<u8>>>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A painter and a terminal that understands it.
struct Desk {
    painter: Painter<Line>,
    line: Line,
    screen: vt100::Parser,
}

impl Desk {
    fn new(tongue: TermCaps) -> Self {
        let line = Line::default();
        let some = |count| NonZeroU16::new(count).expect("not none");
        let (columns, rows) = (some(SIZE.0), some(SIZE.1));
        let measure = || Ok(Size::new(SIZE.0, SIZE.1));
        Self {
            painter: Painter::new(line.clone(), measure, tongue),
            line,
            screen: vt100::Parser::new(rows, columns, 0),
        }
    }

    /// Draws a picture; returns how many bytes that took.
    fn draw(&mut self, picture: &Buffer, cursor: Option<Position>) -> usize {
        self.painter
            .show(|frame| {
                frame.buffer_mut().merge(picture);
                if let Some(cursor) = cursor {
                    frame.set_cursor_position(cursor);
                }
            })
            .expect("a line takes everything");
        let bytes = std::mem::take(&mut *self.line.0.lock().expect("one thread"));
        self.screen.process(&bytes);
        bytes.len()
    }

    #[track_caller]
    fn must_show(&self, picture: &Buffer, cursor: Option<Position>) {
        let screen = self.screen.screen();
        for y in 0..SIZE.1 {
            let mut covered = 0;
            for x in 0..SIZE.0 {
                let cell = &picture[(x, y)];
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                let seen = screen.cell(y, x).expect("on the screen");
                let said = if seen.contents().is_empty() {
                    " "
                } else {
                    seen.contents()
                };
                assert_eq!(said, cell.symbol(), "at {x}, {y}\n{}", screen.contents());
                assert_eq!(seen.bgcolor(), colour(cell.bg), "ground at {x}, {y}");
                let weight = cell.modifier;
                assert_eq!(seen.underline(), weight.contains(Modifier::UNDERLINED));
                if said != " " {
                    assert_eq!(seen.fgcolor(), colour(cell.fg), "fg at {x}, {y}");
                    assert_eq!(seen.bold(), weight.contains(Modifier::BOLD));
                }
                covered = unicode_width::UnicodeWidthStr::width(cell.symbol()) - 1;
            }
        }
        assert_eq!(screen.hide_cursor(), cursor.is_none());
        if let Some(Position { x, y }) = cursor {
            assert_eq!(screen.cursor_position(), (y, x));
        }
    }
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Red => vt100::Color::Idx(1),
        _ => vt100::Color::Default,
    }
}

const STYLES: [Style; 5] = [
    Style::new()
        .fg(Color::Rgb(215, 218, 224))
        .bg(Color::Rgb(21, 24, 30)),
    Style::new()
        .fg(Color::Rgb(143, 209, 138))
        .bg(Color::Rgb(21, 24, 30)),
    Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
    Style::new().add_modifier(Modifier::UNDERLINED),
    Style::new()
        .fg(Color::Rgb(1, 2, 3))
        .bg(Color::Rgb(43, 49, 64))
        .add_modifier(Modifier::BOLD),
];
const WORDS: [&str; 8] = [
    "10930010477",
    "● ACTIVE",
    "王芳王",
    "    ",
    "a",
    "Zoe\u{301} N",
    "│",
    "608040XXXXXX6384          07/29",
];

/// Something that happens to a picture.
#[derive(Debug, Clone)]
enum Change {
    Word {
        x: u16,
        y: u16,
        word: usize,
        style: usize,
    },
    Ground {
        style: usize,
    },
    /// Rows move, as in a list.
    Scroll {
        top: u16,
        bottom: u16,
        by: i16,
    },
    Nothing,
}

fn change() -> impl Strategy<Value = Change> {
    let place = (0..SIZE.0, 0..SIZE.1);
    prop_oneof![
        8 => (place, 0..WORDS.len(), 0..STYLES.len())
            .prop_map(|((x, y), word, style)| Change::Word { x, y, word, style }),
        1 => (0..STYLES.len()).prop_map(|style| Change::Ground { style }),
        4 => (0..4_u16, 6..SIZE.1, -3..4_i16)
            .prop_map(|(top, bottom, by)| Change::Scroll { top, bottom, by }),
        1 => Just(Change::Nothing),
    ]
}

fn apply(picture: &mut Buffer, change: &Change) {
    match *change {
        Change::Word { x, y, word, style } => {
            // How one wide character cuts another, and in which colour, is up to ratatui.
            let x = if WORDS[word].starts_with('王') {
                x & !1
            } else {
                x
            };
            picture.set_stringn(x, y, WORDS[word], usize::from(SIZE.0 - x), STYLES[style]);
        }
        Change::Ground { style } => picture.set_style(picture.area, STYLES[style]),
        Change::Scroll { top, bottom, by } => {
            let before = picture.clone();
            for y in top..=bottom {
                let from = y
                    .checked_add_signed(by)
                    .filter(|from| (top..=bottom).contains(from));
                for x in 0..SIZE.0 {
                    picture[(x, y)] = match from {
                        Some(from) => before[(x, from)].clone(),
                        None => before[(SIZE.0 - 1, y)].clone(),
                    };
                }
            }
        }
        Change::Nothing => {}
    }
}

/// Half of a wide character can't be drawn: it becomes a blank, as ratatui's widgets leave it.
fn whole(picture: &mut Buffer) {
    for y in 0..SIZE.1 {
        let mut covered = 0;
        for x in 0..SIZE.0 {
            if covered > 0 {
                covered -= 1;
                picture[(x, y)].set_symbol(" ");
                continue;
            }
            let width = unicode_width::UnicodeWidthStr::width(picture[(x, y)].symbol());
            if width == 0 || usize::from(x) + width > SIZE.0.into() {
                picture[(x, y)].set_symbol(" ");
            }
            covered = width.saturating_sub(1);
            // Every picture is drawn on ground; nothing is left from the one before.
            let cell = &mut picture[(x, y)];
            if cell.symbol() == " " && cell.bg == Color::Reset && cell.modifier.is_empty() {
                cell.set_style(STYLES[0]);
            }
        }
    }
}

/// Bare ground, as every picture of the console begins.
fn blank() -> Buffer {
    let mut picture = Buffer::empty(Size::new(SIZE.0, SIZE.1).into());
    picture.set_style(picture.area, STYLES[0]);
    picture
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_terminal_shows_what_was_drawn(
        steps in prop::collection::vec(prop::collection::vec(change(), 1..5), 1..12),
        cursor in prop::option::of((0..SIZE.0, 0..SIZE.1)),
        erases_with_ground: bool,
    ) {
        let mut desk = Desk::new(TermCaps { erases_with_ground, ..FULL });
        let mut picture = blank();
        let cursor = cursor.map(Position::from);
        for (place, step) in steps.iter().enumerate() {
            for change in step {
 apply(&mut picture, change); }
            whole(&mut picture);
            if place == 5 {
                desk.painter.start_over();
            }
            // The cursor comes and goes.
            let cursor = cursor.filter(|_| place % 3 != 1);
            desk.draw(&picture, cursor);
            desk.must_show(&picture, cursor);
            prop_assert_eq!(desk.draw(&picture, cursor), 0, "the same picture again");
        }
    }
}

/// A list of so many rows, from one on, in a frame.
fn list(first: usize) -> Buffer {
    let mut picture = blank();
    picture.set_string(
        0,
        0,
        "╭ Kits ──────────────────────────────────╮",
        STYLES[0],
    );
    for y in 1..SIZE.1 - 1 {
        let number = first + usize::from(y);
        picture.set_string(0, y, "│", STYLES[0]);
        picture.set_string(SIZE.0 - 1, y, "│", STYLES[0]);
        picture.set_string(
            2,
            y,
            format!("kit {} of a customer", number * 7919),
            STYLES[0],
        );
    }
    picture
}

#[test]
fn rows_that_only_moved_are_not_written_again() {
    let mut desk = Desk::new(FULL);
    desk.draw(&list(0), None);
    for first in [1, 2, 3, 2, 1] {
        let bytes = desk.draw(&list(first), None);
        desk.must_show(&list(first), None);
        assert!(bytes < 70, "{bytes} bytes for one new row of forty columns");
    }
    let bytes = desk.draw(&list(8), None);
    desk.must_show(&list(8), None);
    assert!(bytes < 350, "{bytes} bytes for seven new rows");
}

#[test]
fn a_step_that_scrolls_writes_little_more_than_the_new_row() {
    let step = |at: usize| {
        let mut picture = blank();
        let last = SIZE.1 - 2;
        for y in 1..=last {
            let number = format!("{}", (at + usize::from(y)) * 7919 + 1_000_000);
            picture.set_string(1, y, &number, STYLES[0]);
            picture.set_string(10, y, "of a customer", STYLES[0]);
            if y == last {
                let turned = STYLES[0].add_modifier(Modifier::UNDERLINED);
                picture.set_string(1, y, &number, turned);
            }
        }
        picture.set_string(30, SIZE.1 - 1, format!("{at:>3} of 300"), STYLES[0]);
        picture
    };
    let mut desk = Desk::new(FULL);
    desk.draw(&step(100), None);
    let mut sizes = Vec::new();
    for at in 101..120 {
        sizes.push(desk.draw(&step(at), None));
        desk.must_show(&step(at), None);
    }
    // 22 of the row, 6 of the number that is turned round, up to 3 of the place; the rest are the ways
    // between.
    let usual = &sizes[1..];
    assert!(usual.iter().all(|size| *size <= 60), "{sizes:?}");
}

#[test]
fn a_copy_goes_to_the_clipboard_once() {
    let mut desk = Desk::new(FULL);
    let line = desk.line.clone();
    let written = |desk: &mut Desk| {
        desk.painter
            .show(|frame| frame.buffer_mut().merge(&list(0)))
            .expect("written");
        std::mem::take(&mut *line.0.lock().expect("one thread"))
    };
    written(&mut desk);
    desk.painter.put_into_clipboard("Receipt\n");
    assert_eq!(written(&mut desk), b"\x1b]52;c;UmVjZWlwdAo=\x07");
    assert!(written(&mut desk).is_empty());
}

#[test]
fn much_is_shown_at_once_and_little_goes_without_the_marks() {
    let mut desk = Desk::new(FULL);
    let line = desk.line.clone();
    desk.painter
        .show(|frame| frame.buffer_mut().merge(&list(0)))
        .expect("written");
    let first = std::mem::take(&mut *line.0.lock().expect("one thread"));
    assert!(first.starts_with(b"\x1b[?2026h") && first.ends_with(b"\x1b[?2026l"));
    desk.painter
        .show(|frame| frame.buffer_mut().merge(&list(1)))
        .expect("written");
    let second = std::mem::take(&mut *line.0.lock().expect("one thread"));
    assert!(!second.is_empty() && !second.windows(4).any(|four| four == b"2026"));
}

/// A terminal for which every character takes one column, as there are some for Tamil, and one more
/// reading of the few codes that are written.
struct Simple {
    cells: Vec<Vec<char>>,
    at: (usize, usize),
}

impl Simple {
    fn new() -> Self {
        let row = vec![' '; SIZE.0.into()];
        Self {
            cells: vec![row; SIZE.1.into()],
            at: (0, 0),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let (x, y) = self.at;
            match c {
                '\x1b' => {
                    assert_eq!(chars.next(), Some('['));
                    let mut said = String::new();
                    let code = loop {
                        match chars.next().expect("a whole code") {
                            code if code.is_ascii_alphabetic() => break code,
                            more => said.push(more),
                        }
                    };
                    let numbers: Vec<usize> =
                        said.split(';').filter_map(|n| n.parse().ok()).collect();
                    let first = numbers.first().copied().unwrap_or(1);
                    match code {
                        'H' => self.at = (numbers.get(1).copied().unwrap_or(1) - 1, first - 1),
                        'A' => self.at.1 -= first,
                        'B' => self.at.1 += first,
                        'C' => self.at.0 += first,
                        'D' => self.at.0 -= first,
                        'K' => self.cells[y][x..].fill(' '),
                        _ => {}
                    }
                }
                '\r' => self.at.0 = 0,
                '\x08' => self.at.0 -= 1,
                c => {
                    if let Some(cell) = self.cells[y].get_mut(x) {
                        *cell = c;
                    }
                    self.at.0 += 1;
                }
            }
        }
    }

    fn row(&self, y: usize) -> String {
        self.cells[y]
            .iter()
            .collect::<String>()
            .trim_end()
            .to_owned()
    }
}

#[test]
fn a_terminal_with_other_widths_keeps_its_columns_and_no_letters_of_before() {
    let named = |name: &str| {
        let mut picture = blank();
        picture.set_string(0, 3, name, STYLES[0]);
        picture.set_string(20, 3, "4561789", STYLES[0]);
        picture.set_string(0, 4, "always here", STYLES[0]);
        picture
    };
    let mut desk = Desk::new(FULL);
    let mut simple = Simple::new();
    for name in [
        "மீனா குமாரி",
        "Ann",
        "王芳",
        "Zoë 👩‍🚀 N",
        "Meena Iyer",
        "मीना",
        "A",
    ] {
        let line = desk.line.clone();
        desk.painter
            .show(|frame| frame.buffer_mut().merge(&named(name)))
            .expect("written");
        simple.take(&std::mem::take(&mut *line.0.lock().expect("one thread")));
        let row = simple.row(3);
        let at = row.chars().position(|c| c == '4');
        assert_eq!(at, Some(20), "{name}: {row}");
        if name.is_ascii() {
            let gap = " ".repeat(20 - name.len());
            assert_eq!(row, format!("{name}{gap}4561789"));
        }
        assert_eq!(simple.row(4), "always here");
    }
}
