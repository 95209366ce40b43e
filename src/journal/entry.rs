//! What the rooms above put into the journal: by whom, where, about whom or what.
//! Plain data; there is no field for a PIN, a key or a full card number.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::chain::Hash;
use super::id::RecordId;
use super::words::{Finding, Operation, Reason, Write};
use crate::config::{BUILT_IN, Environment, Profile};
use crate::dcms::{EntityId, KitNo, OrderId, Tenant, Word};
use crate::pin::CheckValue;

/// Who works at this console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The operator's id.
    pub operator: String,
    /// The machine.
    pub host: String,
    /// The address that an SSH session comes from.
    pub ssh_origin: Option<String>,
    /// The fingerprint of the key by which they have logged in at kitdesk's own SSH server.
    pub key: Option<String>,
}

impl Who {
    /// Somebody at the machine itself.
    #[must_use]
    pub fn new(operator: impl Into<String>, host: impl Into<String>) -> Self {
        Self {
            operator: operator.into(),
            host: host.into(),
            ssh_origin: None,
            key: None,
        }
    }
}

/// At which DCMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// The profile's name.
    pub profile: String,
    /// The bank.
    pub tenant: Tenant,
    /// What is at stake.
    pub environment: Environment,
}

impl Where {
    /// At that of a profile.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self {
            profile: profile.name.clone(),
            tenant: profile.tenant.clone(),
            environment: profile.environment,
        }
    }

    /// Whether both mean the same cards, whatever their profiles are called.
    #[must_use]
    pub fn same_cards(&self, other: &Self) -> bool {
        self.tenant == other.tenant && self.environment == other.environment
    }

    /// Whether it is the built-in sandbox, whose cards end with the run of the program, and whose numbers come
    /// again in the next one.
    pub(super) fn is_built_in(&self) -> bool {
        self.environment == Environment::Sandbox && self.profile == BUILT_IN
    }
}

/// Whom or what an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// The customer.
    pub entity: Option<EntityId>,
    /// The kit.
    pub kit: Option<KitNo>,
    /// The card order.
    pub order: Option<OrderId>,
}

impl Subject {
    /// A customer.
    #[must_use]
    pub fn entity(entity: EntityId) -> Self {
        Self {
            entity: Some(entity),
            ..Self::default()
        }
    }

    /// A customer's kit.
    #[must_use]
    pub fn kit(entity: EntityId, kit: KitNo) -> Self {
        Self {
            entity: Some(entity),
            kit: Some(kit),
            order: None,
        }
    }

    /// A card order.
    #[must_use]
    pub fn order(order: OrderId) -> Self {
        Self {
            order: Some(order),
            ..Self::default()
        }
    }

    /// Whether it may be anything: nobody knows any more, because somebody has changed the
    /// record that named it.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a write to one keeps a write to the other waiting: they are the same, or one is a customer
    /// and the other a kit of theirs.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        let (one, other) = (self.texts(), other.texts());
        excludes(one, other)
    }

    pub(super) fn texts(&self) -> [Option<&str>; 3] {
        [
            self.entity.as_ref().map(EntityId::as_str),
            self.kit.as_ref().map(KitNo::as_str),
            self.order.as_ref().map(OrderId::as_str),
        ]
    }
}

/// See [`Subject::excludes`]: a customer, a kit and an order each. Without any of them it may be anything.
pub(super) fn excludes(one: [Option<&str>; 3], other: [Option<&str>; 3]) -> bool {
    match (one, other) {
        ([None, None, None], _) | (_, [None, None, None]) => true,
        ([_, Some(kit), _], [_, Some(other), _]) => kit == other,
        ([_, None, Some(order)], [_, None, Some(other)]) => order == other,
        ([Some(entity), None, None], [Some(other), _, None])
        | ([Some(entity), _, None], [Some(other), None, None]) => entity == other,
        _ => false,
    }
}

/// Why somebody asks for a write, in the list's word and in their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The word.
    pub reason: Reason,
    /// What they add to it.
    pub note: Option<String>,
}

/// A digest of a request: it shows whether two were the same, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(pub(super) Hash);

impl fmt::Display for Digest {
    /// In hex, as it is recorded.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Digest {
    /// Of a write's body. Its field `pin` is left out, sealed though it is: a PIN set twice is the
    /// same request.
    #[must_use]
    pub fn of(write: Write, body: &Value) -> Self {
        let mut body = body.clone();
        if let Value::Object(fields) = &mut body {
            fields.remove("pin");
        }
        Self(Hash::of_bytes(format!("{write} {body}").as_bytes()))
    }
}

/// A write's claim at the central store, as its intent names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimOnRecord {
    /// Its name there.
    pub id: String,
    /// Why it is sent without knowing that it was claimed.
    pub unclaimed: Option<String>,
}

/// A write that is about to be sent.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Which.
    pub write: Write,
    /// To whom or what: ids that the DCMS has named, which are kept to the letter.
    pub subject: Subject,
    /// Of the request.
    pub digest: Digest,
    /// What was read before it: kit numbers, status words, tiers, plastic codes, masked cards.
    pub before: Option<Value>,
    /// The last record before that: what has ended since may have changed what was read.
    pub since: Option<RecordId>,
    /// Of the key that sealed the PIN.
    pub key_check: Option<CheckValue>,
    /// Why somebody asks for it, where that is asked. The reason is kept in the column of that name, the
    /// note as the message.
    pub why: Option<Why>,
    /// Its claim at the central store, where there is one.
    pub claim: Option<ClaimOnRecord>,
}

