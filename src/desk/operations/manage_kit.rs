//! What `manageKit` does to a kit (contract, 2.2): one call whose body says which of its operations is meant. Its
//! reply names neither the kit nor a reason: the reason is kept in the journal, and what happened is read afterwards.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::body::Body;
use super::destination::Destination;
use super::fields::{Answers, Field, TO_GO_ON, TO_STOP};
use super::kind::{About, Before, Form, Kind, Made, Operation, Sending};
use super::states::Change;
use super::words::Words;
use crate::dcms::{CardType, Client, Delivery, Doubt, EntityId, KitNo, Status, decode};
use crate::desk::reading::{Part, Undone};
use crate::desk::review::{Row, change, fact, sent, shown, wanted};
use crate::desk::sentences::NO_MASK;
use crate::desk::settling::Proof;
use crate::desk::target::Target;
use crate::journal::{Why, Write};

const PATH: &str = "/kit-manager/manageKit";

pub(super) static LOCK: Kind = Kind {
    write: Write::Lock,
    path: PATH,
    words: Words {
        title: "Lock a card",
        name: "The locking of",
        doing: "Locking",
        short: "Locking",
        receipt: "Locking of a card",
        next: "The card can't be used until the branch unlocks it.",
        record: "lock",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Kit(Change::Lock),
    form: Form::OfKit(
        &[Field::Reason(TO_STOP), Field::Note],
        |entity, kit, answers| ManageKit::new(Managing::Lock, entity, kit, answers).into(),
    ),
    reads: &[Part::Kits],
    proof: Proof::KitState {
        states: &[Status::Locked],
        done: "locked",
    },
    so_already: &[],
    alike: &[Write::LockAll],
    undoes: &[],
    or_else: Some(Write::Unlock),
};

pub(super) static UNLOCK: Kind = Kind {
    write: Write::Unlock,
    path: PATH,
    words: Words {
        title: "Unlock a card",
        name: "The unlocking of",
        doing: "Unlocking",
        short: "Unlocking",
        receipt: "Unlocking of a card",
        next: "The card can be used again.",
        record: "unlock",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Kit(Change::Unlock),
    form: Form::OfKit(
        &[Field::Reason(TO_GO_ON), Field::Note],
        |entity, kit, answers| ManageKit::new(Managing::Unlock, entity, kit, answers).into(),
    ),
    reads: &[Part::Kits],
    proof: Proof::KitState {
        states: &[Status::Active],
        done: "unlocked",
    },
    so_already: &[],
    alike: &[],
    undoes: &[Write::Lock, Write::LockAll],
    or_else: None,
};

/// A card that is LOCKED is blocked as it is: to unlock it first would open it for a moment (contract, 3, rule 1).
const NOT_UNLOCKED: &str = "A card that is LOCKED is never unlocked to be blocked.";

pub(super) static BLOCK: Kind = Kind {
    write: Write::Block,
    path: PATH,
    words: Words {
        title: "Block a card",
        name: "The blocking of",
        doing: "Blocking",
        short: "Blocking",
        receipt: "Blocking of a card",
        next: "The card can never be used again. Ask the branch for a new one if you need it.",
        record: "block",
        if_refused: Some(NOT_UNLOCKED),
        if_unknown: None,
        for_good: Some("A block is final: this card can never be used again."),
    },
    about: About::Kit(Change::Block),
    form: Form::OfKit(
        &[
            Field::Reason(TO_STOP),
            Field::Note,
            Field::Replace,
            Field::CardType,
            Field::Delivery,
        ],
        |entity, kit, answers| {
            let operation = if answers.replaces {
                Managing::BlockAndReplace
            } else {
                Managing::Block
            };
            ManageKit::new(operation, entity, kit, answers).into()
        },
    ),
    reads: &[Part::Kits],
    proof: Proof::KitState {
        states: &[Status::Blocked, Status::Hotlisted],
        done: "blocked",
    },
    so_already: &["card.already.blocked", "card.already.closed"],
    alike: &[Write::BlockAndReplace, Write::BlockAll],
    undoes: &[],
    or_else: Some(Write::BlockAndReplace),
};

pub(super) static REPLACE: Kind = Kind {
    write: Write::Replace,
    path: PATH,
    words: Words {
        title: "Replace a card",
        name: "The replacement of",
        doing: "Replacing",
        short: "Replacement of",
        receipt: "Replacement of a card",
        next: NEW_CARD_COMES,
        record: "replace",
        if_refused: None,
        if_unknown: None,
        for_good: Some(
            "A replacement is final: this card can never be used again, and a new one is made.",
        ),
    },
    about: About::Kit(Change::Replace),
    form: Form::OfKit(NEW_CARD, |entity, kit, answers| {
        ManageKit::new(Managing::Replace, entity, kit, answers).into()
    }),
    reads: &[Part::Kits],
    proof: Proof::Replacement {
        old: &[Status::Replaced],
    },
    so_already: &[],
    alike: &[],
    undoes: &[],
    or_else: None,
};

pub(super) static BLOCK_AND_REPLACE: Kind = Kind {
    write: Write::BlockAndReplace,
    path: PATH,
    words: Words {
        title: "Block and replace a card",
        name: "The blocking and replacement of",
        doing: "Blocking and replacing",
        short: "Blocking and replacement of",
        receipt: "Blocking and replacement of a card",
        next: NEW_CARD_COMES,
        record: "block and replace",
        if_refused: Some(NOT_UNLOCKED),
        if_unknown: None,
        for_good: Some("This is final: this card can never be used again, and a new one is made."),
    },
    about: About::Kit(Change::BlockAndReplace),
    form: Form::OfKit(NEW_CARD, |entity, kit, answers| {
        ManageKit::new(Managing::BlockAndReplace, entity, kit, answers).into()
    }),
    reads: &[Part::Kits],
    proof: Proof::Replacement {
        old: &[Status::Blocked, Status::Replaced],
    },
    so_already: &["card.already.blocked", "card.already.closed"],
    alike: &[],
    undoes: &[],
    or_else: None,
};

/// On the receipt of a card that was replaced.
const NEW_CARD_COMES: &str =
    "The old card can never be used again. The new one is sent to you; it has to be activated.";

/// What is asked where a new card is made in any case.
const NEW_CARD: &[Field] = &[
    Field::Reason(TO_STOP),
    Field::Note,
    Field::CardType,
    Field::Delivery,
];

/// Which operation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Managing {
    Lock,
    Unlock,
    Block,
    Replace,
    BlockAndReplace,
}

/// A kit, what is to be done with it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ManageKit {
    operation: Managing,
    entity: EntityId,
    kit: KitNo,
    answers: Answers,
}

