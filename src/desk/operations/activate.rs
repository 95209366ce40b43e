//! Activating a kit that is not in use yet (contract, 2.2).

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::reading::Verdict;
use super::super::review::{Row, change, fact, sent, shown};
use super::super::sentences::{NO_MASK, not_shown};
use super::{Body, Kind, KitEvidence, KitRequest, KitRule, Made, Reads, Sending, Words};
use crate::dcms::{Client, Doubt, EntityId, Expiry, Kit, KitNo, Status, decode};
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
    },
    reads: Reads::Kits(KitRule {
        may,
        verdict,
        says,
        against,
    }),
    can_be_read: true,
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

impl KitRequest for Activate {
    fn kind(&self) -> &'static Kind {
        &KIND
    }

    fn ids(&self) -> (&EntityId, &KitNo) {
        (&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(self)
    }

    fn rows(&self, kit: &Kit) -> Vec<Row> {
        let card = kit.card.as_ref();
        let card = card.map_or_else(|| NO_MASK.into(), ToString::to_string);
        let mut rows = vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            fact("card", card),
            fact("tier", shown(kit.tier.as_ref())),
            fact(
                "expiry",
                kit.expiry.map_or_else(|| "—".into(), Expiry::mmyy),
            ),
            change("status", kit.status.word(), Status::Active.word()),
        ];
        if let Status::Other(_) = kit.status {
            rows.push(fact(
                "warning",
                "this status is not known here: the DCMS decides",
            ));
        }
        rows
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        Box::pin(async move {
            let done = client.write(KIND.path, self, activated).await;
            done.map(|()| Made::Nothing)
        })
    }
}

/// Only a card that is not in use yet. A word that this program does not know is left to the DCMS to judge
/// (contract, 3).
fn may(kit: &Kit) -> Result<(), String> {
    let can_be = match &kit.status {
        Status::Inactive | Status::Assigned => true,
        Status::Other(word) => !["UNALLOCATED", "ALLOCATED", "EXPIRED_CARD"]
            .iter()
            .any(|known| word.is_word(known)),
        Status::Active
        | Status::Locked
        | Status::Blocked
        | Status::Hotlisted
        | Status::Replaced
        | Status::Closed
        | Status::Expired => false,
    };
    if can_be {
        return Ok(());
    }
    Err(format!(
        "Kit {} is {}; only an INACTIVE or ASSIGNED card can be activated.",
        kit.kit_no,
        kit.status.word()
    ))
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
fn verdict(evidence: &KitEvidence<'_>, rivals: &Rivals) -> Verdict {
    if became_active(evidence) && !rivals.any {
        Verdict::Done
    } else {
        Verdict::Open
    }
}

fn became_active(evidence: &KitEvidence<'_>) -> bool {
    let before = evidence
        .before
        .and_then(|before| before.state_of(evidence.kit));
    let is_active = |kit: &Kit| kit.status == Status::Active;
    let was_another = before.is_some_and(|word| word != Status::Active.word());
    was_another && evidence.kit_now().is_some_and(is_active)
}

fn says(evidence: &KitEvidence<'_>, verdict: Option<Verdict>) -> String {
    let number = evidence.kit;
    let Some(now) = evidence.kit_now() else {
        let why = evidence.why_unknown();
        return format!("Read just now: {why}, so nothing can be told.");
    };
    let word = now.status.word();
    if verdict == Some(Verdict::Done) {
        return format!("Read just now: kit {number} is {word}, so it was activated.");
    }
    let why = if became_active(evidence) {
        "Another request to activate it is on record, so by which of them can't be told."
    } else {
        "The activation may still be under way."
    };
    format!("Read just now: kit {number} is {word}. {why}")
}

fn against(evidence: &KitEvidence<'_>) -> Option<String> {
    let kit = evidence.kit_now()?;
    let is_shown = kit.status == Status::Active;
    (!is_shown).then(|| not_shown(&format!("kit {} is {}", kit.kit_no, kit.status.word())))
}
