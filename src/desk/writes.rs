//! A write's life after its confirmation: intent on disk, sent once, outcome on disk, read, told.
//! And what comes after an unknown one: reading again until it is settled or left open.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::kits::KitsBefore;
use super::message::{AfterCancel, AfterPin, AfterUpgrade, Event, Kept, Look};
use super::reading::{self, Before, Reading, Verdict};
use super::work::Work;
use crate::dcms::{
    CancelOrder, EntityId, Kits, NotSent, Outcome, ReadFault, SetPin, Text, Upgrade,
};
use crate::journal::{
    Conclusion, Digest, Fault, Finding, Intent, OutcomeWord, Record, RecordId, Rivals, Settlement,
    Sighting, Subject, Write,
};
use crate::utc;

/// Something that may be settled by reading later.
pub(super) struct Unsettled {
    pub(super) record: RecordId,
    pub(super) write: Write,
    pub(super) subject: Subject,
    known: Option<KitsBefore>,
}

impl Unsettled {
    /// From the journal: what another run has left behind.
    pub(super) fn of_record(write: Write, intent: &Record) -> Self {
        Self {
            record: intent.id,
            write,
            subject: intent.subject.clone(),
            known: intent.before.as_ref().and_then(KitsBefore::of_record),
        }
    }
}

impl Work {
    /// Upgrades a card. What comes back besides can be settled by reading later.
    pub(super) async fn upgrade(
        &self,
        request: Upgrade,
        before: Option<Before>,
    ) -> (AfterUpgrade, Option<Unsettled>) {
        let intent = Intent {
            write: Write::Upgrade,
            subject: Subject::kit(request.entity.clone(), request.kit.clone()),
            digest: digest(Write::Upgrade, &request.body()),
            before: before.as_ref().map(Before::to_json),
            since: before.as_ref().and_then(Before::since),
            key_check: None,
        };
        let sent = self
            .recorded(
                intent,
                || self.client.upgrade(&request),
                |kits| Some(reading::named(kits)),
            )
            .await;
        let (reading, (mut kept, unsettled)) = async {
            let reading = self.kits_after(&sent.outcome, &request.entity).await;
            let read = self.read(&sent, seen_kits(&reading)).await;
            (reading, read)
        }
        .instrument(sent.span.clone())
        .await;
        kept.trouble = both(sent.trouble, kept.trouble);
        let outcome = sent.outcome;
        let after = AfterUpgrade {
            request,
            outcome,
            reading,
            kept,
        };
        (after, unsettled)
    }

    /// Sets a PIN.
    pub(super) async fn set_pin(
        &self,
        request: SetPin,
        before: Option<Before>,
    ) -> (AfterPin, Option<Unsettled>) {
        let subject = Subject::kit(request.entity.clone(), request.kit.clone());
        let intent = Intent {
            write: Write::SetPin,
            subject: subject.clone(),
            digest: digest(Write::SetPin, &request.body_without_pin()),
            before: before.as_ref().map(Before::to_json),
            since: None,
            key_check: Some(request.pin.key()),
        };
        let sent = self
            .recorded(intent, || self.client.set_pin(&request), |()| None)
            .await;
        if let (Outcome::Done(()), Some(sent)) = (&sent.outcome, &sent.unsettled) {
            self.put_earlier_pins_to_rest(sent.record, subject).await;
        }
        let (reading, (mut kept, _)) = async {
            let reading = self.kits_after(&sent.outcome, &request.entity).await;
            let read = self.read(&sent, seen_kits(&reading)).await;
            (reading, read)
        }
        .instrument(sent.span.clone())
        .await;
        kept.trouble = both(sent.trouble, kept.trouble);
        let after = AfterPin {
            entity: request.entity,
            kit: request.kit,
            outcome: sent.outcome,
            reading,
            kept,
        };
        // A PIN can't be read: there is nothing to come back to.
        (after, None)
    }

