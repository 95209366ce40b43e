//! Writes a picture to the terminal in as few bytes as possible: it scrolls what has scrolled, leaves
//! unchanged cells alone, and writes nothing for an unchanged picture. It knows nothing of the screens.

mod bytes;
mod cell_style;
mod grid;
mod scratch;
mod scroll;
mod signs;
mod symbols;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::ops::Range;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::Frame;
use ratatui::layout::{Position, Size};

use bytes::Bytes;
use cell_style::CellStyle;
pub use cell_style::Codes;
use grid::Grid;
pub use signs::Signs;
use symbols::Symbols;

use super::modes::{Extras, modes_on};
use super::outlet::{Canvas, Paced};
use super::theme::{Depth, is_in_screen};
use crate::config::Env;
use crate::sorting;

/// From how many bytes on the terminal is asked to show a picture at once (mode 2026). Fewer go out in
/// one piece anyway, and the two marks would be a good part of them.
const AT_ONCE_FROM: usize = 512;
/// Cells that stay as they are, but cost less to write once more than to pass over.
const SHORT_GAP: u16 = 4;

/// The most that is drawn, whatever the terminal says of its size: somebody else chooses that, by `stty`
/// or over SSH, and a picture of it is kept in memory. Larger than any screen shows letters.
const LARGEST: Size = Size::new(500, 300);

/// How a terminal is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermCaps {
    /// How colours are said.
    pub codes: Codes,
    /// Whether what is erased takes the ground that is set, as on all terminals but GNU screen.
    pub erases_with_ground: bool,
    /// Which signs it can draw.
    pub signs: Signs,
}

impl TermCaps {
    /// Those of the terminal that these variables tell of: `TERM`, `STY`, `TMUX` and the locale's.
    #[must_use]
    pub fn of(depth: Depth, around: &Env) -> Self {
        let var = |name: &str| around.text(name);
        let codes = match depth {
            Depth::True | Depth::Indexed => Codes::Full,
            Depth::Sixteen => Codes::Short,
            Depth::None => Codes::None,
        };
        Self {
            codes,
            erases_with_ground: !is_in_screen(var),
            signs: Signs::of(var),
        }
    }
}

/// A run of cells in one row that one style can write.
#[derive(Debug, Clone, Copy)]
struct Run {
    y: u16,
    from: u16,
    /// One past the last.
    to: u16,
    style: CellStyle,
}

/// ratatui's way to a terminal that keeps both pictures, the one shown and the one wanted, and
/// writes the way from one to the other when it is flushed.
pub struct Painter<W> {
    out: W,
    measure: Box<dyn Fn() -> io::Result<Size> + Send>,
    tongue: TermCaps,
    /// What sets the terminal up; it comes with every picture that is drawn from nothing.
    modes: String,
    /// Only while a picture is made: it is the thread's.
    wanted: Grid,
    shown: Grid,
    symbols: Symbols,
    bytes: Bytes,
    /// Where the cursor is to be, and whether it is to be seen.
    cursor: Option<Position>,
    is_cursor_shown: Option<bool>,
    /// Nothing is known of what the terminal shows.
    is_fresh: bool,
}

impl<W: Write> Painter<W> {
    /// Writes to `out`; how large the terminal is, `measure` says.
    pub fn new(
        out: W,
        measure: impl Fn() -> io::Result<Size> + Send + 'static,
        tongue: TermCaps,
    ) -> Self {
        Self {
            out,
            measure: Box::new(measure),
            tongue,
            modes: String::new(),
            wanted: Grid::default(),
            shown: Grid::default(),
            symbols: Symbols::default(),
            bytes: Bytes::new(tongue.codes),
            cursor: None,
            is_cursor_shown: None,
            is_fresh: true,
        }
    }

    /// Sets the terminal up for the console before each picture that is drawn from nothing: the terminal may
    /// be another one than before, as after `dtach` was attached again.
    #[must_use]
    pub fn with_extras(mut self, extras: Extras) -> Self {
        self.modes = modes_on(extras);
        self
    }

    /// How much of the terminal is drawn on.
    fn measured(&self) -> io::Result<Size> {
        let size = (self.measure)()?;
        Ok(Size {
            width: size.width.min(LARGEST.width),
            height: size.height.min(LARGEST.height),
        })
    }

