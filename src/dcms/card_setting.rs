//! A card's switches and daily limits one by one, each under a name: what `/preference/set` can change of them
//! (contract, 2.2).

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use super::lookups::{Channel, Limit, Preferences, Usage};
use super::text::Text;
use crate::sorting;

/// A part of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// At home.
    Domestic,
    /// Abroad.
    International,
}

/// One switch or one daily limit of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CardSetting {
    /// Whether the card works there at all.
    Area(Area),
    /// Whether it works there in this way.
    Channel(Area, Channel),
    /// A day's amount.
    Daily(Area, Channel),
    /// Recurring payments, such as subscriptions.
    Recurring(Area),
    /// Cards in a phone's wallet.
    Tokenization(Area),
    /// Payments by a swipe in the customer's app.
    SwipeToPay,
    /// A day's amount of them.
    SwipeToPayDaily,
    /// A code that is sent to the customer.
    Otp,
    /// The PIN.
    Pin,
    /// Whether the card works only where the customer is. `/preference/set` does not take it.
    LocationShield,
}

/// What a setting is set to.
#[derive(Debug, Clone)]
pub enum SettingValue {
    /// On or off.
    Switch(bool),
    /// A whole number as text.
    Amount(Text),
}

/// Several settings of one card, each with its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardSettings(BTreeMap<CardSetting, SettingValue>);

impl Area {
    const ALL: [Self; 2] = [Self::Domestic, Self::International];

    /// Its name, here and in the contract.
    fn word(self) -> &'static str {
        match self {
            Self::Domestic => "domestic",
            Self::International => "international",
        }
    }

    fn of(self, read: &Preferences) -> &Usage {
        match self {
            Self::Domestic => &read.domestic,
            Self::International => &read.international,
        }
    }
}

impl Channel {
    /// Its name among the preferences, here and in the contract.
    fn key(self) -> &'static str {
        match self {
            Self::Atm => "atm",
            Self::Pos => "pos",
            Self::Ecom => "ecom",
            Self::Contactless => "contactless",
        }
    }

    fn of(self, usage: &Usage) -> &Limit {
        match self {
            Self::Atm => &usage.atm,
            Self::Pos => &usage.pos,
            Self::Ecom => &usage.ecom,
            Self::Contactless => &usage.contactless,
        }
    }
}

