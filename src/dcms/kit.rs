//! A kit as the DCMS describes it (contract, 3), read with every tolerance that the contract asks.

use serde::Deserialize;

use super::expiry::Expiry;
use super::ids::{EntityId, KitNo};
use super::text::{self, Text};
use crate::pin::{EncryptedPan, MaskedPan};

/// A card with its number, plastic and papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kit {
    /// The card's handle everywhere.
    pub kit_no: KitNo,
    /// The customer, where the reply says so.
    pub entity: Option<EntityId>,
    /// The bank account.
    pub account_no: Option<Text>,
    /// First six and last four; a full number sent by mistake is cut to them on arrival.
    pub card: Option<MaskedPan>,
    /// The card number, enciphered, where the bank has it switched on.
    pub encrypted_pan: Option<EncryptedPan>,
    /// `DEBIT`.
    pub category: Option<Text>,
    /// `PHYSICAL` or `VIRTUAL`.
    pub card_type: Option<Text>,
    /// What state the card is in.
    pub status: Status,
    /// `RUPAY`, `VISA`, ...
    pub network: Option<Text>,
    /// The product's code.
    pub product_id: Option<Text>,
    /// The product's name.
    pub product_name: Option<Text>,
    /// The bank's own word, like `SILVER`.
    pub tier: Option<Text>,
    /// The name on the card.
    pub alias: Option<Text>,
    /// The plastic's code.
    pub plastic_code: Option<Text>,
    /// Month and year.
    pub expiry: Option<Expiry>,
    /// When the kit was made.
    pub created: Option<Text>,
    /// When it was last changed.
    pub changed: Option<Text>,
    /// When it was activated.
    pub activated: Option<Text>,
}

/// What state a kit is in. New words may come: they are kept as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// In use.
    Active,
    /// Not yet, or no longer, in use.
    Inactive,
    /// Given to a customer, not yet activated.
    Assigned,
    /// Stopped for now.
    Locked,
    /// Stopped for good.
    Blocked,
    /// Reported lost or stolen.
    Hotlisted,
    /// Another kit has taken its place.
    Replaced,
    /// Closed with its account.
    Closed,
    /// Past its date.
    Expired,
    /// A word that this program does not know, or none.
    Other(Text),
}

const STATUSES: [(&str, Status); 9] = [
    ("ACTIVE", Status::Active),
    ("INACTIVE", Status::Inactive),
    ("ASSIGNED", Status::Assigned),
    ("LOCKED", Status::Locked),
    ("BLOCKED", Status::Blocked),
    ("HOTLISTED", Status::Hotlisted),
    ("REPLACED", Status::Replaced),
    ("CLOSED", Status::Closed),
    ("EXPIRED", Status::Expired),
];

impl Status {
    fn of(text: Option<Text>) -> Self {
        let text = text.unwrap_or_else(|| Text::new("(none)"));
        STATUSES
            .iter()
            .find(|(word, _)| text.is_word(word))
            .map_or_else(|| Self::Other(text.clone()), |(_, status)| status.clone())
    }

    /// The contract's word for it, harmless to show.
    #[must_use]
    pub fn word(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Other(text) => text.shown(),
            known => STATUSES
                .iter()
                .find(|(_, status)| status == known)
                .map_or("?".into(), |&(word, _)| word.into()),
        }
    }

    /// Whether an upgrade can be asked for: of an ACTIVE card. A word that this program does not
    /// know is left to the DCMS to judge.
    #[must_use]
    pub fn can_be_upgraded(&self) -> bool {
        matches!(self, Self::Active | Self::Other(_))
    }

    /// Whether a PIN can be set: also before activation, since a new card gets its PIN first.
    #[must_use]
    pub fn can_take_a_pin(&self) -> bool {
        matches!(
            self,
            Self::Active | Self::Inactive | Self::Assigned | Self::Other(_)
        )
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "text::optional")]
    kit_no: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    account_no: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    card_number: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    encrypted_card_number: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    card_category: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    card_type: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    card_status: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    network_type: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    product_id: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    product_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    tier_type: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    alias_name: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    plastic_code: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    exp_date: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    created_date: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    changed_date: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    card_activation_date: Option<Text>,
}