    /// Makes room for a picture of this size that is drawn from nothing.
    fn make_room(&mut self, size: Size) {
        // The old one first: one picture of the largest size less at once.
        self.shown = Grid::default();
        self.shown = Grid::blank(size);
        self.is_fresh = true;
    }

    /// Draws a picture and writes what differs from the one that is shown. Says how large it is.
    ///
    /// # Errors
    /// When the terminal can't be measured or written to.
    pub fn show(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<Size> {
        let size = self.measured()?;
        if self.is_fresh || self.shown.size() != size {
            self.make_room(size);
        }
        self.symbols.keep(self.shown.symbols());
        (self.cursor, self.wanted) = scratch::draw(size, draw, |cells, wanted| {
            wanted.take(cells, &self.shown, (self.tongue.signs, &mut self.symbols));
        });
        self.paint();
        scratch::give_back(std::mem::take(&mut self.wanted));
        let written = self.bytes.finish(AT_ONCE_FROM);
        if !written.is_empty() {
            let done = self.out.write_all(written).and_then(|()| self.out.flush());
            self.bytes.clear();
            done?;
        }
        Ok(size)
    }

    /// Takes nothing for known of what the terminal shows: the next picture is drawn from nothing.
    pub fn start_over(&mut self) {
        self.is_fresh = true;
    }

    /// Puts a text into the terminal's clipboard with the next picture, where the terminal takes that.
    pub fn put_into_clipboard(&mut self, text: &str) {
        let text = STANDARD.encode(text);
        self.bytes.put(&format!("\x1b]52;c;{text}\x07"));
    }

    /// The way to the terminal.
    pub fn out_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes the way from the picture that is shown to the one that is wanted.
    fn paint(&mut self) {
        if self.is_fresh {
            self.wanted.touch_all();
        }
        self.wanted.settle();
        if self.is_fresh {
            self.begin();
        } else if let Some(shift) = scroll::find(&self.wanted, &self.shown) {
            self.shift(shift);
        }
        self.erase_unsure();
        self.erase_ends();
        self.write_rows(0..self.wanted.height(), 0);
        self.shown.take_over(&mut self.wanted);
        self.place_cursor();
    }

    /// The whole screen, in the ground that most of it will have.
    fn begin(&mut self) {
        self.is_fresh = false;
        self.is_cursor_shown = None;
        self.bytes.put(&self.modes);
        self.bytes.reset();
        let ground = if self.tongue.erases_with_ground {
            self.wanted.usual_ground()
        } else {
            CellStyle::PLAIN
        };
        self.bytes.take(ground);
        // Row by row: there are terminals that erase a whole screen in their own ground, but a row in
        // the one that is set.
        for y in 0..self.wanted.height() {
            self.bytes.go(0, y);
            self.bytes.put("\x1b[K");
        }
        self.shown.fill(ground);
    }

    /// Lets the terminal move rows that it shows already.
    fn shift(&mut self, shift: scroll::Shift) {
        let scroll::Shift { top, bottom, by } = shift;
        self.shown.shift(top, bottom, by);
        self.wanted.touch(top, bottom);
        // What comes in may have any ground.
        let count = by.unsigned_abs();
        let (stays, fresh) = if by > 0 {
            (top..bottom + 1 - count, bottom + 1 - count..bottom + 1)
        } else {
            (top + count..bottom + 1, top..top + count)
        };
        // First what is nearest. That is the row where the cursor is, and what changes in rows that stay
        // while they are where they were: in a list it is next to the end, to which the cursor has to go.
        if let Some(here) = self.bytes.row().filter(|y| !(top..=bottom).contains(y)) {
            self.write_early(here, 0);
        }
        for y in stays {
            self.write_early(y, by);
        }
        self.bytes.region(top, bottom);
        if by > 0 {
            self.bytes.go(0, bottom);
        } else {
            self.bytes.go(0, top);
        }
        for _ in 0..by.unsigned_abs() {
            // A line feed at the end of the rows that scroll, or a reverse one at their beginning:
            // the oldest way there is, and the only one that all terminals have.
            self.bytes.put(if by > 0 { "\n" } else { "\x1bM" });
        }
        for y in fresh {
            self.erase(y);
        }
    }

    /// Erases a row, in the ground that most of it will have.
    fn erase(&mut self, y: u16) {
        self.bytes.go(0, y);
        let ground = self.wanted.ground_of(y);
        let ground = if self.tongue.erases_with_ground {
            ground
        } else {
            CellStyle::PLAIN
        };
        self.bytes.take_for_blanks(ground);
        self.bytes.put("\x1b[K");
        self.shown
            .fill_row(y, self.bytes.style().unwrap_or(CellStyle::PLAIN));
    }

    fn is_unsure(&self, y: u16) -> bool {
        self.wanted.is_unsure(y, &self.symbols) || self.shown.is_unsure(y, &self.symbols)
    }

    /// Wide or composed characters may be in other columns of the terminal than they should: a row that
    /// has one, before or now, is written again as a whole.
    fn erase_unsure(&mut self) {
        for y in 0..self.wanted.height() {
            let differs = self.wanted.is_touched(y) && self.wanted.differing(&self.shown, y, 0) > 0;
            if differs && self.is_unsure(y) && !self.shown.is_blank(y) {
                self.erase(y);
            }
        }
    }

    /// Writes a row before others move, if it is not to be erased, so many rows below where it belongs.
    fn write_early(&mut self, y: u16, below: i16) {
        self.shown.pass_over_same(y, &mut self.wanted);
        if !self.wanted.is_touched(y) {
            return;
        }
        let (end, _) = self.wanted.blank_end(y);
        if !self.is_unsure(y) && self.wanted.differing(&self.shown, y, end) == 0 {
            self.write_rows(y..y + 1, below);
            self.shown.take_row(y, &mut self.wanted);
        }
    }

    /// Rows that end in nothing are erased to their end.
    fn erase_ends(&mut self) {
        const WORTH: usize = 8;
        for y in 0..self.wanted.height() {
            if !self.wanted.is_touched(y) {
                continue;
            }
            let (from, ground) = self.wanted.blank_end(y);
            let is_sayable = self.tongue.erases_with_ground || ground == CellStyle::PLAIN;
            if is_sayable && self.wanted.differing(&self.shown, y, from) > WORTH {
                self.bytes.go(from, y);
                self.bytes.take_for_blanks(ground);
                self.bytes.put("\x1b[K");
                self.shown.blank_from(y, from, ground);
            }
        }
    }

    /// Writes what differs in these rows, so many rows below where they belong, in the order that takes
    /// the fewest bytes.
    fn write_rows(&mut self, rows: Range<u16>, below: i16) {
        let runs = self.runs(rows);
        let most = usual_style(&runs);
        let orders = Order::ALL
            .into_iter()
            .filter(|order| runs.len() <= order.worth_up_to());
        // The style of most of it is the likeliest to be needed first by the next picture.
        let best = orders
            .map(|order| self.written(&runs, order, below))
            .min_by_key(|bytes| bytes.len() + bytes.cost_of(most));
        if let Some(best) = best {
            self.bytes.add(&best);
        }
    }

    /// The bytes for these runs in an order.
    fn written(&self, runs: &[Run], order: Order, below: i16) -> Bytes {
        let mut bytes = self.bytes.branch();
        let mut left = runs.to_vec();
        if order == Order::Pens {
            sort(&mut left, bytes.style());
        }
        let row = |run: &Run| run.y.saturating_add_signed(below);
        for place in 0..left.len() {
            if order == Order::Nearest {
                let cost =
                    |at: &usize| bytes.cost(left[*at].from, row(&left[*at]), left[*at].style);
                let nearest = (place..left.len()).min_by_key(cost).unwrap_or(place);
                left[place..=nearest].rotate_right(1);
            }
            let run = left[place];
            let from = self.beginning(run, bytes.columns_before(run.from, row(&run)));
            bytes.go(from, row(&run));
            bytes.take(run.style);
            for x in from..run.to {
                let symbol = self.wanted.cell(x, run.y).symbol;
                let mut room = [0; 4];
                let symbol = self.symbols.text(symbol, &mut room);
                if bytes.is_lost() && !symbol.is_empty() {
                    bytes.go(x, row(&run));
                }
                bytes.symbol(symbol, self.wanted.width());
            }
        }
        bytes
    }

    /// What differs in these rows, as runs in the order of the screen.
    fn runs(&self, rows: Range<u16>) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for y in rows.filter(|y| self.wanted.is_touched(*y)) {
            for x in self.wanted.changed(&self.shown, y) {
                let cell = self.wanted.cell(x, y);
                if let Some(last) = runs.last_mut()
                    && last.y == y
                    && last.to + SHORT_GAP >= x
                    && (last.to..=x).all(|x| self.wanted.takes(x, y, last.style))
                {
                    last.to = x + 1;
                    continue;
                }
                let (from, to, style) = (x, x + 1, cell.style);
                runs.push(Run { y, from, to, style });
            }
        }
        runs
    }

