//! An order is asked for by its id, and once more before its cancellation is reviewed.

use super::words;
use super::{At, BRANCH, ORDER, OrdersScreen};
use crate::console::context::Cx;
use crate::console::screens::unconfirmed;
use crate::dcms::{BranchId, OrderId};
use crate::desk::operations::CancelOrder;
use crate::desk::{Command, Kind};
use crate::journal::Write;
use crate::pin::card_number_in;

impl OrdersScreen {
    /// What is wrong with a field that was left; an empty one is only wrong when it is needed.
    pub(super) fn check(&self, place: usize) -> Option<String> {
        let text = self.form.fields[place].as_text()?;
        match place {
            ORDER => OrderId::parse(text).err().map(|error| error.to_string()),
            _ => BranchId::parse(text).err().map(|error| error.to_string()),
        }
    }

    pub(super) fn show(&mut self, cx: &mut Cx) {
        match self.form.fields[ORDER].as_text().map(OrderId::parse) {
            None => {
                self.form.fields[ORDER].error = Some(words::ORDER_MISSING.into());
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
                let error = words::LIKE_A_CARD_NUMBER;
                self.form.fields[ORDER].error = Some(error.into());
                self.form.focus = ORDER;
            }
            Some(Ok(order)) => self.ask(order, cx),
        }
    }

    pub(super) fn ask(&mut self, order: OrderId, cx: &mut Cx) {
        self.error = None;
        self.asked = Some(order.clone());
        let what = words::reading_order(&unconfirmed(order.as_str()));
        self.wait = Some(cx.ask(what, |ticket| Command::ReadOrder(ticket, order)));
    }

    pub(super) fn cancel(&mut self, cx: &mut Cx) {
        let Some((order, read)) = &self.order else {
            self.error = Some(words::SHOW_FIRST.into());
            return;
        };
        if let Err(error) = Kind::from_write(Write::CancelOrder).may_order(read) {
            self.error = Some(error);
            return;
        }
        let order = order.clone();
        if let Some(branch) = self.branch(words::BRANCH_TO_CANCEL) {
            self.to_cancel = Some(CancelOrder {
                order: order.clone(),
                branch,
            });
            self.ask(order, cx);
        }
    }

    /// The branch that is typed. Where there is none, its field says why.
    pub(super) fn branch(&mut self, if_missing: &str) -> Option<BranchId> {
        let branch = match self.form.fields[BRANCH].as_text().map(BranchId::parse) {
            None => Err(if_missing.to_owned()),
            Some(branch) => branch.map_err(|error| error.to_string()),
        };
        if let Err(error) = &branch {
            self.form.fields[BRANCH].error = Some(error.clone());
            self.form.focus = BRANCH;
            self.at = At::Form;
        }
        branch.ok()
    }
}
