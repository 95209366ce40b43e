//! A record as it is read back, every column a type of its own. Knows the table's columns, and no
//! question that is asked of it.

use jiff::Timestamp;
use rusqlite::Row;
use serde_json::{Value, json};

use super::chain::Hash;
use super::entry::{Subject, Where, Who};
use super::id::RecordId;
use super::words::{Kind, Operation, ResultWord};
use crate::config::{Environment, Words as _};
use crate::dcms::{EntityId, KitNo, OrderId, Tenant};

/// One row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub id: RecordId,
    /// When it was made.
    pub at: Timestamp,
    /// By which run of the program.
    pub session: String,
    /// What it tells.
    pub kind: Kind,
    /// The intent that it belongs to.
    pub of: Option<RecordId>,
    /// Who did it.
    pub who: Who,
    /// Where it was done.
    pub place: Where,
    /// What was done.
    pub operation: Operation,
    /// To whom or what.
    pub subject: Subject,
    /// A digest of the request, without a PIN.
    pub digest: Option<Hash>,
    /// What was read before it.
    pub before: Option<Value>,
    /// Its outcome.
    pub outcome: Option<ResultWord>,
    /// The DCMS's code.
    pub error_code: Option<String>,
    /// The message that the operator saw; of an intent, the note that they added.
    pub message: Option<String>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// What was read after it.
    pub after: Option<Value>,
    /// Why a person settled it so; of an intent, the word for why it was asked for.
    pub reason: Option<String>,
    /// The check value of the key that sealed the PIN.
    pub key_check: Option<String>,
    /// Its write's claim at the central store. An intent of format 1 has it in `before`: see [`Self::claim`].
    pub claim: Option<String>,
    /// The request that a second person has approved. Nothing makes one yet.
    pub request: Option<String>,
    /// The hash of the record before.
    pub prev: Hash,
    /// Its own.
    pub hash: Hash,
}

impl Record {
    /// Reads a row that was asked for with [`super::chain::COLUMNS`]. Nothing where `SQLite`
    /// can read the row and this program can't.
    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let id = RecordId(row.get("id")?);
        Ok(Self::parse(id, &Cells::whole(row)))
    }

    /// Reads the cells of a copy, and what it still says that can't be read as a whole.
    pub(super) fn of_copy(id: RecordId, cells: &dyn Source) -> Option<Self> {
        Self::parse(id, &Cells::whole(cells)).or_else(|| Self::parse(id, &Cells::salvaged(cells)))
    }

    /// What a row still says that can't be read as a whole. Nothing where it was no intent, or where
    /// it is unknown what was written where.
    pub(super) fn salvaged(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let id = RecordId(row.get("id")?);
        let cells = Cells::salvaged(row);
        let kind = cells.text("kind").and_then(|word| Kind::of_word(&word));
        let record = Self::parse(id, &cells).and_then(|record| {
            let kind = kind.unwrap_or(Kind::LookUp);
            Self { kind, ..record }.into_write()
        });
        Ok(record)
    }

    /// The intent that this record is or was.
    pub(super) fn into_write(self) -> Option<Self> {
        // Of all records that are about a write, only an intent has a digest.
        let is_intent = self.kind == Kind::Intent || self.digest.is_some();
        let is_write = matches!(self.operation, Operation::Write(_));
        (is_intent && is_write && !self.subject.is_any()).then(|| self.into_intent())
    }

    /// The intent that this record follows, as far as it tells of it.
    pub(super) fn followed(&self) -> Option<Self> {
        let id = self.of?;
        let followed = Self {
            id,
            digest: None,
            before: None,
            key_check: None,
            ..self.clone()
        };
        Some(followed.into_intent())
    }

    /// Its write's claim at the central store, where it has one.
    #[must_use]
    pub fn claim(&self) -> Option<&str> {
        let before = || self.before.as_ref()?.get("claim")?.as_str();
        self.claim.as_deref().or_else(before)
    }

    /// Whether both are about the same write to the same cards.
    pub(super) fn is_same_write(&self, other: &Self) -> bool {
        self.operation == other.operation
            && self.subject == other.subject
            && self.place.same_cards(&other.place)
    }

    fn into_intent(self) -> Self {
        Self {
            kind: Kind::Intent,
            of: None,
            outcome: None,
            error_code: None,
            message: None,
            duration_ms: None,
            after: None,
            reason: None,
            ..self
        }
    }

    /// The same object as its line in an export.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id.0,
            "at": time_text(self.at),
            "session": self.session,
            "kind": self.kind.word(),
            "of": self.of.map(|of| of.0),
            "operator": self.who.operator,
            "host": self.who.host,
            "ssh_origin": self.who.ssh_origin,
            "profile": self.place.profile,
            "tenant": self.place.tenant.as_str(),
            "environment": environment_word(self.place.environment),
            "operation": self.operation.word(),
            "entity": self.subject.entity.as_ref().map(EntityId::as_str),
            "kit": self.subject.kit.as_ref().map(KitNo::as_str),
            "order_id": self.subject.order.as_ref().map(OrderId::as_str),
            "digest": self.digest.map(|digest| digest.to_string()),
            "before": self.before,
            "outcome": self.outcome.map(ResultWord::word),
            "error_code": self.error_code,
            "message": self.message,
            "duration_ms": self.duration_ms,
            "after": self.after,
            "reason": self.reason,
            "key_check": self.key_check,
            "prev": self.prev.to_string(),
            "claim": self.claim,
            "request": self.request,
            "key": self.who.key,
            "hash": self.hash.to_string(),
        })
    }

    fn parse(id: RecordId, cells: &Cells<'_>) -> Option<Self> {
        let tried = |read: Option<Hash>| cells.or_else(read, Hash::ZERO);
        Some(Self {
            id,
            at: cells.or_else(cells.text("at")?.parse().ok(), Timestamp::UNIX_EPOCH)?,
            session: cells.text("session")?,
            kind: cells.or_else(Kind::of_word(&cells.text("kind")?), Kind::Intent)?,
            of: cells.number("of")?.map(RecordId),
            who: Who {
                operator: cells.text("operator")?,
                host: cells.text("host")?,
                ssh_origin: cells.maybe("ssh_origin", Some)?,
                key: cells.maybe("key", Some)?,
            },
            place: Where {
                profile: cells.text("profile")?,
                tenant: Tenant::parse(&cells.text("tenant")?).ok()?,
                environment: Environment::from_name(&cells.text("environment")?)?,
            },
            operation: Operation::of_word(&cells.text("operation")?)?,
            subject: Subject {
                entity: cells.maybe("entity", |id| EntityId::parse(&id).ok())?,
                kit: cells.maybe("kit", |id| KitNo::parse(&id).ok())?,
                order: cells.maybe("order_id", |id| OrderId::parse(&id).ok())?,
            },
            digest: cells.maybe("digest", |hex| Hash::parse(&hex))?,
            before: cells.maybe("before", |json| serde_json::from_str(&json).ok())?,
            outcome: cells.maybe("outcome", |word| ResultWord::of_word(&word))?,
            error_code: cells.maybe("error_code", Some)?,
            message: cells.maybe("message", Some)?,
            duration_ms: cells.number("duration_ms")?,
            after: cells.maybe("after", |json| serde_json::from_str(&json).ok())?,
            reason: cells.maybe("reason", Some)?,
            key_check: cells.maybe("key_check", Some)?,
            claim: cells.maybe("claim", Some)?,
            request: cells.maybe("request", Some)?,
            prev: tried(Hash::parse(&cells.text("prev")?))?,
            hash: tried(Hash::parse(&cells.text("hash")?))?,
        })
    }
}

