//! Look-ups that are one call each: what is asked, what comes back, and the note that it leaves.

use super::look_ups::Started;
use super::work::Work;
use crate::dcms::{
    BranchOrder, BranchOrdersQuery, CardCheck, CheckedCard, Customer, EntityId, KitNo, List,
    Preferences, ReadError, Shipment, TransactionQuery, Transactions,
};
use crate::journal::LookUp;

/// What is asked.
#[derive(Debug)]
pub enum Question {
    /// What is known about a customer.
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
    Customer(Result<Box<Customer>, ReadError>),
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

impl Question {
    /// Asks it, and leaves the note.
    pub(super) async fn ask(&self, work: &Work) -> Answer {
        let client = &work.client;
        let mut note = Started::now(work, self.look_up());
        match self {
            Self::Customer(entity) => {
                note.subject.entity = Some(entity.clone());
                let customer = client.customer(entity).await;
                note.ended(&customer);
                Answer::Customer(customer.map(Box::new))
            }
            Self::Parcels(kit) => {
                note.subject.kit = Some(kit.clone());
                let parcels = client.shipments_of(kit).await;
                note.ended(&parcels);
                Answer::Parcels(parcels)
            }
            Self::Limits(entity, kit) => {
                note.subject.entity = Some(entity.clone());
                note.subject.kit = Some(kit.clone());
                let limits = client.preferences(entity, kit).await;
                note.ended(&limits);
                Answer::Limits(limits.map(Box::new))
            }
            Self::Transactions(query) => {
                note.subject.entity = Some(query.entity.clone());
                note.subject.kit.clone_from(&query.kit);
                let page = client.transactions(query).await;
                note.ended(&page);
                Answer::Transactions(page)
            }
            Self::BranchOrders(query) => {
                note.say(format!("branch {}", query.branch));
                let orders = client.orders_of(query).await;
                note.ended(&orders);
                Answer::BranchOrders(orders)
            }
            // What was typed of the card is not recorded.
            Self::CheckCard(check) => {
                note.subject.entity = Some(check.entity.clone());
                let checked = client.check_card(check).await;
                if let Ok(card) = &checked {
                    note.subject.kit = Some(card.kit.clone());
                }
                note.ended(&checked);
                Answer::CheckCard(checked)
            }
        }
    }

    /// What answers it where nothing could be asked.
    pub(super) fn failed(&self, error: ReadError) -> Answer {
        match self {
            Self::Customer(_) => Answer::Customer(Err(error)),
            Self::Parcels(_) => Answer::Parcels(Err(error)),
            Self::Limits(..) => Answer::Limits(Err(error)),
            Self::Transactions(_) => Answer::Transactions(Err(error)),
            Self::BranchOrders(_) => Answer::BranchOrders(Err(error)),
            Self::CheckCard(_) => Answer::CheckCard(Err(error)),
        }
    }

    fn look_up(&self) -> LookUp {
        match self {
            Self::Customer(_) => LookUp::Customer,
            Self::Parcels(_) => LookUp::KitTracking,
            Self::Limits(..) => LookUp::Limits,
            Self::Transactions(_) => LookUp::Transactions,
            Self::BranchOrders(_) => LookUp::BranchOrders,
            Self::CheckCard(_) => LookUp::CardCheck,
        }
    }
}