    /// From where a run is written where the cursor is so many columns before it: what lies between is
    /// written once more where that is shorter than a move.
    fn beginning(&self, run: Run, before: Option<u16>) -> u16 {
        let start = before.map_or(run.from, |before| run.from - before);
        let is_as_good = |x| {
            self.wanted.takes(x, run.y, run.style) && self.wanted.cell(x, run.y).symbol.is_ascii()
        };
        if run.from - start < SHORT_GAP && (start..run.from).all(is_as_good) {
            start
        } else {
            run.from
        }
    }

    fn place_cursor(&mut self) {
        let is_wanted = self.cursor.is_some();
        if let Some(Position { x, y }) = self.cursor {
            self.bytes.go(x, y);
        }
        if self.is_cursor_shown != Some(is_wanted) {
            self.bytes
                .put(if is_wanted { "\x1b[?25h" } else { "\x1b[?25l" });
            self.is_cursor_shown = Some(is_wanted);
        }
    }
}

/// In which order runs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As they stand.
    Rows,
    /// Colour by colour.
    Pens,
    /// Each time the one that costs the least next.
    Nearest,
}

impl Order {
    const ALL: [Self; 3] = [Self::Rows, Self::Pens, Self::Nearest];

    /// For how many runs it is worth its time.
    fn worth_up_to(self) -> usize {
        match self {
            Self::Rows => usize::MAX,
            Self::Pens => 96,
            Self::Nearest => 24,
        }
    }
}

