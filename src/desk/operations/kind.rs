//! What an operation is made of: its [`Kind`], which is known without a request, and the [`Operation`] itself.
//! After a restart an open write is settled from its record alone, so that everything about settling is the
//! kind's.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;

use serde_json::Value;

use super::body::Body;
use super::destination::{AddressesRead, Destination};
use super::fields::{Answers, Field};
use super::states::Change;
use super::words::Words;
use crate::dcms::{Client, EntityId, Kit, KitNo, Order, Outcome, Preferences, Text};
use crate::desk::card_answer::CardAnswer;
use crate::desk::reading::{Part, Reading, Undone, kit_read};
use crate::desk::review::{Remark, Row, fact};
use crate::desk::settling::{KitsBefore, LimitsChange, Proof};
use crate::desk::target::Target;
use crate::journal::{AddressMeant, EvidenceBefore, KitsRead, RecordId, Why, Write};
use crate::pin::CheckValue;
use crate::sorting;

/// What is known of an operation without a request.
#[derive(Debug)]
pub struct Kind {
    /// Its word in the journal.
    pub write: Write,
    /// The call's path, below the base address.
    pub path: &'static str,
    /// Its names.
    pub words: Words,
    /// What it is about, and in which state that can be.
    pub about: About,
    /// What is asked of a person before it.
    pub form: Form,
    /// What is read before and after it.
    pub reads: &'static [Part],
    /// What a reading has to show to settle an unknown outcome.
    pub proof: Proof,
    /// The codes of a refusal that mean that it is so already: after an unknown outcome that one may have made
    /// it so (contract, 4).
    pub so_already: &'static [&'static str],
    /// Other operations after which a reading looks the same.
    pub alike: &'static [Write],
    /// What it undoes: before it is sent, the review says whether that is on record.
    pub undoes: &'static [Write],
    /// The other operation of its key in the console: begun where a kit's state allows that and not this.
    pub or_else: Option<Write>,
}

/// What an operation is about.
#[derive(Debug)]
pub enum About {
    /// One kit, in a state that allows this change.
    Kit(Change),
    /// All kits of a customer whose state allows this change.
    Customer(Change),
    /// An order, and why its state does not allow it.
    Order(fn(&Order) -> Result<(), String>),
}

/// What is asked of a person before an operation.
#[derive(Debug)]
pub enum Form {
    /// More than can be declared here: it has a screen and flags of its own.
    Own(OwnForm),
    /// These fields; none where it needs no more than the kit.
    OfKit(&'static [Field], fn(EntityId, KitNo, Answers) -> Request),
    /// These fields, about a customer; who asks for it may be sent along.
    OfCustomer(&'static [Field], fn(EntityId, Answers, &str) -> Request),
}

/// The forms that are more than fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnForm {
    /// Of the cards that are wanted.
    Upgrade,
    /// Of a PIN.
    Pin,
    /// Of an order: what is shown there can be cancelled.
    Order,
    /// Of a card's switches and limits.
    Limits,
}

/// That another part of the program handed over a reading of another kind.
const OTHER_READING: &str = "what was read is not what this is about";

impl Kind {
    /// What is asked before it; nothing where it has a form of its own.
    #[must_use]
    pub fn asks(&self) -> Option<&'static [Field]> {
        match self.form {
            Form::OfKit(fields, _) | Form::OfCustomer(fields, _) => Some(fields),
            Form::Own(_) => None,
        }
    }

    /// What it is about: a kit of this customer, or all of them.
    #[must_use]
    pub fn target(&self, entity: &EntityId, kit: &KitNo) -> Target {
        match self.about {
            About::Customer(_) => Target::Customer(entity.clone()),
            About::Kit(_) | About::Order(_) => Target::kit(entity, kit),
        }
    }

    /// The request that these answers make; nothing where it has a form of its own, or is about something else.
    #[must_use]
    pub fn request(&self, about: &Target, answers: Answers, operator: &str) -> Option<Request> {
        match (&self.form, about) {
            (Form::OfKit(_, make), Target::Kit { entity, kit }) => {
                Some(make(entity.clone(), kit.clone(), answers))
            }
            (Form::OfCustomer(_, make), Target::Customer(entity)) => {
                Some(make(entity.clone(), answers, operator))
            }
            (Form::OfKit(..) | Form::OfCustomer(..) | Form::Own(_), _) => None,
        }
    }

