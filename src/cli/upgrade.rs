//! `kitdesk upgrade`: the kit is read, reviewed, confirmed, and upgraded once.

use serde::Serialize;

use clap::builder::TypedValueParser;

use super::args::WriteArgs;
use super::confirm::{Confirmation, Expected};
use super::failed::Failed;
use super::json::{self, KitList, KitObject};
use super::line::Line;
use super::many::{self, ManyArgs};
use super::offered::Offered;
use super::report::{Answer, Report};
use super::table::Pen;
use super::wanted;
use crate::dcms::{CardType, Delivery, EntityId, Kit, KitNo, Outcome, Upgrade, WantedCard};
use crate::desk::sentences::{against_upgrade, of_upgrade};
use crate::desk::{
    AfterUpgrade, Asked, Before, KitsBefore, KitsRead, Reading, Verdict, checks, review,
};
use crate::journal::{Subject, Write};

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "upgrade";

fn card_types() -> impl TypedValueParser<Value = CardType> {
    Offered::new(CardType::ALL.map(CardType::word)).try_map(|word| wanted::card_type(&word))
}

fn deliveries() -> impl TypedValueParser<Value = Delivery> {
    Offered::new(Delivery::ALL.map(Delivery::word)).try_map(|word| wanted::delivery(&word))
}

#[derive(clap::Args)]
pub(super) struct UpgradeArgs {
    /// The customer's id.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    entity: Option<EntityId>,
    /// The kit to upgrade.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    kit: Option<KitNo>,
    /// The wanted tier, in the bank's own word, like SILVER.
    #[arg(long, value_name = "TIER")]
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    tier: Option<String>,
    /// Plastic or not; left out, the DCMS decides.
    #[arg(long, value_name = "PHYSICAL|VIRTUAL", value_parser = card_types())]
    #[arg(conflicts_with = "from")]
    card_type: Option<CardType>,
    /// Which plastic, like 4566; left out, the DCMS decides.
    #[arg(long, value_name = "CODE", conflicts_with = "from")]
    plastic_code: Option<String>,
    /// The name on the card, 26 characters at most; left out, the DCMS decides.
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    alias: Option<String>,
    /// Which of the customer's addresses the card goes to; left out, the DCMS decides.
    #[arg(long, value_name = "PERMANENT|COMMUNICATION", value_parser = deliveries())]
    #[arg(conflicts_with = "from")]
    delivery: Option<Delivery>,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    many: ManyArgs,
}

impl UpgradeArgs {
    /// Whom it is about, and for how long an unknown outcome is settled, in seconds.
    pub(super) fn about(&self) -> (Subject, u64) {
        let subject = Subject {
            entity: self.entity.clone(),
            kit: self.kit.clone(),
            order: None,
        };
        (subject, self.write.settle_for)
    }
}

#[derive(Serialize)]
struct Read<'a> {
    /// The upgraded kit, as read afterwards.
    kit: Option<KitObject<'a>>,
    /// The kits that have come: named by the reply, or not there before.
    new_kits: KitList<'a>,
    /// What speaks against the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl UpgradeArgs {
    fn request(&self) -> Result<Upgrade, Failed> {
        let (Some(entity), Some(kit), Some(tier)) = (&self.entity, &self.kit, &self.tier) else {
            return Err(Failed::usage(
                "name the card with --entity and --kit and what is wanted with --tier, or a table with --from",
            ));
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let card = WantedCard {
            tier_type: Some(wanted::tier(tier).map_err(Failed::usage)?),
            card_type: self.card_type,
            plastic_code: wanted::plastic_code(&text(&self.plastic_code)).map_err(Failed::usage)?,
            alias_name: wanted::name_on_card(&text(&self.alias)).map_err(Failed::usage)?,
        };
        Ok(Upgrade {
            entity: entity.clone(),
            kit: kit.clone(),
            delivery: self.delivery,
            cards: vec![card],
        })
    }
}

