//! A write's life after its confirmation: intent on disk, sent once, outcome on disk, read, told.
//! What comes after an unknown one is in [`super::settling`].

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::message::Event;
use super::operations::{Made, Request};
use super::reading::{self, Reading};
use super::settling::{NOT_RECORDED, Unsettled, Verdict, about_record, unrecorded};
use super::work::Work;
use super::written::{JournalResult, Written};
use crate::dcms::{NotSent, Outcome, ReadError};
use crate::journal::{Conclusion, Intent, JournalError};
use crate::utc;

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

/// Both sentences, where there are two.
fn both(first: Option<String>, second: Option<String>) -> Option<String> {
    let all: Vec<String> = first.into_iter().chain(second).collect();
    (!all.is_empty()).then(|| all.join(" "))
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