/// Where the cells of a record are read from.
pub(super) trait Source {
    /// A text, if there is one.
    fn text(&self, column: &str) -> Result<Option<String>, Unreadable>;

    /// A number, if there is one.
    fn number(&self, column: &str) -> Result<Option<i64>, Unreadable>;
}

/// A cell holds something else.
pub(super) struct Unreadable;

impl Source for Row<'_> {
    fn text(&self, column: &str) -> Result<Option<String>, Unreadable> {
        self.get(column).map_err(|_| Unreadable)
    }

    fn number(&self, column: &str) -> Result<Option<i64>, Unreadable> {
        self.get(column).map_err(|_| Unreadable)
    }
}

struct Cells<'a> {
    row: &'a dyn Source,
    /// Whether a cell that can't be read makes the whole row unreadable. Otherwise it counts as
    /// empty, unless there is no record without it.
    is_whole: bool,
}

impl<'a> Cells<'a> {
    fn whole(row: &'a dyn Source) -> Self {
        Self {
            row,
            is_whole: true,
        }
    }

    fn salvaged(row: &'a dyn Source) -> Self {
        Self {
            row,
            is_whole: false,
        }
    }

    fn or_else<T>(&self, read: Option<T>, otherwise: T) -> Option<T> {
        read.or_else(|| (!self.is_whole).then_some(otherwise))
    }

    fn text(&self, column: &str) -> Option<String> {
        let found = self.row.text(column).ok().flatten();
        self.or_else(found, String::new())
    }

    /// Nothing at all when the column holds something that can't be read.
    #[expect(
        clippy::option_option,
        reason = "unreadable, null and a value are three things"
    )]
    fn maybe<T>(&self, column: &str, read: impl FnOnce(String) -> Option<T>) -> Option<Option<T>> {
        let found = match self.row.text(column) {
            Ok(Some(text)) => read(text).map(Some),
            Ok(None) => Some(None),
            Err(_) => None,
        };
        self.or_else(found, None)
    }

    /// The same.
    #[expect(
        clippy::option_option,
        reason = "unreadable, null and a value are three things"
    )]
    fn number(&self, column: &str) -> Option<Option<i64>> {
        self.or_else(self.row.number(column).ok(), None)
    }
}

/// The word in files and exports, spelt as in the configuration.
pub(super) fn environment_word(environment: Environment) -> &'static str {
    environment.name()
}

/// A time as it is kept: UTC, always to the millisecond, so that texts compare as times do.
pub(super) fn time_text(at: Timestamp) -> String {
    format!("{at:.3}")
}