impl<'de> Deserialize<'de> for Kit {
    fn deserialize<D: serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(json)?;
        let kit_no = wire
            .kit_no
            .ok_or_else(|| serde::de::Error::custom("a kit has no kitNo"))?;
        Ok(Self {
            kit_no: KitNo::parse(kit_no.as_sent()).map_err(serde::de::Error::custom)?,
            entity: wire
                .entity_id
                .and_then(|id| EntityId::parse(id.as_sent()).ok()),
            account_no: wire.account_no,
            card: wire
                .card_number
                .and_then(|text| MaskedPan::parse(text.as_sent()).ok()),
            encrypted_pan: wire
                .encrypted_card_number
                .map(|text| EncryptedPan::new(text.as_sent().to_owned())),
            category: wire.card_category,
            card_type: wire.card_type,
            status: Status::of(wire.card_status),
            network: wire.network_type,
            product_id: wire.product_id,
            product_name: wire.product_name,
            tier: wire.tier_type,
            alias: wire.alias_name,
            plastic_code: wire.plastic_code,
            expiry: wire
                .exp_date
                .and_then(|text| Expiry::from_exp_date(text.as_sent())),
            created: wire.created_date,
            changed: wire.changed_date,
            activated: wire.card_activation_date,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_with_everything_and_numbers_for_strings() {
        let kit: Kit = serde_json::from_str(
            r#"{"kitNo":4561789,"entityId":676165,"accountNo":900719925474099312345,"bin":"608040",
                "cardNumber":"608040XXXXXX6384","cardType":"PHYSICAL","cardStatus":"active",
                "tierType":"CLASSIC","expDate":"2029-07-31T00:00:00.000+00:00","new":{"field":[1]}}"#,
        )
        .expect("a good kit");
        assert_eq!(kit.kit_no.as_str(), "4561789");
        assert_eq!(kit.entity, EntityId::parse("676165").ok());
        assert_eq!(
            kit.account_no.as_ref().map(Text::as_sent),
            Some("900719925474099312345")
        );
        assert_eq!(
            kit.card.map(|card| card.to_string()).as_deref(),
            Some("608040XXXXXX6384")
        );
        assert_eq!(kit.status, Status::Active);
        assert_eq!(kit.expiry.map(Expiry::mmyy).as_deref(), Some("0729"));
    }

    #[test]
    fn a_kit_with_almost_nothing() {
        let kit: Kit = serde_json::from_str(r#"{"kitNo":"1","tierType":null}"#).expect("enough");
        assert_eq!(kit.tier, None);
        assert_eq!(kit.status.word(), "(none)");
        assert!(serde_json::from_str::<Kit>(r#"{"tierType":"GOLD"}"#).is_err());
    }

    #[test]
    fn a_full_card_number_sent_by_mistake_is_cut() {
        let kit: Kit = serde_json::from_str(r#"{"kitNo":"1","cardNumber":"4111111111111111"}"#)
            .expect("a kit");
        assert!(!format!("{kit:?}").contains("4111111111111111"));
        assert_eq!(
            kit.card.map(|c| c.to_string()).as_deref(),
            Some("411111XXXXXX1111")
        );
    }

    #[test]
    fn which_states_allow_what() {
        let status = |word: &str| Status::of(Some(Text::new(word)));
        assert!(status("ACTIVE").can_be_upgraded() && status("ACTIVE").can_take_a_pin());
        assert!(!status("ASSIGNED").can_be_upgraded() && status("ASSIGNED").can_take_a_pin());
        assert!(!status("REPLACED").can_be_upgraded() && !status("REPLACED").can_take_a_pin());
        assert!(status("SUSPENDED_BY_BANK").can_be_upgraded());
        assert_eq!(status("SUSPENDED_BY_BANK").word(), "SUSPENDED_BY_BANK");
    }
}
