//! Cancelling a card order (contract, 2.2). Only an order that is RECEIVED can be cancelled.

use serde_json::Value;

use super::super::checks;
use super::super::kits::{KitsBefore, KitsRead};
use super::super::reading::{self, Verdict};
use super::super::review::{Row, change, fact, sent, shown};
use super::super::sentences::{not_shown, unread};
use super::super::target::Target;
use super::{Body, Kind, Made, OTHER_READING, On, Operation, OrderRule, Reads, Sending, Words};
use crate::dcms::{BranchId, CancelOrder, Client, Order, OrderStatus};
use crate::journal::{RecordId, Rivals, Write};
use crate::pin::MaskedPan;

pub(super) static KIND: Kind = Kind {
    write: Write::CancelOrder,
    path: CancelOrder::PATH,
    words: Words {
        title: "Cancel an order",
        name: "The cancellation of",
        doing: "Cancelling",
        short: "Cancelling",
        receipt: "Cancellation of a card order",
        record: "cancel",
        if_refused: None,
        if_unknown: None,
    },
    reads: Reads::Order(OrderRule {
        may: checks::may_cancel,
        verdict,
        says,
        against,
    }),
    can_be_read: true,
};

impl Operation for On<CancelOrder, Order> {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::Order(self.request.order.clone())
    }

    fn body(&self) -> Body {
        Body::new(&self.request.body())
    }

    fn before(&self) -> Option<Value> {
        self.before.as_ref().map(reading::order_json)
    }

    fn since(&self) -> Option<RecordId> {
        None
    }

    fn known(&self) -> Option<&KitsBefore> {
        None
    }

    fn card(&self) -> Option<&MaskedPan> {
        None
    }

    fn branch(&self) -> Option<&BranchId> {
        Some(&self.request.branch)
    }

    fn rows(&self) -> Vec<Row> {
        let Some(order) = &self.before else {
            return Vec::new();
        };
        let mut rows = vec![
            sent("order id", self.request.order.as_str()),
            sent("branch id", self.request.branch.as_str()),
            fact("order name", shown(order.name.as_ref())),
            change("status", order.status.word(), "CANCELLED, for good"),
        ];
        rows.extend(order.products.iter().map(|product| {
            let what = format!(
                "{} × {} {}",
                shown(product.no_of_card.as_ref()),
                shown(product.card_type.as_ref()),
                shown(product.product_id.as_ref())
            );
            fact("cards", what)
        }));
        rows.extend(unread(order.products.unread, "product").map(|unread| fact("cards", unread)));
        rows
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        Box::pin(async move {
            let sent = client.cancel_order(&self.request).await;
            sent.map(Made::Words)
        })
    }

    fn read_kits(&mut self, _read: &KitsRead) -> Result<(), String> {
        Err(OTHER_READING.to_owned())
    }

    fn read_order(&mut self, order: Order) -> Result<(), String> {
        checks::may_cancel(&order)?;
        self.before = Some(order);
        Ok(())
    }
}

/// Only a RECEIVED order can be cancelled, so one that has gone on was not. Where another request may have
/// cancelled it, that it is cancelled shows nothing.
fn verdict(order: &Order, rivals: &Rivals) -> Verdict {
    match order.status {
        OrderStatus::Cancelled(_) if rivals.any => Verdict::Open,
        OrderStatus::Cancelled(_) => Verdict::Done,
        OrderStatus::Received | OrderStatus::Other(_) => Verdict::Open,
        OrderStatus::Pending
        | OrderStatus::Processed
        | OrderStatus::Success
        | OrderStatus::Failed => Verdict::NotDone,
    }
}

fn says(order: &Order, verdict: Option<Verdict>) -> String {
    let word = order.status.word();
    match verdict {
        Some(Verdict::Done) => format!("Read just now: the order is {word}, so it was cancelled."),
        Some(Verdict::NotDone) => {
            format!("Read just now: the order is {word}, so it was not cancelled.")
        }
        Some(Verdict::Open) if order.status.is_cancelled() => format!(
            "Read just now: the order is {word}. Another request to cancel it is on record, so by which of them can't be told."
        ),
        Some(Verdict::Open | Verdict::CantBeRead) | None => {
            format!("Read just now: the order is {word}. The cancellation may still be under way.")
        }
    }
}

fn against(order: &Order) -> Option<String> {
    let is_shown = order.status.is_cancelled();
    (!is_shown).then(|| not_shown(&format!("the order is {}", order.status.word())))
}