/// Upgrades the card, or many.
pub(super) async fn run(
    args: &UpgradeArgs,
    line: &mut Line<'_>,
    json: bool,
) -> Result<Answer, Failed> {
    match &args.many.from {
        Some(from) => many::run(from, &args.many, &args.write, line, json).await,
        None => one(args, line).await,
    }
}

async fn one(args: &UpgradeArgs, line: &mut Line<'_>) -> Result<Answer, Failed> {
    let request = args.request()?;
    let preview = line.preview(Upgrade::PATH, &request.body());
    if args.write.dry_run {
        return Ok(Answer::Preview(Box::new(preview)));
    }
    let confirmation = Confirmation::of(args.write.yes)?;
    let kits = line.kits_of(&request.entity).await?;
    let kit = checks::kit_of(&kits, &request.entity, &request.kit).map_err(Failed::usage)?;
    checks::may_upgrade(kit).map_err(Failed::usage)?;
    for card in &request.cards {
        checks::changes_something(card, kit).map_err(Failed::usage)?;
    }
    line.must_not_be_blocked(Asked::upgrade(&request), &what(&request.kit))
        .await?;
    let expected = Expected {
        last_four: request.kit.last_four(),
        of: format!("kit number {}", request.kit),
        write: Write::Upgrade,
        subject: args.about().0,
    };
    let rows = review::upgrade(kit, &request);
    confirmation
        .take(line, "Upgrade a card", &rows, &preview, expected)
        .await?;
    let before = Before::kits(&kits, &request.kit);
    let mut after = line.upgrade(request, before).await?;
    let mut verdict = after.kept.verdict;
    if let Some(look) = line.settled(&after.kept).await {
        verdict = Some(look.verdict);
        after.kept.trouble = after.kept.trouble.or(look.trouble);
        if let Ok(Reading::Kits(kits)) = look.reading {
            after.reading = Ok(kits);
        }
    }
    Ok(Answer::Report(report(&after, verdict, &kits)))
}

fn what(kit: &KitNo) -> String {
    format!("The upgrade of kit {kit}")
}

fn report(after: &AfterUpgrade, verdict: Option<Verdict>, before: &KitsRead) -> Report {
    let old = &after.request.kit;
    let report = Report::written(NAME, &after.outcome, &what(old), &after.kept, verdict);
    let known = KitsBefore::of(before, before.since);
    let named: &[Kit] = match &after.outcome {
        Outcome::Done(kits) => kits,
        _ => &[],
    };
    let kits = match &after.reading {
        Ok(kits) => kits,
        Err(fault) => {
            let read = Read {
                kit: None,
                new_kits: json::kits(named),
                warning: None,
            };
            return report.unread(fault).with(&read, table(named));
        }
    };
    let is_named = |kit: &Kit| named.iter().any(|new| new.kit_no == kit.kit_no);
    let came = known.new_among(kits);
    let is_new = |kit: &Kit| came.iter().any(|new| new.kit_no == kit.kit_no);
    // As they were read; a kit that only the reply names, as the reply has it.
    let mut new: Vec<Kit> = kits
        .iter()
        .filter(|kit| is_named(kit) || is_new(kit))
        .cloned()
        .collect();
    for kit in named {
        if !new.iter().any(|read| read.kit_no == kit.kit_no) {
            new.push(kit.clone());
        }
    }
    let upgraded = kits.iter().find(|kit| &kit.kit_no == old);
    let shown: Vec<Kit> = upgraded.into_iter().chain(&new).cloned().collect();
    let warning = match after.outcome {
        Outcome::Done(_) => against_upgrade(kits, old, &known),
        _ => None,
    };
    let read = Read {
        kit: upgraded.map(KitObject::from),
        new_kits: json::kits(&new),
        warning: warning.clone(),
    };
    let report = if matches!(after.outcome, Outcome::Unknown(_)) {
        report.adding(of_upgrade(kits, old, &known, verdict))
    } else {
        report.warning(warning)
    };
    report.with(&read, table(&shown))
}

/// Nothing where there is no kit to show.
fn table(kits: &[Kit]) -> String {
    if kits.is_empty() {
        return String::new();
    }
    Pen::of_stdout().kits(kits)
}
