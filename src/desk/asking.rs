//! Asks the questions that are one call each, and leaves the note of each.

use super::look_ups::{Started, customer, kits_of};
use super::questions::{Answer, CustomerRead, Question};
use super::work::Work;
use crate::journal::LookUp;

/// Asks a question, and leaves its note.
pub(super) async fn ask(work: &Work, question: &Question) -> Answer {
    let client = &work.client;
    let noted = |what| Started::now(work, what);
    match question {
        Question::Customer(entity) => {
            let (customer, kits) = tokio::join!(customer(work, entity), kits_of(work, entity));
            Answer::Customer(CustomerRead {
                customer: customer.map(Box::new),
                kits,
            })
        }
        Question::Parcels(kit) => {
            let mut note = noted(LookUp::KitTracking);
            note.subject.kit = Some(kit.clone());
            let parcels = client.shipments_of(kit).await;
            note.ended(&parcels);
            Answer::Parcels(parcels)
        }
        Question::Limits(entity, kit) => {
            let mut note = noted(LookUp::Limits);
            note.subject.entity = Some(entity.clone());
            note.subject.kit = Some(kit.clone());
            let limits = client.preferences(entity, kit).await;
            note.ended(&limits);
            Answer::Limits(limits.map(Box::new))
        }
        Question::Transactions(query) => {
            let mut note = noted(LookUp::Transactions);
            note.subject.entity = Some(query.entity.clone());
            note.subject.kit.clone_from(&query.kit);
            let page = client.transactions(query).await;
            note.ended(&page);
            Answer::Transactions(page)
        }
        Question::BranchOrders(query) => {
            let mut note = noted(LookUp::BranchOrders);
            note.say(format!("branch {}", query.branch));
            let orders = client.orders_of(query).await;
            note.ended(&orders);
            Answer::BranchOrders(orders)
        }
        // What was typed of the card is not recorded.
        Question::CheckCard(check) => {
            let mut note = noted(LookUp::CardCheck);
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
