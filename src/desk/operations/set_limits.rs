//! Setting a card's switches and daily limits (contract, 2.2). The call takes the whole state: what was read is
//! sent back, but for what changes. Whether a block that is left out stays or is switched off is not known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::body::Body;
use super::kind::{About, Before, Form, Kind, Made, Operation, OwnForm, Sending};
use super::states::Change;
use super::words::Words;
use crate::dcms::{
    CardSetting, CardSettings, Client, Doubt, EntityId, KitNo, Preferences, SettingValue, Text,
    Usage, decode, optional, same_customer,
};
use crate::desk::pages;
use crate::desk::reading::{Part, Reading};
use crate::desk::review::{Row, change, fact, sent};
use crate::desk::sentences::NO_MASK;
use crate::desk::settling::{LimitsChange, Proof};
use crate::desk::target::Target;
use crate::journal::Write;
use crate::sorting;

pub(super) static KIND: Kind = Kind {
    write: Write::SetLimits,
    path: "/preference/set",
    words: Words {
        title: "Change a card's limits",
        name: "The change of the limits of",
        doing: "Changing the limits of",
        short: "Limits of",
        receipt: "Change of a card's limits",
        next: "The new limits count from now on.",
        record: "limits",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Kit(Change::SetLimits),
    form: Form::Own(OwnForm::Limits),
    reads: &[Part::Kits, Part::Limits],
    proof: Proof::Limits,
    so_already: &[],
    alike: &[],
    undoes: &[],
    or_else: None,
};

/// A card's switches and limits, with what changes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetLimits {
    entity: EntityId,
    kit: KitNo,
    limits: LimitsChange,
    /// What the product allows a day at most.
    ceilings: BTreeMap<CardSetting, Text>,
}

/// The body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    entity_id: &'a EntityId,
    kit_no: &'a KitNo,
    #[serde(flatten)]
    blocks: Map<String, Value>,
}

impl SetLimits {
    /// What was read, with these changes.
    ///
    /// # Errors
    /// What is wrong with them: one is above the product's ceiling, or none changes anything.
    pub fn new(
        entity: EntityId,
        kit: KitNo,
        changes: &CardSettings,
        read: &Reading,
    ) -> Result<Self, String> {
        let read = read.limits.as_deref();
        let read = read.ok_or_else(|| format!("the limits of kit {kit} were not read"))?;
        for (setting, value) in changes.iter() {
            Self::check(setting, value, read).map_err(|why| format!("{setting}: {why}"))?;
        }
        if [&read.domestic, &read.international].contains(&&Usage::default()) {
            return Err(format!(
                "the DCMS has shown only a part of the limits of kit {kit}, and they can be set only whole: ask the DCMS's support"
            ));
        }
        let before = CardSettings::from(read);
        let sent = before.to_send(changes);
        let limits = LimitsChange { before, sent };
        if limits.changes().next().is_none() {
            return Err(format!(
                "nothing of this changes the limits of kit {kit}: they are so already"
            ));
        }
        let ceiling = |setting: CardSetting| Some((setting, setting.ceiling(read)?.clone()));
        Ok(Self {
            entity,
            kit,
            limits,
            ceilings: sorting::map(CardSetting::all().filter_map(ceiling)),
        })
    }

    /// Whether the product allows this value.
    ///
    /// # Errors
    /// What it allows at most, without a full stop.
    pub fn check(
        setting: CardSetting,
        value: &SettingValue,
        read: &Preferences,
    ) -> Result<(), String> {
        match setting.ceiling(read) {
            Some(ceiling) if value.is_above(ceiling) => Err(format!(
                "{value} is above the product's ceiling: at most {} a day",
                ceiling.shown()
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn is_asked(&self, setting: CardSetting) -> bool {
        let mut changes = self.limits.changes();
        changes.any(|(asked, ..)| asked == setting)
    }

    fn sent(&self) -> Sent<'_> {
        Sent {
            entity_id: &self.entity,
            kit_no: &self.kit,
            blocks: self.limits.sent.blocks(),
        }
    }
}

impl Operation for SetLimits {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(&self.sent())
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let Some(kit) = &read.kit else {
            return Vec::new();
        };
        let card = kit.card.as_ref();
        let card = card.map_or_else(|| NO_MASK.into(), ToString::to_string);
        let mut rows = vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            fact("card", card),
        ];
        let now = |setting| {
            let now = self.limits.before.get(setting);
            now.map_or_else(|| "—".to_owned(), ToString::to_string)
        };
        rows.extend(self.limits.changes().map(|(setting, _, sent)| {
            let most = self.ceilings.get(&setting);
            let most = most.map(|most| format!(" (at most {})", most.shown()));
            let sent = format!("{sent}{}", most.unwrap_or_default());
            change(&pages::setting(setting), now(setting), sent)
        }));
        // What stays is sent too: the call takes the whole state.
        let sent_too = self.limits.sent.iter().map(|(setting, _)| setting);
        let stays = sent_too.filter(|setting| !self.is_asked(*setting));
        rows.extend(stays.map(|setting| sent(&pages::setting(setting), now(setting))));
        rows
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        let asked = (self.entity.clone(), self.kit.clone());
        Box::pin(async move {
            let read = move |result: Option<&RawValue>| taken(result, &asked);
            client.write(KIND.path, &self.sent(), read).await
        })
    }

    fn limits(&self) -> Option<&LimitsChange> {
        Some(&self.limits)
    }
}

/// What a reply names besides the state.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named {
    #[serde(deserialize_with = "optional")]
    entity_id: Option<Text>,
    #[serde(deserialize_with = "optional")]
    kit_no: Option<Text>,
    #[serde(deserialize_with = "optional")]
    status: Option<Text>,
}

