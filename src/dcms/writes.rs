//! The calls that change something (contract, 2, writes): what is sent and what counts as done.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::client::Client;
use super::expiry::Expiry;
use super::ids::{BranchId, EntityId, KitNo, OrderId};
use super::kit::{Kit, Kits};
use super::lookups::{all_of, decode, same_customer};
use super::outcome::{Doubt, Outcome};
use super::text::{self, Text};
use crate::pin::SealedPin;

/// A card to hold, or one that lives in a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CardType {
    /// Plastic.
    Physical,
    /// A number only.
    Virtual,
}

impl CardType {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Physical, Self::Virtual];

    /// The contract's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Physical => "PHYSICAL",
            Self::Virtual => "VIRTUAL",
        }
    }
}

/// Which of the customer's addresses a new card is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Delivery {
    /// Where they live.
    Permanent,
    /// Where they want their post.
    Communication,
}

impl Delivery {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Permanent, Self::Communication];

    /// The contract's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Permanent => "PERMANENT",
            Self::Communication => "COMMUNICATION",
        }
    }
}

/// A card that is wanted in place of the old one. What is not named is the DCMS's to choose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WantedCard {
    /// The name to be embossed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias_name: Option<String>,
    /// Plastic or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_type: Option<CardType>,
    /// Which plastic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plastic_code: Option<String>,
    /// Which tier, in the bank's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier_type: Option<String>,
}

/// An upgrade, as it is reviewed and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// Whose card.
    pub entity: EntityId,
    /// Which card.
    pub kit: KitNo,
    /// Where the new one is sent.
    pub delivery: Option<Delivery>,
    /// What is wanted; may be several.
    pub cards: Vec<WantedCard>,
}

impl Upgrade {
    /// Where it is sent, below the base address.
    pub const PATH: &str = "/kit-manager/upgradeCard";

    /// The body, to the letter.
    #[must_use]
    pub fn body(&self) -> impl Serialize + use<'_> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            entity_id: &'a str,
            kit_no: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            delivery_address: Option<Delivery>,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            kit_info: &'a [WantedCard],
        }
        Body {
            entity_id: self.entity.as_str(),
            kit_no: self.kit.as_str(),
            delivery_address: self.delivery,
            kit_info: &self.cards,
        }
    }
}

/// A PIN to be set, sealed already.
#[derive(Debug)]
pub struct SetPin {
    /// Whose card.
    pub entity: EntityId,
    /// Which card.
    pub kit: KitNo,
    /// The card's, not a new one.
    pub expiry: Expiry,
    /// Base64 of IV, ciphertext and tag.
    pub pin: SealedPin,
}

impl SetPin {
    /// Where it is sent, below the base address.
    pub const PATH: &str = "/kit-manager/v2/setPin";

    fn body(&self) -> impl Serialize + use<'_> {
        Self::body_with(&self.entity, &self.kit, self.expiry, self.pin.as_wire())
    }

    /// The body with `<sealed>` in the PIN's place: for showing what will be sent.
    #[must_use]
    pub fn body_without_pin(&self) -> impl Serialize + use<'_> {
        Self::body_before_sealing(&self.entity, &self.kit, self.expiry)
    }

    /// The same before any PIN has been asked for.
    #[must_use]
    pub fn body_before_sealing<'a>(
        entity: &'a EntityId,
        kit: &'a KitNo,
        expiry: Expiry,
    ) -> impl Serialize + use<'a> {
        Self::body_with(entity, kit, expiry, "<sealed>")
    }

    fn body_with<'a>(
        entity: &'a EntityId,
        kit: &'a KitNo,
        expiry: Expiry,
        pin: &'a str,
    ) -> impl Serialize + use<'a> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            entity_id: &'a str,
            kit_no: &'a str,
            expiry_date: String,
            pin: &'a str,
        }
        Body {
            entity_id: entity.as_str(),
            kit_no: kit.as_str(),
            expiry_date: expiry.mmyy(),
            pin,
        }
    }
}

/// An order to be cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelOrder {
    /// Which order.
    pub order: OrderId,
    /// Its branch: must match.
    pub branch: BranchId,
}

impl CancelOrder {
    /// Where it is sent, below the base address.
    pub const PATH: &str = "/card-order/cancel";

    /// The body, to the letter.
    #[must_use]
    pub fn body(&self) -> impl Serialize + use<'_> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            order_id: &'a str,
            branch_id: &'a str,
        }
        Body {
            order_id: self.order.as_str(),
            branch_id: self.branch.as_str(),
        }
    }
}