/// The body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    entity_id: &'a EntityId,
    old_kit: &'a KitNo,
    operation: Managing,
    /// Of the new card, where there is to be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    card_type: Option<CardType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery_address: Option<Delivery>,
}

/// The reply.
#[derive(Deserialize)]
struct Managed {
    status: bool,
}

impl ManageKit {
    fn new(operation: Managing, entity: EntityId, kit: KitNo, answers: Answers) -> Self {
        Self {
            operation,
            entity,
            kit,
            answers,
        }
    }

    fn sent(&self) -> Sent<'_> {
        Sent {
            entity_id: &self.entity,
            old_kit: &self.kit,
            operation: self.operation,
            card_type: self.answers.card_type,
            delivery_address: self.answers.delivery,
        }
    }
}

impl Operation for ManageKit {
    fn kind(&self) -> &'static Kind {
        self.operation.kind()
    }

    fn target(&self) -> Target {
        Target::kit(&self.entity, &self.kit)
    }

    fn body(&self) -> Body {
        Body::new(&self.sent())
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let Some(kit) = &read.kit else {
            return Vec::new();
        };
        let card = kit.card.as_ref();
        let card = card.map_or_else(|| NO_MASK.into(), ToString::to_string);
        let brings_kits = self.kind().write.brings_kits();
        let (now, next) = (kit.status.word(), self.operation.state());
        let mut rows = vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            if brings_kits {
                change("card", card, "replaced by a new card")
            } else {
                fact("card", card)
            },
            fact("tier", shown(kit.tier.as_ref())),
            wanted("status".into(), now.into(), Some(next.word().into())),
        ];
        if brings_kits {
            let card_type = self.answers.card_type;
            let card_type = card_type.map(|kind| CardType::word(kind).to_owned());
            let delivery = self.answers.delivery;
            let delivery = delivery.map(|to| Delivery::word(to).to_owned());
            let present = shown(kit.card_type.as_ref());
            rows.push(wanted("card type".into(), present, card_type));
            rows.push(wanted("delivery".into(), "—".into(), delivery));
        }
        if let Some(Undone::Here(record)) = &read.undone {
            let at = record.at.strftime("%Y-%m-%d %H:%M UTC");
            let who = &record.who.operator;
            rows.push(fact(
                "locked",
                format!("by {who} at {at} (record {})", record.id),
            ));
        }
        rows
    }

    fn destination(&self) -> Destination {
        if self.kind().write.brings_kits() {
            let is_plastic = self.answers.card_type != Some(CardType::Virtual);
            Destination::of(is_plastic, self.answers.delivery)
        } else {
            Destination::Unknown
        }
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        Box::pin(async move {
            let done = client.write(PATH, &self.sent(), managed).await;
            done.map(|()| Made::Nothing)
        })
    }

    fn why(&self) -> Option<Why> {
        self.answers.why()
    }

    /// A lock from elsewhere has a reason that is not known here (contract, 3, rule 4).
    fn of_undone(&self, undone: &Undone) -> Option<String> {
        let ask = "Find out why it is locked before you unlock it.";
        match undone {
            Undone::Here(_) => None,
            Undone::NotHere => Some(format!(
                "This card was not locked from this desk, as far as the journal shows. {ask}"
            )),
            Undone::NotAsked => Some(format!(
                "The journal did not answer whether this card was locked from this desk. {ask}"
            )),
        }
    }
}

fn managed(result: Option<&RawValue>) -> Result<(), Doubt> {
    if decode::<Managed>(result)?.status {
        Ok(())
    } else {
        Err(Doubt::Unreadable("its status is false"))
    }
}

impl Managing {
    fn kind(self) -> &'static Kind {
        match self {
            Self::Lock => &LOCK,
            Self::Unlock => &UNLOCK,
            Self::Block => &BLOCK,
            Self::Replace => &REPLACE,
            Self::BlockAndReplace => &BLOCK_AND_REPLACE,
        }
    }

    /// The state that it leads to.
    fn state(self) -> Status {
        match self {
            Self::Lock => Status::Locked,
            Self::Unlock => Status::Active,
            Self::Block | Self::BlockAndReplace => Status::Blocked,
            Self::Replace => Status::Replaced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_is_no_success_is_unknown() {
        let read = |text: &str| {
            let raw: Box<RawValue> = serde_json::from_str(text).expect("JSON");
            managed(Some(&raw))
        };
        assert!(read(r#"{"status":true}"#).is_ok());
        for text in [r#"{"status":false}"#, "true", "{}", "null"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
