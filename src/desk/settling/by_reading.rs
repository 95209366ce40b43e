//! Reads what a write has come to, asks what follows from it, and records both.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use super::observation::Observation;
use super::recorded_intent::RecordedIntent;
use super::verdict::Verdict;
use crate::dcms::ReadError;
use crate::desk::look_ups;
use crate::desk::message::Event;
use crate::desk::operations::Kind;
use crate::desk::reading::{self, Reading};
use crate::desk::work::Work;
use crate::journal::{self, JournalError, Operation, RecordId, Rivals, Settlement};

impl Work {
    /// Records a reading, as a settlement where it decides. Says what it decides.
    pub(in crate::desk) async fn settle_by(
        &self,
        about: &RecordedIntent,
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
            _ => self.observe(about, seen).await,
        };
        (verdict, recorded.err().map(|error| unrecorded(&error)))
    }

    /// What a reading says. The journal is asked after it was made: whatever another write can have done
    /// by then is on record by then.
    pub(in crate::desk) async fn verdict(
        &self,
        about: &RecordedIntent,
        seen: Option<&Reading>,
    ) -> Verdict {
        let kind = Kind::from_write(about.write);
        let record = about.record;
        let since = about.before.as_ref().and_then(|before| before.since);
        let rivals = self
            .recorder
            .ask(move |journal| {
                let (alike, so_already) = (kind.alike, kind.so_already);
                journal.reader().rivals(record, since, alike, so_already)
            })
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "other writes can't be looked up");
                Rivals {
                    any: true,
                    ..Rivals::default()
                }
            });
        let nothing = Reading::default();
        let evidence = about.evidence(seen.unwrap_or(&nothing));
        kind.proof.verdict(&evidence, &rivals)
    }

    pub(in crate::desk) async fn observe(
        &self,
        about: &RecordedIntent,
        seen: &Result<Reading, ReadError>,
    ) -> Result<RecordId, JournalError> {
        let observation = journal::Observation {
            after: Some(
                match seen {
                    Ok(reading) => about.after(reading),
                    Err(error) => reading::not_read(error),
                }
                .to_json(),
            ),
            message: seen.as_ref().err().map(ToString::to_string),
            duration: Duration::ZERO,
        };
        let record = about.record;
        self.recorder
            .ask(move |journal| journal.observe(record, &observation))
            .await
    }

    /// Reads once more, settles the write where the reading shows its outcome, and reports it.
    pub(in crate::desk) async fn read_again(
        &self,
        about: &RecordedIntent,
        next: Option<Duration>,
    ) -> Verdict {
        let (seen, verdict, trouble) = async {
            let seen = self.read_now(about).await;
            let (verdict, trouble) = self.settle_by(about, &seen).await;
            (seen, verdict, trouble)
        }
        .instrument(about.span())
        .await;
        let observation = Observation {
            intent: about.clone(),
            reading: seen,
            verdict,
            next: next.filter(|_| verdict == Verdict::Open),
            trouble,
        };
        self.tell(Event::Observed(Box::new(observation))).await;
        verdict
    }

    pub(in crate::desk) async fn read_now(
        &self,
        about: &RecordedIntent,
    ) -> Result<Reading, ReadError> {
        look_ups::read(self, Kind::from_write(about.write), &about.target, false).await
    }
}

/// Reads an open write again and again, until it is settled or time is up. `later` counts from now.
pub(in crate::desk) async fn settle_in_time(
    work: &Work,
    open: &RecordedIntent,
    later: &[Duration],
) {
    let ended = Instant::now();
    for (place, after) in later.iter().enumerate() {
        sleep_until(ended + *after).await;
        let next = later.get(place + 1);
        let next = next.map(|next| next.saturating_sub(*after));
        if work.read_again(open, next).await != Verdict::Open {
            break;
        }
    }
}

/// Reads the outcome of an open write that this or another run has left behind.
pub(in crate::desk) async fn settle_now(work: &Work, record: RecordId) -> Result<(), String> {
    let open = work
        .recorder
        .ask(move |journal| journal.open_here(record))
        .await
        .map_err(|error: JournalError| error.to_string())?;
    let Operation::Write(write) = open.intent.operation else {
        return Err(JournalError::NotAnIntent(record).to_string());
    };
    // The journal lets no write be recorded without a target.
    let intent = RecordedIntent::from_record(write, &open.intent);
    let intent = intent.ok_or("the record names neither a customer nor an order")?;
    work.read_again(&intent, None).await;
    Ok(())
}

pub(in crate::desk) fn unrecorded(error: &JournalError) -> String {
    format!("What was read afterwards could not be recorded: {error}.")
}
