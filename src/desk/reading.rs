//! What was read before and after a write, in the form in which the journal keeps it. What follows from
//! it each operation says itself: [`super::operations::Kind`].

use serde_json::json;

use super::operations::AddressesRead;
use super::sentences::unread;
use super::settling::KitsBefore;
use crate::dcms::{
    CardSettings, EntityId, Expiry, Kit, KitNo, Kits, Order, PinChange, Preferences, ReadError,
    Text,
};
use crate::journal::{EvidenceAfter, KitRead, Record, RecordId};
use crate::pin::MaskedPan;
use crate::sorting;

/// A part of a reading: one look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All kits of the customer.
    Kits,
    /// The order.
    Order,
    /// The switches and limits of the kit.
    Limits,
    /// When the PIN of the kit was last changed, where the DCMS can find its card: after the kits.
    PinChange,
}

/// What was read before or after a write, part by part. A part that its operation does not need is missing.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The customer's kits, as far as they could be read.
    pub kits: Option<Kits>,
    /// The order.
    pub order: Option<Box<Order>>,
    /// The switches and limits of the kit.
    pub limits: Option<Box<Preferences>>,
    /// When the PIN of the kit was last changed, or why that could not be read: that makes no other part
    /// unread. Nothing where it could not be asked.
    pub pin: Option<Result<PinChange, ReadError>>,
    /// Where the customer's post goes, or why that could not be read: before a write that sends a new card.
    pub addresses: Option<AddressesRead>,
    /// What was there already when the reading began, where it is to be compared later.
    pub as_of: Option<Box<AsOf>>,
    /// What is on record of the write that this one would undo, where it would undo one.
    pub undone: Option<Undone>,
}

/// What was there already when a reading began: whatever came after it may have changed what was read.
#[derive(Debug, Clone, Default)]
pub struct AsOf {
    /// The last record.
    pub since: Option<RecordId>,
    /// How often the card was changed by any host, as the central store counts it; nothing without one.
    pub generation: Option<i64>,
    /// In a sentence, what somebody on another host is doing to it, or why that is not known.
    pub elsewhere: Option<String>,
}

/// What is on record of a write that another one would undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// It was done from here, and this is its intent.
    Here(Box<Record>),
    /// No such write is on record, or it was undone since.
    NotHere,
    /// The journal could not be asked.
    NotAsked,
}

impl From<Kits> for Reading {
    fn from(kits: Kits) -> Self {
        let kits = Some(kits);
        Self {
            kits,
            ..Self::default()
        }
    }
}

impl From<Order> for Reading {
    fn from(order: Order) -> Self {
        let order = Some(Box::new(order));
        Self {
            order,
            ..Self::default()
        }
    }
}

#[cfg(test)]
impl From<Vec<Kit>> for Reading {
    fn from(kits: Vec<Kit>) -> Self {
        Kits::from(kits).into()
    }
}

impl Reading {
    /// The last record before the reading began.
    #[must_use]
    pub fn since(&self) -> Option<RecordId> {
        self.as_of.as_ref()?.since
    }

    /// A customer's kit.
    ///
    /// # Errors
    /// When there is none, or when that is unclear: a kit that could not be read may be this one.
    pub fn kit(&self, entity: &EntityId, kit: &KitNo) -> Result<&Kit, String> {
        let all = self.kits.as_ref();
        let mut listed = all.into_iter().flat_map(|kits| kits.iter());
        listed.find(|known| &known.kit_no == kit).ok_or_else(|| {
            match unread(all.map_or(0, |kits| kits.unread), "kit") {
                Some(unread) => format!(
                    "Kit {kit} is not among the kits of customer {entity} that could be read: {unread}. Ask the DCMS's support to correct the customer's kits."
                ),
                None => format!("Customer {entity} has no kit {kit}. Look at their kits first."),
            }
        })
    }

    /// When the PIN of the kit was last changed, where that was read.
    pub(super) fn pin_read(&self) -> Option<PinChange> {
        self.pin.as_ref()?.as_ref().ok().copied()
    }

