//! A write's life after its confirmation: intent on disk, sent once, outcome on disk, read, told.
//! And what comes after an unknown one: reading again until it is settled or left open.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::look_ups;
use super::message::{Event, JournalResult, Look};
use super::operations::{Kind, Made, Request};
use super::reading::{self, Reading};
use super::settling::{Evidence, KitsBefore, Verdict};
use super::target::Target;
use super::work::Work;
use super::written::Written;
use crate::dcms::{Doubt, NotSent, Outcome, ReadError};
use crate::journal::{
    Conclusion, EvidenceAfter, Finding, Intent, JournalError, Observation, OpenWrite, Reader,
    Record, RecordId, Rivals, Settlement, Write,
};
use crate::utc;

/// The record of a write that could not be recorded, and so was not sent.
const NOT_RECORDED: RecordId = RecordId(0);

/// Something that may be settled by reading later.
#[derive(Clone)]
pub(super) struct Unsettled {
    pub(super) record: RecordId,
    pub(super) write: Write,
    pub(super) target: Target,
    known: Option<KitsBefore>,
    /// When its intent was recorded.
    sent: Option<Timestamp>,
}

impl Unsettled {
    /// From the journal: what another run has left behind. Nothing where the record names neither a
    /// customer nor an order.
    pub(super) fn from_record(write: Write, intent: &Record) -> Option<Self> {
        Some(Self {
            record: intent.id,
            write,
            target: Target::from_subject(&intent.subject)?,
            known: intent.before.as_ref().and_then(KitsBefore::from_record),
            sent: Some(intent.at),
        })
    }
}

impl Work {
    /// Carries a write out: intent on disk, sent once, outcome on disk, read again. What can be settled
    /// by reading later comes back too. Where the intent can't be written, nothing is sent.
    pub(super) async fn write(&self, request: Box<Request>) -> (Written, Option<Unsettled>) {
        let kind = request.kind();
        let target = request.target();
        let intent = Intent {
            write: kind.write,
            subject: target.subject(),
            digest: request.body().digest(kind.write),
            before: request.before_json(),
            since: request.since(),
            key_check: request.key_check(),
            why: request.why(),
        };
        let about = Unsettled {
            record: NOT_RECORDED,
            write: kind.write,
            target,
            known: request.known().cloned(),
            sent: None,
        };
        let (card, branch) = (request.card().cloned(), request.branch().cloned());
        let sent = self.recorded(intent, about, request).await;
        let Sent {
            outcome,
            about,
            trouble,
            at,
            span,
        } = sent;
        let (reading, mut kept, unsettled) = async {
            let reading = match &outcome {
                // Where nothing was sent there is nothing new to read, and most likely nobody to ask.
                Outcome::NotSent(why) => Err(ReadError::NotReached(why.clone())),
                _ => self.read_now(&about).await,
            };
            let (kept, unsettled) = self.read(&outcome, &about, at, &reading).await;
            (reading, kept, unsettled)
        }
        .instrument(span)
        .await;
        kept.trouble = both(trouble, kept.trouble);
        let written = Written {
            write: about.write,
            target: about.target,
            card,
            branch,
            outcome,
            reading,
            not_read_again: None,
            known: about.known,
            sent: about.sent,
            kept,
        };
        (written, unsettled)
    }

    /// Intent, sending, outcome. The request, and with it a sealed PIN, goes as soon as it is sent.
    async fn recorded(&self, intent: Intent, mut about: Unsettled, request: Box<Request>) -> Sent {
        // By the clock that also says when the record was made.
        about.sent = Some(utc::now());
        let recorded = self.recorder.ask(move |journal| journal.intend(&intent));
        let record = match recorded.await {
            Ok(record) => record,
            Err(fault) => {
                return Sent {
                    outcome: Outcome::NotSent(withheld(&fault)),
                    about,
                    trouble: None,
                    at: utc::now(),
                    span: tracing::Span::none(),
                };
            }
        };
        about.record = record;
        self.tell(Event::PendingWrite(record)).await;
        let span = about_record(record, about.write);
        let (outcome, concluded) = async {
            tracing::info!("the intent is on record; it is sent now");
            let started = Instant::now();
            let outcome = request.send(&self.client).await;
            drop(request);
            let took = started.elapsed();
            let outcome = self.doubted(outcome, &about).await;
            tracing::info!(?took, outcome = outcome.word().title(), "ended");
            let end = conclusion(&outcome, took);
            let concluded = self
                .recorder
                .ask(move |journal| journal.conclude(record, &end))
                .await;
            if let Err(fault) = &concluded {
                tracing::error!(%fault, "the outcome is not on record");
            }
            (outcome, concluded)
        }
        .instrument(span.clone())
        .await;
        if let (Outcome::Done(_), true) = (&outcome, about.write.is_repeatable()) {
            self.put_earlier_ones_to_rest(&about).await;
        }
        Sent {
            outcome,
            about,
            at: utc::now(),
            span,
            trouble: concluded.err().map(|fault| {
                format!(
                    "Its outcome could not be recorded: {fault}. It is tried again with whatever is recorded next; else the next start will ask about it."
                )
            }),
        }
    }

