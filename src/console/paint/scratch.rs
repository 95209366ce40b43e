//! The cells in which a picture is made, before what differs from the shown one is written. There is one set
//! for each thread: a picture is made in one go, and a console keeps only what its terminal shows.

use std::cell::RefCell;
use std::convert::Infallible;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

use super::grid::Grid;

/// Not ratatui's own, of whose bytes some are never written.
const BLANK: Cell = Cell::new(" ");

thread_local! {
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

struct Scratch {
    /// Makes frames, and has no cells of its own: it would compare two pictures, which the painter does.
    terminal: Terminal<Cursor>,
    /// All blank between two pictures.
    cells: Vec<Cell>,
    /// The cells as they will be shown. So are these.
    wanted: Grid,
}

/// Makes a picture of this size, has its cells taken into a grid, wipes them, and says where the cursor is to
/// be, if anywhere. The grid is to be given back.
pub(super) fn draw(
    size: Size,
    draw: impl FnOnce(&mut Frame<'_>),
    take: impl FnOnce(&[Cell], &mut Grid),
) -> (Option<Position>, Grid) {
    SCRATCH.with_borrow_mut(|scratch| {
        // Away while it is drawn on: after a panic nobody goes on with half a picture.
        let mut used = scratch.take().unwrap_or_else(Scratch::new);
        used.fit(size);
        let Scratch {
            terminal,
            cells,
            wanted,
        } = &mut used;
        let Ok(_) = terminal.draw(|frame| {
            std::mem::swap(&mut frame.buffer_mut().content, cells);
            draw(frame);
            let drawn = &mut frame.buffer_mut().content;
            take(drawn, wanted);
            // With every byte of each: what was drawn may be a customer's.
            for cell in drawn.iter_mut() {
                *cell = BLANK;
            }
            std::mem::swap(drawn, cells);
        });
        let drawn = (terminal.backend().at, std::mem::take(wanted));
        *scratch = Some(used);
        drawn
    })
}

/// Takes a grid back once it was written, for the next picture.
pub(super) fn give_back(mut wanted: Grid) {
    wanted.wipe();
    SCRATCH.with_borrow_mut(|scratch| {
        if let Some(scratch) = scratch {
            scratch.wanted = wanted;
        }
    });
}

impl Scratch {
    fn new() -> Self {
        let viewport = Viewport::Fixed(Size::ZERO.into());
        let Ok(terminal) = Terminal::with_options(Cursor::default(), TerminalOptions { viewport });
        Self {
            terminal,
            cells: Vec::new(),
            wanted: Grid::default(),
        }
    }

    fn fit(&mut self, size: Size) {
        self.wanted.fit(size);
        let area = size.into();
        if self.terminal.get_frame().area() == area {
            return;
        }
        let Ok(()) = self.terminal.resize(area);
        for _ in 0..2 {
            self.terminal.current_buffer_mut().content = Vec::new();
            self.terminal.swap_buffers();
        }
        self.cells.resize(area.area() as usize, BLANK);
    }
}

/// Only where the cursor is to be.
#[derive(Default)]
struct Cursor {
    at: Option<Position>,
}

impl Backend for Cursor {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, _: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.at = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.at = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> Result<(), Infallible> {
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(Size::ZERO)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        let (columns_rows, pixels) = Default::default();
        Ok(WindowSize {
            columns_rows,
            pixels,
        })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
