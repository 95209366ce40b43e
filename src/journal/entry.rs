//! What is put into the journal: by whom, where, about what. The constructors here are the only way
//! in, and every free text goes through the guard.

use std::time::Duration;

use rusqlite::types::Value as Cell;
use serde_json::Value;

use super::chain::Hash;
use super::guard;
use super::record::{Record, RecordId, environment_word};
use super::words::{Finding, Kind, Operation, OutcomeWord, ResultWord, Write};
use crate::config::Environment;
use crate::dcms::{EntityId, KitNo, OrderId, Tenant};
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
    /// Whether both mean the same cards, whatever their profiles are called.
    #[must_use]
    pub fn same_cards(&self, other: &Self) -> bool {
        self.tenant == other.tenant && self.environment == other.environment
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

    fn texts(&self) -> [Option<&str>; 3] {
        [
            self.entity.as_ref().map(EntityId::as_str),
            self.kit.as_ref().map(KitNo::as_str),
            self.order.as_ref().map(OrderId::as_str),
        ]
    }
}

/// A digest of a request: whether two were the same can be told from it, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(Hash);

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
    /// Of the key that sealed the PIN.
    pub key_check: Option<CheckValue>,
}

/// What became of a write.
#[derive(Debug, Clone)]
pub struct Conclusion {
    /// The word that the user was told.
    pub outcome: OutcomeWord,
    /// The DCMS's code.
    pub error_code: Option<String>,
    /// What the user was told.
    pub message: Option<String>,
    /// How long it took.
    pub duration: Duration,
    /// What was read after it, if that is known by now.
    pub after: Option<Value>,
}

/// What was read after a write, by itself: it does not settle anything.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// What was read, if it could be.
    pub after: Option<Value>,
    /// What the user was told.
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
}

/// Something that happened and that nothing follows from. Its ids may have been typed: one that
/// could be a card number is cut to its mask.
#[derive(Debug, Clone)]
pub struct Note {
    /// What it tells.
    pub kind: NoteKind,
    /// In the course of what.
    pub operation: Operation,
    /// About whom or what.
    pub subject: Subject,
    /// What became of it.
    pub outcome: Option<OutcomeWord>,
    /// The DCMS's code.
    pub error_code: Option<String>,
    /// What the user was told.
    pub message: Option<String>,
    /// How long it took.
    pub duration: Option<Duration>,
}

impl Note {
    /// A note with nothing but what it is about.
    #[must_use]
    pub fn new(kind: NoteKind, operation: impl Into<Operation>, subject: Subject) -> Self {
        Self {
            kind,
            operation: operation.into(),
            subject,
            outcome: None,
            error_code: None,
            message: None,
            duration: None,
        }
    }
}

/// A record's own part, guarded and ready to be written; who, where, when and the chain come from
/// the writer. There is no way to make one but from the entries above.
pub(super) struct Draft {
    kind: Kind,
    of: Option<RecordId>,
    operation: Operation,
    subject: [Option<String>; 3],
    digest: Option<Digest>,
    before: Option<String>,
    outcome: Option<ResultWord>,
    error_code: Option<String>,
    message: Option<String>,
    duration: Option<Duration>,
    after: Option<String>,
    reason: Option<String>,
    key_check: Option<CheckValue>,
}

impl Draft {
    fn new(kind: Kind, operation: Operation, subject: [Option<String>; 3]) -> Self {
        Self {
            kind,
            of: None,
            operation,
            subject,
            digest: None,
            before: None,
            outcome: None,
            error_code: None,
            message: None,
            duration: None,
            after: None,
            reason: None,
            key_check: None,
        }
    }

    pub(super) fn intent(intent: &Intent) -> Self {
        let subject = intent.subject.texts();
        let known: Vec<&str> = subject.into_iter().flatten().collect();
        Self {
            digest: Some(intent.digest),
            before: json(intent.before.as_ref(), &known),
            key_check: intent.key_check,
            ..Self::new(
                Kind::Intent,
                intent.write.into(),
                subject.map(|id| id.map(str::to_owned)),
            )
        }
    }

    pub(super) fn outcome(intent: &Record, conclusion: &Conclusion) -> Self {
        let known = known(intent);
        Self {
            outcome: Some(conclusion.outcome.into()),
            error_code: text(conclusion.error_code.as_deref(), &known),
            message: text(conclusion.message.as_deref(), &known),
            duration: Some(conclusion.duration),
            after: json(conclusion.after.as_ref(), &known),
            ..Self::follower(Kind::Outcome, intent)
        }
    }