    /// Records what was read after a write, and settles it where the reading shows its outcome.
    async fn read(
        &self,
        outcome: &Outcome<Made>,
        about: &Unsettled,
        at: Timestamp,
        seen: &Result<Reading, ReadError>,
    ) -> (JournalResult, Option<Unsettled>) {
        if about.record == NOT_RECORDED {
            return (JournalResult::default(), None);
        }
        let mut kept = JournalResult {
            record: Some(about.record),
            at: Some(at),
            ..JournalResult::default()
        };
        match outcome {
            Outcome::Unknown(_) if self.settles_at_once => {
                let (verdict, trouble) = self.settle_by(about, seen).await;
                kept.verdict = Some(verdict);
                kept.trouble = trouble;
                let unsettled = (verdict == Verdict::Open).then(|| about.clone());
                (kept, unsettled)
            }
            Outcome::NotSent(_) => (kept, None),
            Outcome::Done(_) | Outcome::Refused(_) | Outcome::Unknown(_) => {
                let noted = self.sight(about, seen).await;
                kept.trouble = noted.err().map(|fault| unrecorded(&fault));
                (kept, None)
            }
        }
    }

    /// Records a reading, as a settlement where it decides. Says what it decides.
    async fn settle_by(
        &self,
        about: &Unsettled,
        seen: &Result<Reading, ReadError>,
    ) -> (Verdict, Option<String>) {
        let verdict = self.verdict(about, seen.as_ref().ok()).await;
        tracing::info!(?verdict, "read to settle it");
        let recorded = match (verdict, seen) {
            (Verdict::Done | Verdict::NotDone, Ok(reading)) => {
                let how = Settlement::ByReading {
                    done: verdict == Verdict::Done,
                    after: about.after(reading).to_json(),
                };
                let record = about.record;
                let settled = self
                    .recorder
                    .ask(move |journal| journal.settle(record, &how))
                    .await;
                match settled {
                    // Somebody else has read the same.
                    Err(JournalError::AlreadySettled { .. }) => Ok(record),
                    other => other,
                }
            }
            _ => self.sight(about, seen).await,
        };
        (verdict, recorded.err().map(|fault| unrecorded(&fault)))
    }

    /// What a reading says. The journal is asked after it was made: whatever another write can have done
    /// by then is on record by then.
    async fn verdict(&self, about: &Unsettled, seen: Option<&Reading>) -> Verdict {
        let kind = Kind::from_write(about.write);
        let record = about.record;
        let since = about.known.as_ref().and_then(|known| known.since);
        let rivals = self
            .recorder
            .ask(move |journal| journal.reader().rivals(record, since, kind.alike))
            .await
            .unwrap_or_else(|fault| {
                tracing::warn!(%fault, "other writes can't be looked up");
                Rivals {
                    any: true,
                    ..Rivals::default()
                }
            });
        let nothing = Reading::default();
        let evidence = Evidence {
            target: &about.target,
            sent: about.sent,
            before: about.known.as_ref(),
            now: seen.unwrap_or(&nothing),
        };
        (kind.verdict)(&evidence, &rivals)
    }

    async fn sight(
        &self,
        about: &Unsettled,
        seen: &Result<Reading, ReadError>,
    ) -> Result<RecordId, JournalError> {
        let sighting = Observation {
            after: Some(
                match seen {
                    Ok(reading) => about.after(reading),
                    Err(fault) => reading::not_read(fault),
                }
                .to_json(),
            ),
            message: seen.as_ref().err().map(ToString::to_string),
            duration: Duration::ZERO,
        };
        let record = about.record;
        self.recorder
            .ask(move |journal| journal.sight(record, &sighting))
            .await
    }

