//! A picture as cells, and how it differs from another.

use std::hash::{BuildHasher as _, Hash as _, Hasher as _};

use foldhash::fast::FixedState;
use ratatui::buffer::Cell;
use ratatui::layout::Size;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr as _;

use super::bytes::is_one_column;
use super::cell_style::CellStyle;
use super::signs::Signs;

/// Into how many parts a row is divided where rows are compared as a whole.
pub(super) const PARTS: usize = 6;

#[derive(Default)]
pub(super) struct Grid {
    width: u16,
    height: u16,
    /// Row by row, so that rows can move without their cells.
    rows: Vec<Vec<Cell>>,
    /// For each row, whether it was written to since the last picture.
    touched: Vec<bool>,
    /// For each row, what it looks like, part by part.
    looks: Vec<[u64; PARTS]>,
}

/// The cells that a wide character covers after its first.
const COVERED: &str = "";

impl Grid {
    pub(super) fn blank(size: Size) -> Self {
        let mut grid = Self {
            width: size.width,
            height: size.height,
            rows: vec![vec![Cell::default(); size.width.into()]; size.height.into()],
            touched: vec![true; size.height.into()],
            looks: vec![[0; PARTS]; size.height.into()],
        };
        grid.settle();
        grid
    }

    pub(super) fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }

    /// Takes a whole picture of this size, in the terminal's own signs. What a wide character covers is
    /// not looked at.
    pub(super) fn take(&mut self, cells: &mut [Cell], signs: Signs) {
        let rows = cells.chunks_exact_mut(usize::from(self.width).max(1));
        for (row, y) in rows.zip(0..self.height) {
            let mut covered = 0;
            for (cell, x) in row.iter_mut().zip(0..self.width) {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                if let Some(symbol) = signs.instead(cell.symbol()) {
                    cell.set_symbol(symbol);
                }
                covered = columns(cell.symbol()) - 1;
                if self.cell(x, y) != cell {
                    self.set(x, y, cell);
                }
            }
        }
    }

    pub(super) fn width(&self) -> u16 {
        self.width
    }

    pub(super) fn height(&self) -> u16 {
        self.height
    }

    fn row(&self, y: u16) -> &[Cell] {
        &self.rows[usize::from(y)]
    }

    fn row_mut(&mut self, y: u16) -> &mut [Cell] {
        &mut self.rows[usize::from(y)]
    }

    pub(super) fn cell(&self, x: u16, y: u16) -> &Cell {
        &self.row(y)[usize::from(x)]
    }

    pub(super) fn symbol(&self, x: u16, y: u16) -> &str {
        self.cell(x, y).symbol()
    }

    /// Takes a cell, and what a wide one covers. What another wide one covered before is blank then,
    /// as terminals leave it.
    pub(super) fn set(&mut self, x: u16, y: u16, cell: &Cell) {
        if x >= self.width || y >= self.height {
            return;
        }
        let x = usize::from(x);
        let row = self.row_mut(y);
        if row[x].symbol() == COVERED && cell.symbol() == " " {
            return;
        }
        row[x].clone_from(cell);
        let symbol = cell.symbol();
        let end = (x + columns(symbol)).min(row.len());
        for covered in &mut row[x + 1..end] {
            covered.clone_from(cell);
            covered.set_symbol(COVERED);
        }
        let is_left = |cell: &&mut Cell| cell.symbol() == COVERED;
        for left in row[end..].iter_mut().take_while(is_left) {
            left.set_symbol(" ");
            left.modifier = Modifier::empty();
        }
        self.touched[usize::from(y)] = true;
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
                        hasher.write(cell.symbol().as_bytes());
                        let style = CellStyle::of(cell);
                        if last != Some(style) {
                            style.hash(&mut hasher);
                            last = Some(style);
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
        let cell = self.cell(x, y);
        let own = CellStyle::of(cell);
        own == style || (cell.symbol() == " " && own.is_same_on_blanks(style))
    }

    /// The places in a row that do not show what they should. A wide character is written whole.
    pub(super) fn changed<'a>(&'a self, shown: &'a Self, y: u16) -> impl Iterator<Item = u16> + 'a {
        let (row, old) = (self.row(y), shown.row(y));
        let mut is_lead_changed = false;
        (0..self.width).filter(move |x| {
            let x = usize::from(*x);
            let is_covered = row[x].symbol() == COVERED;
            let is_changed = !looks_same(&row[x], &old[x]);
            if is_covered {
                return is_lead_changed;
            }
            let covers = row[x + 1..]
                .iter()
                .take_while(|cell| cell.symbol() == COVERED);
            let rest = covers.zip(&old[x + 1..]);
            is_lead_changed =
                is_changed || rest.into_iter().any(|(cell, old)| !looks_same(cell, old));
            is_lead_changed
        })
    }

    /// How many places from a column on do not show what they should.
    pub(super) fn differing(&self, shown: &Self, y: u16, from: u16) -> usize {
        let cells = self.row(y).iter().zip(shown.row(y)).skip(from.into());
        cells.filter(|(cell, old)| !looks_same(cell, old)).count()
    }

    /// From where on a row is bare ground, and which.
    pub(super) fn blank_end(&self, y: u16) -> (u16, CellStyle) {
        let row = self.row(y);
        let ground = row.last().map_or(CellStyle::PLAIN, CellStyle::of);
        if !ground.is_bare() {
            return (self.width, ground);
        }
        let is_bare =
            |cell: &&Cell| cell.symbol() == " " && CellStyle::of(cell).is_same_on_blanks(ground);
        let count = row.iter().rev().take_while(is_bare).count();
        let count = u16::try_from(count).unwrap_or(self.width);
        (self.width - count, ground)
    }

    /// Whether a row holds something that takes other columns on other terminals.
    pub(super) fn is_unsure(&self, y: u16) -> bool {
        let mut row = self.row(y).iter();
        row.any(|cell| !is_one_column(cell.symbol()))
    }

    /// Whether there is nothing in a row.
    pub(super) fn is_blank(&self, y: u16) -> bool {
        self.row(y).iter().all(|cell| cell.symbol() == " ")
    }

    /// The bare ground that most of a row has.
    pub(super) fn ground_of(&self, y: u16) -> CellStyle {
        usual(self.row(y).iter())
    }

    /// The bare ground that most of the picture has.
    pub(super) fn usual_ground(&self) -> CellStyle {
        usual(self.rows.iter().flatten())
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
        for cell in &mut self.row_mut(y)[usize::from(from)..] {
            cell.reset();
            cell.fg = ground.fg;
            cell.bg = ground.bg;
        }
    }

    /// Rows move as the terminal has moved them.
    pub(super) fn shift(&mut self, top: u16, bottom: u16, by: i16) {
        let rows = &mut self.rows[usize::from(top)..=usize::from(bottom)];
        let count = by.unsigned_abs().into();
        if by > 0 {
            rows.rotate_left(count);
        } else {
            rows.rotate_right(count);
        }
    }

    /// These rows are compared again, whether they were written to or not.
    pub(super) fn touch(&mut self, top: u16, bottom: u16) {
        self.touched[usize::from(top)..=usize::from(bottom)].fill(true);
    }

    /// Now shows in this row what is wanted there.
    pub(super) fn take_row(&mut self, y: u16, wanted: &mut Self) {
        self.row_mut(y).clone_from_slice(wanted.row(y));
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

/// How many columns a symbol takes.
fn columns(symbol: &str) -> usize {
    if symbol.len() > 1 {
        symbol.width().max(1)
    } else {
        1
    }
}

/// Of the grounds in a picture, the one of most cells, looked at here and there.
fn usual<'a>(cells: impl Iterator<Item = &'a Cell>) -> CellStyle {
    let mut grounds: Vec<(CellStyle, usize)> = Vec::new();
    for cell in cells.step_by(7) {
        let style = CellStyle {
            bg: cell.bg,
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

/// Whether nobody can see a difference.
fn looks_same(cell: &Cell, other: &Cell) -> bool {
    let (style, old) = (CellStyle::of(cell), CellStyle::of(other));
    cell.symbol() == other.symbol()
        && (style == old || (cell.symbol() == " " && style.is_same_on_blanks(old)))
}
