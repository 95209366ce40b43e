//! The calls that change nothing (contract, 2, look-ups): what is asked and what comes back.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::client::Client;
use super::ids::{AccountNo, EntityId, KitNo, OrderId};
use super::kit::{Kit, Kits};
use super::list::{List, for_each, is_list};
use super::outcome::{Doubt, NotSent, ReadFault, judge_long};
use super::settings::MOST_KITS;
use super::text::{self, Text};
use crate::pin::MaskedPan;

/// The kits of one customer, as an account's look-up groups them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub entity: EntityId,
    /// Whether this is the account's first holder.
    pub is_primary: bool,
    /// All kits on the account, replaced and inactive ones too.
    pub kits: Kits,
}

/// What `viewCustomer` tells about a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Customer {
    /// Title, first, middle and last name, as far as they are there.
    pub name: Option<Text>,
    /// Their accounts, by number.
    pub accounts: Vec<Text>,
}

/// A card order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The order's name.
    pub name: Option<Text>,
    /// How far it has come.
    pub status: OrderStatus,
    /// The tenant that it belongs to.
    pub tenant: Option<Text>,
    /// What was ordered.
    pub products: List<OrderedProduct>,
}

/// How far an order has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderStatus {
    /// Taken in: can still be cancelled.
    Received,
    /// Waiting.
    Pending,
    /// Worked on.
    Processed,
    /// Ended well.
    Success,
    /// Ended badly.
    Failed,
    /// Cancelled, by any of the words for it.
    Cancelled(Text),
    /// A word that this program does not know.
    Other(Text),
}

impl OrderStatus {
    fn of(text: Text) -> Self {
        // No page names the state after a cancellation (contract, 5.6).
        let word = text.as_sent().trim().to_uppercase();
        let has_failed = ["FAIL", "REJECT", "DENIED", "ERROR"]
            .iter()
            .any(|part| word.contains(part));
        if word.starts_with("CANCEL") && !has_failed || word == "ORDER_CANCELLED" {
            return Self::Cancelled(text);
        }
        let known = [
            ("RECEIVED", Self::Received),
            ("PENDING", Self::Pending),
            ("PROCESSED", Self::Processed),
            ("SUCCESS", Self::Success),
            ("FAILED", Self::Failed),
        ];
        known
            .into_iter()
            .find(|(word, _)| text.is_word(word))
            .map_or(Self::Other(text), |(_, status)| status)
    }

    /// The contract's word for it, harmless to show.
    #[must_use]
    pub fn word(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Received => "RECEIVED".into(),
            Self::Pending => "PENDING".into(),
            Self::Processed => "PROCESSED".into(),
            Self::Success => "SUCCESS".into(),
            Self::Failed => "FAILED".into(),
            Self::Cancelled(text) | Self::Other(text) => text.shown(),
        }
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    /// Whether a cancellation can be asked for; an unknown word is left to the DCMS to judge.
    #[must_use]
    pub fn can_be_cancelled(&self) -> bool {
        matches!(self, Self::Received | Self::Other(_))
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderedProduct {
    /// The first digits of the cards.
    #[serde(default, deserialize_with = "text::optional")]
    pub bin_number: Option<Text>,
    /// `PHYSICAL` or `VIRTUAL`.
    #[serde(default, deserialize_with = "text::optional")]
    pub card_type: Option<Text>,
    /// For whom.
    #[serde(default, deserialize_with = "text::optional")]
    pub corporate_name: Option<Text>,
    /// How many cards.
    #[serde(default, deserialize_with = "text::optional")]
    pub no_of_card: Option<Text>,
    /// Of which product.
    #[serde(default, deserialize_with = "text::optional")]
    pub product_id: Option<Text>,
    /// How far this line has come.
    #[serde(default, deserialize_with = "text::optional")]
    pub status: Option<Text>,
}

/// A parcel with a card in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// Who carries it.
    #[serde(default, deserialize_with = "text::optional")]
    pub delivery_service: Option<Text>,
    /// Under which number.
    #[serde(default, deserialize_with = "text::optional")]
    pub waybill_no: Option<Text>,
    /// From where.
    #[serde(default, deserialize_with = "text::optional")]
    pub origin: Option<Text>,
    /// To where.
    #[serde(default, deserialize_with = "text::optional")]
    pub destination: Option<Text>,
    /// When it should be there, in the carrier's words.
    #[serde(default, deserialize_with = "text::optional")]
    pub expected_delivery_date: Option<Text>,
    /// How far it has come.
    #[serde(default, deserialize_with = "text::optional")]
    pub status: Option<Text>,
    /// Since which day.
    #[serde(default, deserialize_with = "text::optional")]
    pub status_date: Option<Text>,
    /// Since what time.
    #[serde(default, deserialize_with = "text::optional")]
    pub status_time: Option<Text>,
    /// Who took it.
    #[serde(default, deserialize_with = "text::optional")]
    pub received_by: Option<Text>,
    /// Where it has been.
    #[serde(default, deserialize_with = "text::or_none")]
    pub scans: Scans,
}

/// The wrapper around a parcel's scans.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scans {
    /// Oldest or newest first, as the carrier likes.
    #[serde(default)]
    pub scan_detail: List<Scan>,
}

