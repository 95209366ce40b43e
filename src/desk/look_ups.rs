//! The look-ups, one job a function: what is asked of the DCMS, in which order. Each question leaves a
//! note in the journal, also where its job is dropped before the answer; nobody waits for a note.

use std::time::Duration;

use tokio::time::Instant;

use super::message::{Candidate, CustomerKits, Event, FindBy, Found, Ticket};
use super::operations::{AddressesRead, Kind};
use super::reading::{AsOf, Part, Reading, Undone};
use super::sentences;
use super::target::Target;
use super::work::Work;
use crate::dcms::{
    Customer, EntityId, Holder, Kit, KitNo, Kits, List, Order, OrderId, PinChange, Preferences,
    ReadError, Word,
};
use crate::journal::{JournalError, LookUp, Note, NoteKind, Operation, Record, Subject, Write};

/// Of how many customers behind one mask the names are looked up; the rest is listed by id.
const NAMED: usize = 8;
/// How long a reading before a write waits to know where the journal ends.
const JOURNAL_PATIENCE: Duration = Duration::from_secs(1);

/// Answers with the kits, or with the customers of whom one must be chosen.
pub(super) async fn find(work: &Work, ticket: Ticket, by: FindBy) {
    let mut note = Started::now(
        work,
        match &by {
            FindBy::Entity(_) => LookUp::KitsByEntity,
            FindBy::Account(_) => LookUp::KitsByAccount,
            FindBy::Card(_) => LookUp::OwnersByCard,
        },
    );
    match &by {
        FindBy::Entity(entity) => note.subject.entity = Some(entity.clone()),
        FindBy::Account(account) => {
            note.account = Some(account.to_string());
            note.say(format!("account {account}"));
        }
        FindBy::Card(mask) => note.say(format!("card {mask}")),
    }
    let found = found(work, by, note).await;
    work.tell(Event::Found(ticket, found)).await;
}

/// A customer's name. A bank may leave viewCustomer closed: then there is no answer.
pub(super) async fn name(work: &Work, ticket: Ticket, entity: EntityId) {
    if let Ok(known) = customer(work, &entity).await {
        work.tell(Event::Named(ticket, entity, known)).await;
    }
}

pub(super) async fn customer(work: &Work, entity: &EntityId) -> Result<Customer, ReadError> {
    let mut note = Started::now(work, LookUp::Customer);
    note.subject.entity = Some(entity.clone());
    let known = work.client.customer(entity).await;
    note.ended(&known);
    known
}

/// What a write is about, just before it is reviewed.
pub(super) async fn read_again(work: &Work, ticket: Ticket, write: Write, target: Target) {
    let kind = Kind::from_write(write);
    let subject = target.subject();
    // Asked first, so that nothing that changes them afterwards is taken for earlier. A journal that
    // does not answer keeps nobody from reading.
    let asked = work.recorder.ask(move |journal| {
        let last = journal.reader().last()?;
        let undone = undone(kind, |writes| journal.last_done(writes, &subject))?;
        Ok((last, undone))
    });
    let asked = tokio::time::timeout(JOURNAL_PATIENCE, asked).await;
    let asked = asked.ok().and_then(Result::ok);
    let (since, undone) = match asked {
        Some((last, undone)) => (Some(last), undone),
        None => (None, kind.undoes.first().map(|_| Undone::NotAsked)),
    };
    // Before the cards are read, as above.
    let mut as_of = elsewhere(work, &target).await;
    as_of.since = since;
    let (read, addresses) = tokio::join!(
        read(work, kind, &target, true),
        addresses(work, kind, &target)
    );
    let read = read.map(|read| Reading {
        addresses,
        as_of: Some(Box::new(as_of)),
        undone,
        ..read
    });
    work.tell(Event::ReadAgain(ticket, read)).await;
}

/// What the central store knows of what a write is about.
async fn elsewhere(work: &Work, target: &Target) -> AsOf {
    let Some(central) = work.recorder.central() else {
        return AsOf::default();
    };
    let signature = work.recorder.ask(|journal| Ok(journal.signature()));
    let Ok((who, place)) = signature.await else {
        return AsOf::default();
    };
    let Some(seen) = central.seen(&target.subject(), &place).await else {
        return AsOf::default();
    };
    // What this host does its own journal says.
    let other = seen.holder.filter(|holder| holder.host != who.host);
    let other = other.map(|holder| format!("On another host, {holder}."));
    let missing = (seen.missing > 0).then(|| sentences::missing_claims(seen.missing));
    AsOf {
        since: None,
        generation: Some(seen.generation),
        elsewhere: other.or(missing),
    }
}