    /// Whether a kit's state allows it.
    ///
    /// # Errors
    /// In which state the kit is.
    pub fn may(&self, kit: &Kit) -> Result<(), String> {
        match self.about {
            About::Kit(change) | About::Customer(change) => change.may(kit),
            About::Order(_) => Err(OTHER_READING.into()),
        }
    }

    /// Whether the state of one of a customer's kits allows it.
    ///
    /// # Errors
    /// That none does.
    pub fn may_any(&self, kits: &[Kit]) -> Result<(), String> {
        if kits.iter().any(|kit| self.may(kit).is_ok()) {
            Ok(())
        } else {
            Err("The customer has no kit for which this can be done.".into())
        }
    }

    /// The one of the two operations of its key that a kit's state allows; itself, where it allows neither.
    #[must_use]
    pub fn by_state(&self, kit: &Kit) -> Write {
        let is_next =
            |other: &Write| self.may(kit).is_err() && Self::from_write(*other).may(kit).is_ok();
        self.or_else.filter(is_next).unwrap_or(self.write)
    }

    /// Whether an order's state allows it.
    ///
    /// # Errors
    /// In which state the order is.
    pub fn may_order(&self, order: &Order) -> Result<(), String> {
        match self.about {
            About::Order(may) => may(order),
            About::Kit(_) | About::Customer(_) => Err(OTHER_READING.into()),
        }
    }

    /// What is kept of a reading before it, where that allows it.
    fn before(&self, target: &Target, read: &Reading) -> Result<Before, String> {
        let mut before = Before {
            kit: None,
            kits: read
                .kits
                .as_ref()
                .map(|kits| KitsBefore::of(kits, read.since())),
            order: read.order.clone(),
            undone: read.undone.clone(),
            addresses: read.addresses.clone(),
            generation: read.as_of.as_ref().and_then(|as_of| as_of.generation),
            elsewhere: read
                .as_of
                .as_ref()
                .and_then(|as_of| as_of.elsewhere.clone()),
            cards: match (target, &read.kits) {
                (Target::Customer(_), Some(kits)) => masked_cards(kits),
                (Target::Kit { .. } | Target::Order(_) | Target::Customer(_), _) => BTreeMap::new(),
            },
        };
        match (target, &read.kits, &read.order) {
            (Target::Kit { entity, kit }, Some(_), _) => {
                let kit = read.kit(entity, kit)?;
                self.may(kit)?;
                before.kit = Some(Box::new(kit.clone()));
            }
            (Target::Customer(_), Some(kits), _) => {
                self.may_any(kits)?;
            }
            (Target::Order(_), _, Some(order)) => self.may_order(order)?,
            (Target::Kit { .. } | Target::Customer(_), None, _) | (Target::Order(_), _, None) => {
                return Err(OTHER_READING.into());
            }
        }
        Ok(before)
    }
}

fn masked_cards(kits: &[Kit]) -> BTreeMap<String, String> {
    sorting::map(kits.iter().filter_map(|kit| {
        let card = kit.card.as_ref()?;
        Some((kit.kit_no.as_str().to_owned(), card.to_string()))
    }))
}

/// What was read before an operation, as far as it is needed afterwards.
#[derive(Debug, Clone)]
pub struct Before {
    /// The kit that it is about.
    pub kit: Option<Box<Kit>>,
    /// All kits of the customer, so that what has come or was replaced is known when it is there.
    pub kits: Option<KitsBefore>,
    /// The order that it is about.
    pub order: Option<Box<Order>>,
    /// What is on record of the write that it would undo.
    pub undone: Option<Undone>,
    /// Where the customer's post goes, before a new card is sent.
    pub addresses: Option<AddressesRead>,
    /// Before a write to all of a customer's kits, the masked card of each.
    pub cards: BTreeMap<String, String>,
    /// How often other hosts have changed the card by then.
    pub generation: Option<i64>,
    /// In a sentence, what somebody on another host is doing to it, or why that is not known.
    pub elsewhere: Option<String>,
}