    pub(super) fn reading(intent: &Record, sighting: &Sighting) -> Self {
        let known = known(intent);
        Self {
            message: text(sighting.message.as_deref(), &known),
            duration: Some(sighting.duration),
            after: json(sighting.after.as_ref(), &known),
            ..Self::follower(Kind::Reading, intent)
        }
    }

    pub(super) fn settled(intent: &Record, settlement: &Settlement) -> Self {
        let known = known(intent);
        let mut draft = Self::follower(Kind::Settled, intent);
        match settlement {
            Settlement::ByReading { done, after } => {
                let finding = if *done {
                    Finding::Done
                } else {
                    Finding::NotDone
                };
                draft.outcome = Some(finding.into());
                draft.after = json(Some(after), &known);
            }
            Settlement::ByPerson { finding, reason } => {
                draft.outcome = Some((*finding).into());
                draft.reason = text(Some(reason.trim()), &known);
            }
        }
        draft
    }

    pub(super) fn note(note: &Note) -> Self {
        let kind = match note.kind {
            NoteKind::LookUp => Kind::LookUp,
            NoteKind::Refusal => Kind::Refusal,
            NoteKind::FailedTry => Kind::FailedTry,
            NoteKind::PanOpened => Kind::PanOpened,
        };
        let subject = note.subject.texts();
        Self {
            outcome: note.outcome.map(ResultWord::from),
            error_code: text(note.error_code.as_deref(), &[]),
            message: text(note.message.as_deref(), &[]),
            duration: note.duration,
            ..Self::new(
                kind,
                note.operation,
                subject.map(|id| id.map(|id| guard::typed_id(id).into_owned())),
            )
        }
    }

    fn follower(kind: Kind, intent: &Record) -> Self {
        let subject = intent.subject.texts();
        Self {
            of: Some(intent.id),
            ..Self::new(
                kind,
                intent.operation,
                subject.map(|id| id.map(str::to_owned)),
            )
        }
    }

    /// All cells but `hash`, in the order of the columns.
    pub(super) fn cells(
        &self,
        id: RecordId,
        at: String,
        session: &str,
        origin: &Origin,
        prev: Hash,
    ) -> Vec<Cell> {
        let [entity, kit, order] = self.subject.clone();
        let duration = self
            .duration
            .map(|d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        vec![
            id.0.into(),
            at.into(),
            session.to_owned().into(),
            self.kind.word().to_owned().into(),
            self.of.map(|of| of.0).into(),
            origin.who.operator.clone().into(),
            origin.who.host.clone().into(),
            origin.who.ssh_origin.clone().into(),
            origin.place.profile.clone().into(),
            origin.place.tenant.as_str().to_owned().into(),
            environment_word(origin.place.environment).to_owned().into(),
            self.operation.word().to_owned().into(),
            entity.into(),
            kit.into(),
            order.into(),
            self.digest.map(|digest| digest.0.to_string()).into(),
            self.before.clone().into(),
            self.outcome.map(|word| word.word().to_owned()).into(),
            self.error_code.clone().into(),
            self.message.clone().into(),
            duration.into(),
            self.after.clone().into(),
            self.reason.clone().into(),
            self.key_check.map(|check| check.to_string()).into(),
            prev.to_string().into(),
        ]
    }
}

/// Who writes from where, guarded once and for all of a session's records.
pub(super) struct Origin {
    pub(super) who: Who,
    pub(super) place: Where,
}

impl Origin {
    pub(super) fn new(who: &Who, place: &Where) -> Self {
        let who = Who {
            operator: guard::text(&who.operator, &[]),
            host: guard::text(&who.host, &[]),
            ssh_origin: text(who.ssh_origin.as_deref(), &[]),
        };
        let place = Where {
            profile: guard::text(&place.profile, &[]),
            ..place.clone()
        };
        Self { who, place }
    }
}

fn known(intent: &Record) -> Vec<&str> {
    intent.subject.texts().into_iter().flatten().collect()
}

fn text(free: Option<&str>, known: &[&str]) -> Option<String> {
    free.map(|free| guard::text(free, known))
}

fn json(reading: Option<&Value>, known: &[&str]) -> Option<String> {
    reading.map(|reading| guard::json(reading, known).to_string())
}