    /// Cancels an order.
    pub(super) async fn cancel(
        &self,
        request: CancelOrder,
        before: Option<Before>,
    ) -> (AfterCancel, Option<Unsettled>) {
        let intent = Intent {
            write: Write::CancelOrder,
            subject: Subject::order(request.order.clone()),
            digest: digest(Write::CancelOrder, &request.body()),
            before: before.as_ref().map(Before::to_json),
            since: None,
            key_check: None,
        };
        let sent = self
            .recorded(intent, || self.client.cancel_order(&request), |_| None)
            .await;
        let (reading, (mut kept, unsettled)) = async {
            let reading = match &sent.outcome {
                Outcome::NotSent(why) => Err(ReadFault::NotReached(why.clone())),
                _ => self.client.order(&request.order).await,
            };
            let seen = match &reading {
                Ok(order) => Ok(Reading::Order(Box::new(order.clone()))),
                Err(fault) => Err(fault.clone()),
            };
            let read = self.read(&sent, seen).await;
            (reading, read)
        }
        .instrument(sent.span.clone())
        .await;
        kept.trouble = both(sent.trouble, kept.trouble);
        let outcome = sent.outcome;
        let after = AfterCancel {
            request,
            outcome,
            reading,
            kept,
        };
        (after, unsettled)
    }

