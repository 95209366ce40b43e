//! A write's life after its confirmation: intent on disk, sent once, outcome on disk, read, told.
//! What comes after an unknown one is in [`super::settling`].

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

use super::central::Central;
use super::message::{Event, Ticket};
use super::operations::{Kind, Made, Request};
use super::reading::{self, Reading};
use super::sentences::what_became;
use super::settling::{Decided, RecordedIntent, Verdict, unrecorded};
use super::work::Work;
use super::written::{JournalResult, Written};
use crate::central::{Claim, ClaimId, End};
use crate::dcms::{NotSent, Outcome, ReadError};
use crate::journal::{self, ClaimOnRecord, Intent, JournalError};
use crate::utc;

/// A reading that comes so soon after the outcome is shown with it: nobody could read a picture in between.
const AT_ONCE: Duration = Duration::from_millis(8);

/// A claim at the central store. Where it is lost on the way the courier ends it, by what is on record.
struct Held {
    central: Arc<Central>,
    claim: ClaimId,
    operator: String,
}

impl Held {
    /// Ends it by how its write has ended; an unknown outcome keeps what could harm.
    async fn end(&self, outcome: &Outcome<Made>) {
        let end = match outcome {
            Outcome::Done(_) => Some(End::Done),
            Outcome::Refused(_) => Some(End::Refused),
            Outcome::NotSent(_) => Some(End::NotSent),
            Outcome::Unknown(_) => None,
        };
        self.central.finish(&self.claim, end, &self.operator).await;
    }
}

/// A write's end.
struct Sent {
    outcome: Outcome<Made>,
    /// From the first byte to the reply.
    took: Duration,
    /// What could not be recorded.
    trouble: Option<String>,
}

impl Work {
    /// Carries a write out: intent on disk, sent once, outcome on disk, read again. What can be settled
    /// by reading later comes back too. Where the intent can't be written, nothing is sent.
    /// A reading that takes longer does not delay the outcome's word.
    pub(super) async fn write(
        &self,
        ticket: Ticket,
        request: Box<Request>,
    ) -> (Written, Option<RecordedIntent>) {
        let (write, target) = (request.kind().write, request.target());
        let (intent, claim) = match self.recorded(&request).await {
            Ok(recorded) => recorded,
            Err(why) => return (Written::not_sent(write, target, why), None),
        };
        let span = intent.span();
        async {
            let Sent {
                outcome,
                took,
                trouble,
            } = self.sent(request, &intent).await;
            let reading = match &outcome {
                // Where nothing was sent there is nothing new to read, and most likely nobody to ask.
                Outcome::NotSent(why) => Err(ReadError::NotReached(why.clone())),
                Outcome::Done(_) | Outcome::Refused(_) | Outcome::Unknown(_) => {
                    let name = format!("{} {target}", Kind::from_write(write).words.name);
                    let said = what_became(&outcome, &name);
                    let ended = Event::Ended(ticket, outcome.word(), said);
                    let mut reading = pin!(self.read_now(&intent));
                    if let Some(reading) = at_once(took, reading.as_mut()).await {
                        reading
                    } else {
                        self.tell(ended).await;
                        reading.await
                    }
                }
            };
            let read = self.read(&outcome, &intent, &reading).await;
            let verdict = read.verdict;
            if let Some(claim) = claim {
                claim.end(&outcome).await;
            }
            let written = Written {
                write,
                target,
                outcome,
                reading,
                not_read_again: None,
                before: intent.before.clone(),
                sent: Some(intent.sent),
                kept: JournalResult {
                    record: Some(intent.record),
                    trouble: both(trouble, read.trouble),
                    ..read
                },
            };
            let is_unknown = matches!(written.outcome, Outcome::Unknown(_));
            let is_open = is_unknown && verdict == Some(Verdict::Open);
            (written, is_open.then_some(intent))
        }
        .instrument(span)
        .await
    }

    /// Records the intent. After that it may be sent.
    async fn recorded(&self, request: &Request) -> Result<(RecordedIntent, Option<Held>), NotSent> {
        let (write, target) = (request.kind().write, request.target());
        let (claim, held) = match self.claimed(request).await? {
            Some((claim, held)) => (Some(claim), Some(held)),
            None => (None, None),
        };
        let intent = Intent {
            write,
            subject: target.subject(),
            digest: request.body().digest(write),
            before: request.before_json(),
            since: request.since(),
            key_check: request.key_check(),
            why: request.why(),
            claim,
        };
        // By the clock that also says when the record was made.
        let sent = utc::now();
        let recorded = self.recorder.ask(move |journal| journal.intend(&intent));
        let record = match (recorded.await, &held) {
            (Ok(record), _) => record,
            (Err(error), held) => {
                if let Some(held) = held {
                    held.central.never_sent(held.claim.clone());
                }
                return Err(withheld(&error));
            }
        };
        self.tell(Event::PendingWrite(record)).await;
        let intent = RecordedIntent {
            record,
            write,
            target,
            before: request.kits_before().cloned(),
            sent,
        };
        Ok((intent, held))
    }