/// One place where a parcel was seen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// What happened.
    #[serde(default, deserialize_with = "text::optional")]
    pub scan: Option<Text>,
    /// On which day.
    #[serde(default, deserialize_with = "text::optional")]
    pub scan_date: Option<Text>,
    /// At what time.
    #[serde(default, deserialize_with = "text::optional")]
    pub scan_time: Option<Text>,
    /// Where.
    #[serde(default, deserialize_with = "text::optional")]
    pub scanned_location: Option<Text>,
}

impl Client {
    /// All kits of a customer, replaced and inactive ones too.
    ///
    /// # Errors
    /// Why none could be read, a reply about another customer among the reasons.
    pub async fn kits_of(&self, entity: &EntityId) -> Result<Kits, ReadFault> {
        let path = if self.encrypted_pans {
            "/kit-manager/v2/fetchKitsByEntityId"
        } else {
            "/kit-manager/fetchKitsByEntityId"
        };
        let body = json!({"entityId": entity.as_str()});
        let asked = entity.clone();
        self.read_as(path, &body, move |attempt| {
            let theirs = |kits: Kits| all_of(&asked, &kits).map(|()| kits);
            let at_once = |reply: &[u8]| Kits::of_reply(reply).map(theirs);
            judge_long(attempt, at_once, |result| {
                let raw = decode::<&RawValue>(result)?;
                if !is_list(raw) {
                    return Err(Doubt::Unreadable("its result is not a list of kits"));
                }
                Kits::of_list(raw).and_then(theirs)
            })
        })
        .await
    }

    /// The customers of a bank account with all their kits on it, each customer once.
    ///
    /// # Errors
    /// Why none could be read.
    pub async fn kits_on(&self, account: &AccountNo) -> Result<List<Holder>, ReadFault> {
        // Without the parameter, replaced and inactive kits are left out (contract, 2).
        let path = "/kit-manager/fetchKitsByAccountNo?isAllCardsRequired=true";
        self.read(path, &json!({"accountNo": account.as_str()}), holders)
            .await
    }

    /// Who owns a card, by its mask, each customer once. Several customers can share one.
    ///
    /// # Errors
    /// Why none could be read; nothing is asked with less than first six and last four.
    pub async fn holders_of(&self, card: &MaskedPan) -> Result<List<EntityId>, ReadFault> {
        let card = card.six_and_four();
        let card =
            card.map_err(|fault| ReadFault::NotReached(NotSent::Unmade(fault.to_string())))?;
        let body = json!({"maskedCardNo": card});
        self.read("/fetchCifByMaskedCard", &body, |result| {
            let wire: CifWire = decode(result)?;
            let mut entities = wire.entity_id.map_or_else(List::default, |raw| {
                List::of(raw, |id| EntityId::parse(&text::said(id)?).ok())
            });
            let mut seen = HashSet::new();
            entities.items.retain(|id| seen.insert(id.clone()));
            Ok(entities)
        })
        .await
    }

