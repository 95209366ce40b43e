//! What the screens ask of the desk and what it answers. Every command carries a ticket.
//! No message can hold a clear PIN, a full PAN or a key: a PIN comes sealed, a PAN masked.

use jiff::civil::Date;

use super::bank::{BankPage, BankQuestion};
use super::central::Delivery;
use super::day::Day;
use super::history::{Asked, Histories};
use super::operations::Request;
use super::questions::{Answer, Question};
use super::reading::Reading;
use super::settling::Observation;
use super::target::Target;
use super::written::Written;
use crate::dcms::{
    AccountNo, Customer, EntityId, Kits, List, Order, OrderId, ReadError, Text, Word,
};
use crate::journal::{
    Anchor, Filter, Finding, Listed, LookUps, Note, OpenWrite, Page, Record, RecordId,
    RecordThread, Write,
};
use crate::pin::MaskedPan;

/// Ties an answer to its question, so that an answer which nobody waits for any more is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(pub u64);

/// By what a customer is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindBy {
    /// The customer's own id.
    Entity(EntityId),
    /// A bank account.
    Account(AccountNo),
    /// A card's first six and last four.
    Card(MaskedPan),
}

/// What is most likely asked next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A look-up.
    LookUp,
    /// A write, and the reading after it.
    Write,
}

/// A question to the desk.
#[derive(Debug)]
pub enum Command {
    /// Open the connections that this needs, so that it takes one round trip. Nothing of it is sent.
    Prepare(Next),
    /// Find a customer's kits.
    Find(Ticket, FindBy),
    /// Ask for a customer's name.
    Name(Ticket, EntityId),
    /// Read what a write is about, and all that it needs besides, just before it is reviewed.
    ReadAgain(Ticket, Write, Target),
    /// Read an order.
    ReadOrder(Ticket, OrderId),
    /// Ask what takes one look-up.
    Ask(Ticket, Box<Question>),
    /// Change something. Can't be left once it is under way.
    Write(Ticket, Box<Request>),
    /// Read the outcome of an open write, now.
    Settle(Ticket, RecordId),
    /// Settle an open write by what a person says, with their reason.
    Decide(Ticket, RecordId, Finding, String),
    /// Read what the DCMS says now of a write that another host, which is gone, has left open. Settles nothing.
    ReadForGone(Ticket, Box<Record>),
    /// Settle such a write, by the name of its claim, by what a person says, with their reason.
    DecideForGone(Ticket, String, Finding, String),
    /// The actions on record of which anything fits, newest first.
    Records(Ticket, Box<Filter>, LookUps, Page),
    /// A record with what it belongs to.
    RecordThread(Ticket, RecordId),
    /// A day's end, of this operator alone or of everybody; without a date, today's.
    Day(Ticket, Option<Date>, Option<String>),
    /// Read the records of the whole bank.
    Bank(Ticket, Box<BankQuestion>),
    /// What is on record of these writes since then; without an anchor, what forbids them now.
    Histories(Ticket, Option<Anchor>, Vec<Asked>),
    /// Record something that happened here and that nothing follows from.
    Note(Box<Note>),
    /// Nobody waits for that look-up any more. Means nothing for a write.
    Leave(Ticket),
}

/// An answer of the desk's.
#[derive(Debug)]
pub enum Event {
    /// What a look-up found.
    Found(Ticket, Result<Found, ReadError>),
    /// What is known about a customer, where the DCMS tells it.
    Named(Ticket, EntityId, Customer),
    /// What a write is about, as it is now.
    ReadAgain(Ticket, Result<Reading, ReadError>),
    /// An order as it is now.
    OrderRead(Ticket, Result<Order, ReadError>),
    /// The answer to what was asked.
    Answered(Ticket, Answer),
    /// A write's intent is on record, and it is sent now.
    PendingWrite(RecordId),
    /// Whether what is done here is recorded: told when that has changed.
    Recording(Result<(), String>),
    /// How far the records are forwarded to the central store: told when that has changed.
    Central(Delivery),
    /// A job has crashed. Where it was to answer a question, an answer that says so came before this.
    Crashed,
    /// A write has its outcome, in a word and a sentence. What is read afterwards comes with [`Self::Written`].
    Ended(Ticket, Word, String),
    /// A write ended, and was read afterwards.
    Written(Ticket, Box<Written>),
    /// An open write was read once more.
    Observed(Box<Observation>),
    /// Why an open write was not read, or not decided; nothing where it was.
    Settled(Ticket, RecordId, Result<(), String>),
    /// What the DCMS says of a write of a host that is gone, as a sentence; or why it was not read.
    ReadForGone(Ticket, Result<String, String>),
    /// Why a write of a host that is gone was not settled; nothing where it was.
    SettledForGone(Ticket, Result<(), String>),
    /// The writes whose end nobody knows, whenever they may have changed; or why they can't be listed.
    Open(Result<OpenNow, String>),
    /// A page of the journal.
    Records(Ticket, Result<Vec<Listed>, String>),
    /// A page of the bank's journal.
    Bank(Ticket, Result<Box<BankPage>, String>),
    /// A record with what it belongs to.
    RecordThread(Ticket, Result<Box<RecordThread>, String>),
    /// A day's end.
    Day(Ticket, Result<Box<Day>, String>),
    /// What is on record of upgrades.
    Histories(Ticket, Result<Box<Histories>, String>),
}

impl Event {
    /// Which question it answers, if it answers one.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Found(ticket, _)
            | Self::Named(ticket, ..)
            | Self::ReadAgain(ticket, _)
            | Self::OrderRead(ticket, _)
            | Self::Answered(ticket, _)
            | Self::Ended(ticket, ..)
            | Self::Written(ticket, _)
            | Self::Settled(ticket, ..)
            | Self::ReadForGone(ticket, _)
            | Self::SettledForGone(ticket, _)
            | Self::Records(ticket, _)
            | Self::Bank(ticket, _)
            | Self::RecordThread(ticket, _)
            | Self::Day(ticket, _)
            | Self::Histories(ticket, _) => Some(*ticket),
            Self::PendingWrite(_)
            | Self::Recording(_)
            | Self::Central(_)
            | Self::Crashed
            | Self::Observed(_)
            | Self::Open(_) => None,
        }
    }
}

/// What nobody knows yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenNow {
    /// The writes whose end nobody knows.
    pub writes: Vec<OpenWrite>,
    /// Which records are missing, as a sentence with what to do: until then nothing is sent.
    pub gap: Option<String>,
}

#[cfg(test)]
impl From<Vec<OpenWrite>> for OpenNow {
    fn from(writes: Vec<OpenWrite>) -> Self {
        Self { writes, gap: None }
    }
}

/// What a look-up found.
#[derive(Debug, Clone)]
pub enum Found {
    /// One customer.
    One(CustomerKits),
    /// Several customers fit, or some could not be read: one must be chosen.
    Several(List<Candidate>),
}

/// A customer and their kits as read.
#[derive(Debug, Clone)]
pub struct CustomerKits {
    /// Who.
    pub entity: EntityId,
    /// All kits that could be read, replaced and inactive ones too.
    pub kits: Kits,
}

/// One of several customers that fit.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who.
    pub entity: EntityId,
    /// Their name, where it could be read.
    pub name: Option<Text>,
    /// Their kits, where the reply has brought them.
    pub kits: Option<Kits>,
}