    /// Claims it at the central store, where there is one: no other host may write to the same meanwhile.
    async fn claimed(&self, request: &Request) -> Result<Option<(ClaimOnRecord, Held)>, NotSent> {
        let Some(central) = self.recorder.central() else {
            return Ok(None);
        };
        let signed = self.recorder.ask(|journal| {
            let (who, place) = journal.signature();
            Ok((who, place, journal.session().to_owned()))
        });
        let (who, place, session) = signed.await.map_err(|error| withheld(&error))?;
        let write = request.kind().write;
        let claim = Claim {
            id: ClaimId::new(),
            write,
            subject: request.target().subject(),
            digest: request.body().digest(write),
            who,
            place,
            session,
            expected: request.generation(),
        };
        let on_record = central.claim(&claim).await.map_err(NotSent::Withheld)?;
        let held = Held {
            central: Arc::clone(central),
            claim: claim.id,
            operator: claim.who.operator,
        };
        Ok(Some((on_record, held)))
    }

    /// Sends it, and records its outcome. The request, and with it a sealed PIN, goes as soon as it is sent.
    async fn sent(&self, request: Box<Request>, intent: &RecordedIntent) -> Sent {
        tracing::info!("the intent is on record; it is sent now");
        let started = Instant::now();
        let outcome = request.send(&self.client).await;
        drop(request);
        let took = started.elapsed();
        let outcome = self.doubted(outcome, intent).await;
        tracing::info!(?took, outcome = outcome.word().title(), "ended");
        let end = to_record(&outcome, took);
        let record = intent.record;
        let concluded = self
            .recorder
            .ask(move |journal| journal.conclude(record, &end))
            .await;
        if let Err(error) = &concluded {
            tracing::error!(%error, "the outcome is not on record");
        }
        if let (Outcome::Done(_), true) = (&outcome, intent.write.is_repeatable()) {
            self.put_earlier_ones_to_rest(intent).await;
        }
        let trouble = concluded.err().map(|error| {
            format!(
                "Its outcome could not be recorded: {error}. It is tried again with whatever is recorded next; else the next start will ask about it."
            )
        });
        Sent {
            outcome,
            took,
            trouble,
        }
    }

    /// Records what was read after a write, and settles it where the reading shows its outcome. Says what it
    /// decides, where it is asked, and what could not be recorded.
    async fn read(
        &self,
        outcome: &Outcome<Made>,
        intent: &RecordedIntent,
        seen: &Result<Reading, ReadError>,
    ) -> JournalResult {
        match outcome {
            Outcome::Unknown(_) if self.settles_at_once => {
                self.settle_by(intent, seen).await.into()
            }
            Outcome::NotSent(_) => JournalResult::default(),
            Outcome::Done(_) | Outcome::Refused(_) | Outcome::Unknown(_) => {
                // Where the reply names no kit, only a reading shows which of the new ones it has brought.
                let is_named = !matches!(outcome, Outcome::Done(Made::Nothing));
                let (verdict, unasked) = if is_named || !intent.write.brings_kits() {
                    (None, None)
                } else {
                    let (verdict, unasked) = self.verdict(intent, seen.as_ref().ok()).await;
                    (Some(verdict), unasked)
                };
                let noted = self.observe(intent, seen).await;
                JournalResult {
                    verdict,
                    unasked,
                    trouble: noted.err().map(|error| unrecorded(&error)),
                    ..JournalResult::default()
                }
            }
        }
    }
}

impl From<Decided> for JournalResult {
    fn from(decided: Decided) -> Self {
        Self {
            verdict: Some(decided.verdict),
            unasked: decided.unasked,
            trouble: decided.trouble,
            ..Self::default()
        }
    }
}

/// What is read, where it is there at once. A reading is a call like the write's: where that one took longer, this
/// one will too, and the outcome waits for nothing.
async fn at_once<T>(took: Duration, reading: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    if took < AT_ONCE {
        timeout(AT_ONCE, reading).await.ok()
    } else {
        None
    }
}

/// Both sentences, where there are two.
fn both(first: Option<String>, second: Option<String>) -> Option<String> {
    let all: Vec<String> = first.into_iter().chain(second).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// A write that may not be sent, or that could not be recorded.
pub(super) fn withheld(error: &JournalError) -> NotSent {
    NotSent::Withheld(error.to_string())
}

/// An outcome as the journal keeps it.
fn to_record(outcome: &Outcome<Made>, duration: Duration) -> journal::Outcome {
    // What the reply has named is the write's own; what is read afterwards may be another's.
    let named = match outcome {
        Outcome::Done(Made::Kits(kits)) => Some(reading::named(kits).to_json()),
        _ => None,
    };
    journal::Outcome {
        word: outcome.word(),
        error_code: outcome.error_code(),
        message: outcome.why(),
        duration,
        after: named,
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    /// What comes of a reading that takes so long after a call that took so long, and when that is known.
    async fn waited(took: u64, reading: u64) -> (bool, Duration) {
        let begun = Instant::now();
        let reading = pin!(sleep(Duration::from_millis(reading)));
        let read = at_once(Duration::from_millis(took), reading).await;
        (read.is_some(), begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_reading_is_waited_for_only_where_the_write_was_quick() {
        let wait = Duration::from_millis;
        assert_eq!(waited(1, 5).await, (true, wait(5)));
        assert_eq!(waited(1, 3000).await, (false, AT_ONCE));
        assert_eq!(waited(100, 5).await, (false, wait(0)));
        assert_eq!(waited(100, 3000).await, (false, wait(0)));
    }
}