/// Where the post of a customer goes to whom a write sends a new card. That it could not be read makes nothing else
/// unread: a bank may leave viewCustomer closed.
async fn addresses(work: &Work, kind: &Kind, target: &Target) -> Option<AddressesRead> {
    match target {
        Target::Kit { entity, .. } | Target::Customer(entity) if kind.write.brings_kits() => {
            let customer = customer(work, entity).await;
            Some(customer.map(|customer| customer.addresses))
        }
        Target::Kit { .. } | Target::Customer(_) | Target::Order(_) => None,
    }
}

/// Whether what a write would undo is on record, and was not undone since.
fn undone(
    kind: &Kind,
    last_done: impl FnOnce(&[Write]) -> Result<Option<Record>, JournalError>,
) -> Result<Option<Undone>, JournalError> {
    if kind.undoes.is_empty() {
        return Ok(None);
    }
    let last = last_done(&[kind.undoes, &[kind.write]].concat())?;
    let itself = Operation::from(kind.write);
    Ok(Some(match last {
        Some(record) if record.operation != itself => Undone::Here(Box::new(record)),
        Some(_) | None => Undone::NotHere,
    }))
}

/// All parts of what a write needs to be read. What is read after it is in its own records, and leaves no
/// notes.
pub(super) async fn read(
    work: &Work,
    kind: &Kind,
    target: &Target,
    leaves_notes: bool,
) -> Result<Reading, ReadError> {
    let mut reading = Reading::default();
    for part in kind.reads {
        match (part, target) {
            (Part::Kits, Target::Kit { entity, .. } | Target::Customer(entity)) => {
                let kits = if leaves_notes {
                    kits_of(work, entity).await
                } else {
                    work.client.kits_of(entity).await
                };
                reading.kits = Some(kits?);
            }
            (Part::Order, Target::Order(order)) => {
                let order = if leaves_notes {
                    order_of(work, order).await
                } else {
                    work.client.order(order).await
                };
                reading.order = Some(Box::new(order?));
            }
            (Part::Limits, Target::Kit { entity, kit }) => {
                let limits = if leaves_notes {
                    limits_of(work, entity, kit).await
                } else {
                    work.client.preferences(entity, kit).await
                };
                reading.limits = Some(Box::new(limits?));
            }
            (Part::PinChange, Target::Kit { entity, kit }) => {
                let kits = reading.kits.as_deref().unwrap_or_default();
                let kit = kits.iter().find(|known| known.kit_no == *kit);
                reading.pin = match kit {
                    Some(kit) => pin_change_of(work, entity, kit, leaves_notes).await,
                    None => None,
                };
            }
            // A customer is none of an order's, and the other way round: a kind says both.
            (Part::Kits, Target::Order(_))
            | (Part::Order, Target::Kit { .. } | Target::Customer(_))
            | (Part::Limits | Part::PinChange, Target::Order(_) | Target::Customer(_)) => {}
        }
    }
    Ok(reading)
}

pub(super) async fn kits_of(work: &Work, entity: &EntityId) -> Result<Kits, ReadError> {
    let mut note = Started::now(work, LookUp::KitsByEntity);
    note.subject.entity = Some(entity.clone());
    let kits = work.client.kits_of(entity).await;
    note.ended(&kits);
    kits
}

async fn limits_of(work: &Work, entity: &EntityId, kit: &KitNo) -> Result<Preferences, ReadError> {
    let mut note = Started::now(work, LookUp::Limits);
    note.subject.entity = Some(entity.clone());
    note.subject.kit = Some(kit.clone());
    let read = work.client.preferences(entity, kit).await;
    note.ended(&read);
    read
}

/// Nothing where the DCMS can't find the card: it takes its number encrypted.
async fn pin_change_of(
    work: &Work,
    entity: &EntityId,
    kit: &Kit,
    leaves_note: bool,
) -> Option<Result<PinChange, ReadError>> {
    let number = kit.encrypted_pan.as_ref();
    let number = number.filter(|_| work.client.finds_by_card_number())?;
    let asked = work.client.pin_change(entity, &kit.kit_no, number);
    if !leaves_note {
        return Some(asked.await);
    }
    let mut note = Started::now(work, LookUp::PinChange);
    note.subject.entity = Some(entity.clone());
    note.subject.kit = Some(kit.kit_no.clone());
    let read = asked.await;
    note.ended(&read);
    Some(read)
}