impl CardSetting {
    /// All of them, in the order in which they are listed to people.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_areas = Area::ALL.into_iter().flat_map(|area| {
            let of_channels = Channel::ALL.into_iter().flat_map(move |channel| {
                [Self::Channel(area, channel), Self::Daily(area, channel)]
            });
            let of_area = [Self::Recurring(area), Self::Tokenization(area)];
            [Self::Area(area)]
                .into_iter()
                .chain(of_channels)
                .chain(of_area)
        });
        of_areas.chain([
            Self::SwipeToPay,
            Self::SwipeToPayDaily,
            Self::Otp,
            Self::Pin,
            Self::LocationShield,
        ])
    }

    /// Whether `/preference/set` takes it.
    #[must_use]
    pub fn can_be_set(self) -> bool {
        self != Self::LocationShield
    }

    /// Whether it is a day's amount, not a switch.
    #[must_use]
    pub fn is_amount(self) -> bool {
        matches!(self, Self::Daily(..) | Self::SwipeToPayDaily)
    }

    /// What the product allows at most, where it is an amount and the reading says so.
    #[must_use]
    pub fn ceiling(self, read: &Preferences) -> Option<&Text> {
        let limit = match self {
            Self::Daily(area, channel) => channel.of(area.of(read)),
            Self::SwipeToPayDaily => &read.swipe_to_pay,
            Self::Area(_)
            | Self::Channel(..)
            | Self::Recurring(_)
            | Self::Tokenization(_)
            | Self::SwipeToPay
            | Self::Otp
            | Self::Pin
            | Self::LocationShield => return None,
        };
        limit.max_limit.as_ref()
    }

    /// What a person has typed as `KEY=VALUE`.
    ///
    /// # Errors
    /// What is wrong with it, without a full stop.
    pub fn parse(typed: &str) -> Result<(Self, SettingValue), String> {
        let (key, value) = typed
            .split_once('=')
            .ok_or("write KEY=VALUE, like domestic.ecom=on or domestic.atm.daily=20000")?;
        let (key, value) = (key.trim(), value.trim());
        let mut known = Self::all().filter(|setting| setting.can_be_set());
        let setting = known
            .find(|setting| setting.to_string().eq_ignore_ascii_case(key))
            .ok_or_else(|| format!("there is no setting of that name: {}", Self::names()))?;
        let value = setting.read(value);
        let value = value.map_err(|takes| format!("{setting} {takes}"))?;
        Ok((setting, value))
    }

    /// What a person has typed for it.
    ///
    /// # Errors
    /// What it takes, for a sentence that begins with its name.
    pub fn read(self, typed: &str) -> Result<SettingValue, &'static str> {
        if self.is_amount() {
            let number = whole_number(typed).ok_or("takes a whole number")?;
            return Ok(SettingValue::Amount(Text::new(number.to_string())));
        }
        let is = |word: &str| typed.eq_ignore_ascii_case(word);
        match (is("on"), is("off")) {
            (true, _) => Ok(SettingValue::Switch(true)),
            (_, true) => Ok(SettingValue::Switch(false)),
            (false, false) => Err("takes on or off"),
        }
    }

    /// Where the contract has it, as a refusal may name it: `domestic.atm.dailyLimit`.
    #[must_use]
    pub fn wire_name(self) -> String {
        self.path().join(".")
    }

    /// The names of all that can be set, in short.
    #[must_use]
    pub fn names() -> &'static str {
        "domestic or international, alone or with .atm, .pos, .ecom or .contactless, each of these alone or with .daily, or with .recurring or .tokenization; swipe-to-pay, swipe-to-pay.daily, otp, pin"
    }

    fn value(self, read: &Preferences) -> Option<SettingValue> {
        let switch = |is_on: Option<bool>| is_on.map(SettingValue::Switch);
        let amount = |amount: &Option<Text>| amount.clone().map(SettingValue::Amount);
        match self {
            Self::Area(area) => switch(area.of(read).is_enabled),
            Self::Channel(area, channel) => switch(channel.of(area.of(read)).is_enabled),
            Self::Daily(area, channel) => amount(&channel.of(area.of(read)).daily_limit),
            Self::Recurring(area) => switch(area.of(read).recurring_payments),
            Self::Tokenization(area) => switch(area.of(read).tokenization),
            Self::SwipeToPay => switch(read.swipe_to_pay.is_enabled),
            Self::SwipeToPayDaily => amount(&read.swipe_to_pay.daily_limit),
            Self::Otp => switch(read.dynamic_auth.otp),
            Self::Pin => switch(read.dynamic_auth.pin),
            Self::LocationShield => switch(read.location_shield),
        }
    }

    /// Where the contract has it.
    fn path(self) -> Vec<&'static str> {
        match self {
            Self::Area(area) => vec![area.word(), "isEnabled"],
            Self::Channel(area, channel) => vec![area.word(), channel.key(), "isEnabled"],
            Self::Daily(area, channel) => vec![area.word(), channel.key(), "dailyLimit"],
            Self::Recurring(area) => vec![area.word(), "recurringPayments"],
            Self::Tokenization(area) => vec![area.word(), "tokenization"],
            Self::SwipeToPay => vec!["swipeToPay", "isEnabled"],
            Self::SwipeToPayDaily => vec!["swipeToPay", "dailyLimit"],
            Self::Otp => vec!["dynamicAuth", "otp"],
            Self::Pin => vec!["dynamicAuth", "pin"],
            Self::LocationShield => vec!["locationShield"],
        }
    }
}

impl fmt::Display for CardSetting {
    /// Its name, as it is typed and as a record holds it: `domestic.atm.daily`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area(area) => f.write_str(area.word()),
            Self::Channel(area, channel) => write!(f, "{}.{}", area.word(), channel.key()),
            Self::Daily(area, channel) => write!(f, "{}.{}.daily", area.word(), channel.key()),
            Self::Recurring(area) => write!(f, "{}.recurring", area.word()),
            Self::Tokenization(area) => write!(f, "{}.tokenization", area.word()),
            Self::SwipeToPay => f.write_str("swipe-to-pay"),
            Self::SwipeToPayDaily => f.write_str("swipe-to-pay.daily"),
            Self::Otp => f.write_str("otp"),
            Self::Pin => f.write_str("pin"),
            Self::LocationShield => f.write_str("location-shield"),
        }
    }
}

