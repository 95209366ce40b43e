//! A card order.

use serde::Deserialize;
use serde_json::json;

use super::decode;
use crate::dcms::client::Client;
use crate::dcms::ids::OrderId;
use crate::dcms::list::List;
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};

/// A card order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The order's name.
    pub name: Option<Text>,
    /// How far it has come.
    pub status: OrderStatus,
    /// The tenant that it belongs to.
    pub tenant: Option<Text>,
    /// What was ordered.
    pub products: List<OrderedProduct>,
}

/// How far an order has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderStatus {
    /// Taken in: can still be cancelled.
    Received,
    /// Waiting.
    Pending,
    /// Worked on.
    Processed,
    /// Ended well.
    Success,
    /// Ended badly.
    Failed,
    /// Cancelled, by any of the words for it.
    Cancelled(Text),
    /// A word that this program does not know.
    Other(Text),
}

impl Order {
    /// One of which no more is known than its status.
    #[must_use]
    pub fn of_status(word: &str) -> Self {
        Self {
            name: None,
            status: OrderStatus::of(Text::new(word)),
            tenant: None,
            products: List::default(),
        }
    }
}

impl OrderStatus {
    fn of(text: Text) -> Self {
        // No page names the state after a cancellation (contract, 5.6).
        let word = text.as_sent().trim().to_uppercase();
        let has_failed = ["FAIL", "REJECT", "DENIED", "ERROR"]
            .iter()
            .any(|part| word.contains(part));
        if word.starts_with("CANCEL") && !has_failed || word == "ORDER_CANCELLED" {
            return Self::Cancelled(text);
        }
        let known = [
            ("RECEIVED", Self::Received),
            ("PENDING", Self::Pending),
            ("PROCESSED", Self::Processed),
            ("SUCCESS", Self::Success),
            ("FAILED", Self::Failed),
        ];
        known
            .into_iter()
            .find(|(word, _)| text.is_word(word))
            .map_or(Self::Other(text), |(_, status)| status)
    }

    /// The contract's word for it, harmless to show.
    #[must_use]
    pub fn word(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Received => "RECEIVED".into(),
            Self::Pending => "PENDING".into(),
            Self::Processed => "PROCESSED".into(),
            Self::Success => "SUCCESS".into(),
            Self::Failed => "FAILED".into(),
            Self::Cancelled(text) | Self::Other(text) => text.shown(),
        }
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    /// Whether a cancellation can be asked for; an unknown word is left to the DCMS to judge.
    #[must_use]
    pub fn can_be_cancelled(&self) -> bool {
        matches!(self, Self::Received | Self::Other(_))
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderedProduct {
    /// The first digits of the cards.
    #[serde(default, deserialize_with = "text::optional")]
    pub bin_number: Option<Text>,
    /// `PHYSICAL` or `VIRTUAL`.
    #[serde(default, deserialize_with = "text::optional")]
    pub card_type: Option<Text>,
    /// For whom.
    #[serde(default, deserialize_with = "text::optional")]
    pub corporate_name: Option<Text>,
    /// How many cards.
    #[serde(default, deserialize_with = "text::optional")]
    pub no_of_card: Option<Text>,
    /// Of which product.
    #[serde(default, deserialize_with = "text::optional")]
    pub product_id: Option<Text>,
    /// How far this line has come.
    #[serde(default, deserialize_with = "text::optional")]
    pub status: Option<Text>,
}

impl Client {
    /// A card order.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn order(&self, order: &OrderId) -> Result<Order, ReadError> {
        let body = json!({"cardOrderId": order.as_str()});
        self.read("/card-order/fetchStatus", &body, |result| {
            let wire: OrderWire = decode(result)?;
            let status = wire
                .status
                .ok_or(Doubt::Unreadable("an order without a status"))?;
            Ok(Order {
                name: wire.card_order_name,
                status: OrderStatus::of(status),
                tenant: wire.tenant_name,
                products: wire.product_details,
            })
        })
        .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderWire {
    #[serde(default, deserialize_with = "text::optional")]
    card_order_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    status: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    tenant_name: Option<Text>,
    #[serde(default)]
    product_details: List<OrderedProduct>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_for_a_cancelled_order_settles_it_and_is_shown_as_it_came() {
        for word in [
            "CANCELLED",
            "CANCELED",
            "cancelled_by_branch",
            "ORDER_CANCELLED",
        ] {
            let status = OrderStatus::of(Text::new(word));
            assert!(status.is_cancelled(), "{word}");
            assert_eq!(status.word(), word);
            assert!(!status.can_be_cancelled());
        }
        for word in [
            "ORDER_RECEIVED",
            "NOT_CANCELLED",
            "PENDING_CANCELLATION",
            "CANCEL_FAILED",
            "CANCELLATION_REJECTED",
        ] {
            assert!(!OrderStatus::of(Text::new(word)).is_cancelled(), "{word}");
        }
    }
}