/// An order.
pub(super) async fn read_order(work: &Work, ticket: Ticket, order: OrderId) {
    let read = order_of(work, &order).await;
    work.tell(Event::OrderRead(ticket, read)).await;
}

async fn order_of(work: &Work, order: &OrderId) -> Result<Order, ReadError> {
    let mut note = Started::now(work, LookUp::OrderStatus);
    note.subject.order = Some(order.clone());
    let read = work.client.order(order).await;
    note.ended(&read);
    read
}

/// A look-up under way. It leaves its note when it ends, and when its job is dropped before: what was
/// asked is on record.
pub(super) struct Started<'a> {
    work: &'a Work,
    what: LookUp,
    at: Instant,
    pub(super) subject: Subject,
    account: Option<String>,
    said: Option<String>,
    has_ended: bool,
}

impl<'a> Started<'a> {
    pub(super) fn now(work: &'a Work, what: LookUp) -> Self {
        Self {
            work,
            what,
            at: Instant::now(),
            subject: Subject::default(),
            account: None,
            said: None,
            has_ended: false,
        }
    }

    /// Says something of what was asked.
    pub(super) fn say(&mut self, what: String) {
        self.said = Some(what);
    }

    pub(super) fn ended<T>(mut self, end: &Result<T, ReadError>) {
        self.has_ended = true;
        let error = end.as_ref().err();
        let code = match error {
            Some(ReadError::Refused(refusal)) => refusal.code_shown(),
            Some(ReadError::NotReached(_) | ReadError::Lost(_)) | None => None,
        };
        let outcome = error.map_or(Word::Done, ReadError::word);
        self.note(outcome, code, error.map(ToString::to_string));
    }

    fn note(&mut self, outcome: Word, error_code: Option<String>, why: Option<String>) {
        let message = [self.said.take(), why].into_iter().flatten();
        let message = message.collect::<Vec<_>>();
        let subject = std::mem::take(&mut self.subject);
        let mut note = Note {
            outcome: Some(outcome),
            error_code,
            message: (!message.is_empty()).then(|| message.join(": ")),
            duration: Some(self.at.elapsed()),
            ..Note::new(NoteKind::LookUp, self.what, subject)
        };
        if outcome == Word::Done {
            note.answered.extend(self.account.take());
            note = note.answered();
        }
        self.work.note(note);
    }
}

impl Drop for Started<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            let why = "the user left before an answer came".to_owned();
            self.note(Word::Unknown, None, Some(why));
        }
    }
}

/// Finds the customer; the note is about the first question. What is asked besides leaves its own.
async fn found(work: &Work, by: FindBy, mut note: Started<'_>) -> Result<Found, ReadError> {
    let candidates = match by {
        FindBy::Entity(entity) => {
            let kits = work.client.kits_of(&entity).await;
            note.ended(&kits);
            let kits = kits?;
            return Ok(Found::One(CustomerKits { entity, kits }));
        }
        FindBy::Account(account) => {
            let holders = work.client.kits_on(&account).await;
            if let Ok(holders) = &holders
                && let Some(entity) = only(holders).map(|holder| holder.entity.clone())
            {
                note.subject.entity = Some(entity);
            }
            note.ended(&holders);
            let holders = holders?;
            if only(&holders).is_some() {
                let mut holders = holders.items;
                let Holder { entity, kits, .. } = holders.remove(0);
                return Ok(Found::One(CustomerKits { entity, kits }));
            }
            holders.map(|holder| Candidate {
                entity: holder.entity,
                name: None,
                kits: Some(holder.kits),
            })
        }
        FindBy::Card(mask) => {
            let entities = work.client.holders_of(&mask).await;
            if let Ok(entities) = &entities {
                note.subject.entity = only(entities).cloned();
            }
            note.ended(&entities);
            let entities = entities?;
            if let Some(entity) = only(&entities).cloned() {
                let kits = kits_of(work, &entity).await?;
                return Ok(Found::One(CustomerKits { entity, kits }));
            }
            entities.map(|entity| Candidate {
                entity,
                name: None,
                kits: None,
            })
        }
    };
    Ok(Found::Several(named(work, candidates).await))
}

/// The only one, where there can be no other.
fn only<T>(list: &List<T>) -> Option<&T> {
    match (&list.items[..], list.unread) {
        ([one], 0) => Some(one),
        _ => None,
    }
}

async fn named(work: &Work, mut candidates: List<Candidate>) -> List<Candidate> {
    for candidate in candidates.items.iter_mut().take(NAMED) {
        let known = customer(work, &candidate.entity).await.ok();
        candidate.name = known.and_then(|customer| customer.name);
    }
    candidates
}
