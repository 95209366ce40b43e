//! Where a card can be used, and up to which amounts.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::decode;
use crate::dcms::client::Client;
use crate::dcms::ids::{EntityId, KitNo};
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};

/// A card's switches and limits, as far as the reply has them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// At home.
    #[serde(deserialize_with = "text::or_none")]
    pub domestic: Usage,
    /// Abroad.
    #[serde(deserialize_with = "text::or_none")]
    pub international: Usage,
    /// What is asked for besides the card.
    #[serde(deserialize_with = "text::or_none")]
    pub dynamic_auth: DynamicAuth,
    /// Whether it works only where the customer is.
    #[serde(deserialize_with = "text::truth")]
    pub location_shield: Option<bool>,
    /// Payments by a swipe in the customer's app.
    #[serde(deserialize_with = "text::or_none")]
    pub swipe_to_pay: Limit,
}

/// The switches and limits of one part of the world.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Usage {
    /// Whether the card works there at all.
    #[serde(deserialize_with = "text::truth")]
    pub is_enabled: Option<bool>,
    /// Cash machines.
    #[serde(deserialize_with = "text::or_none")]
    pub atm: Limit,
    /// Tills.
    #[serde(deserialize_with = "text::or_none")]
    pub pos: Limit,
    /// The internet.
    #[serde(deserialize_with = "text::or_none")]
    pub ecom: Limit,
    /// Tills, without contact.
    #[serde(deserialize_with = "text::or_none")]
    pub contactless: Limit,
    /// Recurring payments, such as subscriptions.
    #[serde(deserialize_with = "text::truth")]
    pub recurring_payments: Option<bool>,
    /// Cards in a phone's wallet.
    #[serde(deserialize_with = "text::truth")]
    pub tokenization: Option<bool>,
}

/// A switch with its amounts, which are whole numbers as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limit {
    /// Whether it is on.
    #[serde(deserialize_with = "text::truth")]
    pub is_enabled: Option<bool>,
    /// A day's amount, which can be set.
    #[serde(deserialize_with = "text::optional")]
    pub daily_limit: Option<Text>,
    /// What the product allows a day at most.
    #[serde(deserialize_with = "text::optional")]
    pub max_limit: Option<Text>,
    /// The system's own: never sent (contract, 2.2).
    #[serde(deserialize_with = "text::optional")]
    pub monthly_limit: Option<Text>,
    /// The system's own: never sent (contract, 2.2).
    #[serde(deserialize_with = "text::optional")]
    pub yearly_limit: Option<Text>,
}

/// What is asked for besides the card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DynamicAuth {
    /// A code that is sent to the customer.
    #[serde(deserialize_with = "text::truth")]
    pub otp: Option<bool>,
    /// The PIN.
    #[serde(deserialize_with = "text::truth")]
    pub pin: Option<bool>,
}

impl Client {
    /// A card's switches and limits.
    ///
    /// # Errors
    /// Why they could not be read.
    pub async fn preferences(
        &self,
        entity: &EntityId,
        kit: &KitNo,
    ) -> Result<Preferences, ReadError> {
        let body = json!({"entityId": entity.as_str(), "kitNo": kit.as_str()});
        self.read("/preference/fetch", &body, read).await
    }
}

/// A reply in which neither part of the world is there says nothing about this card.
fn read(result: Option<&RawValue>) -> Result<Preferences, Doubt> {
    let read: Preferences = decode(result)?;
    if read.domestic == Usage::default() && read.international == Usage::default() {
        return Err(Doubt::Unreadable("there are no preferences in it"));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::lookups::tests::result;

    #[test]
    fn switches_and_amounts_whatever_their_type() {
        let read = read(result(
            r#"{"domestic":{"isEnabled":"true","atm":{"isEnabled":true,"dailyLimit":"020000","maxLimit":150000},
                "ecom":null,"tokenization":false},"international":{"isEnabled":false},"dynamicAuth":null}"#,
        ));
        let read = read.expect("preferences");
        assert_eq!(read.domestic.is_enabled, Some(true));
        let atm = &read.domestic.atm;
        assert_eq!(atm.daily_limit.as_ref().map(Text::as_sent), Some("020000"));
        assert_eq!(atm.max_limit.as_ref().map(Text::as_sent), Some("150000"));
        assert_eq!(read.domestic.ecom, Limit::default());
        assert_eq!(read.international.is_enabled, Some(false));
        assert_eq!(read.location_shield, None, "not said");
    }

    #[test]
    fn a_reply_without_any_is_none() {
        for json in [
            "{}",
            r#"{"domestic":null,"locationShield":true}"#,
            "[]",
            "null",
        ] {
            assert!(read(result(json)).is_err(), "{json}");
        }
    }
}
