//! Everything that can be changed at the DCMS: **one file an operation**, and what all of them share.
//!
//! An operation has two halves. [`Kind`] is what is known of it without a request: after a restart an
//! open write is settled from its record alone. [`On`] is a request together with what was read before
//! it, so that the two can't disagree. An operation on a kit implements [`KitRequest`]; everything else
//! (state table, evidence, sending, reading) is written once here.

mod activate;
mod cancel_order;
mod set_pin;
mod upgrade;

use std::fmt;
use std::pin::Pin;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

pub use activate::Activate;

use super::kits::{KitsBefore, KitsRead};
use super::reading::{self, Reading, Verdict};
use super::review::Row;
use super::sentences::unread;
use super::target::Target;
use crate::dcms::{
    BranchId, CancelOrder, Client, EntityId, Kit, KitNo, Kits, Order, Outcome, SetPin, Text,
    Upgrade,
};
use crate::journal::{Digest, RecordId, Rivals, Write};
use crate::pin::{CheckValue, MaskedPan};

/// What is known of an operation without a request.
#[derive(Debug)]
pub struct Kind {
    /// Its word in the journal.
    pub write: Write,
    /// The call's path, below the base address.
    pub path: &'static str,
    /// Its names.
    pub words: Words,
    /// What is read before and after it, and what follows from that.
    pub reads: Reads,
    /// Whether a reading can ever tell its outcome.
    pub can_be_read: bool,
}

/// An operation's names, each as a sentence needs it.
#[derive(Debug)]
pub struct Words {
    /// As a heading: `Upgrade a card`.
    pub title: &'static str,
    /// Begins a sentence about it, before its target: `The upgrade of`.
    pub name: &'static str,
    /// While it is under way: `Upgrading`.
    pub doing: &'static str,
    /// Before its target in a short notice: `Upgrade of`.
    pub short: &'static str,
    /// On a receipt: `Upgrade of a card`.
    pub receipt: &'static str,
    /// In the list of records: `upgrade`.
    pub record: &'static str,
    /// What a refusal means besides, where that needs saying.
    pub if_refused: Option<&'static str>,
    /// What an unknown outcome means besides.
    pub if_unknown: Option<&'static str>,
}

/// What is read before and after an operation: its row of the contract's settling table (contract, 4).
#[derive(Debug)]
pub enum Reads {
    /// All kits of the customer.
    Kits(KitRule),
    /// The order.
    Order(OrderRule),
}

/// What the kits say of an operation on one of them.
#[derive(Debug)]
pub struct KitRule {
    /// Whether the kit's state allows it, or in which state it is (contract, 3).
    pub may: fn(&Kit) -> Result<(), String>,
    /// What a reading says of an unknown outcome.
    pub verdict: fn(&KitEvidence<'_>, &Rivals) -> Verdict,
    /// The same as a sentence.
    pub says: fn(&KitEvidence<'_>, Option<Verdict>) -> String,
    /// What speaks against an outcome that the DCMS calls done.
    pub against: fn(&KitEvidence<'_>) -> Option<String>,
}

/// What an order says of an operation on it.
#[derive(Debug)]
pub struct OrderRule {
    /// Whether the order's state allows it, or in which state it is.
    pub may: fn(&Order) -> Result<(), String>,
    /// What a reading says of an unknown outcome.
    pub verdict: fn(&Order, &Rivals) -> Verdict,
    /// The same as a sentence.
    pub says: fn(&Order, Option<Verdict>) -> String,
    /// What speaks against an outcome that the DCMS calls done.
    pub against: fn(&Order) -> Option<String>,
}

/// A customer's kits before and after an operation on one of them.
#[derive(Debug, Clone, Copy)]
pub struct KitEvidence<'a> {
    /// The kit.
    pub kit: &'a KitNo,
    /// The kits before, where they are known.
    pub before: Option<&'a KitsBefore>,
    /// The kits now, as far as they could be read.
    pub now: &'a Kits,
}

impl<'a> KitEvidence<'a> {
    /// The kit as it is now; a reading without it may be about anybody, and one that lists it in more than
    /// one state contradicts itself.
    #[must_use]
    pub fn kit_now(&self) -> Option<&'a Kit> {
        let mut listed = self.now.iter().filter(|kit| &kit.kit_no == self.kit);
        let first = listed.next()?;
        listed
            .all(|kit| kit.status == first.status)
            .then_some(first)
    }

    /// Why the kit's state is not known now: the end of a sentence about it.
    #[must_use]
    pub fn why_unknown(&self) -> String {
        let kit = self.kit;
        let is_listed = self.now.iter().any(|kit| &kit.kit_no == self.kit);
        match unread(self.now.unread, "kit") {
            _ if is_listed => format!("kit {kit} is listed in more than one state"),
            Some(unread) => {
                format!("kit {kit} is not among the kits that could be read ({unread})")
            }
            None => format!("kit {kit} is not in the list"),
        }
    }

    /// The kits that were not there before. Where nothing is known of before, all of them.
    #[must_use]
    pub fn new_kits(&self) -> Vec<&'a Kit> {
        match self.before {
            Some(before) => before.new_among(self.now),
            None => self.now.iter().collect(),
        }
    }

