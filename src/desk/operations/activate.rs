//! Activating a kit that is not in use yet (contract, 2.2).

use serde::Serialize;
use serde_json::value::RawValue;

use super::body::Body;
use super::kind::{About, Before, Form, Kind, Made, Operation, Sending};
use super::states::Change;
use super::words::Words;
use crate::dcms::{Client, Doubt, EntityId, Expiry, KitNo, Status, decode};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, fact, sent, shown};
use crate::desk::sentences::NO_MASK;
use crate::desk::settling::Proof;
use crate::desk::target::Target;
use crate::journal::Write;

pub(super) static KIND: Kind = Kind {
    write: Write::Activate,
    path: "/kit-manager/kitActivation",
    words: Words {
        title: "Activate a card",
        name: "The activation of",
        doing: "Activating",
        short: "Activation of",
        receipt: "Activation of a card",
        next: "The card can be used from now on.",
        record: "activate",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Kit(Change::Activate),
    form: Form::OfKit(&[], |entity, kit, _| Activate { entity, kit }.into()),
    reads: &[Part::Kits],
    proof: Proof::KitState {
        states: &[Status::Active],
        done: "activated",
    },
    so_already: &["card.already.active"],
    alike: &[],
    undoes: &[],
    or_else: None,
};

/// A kit to be activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Activate {
    /// Whose card.
    #[serde(rename = "entityId")]
    entity: EntityId,
    /// Which card.
    #[serde(rename = "kitNo")]
    kit: KitNo,
}

impl Operation for Activate {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(self)
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let Some(kit) = &read.kit else {
            return Vec::new();
        };
        let card = kit.card.as_ref();
        let card = card.map_or_else(|| NO_MASK.into(), ToString::to_string);
        vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            fact("card", card),
            fact("tier", shown(kit.tier.as_ref())),
            fact(
                "expiry",
                kit.expiry.map_or_else(|| "—".into(), Expiry::mmyy),
            ),
            change("status", kit.status.word(), Status::Active.word()),
        ]
    }

    fn is_of_card_in_hand(&self) -> bool {
        true
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        Box::pin(async move {
            let done = client.write(KIND.path, self, activated).await;
            done.map(|()| Made::Nothing)
        })
    }
}

/// The reply names neither the kit nor the customer.
fn activated(result: Option<&RawValue>) -> Result<(), Doubt> {
    if decode::<String>(result)?.eq_ignore_ascii_case("success") {
        Ok(())
    } else {
        Err(Doubt::Unreadable("its result is not success"))
    }
}