impl Client {
    /// Replaces a kit; done brings the new kits.
    pub async fn upgrade(&self, upgrade: &Upgrade) -> Outcome<Vec<Kit>> {
        let (entity, kit) = (upgrade.entity.clone(), upgrade.kit.clone());
        let decode = move |result: Option<&RawValue>| upgraded(&entity, &kit, result);
        self.write(Upgrade::PATH, &upgrade.body(), decode).await
    }

    /// Sets a PIN.
    pub async fn set_pin(&self, request: &SetPin) -> Outcome<()> {
        let decode = |result: Option<&RawValue>| {
            if decode::<bool>(result)? {
                Ok(())
            } else {
                Err(Doubt::Unreadable(
                    "its result is false, without an exception",
                ))
            }
        };
        self.write(SetPin::PATH, &request.body(), decode).await
    }

    /// Cancels an order; done brings the DCMS's own words.
    pub async fn cancel_order(&self, request: &CancelOrder) -> Outcome<Text> {
        let decode = |result: Option<&RawValue>| {
            let said = decode::<String>(result)?;
            // `Order cancelled successfully` is all that the contract knows.
            if !tells_success(&said) {
                return Err(Doubt::Unreadable("its words are not those of a success"));
            }
            Ok(Text::new(said).with_card_numbers_masked())
        };
        self.write(CancelOrder::PATH, &request.body(), decode).await
    }
}

fn tells_success(said: &str) -> bool {
    let said = said.to_lowercase();
    let is_denied = ["unsuccess", "not ", "fail", "error"]
        .iter()
        .any(|word| said.contains(word));
    !is_denied && (said.contains("success") || said.contains("cancelled"))
}

