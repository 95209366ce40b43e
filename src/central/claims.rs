//! Claims: a host says what it is about to write, and only one may write to a kit at a time.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rand::RngExt as _;
use tokio::time::{Instant, sleep};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connection::{Store, one};
use super::error::CentralError;
use crate::config::Words as _;
use crate::dcms::{EntityId, KitNo, OrderId};
use crate::journal::{
    Digest, Operation, Rivals, Subject, Uuid, Where, Who, Write, rival_operations,
};

/// For a claim in all, with all that is asked again: a customer waits at the counter.
const CLAIM: Duration = Duration::from_secs(3);
/// For one question of those.
const QUESTION: Duration = Duration::from_millis(1500);
/// For what nobody waits for.
const LIMIT: Duration = Duration::from_secs(5);

/// The name of a claim, which its host makes: what is asked twice with the same name counts once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimId(String);

impl ClaimId {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::random().to_string())
    }

    /// One that is on record.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Default for ClaimId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A write that is about to be recorded and sent.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its name.
    pub id: ClaimId,
    /// What is done.
    pub write: Write,
    /// To whom or what.
    pub subject: Subject,
    /// Of the request.
    pub digest: Digest,
    /// By whom.
    pub who: Who,
    /// At which DCMS.
    pub place: Where,
    /// By which run of the program.
    pub session: String,
    /// The generation that was read before it, where what was read must still be so.
    pub expected: Option<i64>,
}

/// What the store says to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It may be sent. It may have been claimed before by the same name.
    Yes,
    /// Somebody else holds it.
    Held(Holder),
    /// Another write has changed what was read before this one.
    Overtaken,
    /// The claim of this name has ended: it can't be had again.
    Ended,
}

/// Who holds a kit, an order or a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who writes.
    pub operator: String,
    /// On which machine.
    pub host: String,
    /// For which branch that is enrolled, if for one.
    pub branch: Option<String>,
    /// What they do, in the journal's word.
    pub operation: String,
    /// Since when, in UTC.
    pub since: String,
    /// Whether it is under way; otherwise its outcome is unknown.
    pub is_under_way: bool,
}

impl fmt::Display for Holder {
    /// In a sentence: `an upgrade by lakshmi, branch 12, on host-b since 2026-11-27 10:15 UTC is under way`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operator,
            host,
            branch,
            operation,
            since,
            is_under_way,
        } = self;
        let word = Operation::of_word(operation);
        let what = word.map_or(operation.as_str(), |operation| operation.noun());
        let how = if *is_under_way {
            "is under way"
        } else {
            "has an unknown outcome"
        };
        write!(f, "{what} by {operator}")?;
        if let Some(branch) = branch {
            write!(f, ", branch {branch},")?;
        }
        write!(f, " on {host} since {since} {how}")
    }
}

/// What is known of a kit before a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// It grows with every write that changes what others have read.
    pub generation: i64,
    /// Who holds it.
    pub holder: Option<Holder>,
    /// Of how many hosts what they hold may be missing, since the store was put back to an earlier state.
    pub missing: i64,
}

/// How a claim ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Done,
    /// The DCMS refused it.
    Refused,
    /// It did not get to the DCMS.
    NotSent,
    /// Its outcome was unknown, and it was done.
    SettledDone,
    /// Its outcome was unknown, and it was not done.
    SettledNotDone,
    /// Nobody will know.
    GivenUp,
    /// There is no intent on record, so nothing can have been sent.
    NeverSent,
}

impl End {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::SettledDone => "settled_done",
            Self::SettledNotDone => "settled_not_done",
            Self::GivenUp => "given_up",
            Self::NeverSent => "never_sent",
        }
    }
}

/// A claim of this host without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenClaim {
    /// Its name.
    pub id: ClaimId,
    /// By which run of the program.
    pub session: String,
    /// By whom.
    pub operator: String,
    /// What it is about.
    pub subject: Subject,
    /// Whether it is held as under way; otherwise its outcome is known to be unknown.
    pub is_under_way: bool,
}