    /// What is known about a customer.
    ///
    /// # Errors
    /// Why nothing could be read, a reply about another customer among the reasons.
    pub async fn customer(&self, asked: &EntityId) -> Result<Customer, ReadFault> {
        self.read("/viewCustomer", &json!({"entityId": asked.as_str()}), {
            let asked = asked.clone();
            move |result| {
                let wire: CustomerWire = decode(result)?;
                if let Some(answered) = &wire.entity_id {
                    same_customer(&asked, answered)?;
                }
                Ok(wire.into_customer())
            }
        })
        .await
    }

    /// A card order.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn order(&self, order: &OrderId) -> Result<Order, ReadFault> {
        let body = json!({"cardOrderId": order.as_str()});
        self.read("/card-order/fetchStatus", &body, |result| {
            let wire: OrderWire = decode(result)?;
            let status = wire
                .status
                .ok_or(Doubt::Unreadable("an order without a status"))?;
            Ok(Order {
                name: wire.card_order_name,
                status: OrderStatus::of(status),
                tenant: wire.tenant_name,
                products: wire.product_details,
            })
        })
        .await
    }

    /// Where a kit's parcels are.
    ///
    /// # Errors
    /// Why nothing could be read.
    pub async fn shipments_of(&self, kit: &KitNo) -> Result<Vec<Shipment>, ReadFault> {
        let body = json!({"kitNo": kit.as_str()});
        self.read("/kit-manager/kitTracking", &body, |result| {
            let wire: TrackingWire = decode(result)?;
            let parcels = wire.shipment_data.unwrap_or_default().shipment;
            // That there is no parcel follows only from a list that could be read.
            if parcels.is_empty() && parcels.unread > 0 {
                return Err(Doubt::Unreadable("its parcels have another shape"));
            }
            Ok(parcels.items)
        })
        .await
    }
}

#[derive(Deserialize)]
struct AccountWire<'a> {
    #[serde(borrow, default)]
    entity: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HolderWire<'a> {
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    is_primary: Option<Text>,
    #[serde(borrow, default)]
    kit_info: Option<&'a RawValue>,
}

/// The holders of an account. One who is named twice is one, with the kits of both.
fn holders(result: Option<&RawValue>) -> Result<List<Holder>, Doubt> {
    let wire: AccountWire<'_> = decode(result)?;
    let Some(raw) = wire.entity else {
        return Ok(List::default());
    };
    let mut count = 0;
    let read = List::of(raw, |element| {
        let wire: HolderWire<'_> = serde_json::from_str(element.get()).ok()?;
        let entity = EntityId::parse(wire.entity_id?.as_sent()).ok()?;
        let mut kits = Kits::default();
        if let Some(raw) = wire.kit_info {
            for_each(raw, |_| count += 1);
            // Once there are too many, nothing is kept.
            if count <= MOST_KITS {
                kits = Kits::of_list(raw).ok()?;
            }
        }
        let is_primary = wire.is_primary.is_some_and(|text| text.is_word("true"));
        Some(Holder {
            entity,
            is_primary,
            kits,
        })
    });
    if count > MOST_KITS {
        return Err(Doubt::TooManyKits(count));
    }
    let mut places = HashMap::new();
    let mut holders: List<Holder> = List {
        items: Vec::new(),
        unread: read.unread,
    };
    for holder in read.items {
        match places.entry(holder.entity.clone()) {
            Entry::Vacant(free) => {
                free.insert(holders.items.len());
                holders.items.push(holder);
            }
            Entry::Occupied(place) => holders.items[*place.get()].take(holder),
        }
    }
    Ok(holders)
}