/// How a write ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The word that the operator saw.
    pub word: Word,
    /// The DCMS's code.
    pub error_code: Option<String>,
    /// The message that the operator saw.
    pub message: Option<String>,
    /// How long it took.
    pub duration: Duration,
    /// What was read after it, if that is known by now.
    pub after: Option<Value>,
}

/// What was read after a write, alone: it does not settle anything.
#[derive(Debug, Clone)]
pub struct Observation {
    /// What was read, if it could be.
    pub after: Option<Value>,
    /// The message that the operator saw.
    pub message: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// How an open write is settled.
#[derive(Debug, Clone)]
pub enum Settlement {
    /// By what the DCMS shows now.
    ByReading {
        /// Whether it shows that the write was done.
        done: bool,
        /// What was read.
        after: Value,
    },
    /// By somebody who knows, or who answers for it.
    ByPerson {
        /// What they say.
        finding: Finding,
        /// How they know.
        reason: String,
    },
}

/// How a write of another host, which is gone, is settled from here.
#[derive(Debug, Clone)]
pub struct SettledForHost {
    /// The name of its claim at the central store.
    pub claim: String,
    /// On which machine it was claimed.
    pub host: String,
    /// By whom.
    pub operator: String,
    /// Since when, as the store says it.
    pub since: String,
    /// What.
    pub write: Write,
    /// To whom or what: ids that the DCMS has named.
    pub subject: Subject,
    /// What a person says of it.
    pub finding: Finding,
    /// How they know.
    pub reason: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// Something was read.
    LookUp,
    /// Something was refused here.
    Refusal,
    /// A try that failed here.
    FailedTry,
    /// A card number was opened.
    PanOpened,
    /// A session over kitdesk's SSH server has begun.
    SessionBegan,
    /// It has ended.
    SessionEnded,
    /// Somebody has had the session of somebody else ended.
    SessionEndOrdered,
}

/// By what a person has come in over kitdesk's SSH server, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFacts {
    /// Who it is.
    pub person: String,
    /// The fingerprint of the key that was accepted, like `SHA256:…`.
    pub key: String,
    /// The address at the other end.
    pub address: String,
    /// The terminal's name, where the client names one.
    pub terminal: Option<String>,
    /// How the SSH client names itself.
    pub client: String,
}

/// The session of somebody else that a person has had ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedSession {
    /// The id of who had it.
    pub person: String,
    /// Their name.
    pub name: String,
    /// The address at the other end.
    pub address: String,
    /// When it began.
    pub since: jiff::Timestamp,
}

/// Something that happened and that nothing follows from. Its ids may have been typed: one that
/// could be a card number is cut to its mask, unless the DCMS has answered for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it tells.
    pub kind: NoteKind,
    /// In the course of what.
    pub operation: Operation,
    /// About whom or what.
    pub subject: Subject,
    /// Ids that the DCMS has answered for, and others that are known: none of them is a card number.
    pub answered: Vec<String>,
    /// What was found at it, field by field.
    pub facts: Option<Value>,
    /// Its outcome.
    pub outcome: Option<Word>,
    /// The DCMS's code.
    pub error_code: Option<String>,
    /// The message that the operator saw.
    pub message: Option<String>,
    /// How long it took.
    pub duration: Option<Duration>,
}

impl Note {
    /// The same, about ids that the DCMS has answered for.
    #[must_use]
    pub fn answered(mut self) -> Self {
        let ids = self.subject.texts().into_iter().flatten();
        self.answered.extend(ids.map(str::to_owned));
        self
    }

    /// That a session over kitdesk's SSH server has begun.
    #[must_use]
    pub fn session_began(facts: &SessionFacts) -> Self {
        let SessionFacts {
            person,
            key,
            address,
            terminal,
            client,
        } = facts;
        Self {
            message: Some(format!("from {address} with the key {key}")),
            facts: Some(json!({
                "person": person,
                "key": key,
                "address": address,
                "terminal": terminal,
                "client": client,
            })),
            answered: vec![key.clone(), address.clone()],
            ..Self::new(
                NoteKind::SessionBegan,
                Operation::Session,
                Subject::default(),
            )
        }
    }

    /// That it has ended, for which reason, by whom if somebody else ended it, and after how long.
    #[must_use]
    pub fn session_ended(why: &str, by: Option<&str>, lasted: Duration) -> Self {
        Self {
            message: Some(why.to_owned()),
            facts: by.map(|by| json!({ "by": by })),
            duration: Some(lasted),
            ..Self::new(
                NoteKind::SessionEnded,
                Operation::Session,
                Subject::default(),
            )
        }
    }

    /// That the session of somebody else was ordered to end.
    #[must_use]
    pub fn session_end_ordered(session: &EndedSession) -> Self {
        let EndedSession {
            person,
            name,
            address,
            since,
        } = session;
        Self {
            message: Some(format!("the session of {person} from {address}")),
            facts: Some(json!({
                "person": person,
                "name": name,
                "address": address,
                "since": since.to_string(),
            })),
            answered: vec![address.clone()],
            ..Self::new(
                NoteKind::SessionEndOrdered,
                Operation::Session,
                Subject::default(),
            )
        }
    }

    /// A note with nothing but what it is about.
    #[must_use]
    pub fn new(kind: NoteKind, operation: impl Into<Operation>, subject: Subject) -> Self {
        Self {
            kind,
            operation: operation.into(),
            subject,
            answered: Vec::new(),
            facts: None,
            outcome: None,
            error_code: None,
            message: None,
            duration: None,
        }
    }
}