    /// Intent, sending, outcome. Where the intent can't be written, nothing is sent.
    async fn recorded<T, F: Future<Output = Outcome<T>>>(
        &self,
        intent: Intent,
        send: impl FnOnce() -> F,
        named: impl FnOnce(&T) -> Option<Value>,
    ) -> Sent<T> {
        let (write, subject) = (intent.write, intent.subject.clone());
        let known = intent.before.as_ref().and_then(KitsBefore::of_record);
        let record = match self
            .recorder
            .ask(move |journal| journal.intend(&intent))
            .await
        {
            Ok(record) => record,
            Err(fault) => {
                return Sent {
                    outcome: Outcome::NotSent(withheld(&fault)),
                    unsettled: None,
                    trouble: None,
                    at: utc::now(),
                    span: tracing::Span::none(),
                };
            }
        };
        self.tell(Event::Begun(record)).await;
        let span = about_record(record, write);
        let (outcome, concluded) = async {
            tracing::info!("the intent is on record; it is sent now");
            let started = Instant::now();
            let outcome = send().await;
            let took = started.elapsed();
            tracing::info!(?took, outcome = outcome.word(), "ended");
            let named = match &outcome {
                Outcome::Done(value) => named(value),
                _ => None,
            };
            let end = Conclusion {
                after: named,
                ..conclusion(&outcome, took)
            };
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
        Sent {
            outcome,
            at: utc::now(),
            span,
            unsettled: Some(Unsettled {
                record,
                write,
                subject,
                known,
            }),
            trouble: concluded.err().map(|fault| {
                format!(
                    "Its outcome could not be recorded: {fault}. It is tried again with whatever is recorded next; else the next start will ask about it."
                )
            }),
        }
    }

    /// Records what was read after a write, and settles it where that can be told.
    async fn read<T>(
        &self,
        sent: &Sent<T>,
        seen: Result<Reading, ReadFault>,
    ) -> (Kept, Option<Unsettled>) {
        let Some(about) = &sent.unsettled else {
            return (Kept::default(), None);
        };
        let mut kept = Kept {
            record: Some(about.record),
            at: Some(sent.at),
            ..Kept::default()
        };
        match &sent.outcome {
            Outcome::Unknown(_) if self.settles_at_once => {
                let (verdict, trouble) = self.settle_by(about, &seen).await;
                kept.verdict = Some(verdict);
                kept.trouble = trouble;
                let unsettled = (verdict == Verdict::Open).then(|| about.again());
                (kept, unsettled)
            }
            Outcome::NotSent(_) => (kept, None),
            _ => {
                kept.trouble = self
                    .sight(about, &seen)
                    .await
                    .err()
                    .map(|fault| unrecorded(&fault));
                (kept, None)
            }
        }
    }

    /// Records a reading, as a settlement where it decides. Says what it decides.
    async fn settle_by(
        &self,
        about: &Unsettled,
        seen: &Result<Reading, ReadFault>,
    ) -> (Verdict, Option<String>) {
        let verdict = self.verdict(about, seen.as_ref().ok()).await;
        tracing::info!(?verdict, "read to settle it");
        let recorded = match (verdict, seen) {
            (Verdict::Done | Verdict::NotDone, Ok(reading)) => {
                let how = Settlement::ByReading {
                    done: verdict == Verdict::Done,
                    after: about.json(reading),
                };
                let record = about.record;
                let settled = self
                    .recorder
                    .ask(move |journal| journal.settle(record, &how))
                    .await;
                match settled {
                    // Somebody else has read the same.
                    Err(Fault::AlreadySettled { .. }) => Ok(record),
                    other => other,
                }
            }
            _ => self.sight(about, seen).await,
        };
        (verdict, recorded.err().map(|fault| unrecorded(&fault)))
    }

    /// What a reading says. The journal is asked after it was made: whatever another upgrade can have
    /// done by then is on record by then.
    async fn verdict(&self, about: &Unsettled, seen: Option<&Reading>) -> Verdict {
        match (about.write, seen, &about.subject.kit) {
            (Write::SetPin, ..) => Verdict::CantBeRead,
            (Write::Upgrade, Some(Reading::Kits(kits)), Some(kit)) => {
                let (record, known) = (about.record, about.known.as_ref());
                let since = known.and_then(|known| known.since);
                let rivals = self
                    .recorder
                    .ask(move |journal| journal.reader().rivals(record, since))
                    .await
                    .unwrap_or_else(|fault| {
                        tracing::warn!(%fault, "other upgrades can't be looked up");
                        Rivals {
                            any: true,
                            ..Rivals::default()
                        }
                    });
                Verdict::of_upgrade(known, kit, kits, &rivals)
            }
            (Write::CancelOrder, Some(Reading::Order(order)), _) => {
                let record = about.record;
                let has_rival = self
                    .recorder
                    .ask(move |journal| journal.reader().has_other_cancellation(record))
                    .await
                    .unwrap_or_else(|fault| {
                        tracing::warn!(%fault, "other cancellations can't be looked up");
                        true
                    });
                Verdict::of_cancellation(order, has_rival)
            }
            _ => Verdict::Open,
        }
    }

    async fn sight(
        &self,
        about: &Unsettled,
        seen: &Result<Reading, ReadFault>,
    ) -> Result<RecordId, Fault> {
        let sighting = Sighting {
            after: Some(match seen {
                Ok(reading) => about.json(reading),
                Err(fault) => reading::unread(fault),
            }),
            message: seen.as_ref().err().map(ToString::to_string),
            duration: Duration::ZERO,
        };
        let record = about.record;
        self.recorder
            .ask(move |journal| journal.sight(record, &sighting))
            .await
    }

    /// Reads once more, settles where that can be told, and tells.
    pub(super) async fn look_again(&self, about: &Unsettled, next: Option<Duration>) -> Verdict {
        let span = about_record(about.record, about.write);
        let (seen, verdict, trouble) = async {
            let seen = self.read_now(about).await;
            let (verdict, trouble) = self.settle_by(about, &seen).await;
            (seen, verdict, trouble)
        }
        .instrument(span)
        .await;
        let next = next.filter(|_| verdict == Verdict::Open);
        let look = Look {
            record: about.record,
            write: about.write,
            subject: about.subject.clone(),
            reading: seen,
            known: about.known.clone(),
            verdict,
            next,
            trouble,
        };
        self.tell(Event::Looked(Box::new(look))).await;
        verdict
    }

    async fn read_now(&self, about: &Unsettled) -> Result<Reading, ReadFault> {
        match (&about.subject.entity, &about.subject.order) {
            (Some(entity), _) => self.client.kits_of(entity).await.map(Reading::Kits),
            (None, Some(order)) => {
                let order = self.client.order(order).await?;
                Ok(Reading::Order(Box::new(order)))
            }
            // The journal lets no write be recorded without one of them.
            (None, None) => Err(ReadFault::NotReached(NotSent::Unmade(
                "the record names neither a customer nor an order".into(),
            ))),
        }
    }

    /// After every write the state is read, so that what is shown is what was read. Where nothing
    /// was sent there is nothing new to read, and most likely nobody to read it from.
    async fn kits_after<T>(
        &self,
        outcome: &Outcome<T>,
        entity: &EntityId,
    ) -> Result<Kits, ReadFault> {
        match outcome {
            Outcome::NotSent(why) => Err(ReadFault::NotReached(why.clone())),
            _ => self.client.kits_of(entity).await,
        }
    }

    /// A PIN that was set makes it meaningless whether an earlier one was.
    async fn put_earlier_pins_to_rest(&self, set: RecordId, subject: Subject) {
        let put = self.recorder.ask(move |journal| {
            let open = journal.reader().open_writes()?;
            let earlier = open.into_iter().filter(|open| {
                open.intent.id < set
                    && open.intent.operation == Write::SetPin.into()
                    && open.intent.subject == subject
            });
            for open in earlier {
                let how = Settlement::ByPerson {
                    finding: Finding::Unknown,
                    reason: format!("the PIN was set again by record {set}"),
                };
                journal.settle(open.intent.id, &how)?;
            }
            Ok(())
        });
        if let Err(fault) = put.await {
            tracing::warn!(%fault, "an earlier PIN is still open");
        }
    }
}

impl Unsettled {
    fn json(&self, reading: &Reading) -> Value {
        reading.to_json(self.subject.kit.as_ref(), self.known.as_ref())
    }

