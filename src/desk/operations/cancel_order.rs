//! Cancelling a card order (contract, 2.2). Only an order that is RECEIVED can be cancelled.

use serde::Serialize;
use serde_json::value::RawValue;

use super::body::Body;
use super::kind::{About, Before, Form, Kind, Made, Operation, OwnForm, Sending};
use super::words::Words;
use crate::dcms::{BranchId, Client, Doubt, Order, OrderId, Text, decode};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, fact, sent, shown};
use crate::desk::sentences::unread;
use crate::desk::settling::Proof;
use crate::desk::target::Target;
use crate::journal::Write;

pub(super) static KIND: Kind = Kind {
    write: Write::CancelOrder,
    path: "/card-order/cancel",
    words: Words {
        title: "Cancel an order",
        name: "The cancellation of",
        doing: "Cancelling",
        short: "Cancelling",
        receipt: "Cancellation of a card order",
        next: "None of the cards of this order is made.",
        record: "cancel",
        if_refused: None,
        if_unknown: None,
        for_good: Some("A cancelled order can't be brought back."),
    },
    about: About::Order(may),
    form: Form::Own(OwnForm::Order),
    reads: &[Part::Order],
    proof: Proof::OrderCancelled,
    so_already: &["ORD003"],
    alike: &[],
    undoes: &[],
    or_else: None,
};

/// An order to be cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CancelOrder {
    /// Which order.
    #[serde(rename = "orderId")]
    pub order: OrderId,
    /// Its branch: must match.
    #[serde(rename = "branchId")]
    pub branch: BranchId,
}

impl Operation for CancelOrder {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::Order(self.order.clone())
    }

    fn body(&self) -> Body {
        Body::new(self)
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let Some(order) = &read.order else {
            return Vec::new();
        };
        let mut rows = vec![
            sent("order id", self.order.as_str()),
            sent("branch id", self.branch.as_str()),
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
            let sent = client.write(KIND.path, self, cancelled).await;
            sent.map(Made::Words)
        })
    }
}

/// The reply has the DCMS's own words; `Order cancelled successfully` is all that the contract knows.
fn cancelled(result: Option<&RawValue>) -> Result<Text, Doubt> {
    let said = decode::<String>(result)?;
    if !tells_success(&said) {
        return Err(Doubt::Unreadable("its words are not those of a success"));
    }
    Ok(Text::new(said).with_card_numbers_masked())
}

fn tells_success(said: &str) -> bool {
    let said = said.to_lowercase();
    let is_denied = ["unsuccess", "not ", "fail", "error"]
        .iter()
        .any(|word| said.contains(word));
    !is_denied && (said.contains("success") || said.contains("cancelled"))
}

fn may(order: &Order) -> Result<(), String> {
    if order.status.can_be_cancelled() {
        return Ok(());
    }
    Err(format!(
        "The order is {}: only an order that is RECEIVED can be cancelled.",
        order.status.word()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_a_success_tell_one() {
        assert!(tells_success("Order cancelled successfully"));
        assert!(tells_success("Order CANCELLED"));
        for said in [
            "",
            "FAILED",
            "Order could not be cancelled",
            "unsuccessful",
            "was not successful",
        ] {
            assert!(!tells_success(said), "{said}");
        }
    }
}