    /// What could not be read before or now: whether a kit is new can't be told then.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        let before = self.before.map_or(0, |before| before.unread);
        unread(self.now.unread.max(before), "kit")
    }
}

impl Kind {
    /// What a reading says of an unknown outcome. One that failed, or that is of another kind, says
    /// nothing.
    pub(super) fn verdict(
        &self,
        target: &Target,
        before: Option<&KitsBefore>,
        seen: &Reading,
        rivals: &Rivals,
    ) -> Verdict {
        match (&self.reads, seen, target) {
            (Reads::Kits(rule), Reading::Kits(now), Target::Kit { kit, .. }) => {
                (rule.verdict)(&KitEvidence { kit, before, now }, rivals)
            }
            (Reads::Order(rule), Reading::Order(order), Target::Order(_)) => {
                (rule.verdict)(order, rivals)
            }
            (Reads::Kits(_) | Reads::Order(_), Reading::Kits(_) | Reading::Order(_), _) => {
                Verdict::Open
            }
        }
    }

    /// What can be said of an unknown outcome where nothing could be read: of one that no reading tells,
    /// as much as ever.
    pub(super) fn unread(&self) -> Verdict {
        if self.can_be_read {
            Verdict::Open
        } else {
            Verdict::CantBeRead
        }
    }

    /// The same as a sentence; nothing where the reading is of another kind.
    pub(super) fn says(
        &self,
        target: &Target,
        before: Option<&KitsBefore>,
        seen: &Reading,
        verdict: Option<Verdict>,
    ) -> Option<String> {
        match (&self.reads, seen, target) {
            (Reads::Kits(rule), Reading::Kits(now), Target::Kit { kit, .. }) => {
                Some((rule.says)(&KitEvidence { kit, before, now }, verdict))
            }
            (Reads::Order(rule), Reading::Order(order), Target::Order(_)) => {
                Some((rule.says)(order, verdict))
            }
            (Reads::Kits(_) | Reads::Order(_), Reading::Kits(_) | Reading::Order(_), _) => None,
        }
    }

    /// What a reading has against an outcome that the DCMS calls done.
    pub(super) fn against(
        &self,
        target: &Target,
        before: Option<&KitsBefore>,
        seen: &Reading,
    ) -> Option<String> {
        match (&self.reads, seen, target) {
            (Reads::Kits(rule), Reading::Kits(now), Target::Kit { kit, .. }) => {
                (rule.against)(&KitEvidence { kit, before, now })
            }
            (Reads::Order(rule), Reading::Order(order), Target::Order(_)) => (rule.against)(order),
            (Reads::Kits(_) | Reads::Order(_), Reading::Kits(_) | Reading::Order(_), _) => None,
        }
    }
}

/// A request together with what was read before it. Without a reading it can be shown, as by a dry run,
/// and was not checked against anything.
#[derive(Debug)]
pub struct On<R, S> {
    /// What is asked for.
    pub request: R,
    /// What was read just before.
    pub before: Option<S>,
}

impl<R, S> From<R> for On<R, S> {
    fn from(request: R) -> Self {
        let before = None;
        Self { request, before }
    }
}

/// What was read before an operation on a kit.
#[derive(Debug, Clone)]
pub struct KitRead {
    /// The kit.
    pub kit: Box<Kit>,
    /// All kits of the customer, so that what has come or was replaced is known when it is there.
    pub all: KitsBefore,
}

/// A request's body: to the letter, but for a PIN, which is covered.
#[derive(Debug, Clone)]
pub struct Body {
    raw: Box<RawValue>,
    pretty: String,
}

impl Body {
    /// Takes down a body.
    ///
    /// # Panics
    /// When the body is no plain struct with text keys, which every request is.
    pub fn new(body: &impl Serialize) -> Self {
        const PLAIN: &str = "requests are plain structs with text keys";
        Self {
            raw: to_raw_value(body).expect(PLAIN),
            pretty: serde_json::to_string_pretty(body).expect(PLAIN),
        }
    }

    /// As it travels.
    #[must_use]
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// One field a line.
    #[must_use]
    pub fn pretty(&self) -> &str {
        &self.pretty
    }

    /// For comparing requests.
    pub(super) fn digest(&self, write: Write) -> Digest {
        let body: Value = serde_json::from_str(self.raw.get()).expect("it was made as JSON");
        Digest::of(write, &body)
    }
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
}

/// A future that an operation hands out.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome<Made>> + Send + 'a>>;

/// All that an operation on a kit has to say about one request.
pub trait KitRequest: fmt::Debug + Send + Sync {
    /// What is known of its kind.
    fn kind(&self) -> &'static Kind;
    /// Whose kit, and which.
    fn ids(&self) -> (&EntityId, &KitNo);
    /// What is sent.
    fn body(&self) -> Body;
    /// Whether the kit as it is now fits, besides what the state table says.
    ///
    /// # Errors
    /// Why it does not.
    fn fits(&self, _kit: &Kit) -> Result<(), String> {
        Ok(())
    }
    /// What changes, old next to new.
    fn rows(&self, kit: &Kit) -> Vec<Row>;
    /// Sends it, once.
    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a>;
    /// Of the key that sealed a PIN in it.
    fn key_check(&self) -> Option<CheckValue> {
        None
    }
}

