//! One job a function: what is asked of the DCMS, in which order, and what is read afterwards.

use tokio::sync::mpsc::Sender;

use super::message::{
    AfterCancel, AfterPin, AfterUpgrade, Candidate, CustomerKits, Event, FindBy, Found, Ticket,
};
use crate::dcms::{
    CancelOrder, Client, EntityId, Holder, Kit, NotSent, Outcome, ReadFault, SetPin, Upgrade,
};

/// Of how many customers behind one mask the names are looked up; the rest is listed by id.
const NAMED: usize = 8;

/// Answers with the kits as soon as they are there, and with the customer's name when it comes.
pub(super) async fn find(client: &Client, ticket: Ticket, by: FindBy, events: &Sender<Event>) {
    match found(client, by).await {
        Ok(Found::One(customer)) => {
            let entity = customer.entity.clone();
            let found = Event::Found(ticket, Ok(Found::One(customer)));
            let (_, known) = tokio::join!(events.send(found), client.customer(&entity));
            // A bank may leave viewCustomer closed; the kits are what was asked for.
            if let Ok(known) = known {
                tell(events, Event::Named(ticket, entity, known)).await;
            }
        }
        other => tell(events, Event::Found(ticket, other)).await,
    }
}

async fn found(client: &Client, by: FindBy) -> Result<Found, ReadFault> {
    let entities = match by {
        FindBy::Entity(entity) => vec![entity],
        FindBy::Account(account) => {
            match <[Holder; 1]>::try_from(client.kits_on(&account).await?) {
                Ok([Holder { entity, kits, .. }]) => {
                    return Ok(Found::One(CustomerKits { entity, kits }));
                }
                Err(holders) => holders.into_iter().map(|holder| holder.entity).collect(),
            }
        }
        FindBy::Card(mask) => client.holders_of(&mask).await?,
    };
    match <[EntityId; 1]>::try_from(entities) {
        Ok([entity]) => {
            let kits = client.kits_of(&entity).await?;
            Ok(Found::One(CustomerKits { entity, kits }))
        }
        Err(entities) => Ok(Found::Several(candidates(client, entities).await)),
    }
}

async fn candidates(client: &Client, entities: Vec<EntityId>) -> Vec<Candidate> {
    let mut all = Vec::with_capacity(entities.len());
    for (place, entity) in entities.into_iter().enumerate() {
        let known = if place < NAMED {
            client.customer(&entity).await.ok()
        } else {
            None
        };
        let name = known.and_then(|customer| customer.name);
        all.push(Candidate { entity, name });
    }
    all
}

pub(super) async fn upgrade(client: &Client, request: Upgrade) -> AfterUpgrade {
    let outcome = client.upgrade(&request).await;
    let reading = reread(client, &request.entity, &outcome).await;
    AfterUpgrade {
        request,
        outcome,
        reading,
    }
}

pub(super) async fn set_pin(client: &Client, request: SetPin) -> AfterPin {
    let outcome = client.set_pin(&request).await;
    let reading = reread(client, &request.entity, &outcome).await;
    AfterPin {
        entity: request.entity,
        kit: request.kit,
        outcome,
        reading,
    }
}

pub(super) async fn cancel(client: &Client, request: CancelOrder) -> AfterCancel {
    let outcome = client.cancel_order(&request).await;
    let reading = match &outcome {
        Outcome::NotSent(why) => Err(ReadFault::NotReached(why.clone())),
        _ => client.order(&request.order).await,
    };
    AfterCancel {
        request,
        outcome,
        reading,
    }
}

/// After every write the state is read, so that what is shown is what was read. Where nothing was
/// sent there is nothing new to read, and most likely nobody to read it from.
async fn reread<T>(
    client: &Client,
    entity: &EntityId,
    outcome: &Outcome<T>,
) -> Result<Vec<Kit>, ReadFault> {
    match outcome {
        Outcome::NotSent(why) => Err(ReadFault::NotReached(why.clone())),
        _ => client.kits_of(entity).await,
    }
}

/// The answers to commands that could not even be begun.
pub(super) fn not_begun<T>(why: &str) -> (Outcome<T>, ReadFault) {
    let why = NotSent::Unmade(why.to_owned());
    (Outcome::NotSent(why.clone()), ReadFault::NotReached(why))
}

/// A screen that is gone waits for nothing.
pub(super) async fn tell(events: &Sender<Event>, event: Event) {
    events.send(event).await.ok();
}
