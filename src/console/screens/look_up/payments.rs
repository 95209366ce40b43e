//! A card's payments, page by page, and which of them are shown.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::words;
use super::{Cx, Go, Screen, Shown, View, above_said, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::grid::{Column, Rows};
use crate::console::widgets::paged::{Around, Paged};
use crate::console::widgets::text::columns;
use crate::console::widgets::wanted::Wanted;
use crate::dcms::{EntityId, Kit, Transaction, TransactionQuery, Transactions};
use crate::desk::pages;
use crate::desk::payment_filter::PaymentFilter;
use crate::desk::sentences::{counted, sentence, unread};
use crate::desk::{Answer, Command, Event, Question};

/// Where fewer rows pass the filter, the next page is read at once.
const ENOUGH: usize = 20;
/// So many pages are read for one key at most.
const PAGES_A_KEY: u32 = 10;

/// The screen.
pub(super) struct PaymentsScreen {
    kit: Kit,
    entity: EntityId,
    /// The next page.
    query: TransactionQuery,
    /// How many pages are still read for the last key.
    pages_left: u32,
    wait: Option<Wait>,
    error: Option<String>,
    payments: Payments,
    filter: PaymentFilter,
    paged: Paged,
}

/// The payments that were read so far.
#[derive(Default)]
struct Payments {
    all: Vec<Payment>,
    /// Those of them that pass the filter, and what is looked for in them.
    shown: Vec<usize>,
    wanted: Wanted,
    total: Option<u64>,
    /// Whether anything was read, with the filter that is shown.
    were_read: bool,
}

struct Payment {
    cells: [String; WIDEST.len()],
    is_declined: bool,
    /// Whether it passes the filter but for the text.
    passes: bool,
}

/// How wide the columns of payments may become.
const WIDEST: [usize; 6] = [14, 11, 16, 40, 40, 12];
/// The column that says why a payment was declined.
const WHAT: usize = 3;
const COLUMNS: [Column; 6] = {
    const fn column(nth: usize, min: usize, given_up: u8) -> Column {
        Column {
            heading: pages::TRANSACTION[nth],
            min,
            max: WIDEST[nth],
            given_up,
        }
    }
    [
        column(0, 14, 0),
        column(1, 11, 0),
        column(2, 16, 0),
        column(3, 16, 0),
        column(4, 16, 2),
        column(5, 8, 3),
    ]
};

impl Payments {
    fn add(&mut self, read: &[Transaction], filter: &PaymentFilter) {
        let first = self.all.len();
        self.all.extend(read.iter().map(|payment| Payment {
            cells: pages::transaction(payment),
            is_declined: payment.is_declined(),
            passes: filter.passes(payment),
        }));
        let fits = |row: &usize| {
            let Payment { cells, passes, .. } = &self.all[*row];
            *passes && cells.iter().any(|cell| self.wanted.is_in(cell))
        };
        let new: Vec<usize> = (first..self.all.len()).filter(fits).collect();
        self.shown.extend(new);
    }

    /// How many there are, and of how many.
    fn count_said(&self, filter: &PaymentFilter, has_more: bool) -> String {
        let (read, shown) = (self.all.len(), self.shown.len());
        if !filter.is_of_what_is_read() {
            return pages::of_all(read, self.total);
        }
        let all = counted(read, "payment");
        match self.total.filter(|_| has_more) {
            Some(total) => words::match_of_total(&shown, &all, &total),
            None if has_more => words::match_of_more(&shown, &all),
            None => words::match_of_all(&shown, &all),
        }
    }
}

impl Rows for Payments {
    fn count(&self) -> usize {
        self.shown.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        COLUMNS.iter()
    }

    fn widest(&self, column: usize) -> usize {
        let cells = self.all.iter().map(|one| columns(&one.cells[column]));
        let widest = cells.max().unwrap_or(0);
        widest.max(columns(COLUMNS[column].heading))
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        _room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        let payment = &self.all[self.shown[row]];
        let scope = if column == WHAT && payment.is_declined {
            Scope::Warn
        } else {
            Scope::Text
        };
        (&payment.cells[column], theme.of(scope))
    }

    fn wanted(&self) -> Option<&Wanted> {
        Some(&self.wanted).filter(|wanted| !wanted.is_empty())
    }
}

impl PaymentsScreen {
    pub(super) fn new(kit: Kit, entity: EntityId, cx: &mut Cx) -> Self {
        let query = TransactionQuery {
            entity: entity.clone(),
            kit: Some(kit.kit_no.clone()),
            from: None,
            to: None,
            channel: None,
            page: 0,
        };
        let mut screen = Self {
            kit,
            entity,
            query,
            pages_left: 0,
            wait: None,
            error: None,
            payments: Payments::default(),
            filter: PaymentFilter::default(),
            paged: Paged::default(),
        };
        screen.ask_from_the_first(cx);
        screen
    }

    /// Reads everything again.
    fn ask_from_the_first(&mut self, cx: &mut Cx) {
        self.query.page = 0;
        self.filter.put_into(&mut self.query);
        self.ask_on(cx);
    }

    /// Reads on, for a key.
    fn ask_on(&mut self, cx: &mut Cx) {
        self.pages_left = PAGES_A_KEY;
        self.ask(cx);
    }

    fn ask(&mut self, cx: &mut Cx) {
        self.pages_left = self.pages_left.saturating_sub(1);
        let what = words::looking_up_payments(&self.kit.kit_no);
        let question = Question::Transactions(self.query.clone());
        self.error = None;
        self.wait = Some(cx.ask(what, |ticket| Command::Ask(ticket, Box::new(question))));
    }

    fn take_page(&mut self, page: &Transactions, cx: &mut Cx) {
        if self.query.page == 0 {
            self.payments = Payments {
                wanted: Wanted::of(&self.filter.text),
                were_read: true,
                ..Payments::default()
            };
            self.paged.start_over();
        }
        self.query.page += 1;
        let is_empty = page.list.is_empty() && page.list.unread == 0;
        let (payments, paged) = (&mut self.payments, &mut self.paged);
        paged.has_more = !is_empty && page.pages.is_some_and(|pages| self.query.page < pages);
        paged.unread += page.list.unread;
        payments.total = page.total.or(payments.total);
        payments.add(&page.list, &self.filter);
        let is_short = self.filter.is_of_what_is_read() && payments.count() < ENOUGH;
        if is_short && paged.has_more && self.pages_left > 0 {
            self.ask(cx);
        }
    }

    fn filter_key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) {
        match action {
            Some(Action::Enter) => match PaymentFilter::parse(self.paged.typed.value()) {
                Ok(filter) => self.show(filter, cx),
                Err(error) => self.error = Some(sentence(&error)),
            },
            Some(Action::Back) => {
                self.paged.typed = Entry::default();
                self.show(PaymentFilter::default(), cx);
            }
            _ => {
                self.paged.typed.edit(event);
            }
        }
    }

    fn show(&mut self, filter: PaymentFilter, cx: &mut Cx) {
        self.paged.filtering = false;
        if self.filter != filter {
            self.filter = filter;
            // Those of another filter are not shown under this one, whatever the DCMS answers.
            self.payments = Payments::default();
            self.ask_from_the_first(cx);
        }
    }

    fn list_key(&mut self, action: Option<Action>, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) => return Go::Back,
            Some(Action::Reload) => self.ask_from_the_first(cx),
            Some(Action::Filter) => self.paged.filtering = true,
            other => {
                if self.paged.go(other, self.payments.count()) {
                    self.ask_on(cx);
                }
            }
        }
        Go::Stay
    }

    /// What is said where there are no rows.
    fn none_said(&self) -> String {
        let read = self.payments.all.len();
        if !self.payments.were_read {
            words::PAYMENTS_NOT_READ.into()
        } else if self.paged.has_more {
            words::none_of_first_matches(&counted(read, "payment"))
        } else if self.filter == PaymentFilter::default() {
            words::NO_PAYMENTS.into()
        } else {
            words::NO_PAYMENT_MATCHES.into()
        }
    }
}

