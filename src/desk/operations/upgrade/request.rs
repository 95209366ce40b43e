//! The request of an upgrade and its reply, as they travel.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::dcms::{
    CardType, Delivery, Doubt, EntityId, Kit, KitNo, Kits, Text, all_of, decode, optional,
    same_customer,
};

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

impl WantedCard {
    /// Whether it differs from the present card in anything but the name.
    ///
    /// # Errors
    /// What is to be said.
    pub fn changes_something(&self, kit: &Kit) -> Result<(), String> {
        let type_stays =
            self.card_type.map(CardType::word) == kit.card_type.as_ref().map(Text::as_sent);
        if self.tier_type.is_none() && self.plastic_code.is_none() && type_stays {
            Err("say what is to change: a tier, a plastic code or another card type".into())
        } else {
            Ok(())
        }
    }
}

/// An upgrade, as it is reviewed and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upgrade {
    /// Whose card.
    #[serde(rename = "entityId")]
    pub entity: EntityId,
    /// Which card.
    #[serde(rename = "kitNo")]
    pub kit: KitNo,
    /// Where the new one is sent.
    #[serde(rename = "deliveryAddress", skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// What is wanted; may be several.
    #[serde(rename = "kitInfo", skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<WantedCard>,
}

/// Done is only a reply about this customer that names at least one kit besides the old one (contract,
/// 2, 4 and 5.4).
pub(super) fn upgraded(
    asked: &EntityId,
    old: &KitNo,
    result: Option<&RawValue>,
) -> Result<Vec<Kit>, Doubt> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        #[serde(default, deserialize_with = "optional")]
        entity_id: Option<Text>,
        #[serde(default, deserialize_with = "optional")]
        kit_no: Option<Text>,
        #[serde(borrow, default)]
        kit_info: Option<&'a RawValue>,
        #[serde(default)]
        exception: Option<IgnoredAny>,
        #[serde(default, deserialize_with = "optional")]
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
            serde_json::to_string(&request).expect("JSON"),
            r#"{"entityId":"676165","kitNo":"4561789","deliveryAddress":"PERMANENT","kitInfo":[{"aliasName":"sample","cardType":"PHYSICAL","plasticCode":"4566","tierType":"SILVER"}]}"#
        );
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
            serde_json::to_string(&request).expect("JSON"),
            r#"{"entityId":"676165","kitNo":"4561789"}"#
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
