//! The orders desk: an order by its id, what it holds, and its cancellation.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;

use super::review::ReviewScreen;
use super::{Cx, Go, Heard, Screen, Shown, View, draw_said, read_error, sentence, unconfirmed};
use crate::console::keymap::{Action, Place};
use crate::console::message::{Message, Wait};
use crate::console::theme::{Scope, Theme};
use crate::console::widgets::form::{Field, Form, Routed};
use crate::console::widgets::kits::shown;
use crate::console::widgets::lines::{self, pairs};
use crate::console::widgets::scroll::Scroll;
use crate::console::widgets::text::{columns, fit};
use crate::dcms::{BranchId, Order, OrderId, OrderStatus, Outcome, ReadError, Text};
use crate::desk::operations::CancelOrder;
use crate::desk::sentences::unread;
use crate::desk::{Command, Event, Kind, Request};
use crate::journal::Write;
use crate::pin::card_number_in;

const HEADING: [&str; 6] = ["BIN", "TYPE", "CARDS", "PRODUCT", "STATUS", "FOR"];
/// Between two columns of it.
const GAP: usize = 2;

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
    on_order: bool,
    scroll: Scroll,
}

impl OrdersScreen {
    /// An empty form with the profile's branch.
    #[must_use]
    pub fn new(branch: Option<&BranchId>) -> Self {
        let order = Field::text("order id", "like 3fa85f64-5717-4562-b3fc-2c963f66afa6")
            .required()
            .explained("As on the order's papers. Enter shows it.");
        let mut branch_field = Field::text("branch id", "like 12345")
            .explained("The branch that the order belongs to; needed to cancel it.");
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
            on_order: false,
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
        self.on_order = false;
        let typed = self.form.fields[ORDER].as_text().unwrap_or_default();
        let is_read = self.asked.as_ref().is_some_and(|id| id.as_str() == typed);
        if is_read && self.form.focus == ORDER {
            self.form.select();
        }
    }

    /// What is wrong with a field that was left; an empty one is only wrong when it is needed.
    fn check(&self, place: usize) -> Option<String> {
        let text = self.form.fields[place].as_text()?;
        match place {
            ORDER => OrderId::parse(text).err().map(|error| error.to_string()),
            _ => BranchId::parse(text).err().map(|error| error.to_string()),
        }
    }

    fn show(&mut self, cx: &mut Cx) {
        match self.form.fields[ORDER].as_text().map(OrderId::parse) {
            None => {
                self.form.fields[ORDER].error = Some("type the order's id first".into());
                self.form.focus = ORDER;
            }
            Some(Err(error)) => {
                self.form.fields[ORDER].error = Some(error.to_string());
                self.form.focus = ORDER;
            }
            Some(Ok(order))
                if card_number_in(order.as_str()).is_some()
                    && self.doubted.as_ref() != Some(&order) =>
            {
                self.doubted = Some(order);
                let error = "this looks like a card number: Enter once more if it is an order id";
                self.form.fields[ORDER].error = Some(error.into());
                self.form.focus = ORDER;
            }
            Some(Ok(order)) => self.ask(order, cx),
        }
    }

    fn ask(&mut self, order: OrderId, cx: &mut Cx) {
        self.error = None;
        self.asked = Some(order.clone());
        let what = format!("Reading order {}", unconfirmed(order.as_str()));
        self.wait = Some(cx.ask(what, |ticket| Command::ReadOrder(ticket, order)));
    }

    fn cancel(&mut self, cx: &mut Cx) {
        let Some((order, read)) = &self.order else {
            self.error = Some("Show an order first.".into());
            return;
        };
        if let Err(error) = Kind::from_write(Write::CancelOrder).may_order(read) {
            self.error = Some(error);
            return;
        }
        let branch = match self.form.fields[BRANCH].as_text().map(BranchId::parse) {
            None => Err("type the branch id of the order: it must match".to_owned()),
            Some(branch) => branch.map_err(|error| error.to_string()),
        };
        match branch {
            Ok(branch) => {
                let order = order.clone();
                self.to_cancel = Some(CancelOrder {
                    order: order.clone(),
                    branch,
                });
                self.ask(order, cx);
            }
            Err(error) => {
                self.form.fields[BRANCH].error = Some(error);
                self.form.focus = BRANCH;
                self.on_order = false;
            }
        }
    }
}

impl Screen for OrdersScreen {
    fn place(&self) -> Place {
        if self.wait.is_some() {
            Place::Waiting
        } else if self.on_order {
            Place::Order
        } else {
            Place::OrderForm
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
            order: self.order.as_ref().map(|(id, order)| (id, order)),
            ..Shown::default()
        }
    }

    /// Opens the form. In front already, it also gives up a read under way: the user wants another order.
    fn enter(&mut self, cx: &mut Cx) {
        if cx.in_front {
            self.leave_reading(cx);
        }
        self.focus_form();
    }

