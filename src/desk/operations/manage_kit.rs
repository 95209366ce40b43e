//! What `manageKit` does to a kit (contract, 2.2): one call whose body says which of its operations is meant. Its
//! reply names neither the kit nor a reason: the reason is kept in the journal, and what happened is read afterwards.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::fields::{Answers, Field, TO_GO_ON, TO_STOP};
use super::kind::{About, Before, Body, Form, Kind, Made, Operation, Sending, Words};
use super::states::Change;
use crate::dcms::{Client, Doubt, EntityId, KitNo, Status, decode};
use crate::desk::reading::{Part, Undone};
use crate::desk::review::{Row, change, fact, sent, shown};
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
        state: Status::Locked,
        done: "locked",
    },
    so_already: &[],
    alike: &[],
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
        state: Status::Active,
        done: "unlocked",
    },
    so_already: &[],
    alike: &[],
    undoes: &[Write::Lock],
    or_else: None,
};

/// Which operation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Managing {
    Lock,
    Unlock,
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
        let mut rows = vec![
            sent("entity", self.entity.as_str()),
            sent("kit number", self.kit.as_str()),
            fact("card", card),
            fact("tier", shown(kit.tier.as_ref())),
            change("status", kit.status.word(), self.operation.state().word()),
        ];
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
        }
    }

    /// The state that it leads to.
    fn state(self) -> Status {
        match self {
            Self::Lock => Status::Locked,
            Self::Unlock => Status::Active,
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
