//! What the DCMS knows about the customer of a kit, a card's limits, or its payments: asked when the screen
//! is opened, and shown as lines or as a table.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::{Cx, Go, Screen, Shown, View, draw_said, read_error};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::grid::{self, Column, Rows};
use crate::console::widgets::lines::{self, pairs};
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::select::Select;
use crate::console::widgets::text::columns;
use crate::dcms::{EntityId, Kit, TransactionQuery, Transactions};
use crate::desk::pages::{self, Lines};
use crate::desk::sentences::unread;
use crate::desk::{Answer, Command, Event, Question};

/// What is looked up.
enum About {
    Customer,
    Limits,
    /// The next page.
    Transactions(TransactionQuery),
}

/// The screen.
pub struct LookUpScreen {
    kit: Kit,
    entity: EntityId,
    about: About,
    wait: Option<Wait>,
    error: Option<String>,
    lines: Option<Lines>,
    scroll: Scroll,
    payments: Payments,
    select: Select,
}

/// The payments that were read so far.
#[derive(Default)]
struct Payments {
    rows: Vec<[String; WIDEST.len()]>,
    unread: usize,
    total: Option<u64>,
    /// Whether there is another page, as far as that is known.
    has_more: bool,
}

/// How wide the columns of payments may become.
const WIDEST: [usize; 6] = [14, 11, 16, 40, 40, 12];
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

impl Rows for Payments {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn columns(&self) -> impl Iterator<Item = &Column> {
        COLUMNS.iter()
    }

    fn widest(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| columns(&row[column]));
        let widest = cells.max().unwrap_or(0);
        widest.max(columns(COLUMNS[column].heading))
    }

    fn cell<'a>(
        &'a self,
        (row, column): (usize, usize),
        _room: &'a mut String,
        theme: &Theme,
    ) -> (&'a str, Style) {
        (&self.rows[row][column], theme.of(Scope::Text))
    }
}

/// Opens what a key stands for over a kit of this customer; nothing for any other key.
pub fn over_kit(action: Action, kit: &Kit, entity: Option<&EntityId>, cx: &mut Cx) -> Option<Go> {
    let Some(entity) = kit.entity.as_ref().or(entity).cloned() else {
        let says = "This kit names no customer: find the customer by entity id first.";
        return is_look_up(action).then(|| Go::Say(says.into()));
    };
    let about = match action {
        Action::Customer => About::Customer,
        Action::Limits => About::Limits,
        Action::Transactions => About::Transactions(TransactionQuery {
            entity: entity.clone(),
            kit: Some(kit.kit_no.clone()),
            from: None,
            to: None,
            channel: None,
            page: 0,
        }),
        _ => return None,
    };
    let mut screen = LookUpScreen {
        kit: kit.clone(),
        entity,
        about,
        wait: None,
        error: None,
        lines: None,
        scroll: Scroll::default(),
        payments: Payments::default(),
        select: Select::default(),
    };
    screen.ask(cx);
    Some(Go::Push(Box::new(screen)))
}

fn is_look_up(action: Action) -> bool {
    matches!(
        action,
        Action::Customer | Action::Limits | Action::Transactions
    )
}

impl LookUpScreen {
    fn ask(&mut self, cx: &mut Cx) {
        let (what, question) = match &self.about {
            About::Customer => (
                format!("Looking up customer {}", self.entity),
                Question::Customer(self.entity.clone()),
            ),
            About::Limits => (
                format!("Looking up the limits of kit {}", self.kit.kit_no),
                Question::Limits(self.entity.clone(), self.kit.kit_no.clone()),
            ),
            About::Transactions(query) => (
                format!("Looking up the payments of kit {}", self.kit.kit_no),
                Question::Transactions(query.clone()),
            ),
        };
        self.error = None;
        self.wait = Some(cx.ask(what, |ticket| Command::Ask(ticket, Box::new(question))));
    }

    /// Reads everything again, from the first page on.
    fn ask_again(&mut self, cx: &mut Cx) {
        if let About::Transactions(query) = &mut self.about {
            query.page = 0;
        }
        self.ask(cx);
    }

