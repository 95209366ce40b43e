//! The orders desk: an order by its id, what it holds, its cancellation, and the orders of a branch.

mod asking;
mod branch;
mod lines;
mod listing;
mod words;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};

use branch::BranchOrders;
use lines::order_lines;

use super::review::ReviewScreen;
use super::{
    Cx, Go, Heard, Screen, Shown, View, above_said, draw_said, read_error, refused, unconfirmed,
};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::widgets::form::{Field, Form, Routed};
use crate::console::widgets::lines::{padded, panel};
use crate::console::widgets::scroll::Scroll;
use crate::dcms::{BranchId, Order, OrderId, Outcome, ReadError, Text};
use crate::desk::operations::CancelOrder;
use crate::desk::{Event, Request, Ticket};

const ORDER: usize = 0;
const BRANCH: usize = 1;

/// The orders desk.
pub struct OrdersScreen {
    /// Order id and branch id.
    form: Form,
    wait: Option<Wait>,
    /// The cancellation that is reviewed once the order has been read again.
    to_cancel: Option<CancelOrder>,
    /// What is wrong.
    error: Option<String>,
    order: Option<(OrderId, Order)>,
    asked: Option<OrderId>,
    /// An id that looks like a card number: asked for only when Enter says again that it is one.
    doubted: Option<OrderId>,
    at: At,
    /// The orders of a branch, while they are gone through.
    list: Option<BranchOrders>,
    scroll: Scroll,
}

/// Where the keys go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Form,
    Order,
    /// The orders of a branch.
    List,
}

impl OrdersScreen {
    /// An empty form with the profile's branch.
    #[must_use]
    pub fn new(branch: Option<&BranchId>) -> Self {
        let order = Field::text(words::ORDER_ID, words::ORDER_HINT)
            .required()
            .explained(words::ORDER_EXPLAINED);
        let mut branch_field =
            Field::text(words::BRANCH_ID, words::BRANCH_HINT).explained(words::BRANCH_EXPLAINED);
        if let Some(branch) = branch {
            branch_field = branch_field.filled(branch.as_str());
        }
        Self {
            form: Form::new(vec![order, branch_field]),
            wait: None,
            to_cancel: None,
            error: None,
            order: None,
            asked: None,
            doubted: None,
            at: At::Form,
            list: None,
            scroll: Scroll::default(),
        }
    }

    /// Leaves a reading that is under way.
    fn leave_reading(&mut self, cx: &mut Cx) {
        cx.leave(&mut self.wait);
        self.to_cancel = None;
    }

    /// Puts the focus into the form, on the order id.
    fn focus_form(&mut self) {
        self.form.go_to(ORDER);
        self.go_to_form();
    }

    /// An order id that was read already is selected: the next one is typed in its place.
    fn go_to_form(&mut self) {
        self.at = At::Form;
        let typed = self.form.fields[ORDER].as_text().unwrap_or_default();
        let is_read = self.asked.as_ref().is_some_and(|id| id.as_str() == typed);
        if is_read && self.form.focus == ORDER {
            self.form.select();
        }
    }

    /// From an order to where it was opened.
    fn back(&mut self) {
        if self.list.is_some() {
            self.at = At::List;
        } else {
            self.go_to_form();
        }
    }
}

impl Screen for OrdersScreen {
    fn place(&self) -> Place {
        match self.at {
            _ if self.wait.is_some() => Place::Waiting,
            At::Form => Place::OrderForm,
            At::Order => Place::Order,
            At::List if self.list.as_ref().is_some_and(BranchOrders::is_filtering) => {
                Place::OrderFilter
            }
            At::List => Place::BranchOrders,
        }
    }

    fn waits_for(&self, ticket: Ticket) -> bool {
        let of_list = self.list.as_ref().is_some_and(|list| list.reads(ticket));
        of_list || Wait::is_for(self.wait(), ticket)
    }