    fn again(&self) -> Self {
        Self {
            record: self.record,
            write: self.write,
            subject: self.subject.clone(),
            known: self.known.clone(),
        }
    }
}

/// What became of sending, and of recording it.
struct Sent<T> {
    outcome: Outcome<T>,
    unsettled: Option<Unsettled>,
    trouble: Option<String>,
    at: Timestamp,
    /// What is done about it from now on says so in the log.
    span: tracing::Span,
}

fn unrecorded(fault: &Fault) -> String {
    format!("What was read afterwards could not be recorded: {fault}.")
}

/// Both sentences, where there are two.
pub(super) fn both(first: Option<String>, second: Option<String>) -> Option<String> {
    let all: Vec<String> = first.into_iter().chain(second).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn seen_kits(reading: &Result<Kits, ReadFault>) -> Result<Reading, ReadFault> {
    match reading {
        Ok(kits) => Ok(Reading::Kits(kits.clone())),
        Err(fault) => Err(fault.clone()),
    }
}

/// What every line of the log says that is about a write: its record, to find one by the other.
fn about_record(record: RecordId, write: Write) -> tracing::Span {
    tracing::info_span!("write", journal_id = %record, operation = %write.word())
}

pub(super) fn digest(write: Write, body: &impl serde::Serialize) -> Digest {
    let body = serde_json::to_value(body).expect("a body of texts becomes JSON");
    Digest::of(write, &body)
}

/// A write that may not be sent, or that could not be recorded.
pub(super) fn withheld(fault: &Fault) -> NotSent {
    NotSent::Withheld(fault.to_string())
}

fn conclusion<T>(outcome: &Outcome<T>, duration: Duration) -> Conclusion {
    let (error_code, message) = match outcome {
        Outcome::Done(_) => (None, None),
        Outcome::Refused(refusal) => {
            let code = refusal.code.as_ref().map(Text::shown);
            (
                code.map(std::borrow::Cow::into_owned),
                Some(refusal.to_string()),
            )
        }
        Outcome::NotSent(why) => (None, Some(why.to_string())),
        Outcome::Unknown(doubt) => (None, Some(doubt.to_string())),
    };
    Conclusion {
        outcome: OutcomeWord::of(outcome),
        error_code,
        message,
        duration,
        after: None,
    }
}