impl Store {
    /// Claims a write. A doubt is asked again by the same name, for three seconds in all.
    ///
    /// # Errors
    /// When there was no answer. Then the claim may be held, if the error says so: end it by
    /// [`Store::finish`] with [`End::NeverSent`], and it can't come in later either.
    pub async fn claim(&self, claim: &Claim) -> Result<Claimed, CentralError> {
        let until = Instant::now() + CLAIM;
        let mut doubt = None;
        loop {
            let error = match self.claim_once(claim, until).await {
                Ok(claimed) => return Ok(claimed),
                Err(error) => error,
            };
            let pause = Duration::from_millis(rand::rng().random_range(50..200));
            let is_over = Instant::now() + pause >= until;
            if error.may_have_happened() {
                doubt = Some(error.clone());
            }
            if is_over || !error.is_passing() {
                return Err(doubt.unwrap_or(error));
            }
            sleep(pause).await;
        }
    }

    async fn claim_once(&self, claim: &Claim, until: Instant) -> Result<Claimed, CentralError> {
        let statement =
            "SELECT said, by_operator, by_host, by_branch, by_operation, since, is_under_way
            FROM kitdesk.claim($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let [entity, kit, order] = texts(&claim.subject);
        let rows = self
            .ask_until(
                statement,
                &[
                    (&claim.id.0, Type::TEXT),
                    (&claim.session, Type::TEXT),
                    (&claim.who.operator, Type::TEXT),
                    (&claim.who.host, Type::TEXT),
                    (&claim.place.tenant.as_str(), Type::TEXT),
                    (&claim.place.environment.name(), Type::TEXT),
                    (&Operation::from(claim.write).word(), Type::TEXT),
                    (&entity, Type::TEXT),
                    (&kit, Type::TEXT),
                    (&order, Type::TEXT),
                    (&claim.digest.to_string(), Type::TEXT),
                    (&lanes(claim.write), Type::TEXT_ARRAY),
                    (&claim.write.brings_kits(), Type::BOOL),
                    (&claim.expected, Type::INT8),
                ],
                QUESTION,
                until,
            )
            .await?;
        let row = one(rows)?;
        match row.get::<_, &str>(0) {
            "claimed" | "yours" => Ok(Claimed::Yes),
            "held" => holder(&row, 1).map(Claimed::Held).ok_or_else(strange),
            "overtaken" => Ok(Claimed::Overtaken),
            "ended" => Ok(Claimed::Ended),
            _ => Err(strange()),
        }
    }

    /// Says that a claim's outcome is unknown: what is harmless in spite of that may be written.
    ///
    /// # Errors
    /// When there was no answer; it can be asked again.
    pub async fn doubt(&self, id: &ClaimId) -> Result<(), CentralError> {
        let statement = "SELECT kitdesk.doubt($1::uuid)";
        self.ask_one(statement, &[(&id.0, Type::TEXT)], LIMIT)
            .await?;
        Ok(())
    }

    /// Ends a claim. One that has ended keeps its first end.
    ///
    /// # Errors
    /// When there was no answer; it can be asked again.
    pub async fn finish(
        &self,
        id: &ClaimId,
        end: End,
        operator: &str,
        reason: Option<&str>,
    ) -> Result<(), CentralError> {
        let statement = "SELECT kitdesk.finish($1::uuid, $2, $3, $4)";
        let values: [super::connection::Given<'_>; 4] = [
            (&id.0, Type::TEXT),
            (&end.word(), Type::TEXT),
            (&operator, Type::TEXT),
            (&reason, Type::TEXT),
        ];
        self.ask_one(statement, &values, LIMIT).await?;
        Ok(())
    }

    /// What is known of a kit, an order or a customer.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn seen(&self, subject: &Subject, place: &Where) -> Result<Seen, CentralError> {
        let statement =
            "SELECT generation, missing, by_operator, by_host, by_branch, by_operation, since, is_under_way
            FROM kitdesk.seen($1, $2, $3, $4, $5)";
        let [entity, kit, order] = texts(subject);
        let values: [super::connection::Given<'_>; 5] = [
            (&place.tenant.as_str(), Type::TEXT),
            (&place.environment.name(), Type::TEXT),
            (&entity, Type::TEXT),
            (&kit, Type::TEXT),
            (&order, Type::TEXT),
        ];
        let row = self.ask_one(statement, &values, QUESTION).await?;
        Ok(Seen {
            generation: row.get(0),
            holder: holder(&row, 2),
            missing: row.get(1),
        })
    }

