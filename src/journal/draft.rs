//! A row in the making: the only way from an entry to the columns, and every free text in it goes
//! through the guard. Knows nothing of the chain beyond the hash that it is given.

use std::time::Duration;

use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use super::chain::Hash;
use super::entry::{
    Digest, Intent, Note, NoteKind, Observation, Outcome, SettledForHost, Settlement, Subject,
    Where, Who,
};
use super::error::Broken;
use super::guard;
use super::id::RecordId;
use super::record::{Record, environment_word};
use super::words::{Finding, Kind, Operation, ResultWord, Write};
use crate::pin::mask_typed_id;

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
    key_check: Option<String>,
    /// Of its write, at the central store.
    claim: Option<String>,
    /// That a second person has approved.
    request: Option<String>,
    /// Who wrote where in which session, where that is not who adds the row.
    restates: Option<Box<Record>>,
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
            claim: None,
            request: None,
            restates: None,
        }
    }

    pub(super) fn intent(intent: &Intent) -> Self {
        let subject = intent.subject.texts();
        let known = known(&intent.subject);
        let why = intent.why.as_ref();
        Self {
            digest: Some(intent.digest),
            before: before(intent, &known),
            claim: intent.claim.as_ref().map(|claim| claim.id.clone()),
            key_check: intent.key_check.map(|check| check.to_string()),
            reason: why.map(|why| why.reason.word().to_owned()),
            message: text(why.and_then(|why| why.note.as_deref()), &known),
            ..Self::new(
                Kind::Intent,
                intent.write.into(),
                subject.map(|id| id.map(str::to_owned)),
            )
        }
    }

    pub(super) fn outcome(intent: &Record, outcome: &Outcome) -> Self {
        let known = known(&intent.subject);
        Self {
            outcome: Some(ResultWord::Outcome(outcome.word)),
            error_code: text(outcome.error_code.as_deref(), &known),
            message: text(outcome.message.as_deref(), &known),
            duration: Some(outcome.duration),
            after: json(outcome.after.as_ref(), &known),
            claim: claim(intent),
            ..Self::follower(Kind::Outcome, intent)
        }
    }

    pub(super) fn reading(intent: &Record, observation: &Observation) -> Self {
        let known = known(&intent.subject);
        Self {
            message: text(observation.message.as_deref(), &known),
            duration: Some(observation.duration),
            after: json(observation.after.as_ref(), &known),
            ..Self::follower(Kind::Reading, intent)
        }
    }

    pub(super) fn settled(intent: &Record, settlement: &Settlement) -> Self {
        let known = known(&intent.subject);
        let mut draft = Self {
            claim: claim(intent),
            ..Self::follower(Kind::Settled, intent)
        };
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

    pub(super) fn settled_for_host(settled: &SettledForHost) -> Self {
        let subject = settled.subject.texts();
        let known = known(&settled.subject);
        // The claim's name is of random digits, and no card number, whatever it looks like.
        let after = json!({
            "claim": settled.claim,
            "host": guard::text(&settled.host, &known),
            "operator": guard::text(&settled.operator, &known),
            "since": settled.since,
        });
        Self {
            outcome: Some(settled.finding.into()),
            reason: text(Some(settled.reason.trim()), &known),
            after: Some(after.to_string()),
            ..Self::new(
                Kind::SettledForHost,
                settled.write.into(),
                subject.map(|id| id.map(str::to_owned)),
            )
        }
    }

    /// What is missing or broken stays on record, with the one who answers for it, and with the digest
    /// of what they answer for.
    pub(super) fn accepted(broken: &Broken, reason: &str, stood: Hash) -> Self {
        Self {
            message: text(Some(&broken.to_string()), &[]),
            reason: text(Some(reason.trim()), &[]),
            digest: Some(Digest(stood)),
            ..Self::new(Kind::Accepted, Operation::Journal, [None, None, None])
        }
    }

    /// A write that is open again, because what is on record of its end can't be trusted.
    pub(super) fn restated(intent: Record) -> Self {
        let subject = intent.subject.texts();
        let known = known(&intent.subject);
        let id = intent.id;
        Self {
            of: Some(id),
            digest: intent.digest.map(Digest),
            before: json(intent.before.as_ref(), &known),
            message: Some(format!(
                "restates record {id}: what is on record of it was changed or is missing"
            )),
            key_check: text(intent.key_check.as_deref(), &known),
            claim: claim(&intent),
            request: text(intent.request.as_deref(), &known),
            ..Self::new(
                Kind::Intent,
                intent.operation,
                subject.map(|id| id.map(str::to_owned)),
            )
        }
        .restating(intent)
    }

    fn restating(mut self, intent: Record) -> Self {
        self.restates = Some(Box::new(intent));
        self
    }

    /// A write of this kind that may be open, for a kit or order that nobody knows any more.
    pub(super) fn restated_for_any(write: Write) -> Self {
        let message = "stands for records that can't be read any more";
        Self {
            message: Some(message.to_owned()),
            ..Self::new(Kind::Intent, write.into(), [None, None, None])
        }
    }

    pub(super) fn note(note: &Note) -> Self {
        let kind = match note.kind {
            NoteKind::LookUp => Kind::LookUp,
            NoteKind::Refusal => Kind::Refusal,
            NoteKind::FailedTry => Kind::FailedTry,
            NoteKind::PanOpened => Kind::PanOpened,
            NoteKind::SessionBegan => Kind::SessionBegan,
            NoteKind::SessionEnded => Kind::SessionEnded,
            NoteKind::SessionEndOrdered => Kind::SessionEndOrdered,
        };
        let subject = note.subject.texts();
        let known: Vec<&str> = note.answered.iter().map(String::as_str).collect();
        let kept = |id: &str| {
            if known.contains(&id) {
                id.to_owned()
            } else {
                mask_typed_id(id).into_owned()
            }
        };
        Self {
            outcome: note.outcome.map(ResultWord::Outcome),
            error_code: text(note.error_code.as_deref(), &known),
            message: text(note.message.as_deref(), &known),
            duration: note.duration,
            after: json(note.facts.as_ref(), &known),
            ..Self::new(kind, note.operation, subject.map(|id| id.map(kept)))
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
        // A write that is restated is still that of the one who sent it, and its session may run.
        let own = self.restates.as_deref();
        let session = own.map_or(session, |own| &own.session);
        let own = own.map(|own| Origin::new(&own.who, &own.place));
        let origin = own.as_ref().unwrap_or(origin);
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
            self.key_check.clone().into(),
            prev.to_string().into(),
            self.claim.clone().into(),
            self.request.clone().into(),
            origin.who.key.clone().into(),
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
            // A fingerprint is no card number, whatever it looks like.
            key: who.key.as_deref().map(|key| guard::text(key, &[key])),
        };
        let place = Where {
            profile: guard::text(&place.profile, &[]),
            ..place.clone()
        };
        Self { who, place }
    }
}

fn known(subject: &Subject) -> Vec<&str> {
    subject.texts().into_iter().flatten().collect()
}

fn text(free: Option<&str>, known: &[&str]) -> Option<String> {
    free.map(|free| guard::text(free, known))
}

/// The claim of a write that is on record: made of random digits, and looked for by them, so no card number,
/// whatever it looks like.
fn claim(intent: &Record) -> Option<String> {
    let claim = intent.claim()?;
    Some(guard::text(claim, &[claim]))
}

/// What was read before a write, and next to that why it is sent without a claim.
fn before(intent: &Intent, known: &[&str]) -> Option<String> {
    let why = intent
        .claim
        .as_ref()
        .and_then(|claim| claim.unclaimed.as_deref());
    let Some(why) = why else {
        return json(intent.before.as_ref(), known);
    };
    let read = intent.before.as_ref();
    let mut fields = match read.map(|read| guard::json(read, known)) {
        Some(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    fields.insert("unclaimed".to_owned(), guard::text(why, known).into());
    Some(Value::Object(fields).to_string())
}

fn json(reading: Option<&Value>, known: &[&str]) -> Option<String> {
    reading.map(|reading| guard::json(reading, known).to_string())
}
