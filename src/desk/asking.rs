//! Asks the questions that are one call each, and leaves the note of each.

use super::look_ups::Started;
use super::questions::{Answer, Question};
use super::work::Work;
use crate::journal::LookUp;

/// Asks a question, and leaves its note.
pub(super) async fn ask(work: &Work, question: &Question) -> Answer {
    let client = &work.client;
    let mut note = Started::now(work, look_up(question));
    match question {
        Question::Customer(entity) => {
            note.subject.entity = Some(entity.clone());
            let customer = client.customer(entity).await;
            note.ended(&customer);
            Answer::Customer(customer.map(Box::new))
        }
        Question::Parcels(kit) => {
            note.subject.kit = Some(kit.clone());
            let parcels = client.shipments_of(kit).await;
            note.ended(&parcels);
            Answer::Parcels(parcels)
        }
        Question::Limits(entity, kit) => {
            note.subject.entity = Some(entity.clone());
            note.subject.kit = Some(kit.clone());
            let limits = client.preferences(entity, kit).await;
            note.ended(&limits);
            Answer::Limits(limits.map(Box::new))
        }
        Question::Transactions(query) => {
            note.subject.entity = Some(query.entity.clone());
            note.subject.kit.clone_from(&query.kit);
            let page = client.transactions(query).await;
            note.ended(&page);
            Answer::Transactions(page)
        }
        Question::BranchOrders(query) => {
            note.say(format!("branch {}", query.branch));
            let orders = client.orders_of(query).await;
            note.ended(&orders);
            Answer::BranchOrders(orders)
        }
        // What was typed of the card is not recorded.
        Question::CheckCard(check) => {
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

fn look_up(question: &Question) -> LookUp {
    match question {
        Question::Customer(_) => LookUp::Customer,
        Question::Parcels(_) => LookUp::KitTracking,
        Question::Limits(..) => LookUp::Limits,
        Question::Transactions(_) => LookUp::Transactions,
        Question::BranchOrders(_) => LookUp::BranchOrders,
        Question::CheckCard(_) => LookUp::CardCheck,
    }
}
