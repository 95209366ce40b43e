//! Where a card can be used, and up to which sum a day.
//! What a request changes of it, and what the product forbids; storing it is up to the call.

use http::StatusCode;
use rand::RngExt as _;
use serde_json::{Value, json};

use super::derived;
use super::exception::Exception;
use super::kit::{Kit, TIERS};
use super::request::Request;
use super::twist::Twist;

/// The channels, as they are named and in the order in which they are kept.
const CHANNELS: [&str; 4] = ["atm", "pos", "ecom", "contactless"];

/// All switches and limits of one kit.
#[derive(Clone)]
pub(super) struct Preferences {
    pub(super) domestic: Area,
    pub(super) international: Area,
    pub(super) otp: bool,
    pub(super) pin: bool,
    pub(super) location_shield: bool,
    pub(super) swipe_to_pay: Channel,
}

/// One half of the world.
#[derive(Clone)]
pub(super) struct Area {
    is_enabled: bool,
    channels: [Channel; 4],
    recurring_payments: bool,
    tokenization: bool,
}

/// One way to pay.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    pub(super) is_enabled: bool,
    daily: u64,
    max: u64,
}

impl Preferences {
    /// What a kit starts with.
    pub(super) fn first(kit: &Kit) -> Self {
        let mut chance = derived::of_kit("preferences", kit);
        let tier = TIERS.iter().position(|&tier| Some(tier) == kit.tier);
        let max = 100_000 * (1 + tier.map_or(0, |place| place as u64));
        let mut area = |is_enabled: bool, max: u64| Area {
            is_enabled,
            channels: CHANNELS.map(|channel| Channel {
                is_enabled: is_enabled && is_possible(channel, kit),
                daily: max / 10 * chance.random_range(1..=10),
                max,
            }),
            recurring_payments: is_enabled,
            tokenization: is_enabled,
        };
        Self {
            domestic: area(true, max),
            international: area(false, max / 2),
            otp: true,
            pin: true,
            location_shield: false,
            swipe_to_pay: Channel {
                is_enabled: false,
                daily: 5_000,
                max: 10_000,
            },
        }
    }

    /// Takes what a request sends. The domestic part comes first, so that it alone can be taken.
    pub(super) fn take(&mut self, sent: &Request, kit: &Kit) -> Result<(), Exception> {
        let required = |name: &str| {
            let missing = || Exception::field(name, "is required");
            sent.object(name)?.ok_or_else(missing)
        };
        let (domestic, international) = (required("domestic")?, required("international")?);
        self.domestic.take(&domestic, kit)?;
        let before = self.clone();
        self.international.take(&international, kit)?;
        match sent.object("dynamicAuth")? {
            Some(block) => {
                set(&mut self.otp, block.switch("otp")?);
                set(&mut self.pin, block.switch("pin")?);
            }
            None if sent.has(Twist::LeftOutOff) => (self.otp, self.pin) = (false, false),
            None => {}
        }
        self.swipe_to_pay.take(sent, "swipeToPay", kit)?;
        if sent.has(Twist::Partial) {
            *self = before;
        }
        Ok(())
    }

    /// As `preference/fetch` answers.
    pub(super) fn whole(&self) -> Value {
        let swipe = self.swipe_to_pay;
        json!({
            "domestic": self.domestic.whole(),
            "international": self.international.whole(),
            "dynamicAuth": {"otp": self.otp, "pin": self.pin},
            "locationShield": self.location_shield,
            "swipeToPay": swipe.in_short(),
        })
    }
}

impl Area {
    fn take(&mut self, sent: &Request, kit: &Kit) -> Result<(), Exception> {
        set(&mut self.is_enabled, sent.switch("isEnabled")?);
        let payments = sent.switch("recurringPayments")?;
        set(&mut self.recurring_payments, payments);
        set(&mut self.tokenization, sent.switch("tokenization")?);
        for (channel, name) in self.channels.iter_mut().zip(CHANNELS) {
            channel.take(sent, name, kit)?;
        }
        Ok(())
    }

    /// Of each channel, in the order of [`CHANNELS`].
    pub(super) fn daily_limits(&self) -> [u64; 4] {
        self.channels.map(|channel| channel.daily)
    }

    /// Without the limits of a month and a year.
    pub(super) fn in_short(&self) -> Value {
        let mut shown = json!({"isEnabled": self.is_enabled});
        for (channel, name) in self.channels.iter().zip(CHANNELS) {
            shown[name] = channel.in_short();
        }
        shown
    }

    fn whole(&self) -> Value {
        let mut shown = self.in_short();
        for (channel, name) in self.channels.iter().zip(CHANNELS) {
            shown[name]["monthlyLimit"] = (channel.max * 30).to_string().into();
            shown[name]["yearlyLimit"] = (channel.max * 365).to_string().into();
        }
        shown["recurringPayments"] = self.recurring_payments.into();
        shown["tokenization"] = self.tokenization.into();
        shown
    }
}

impl Channel {
    fn take(&mut self, sent: &Request, name: &str, kit: &Kit) -> Result<(), Exception> {
        let Some(block) = sent.object(name)? else {
            self.is_enabled &= !sent.has(Twist::LeftOutOff);
            return Ok(());
        };
        let refuse =
            |code: &str, said: String| Err(Exception::guide(StatusCode::BAD_REQUEST, code, &said));
        let is_enabled = block.switch("isEnabled")?;
        if is_enabled == Some(true) && !is_possible(name, kit) {
            let said = format!("{name} is switched off for this product");
            return refuse("product.level.disable", said);
        }
        let daily = block.number("dailyLimit")?;
        if daily.is_some_and(|daily| daily > self.max) {
            let said = format!("the daily limit of {name} is at most {}", self.max);
            return refuse("invalid.daily.limit.product", said);
        }
        set(&mut self.is_enabled, is_enabled);
        set(&mut self.daily, daily);
        Ok(())
    }

    fn in_short(self) -> Value {
        json!({
            "isEnabled": self.is_enabled,
            "dailyLimit": self.daily.to_string(),
            "maxLimit": self.max.to_string(),
        })
    }
}

/// A card without plastic pays online only.
fn is_possible(channel: &str, kit: &Kit) -> bool {
    kit.card_type != "VIRTUAL" || channel == "ecom"
}

/// What is not sent stays.
fn set<T>(field: &mut T, sent: Option<T>) {
    if let Some(sent) = sent {
        *field = sent;
    }
}