    fn wait(&self) -> Option<&Wait> {
        self.wait.as_ref()
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            order: self.order.as_ref().map(|(id, order)| (id, order)),
            ..Shown::default()
        }
    }

    fn why_not(&self, action: Action) -> Option<String> {
        let why = match (self.place(), action) {
            (Place::Order, Action::Reload) if self.asked.is_none() => words::NONE_LOOKED_UP,
            (Place::BranchOrders, Action::Enter) if self.selected().is_none() => words::NO_ORDER,
            _ => return None,
        };
        Some(why.into())
    }

    /// Opens the form. In front already, it also gives up a read under way: the user wants another order.
    fn enter(&mut self, cx: &mut Cx) {
        if cx.in_front {
            self.leave_reading(cx);
            self.leave_list(cx);
        }
        if self.list.is_none() {
            self.focus_form();
        }
    }

    /// Where letters would be text too.
    fn paste(&mut self, text: &str) {
        match (self.place(), &mut self.list) {
            (Place::OrderForm, _) => self.form.pasted(text),
            (Place::OrderFilter, Some(list)) => list.paste(text),
            _ => {}
        }
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn key(&mut self, action: Option<Action>, event: &KeyEvent, cx: &mut Cx) -> Go {
        match self.place() {
            Place::Waiting => {
                if action == Some(Action::Back) {
                    self.leave_reading(cx);
                    if self.list.as_ref().is_some_and(BranchOrders::is_empty) {
                        self.leave_list(cx);
                        self.go_to_form();
                    }
                }
            }
            Place::BranchOrders => {
                self.error = None;
                self.list_key(action, cx);
            }
            Place::OrderFilter => {
                self.error = None;
                self.list_filter_key(action, event, cx);
            }
            _ if action == Some(Action::BranchOrders) => self.show_list(cx),
            Place::Order => match action {
                Some(Action::Back) => self.back(),
                Some(Action::Write(_)) => self.cancel(cx),
                Some(Action::Reload) => {
                    if let Some(order) = self.asked.clone() {
                        self.ask(order, cx);
                    }
                }
                other => self.scroll.by(other),
            },
            // Either field shows the order, so Enter never only moves on.
            _ if action == Some(Action::Enter) => self.show(cx),
            _ => match self.form.route(action, event) {
                Routed::Back => self.at = At::Order,
                Routed::GoOn => self.show(cx),
                Routed::Left(place) => self.form.fields[place].error = self.check(place),
                Routed::Changed => self.error = None,
                Routed::Ignored => {}
            },
        }
        Go::Stay
    }

    /// Takes an order as it is now.
    fn answer(&mut self, answer: Message, cx: &mut Cx) -> Go {
        let (ticket, order) = match answer {
            Message::Desk(Event::OrderRead(ticket, order)) => (ticket, order),
            Message::Desk(Event::Answered(_, answer)) => {
                self.take_list(answer, cx);
                return Go::Stay;
            }
            _ => return Go::Stay,
        };
        if let Some(list) = &mut self.list
            && list.reads(ticket)
        {
            list.read(ticket, order);
            return Go::Stay;
        }
        let Some(id) = self.asked.clone() else {
            return Go::Stay;
        };
        self.wait = None;
        let to_cancel = self.to_cancel.take();
        match order {
            Ok(order) => {
                if let Some(list) = &mut self.list {
                    list.know(&id, &order);
                }
                self.order = Some((id, order.clone()));
                self.at = At::Order;
                self.error = None;
                let Some(request) = to_cancel else {
                    return Go::Stay;
                };
                let mut request = Request::from(request);
                if let Err(error) = request.take(&order.into()) {
                    self.error = Some(error);
                    return Go::Stay;
                }
                Go::Push(Box::new(ReviewScreen::new(request)))
            }
            Err(error) => {
                self.order = None;
                if self.list.is_some() {
                    self.at = At::List;
                } else {
                    self.focus_form();
                }
                self.error = Some(match &error {
                    ReadError::Refused(refusal) if refusal.means_not_found() => {
                        let code = refusal.code.as_ref().map(Text::shown).unwrap_or_default();
                        let id = unconfirmed(id.as_str());
                        words::no_such_order(&id, &code)
                    }
                    error => read_error(error),
                });
                Go::Stay
            }
        }
    }

    /// Takes a cancellation's end, and what is read of it later: what was read is what is shown.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let (target, reading) = match answer {
            Message::Desk(Event::Written(_, written)) => (&written.target, &written.reading),
            Message::Desk(Event::Observed(seen)) => (&seen.intent.target, &seen.reading),
            _ => return Heard::Nothing,
        };
        let Some(id) = target.order() else {
            return Heard::Nothing;
        };
        let read = reading.as_ref().ok();
        if let Some(order) = read.and_then(|read| read.order.as_deref()) {
            if let Some((shown, now)) = &mut self.order
                && shown == id
            {
                now.clone_from(order);
            }
            if let Some(list) = &mut self.list {
                list.know(id, order);
            }
        }
        if let Message::Desk(Event::Written(_, written)) = answer
            && let Outcome::Refused(refusal) = &written.outcome
        {
            self.error = Some(refused(refusal));
        }
        Heard::Nothing
    }

    fn point(&mut self, at: Position) -> Option<Action> {
        let list = self.list.as_mut().filter(|_| self.at == At::List)?;
        list.point(at)
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        if let (At::List, Some(list)) = (self.at, &self.list) {
            let body = above_said(frame, area, (self.wait(), self.error()), view);
            return list.draw(frame, body, self.wait.is_none(), theme);
        }
        // A form that is not typed into needs no room for what explains it.
        let form_rows = if self.place() == Place::Order {
            self.form.rows() + 2
        } else {
            8
        };
        let is_said = self.wait.is_some() || self.error.is_some();
        let said_rows = if is_said || area.height >= 16 { 2 } else { 0 };
        let [form_area, said, below] = Layout::vertical([
            Constraint::Length(form_rows),
            Constraint::Length(said_rows),
            Constraint::Fill(1),
        ])
        .areas(area);
        let is_typed_in = self.place() == Place::OrderForm;
        let inner = panel(frame, form_area, words::TITLE, is_typed_in, theme);
        self.form.draw(frame, inner, is_typed_in, theme);
        draw_said(frame, padded(said), (self.wait(), self.error()), view);
        if let Some((id, order)) = &self.order {
            let width = usize::from(below.width.saturating_sub(4));
            let lines = order_lines(order, width, theme);
            let title = (words::order_title(&id), self.place() == Place::Order);
            self.scroll.draw(frame, below, title, &lines, theme);
        }
    }
}
