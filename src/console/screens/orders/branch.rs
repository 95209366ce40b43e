//! The orders of a branch, page by page. The list of the DCMS has no states: each is asked for as soon as its order
//! is shown.

use std::collections::HashMap;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::lines::scope;
use super::words;
use crate::console::context::Cx;
use crate::console::keymap::Action;
use crate::console::message::{Effect, Wait};
use crate::console::screens::read_error;
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::grid::{Column, Rows};
use crate::console::widgets::paged::{Around, Paged};
use crate::console::widgets::text::columns;
use crate::dcms::{
    BranchId, BranchOrder, BranchOrdersQuery, List, Order, OrderId, OrderStatus, ReadError,
};
use crate::desk::sentences::{counted, unread};
use crate::desk::typed_days::range;
use crate::desk::{Command, Question, Ticket, pages};

/// The orders that were read so far.
pub(super) struct BranchOrders {
    /// The next page.
    query: BranchOrdersQuery,
    rows: Vec<Listed>,
    /// Which row's state is being read under which ticket.
    reading: HashMap<Ticket, usize>,
    paged: Paged,
}

struct Listed {
    order: OrderId,
    cells: [String; COLUMNS.len()],
    scope: Scope,
    /// Why its state is not known.
    error: Option<String>,
}

const STATUS: usize = 1;
const COLUMNS: [Column; 5] = {
    const fn column(nth: usize, min: usize, max: usize, given_up: u8) -> Column {
        Column {
            heading: pages::BRANCH_ORDER[nth],
            min,
            max,
            given_up,
        }
    }
    [
        column(0, 36, 40, 0),
        column(1, 15, 20, 0),
        column(2, 12, 30, 0),
        column(3, 10, 24, 3),
        column(4, 16, 60, 2),
    ]
};
/// While its state is being read.
const ASKED: &str = "…";

impl Rows for BranchOrders {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        COLUMNS.iter()
    }

    fn widest(&self, column: usize) -> usize {
        // A state that comes later must not move the others.
        if column == STATUS {
            return COLUMNS[STATUS].min;
        }
        let cells = self.rows.iter().map(|row| columns(&row.cells[column]));
        let widest = cells.max().unwrap_or(0);
        widest.max(columns(COLUMNS[column].heading))
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        _room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let listed = &self.rows[row];
        let scope = if column == STATUS {
            listed.scope
        } else {
            Scope::Text
        };
        (&listed.cells[column], theme.of(scope))
    }
}

impl BranchOrders {
    pub(super) fn new(branch: BranchId) -> Self {
        Self {
            query: BranchOrdersQuery::of_days(branch, None, None),
            rows: Vec::new(),
            reading: HashMap::new(),
            paged: Paged::default(),
        }
    }

    /// Asks for the next page.
    pub(super) fn ask(&self, cx: &mut Cx) -> Wait {
        let what = words::looking_up_branch(&self.query.branch);
        let question = Question::BranchOrders(self.query.clone());
        cx.ask(what, |ticket| Command::Ask(ticket, Box::new(question)))
    }

    /// Asks for the first page, with these days.
    fn ask_from_the_first(&mut self, query: BranchOrdersQuery, cx: &mut Cx) -> Wait {
        self.leave(cx);
        self.query = query;
        self.rows.clear();
        self.paged.start_over();
        self.ask(cx)
    }

    /// Reads everything again.
    pub(super) fn reload(&mut self, cx: &mut Cx) -> Wait {
        let query = self.query.clone();
        self.ask_from_the_first(BranchOrdersQuery { page: 1, ..query }, cx)
    }

    pub(super) fn is_filtering(&self) -> bool {
        self.paged.filtering
    }

    pub(super) fn filter(&mut self) {
        self.paged.filtering = true;
    }

