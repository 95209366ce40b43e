//! Whether a card at the counter is this customer's. Needs neither PIN nor CVV, and costs no PIN try.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{decode, same_customer};
use crate::dcms::client::Client;
use crate::dcms::expiry::Expiry;
use crate::dcms::ids::{EntityId, KitNo};
use crate::dcms::kit::Status;
use crate::dcms::outcome::{Doubt, ReadError};
use crate::dcms::text::{self, Text};

/// What is on the card and what the customer says. `Debug` leaves it out: more digits of a card than four.
pub struct CardCheck {
    /// Who they say they are.
    pub entity: EntityId,
    /// Their phone's number.
    pub mobile: String,
    /// The last six digits on the card.
    pub last_six: String,
    /// The expiry on the card.
    pub expiry: Expiry,
}

impl std::fmt::Debug for CardCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CardCheck({}, ...)", self.entity)
    }
}

impl CardCheck {
    fn body(&self) -> impl Serialize + use<'_> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            entity_id: &'a str,
            mobile_no: &'a str,
            card_no_last_six: &'a str,
            expiry_date: String,
        }
        Body {
            entity_id: self.entity.as_str(),
            mobile_no: &self.mobile,
            card_no_last_six: &self.last_six,
            expiry_date: self.expiry.mmyy(),
        }
    }
}

/// The card that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedCard {
    /// Its kit.
    pub kit: KitNo,
    /// What state it is in.
    pub status: Status,
}

impl Client {
    /// Checks that a card and a customer belong together.
    ///
    /// # Errors
    /// Why they do not (`CRD001`), or why it could not be checked; a reply about another customer among
    /// the reasons.
    pub async fn check_card(&self, check: &CardCheck) -> Result<CheckedCard, ReadError> {
        let asked = check.entity.clone();
        let path = "/kit-manager/validateCard";
        self.read(path, &check.body(), move |result| read(&asked, result))
            .await
    }
}

/// A reply that names no customer or no kit confirms nothing.
fn read(asked: &EntityId, result: Option<&RawValue>) -> Result<CheckedCard, Doubt> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        #[serde(default, deserialize_with = "text::optional")]
        entity_id: Option<Text>,
        #[serde(default, deserialize_with = "text::optional")]
        kit_no: Option<Text>,
        #[serde(default, deserialize_with = "text::optional")]
        card_status: Option<Text>,
    }
    let wire: Wire = decode(result)?;
    let answered = wire
        .entity_id
        .ok_or(Doubt::Unreadable("it names no customer"))?;
    same_customer(asked, &answered)?;
    let kit = wire.kit_no.and_then(|kit| KitNo::parse(kit.as_sent()).ok());
    Ok(CheckedCard {
        kit: kit.ok_or(Doubt::Unreadable("it names no kit"))?,
        status: Status::of(wire.card_status),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dcms::lookups::tests::result;

    fn checked(json: &str) -> Result<CheckedCard, Doubt> {
        read(&EntityId::parse("676165").expect("an id"), result(json))
    }

    #[test]
    fn only_a_reply_about_this_customer_that_names_a_kit_confirms() {
        let good =
            r#"{"entityId":676165,"kitNo":"4561789","cardStatus":"ACTIVE","accountInfo":[]}"#;
        let card = checked(good).expect("it fits");
        assert_eq!(
            (card.kit.as_str(), card.status),
            ("4561789", Status::Active)
        );
        assert!(matches!(
            checked(r#"{"entityId":"672765","kitNo":"4561789"}"#),
            Err(Doubt::OtherCustomer { .. })
        ));
        for json in [
            r#"{"entityId":"676165"}"#,
            r#"{"kitNo":"4561789"}"#,
            "true",
            "null",
        ] {
            assert!(checked(json).is_err(), "{json}");
        }
    }
}