/// A request of any kind, with what was read before it.
pub trait Operation: fmt::Debug + Send + Sync {
    /// What is known of its kind.
    fn kind(&self) -> &'static Kind;
    /// What it is about.
    fn target(&self) -> Target;
    /// What is sent.
    fn body(&self) -> Body;
    /// What was read before, for the journal.
    fn before(&self) -> Option<Value>;
    /// The last record before that.
    fn since(&self) -> Option<RecordId>;
    /// The customer's kits before.
    fn known(&self) -> Option<&KitsBefore>;
    /// The card that it is about, masked.
    fn card(&self) -> Option<&MaskedPan>;
    /// The branch that it names.
    fn branch(&self) -> Option<&BranchId> {
        None
    }
    /// Of the key that sealed a PIN in it.
    fn key_check(&self) -> Option<CheckValue> {
        None
    }
    /// What changes, old next to new. Nothing where nothing was read.
    fn rows(&self) -> Vec<Row>;
    /// Sends it, once.
    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a>;
    /// Takes the customer's kits as they are now, where it is about one of them.
    ///
    /// # Errors
    /// Why it can't be asked for now.
    fn read_kits(&mut self, read: &KitsRead) -> Result<(), String>;
    /// Takes the order as it is now, where it is about one.
    ///
    /// # Errors
    /// Why it can't be asked for now.
    fn read_order(&mut self, order: Order) -> Result<(), String>;
}

/// That another part of the program handed over a reading of another kind.
const OTHER_READING: &str = "what was read is not what this is about";

impl<R: KitRequest> Operation for On<R, KitRead> {
    fn kind(&self) -> &'static Kind {
        self.request.kind()
    }

    fn target(&self) -> Target {
        let (entity, kit) = self.request.ids();
        Target::kit(entity, kit)
    }

    fn body(&self) -> Body {
        self.request.body()
    }

    fn before(&self) -> Option<Value> {
        let before = self.before.as_ref();
        before.map(|before| reading::kits_before(&before.kit, &before.all))
    }

    fn since(&self) -> Option<RecordId> {
        self.before.as_ref()?.all.since
    }

    fn known(&self) -> Option<&KitsBefore> {
        self.before.as_ref().map(|before| &before.all)
    }

    fn card(&self) -> Option<&MaskedPan> {
        self.before.as_ref()?.kit.card.as_ref()
    }

    fn key_check(&self) -> Option<CheckValue> {
        self.request.key_check()
    }

    fn rows(&self) -> Vec<Row> {
        let before = self.before.as_ref();
        before.map_or_else(Vec::new, |before| self.request.rows(&before.kit))
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        self.request.send(client)
    }

    fn read_kits(&mut self, read: &KitsRead) -> Result<(), String> {
        let (entity, kit) = self.request.ids();
        let kit = super::checks::kit_of(read, entity, kit)?;
        let Reads::Kits(rule) = &self.kind().reads else {
            return Err(OTHER_READING.to_owned());
        };
        (rule.may)(kit)?;
        self.request.fits(kit)?;
        self.before = Some(KitRead {
            kit: Box::new(kit.clone()),
            all: KitsBefore::of(read, read.since),
        });
        Ok(())
    }

    fn read_order(&mut self, _order: Order) -> Result<(), String> {
        Err(OTHER_READING.to_owned())
    }
}

/// Declares the operations once: the type of each request, and its kind by its word in the journal.
macro_rules! operations {
    ($($name:ident($request:ty, $before:ty) = $kind:path;)+) => {
        /// A request of one of the operations. It is moved, never copied: a sealed PIN may be in it.
        #[derive(Debug)]
        pub enum Request {
            $(
                #[doc = concat!("See [`Write::", stringify!($name), "`].")]
                $name(On<$request, $before>),
            )+
        }

        $(
            impl From<$request> for Request {
                fn from(request: $request) -> Self {
                    Self::$name(On::from(request))
                }
            }
        )+

        impl std::ops::Deref for Request {
            type Target = dyn Operation;

            fn deref(&self) -> &Self::Target {
                match self { $(Self::$name(request) => request,)+ }
            }
        }

        impl std::ops::DerefMut for Request {
            fn deref_mut(&mut self) -> &mut Self::Target {
                match self { $(Self::$name(request) => request,)+ }
            }
        }

        impl Kind {
            /// What is known of an operation by its word in the journal.
            #[must_use]
            pub fn from_write(write: Write) -> &'static Self {
                match write { $(Write::$name => &$kind,)+ }
            }
        }
    };
}

operations! {
    Upgrade(Upgrade, KitRead) = upgrade::KIND;
    SetPin(SetPin, KitRead) = set_pin::KIND;
    CancelOrder(CancelOrder, Order) = cancel_order::KIND;
    Activate(Activate, KitRead) = activate::KIND;
}
