//! `kitdesk upgrade`: the kit is read, reviewed, confirmed, and upgraded once.

use serde::Serialize;

use super::args::WriteArgs;
use super::confirm::{Confirmation, Expected};
use super::failed::Failed;
use super::json::{self, KitObject};
use super::line::Line;
use super::report::{Answer, Report};
use super::table::Pen;
use crate::dcms::{CardType, Delivery, EntityId, Kit, KitNo, Outcome, Upgrade, WantedCard};
use crate::desk::sentences::of_upgrade;
use crate::desk::{AfterUpgrade, Before, Reading, Verdict, checks, review};

use crate::journal::Subject;

/// The verb's name, as it is typed and as programs read it.
pub(super) const NAME: &str = "upgrade";

#[derive(clap::Args)]
pub(super) struct UpgradeArgs {
    /// The customer's id.
    #[arg(long, value_name = "ID", value_parser = EntityId::parse)]
    entity: EntityId,
    /// The kit to upgrade.
    #[arg(long, value_name = "NO", value_parser = KitNo::parse)]
    kit: KitNo,
    /// The wanted tier, in the bank's own word, like SILVER.
    #[arg(long, value_name = "TIER")]
    tier: String,
    /// Plastic or not; left out, the DCMS decides.
    #[arg(long, value_name = "PHYSICAL|VIRTUAL", value_parser = card_type)]
    card_type: Option<CardType>,
    /// Which plastic, like 4566; left out, the DCMS decides.
    #[arg(long, value_name = "CODE")]
    plastic_code: Option<String>,
    /// The name on the card, 26 characters at most; left out, the DCMS decides.
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// Which of the customer's addresses the card goes to; left out, the DCMS decides.
    #[arg(long, value_name = "PERMANENT|COMMUNICATION", value_parser = delivery)]
    delivery: Option<Delivery>,
    #[command(flatten)]
    write: WriteArgs,
}

fn card_type(word: &str) -> Result<CardType, &'static str> {
    let mut all = CardType::ALL.into_iter();
    all.find(|known| known.word().eq_ignore_ascii_case(word))
        .ok_or("allowed are PHYSICAL and VIRTUAL")
}

fn delivery(word: &str) -> Result<Delivery, &'static str> {
    let mut all = Delivery::ALL.into_iter();
    all.find(|known| known.word().eq_ignore_ascii_case(word))
        .ok_or("allowed are PERMANENT and COMMUNICATION")
}

impl UpgradeArgs {
    /// Whom it is about, and for how long an unknown outcome is settled, in seconds.
    pub(super) fn about(&self) -> (Subject, u64) {
        let subject = Subject::kit(self.entity.clone(), self.kit.clone());
        (subject, self.write.settle_for)
    }
}

#[derive(Serialize)]
struct Read<'a> {
    /// The upgraded kit, as read afterwards.
    kit: Option<KitObject<'a>>,
    /// The kits that have come: named by the reply, or not there before.
    new_kits: Vec<KitObject<'a>>,
}

impl UpgradeArgs {
    fn request(&self) -> Result<Upgrade, Failed> {
        let tier = self.tier.trim();
        if tier.is_empty() {
            return Err(Failed::usage("the tier is empty: name one, like SILVER"));
        }
        checks::tier(tier).map_err(Failed::usage)?;
        let word = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let card = WantedCard {
            tier_type: Some(tier.to_owned()),
            card_type: self.card_type,
            plastic_code: word(&self.plastic_code),
            alias_name: word(&self.alias),
        };
        if let Some(code) = &card.plastic_code {
            checks::plastic_code(code).map_err(Failed::usage)?;
        }
        if let Some(name) = &card.alias_name {
            checks::name_on_card(name).map_err(Failed::usage)?;
        }
        Ok(Upgrade {
            entity: self.entity.clone(),
            kit: self.kit.clone(),
            delivery: self.delivery,
            cards: vec![card],
        })
    }
}

/// Upgrades the card.
pub(super) async fn run(args: &UpgradeArgs, line: &mut Line<'_>) -> Result<Answer, Failed> {
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
    let expected = Expected {
        last_four: request.kit.last_four(),
        of: format!("kit number {}", request.kit),
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

fn report(after: &AfterUpgrade, verdict: Option<Verdict>, before: &[Kit]) -> Report {
    let old = &after.request.kit;
    let report = Report::written(
        NAME,
        &after.outcome,
        &format!("The upgrade of kit {old}"),
        &after.kept,
        verdict,
    );
    let known: Vec<KitNo> = before.iter().map(|kit| kit.kit_no.clone()).collect();
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
            };
            return report
                .unread(fault)
                .with(&read, Pen::of_stdout().kits(named));
        }
    };
    let is_named = |kit: &Kit| named.iter().any(|new| new.kit_no == kit.kit_no);
    // As they were read; a kit that only the reply names, as the reply has it.
    let mut new: Vec<Kit> = kits
        .iter()
        .filter(|kit| is_named(kit) || !known.contains(&kit.kit_no))
        .cloned()
        .collect();
    for kit in named {
        if !new.iter().any(|read| read.kit_no == kit.kit_no) {
            new.push(kit.clone());
        }
    }
    let upgraded = kits.iter().find(|kit| &kit.kit_no == old);
    let shown: Vec<Kit> = upgraded.into_iter().chain(&new).cloned().collect();
    let read = Read {
        kit: upgraded.map(KitObject::from),
        new_kits: json::kits(&new),
    };
    let report = if matches!(after.outcome, Outcome::Unknown(_)) {
        report.adding(of_upgrade(kits, old, &known))
    } else {
        report
    };
    report.with(&read, Pen::of_stdout().kits(&shown))
}