/// What a reply brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// That it was done, and no more.
    Nothing,
    /// Kits.
    Kits(Vec<Kit>),
    /// The DCMS's own words.
    Words(Text),
    /// A card's switches and limits, as they are then.
    Limits(Box<Preferences>),
}

/// A future that an operation hands out.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome<Made>> + Send + 'a>>;

/// All that one request of an operation has to say.
pub trait Operation: Any + fmt::Debug + Send + Sync {
    /// What is known of its kind.
    fn kind(&self) -> &'static Kind;
    /// What it is about.
    fn target(&self) -> Target;
    /// What is sent.
    fn body(&self) -> Body;
    /// Whether what was read fits, besides what the state table says.
    ///
    /// # Errors
    /// Why it does not.
    fn fits(&self, _read: &Before) -> Result<(), String> {
        Ok(())
    }
    /// What changes, old next to new.
    fn rows(&self, read: &Before) -> Vec<Row>;
    /// Whether the customer has the card in hand, so that it can be checked before.
    fn is_of_card_in_hand(&self) -> bool {
        false
    }
    /// Where it sends a new card.
    fn destination(&self) -> Destination {
        Destination::Unknown
    }
    /// Sends it, once.
    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a>;
    /// Of the key that sealed a PIN in it.
    fn key_check(&self) -> Option<CheckValue> {
        None
    }
    /// Why it is asked for, where that was asked.
    fn why(&self) -> Option<Why> {
        None
    }
    /// What it changes of a card's limits, next to what was read.
    fn limits(&self) -> Option<&LimitsChange> {
        None
    }
    /// What there is to say about what it undoes, before it is confirmed.
    fn of_undone(&self, _undone: &Undone) -> Option<String> {
        None
    }
}

/// A request together with what was read before it, so that the two can't disagree. Without a reading it can
/// be shown, as by a dry run, and was not checked against anything. It is moved, never copied: a sealed PIN may
/// be in it.
#[derive(Debug)]
pub struct Request {
    asked: Box<dyn Operation>,
    before: Option<Before>,
    /// Which of several addresses of one kind is meant, counted from 1.
    meant: Option<usize>,
    /// What a check of the card at the counter has shown.
    card: Option<CardAnswer>,
}

impl<O: Operation> From<O> for Request {
    fn from(asked: O) -> Self {
        Self {
            asked: Box::new(asked),
            before: None,
            meant: None,
            card: None,
        }
    }
}