    fn take_page(&mut self, page: &Transactions) {
        let About::Transactions(query) = &mut self.about else {
            return;
        };
        if query.page == 0 {
            self.payments = Payments::default();
            self.select.go_to(0);
        }
        query.page += 1;
        let is_empty = page.list.is_empty() && page.list.unread == 0;
        self.payments.has_more = !is_empty && page.pages.is_some_and(|pages| query.page < pages);
        self.payments.unread += page.list.unread;
        self.payments.total = page.total.or(self.payments.total);
        let rows = page.list.iter().map(pages::transaction);
        self.payments.rows.extend(rows);
    }

    fn title(&self) -> String {
        match self.about {
            About::Customer => format!("Customer {}", self.entity),
            About::Limits => format!("Limits and switches of kit {}", self.kit.kit_no),
            About::Transactions(_) => format!("Payments of kit {}", self.kit.kit_no),
        }
    }

    fn draw_payments(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let mut block = lines::ruled(self.title(), true, theme);
        if let Some(unread) = unread(self.payments.unread, "payment") {
            let said = format!(" {unread} ");
            block = block.title_bottom(Line::styled(said, theme.of(Scope::Warn)));
        } else if !self.payments.rows.is_empty() {
            let said = pages::of_all(self.payments.rows.len(), self.payments.total);
            block = block.title_bottom(Line::styled(format!(" {said} "), theme.of(Scope::Text)));
        }
        let inner = block.inner(area);
        if self.payments.rows.is_empty() {
            frame.render_widget(block, area);
            if self.wait.is_none() && self.error.is_none() {
                let none = "No payments were found for this kit.";
                lines::sentence(frame, lines::padded(inner), none, Scope::Muted, theme);
            }
            return;
        }
        let drawn = grid::draw(frame, inner, &self.payments, (&self.select, true), theme);
        frame.render_widget(lines::with_place(block, drawn.place, theme), area);
    }
}

impl Screen for LookUpScreen {
    fn place(&self) -> Place {
        match self.wait {
            Some(_) => Place::Waiting,
            None => Place::LookUp,
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

    fn key(&mut self, action: Option<Action>, _event: &KeyEvent, cx: &mut Cx) -> Go {
        match action {
            Some(Action::Back) if self.wait.is_some() => {
                cx.leave(&mut self.wait);
                let has_any = self.lines.is_some() || !self.payments.rows.is_empty();
                return if has_any { Go::Stay } else { Go::Back };
            }
            Some(Action::Back) => return Go::Back,
            _ if self.wait.is_some() => return Go::Stay,
            Some(Action::Reload) => self.ask_again(cx),
            other => match self.about {
                About::Customer | About::Limits => self.scroll.by(other),
                About::Transactions(_) => {
                    self.select.by(other, self.payments.rows.len());
                    let is_last = self.select.at() + 1 >= self.payments.rows.len();
                    if is_last && self.payments.has_more && other == Some(Action::Down) {
                        self.ask(cx);
                    }
                }
            },
        }
        Go::Stay
    }

    fn point(&mut self, at: Position) -> Option<Action> {
        // There is nothing to open.
        self.select.point(at).and(None)
    }

    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let Message::Desk(Event::Answered(_, answer)) = answer else {
            return Go::Stay;
        };
        self.wait = None;
        let read = match answer {
            Answer::Customer(read) => read.map(|read| self.lines = Some(pages::customer(&read))),
            Answer::Limits(read) => read.map(|read| self.lines = Some(pages::limits(&read))),
            Answer::Transactions(read) => read.map(|page| self.take_page(&page)),
            // Not asked from here.
            Answer::Parcels(_) | Answer::BranchOrders(_) | Answer::CheckCard(_) => Ok(()),
        };
        self.error = read.err().map(|error| read_error(&error));
        Go::Stay
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let is_said = self.wait.is_some() || self.error.is_some();
        let [body, said] = Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(if is_said { 2 } else { 0 }),
        ])
        .areas(area);
        draw_said(
            frame,
            lines::padded(said),
            (self.wait(), self.error()),
            view,
        );
        if let About::Transactions(_) = self.about {
            return self.draw_payments(frame, body, theme);
        }
        let width = usize::from(body.width.saturating_sub(4));
        let all = self.lines.iter().flatten();
        let all: Vec<_> = all
            .flat_map(|(label, value)| pairs(label, value, Scope::Text, width, theme))
            .collect();
        self.scroll
            .draw(frame, body, (self.title(), true), &all, theme);
    }
}
