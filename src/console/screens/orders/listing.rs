//! The orders of a branch are listed over the form, gone through, and opened from there.

use crossterm::event::KeyEvent;

use super::branch::BranchOrders;
use super::words;
use super::{At, ORDER, OrdersScreen};
use crate::console::context::Cx;
use crate::console::keymap::Action;
use crate::console::screens::{read_error, sentence};
use crate::console::widgets::entry::Entry;
use crate::console::widgets::form::Value;
use crate::dcms::OrderId;
use crate::desk::Answer;

impl OrdersScreen {
    /// The order in the selected row of the list.
    pub(super) fn selected(&self) -> Option<&OrderId> {
        self.list.as_ref()?.selected()
    }

    /// Lists the orders of the branch that is typed.
    pub(super) fn show_list(&mut self, cx: &mut Cx) {
        if let Some(branch) = self.branch(words::BRANCH_MISSING) {
            self.error = None;
            self.leave_list(cx);
            let list = self.list.insert(BranchOrders::new(branch));
            self.wait = Some(list.ask(cx));
            self.at = At::List;
        }
    }

    pub(super) fn leave_list(&mut self, cx: &mut Cx) {
        if let Some(mut list) = self.list.take() {
            list.leave(cx);
        }
    }

    pub(super) fn list_key(&mut self, action: Option<Action>, cx: &mut Cx) {
        let Some(list) = &mut self.list else {
            return self.go_to_form();
        };
        match action {
            Some(Action::Back) => {
                self.leave_list(cx);
                self.go_to_form();
            }
            Some(Action::Reload) => self.wait = Some(list.reload(cx)),
            Some(Action::Filter) => list.filter(),
            Some(Action::Enter) => {
                if let Some(order) = list.selected().cloned() {
                    self.form.fields[ORDER].value = Value::Text(Entry::of(order.as_str()));
                    self.ask(order, cx);
                }
            }
            other => {
                if list.go(other) {
                    self.wait = Some(list.ask(cx));
                }
            }
        }
    }

    /// Takes a key of the list's filter.
    pub(super) fn list_filter_key(
        &mut self,
        action: Option<Action>,
        event: &KeyEvent,
        cx: &mut Cx,
    ) {
        let Some(list) = &mut self.list else { return };
        match list.filter_key(action, event, cx) {
            Ok(None) => {}
            Ok(wait) => self.wait = wait,
            Err(why) => self.error = Some(sentence(&why)),
        }
    }

    /// Takes a page of the orders of a branch.
    pub(super) fn take_list(&mut self, answer: Answer, cx: &mut Cx) {
        let (Answer::BranchOrders(read), Some(list)) = (answer, &mut self.list) else {
            return;
        };
        self.wait = None;
        match read {
            Ok(page) => list.take(page, cx),
            Err(error) => {
                self.error = Some(read_error(&error));
                if list.is_empty() {
                    self.list = None;
                    self.go_to_form();
                }
            }
        }
    }
}
