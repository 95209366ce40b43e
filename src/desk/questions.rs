//! Look-ups that are one call each: what is asked, and what comes back.

use crate::dcms::{
    BranchOrder, BranchOrdersQuery, CardCheck, CheckedCard, Customer, EntityId, KitNo, Kits, List,
    Preferences, ReadError, Shipment, TransactionQuery, Transactions,
};

/// What is asked.
#[derive(Debug)]
pub enum Question {
    /// What is known about a customer, and their kits: both at once.
    Customer(EntityId),
    /// Where a kit's parcels are.
    Parcels(KitNo),
    /// A card's switches and limits.
    Limits(EntityId, KitNo),
    /// A page of a customer's payments.
    Transactions(TransactionQuery),
    /// A page of a branch's orders.
    BranchOrders(BranchOrdersQuery),
    /// Whether a card at the counter is this customer's.
    CheckCard(CardCheck),
}

/// What comes back, a case for each question.
#[derive(Debug)]
pub enum Answer {
    /// To [`Question::Customer`].
    Customer(CustomerRead),
    /// To [`Question::Parcels`].
    Parcels(Result<Vec<Shipment>, ReadError>),
    /// To [`Question::Limits`].
    Limits(Result<Box<Preferences>, ReadError>),
    /// To [`Question::Transactions`].
    Transactions(Result<Transactions, ReadError>),
    /// To [`Question::BranchOrders`].
    BranchOrders(Result<List<BranchOrder>, ReadError>),
    /// To [`Question::CheckCard`].
    CheckCard(Result<CheckedCard, ReadError>),
}

/// A customer and their kits. A bank may leave one of the calls closed: each can fail without the other.
#[derive(Debug)]
pub struct CustomerRead {
    /// Who they are.
    pub customer: Result<Box<Customer>, ReadError>,
    /// All of their kits.
    pub kits: Result<Kits, ReadError>,
}

impl Question {
    /// What answers it where nothing could be asked.
    pub(super) fn failed(&self, error: ReadError) -> Answer {
        match self {
            Self::Customer(_) => Answer::Customer(CustomerRead {
                customer: Err(error.clone()),
                kits: Err(error),
            }),
            Self::Parcels(_) => Answer::Parcels(Err(error)),
            Self::Limits(..) => Answer::Limits(Err(error)),
            Self::Transactions(_) => Answer::Transactions(Err(error)),
            Self::BranchOrders(_) => Answer::BranchOrders(Err(error)),
            Self::CheckCard(_) => Answer::CheckCard(Err(error)),
        }
    }
}
