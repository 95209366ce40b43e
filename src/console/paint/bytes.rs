//! Bytes for the terminal in the making: where its cursor is, which style is set, and the shortest
//! way to another place. Only moves that a VT100 knows.

use unicode_width::UnicodeWidthStr as _;

use super::cell_style::{CellStyle, Codes, change};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Whether every terminal gives it one column. About wide and composed characters their tables differ.
pub(super) fn is_one_column(symbol: &str) -> bool {
    symbol.len() == 1 || (symbol.chars().nth(1).is_none() && symbol.width() == 1)
}

pub(super) struct Bytes {
    codes: Codes,
    /// The mark for showing all at once comes first, and is left out where it is not worth it.
    out: Vec<u8>,
    style: Option<CellStyle>,
    at: Option<At>,
    /// The rows that scroll, where not all do.
    region: Option<(u16, u16)>,
}

#[derive(Clone, Copy)]
struct At {
    x: u16,
    y: u16,
    /// Whether what was written since the last move takes as many columns on every terminal.
    is_sure: bool,
}

impl Bytes {
    pub(super) fn new(codes: Codes) -> Self {
        Self {
            codes,
            out: BEGIN.to_vec(),
            style: None,
            at: None,
            region: None,
        }
    }

    /// The same terminal with nothing written yet: to find out what something would take.
    pub(super) fn branch(&self) -> Self {
        Self {
            out: Vec::new(),
            ..*self
        }
    }

    /// Goes on as a branch did.
    pub(super) fn add(&mut self, branch: &Self) {
        self.out.extend_from_slice(&branch.out);
        (self.style, self.at) = (branch.style, branch.at);
    }

    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    pub(super) fn style(&self) -> Option<CellStyle> {
        self.style
    }

    /// The row that the cursor is in, where that is known.
    pub(super) fn row(&self) -> Option<u16> {
        self.at.map(|at| at.y)
    }

    /// Nothing is known of the terminal any more; all of its rows scroll.
    pub(super) fn reset(&mut self) {
        self.style = None;
        self.at = None;
        self.region = None;
        self.put("\x1b[r");
    }

    pub(super) fn put(&mut self, code: &str) {
        self.out.extend_from_slice(code.as_bytes());
    }

    /// Lets only these rows scroll, from `top` to `bottom`. The cursor goes home by it, which is not
    /// the same place on every terminal.
    pub(super) fn region(&mut self, top: u16, bottom: u16) {
        if self.region != Some((top, bottom)) {
            self.put(&format!("\x1b[{};{}r", top + 1, bottom + 1));
            self.region = Some((top, bottom));
            self.at = None;
        }
    }

    /// Steps up and down end where the rows end that scroll; on some terminals they do so from outside
    /// of these rows as well.
    fn can_step(&self, from: u16, to: u16) -> bool {
        self.region.is_none_or(|(top, bottom)| {
            let rows = top..=bottom;
            from == to || (rows.contains(&from) && rows.contains(&to))
        })
    }

    pub(super) fn take(&mut self, style: CellStyle) {
        let code = change(self.style, style, self.codes);
        self.put(&code);
        self.style = Some(style);
    }

    /// A style with which blanks look like this; the one in use, if it will do.
    pub(super) fn take_for_blanks(&mut self, style: CellStyle) {
        match self.style {
            Some(now) if now.is_same_on_blanks(style) => {}
            Some(now) if style.is_bare() => self.take(now.bare_on(style.bg)),
            _ => self.take(style),
        }
    }

    pub(super) fn go(&mut self, x: u16, y: u16) {
        let way = self.way(x, y);
        if !way.is_empty() {
            self.put(&way);
            self.at = Some(At {
                x,
                y,
                is_sure: true,
            });
        }
    }

    /// The shortest way to a place; none where the cursor is there.
    fn way(&self, x: u16, y: u16) -> String {
        let way = match (x, y) {
            (0, 0) => "\x1b[H".to_owned(),
            (0, y) => format!("\x1b[{}H", y + 1),
            (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        match self.at {
            Some(at) if at.x == x && at.y == y => String::new(),
            Some(at) if self.can_step(at.y, y) => {
                let steps = relative(at, x, y);
                if steps.len() < way.len() { steps } else { way }
            }
            _ => way,
        }
    }

    /// How many columns the cursor is to the left of a place, if it is there for certain.
    pub(super) fn columns_before(&self, x: u16, y: u16) -> Option<u16> {
        let at = self.at.filter(|at| at.y == y && at.is_sure)?;
        x.checked_sub(at.x)
    }

    /// How many bytes it takes to be at a place with a style.
    pub(super) fn cost(&self, x: u16, y: u16, style: CellStyle) -> usize {
        self.way(x, y).len() + self.cost_of(Some(style))
    }

    /// How many bytes it takes to set this style, if any.
    pub(super) fn cost_of(&self, style: Option<CellStyle>) -> usize {
        style.map_or(0, |style| change(self.style, style, self.codes).len())
    }

    /// Writes a cell. Behind one that terminals may draw wider or narrower, and behind the last
    /// column, nobody knows where the cursor is.
    pub(super) fn symbol(&mut self, symbol: &str, width: u16) {
        if symbol.is_empty() {
            return;
        }
        self.put(symbol);
        let is_one = is_one_column(symbol);
        let is_sure = symbol.is_ascii();
        self.at = self
            .at
            .filter(|at| is_one && at.x + 1 < width)
            .map(|at| At {
                x: at.x + 1,
                is_sure: at.is_sure && is_sure,
                ..at
            });
    }

    /// Whether nobody knows where the cursor is.
    pub(super) fn is_lost(&self) -> bool {
        self.at.is_none()
    }

    /// What is to be written, if anything is; to be shown at once if it is that much.
    pub(super) fn finish(&mut self, at_once_from: usize) -> &[u8] {
        if self.out.len() - BEGIN.len() < at_once_from {
            return &self.out[BEGIN.len()..];
        }
        self.out.extend_from_slice(END);
        &self.out
    }

    /// After it was written.
    pub(super) fn clear(&mut self) {
        self.out.truncate(BEGIN.len());
    }
}

/// Steps from where the cursor is; from the row's start where that is not certain. Never by line
/// feeds, which would scroll.
fn relative(at: At, x: u16, y: u16) -> String {
    let steps = |count: u16, letter: char| match count {
        0 => String::new(),
        1 => format!("\x1b[{letter}"),
        count => format!("\x1b[{count}{letter}"),
    };
    let down = if y >= at.y {
        steps(y - at.y, 'B')
    } else {
        steps(at.y - y, 'A')
    };
    let from_start = format!("\r{}", steps(x, 'C'));
    let across = if !at.is_sure {
        from_start
    } else if x >= at.x {
        let right = steps(x - at.x, 'C');
        if right.len() <= from_start.len() {
            right
        } else {
            from_start
        }
    } else if at.x - x <= 3 {
        "\x08".repeat(usize::from(at.x - x))
    } else {
        let left = steps(at.x - x, 'D');
        if left.len() <= from_start.len() {
            left
        } else {
            from_start
        }
    };
    across + &down
}
