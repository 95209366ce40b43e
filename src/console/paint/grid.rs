//! A picture as cells, and how it differs from another.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use foldhash::fast::FixedState;
use ratatui::buffer::Cell;
use ratatui::layout::Size;
use ratatui::style::Modifier;

use super::cell_style::CellStyle;
use super::signs::Signs;
use super::symbols::{Symbol, Symbols};

/// Into how many parts a row is divided where rows are compared as a whole.
pub(super) const PARTS: usize = 6;

/// What a terminal shows in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GridCell {
    pub(super) symbol: Symbol,
    pub(super) style: CellStyle,
}

impl GridCell {
    const BLANK: Self = Self::blank_on(CellStyle::PLAIN);

    const fn blank_on(style: CellStyle) -> Self {
        let symbol = Symbol::BLANK;
        Self { symbol, style }
    }

    /// Whether nobody can see a difference.
    fn looks_like(self, other: Self) -> bool {
        let (style, old) = (self.style, other.style);
        self.symbol == other.symbol
            && (style == old || (self.symbol == Symbol::BLANK && style.is_same_on_blanks(old)))
    }
}

#[derive(Default)]
pub(super) struct Grid {
    width: u16,
    height: u16,
    cells: Vec<GridCell>,
    /// Which of the rows in `cells` comes where, so that rows can move without their cells.
    order: Vec<u16>,
    /// For each row, whether it differs from the picture before.
    touched: Vec<bool>,
    /// For each row, what it looks like, part by part.
    looks: Vec<[u64; PARTS]>,
}

impl Grid {
    pub(super) fn blank(size: Size) -> Self {
        let mut grid = Self::default();
        grid.fit(size);
        grid
    }

    /// Makes this a blank picture of this size, unless it has the size.
    pub(super) fn fit(&mut self, size: Size) {
        if self.size() == size {
            return;
        }
        let height = usize::from(size.height);
        (self.width, self.height) = (size.width, size.height);
        self.cells.clear();
        self.cells
            .resize(usize::from(size.width) * height, GridCell::BLANK);
        self.order = (0..size.height).collect();
        self.touched = vec![true; height];
        self.looks = vec![[0; PARTS]; height];
        self.settle();
    }

