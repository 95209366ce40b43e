//! Upgrading a card: a kit is replaced by a new one of another tier or product (contract, 2.2).

mod request;

use serde_json::value::RawValue;

use super::body::Body;
use super::destination::Destination;
use super::kind::{About, Before, Form, Kind, Made, Operation, OwnForm, Sending};
use super::states::Change;
use super::words::Words;
use crate::dcms::{CardType, Client, Delivery};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, sent, shown, wanted};
use crate::desk::settling::Proof;
use crate::desk::target::Target;
use crate::journal::Write;

pub use request::{Upgrade, WantedCard};

pub(super) static KIND: Kind = Kind {
    write: Write::Upgrade,
    path: "/kit-manager/upgradeCard",
    words: Words {
        title: "Upgrade a card",
        name: "The upgrade of",
        doing: "Upgrading",
        short: "Upgrade of",
        receipt: "Upgrade of a card",
        next: "The old card can never be used again. The new one is sent to you; it has to be activated.",
        record: "upgrade",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Kit(Change::Upgrade),
    form: Form::Own(OwnForm::Upgrade),
    reads: &[Part::Kits],
    proof: Proof::NewKit,
    so_already: &[],
    alike: &[],
    undoes: &[],
    or_else: None,
};

impl Operation for Upgrade {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(self)
    }

    fn fits(&self, read: &Before) -> Result<(), String> {
        let Some(kit) = &read.kit else {
            return Ok(());
        };
        let mut cards = self.cards.iter();
        cards.try_for_each(|card| card.changes_something(kit))
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let Some(kit) = &read.kit else {
            return Vec::new();
        };
        let card = kit.card.as_ref();
        let card = card.map_or_else(|| "—".into(), ToString::to_string);
        let mut rows = vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            change("card", card, "replaced by a new card"),
        ];
        let several = self.cards.len() > 1;
        for (place, wants) in self.cards.iter().enumerate() {
            let name = |what: &str| {
                if several {
                    format!("{}. {what}", place + 1)
                } else {
                    what.to_owned()
                }
            };
            let card_type = wants.card_type.map(|kind| CardType::word(kind).to_owned());
            for (what, now, asked) in [
                ("tier", &kit.tier, wants.tier_type.clone()),
                ("card type", &kit.card_type, card_type),
                (
                    "plastic code",
                    &kit.plastic_code,
                    wants.plastic_code.clone(),
                ),
                ("name on card", &kit.alias, wants.alias_name.clone()),
            ] {
                rows.push(wanted(name(what), shown(now.as_ref()), asked));
            }
        }
        let delivery = self.delivery.map(|to| Delivery::word(to).to_owned());
        rows.push(wanted("delivery".into(), "—".into(), delivery));
        rows
    }

    fn destination(&self) -> Destination {
        let is_virtual = |card: &WantedCard| card.card_type == Some(CardType::Virtual);
        let is_plastic = self.cards.is_empty() || !self.cards.iter().all(is_virtual);
        Destination::of(is_plastic, self.delivery)
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        let (entity, kit) = (self.entity.clone(), self.kit.clone());
        let decode = move |result: Option<&RawValue>| request::upgraded(&entity, &kit, result);
        Box::pin(async move { client.write(KIND.path, self, decode).await.map(Made::Kits) })
    }
}