/// The contract does not say what the reply is: a word of success, whom it was done for, or the state as it is
/// then.
fn taken(result: Option<&RawValue>, (entity, kit): &(EntityId, KitNo)) -> Result<Made, Doubt> {
    const NO_SUCCESS: Doubt = Doubt::Unreadable("its result is no success");
    let is_success = |said: &str| ["true", "success"].contains(&said.to_lowercase().as_str());
    match decode::<Value>(result)? {
        Value::Bool(true) => return Ok(Made::Nothing),
        Value::String(said) if is_success(&said) => return Ok(Made::Nothing),
        Value::Object(_) => {}
        Value::Null
        | Value::Bool(false)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_) => return Err(NO_SUCCESS),
    }
    let named: Named = decode(result)?;
    let status = named.status.as_ref();
    if status.is_some_and(|status| !is_success(status.as_sent())) {
        return Err(NO_SUCCESS);
    }
    if let Some(named) = &named.entity_id {
        same_customer(entity, named)?;
    }
    let other = named.kit_no.as_ref();
    if other.is_some_and(|named| named.as_sent().trim() != kit.as_str()) {
        return Err(Doubt::Unreadable("it names another kit"));
    }
    let read: Preferences = decode(result)?;
    if read != Preferences::default() {
        return Ok(Made::Limits(Box::new(read)));
    }
    if named.status.is_some() || named.entity_id.is_some() {
        return Ok(Made::Nothing);
    }
    Err(NO_SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: &str = r#"{"domestic":{"isEnabled":true,"atm":{"isEnabled":true,"dailyLimit":"5000","maxLimit":"9000"}},
        "international":{"isEnabled":false}}"#;

    fn of_kit() -> (EntityId, KitNo) {
        let entity = EntityId::parse("676165").expect("an id");
        (entity, KitNo::parse("4561789").expect("a number"))
    }

    fn asked(typed: &[&str], read: &str) -> Result<SetLimits, String> {
        let typed = typed.iter();
        let changes = typed.map(|typed| CardSetting::parse(typed).expect("a setting"));
        let read = Reading {
            limits: Some(Box::new(serde_json::from_str(read).expect("preferences"))),
            ..Reading::default()
        };
        let (entity, kit) = of_kit();
        SetLimits::new(entity, kit, &changes.collect(), &read)
    }

    #[test]
    fn what_can_t_be_sent_is_said() {
        for (typed, read, says) in [
            (
                "domestic.atm.daily=9001",
                READ,
                "domestic.atm.daily: 9001 is above the product's ceiling: at most 9000 a day",
            ),
            ("domestic.atm=on", READ, "they are so already"),
            ("domestic.atm.daily=05000", READ, "they are so already"),
            (
                "domestic.atm=off",
                r#"{"domestic":{"isEnabled":true}}"#,
                "only a part of the limits",
            ),
        ] {
            let said = asked(&[typed], read).expect_err("it can't be sent");
            assert!(said.contains(says), "{typed}: {said}");
        }
        assert!(asked(&["domestic.atm.daily=9000"], READ).is_ok());
        // One that changes nothing does not keep the other from being sent.
        assert!(asked(&["domestic.atm=on", "international=on"], READ).is_ok());
    }

    #[test]
    fn the_whole_state_is_sent() {
        let asked = asked(&["international=on"], READ).expect("a request");
        let body: Value = serde_json::from_str(asked.body().raw().get()).expect("JSON");
        let expected = serde_json::json!({"entityId": "676165", "kitNo": "4561789",
            "domestic": {"isEnabled": true, "atm": {"isEnabled": true, "dailyLimit": "5000"}},
            "international": {"isEnabled": true}});
        assert_eq!(body, expected);
    }

    #[test]
    fn a_reply_that_is_no_success_or_about_another_is_unknown() {
        let read = |text: &str| {
            let raw: Box<RawValue> = serde_json::from_str(text).expect("JSON");
            taken(Some(&raw), &of_kit())
        };
        for text in [
            "true",
            "\"Success\"",
            r#"{"status":true}"#,
            r#"{"entityId":676165,"kitNo":"4561789"}"#,
        ] {
            assert_eq!(read(text), Ok(Made::Nothing), "{text}");
        }
        assert!(matches!(read(READ), Ok(Made::Limits(_))));
        for text in [
            "null",
            "false",
            "\"no\"",
            "{}",
            "[]",
            r#"{"status":false}"#,
            r#"{"status":"FAILED","entityId":"676165"}"#,
            r#"{"entityId":"672765"}"#,
            r#"{"entityId":"676165","kitNo":"1"}"#,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