    pub(super) fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }

    pub(super) fn width(&self) -> u16 {
        self.width
    }

    pub(super) fn height(&self) -> u16 {
        self.height
    }

    fn place(&self, y: u16) -> std::ops::Range<usize> {
        let width = usize::from(self.width);
        let start = usize::from(self.order[usize::from(y)]) * width;
        start..start + width
    }

    fn row(&self, y: u16) -> &[GridCell] {
        &self.cells[self.place(y)]
    }

    fn row_mut(&mut self, y: u16) -> &mut [GridCell] {
        let place = self.place(y);
        &mut self.cells[place]
    }

    pub(super) fn cell(&self, x: u16, y: u16) -> GridCell {
        self.row(y)[usize::from(x)]
    }

    /// What the cells show, in no order.
    pub(super) fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.cells.iter().map(|cell| cell.symbol)
    }

    /// Takes a whole picture of this size, in the terminal's own signs, and finds out which rows differ from
    /// what is shown. What a wide character covers is not looked at.
    pub(super) fn take(
        &mut self,
        cells: &[Cell],
        shown: &Self,
        (signs, symbols): (Signs, &mut Symbols),
    ) {
        let rows = cells.chunks_exact(usize::from(self.width).max(1));
        for (from, y) in rows.zip(0..self.height) {
            let mut covered = 0;
            let mut cell = GridCell::BLANK;
            for (from, to) in from.iter().zip(self.row_mut(y)) {
                if covered > 0 {
                    covered -= 1;
                    cell.symbol = Symbol::COVERED;
                } else {
                    let text = from.symbol();
                    // Nearly all are letters of ASCII.
                    cell.symbol = if let [letter] = text.as_bytes() {
                        Symbol::of_byte(*letter)
                    } else {
                        let text = signs.instead(text).unwrap_or(text);
                        let (symbol, columns) = symbols.of(text);
                        covered = columns - 1;
                        symbol
                    };
                    cell.style = CellStyle::of(from);
                }
                *to = cell;
            }
            let at = usize::from(y);
            self.touched[at] = self.row(y) != shown.row(y);
            self.looks[at] = shown.looks[at];
        }
    }

    pub(super) fn is_touched(&self, y: u16) -> bool {
        self.touched[usize::from(y)]
    }

    /// Before rows are compared as a whole: looks again at those that were written to.
    pub(super) fn settle(&mut self) {
        for y in 0..self.height {
            if self.is_touched(y) {
                let part = usize::from(self.width).div_ceil(PARTS).max(1);
                let mut looks = [0; PARTS];
                for (look, cells) in looks.iter_mut().zip(self.row(y).chunks(part)) {
                    let mut hasher = FixedState::default().build_hasher();
                    let mut last = None;
                    for cell in cells {
                        cell.symbol.hash(&mut hasher);
                        if last != Some(cell.style) {
                            cell.style.hash(&mut hasher);
                            last = Some(cell.style);
                        }
                    }
                    *look = hasher.finish();
                }
                self.looks[usize::from(y)] = looks;
            }
        }
    }

    /// What each row looks like, part by part.
    pub(super) fn looks(&self) -> &[[u64; PARTS]] {
        &self.looks
    }

    /// Whether the style writes what this cell shows.
    pub(super) fn takes(&self, x: u16, y: u16, style: CellStyle) -> bool {
        let GridCell { symbol, style: own } = self.cell(x, y);
        own == style || (symbol == Symbol::BLANK && own.is_same_on_blanks(style))
    }

    /// The places in a row that do not show what they should. A wide character is written whole.
    pub(super) fn changed<'a>(&'a self, shown: &'a Self, y: u16) -> impl Iterator<Item = u16> + 'a {
        let (row, old) = (self.row(y), shown.row(y));
        let mut is_lead_changed = false;
        (0..self.width).filter(move |x| {
            let x = usize::from(*x);
            if row[x].symbol == Symbol::COVERED {
                return is_lead_changed;
            }
            let covers = row[x + 1..]
                .iter()
                .take_while(|cell| cell.symbol == Symbol::COVERED);
            let mut rest = covers.zip(&old[x + 1..]);
            is_lead_changed =
                !row[x].looks_like(old[x]) || rest.any(|(cell, old)| !cell.looks_like(*old));
            is_lead_changed
        })
    }

    /// How many places from a column on do not show what they should.
    pub(super) fn differing(&self, shown: &Self, y: u16, from: u16) -> usize {
        let cells = self.row(y).iter().zip(shown.row(y)).skip(from.into());
        cells.filter(|(cell, old)| !cell.looks_like(**old)).count()
    }

    /// From where on a row is bare ground, and which.
    pub(super) fn blank_end(&self, y: u16) -> (u16, CellStyle) {
        let row = self.row(y);
        let ground = row.last().map_or(CellStyle::PLAIN, |cell| cell.style);
        if !ground.is_bare() {
            return (self.width, ground);
        }
        let is_bare =
            |cell: &&GridCell| cell.symbol == Symbol::BLANK && cell.style.is_same_on_blanks(ground);
        let count = row.iter().rev().take_while(is_bare).count();
        let count = u16::try_from(count).unwrap_or(self.width);
        (self.width - count, ground)
    }

    /// Whether a row holds something that takes other columns on other terminals.
    pub(super) fn is_unsure(&self, y: u16, symbols: &Symbols) -> bool {
        let mut row = self.row(y).iter();
        row.any(|cell| !symbols.is_one_column(cell.symbol))
    }

    /// Whether there is nothing in a row.
    pub(super) fn is_blank(&self, y: u16) -> bool {
        let mut row = self.row(y).iter();
        row.all(|cell| cell.symbol == Symbol::BLANK)
    }

    /// The bare ground that most of a row has.
    pub(super) fn ground_of(&self, y: u16) -> CellStyle {
        usual(self.row(y).iter())
    }

    /// The bare ground that most of the picture has.
    pub(super) fn usual_ground(&self) -> CellStyle {
        usual((0..self.height).flat_map(|y| self.row(y)))
    }

    pub(super) fn fill(&mut self, ground: CellStyle) {
        for y in 0..self.height {
            self.blank_from(y, 0, ground);
        }
    }

    pub(super) fn fill_row(&mut self, y: u16, ground: CellStyle) {
        self.blank_from(y, 0, ground);
    }

    pub(super) fn blank_from(&mut self, y: u16, from: u16, ground: CellStyle) {
        let blank = GridCell::blank_on(CellStyle {
            modifier: Modifier::empty(),
            ..ground
        });
        self.row_mut(y)[usize::from(from)..].fill(blank);
    }

    /// Rows move as the terminal has moved them.
    pub(super) fn shift(&mut self, top: u16, bottom: u16, by: i16) {
        let rows = &mut self.order[usize::from(top)..=usize::from(bottom)];
        let count = by.unsigned_abs().into();
        if by > 0 {
            rows.rotate_left(count);
        } else {
            rows.rotate_right(count);
        }
    }

    /// Every row is written.
    pub(super) fn touch_all(&mut self) {
        self.touched.fill(true);
    }

    /// Holds nothing of what was drawn.
    pub(super) fn wipe(&mut self) {
        self.cells.fill(GridCell::BLANK);
    }

    /// These rows are compared again, whether they were written to or not.
    pub(super) fn touch(&mut self, top: u16, bottom: u16) {
        self.touched[usize::from(top)..=usize::from(bottom)].fill(true);
    }

    /// Now shows in this row what is wanted there.
    pub(super) fn take_row(&mut self, y: u16, wanted: &mut Self) {
        self.row_mut(y).copy_from_slice(wanted.row(y));
        self.agree(y, wanted);
    }

    /// Leaves a row alone if it shows what is wanted, as most do that were moved.
    pub(super) fn pass_over_same(&mut self, y: u16, wanted: &mut Self) {
        if wanted.is_touched(y) && wanted.row(y) == self.row(y) {
            self.agree(y, wanted);
        }
    }

    /// Both show the same in this row.
    fn agree(&mut self, y: u16, wanted: &mut Self) {
        self.looks[usize::from(y)] = wanted.looks[usize::from(y)];
        wanted.touched[usize::from(y)] = false;
    }

    /// Now shows what was wanted.
    pub(super) fn take_over(&mut self, wanted: &mut Self) {
        for y in 0..self.height {
            if wanted.is_touched(y) {
                self.take_row(y, wanted);
            }
        }
    }
}

/// Of the grounds in a picture, the one of most cells, looked at here and there.
fn usual<'a>(cells: impl Iterator<Item = &'a GridCell>) -> CellStyle {
    let mut grounds: Vec<(CellStyle, usize)> = Vec::new();
    for cell in cells.step_by(7) {
        let style = CellStyle {
            bg: cell.style.bg,
            ..CellStyle::PLAIN
        };
        match grounds.iter_mut().find(|(known, _)| *known == style) {
            Some((_, count)) => *count += 1,
            None => grounds.push((style, 1)),
        }
    }
    let most = grounds.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(CellStyle::PLAIN, |(style, _)| style)
}