    /// Where letters would be text too.
    fn paste(&mut self, text: &str) {
        if self.place() == Place::OrderForm {
            self.form.pasted(text);
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
                }
            }
            Place::Order => match action {
                Some(Action::Back) => self.go_to_form(),
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
                Routed::Back => self.on_order = true,
                Routed::GoOn => self.show(cx),
                Routed::Left(place) => self.form.fields[place].error = self.check(place),
                Routed::Changed => self.error = None,
                Routed::Ignored => {}
            },
        }
        Go::Stay
    }

    /// Takes an order as it is now.
    fn answer(&mut self, answer: Message, _cx: &mut Cx) -> Go {
        let (Message::Desk(Event::OrderRead(_, order)), Some(id)) = (answer, self.asked.clone())
        else {
            return Go::Stay;
        };
        self.wait = None;
        let to_cancel = self.to_cancel.take();
        match order {
            Ok(order) => {
                self.order = Some((id, order.clone()));
                self.on_order = true;
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
                self.focus_form();
                self.error = Some(match &error {
                    ReadError::Refused(refusal) if refusal.means_not_found() => {
                        let code = refusal.code.as_ref().map(Text::shown).unwrap_or_default();
                        let id = unconfirmed(id.as_str());
                        format!(
                            "There is no order {id} ({code}). Compare the id with the order's papers."
                        )
                    }
                    error => read_error(error),
                });
                Go::Stay
            }
        }
    }

    /// Takes a cancellation's end: what was read afterwards is what is shown.
    fn follow(&mut self, answer: &Message, _cx: &mut Cx) -> Heard {
        let Message::Desk(Event::Written(_, written)) = answer else {
            return Heard::Nothing;
        };
        let Some(id) = written.target.order() else {
            return Heard::Nothing;
        };
        if let Some(order) = written.order() {
            self.order = Some((id.clone(), order.clone()));
        }
        if let Outcome::Refused(refusal) = &written.outcome {
            self.error = Some(format!("Refused: {}", sentence(&refusal.to_string())));
        }
        Heard::Nothing
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, view: &View<'_>) {
        let theme = view.theme;
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
        let inner = lines::panel(frame, form_area, "Find an order", is_typed_in, theme);
        self.form.draw(frame, inner, is_typed_in, theme);
        let said = Rect {
            x: said.x + 1,
            width: said.width.saturating_sub(2),
            ..said
        };
        draw_said(frame, said, (self.wait(), self.error()), view);
        if let Some((id, order)) = &self.order {
            let width = usize::from(below.width.saturating_sub(4));
            let lines = order_lines(order, width, theme);
            let title = (format!("Order {id}"), self.place() == Place::Order);
            self.scroll.draw(frame, below, title, &lines, theme);
        }
    }
}

/// An order as labelled lines, and the cards that were ordered.
fn order_lines(order: &Order, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let scope = match order.status {
        OrderStatus::Received | OrderStatus::Success => Scope::Ok,
        OrderStatus::Failed => Scope::Danger,
        OrderStatus::Cancelled(_) => Scope::Muted,
        _ => Scope::Warn,
    };
    let rows = [
        ("status", order.status.word().into_owned(), scope),
        ("name", shown(order.name.as_ref()), Scope::Text),
        ("tenant", shown(order.tenant.as_ref()), Scope::Text),
    ];
    let rows = rows.iter();
    let mut lines: Vec<_> = rows
        .flat_map(|(label, value, scope)| pairs(label, value, *scope, width, theme))
        .collect();
    if let Some(unread) = unread(order.products.unread, "product") {
        lines.extend(pairs("products", &unread, Scope::Warn, width, theme));
    }
    if order.products.is_empty() {
        return lines;
    }
    lines.push(Line::default());
    let products = order.products.iter().map(|product| {
        [
            &product.bin_number,
            &product.card_type,
            &product.no_of_card,
            &product.product_id,
            &product.status,
            &product.corporate_name,
        ]
        .map(|text| shown(text.as_ref()))
    });
    let products: Vec<_> = products.collect();
    let widest = |at: usize| {
        let cells = products.iter().map(|cells| columns(&cells[at]));
        cells.max().unwrap_or(0).max(columns(HEADING[at]))
    };
    let widths: [usize; 6] = std::array::from_fn(widest);
    if widths.iter().sum::<usize>() + GAP * (widths.len() - 1) <= width {
        let line = |cells: [&str; 6]| -> String {
            let cells = cells.iter().zip(widths);
            cells.map(|(cell, width)| fit(cell, width + GAP)).collect()
        };
        lines.push(Line::styled(line(HEADING), theme.of(Scope::Muted)));
        lines.extend(
            products
                .iter()
                .map(|cells| Line::raw(line(cells.each_ref().map(String::as_str)))),
        );
    } else {
        // Card by card: how many of which come first, the rest where there is room for it.
        for [bin, card_type, count, product, status, whom] in &products {
            let text = format!("{count} × {card_type}, product {product}, {status}, for {whom}");
            lines.extend(pairs(
                &format!("BIN {bin}"),
                &text,
                Scope::Text,
                width,
                theme,
            ));
        }
    }
    lines
}