    /// Takes a key of the filter. Says what is waited for once it is whole, or what is wrong with it.
    pub(super) fn filter_key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        cx: &mut Cx,
    ) -> Result<Option<Wait>, String> {
        let paged = &mut self.paged;
        match action {
            Some(Action::Enter) => {}
            Some(Action::Back) => paged.typed = Entry::default(),
            _ => {
                paged.typed.edit(event);
                return Ok(None);
            }
        }
        let (from, to) = range(paged.typed.value())?;
        paged.filtering = false;
        let query = BranchOrdersQuery::of_days(self.query.branch.clone(), from, to);
        let is_new = (query.from, query.to) != (self.query.from, self.query.to);
        Ok(is_new.then(|| self.ask_from_the_first(query, cx)))
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.paged.typed.paste(text);
    }

    fn is_filtered(&self) -> bool {
        self.query.from.is_some() || self.query.to.is_some()
    }

    pub(super) fn take(&mut self, page: List<BranchOrder>, cx: &mut Cx) {
        self.query.page += 1;
        self.paged.has_more = page.len() + page.unread >= BranchOrdersQuery::PAGE;
        self.paged.unread += page.unread;
        for order in page.items {
            let row = self.rows.len();
            let id = order.order.clone();
            let ticket = cx.tell_desk(|ticket| Command::ReadOrder(ticket, id));
            self.reading.insert(ticket, row);
            self.rows.push(Listed {
                cells: pages::branch_order(&order, ASKED.to_owned()),
                order: order.order,
                scope: Scope::Muted,
                error: None,
            });
        }
    }

    /// Whether a state is read under this ticket.
    pub(super) fn reads(&self, ticket: Ticket) -> bool {
        self.reading.contains_key(&ticket)
    }

    /// Takes the state of an order.
    pub(super) fn read(&mut self, ticket: Ticket, read: Result<Order, ReadError>) {
        let Some(row) = self.reading.remove(&ticket) else {
            return;
        };
        match read {
            Ok(order) => self.rows[row].know(&order.status),
            Err(error) => {
                let row = &mut self.rows[row];
                row.cells[STATUS] = "—".into();
                row.error = Some(read_error(&error));
            }
        }
    }

    /// Takes what was read of an order elsewhere.
    pub(super) fn know(&mut self, id: &OrderId, order: &Order) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.order == *id) {
            row.know(&order.status);
        }
    }

    /// Leaves what is being read.
    pub(super) fn leave(&mut self, cx: &mut Cx) {
        for (ticket, _) in self.reading.drain() {
            cx.effects.push(Effect::Ask(Command::Leave(ticket)));
        }
    }

    /// Whether there is nothing to come back to.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.paged.unread == 0 && !self.is_filtered()
    }

    /// The order in the selected row.
    pub(super) fn selected(&self) -> Option<&OrderId> {
        Some(&self.rows.get(self.paged.select.at())?.order)
    }

    /// Moves the selection. Says whether the next page is to be asked for.
    pub(super) fn go(&mut self, action: Option<Action>) -> bool {
        self.paged.go(action, self.rows.len())
    }

    pub(super) fn point(&mut self, at: Position) -> Option<Action> {
        self.paged.select.point(at)
    }

    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, is_quiet: bool, theme: &Theme) {
        let selected = self.rows.get(self.paged.select.at());
        let why = selected.and_then(|row| row.error.clone());
        let said = match why.or_else(|| unread(self.paged.unread, "order")) {
            Some(said) => Some((said, Scope::Warn)),
            None if self.rows.is_empty() => None,
            None => {
                let more = if self.paged.has_more {
                    words::READS_ON
                } else {
                    ""
                };
                let said = counted(self.rows.len(), "order");
                Some((format!("{said}{more}"), Scope::Text))
            }
        };
        let none = if self.is_filtered() {
            words::NONE_OF_THESE_DAYS
        } else {
            words::NONE
        };
        let around = Around {
            title: words::branch_title(&self.query.branch),
            hint: words::FILTER_HINT,
            said,
            none: is_quiet.then(|| none.to_owned()),
        };
        self.paged.draw(frame, area, (self, around), theme);
    }
}

impl Listed {
    fn know(&mut self, status: &OrderStatus) {
        self.cells[STATUS] = status.word().into_owned();
        self.scope = scope(status);
        self.error = None;
    }
}
