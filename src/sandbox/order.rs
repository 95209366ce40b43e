//! Orders of cards, and how they go on.
//! Nothing here knows JSON or HTTP.

use super::day::Day;

/// An order of cards.
pub(super) struct Order {
    pub(super) name: String,
    pub(super) branch: &'static str,
    pub(super) state: OrderState,
    /// Whether it goes on with every look at it, and whether it fails in the end.
    pub(super) moves: Option<Ending>,
    pub(super) cards: u32,
    pub(super) product: Product,
    /// What is ordered: cards for customers, or boxes of them (contract, `refType`).
    pub(super) ref_type: &'static str,
    pub(super) ordered: Day,
}

/// What kind of card is ordered.
pub(super) struct Product {
    pub(super) bin: String,
    pub(super) id: String,
}

/// How a moving order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Success,
    Failed,
}

/// States of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderState {
    Received,
    Pending,
    Processed,
    Success,
    Failed,
    Cancelled,
    /// Cancelled, in another word.
    OrderCancelled,
    /// Cancelled, in a word that no page has.
    Withdrawn,
}

impl OrderState {
    /// As it travels.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::Pending => "PENDING",
            Self::Processed => "PROCESSED",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::OrderCancelled => "ORDER_CANCELLED",
            Self::Withdrawn => "WITHDRAWN",
        }
    }
}

impl Order {
    /// One step of its life.
    pub(super) fn go_on(&mut self) {
        let Some(ending) = self.moves else { return };
        self.state = match (self.state, ending) {
            (OrderState::Received, _) => OrderState::Pending,
            (OrderState::Pending, _) => OrderState::Processed,
            (OrderState::Processed, Ending::Success) => OrderState::Success,
            (OrderState::Processed, Ending::Failed) => OrderState::Failed,
            (settled, _) => settled,
        };
    }
}