    /// Reads once more, settles the write where the reading shows its outcome, and reports it.
    pub(super) async fn look_again(&self, about: &Unsettled, next: Option<Duration>) -> Verdict {
        let span = about_record(about.record, about.write);
        let (seen, verdict, trouble) = async {
            let seen = self.read_now(about).await;
            let (verdict, trouble) = self.settle_by(about, &seen).await;
            (seen, verdict, trouble)
        }
        .instrument(span)
        .await;
        let look = Look {
            record: about.record,
            write: about.write,
            target: about.target.clone(),
            reading: seen,
            known: about.known.clone(),
            sent: about.sent,
            verdict,
            next: next.filter(|_| verdict == Verdict::Open),
            trouble,
        };
        self.tell(Event::Looked(Box::new(look))).await;
        verdict
    }

    async fn read_now(&self, about: &Unsettled) -> Result<Reading, ReadError> {
        look_ups::read(self, Kind::from_write(about.write), &about.target, false).await
    }

    /// That it is so already is no refusal where an earlier one may have made it so.
    async fn doubted(&self, outcome: Outcome<Made>, about: &Unsettled) -> Outcome<Made> {
        let kind = Kind::from_write(about.write);
        let code = match &outcome {
            Outcome::Refused(refusal) if kind.so_already.iter().any(|code| refusal.is(code)) => {
                refusal.code_shown()
            }
            Outcome::Done(_) | Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {
                None
            }
        };
        let Some(code) = code else {
            return outcome;
        };
        let earlier = earlier_open_ones(about);
        let earlier = self.recorder.ask(move |journal| earlier(journal.reader()));
        match earlier.await {
            Ok(open) if open.is_empty() => outcome,
            // Where the journal can't tell, nobody can.
            Ok(_) | Err(_) => Outcome::Unknown(Doubt::SoAlready(code)),
        }
    }

    /// One that may be repeated and was done makes it meaningless whether an earlier one was.
    async fn put_earlier_ones_to_rest(&self, done: &Unsettled) {
        let (set, write) = (done.record, done.write);
        let earlier = earlier_open_ones(done);
        let put = self.recorder.ask(move |journal| {
            let earlier = earlier(journal.reader())?;
            for open in earlier {
                let how = Settlement::ByPerson {
                    finding: Finding::Unknown,
                    reason: format!("{} was done again by record {set}", write.noun()),
                };
                journal.settle(open.intent.id, &how)?;
            }
            Ok(())
        });
        if let Err(fault) = put.await {
            tracing::warn!(%fault, "an earlier write is still open");
        }
    }
}

impl Unsettled {
    fn after(&self, reading: &Reading) -> EvidenceAfter {
        reading.after(self.target.kit_no(), self.known.as_ref())
    }
}

/// The open writes before this one that asked for the same.
fn earlier_open_ones(
    about: &Unsettled,
) -> impl FnOnce(&Reader) -> Result<Vec<OpenWrite>, JournalError> + Send + use<> {
    let (record, write, subject) = (about.record, about.write, about.target.subject());
    move |reader| {
        let open = reader.open_writes()?.into_iter();
        let earlier = open.filter(|open| {
            open.intent.id < record
                && open.intent.operation == write.into()
                && open.intent.subject == subject
        });
        Ok(earlier.collect())
    }
}

/// The outcome of sending, and whether it was recorded.
struct Sent {
    outcome: Outcome<Made>,
    about: Unsettled,
    trouble: Option<String>,
    at: Timestamp,
    /// What is done about it from now on says so in the log.
    span: tracing::Span,
}

fn unrecorded(fault: &JournalError) -> String {
    format!("What was read afterwards could not be recorded: {fault}.")
}

/// Both sentences, where there are two.
fn both(first: Option<String>, second: Option<String>) -> Option<String> {
    let all: Vec<String> = first.into_iter().chain(second).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// What every line of the log says that is about a write: its record, to find one by the other.
fn about_record(record: RecordId, write: Write) -> tracing::Span {
    tracing::info_span!("write", journal_id = %record, operation = %write.word())
}

/// A write that may not be sent, or that could not be recorded.
pub(super) fn withheld(fault: &JournalError) -> NotSent {
    NotSent::Withheld(fault.to_string())
}

fn conclusion(outcome: &Outcome<Made>, duration: Duration) -> Conclusion {
    // What the reply has named is the write's own; what is read afterwards may be another's.
    let named = match outcome {
        Outcome::Done(Made::Kits(kits)) => Some(reading::named(kits).to_json()),
        _ => None,
    };
    Conclusion {
        outcome: outcome.word(),
        error_code: outcome.error_code(),
        message: outcome.why(),
        duration,
        after: named,
    }
}