impl Screen for PaymentsScreen {
    fn place(&self) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None if self.paged.filtering => Place::PaymentFilter,
            None => Place::Payments,
        }
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            kit: Some(&self.kit),
            entity: Some(&self.entity),
            ..Shown::default()
        }
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        if self.wait.is_some() {
            if action == Some(Action::Back) {
                cx.leave(&mut self.wait);
                if self.payments.all.is_empty() && self.filter == PaymentFilter::default() {
                    return Go::Back;
                }
            }
            return Go::Stay;
        }
        self.error = None;
        if self.paged.filtering {
            self.filter_key(action, event, cx);
            return Go::Stay;
        }
        self.list_key(action, cx)
    }

    fn paste(&mut self, text: &str) {
        if self.paged.filtering {
            self.paged.typed.paste(text);
        }
    }

    fn point(&mut self, at: Position) -> Option<Action> {
        // There is nothing to open.
        self.paged.select.point(at).and(None)
    }

    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        let Message::Desk(Event::Answered(_, Answer::Transactions(read))) = answer else {
            return Go::Stay;
        };
        self.wait = None;
        match read {
            Ok(page) => self.take_page(&page, cx),
            Err(error) => self.error = Some(read_error(&error)),
        }
        Go::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let body = above_said(frame, area, (self.wait(), self.error()), view);
        let said = match unread(self.paged.unread, "payment") {
            Some(unread) => Some((unread, Scope::Warn)),
            None if self.payments.all.is_empty() => None,
            None => {
                let said = self.payments.count_said(&self.filter, self.paged.has_more);
                Some((said, Scope::Text))
            }
        };
        let is_quiet = self.wait.is_none() && self.error.is_none();
        let around = Around {
            title: words::payments_title(&self.kit.kit_no),
            hint: words::PAYMENTS_HINT,
            said,
            none: is_quiet.then(|| self.none_said()),
        };
        self.paged
            .draw(frame, body, (&self.payments, around), view.theme);
    }
}