/// A number and its text are equal, whatever zeros are around it (contract, 4).
impl PartialEq for SettingValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Switch(one), Self::Switch(other)) => one == other,
            (Self::Amount(one), Self::Amount(other)) => {
                plain(one.as_sent()) == plain(other.as_sent())
            }
            (Self::Switch(_), Self::Amount(_)) | (Self::Amount(_), Self::Switch(_)) => false,
        }
    }
}

impl Eq for SettingValue {}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(true) => f.write_str("on"),
            Self::Switch(false) => f.write_str("off"),
            Self::Amount(amount) => f.write_str(&amount.shown()),
        }
    }
}

impl SettingValue {
    /// Whether it is more than this ceiling. What is no whole number can't be compared: the DCMS decides.
    #[must_use]
    pub fn is_above(&self, ceiling: &Text) -> bool {
        match self {
            Self::Switch(_) => false,
            Self::Amount(amount) => {
                let (amount, ceiling) = (plain(amount.as_sent()), plain(ceiling.as_sent()));
                match (whole_number(amount), whole_number(ceiling)) {
                    (Some(amount), Some(ceiling)) => amount > ceiling,
                    (None, _) | (_, None) => false,
                }
            }
        }
    }

    fn sent(&self) -> Value {
        match self {
            Self::Switch(is_on) => (*is_on).into(),
            Self::Amount(amount) => amount.as_sent().into(),
        }
    }
}

/// Digits alone: no sign, no point.
fn whole_number(text: &str) -> Option<u64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok()).flatten()
}

/// A number without the zeros that say nothing: `020000` and `20000.00` are `20000`.
fn plain(amount: &str) -> &str {
    let amount = amount.trim();
    let (whole, rest) = amount.split_once('.').unwrap_or((amount, ""));
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || rest.bytes().any(|byte| byte != b'0') {
        return amount;
    }
    let plain = whole.trim_start_matches('0');
    if plain.is_empty() { "0" } else { plain }
}

impl From<&Preferences> for CardSettings {
    /// What a reading says of each.
    fn from(read: &Preferences) -> Self {
        let said = |setting: CardSetting| Some((setting, setting.value(read)?));
        CardSetting::all().filter_map(said).collect()
    }
}

impl FromIterator<(CardSetting, SettingValue)> for CardSettings {
    fn from_iter<I: IntoIterator<Item = (CardSetting, SettingValue)>>(settings: I) -> Self {
        Self(sorting::map(settings))
    }
}

impl CardSettings {
    /// What one of them is set to, where that is known.
    #[must_use]
    pub fn get(&self, setting: CardSetting) -> Option<&SettingValue> {
        self.0.get(&setting)
    }