/// Done is only a reply about this customer that names at least one kit besides the old one (contract,
/// 2, 4 and 5.4).
fn upgraded(asked: &EntityId, old: &KitNo, result: Option<&RawValue>) -> Result<Vec<Kit>, Doubt> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        #[serde(default, deserialize_with = "text::optional")]
        entity_id: Option<Text>,
        #[serde(default, deserialize_with = "text::optional")]
        kit_no: Option<Text>,
        #[serde(borrow, default)]
        kit_info: Option<&'a RawValue>,
        #[serde(default)]
        exception: Option<IgnoredAny>,
        #[serde(default, deserialize_with = "text::optional")]
        status: Option<Text>,
    }
    let wire: Wire<'_> = decode(result)?;
    let is_good = |status: &Text| {
        ["200", "true", "SUCCESS", "OK"]
            .iter()
            .any(|word| status.is_word(word))
    };
    if wire.exception.is_some() || wire.status.as_ref().is_some_and(|status| !is_good(status)) {
        return Err(Doubt::Unreadable("there is a failure in its result"));
    }
    if wire
        .kit_no
        .is_some_and(|kit| kit.as_sent().trim() != old.as_str())
    {
        return Err(Doubt::Unreadable("it names another kit"));
    }
    let answered = wire
        .entity_id
        .ok_or(Doubt::Unreadable("it names no customer"))?;
    same_customer(asked, &answered)?;
    let kits = wire.kit_info.map(Kits::of_list).transpose()?;
    let mut kits = kits.unwrap_or_default().list;
    all_of(asked, &kits)?;
    kits.retain(|kit| &kit.kit_no != old);
    if kits.is_empty() {
        return Err(Doubt::Unreadable("it names no new kit"));
    }
    Ok(kits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::{Account, BlockForm, Key, Pin, PinLength};

    fn entity() -> EntityId {
        EntityId::parse("676165").expect("good")
    }

    fn upgrade(json: &str) -> Result<Vec<String>, Doubt> {
        let raw = RawValue::from_string(json.to_owned()).expect("JSON");
        let old = KitNo::parse("4561789").expect("good");
        upgraded(&entity(), &old, Some(&raw))
            .map(|kits| kits.iter().map(|kit| kit.kit_no.to_string()).collect())
    }

    #[test]
    fn the_example_of_the_contract_to_the_letter() {
        let request = Upgrade {
            entity: entity(),
            kit: KitNo::parse("4561789").expect("good"),
            delivery: Some(Delivery::Permanent),
            cards: vec![WantedCard {
                alias_name: Some("sample".into()),
                card_type: Some(CardType::Physical),
                plastic_code: Some("4566".into()),
                tier_type: Some("SILVER".into()),
            }],
        };
        assert_eq!(
            serde_json::to_string(&request.body()).expect("JSON"),
            r#"{"entityId":"676165","kitNo":"4561789","deliveryAddress":"PERMANENT","kitInfo":[{"aliasName":"sample","cardType":"PHYSICAL","plasticCode":"4566","tierType":"SILVER"}]}"#
        );
    }

    #[test]
    fn a_failure_within_a_result_is_no_success() {
        let kits = r#""entityId":"676165","kitInfo":[{"kitNo":"77"}]"#;
        for more in [
            r#","status":500"#,
            r#","status":"400""#,
            r#","status":false"#,
            r#","status":"FAILED""#,
            r#","exception":{"errorCode":"X"}"#,
            r#","kitNo":"999""#,
        ] {
            assert!(upgrade(&format!("{{{kits}{more}}}")).is_err(), "{more}");
        }
        for more in [
            "",
            r#","status":true"#,
            r#","status":"success""#,
            r#","exception":null"#,
            r#","kitNo":"4561789""#,
        ] {
            assert!(upgrade(&format!("{{{kits}{more}}}")).is_ok(), "{more}");
        }
    }

    #[test]
    fn only_words_of_a_success_tell_one() {
        assert!(tells_success("Order cancelled successfully"));
        assert!(tells_success("Order CANCELLED"));
        for said in [
            "",
            "FAILED",
            "Order could not be cancelled",
            "unsuccessful",
            "was not successful",
        ] {
            assert!(!tells_success(said), "{said}");
        }
    }

    #[test]
    fn what_is_not_named_is_not_sent() {
        let request = Upgrade {
            entity: entity(),
            kit: KitNo::parse("4561789").expect("good"),
            delivery: None,
            cards: Vec::new(),
        };
        assert_eq!(
            serde_json::to_string(&request.body()).expect("JSON"),
            r#"{"entityId":"676165","kitNo":"4561789"}"#
        );
    }

    #[test]
    fn an_expiry_travels_as_four_characters() {
        let (Ok(key), Ok(pin)) = (
            Key::from_bytes(&[1; 16]),
            Pin::parse("4315", PinLength::STANDARD),
        ) else {
            panic!("test values");
        };
        let sealed = crate::pin::seal(&pin, &Account::Kit("4561789"), &key, BlockForm::Raw);
        let request = SetPin {
            entity: entity(),
            kit: KitNo::parse("4561789").expect("good"),
            expiry: Expiry::parse("0729").expect("good"),
            pin: sealed.expect("sealed"),
        };
        let body = serde_json::to_value(request.body()).expect("JSON");
        assert_eq!(body["expiryDate"], "0729");
        assert!(!format!("{request:?}").contains(request.pin.as_wire()));
    }

    #[test]
    fn a_reply_about_someone_else_is_not_done() {
        // The contract's own sample asks for 676165 and answers with two others (5.4).
        let sample = r#"{"entityId":"672765","kitInfo":[{"kitNo":"9","entityId":"676765"}]}"#;
        assert!(matches!(upgrade(sample), Err(Doubt::OtherCustomer { .. })));
        let inner = r#"{"entityId":676165,"kitInfo":[{"kitNo":"9","entityId":"676765"}]}"#;
        assert!(matches!(upgrade(inner), Err(Doubt::OtherCustomer { .. })));
        let good =
            r#"{"entityId":676165,"kitInfo":[{"kitNo":"9","entityId":"676165"},{"kitNo":10}]}"#;
        assert_eq!(upgrade(good), Ok(vec!["9".into(), "10".into()]));
        let both = r#"{"entityId":"676165","kitInfo":[{"kitNo":"4561789"},{"kitNo":"9"}]}"#;
        assert_eq!(upgrade(both), Ok(vec!["9".into()]));
    }

    #[test]
    fn a_reply_that_names_nothing_is_not_done() {
        for json in [
            r#"{"entityId":"676165"}"#,
            r#"{"entityId":"676165","kitInfo":[]}"#,
            // The kit that was to be replaced is no new one.
            r#"{"entityId":"676165","kitInfo":[{"kitNo":"4561789","cardStatus":"REPLACED"}]}"#,
            r#"{"entityId":"676165","kitInfo":[{"kitNo":4561789,"entityId":"676165"}]}"#,
            "true",
            "{}",
        ] {
            assert!(matches!(upgrade(json), Err(Doubt::Unreadable(_))), "{json}");
        }
    }
}