/// The style of most cells.
fn usual_style(runs: &[Run]) -> Option<CellStyle> {
    let mut styles: Vec<(CellStyle, u16)> = Vec::new();
    for run in runs {
        let cells = run.to - run.from;
        match styles.iter_mut().find(|(style, _)| *style == run.style) {
            Some((_, count)) => *count += cells,
            None => styles.push((run.style, cells)),
        }
    }
    let most = styles.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(style, _)| style)
}

/// Colour by colour: the one in use first, the most used one last, because it is the likeliest to be
/// the first of the next picture.
fn sort(runs: &mut [Run], in_use: Option<CellStyle>) {
    let mut styles: Vec<(CellStyle, usize)> = Vec::new();
    for run in &*runs {
        match styles.iter_mut().find(|(style, _)| *style == run.style) {
            Some((_, count)) => *count += 1,
            None => styles.push((run.style, 1)),
        }
    }
    sorting::sort_by_key(
        &mut styles,
        |(style, count)| if Some(*style) == in_use { 0 } else { *count },
    );
    sorting::sort_by_key(runs, |run| {
        styles.iter().position(|(style, _)| *style == run.style)
    });
}

impl<W: Paced> Paced for Painter<W> {
    fn stuck_since(&self) -> Option<Instant> {
        self.out.stuck_since()
    }

    fn taken(&mut self) -> impl Future<Output = io::Result<()>> {
        self.out.taken()
    }

    fn drop_rest(&mut self) {
        self.out.drop_rest();
    }
}

impl<W: Write + Paced> Canvas for Painter<W> {
    fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<Size> {
        self.show(draw)
    }

    fn forget(&mut self) {
        self.start_over();
    }

    fn copy(&mut self, text: &str) {
        self.put_into_clipboard(text);
    }
}
