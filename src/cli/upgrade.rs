//! `kitdesk upgrade`: the kit is read, reviewed, confirmed, and upgraded once.

use clap::builder::TypedValueParser;

use super::failed::Failed;
use super::line::Line;
use super::many::{self, ManyArgs};
use super::offered::Offered;
use super::wanted;
use super::write::{self, Ending, WriteArgs, WriteSubcommand};
use crate::dcms::{CardType, Delivery, EntityId, KitNo};
use crate::desk::operations::{Upgrade, WantedCard};
use crate::journal::{Subject, Write};

mod words {
    pub(super) const NAME_A_CARD: &str = "name the card with --entity and --kit and what is wanted with \
        --tier, or a table with --from";
}

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
    /// Which one is meant where there are several addresses of that kind, by its number in the review.
    #[arg(long, value_name = "N", requires = "delivery", conflicts_with = "from")]
    address: Option<usize>,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    many: ManyArgs,
}

impl UpgradeArgs {
    fn request(&self) -> Result<Upgrade, Failed> {
        let (Some(entity), Some(kit), Some(tier)) = (&self.entity, &self.kit, &self.tier) else {
            return Err(Failed::usage(words::NAME_A_CARD));
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

impl WriteSubcommand for UpgradeArgs {
    fn kind(&self) -> Write {
        Write::Upgrade
    }

    fn subject(&self) -> Subject {
        Subject {
            entity: self.entity.clone(),
            kit: self.kit.clone(),
            order: None,
        }
    }

    fn write(&self) -> &WriteArgs {
        &self.write
    }

    fn run<'a>(&'a self, line: &'a mut Line<'_>) -> Ending<'a> {
        Box::pin(async move {
            if let Some(from) = &self.many.from {
                return many::run(from, &self.many, &self.write, line).await;
            }
            let request = write::to_address(self.request()?, self.address)?;
            write::run(request, &self.write, line).await
        })
    }
}
