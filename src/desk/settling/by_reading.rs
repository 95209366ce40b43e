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
use crate::journal::{self, JournalError, Operation, RecordId, Rivals, Settlement, Where};

/// What a reading has come to.
pub(in crate::desk) struct Decided {
    /// What it says.
    pub(in crate::desk) verdict: Verdict,
    /// Why other writes could not be looked up, so that it says no more.
    pub(in crate::desk) unasked: Option<String>,
    /// What could not be recorded.
    pub(in crate::desk) trouble: Option<String>,
}

impl Work {
    /// Records a reading, as a settlement where it decides.
    pub(in crate::desk) async fn settle_by(
        &self,
        about: &RecordedIntent,
        seen: &Result<Reading, ReadError>,
    ) -> Decided {
        let (verdict, unasked) = self.verdict(about, seen.as_ref().ok()).await;
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
        Decided {
            verdict,
            unasked,
            trouble: recorded.err().map(|error| unrecorded(&error)),
        }
    }

    /// What a reading says, and why it says no more where other writes can't be looked up. The journal and the
    /// central store are asked after it was made: whatever another write can have done by then is on record in the
    /// one, or claimed at the other.
    pub(in crate::desk) async fn verdict(
        &self,
        about: &RecordedIntent,
        seen: Option<&Reading>,
    ) -> (Verdict, Option<String>) {
        let kind = Kind::from_write(about.write);
        let record = about.record;
        let since = about.before.as_ref().and_then(|before| before.since);
        let own = self.recorder.ask(move |journal| {
            let (alike, so_already) = (kind.alike, kind.so_already);
            let rivals = journal.reader().rivals(record, since, alike, so_already)?;
            Ok((rivals, journal.signature().1))
        });
        let own = own.await.map_err(|error| unasked(&error));
        let nothing = Reading::default();
        let evidence = about.evidence(seen.unwrap_or(&nothing));
        let verdict = |rivals: &Rivals| kind.proof.verdict(&evidence, rivals);
        let others = match &own {
            Ok((rivals, place)) => match verdict(rivals) {
                // Another one can only take from it.
                Verdict::Open | Verdict::CantBeRead => Ok(Rivals::default()),
                Verdict::Done | Verdict::NotDone => self.others(about, place).await,
            },
            Err(why) => Err(why.clone()),
        };
        match (own, others) {
            (Ok((own, _)), Ok(others)) => (verdict(&own.and(others)), None),
            (_, Err(why)) | (Err(why), Ok(_)) => {
                tracing::warn!(why, "other writes can't be looked up");
                (verdict(&Rivals::unknown()), Some(why))
            }
        }
    }

    /// What other hosts have to do with it.
    async fn others(&self, about: &RecordedIntent, place: &Where) -> Result<Rivals, String> {
        match self.recorder.central() {
            Some(central) => {
                let asked = central.rivals(about, place).await;
                asked.map_err(|error| unasked(&error))
            }
            None => Ok(Rivals::default()),
        }
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
        let (seen, decided) = async {
            let seen = self.read_now(about).await;
            let decided = self.settle_by(about, &seen).await;
            (seen, decided)
        }
        .instrument(about.span())
        .await;
        let verdict = decided.verdict;
        let observation = Observation {
            intent: about.clone(),
            reading: seen,
            verdict,
            next: next.filter(|_| verdict == Verdict::Open),
            unasked: decided.unasked,
            trouble: decided.trouble,
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

/// Why others' writes leave it open.
fn unasked(error: &dyn std::error::Error) -> String {
    format!("Whether somebody else did it can't be looked up: {error}.")
}

pub(in crate::desk) fn unrecorded(error: &JournalError) -> String {
    format!("What was read afterwards could not be recorded: {error}.")
}