    /// From a record, as far as that holds what was read; nothing where nothing was.
    pub(super) fn from_after(after: &EvidenceAfter) -> Option<Self> {
        match after {
            EvidenceAfter::Kits {
                kit,
                new,
                states,
                unread_kits,
                ..
            } => {
                let kits = kit.iter().map(AsRef::as_ref).chain(new.iter().flatten());
                let kits = kits.map(|kit| (kit.kit_no.as_str(), kit.status.as_str()));
                let all = states.iter().flat_map(|states| states.iter());
                let all = all.map(|(number, status)| (number.as_str(), status.as_str()));
                let kits = kits.chain(all).filter_map(|(number, status)| {
                    let kit = json!({"kitNo": number, "cardStatus": status});
                    serde_json::from_str(&kit.to_string()).ok()
                });
                let kits = Kits::from(kits.collect::<Vec<Kit>>());
                Some(Self::from(Kits {
                    unread: *unread_kits,
                    ..kits
                }))
            }
            EvidenceAfter::Order { status } => Some(Order::of_status(status).into()),
            EvidenceAfter::Named { .. }
            | EvidenceAfter::Unread { .. }
            | EvidenceAfter::Nothing {} => None,
        }
    }

    /// For the journal: the kit that the write is about and those that are new, or the order. Without a kit, the
    /// states of all of them.
    pub(super) fn after(&self, kit: Option<&KitNo>, before: Option<&KitsBefore>) -> EvidenceAfter {
        if let Some(order) = &self.order {
            return EvidenceAfter::Order {
                status: order.status.word().into(),
            };
        }
        let Some(kits) = &self.kits else {
            return EvidenceAfter::Nothing {};
        };
        let about = kits.iter().find(|one| Some(&one.kit_no) == kit);
        let new = before.map(|before| before.new_among(kits));
        let states = kits.iter().map(|kit| {
            let number = kit.kit_no.to_string();
            (number, kit.status.word().into_owned())
        });
        EvidenceAfter::Kits {
            states: kit.is_none().then(|| Box::new(sorting::map(states))),
            kit: about.map(kit_read).map(Box::new),
            new: new.map(|new| new.into_iter().map(kit_read).collect()),
            count: kits.len(),
            unread_kits: kits.unread,
            limits: self
                .limits
                .as_deref()
                .map(|limits| Box::new(CardSettings::from(limits).to_words())),
            pin: self.pin_read().map(|change| Box::new(change.into())),
        }
    }
}

/// What a reply has named, for the record of its outcome.
pub(super) fn named(kits: &[Kit]) -> EvidenceAfter {
    EvidenceAfter::Named {
        new: kits.iter().map(kit_read).collect(),
    }
}

/// What the journal records of a reading that failed.
pub(super) fn not_read(error: &ReadError) -> EvidenceAfter {
    EvidenceAfter::Unread {
        unread: error.to_string(),
    }
}

/// A kit for the journal.
pub(super) fn kit_read(kit: &Kit) -> KitRead {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.shown().into_owned());
    KitRead {
        kit_no: kit.kit_no.to_string(),
        status: kit.status.word().into_owned(),
        card: kit.card.as_ref().map(MaskedPan::to_string),
        card_type: text(&kit.card_type),
        tier: text(&kit.tier),
        plastic_code: text(&kit.plastic_code),
        expiry: kit.expiry.map(Expiry::mmyy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kit(number: &str, status: &str) -> Kit {
        let text = format!(r#"{{"kitNo":"{number}","cardStatus":"{status}"}}"#);
        serde_json::from_str(&text).expect("a kit")
    }

    fn kits(kits: &[(&str, &str)]) -> Kits {
        let kits = kits.iter();
        let kits = kits.map(|(number, status)| kit(number, status));
        Kits::from(kits.collect::<Vec<_>>())
    }

    fn number(number: &str) -> KitNo {
        KitNo::parse(number).expect("a number")
    }

    type States<'a> = &'a [(&'a str, &'a str)];

    const BEFORE: States<'static> = &[("1", "ACTIVE"), ("2", "ACTIVE"), ("9", "REPLACED")];

    #[test]
    fn no_kit_is_new_where_one_could_not_be_read_before() {
        let before = Kits {
            unread: 1,
            ..kits(BEFORE)
        };
        let known = KitsBefore::of(&before, None);
        let now = Kits {
            unread: 2,
            ..kits(&[("1", "REPLACED"), ("3", "ASSIGNED")])
        };
        let json = Reading::from(now)
            .after(Some(&number("1")), Some(&known))
            .to_json();
        assert_eq!(json["new"], json!([]));
        assert_eq!(json["unread_kits"], 2);
    }

    #[test]
    fn a_reading_after_names_what_is_new() {
        let read = kits(&[("1", "REPLACED"), ("3", "ASSIGNED")]);
        let known = KitsBefore::of(&kits(&[("1", "ACTIVE"), ("2", "CLOSED")]), None);
        let json = Reading::from(read)
            .after(Some(&number("1")), Some(&known))
            .to_json();
        assert_eq!(json["kit"]["status"], "REPLACED");
        assert_eq!(json["new"][0]["kit_no"], "3");
        assert_eq!(json["count"], 2);
    }
}