    /// Each with its value, in the order in which they are listed to people.
    pub fn iter(&self) -> impl Iterator<Item = (CardSetting, &SettingValue)> {
        let listed = CardSetting::all();
        listed.filter_map(|setting| Some((setting, self.get(setting)?)))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is sent to change these few: everything that can be set, as it was read, but for them
    /// (contract, 2.2).
    #[must_use]
    pub fn to_send(&self, changes: &Self) -> Self {
        let all = self.0.iter().chain(&changes.0);
        let all = all.filter(|(setting, _)| setting.can_be_set());
        all.map(|(setting, value)| (*setting, value.clone()))
            .collect()
    }

    /// The blocks of the request, as the contract has them. Both parts of the world are required.
    #[must_use]
    pub fn blocks(&self) -> Map<String, Value> {
        let mut blocks = json!({"domestic": {}, "international": {}});
        for (setting, value) in self.iter() {
            let mut place = &mut blocks;
            for key in setting.path() {
                place = &mut place[key];
            }
            *place = value.sent();
        }
        match blocks {
            Value::Object(blocks) => blocks,
            _ => Map::new(),
        }
    }

    /// For a record: each under its name.
    #[must_use]
    pub fn to_words(&self) -> BTreeMap<String, String> {
        let all = self.0.iter();
        sorting::map(all.map(|(setting, value)| (setting.to_string(), value.to_string())))
    }

    /// From a record. What this program does not know is left out.
    #[must_use]
    pub fn from_words(words: &BTreeMap<String, String>) -> Self {
        let known = CardSetting::all().filter_map(|setting| {
            let word = words.get(&setting.to_string())?;
            let value = match word.as_str() {
                _ if setting.is_amount() => SettingValue::Amount(Text::new(word.as_str())),
                "on" => SettingValue::Switch(true),
                "off" => SettingValue::Switch(false),
                _ => return None,
            };
            Some((setting, value))
        });
        known.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> CardSettings {
        let read: Preferences = serde_json::from_str(json).expect("preferences");
        CardSettings::from(&read)
    }

    fn set(typed: &[&str]) -> CardSettings {
        let typed = typed.iter();
        typed
            .map(|typed| CardSetting::parse(typed).expect("a setting"))
            .collect()
    }

    const READ: &str = r#"{"domestic":{"isEnabled":true,"atm":{"isEnabled":true,"dailyLimit":"020000",
        "maxLimit":"150000","monthlyLimit":"1","yearlyLimit":"2"},"recurringPayments":false},
        "international":{"isEnabled":"false"},"locationShield":true,"dynamicAuth":{"otp":true}}"#;

    #[test]
    fn every_name_is_read_back() {
        let mut names = std::collections::BTreeSet::new();
        for setting in CardSetting::all() {
            let value = if setting.is_amount() { "7" } else { "off" };
            let typed = format!("{setting}={value}");
            assert!(names.insert(setting.to_string()), "{setting}");
            match CardSetting::parse(&typed) {
                Ok((read, said)) => {
                    assert_eq!((read, said.to_string()), (setting, value.to_owned()));
                }
                Err(_) => assert!(!setting.can_be_set(), "{setting}"),
            }
        }
        assert_eq!(names.len(), 27);
    }

    #[test]
    fn what_is_no_setting_is_named() {
        for (typed, says) in [
            ("domestic.ecom", "write KEY=VALUE"),
            ("domestic.cash=on", "there is no setting of that name"),
            ("location-shield=on", "there is no setting of that name"),
            ("domestic.monthly=1", "there is no setting of that name"),
            ("domestic.ecom=yes", "domestic.ecom takes on or off"),
            ("domestic.atm.daily=1.5", "takes a whole number"),
            ("domestic.atm.daily=-1", "takes a whole number"),
            ("domestic.atm.daily=+1", "takes a whole number"),
            ("domestic.atm.daily=", "takes a whole number"),
            (
                "domestic.atm.daily=99999999999999999999",
                "takes a whole number",
            ),
        ] {
            let said = CardSetting::parse(typed).expect_err("it is none");
            assert!(said.contains(says), "{typed}: {said}");
        }
        let (setting, value) = CardSetting::parse(" Domestic.ECOM = ON ").expect("a setting");
        assert_eq!(format!("{setting}={value}"), "domestic.ecom=on");
    }

    #[test]
    fn everything_that_was_read_is_sent_but_for_what_changes() {
        let sent = read(READ).to_send(&set(&["domestic.atm.daily=500", "otp=off"]));
        let expected = json!({
            "domestic": {"isEnabled": true, "atm": {"isEnabled": true, "dailyLimit": "500"},
                "recurringPayments": false},
            "international": {"isEnabled": false},
            "dynamicAuth": {"otp": false},
        });
        assert_eq!(Value::Object(sent.blocks()), expected);
        // As it was read, to the letter.
        let sent = read(READ).to_send(&set(&["otp=off"]));
        assert_eq!(sent.blocks()["domestic"]["atm"]["dailyLimit"], "020000");
    }

    #[test]
    fn numbers_equal_their_text() {
        let amount = |text: &str| SettingValue::Amount(Text::new(text));
        assert_eq!(amount("020000"), amount("20000"));
        assert_eq!(amount("20000.00"), amount("20000"));
        assert_eq!(amount("0"), amount("00.0"));
        assert_ne!(amount("20000.50"), amount("20000"));
        assert_ne!(amount("none"), amount("0"));
        assert!(amount("150001").is_above(&Text::new("150000.00")));
        assert!(!amount("150000").is_above(&Text::new("0150000")));
        assert!(!amount("150000").is_above(&Text::new("unlimited")));
    }

    #[test]
    fn a_record_gives_back_what_was_put_into_it() {
        let settings = read(READ);
        assert_eq!(CardSettings::from_words(&settings.to_words()), settings);
        let unknown = [("domestic.moon".to_owned(), "on".to_owned())].into();
        assert!(CardSettings::from_words(&unknown).is_empty());
    }
}
