//! When a card's PIN was last changed: the only trace that setting one leaves (contract, 2.1).

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{decode, same_customer};
use crate::dcms::client::Client;
use crate::dcms::ids::{EntityId, KitNo};
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};
use crate::pin::EncryptedPan;

/// When a card's PIN was last changed, by the DCMS's clock; nothing where it never was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinChange(pub Option<Timestamp>);

impl Client {
    /// Whether the profile has a card key, which is what the DCMS finds a card with.
    #[must_use]
    pub fn finds_by_card_number(&self) -> bool {
        self.encrypted_pans
    }

    /// When the PIN of this kit's card was last changed. The card number goes back encrypted as it came: nobody
    /// opens it for this.
    ///
    /// # Errors
    /// Why it could not be read; a reply about another customer or kit among the reasons.
    pub async fn pin_change(
        &self,
        entity: &EntityId,
        kit: &KitNo,
        number: &EncryptedPan,
    ) -> Result<PinChange, ReadError> {
        let body = json!({"encryptedCardNumber": number.to_base64()});
        let (entity, kit) = (entity.clone(), kit.clone());
        let path = "/kit-manager/v2/fetchByCardNo";
        self.read(path, &body, move |result| read(&entity, &kit, result))
            .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "text::optional")]
    entity_id: Option<Text>,
    account_info: Account,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    kit_details: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    #[serde(default, deserialize_with = "text::optional")]
    kit_no: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    last_pin_changed_date: Option<Text>,
}

/// A card that is replaced keeps its number on some systems: only a reply that names this kit is about it.
fn read(entity: &EntityId, kit: &KitNo, result: Option<&RawValue>) -> Result<PinChange, Doubt> {
    let wire: Wire = decode(result)?;
    let answered = wire.entity_id;
    let answered = answered.ok_or(Doubt::Unreadable("it names no customer"))?;
    same_customer(entity, &answered)?;
    let card = wire.account_info.kit_details;
    if card
        .kit_no
        .is_none_or(|named| named.as_sent().trim() != kit.as_str())
    {
        return Err(Doubt::Unreadable("it does not name this kit"));
    }
    let at = card.last_pin_changed_date.map(|date| {
        let at = date.as_sent().trim().parse();
        at.map_err(|_| Doubt::Unreadable("the date of the last PIN change is no moment"))
    });
    at.transpose().map(PinChange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::lookups::tests::result;

    fn reply(json: &str) -> Result<PinChange, Doubt> {
        let entity = EntityId::parse("676165").expect("an id");
        let kit = KitNo::parse("4561789").expect("a number");
        read(&entity, &kit, result(json))
    }

    fn dated(date: &str) -> Result<PinChange, Doubt> {
        reply(&format!(
            r#"{{"entityId":676165,"accountInfo":{{"kitDetails":{{"kitNo":4561789,"lastPinChangedDate":{date}}}}}}}"#
        ))
    }

    #[test]
    fn a_date_with_its_offset_or_none_at_all() {
        let at = "2024-05-15T10:12:33.421Z".parse().expect("a moment");
        for date in [
            r#""2024-05-15T10:12:33.421+00:00""#,
            r#""2024-05-15T15:42:33.421+05:30""#,
        ] {
            assert_eq!(dated(date), Ok(PinChange(Some(at))), "{date}");
        }
        assert_eq!(dated("null"), Ok(PinChange(None)));
        for date in [r#""2024-05-15""#, r#""2024-05-15 10:12:33""#, r#""soon""#] {
            assert!(dated(date).is_err(), "{date}");
        }
    }

    #[test]
    fn only_a_reply_about_this_customer_and_kit_counts() {
        for json in [
            r#"{"accountInfo":{"kitDetails":{"kitNo":"4561789"}}}"#,
            r#"{"entityId":"676165","accountInfo":{"kitDetails":{}}}"#,
            r#"{"entityId":"676165","accountInfo":{"kitDetails":{"kitNo":"7"}}}"#,
            r#"{"entityId":"672765","accountInfo":{"kitDetails":{"kitNo":"4561789"}}}"#,
            r#"{"entityId":"676165"}"#,
            "null",
        ] {
            assert!(reply(json).is_err(), "{json}");
        }
    }
}
