//! `kitdesk limits`: where a card can be used, and up to which amounts.

use super::words;
use serde::Serialize;

use super::{printed, sent};
use crate::cli::failed::Failed;
use crate::cli::line::{self, answered};
use crate::cli::report::{Answer, Report};
use crate::cli::subcommand::{Context, Subcommand};
use crate::dcms::{EntityId, KitNo, Limit, Preferences, Usage};
use crate::desk::{Question, pages};

#[derive(clap::Args)]
pub(in crate::cli) struct LimitsArgs {
    /// The customer.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The kit.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: KitNo,
}

#[derive(Serialize)]
struct LimitsObject<'a> {
    entity_id: &'a str,
    kit_no: &'a str,
    #[serde(flatten)]
    limits: CardLimits<'a>,
}

/// A card's switches and limits.
#[derive(Serialize)]
pub(in crate::cli) struct CardLimits<'a> {
    domestic: UsageObject<'a>,
    international: UsageObject<'a>,
    swipe_to_pay: LimitObject<'a>,
    location_shield: Option<bool>,
    otp: Option<bool>,
    pin: Option<bool>,
}

#[derive(Serialize)]
struct UsageObject<'a> {
    enabled: Option<bool>,
    atm: LimitObject<'a>,
    pos: LimitObject<'a>,
    ecom: LimitObject<'a>,
    contactless: LimitObject<'a>,
    recurring_payments: Option<bool>,
    tokenization: Option<bool>,
}

#[derive(Serialize)]
struct LimitObject<'a> {
    enabled: Option<bool>,
    daily: Option<&'a str>,
    max: Option<&'a str>,
    monthly: Option<&'a str>,
    yearly: Option<&'a str>,
}

impl<'a> From<&'a Preferences> for CardLimits<'a> {
    fn from(read: &'a Preferences) -> Self {
        Self {
            domestic: (&read.domestic).into(),
            international: (&read.international).into(),
            swipe_to_pay: (&read.swipe_to_pay).into(),
            location_shield: read.location_shield,
            otp: read.dynamic_auth.otp,
            pin: read.dynamic_auth.pin,
        }
    }
}

impl<'a> From<&'a Usage> for UsageObject<'a> {
    fn from(usage: &'a Usage) -> Self {
        Self {
            enabled: usage.is_enabled,
            atm: (&usage.atm).into(),
            pos: (&usage.pos).into(),
            ecom: (&usage.ecom).into(),
            contactless: (&usage.contactless).into(),
            recurring_payments: usage.recurring_payments,
            tokenization: usage.tokenization,
        }
    }
}

impl<'a> From<&'a Limit> for LimitObject<'a> {
    fn from(limit: &'a Limit) -> Self {
        Self {
            enabled: limit.is_enabled,
            daily: sent(limit.daily_limit.as_ref()),
            max: sent(limit.max_limit.as_ref()),
            monthly: sent(limit.monthly_limit.as_ref()),
            yearly: sent(limit.yearly_limit.as_ref()),
        }
    }
}

impl Subcommand for LimitsArgs {
    async fn execute(&self, context: &Context<'_>) -> Result<Answer, Failed> {
        let (entity, kit) = (&self.entity, &self.kit);
        line::reading(context, async |line| {
            let question = Question::Limits(entity.clone(), kit.clone());
            let read = line.question(question, answered!(Limits)).await?;
            let object = LimitsObject {
                entity_id: entity.as_str(),
                kit_no: kit.as_str(),
                limits: (&*read).into(),
            };
            let lines = printed(&pages::limits(&read));
            let shown = words::limits_of(&kit, &entity, &lines);
            Ok(Answer::Report(Report::read(&object, shown)))
        })
        .await
    }
}
