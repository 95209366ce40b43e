//! Activating a kit that is not in use yet (contract, 2.2).

use serde::Serialize;
use serde_json::value::RawValue;

use super::kind::{About, Before, Body, Form, Kind, Made, Operation, Sending, Words};
use super::states::Change;
use crate::dcms::{Client, Doubt, EntityId, Expiry, Kit, KitNo, Status, decode};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, fact, sent, shown};
use crate::desk::sentences::{NO_MASK, not_shown};
use crate::desk::settling::{Evidence, Verdict, nothing_told};
use crate::desk::target::Target;
use crate::journal::{Rivals, Write};

pub(super) static KIND: Kind = Kind {
    write: Write::Activate,
    path: "/kit-manager/kitActivation",
    words: Words {
        title: "Activate a card",
        name: "The activation of",
        doing: "Activating",
        short: "Activation of",
        receipt: "Activation of a card",
        record: "activate",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Kit(Change::Activate),
    form: Form::OfKit(&[], |entity, kit, _| Activate { entity, kit }.into()),
    reads: &[Part::Kits],
    verdict,
    says,
    against,
    so_already: &["card.already.active"],
    alike: &[],
};

/// A kit to be activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Activate {
    /// Whose card.
    #[serde(rename = "entityId")]
    pub entity: EntityId,
    /// Which card.
    #[serde(rename = "kitNo")]
    pub kit: KitNo,
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

/// ACTIVE now and not before shows that it was done. Still another state may mean "not yet". Where another
/// request may have activated it, that it is ACTIVE shows nothing.
fn verdict(evidence: &Evidence<'_>, rivals: &Rivals) -> Verdict {
    if became_active(evidence) && !rivals.any {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

fn became_active(evidence: &Evidence<'_>) -> bool {
    let is_active = |kit: &Kit| kit.status == Status::Active;
    let before = evidence.state_before();
    let was_another = before.is_some_and(|word| word != Status::Active.word());
    was_another && evidence.kit_now().is_some_and(is_active)
}

fn says(evidence: &Evidence<'_>, verdict: Option<Verdict>) -> Option<String> {
    evidence.kits()?;
    let Some(now) = evidence.kit_now() else {
        return Some(nothing_told(evidence));
    };
    let (kit, word) = (evidence.target, now.status.word());
    Some(if verdict == Some(Verdict::Done) {
        format!("Read just now: {kit} is {word}, so it was activated.")
    } else if became_active(evidence) && verdict.is_none() {
        // Nobody was asked to settle it by this.
        format!("Read just now: {kit} is {word}.")
    } else if became_active(evidence) {
        format!(
            "Read just now: {kit} is {word}. Another request to activate it is on record, so it is unclear which of them did it."
        )
    } else {
        format!("Read just now: {kit} is {word}. The activation may still be under way.")
    })
}

fn against(evidence: &Evidence<'_>) -> Option<String> {
    let kit = evidence.kit_now()?;
    let is_shown = kit.status == Status::Active;
    (!is_shown).then(|| not_shown(&format!("kit {} is {}", kit.kit_no, kit.status.word())))
}
