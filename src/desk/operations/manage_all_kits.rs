//! Stopping all kits of a customer at once (contract, 2.2, `manageAllKits`). Letting all of them go on is not
//! offered: it would free a card that the bank itself has stopped.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::body::Body;
use super::fields::{Answers, Field, TO_STOP};
use super::kind::{About, Before, Form, Kind, Made, Operation, Sending};
use super::states::{Change, Offer};
use super::words::Words;
use crate::dcms::{Client, Doubt, EntityId, Status, Text, decode, optional, same_customer};
use crate::desk::reading::Part;
use crate::desk::review::{Row, change, fact, sent};
use crate::desk::settling::{KitsBefore, Proof};
use crate::desk::target::Target;
use crate::journal::{Reason, Why, Write};

const PATH: &str = "/kit-manager/manageAllKits";

pub(super) static LOCK_ALL: Kind = Kind {
    write: Write::LockAll,
    path: PATH,
    words: Words {
        title: "Lock all cards",
        name: "The locking of all kits of",
        doing: "Locking all kits of",
        short: "Locking all kits of",
        receipt: "Locking of all cards",
        next: "None of these cards can be used until the branch unlocks it.",
        record: "lock all",
        if_refused: None,
        if_unknown: None,
        for_good: None,
    },
    about: About::Customer(Change::Lock),
    form: Form::OfCustomer(
        &[Field::Reason(TO_STOP), Field::Note],
        |entity, answers, by| ManageAllKits::new(Managing::Lock, entity, answers, by).into(),
    ),
    reads: &[Part::Kits],
    proof: Proof::AllKits {
        change: Change::Lock,
        states: &[Status::Locked],
    },
    so_already: &[],
    alike: &[Write::Lock],
    undoes: &[],
    or_else: None,
};

pub(super) static BLOCK_ALL: Kind = Kind {
    write: Write::BlockAll,
    path: PATH,
    words: Words {
        title: "Block all cards",
        name: "The blocking of all kits of",
        doing: "Blocking all kits of",
        short: "Blocking all kits of",
        receipt: "Blocking of all cards",
        next: "None of these cards can ever be used again. Ask the branch for new ones if you need them.",
        record: "block all",
        if_refused: None,
        if_unknown: None,
        for_good: Some("A block is final: none of these cards can ever be used again."),
    },
    about: About::Customer(Change::Block),
    form: Form::OfCustomer(
        &[Field::Reason(TO_STOP), Field::Note],
        |entity, answers, by| ManageAllKits::new(Managing::Block, entity, answers, by).into(),
    ),
    reads: &[Part::Kits],
    proof: Proof::AllKits {
        change: Change::Block,
        states: &[Status::Blocked, Status::Hotlisted],
    },
    so_already: &[],
    alike: &[Write::Block, Write::BlockAndReplace],
    undoes: &[],
    or_else: None,
};

/// Which operation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Managing {
    Lock,
    Block,
}

/// A customer, what is to be done with all their kits, why, and who asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ManageAllKits {
    operation: Managing,
    entity: EntityId,
    answers: Answers,
    operator: String,
}

/// The body. Of all calls only this one takes a reason, and who asks for it from where.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    entity_id: &'a EntityId,
    operation: Managing,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    changer: &'a str,
    channel: &'static str,
}

impl ManageAllKits {
    fn new(operation: Managing, entity: EntityId, answers: Answers, operator: &str) -> Self {
        Self {
            operation,
            entity,
            answers,
            operator: operator.to_owned(),
        }
    }

    fn sent(&self) -> Sent<'_> {
        Sent {
            entity_id: &self.entity,
            operation: self.operation,
            reason: self.answers.reason.map(Reason::word),
            changer: &self.operator,
            channel: "BRANCH",
        }
    }
}

impl Operation for ManageAllKits {
    fn kind(&self) -> &'static Kind {
        match self.operation {
            Managing::Lock => &LOCK_ALL,
            Managing::Block => &BLOCK_ALL,
        }
    }

    fn target(&self) -> Target {
        Target::Customer(self.entity.clone())
    }

    fn body(&self) -> Body {
        Body::new(&self.sent())
    }

    fn rows(&self, read: &Before) -> Vec<Row> {
        let (to, state) = match self.operation {
            Managing::Lock => (Change::Lock, Status::Locked),
            Managing::Block => (Change::Block, Status::Blocked),
        };
        let state = state.word();
        let kits = read.kits.iter().flat_map(KitsBefore::states);
        let kits = kits.map(|(number, before)| {
            let (what, before) = (format!("kit {number}"), before.unwrap_or("—"));
            match to.offer_in(before) {
                Offer::Yes => change(&what, before, &*state),
                Offer::Unsure => change(&what, before, format!("{state}, if the DCMS allows it")),
                Offer::No => fact(&what, format!("{before}, stays as it is")),
            }
        });
        let entity = sent("entity", self.entity.as_str());
        let operator = sent("changer", &*self.operator);
        [entity].into_iter().chain(kits).chain([operator]).collect()
    }

    fn send<'a>(&'a self, client: &'a Client) -> Sending<'a> {
        let entity = self.entity.clone();
        let decode = move |result: Option<&RawValue>| managed(&entity, result);
        Box::pin(async move {
            let done = client.write(PATH, &self.sent(), decode).await;
            done.map(|()| Made::Nothing)
        })
    }

    fn why(&self) -> Option<Why> {
        self.answers.why()
    }
}

/// Done is only a reply about this customer. Which kits were changed is read afterwards.
fn managed(asked: &EntityId, result: Option<&RawValue>) -> Result<(), Doubt> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Managed {
        #[serde(default, deserialize_with = "optional")]
        entity_id: Option<Text>,
    }
    match decode::<Managed>(result)?.entity_id {
        Some(answered) => same_customer(asked, &answered),
        None => Err(Doubt::Unreadable("it names no customer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_names_the_reason_the_operator_and_the_branch() {
        let answers = Answers {
            reason: Some(Reason::Stolen),
            note: Some("kept here".into()),
            ..Answers::default()
        };
        let entity = EntityId::parse("676165").expect("an id");
        let request = ManageAllKits::new(Managing::Block, entity, answers, "maria");
        assert_eq!(
            request.body().raw().get(),
            r#"{"entityId":"676165","operation":"BLOCK","reason":"stolen","changer":"maria","channel":"BRANCH"}"#
        );
        assert_eq!(
            request.why().and_then(|why| why.note),
            Some("kept here".into())
        );
    }

    #[test]
    fn a_reply_about_another_customer_is_unknown() {
        let read = |text: &str| {
            let entity = EntityId::parse("676165").expect("an id");
            let raw: Box<RawValue> = serde_json::from_str(text).expect("JSON");
            managed(&entity, Some(&raw))
        };
        assert_eq!(read(r#"{"entityId":676165,"totalCardsManaged":2}"#), Ok(()));
        for text in [r#"{"entityId":"676166"}"#, "{}", "true"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