impl Holder {
    /// Takes what else was said of the same customer. The same kit twice is one kit.
    fn take(&mut self, other: Self) {
        self.is_primary |= other.is_primary;
        self.kits.unread += other.kits.unread;
        let known: HashSet<KitNo> = self.kits.iter().map(|kit| kit.kit_no.clone()).collect();
        let new = other.kits.list.into_iter();
        self.kits
            .list
            .extend(new.filter(|kit| !known.contains(&kit.kit_no)));
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CifWire<'a> {
    #[serde(borrow, default)]
    entity_id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomerWire {
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    title: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    first_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    middle_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    last_name: Option<Text>,
    #[serde(default)]
    account_info: List<AccountInfoWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AccountInfoWire {
    #[serde(default, deserialize_with = "text::optional")]
    account_no: Option<Text>,
}

impl CustomerWire {
    fn into_customer(self) -> Customer {
        let parts = [
            self.title,
            self.first_name,
            self.middle_name,
            self.last_name,
        ];
        let name: Vec<_> = parts
            .iter()
            .flatten()
            .map(|part| part.as_sent().trim())
            .collect();
        Customer {
            name: (!name.is_empty()).then(|| Text::new(name.join(" "))),
            accounts: self
                .account_info
                .items
                .into_iter()
                .filter_map(|account| account.account_no)
                .collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderWire {
    #[serde(default, deserialize_with = "text::optional")]
    card_order_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    status: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    tenant_name: Option<Text>,
    #[serde(default)]
    product_details: List<OrderedProduct>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrackingWire {
    #[serde(default)]
    shipment_data: Option<ShipmentsWire>,
}

#[derive(Deserialize, Default)]
struct ShipmentsWire {
    #[serde(default)]
    shipment: List<Shipment>,
}

/// The kits in a reply, read as a client reads them: for measuring how long that takes.
#[doc(hidden)]
#[must_use]
pub fn kits_in(reply: &[u8]) -> Option<Vec<Kit>> {
    Kits::of_reply(reply).map(|kits| kits.list)
}

/// Reads a call's `result`.
pub(crate) fn decode<'a, T: Deserialize<'a>>(result: Option<&'a RawValue>) -> Result<T, Doubt> {
    let raw = result.ok_or(Doubt::Unreadable("there is no result in it"))?;
    serde_json::from_str(raw.get()).map_err(|error| {
        tracing::debug!(
            line = error.line(),
            column = error.column(),
            "result of another shape"
        );
        Doubt::Unreadable("its result has another shape")
    })
}

/// Makes sure that kits which name their customer name this one (contract, 5.4).
pub(super) fn all_of(asked: &EntityId, kits: &[Kit]) -> Result<(), Doubt> {
    let other = kits
        .iter()
        .filter_map(|kit| kit.entity.as_ref())
        .find(|id| *id != asked);
    match other {
        None => Ok(()),
        Some(answered) => Err(Doubt::OtherCustomer {
            asked: asked.clone(),
            answered: answered.to_string(),
        }),
    }
}

pub(super) fn same_customer(asked: &EntityId, answered: &Text) -> Result<(), Doubt> {
    if answered.as_sent().trim() == asked.as_str() {
        Ok(())
    } else {
        Err(Doubt::OtherCustomer {
            asked: asked.clone(),
            answered: answered.shown().into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_for_a_cancelled_order_settles_it_and_is_shown_as_it_came() {
        for word in [
            "CANCELLED",
            "CANCELED",
            "cancelled_by_branch",
            "ORDER_CANCELLED",
        ] {
            let status = OrderStatus::of(Text::new(word));
            assert!(status.is_cancelled(), "{word}");
            assert_eq!(status.word(), word);
            assert!(!status.can_be_cancelled());
        }
        for word in [
            "ORDER_RECEIVED",
            "NOT_CANCELLED",
            "PENDING_CANCELLATION",
            "CANCEL_FAILED",
            "CANCELLATION_REJECTED",
        ] {
            assert!(!OrderStatus::of(Text::new(word)).is_cancelled(), "{word}");
        }
    }
}