impl Request {
    /// What is known of its kind.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.asked.kind()
    }

    /// What it is about.
    #[must_use]
    pub fn target(&self) -> Target {
        self.asked.target()
    }

    /// What is sent.
    #[must_use]
    pub fn body(&self) -> Body {
        self.asked.body()
    }

    /// Of the key that sealed a PIN in it.
    #[must_use]
    pub fn key_check(&self) -> Option<CheckValue> {
        self.asked.key_check()
    }

    /// Why it is asked for.
    #[must_use]
    pub fn why(&self) -> Option<Why> {
        self.asked.why()
    }

    /// Takes what it is about as it is now.
    ///
    /// # Errors
    /// Why it can't be asked for now.
    pub fn take(&mut self, read: &Reading) -> Result<(), String> {
        let mut before = self.kind().before(&self.target(), read)?;
        self.asked.fits(&before)?;
        if let Some(meant) = self.meant {
            self.destination()
                .may_mean(before.addresses.as_ref(), meant)?;
        }
        if let Some(kits) = &mut before.kits {
            kits.limits = self.asked.limits().cloned();
            kits.pin = read.pin_read();
        }
        self.before = Some(before);
        Ok(())
    }

    /// Where it sends a new card.
    #[must_use]
    pub fn destination(&self) -> Destination {
        self.asked.destination()
    }

    fn addresses(&self) -> Option<&AddressesRead> {
        self.before.as_ref()?.addresses.as_ref()
    }

    /// Whether the customer has the card in hand, so that it can be checked before.
    #[must_use]
    pub fn is_of_card_in_hand(&self) -> bool {
        self.asked.is_of_card_in_hand()
    }

    /// Takes what a check of the card at the counter has shown: it is reviewed, and kept in the journal.
    pub fn take_card_check(&mut self, card: CardAnswer) {
        self.card = Some(card);
    }

    /// Which of several addresses of one kind is meant, by its number in the review. It is not sent, and kept in the
    /// journal.
    ///
    /// # Errors
    /// That there is none of this number among those that were read.
    pub fn mean_address(&mut self, number: usize) -> Result<(), String> {
        self.destination().may_mean(self.addresses(), number)?;
        self.meant = Some(number);
        Ok(())
    }

    /// What is to be typed before it may be confirmed: which of several addresses is meant. Nothing where that is
    /// clear.
    #[must_use]
    pub fn asks_address(&self) -> Option<String> {
        self.destination().asks(self.addresses(), self.meant)
    }

    /// What changes, old next to new, and why. Nothing where nothing was read.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let Some(before) = &self.before else {
            return Vec::new();
        };
        let mut rows = self.asked.rows(before);
        rows.extend(self.destination().rows(self.addresses(), self.meant));
        let card = self.card.as_ref();
        rows.extend(card.map(|card| fact("card check", card.said.as_str())));
        if let Some(Why { reason, note }) = self.why() {
            rows.push(fact("reason", reason.word()));
            rows.extend(note.map(|note| fact("note", note)));
        }
        rows
    }

    /// What there is to say below that.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let kind = self.kind();
        let before = self.before.as_ref();
        let kit = before.and_then(|before| before.kit.as_deref());
        let unsure = match (&kind.about, kit) {
            (About::Kit(change), Some(kit)) => change.warning(kit),
            _ => None,
        };
        let elsewhere = before.and_then(|before| before.elsewhere.clone());
        let undone = before.and_then(|before| before.undone.as_ref());
        let undone = undone.and_then(|undone| self.asked.of_undone(undone));
        let address = self.destination().remark(self.addresses());
        let card = self.card.as_ref().and_then(CardAnswer::warning);
        let warnings = unsure
            .into_iter()
            .chain(elsewhere)
            .chain(undone)
            .chain(address)
            .chain(card);
        let warnings = warnings.map(Remark::Warning);
        let is_final = kind.words.for_good.map(Remark::Final);
        is_final.into_iter().chain(warnings).collect()
    }

    /// What was read before, for the journal.
    #[must_use]
    pub fn before_json(&self) -> Option<Value> {
        let before = self.before.as_ref()?;
        match (&before.kits, &before.order) {
            (Some(kits), _) => {
                let kit = before.kit.as_deref().map(kit_read);
                let of = self.destination().addresses(self.addresses()).len();
                let address = self.meant.map(|meant| AddressMeant { meant, of });
                let kits = KitsRead {
                    address,
                    card_check: self.card.as_ref().map(|card| card.found),
                    cards: before.cards.clone(),
                    ..kits.to_record(kit)
                };
                Some(EvidenceBefore::from(kits).to_json())
            }
            (None, Some(order)) => {
                let status = order.status.word().into();
                Some(EvidenceBefore::Order { status }.to_json())
            }
            (None, None) => None,
        }
    }

    /// The last record before that.
    #[must_use]
    pub fn since(&self) -> Option<RecordId> {
        self.kits_before()?.since
    }

    /// How often other hosts had changed the card by then.
    #[must_use]
    pub fn generation(&self) -> Option<i64> {
        self.before.as_ref()?.generation
    }

    /// The customer's kits before.
    #[must_use]
    pub fn kits_before(&self) -> Option<&KitsBefore> {
        self.before.as_ref()?.kits.as_ref()
    }

    /// The kit that it is about, as it was read.
    #[must_use]
    pub fn kit(&self) -> Option<&Kit> {
        self.before.as_ref()?.kit.as_deref()
    }

    /// What is on record of the write that it would undo.
    #[must_use]
    pub fn undone(&self) -> Option<&Undone> {
        self.before.as_ref()?.undone.as_ref()
    }

    /// Sends it, once.
    pub fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        self.asked.send(client)
    }

    /// The request itself, where it is one of this type.
    #[cfg(test)]
    pub(crate) fn typed<O: Operation>(&self) -> Option<&O> {
        let asked: &dyn Any = &*self.asked;
        asked.downcast_ref()
    }
}
