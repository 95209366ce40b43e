//! The look-ups, one job a function: what is asked of the DCMS, in which order. Each leaves a note in
//! the journal, after its answer was told: nobody waits for a note.

use std::time::Duration;

use tokio::time::Instant;

use super::kits::KitsRead;
use super::message::{Candidate, CustomerKits, Event, FindBy, Found, Ticket};
use super::work::Work;
use crate::dcms::{Client, EntityId, Holder, KitNo, OrderId, ReadFault};
use crate::journal::{LookUp, Note, NoteKind, OutcomeWord, Subject};

/// Of how many customers behind one mask the names are looked up; the rest is listed by id.
const NAMED: usize = 8;
/// How long a reading before a write waits to know where the journal ends.
const JOURNAL_PATIENCE: Duration = Duration::from_secs(1);

/// Answers with the kits as soon as they are there, and with the customer's name when it comes.
pub(super) async fn find(work: &Work, ticket: Ticket, by: FindBy) {
    let mut note = Started::now(match &by {
        FindBy::Entity(_) => LookUp::KitsByEntity,
        FindBy::Account(_) => LookUp::KitsByAccount,
        FindBy::Card(_) => LookUp::OwnersByCard,
    });
    match &by {
        FindBy::Entity(entity) => note.subject.entity = Some(entity.clone()),
        FindBy::Account(account) => {
            note.account = Some(account.to_string());
            note.said = Some(format!("account {account}"));
        }
        FindBy::Card(mask) => note.said = Some(format!("card {mask}")),
    }
    let found = found(&work.client, by).await;
    if let Ok(Found::One(customer)) = &found {
        note.subject.entity = Some(customer.entity.clone());
    }
    work.note(note.ended(&found));
    let named = match &found {
        Ok(Found::One(customer)) => Some(customer.entity.clone()),
        _ => None,
    };
    let told = work.tell(Event::Found(ticket, found));
    let Some(entity) = named else {
        return told.await;
    };
    let mut note = Started::now(LookUp::Customer);
    note.subject.entity = Some(entity.clone());
    let ((), known) = tokio::join!(told, work.client.customer(&entity));
    work.note(note.ended(&known));
    // A bank may leave viewCustomer closed; the kits are what was asked for.
    if let Ok(known) = known {
        work.tell(Event::Named(ticket, entity, known)).await;
    }
}

/// A customer's kits, just before a write is reviewed.
pub(super) async fn read_again(work: &Work, ticket: Ticket, entity: EntityId) {
    // Asked first, so that nothing that changes them afterwards is taken for earlier. A journal that
    // does not answer keeps nobody from reading.
    let last = work.recorder.ask(|journal| journal.reader().last());
    let since = tokio::time::timeout(JOURNAL_PATIENCE, last).await;
    let since = since.ok().and_then(Result::ok);
    let mut note = Started::now(LookUp::KitsByEntity);
    let kits = work.client.kits_of(&entity).await;
    note.subject.entity = Some(entity);
    work.note(note.ended(&kits));
    let read = kits.map(|kits| KitsRead { kits, since });
    work.tell(Event::KitsAgain(ticket, read)).await;
}

/// An order.
pub(super) async fn read_order(work: &Work, ticket: Ticket, order: OrderId) {
    let mut note = Started::now(LookUp::OrderStatus);
    let read = work.client.order(&order).await;
    note.subject.order = Some(order);
    work.note(note.ended(&read));
    work.tell(Event::OrderRead(ticket, read)).await;
}

/// A kit's parcels.
pub(super) async fn track(work: &Work, ticket: Ticket, kit: KitNo) {
    let mut note = Started::now(LookUp::KitTracking);
    let shipments = work.client.shipments_of(&kit).await;
    note.subject.kit = Some(kit);
    work.note(note.ended(&shipments));
    work.tell(Event::Tracked(ticket, shipments)).await;
}

/// A look-up under way, for the note that it leaves.
struct Started {
    what: LookUp,
    at: Instant,
    subject: Subject,
    account: Option<String>,
    said: Option<String>,
}

impl Started {
    fn now(what: LookUp) -> Self {
        Self {
            what,
            at: Instant::now(),
            subject: Subject::default(),
            account: None,
            said: None,
        }
    }

    fn ended<T>(self, end: &Result<T, ReadFault>) -> Note {
        let fault = end.as_ref().err();
        let code = match fault {
            Some(ReadFault::Refused(refusal)) => refusal.code.as_ref(),
            _ => None,
        };
        let outcome = match fault {
            None => OutcomeWord::Done,
            Some(ReadFault::Refused(_)) => OutcomeWord::Refused,
            Some(ReadFault::NotReached(_)) => OutcomeWord::NotSent,
            Some(ReadFault::Lost(_)) => OutcomeWord::Unknown,
        };
        let why = fault.map(ToString::to_string);
        let message = [self.said, why].into_iter().flatten().collect::<Vec<_>>();
        let mut note = Note {
            outcome: Some(outcome),
            error_code: code.map(|code| code.shown().into_owned()),
            message: (!message.is_empty()).then(|| message.join(": ")),
            duration: Some(self.at.elapsed()),
            ..Note::new(NoteKind::LookUp, self.what, self.subject)
        };
        if end.is_ok() {
            note.answered.extend(self.account);
            note = note.answered();
        }
        note
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