    /// What the writes of other hosts have to do with what is read about a write of this one, which was recorded at
    /// that time: by the journal's own rules, as far as they are open or have ended since the day before.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn rivals(
        &self,
        write: Write,
        alike: &[Write],
        subject: &Subject,
        place: &Where,
        recorded: Timestamp,
    ) -> Result<Rivals, CentralError> {
        let statement = "SELECT is_any, is_same
            FROM kitdesk.rivals($1, $2, $3, $4, $5, $6, $7, $8::timestamptz)";
        let [entity, kit, order] = texts(subject);
        let operations = rival_operations(write.into(), alike).into_iter();
        let operations: Vec<&str> = operations.map(Operation::word).collect();
        let values: [super::connection::Given<'_>; 8] = [
            (&place.tenant.as_str(), Type::TEXT),
            (&place.environment.name(), Type::TEXT),
            (&entity, Type::TEXT),
            (&kit, Type::TEXT),
            (&order, Type::TEXT),
            (&operations, Type::TEXT_ARRAY),
            (&write.brings_kits(), Type::BOOL),
            (&recorded.to_string(), Type::TEXT),
        ];
        let row = self.ask_one(statement, &values, QUESTION).await?;
        Ok(Rivals {
            any: row.get(0),
            same: row.get(1),
            theirs: Vec::new(),
        })
    }

    /// This host's claims that hold something.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn open_claims(&self) -> Result<Vec<OpenClaim>, CentralError> {
        let statement = "SELECT claim::text, session, operator, entity, kit, order_id, is_under_way
            FROM kitdesk.my_open_claims()";
        let rows = self.ask(statement, &[], LIMIT).await?;
        let open = rows.iter().map(|row| OpenClaim {
            id: ClaimId(row.get(0)),
            session: row.get(1),
            operator: row.get(2),
            subject: Subject {
                entity: id(row.get(3), EntityId::parse),
                kit: id(row.get(4), KitNo::parse),
                order: id(row.get(5), OrderId::parse),
            },
            is_under_way: row.get(6),
        });
        Ok(open.collect())
    }
}

/// A subject's customer, kit and order. An order's customer is not part of what it is.
fn texts(subject: &Subject) -> [Option<&str>; 3] {
    let Subject { entity, kit, order } = subject;
    let entity = entity.as_ref().filter(|_| order.is_none());
    [
        entity.map(EntityId::as_str),
        kit.as_ref().map(KitNo::as_str),
        order.as_ref().map(OrderId::as_str),
    ]
}

/// What a write still holds while its outcome is unknown, by the rules of the journal's own open writes: the
/// same can't be sent once more, unless that is harmless, and nothing that brings another kit.
pub(super) fn lanes(write: Write) -> Vec<String> {
    if write.is_repeatable() {
        return Vec::new();
    }
    let own = Some(Operation::from(write).word().to_owned());
    let kits = write.brings_kits().then(|| "kits".to_owned());
    own.into_iter().chain(kits).collect()
}

/// An id that this host has given; nothing where somebody has changed it.
fn id<T, E>(text: Option<String>, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
    text.and_then(|text| parse(&text).ok())
}

fn holder(row: &Row, from: usize) -> Option<Holder> {
    let text = |at: usize| row.get::<_, Option<String>>(from + at);
    Some(Holder {
        operator: text(0)?,
        host: text(1)?,
        branch: text(2),
        operation: text(3)?,
        since: text(4)?,
        is_under_way: row.get::<_, Option<bool>>(from + 5)?,
    })
}

fn strange() -> CentralError {
    CentralError::SetUp("a function gave an answer that this kitdesk does not know".to_owned())
}
