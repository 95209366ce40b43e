//! The calls that change nothing (contract, 2, look-ups): what is asked and what comes back.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::client::Client;
use super::ids::{AccountNo, EntityId, KitNo, OrderId};
use super::kit::{Kit, Kits};
use super::outcome::{Doubt, NotSent, ReadFault, judge_long};
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
    pub kits: Vec<Kit>,
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
    pub products: Vec<OrderedProduct>,
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
    /// Cancelled.
    Cancelled,
    /// A word that this program does not know.
    Other(Text),
}

impl OrderStatus {
    fn of(text: Text) -> Self {
        let known = [
            ("RECEIVED", Self::Received),
            ("PENDING", Self::Pending),
            ("PROCESSED", Self::Processed),
            ("SUCCESS", Self::Success),
            ("FAILED", Self::Failed),
            ("CANCELLED", Self::Cancelled),
            ("CANCELED", Self::Cancelled),
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
            Self::Cancelled => "CANCELLED".into(),
            Self::Other(text) => text.shown(),
        }
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
    #[serde(default, deserialize_with = "text::or_none")]
    pub scan_detail: Vec<Scan>,
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
    pub async fn kits_of(&self, entity: &EntityId) -> Result<Vec<Kit>, ReadFault> {
        let path = if self.encrypted_pans {
            "/kit-manager/v2/fetchKitsByEntityId"
        } else {
            "/kit-manager/fetchKitsByEntityId"
        };
        let theirs = |Kits(kits): Kits| all_of(entity, &kits).map(|()| kits);
        let body = json!({"entityId": entity.as_str()});
        self.read_as(path, &body, |attempt| {
            let at_once = |reply: &[u8]| Kits::of_reply(reply).map(theirs);
            judge_long(attempt, at_once, |result| theirs(decode(result)?))
        })
        .await
    }

    /// The customers of a bank account with all their kits on it.
    ///
    /// # Errors
    /// Why none could be read.
    pub async fn kits_on(&self, account: &AccountNo) -> Result<Vec<Holder>, ReadFault> {
        // Without the parameter, replaced and inactive kits are left out (contract, 2).
        let path = "/kit-manager/fetchKitsByAccountNo?isAllCardsRequired=true";
        self.read(path, &json!({"accountNo": account.as_str()}), |result| {
            let wire: AccountWire = decode(result)?;
            wire.entity
                .into_iter()
                .map(HolderWire::into_holder)
                .collect()
        })
        .await
    }

    /// Who owns a card, by its mask. Several customers can share one.
    ///
    /// # Errors
    /// Why none could be read; nothing is asked with less than first six and last four.
    pub async fn holders_of(&self, card: &MaskedPan) -> Result<Vec<EntityId>, ReadFault> {
        let card = card.six_and_four();
        let card =
            card.map_err(|fault| ReadFault::NotReached(NotSent::Unmade(fault.to_string())))?;
        let body = json!({"maskedCardNo": card});
        self.read("/fetchCifByMaskedCard", &body, |result| {
            let wire: CifWire = decode(result)?;
            wire.entity_id.iter().map(entity).collect()
        })
        .await
    }

    /// What is known about a customer.
    ///
    /// # Errors
    /// Why nothing could be read, a reply about another customer among the reasons.
    pub async fn customer(&self, asked: &EntityId) -> Result<Customer, ReadFault> {
        self.read(
            "/viewCustomer",
            &json!({"entityId": asked.as_str()}),
            |result| {
                let wire: CustomerWire = decode(result)?;
                if let Some(answered) = &wire.entity_id {
                    same_customer(asked, answered)?;
                }
                Ok(wire.into_customer())
            },
        )
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
                products: wire.product_details.unwrap_or_default(),
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
            Ok(wire.shipment_data.unwrap_or_default().shipment)
        })
        .await
    }
}

#[derive(Deserialize)]
struct AccountWire {
    #[serde(default)]
    entity: Vec<HolderWire>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HolderWire {
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    is_primary: Option<Text>,
    #[serde(default)]
    kit_info: Option<Kits>,
}

impl HolderWire {
    fn into_holder(self) -> Result<Holder, Doubt> {
        let id = self
            .entity_id
            .ok_or(Doubt::Unreadable("an account holder without an entityId"))?;
        Ok(Holder {
            entity: entity(&id)?,
            is_primary: self.is_primary.is_some_and(|text| text.is_word("true")),
            kits: self.kit_info.unwrap_or_default().0,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CifWire {
    #[serde(default, deserialize_with = "text::several")]
    entity_id: Vec<Text>,
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
    account_info: Option<Vec<AccountInfoWire>>,
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
                .unwrap_or_default()
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
    product_details: Option<Vec<OrderedProduct>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrackingWire {
    #[serde(default)]
    shipment_data: Option<ShipmentsWire>,
}

#[derive(Deserialize, Default)]
struct ShipmentsWire {
    #[serde(default, deserialize_with = "text::or_none")]
    shipment: Vec<Shipment>,
}

/// The kits in a reply, read as a client reads them: for measuring how long that takes.
#[doc(hidden)]
#[must_use]
pub fn kits_in(reply: &[u8]) -> Option<Vec<Kit>> {
    Kits::of_reply(reply).map(|Kits(kits)| kits)
}

/// Reads a call's `result`.
pub(super) fn decode<'a, T: Deserialize<'a>>(result: Option<&'a RawValue>) -> Result<T, Doubt> {
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

fn entity(id: &Text) -> Result<EntityId, Doubt> {
    EntityId::parse(id.as_sent()).map_err(|_| Doubt::Unreadable("an entityId that can't be one"))
}
