//! What hosts that are gone have left open, settled from here: at the store by its function, and on record in this
//! host's own journal, with who settled whose write, as what, and why. What the DCMS says now can be read before.

use super::central::Central;
use super::operations::Kind;
use super::reading::Reading;
use super::recorder::Recorder;
use super::settling::{Observation, RecordedIntent, Verdict};
use super::work::Work;
use crate::central::{CentralError, ClaimId, End, LeftOpen, SettledFor, Store};
use crate::dcms::{EntityId, KitNo, OrderId};
use crate::journal::{
    Finding, Journal, JournalError, Operation, Record, RecordId, Rivals, SettledForHost, Subject,
};

/// Why a claim of another host is not settled from here.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    /// The store gave no answer.
    #[error(transparent)]
    Central(#[from] CentralError),
    /// The journal can't be used; nothing was settled.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// There is no store.
    #[error("there is no [central] in the configuration, so no other host is known")]
    NoCentral,
    /// No such claim.
    #[error(
        "no other host of this bank has that claim open: `kitdesk settle --central` lists those that are"
    )]
    NoSuchClaim,
    /// It has an end.
    #[error("that claim has ended already, and keeps its end")]
    EndedBefore,
    /// Its host may still end it.
    #[error(
        "the host {host} still counts as living (last heard of {heard}), and settles this itself: once it is gone for \
         good, have the database's administrator retire it (docs/central.md)"
    )]
    NotGone {
        /// Which.
        host: String,
        /// When it was last heard of.
        heard: String,
    },
    /// At the store it is settled; here it could not be recorded.
    #[error("it is settled at the central store, but not on record here: {0}")]
    Unrecorded(JournalError),
}

fn central(recorder: &Recorder) -> Result<&Central, NotSettled> {
    recorder
        .central()
        .map(AsRef::as_ref)
        .ok_or(NotSettled::NoCentral)
}

/// What other hosts of this bank have open.
///
/// # Errors
/// When there is no store, or it gave no answer.
pub async fn left_open(recorder: &Recorder) -> Result<Vec<LeftOpen>, NotSettled> {
    let (store, _) = central(recorder)?.records();
    Ok(store.left_open().await?)
}

fn not_gone(open: &LeftOpen) -> NotSettled {
    NotSettled::NotGone {
        host: open.host.clone(),
        heard: open.heard.clone(),
    }
}

/// One of those, if its host is gone.
async fn left_by_gone(store: &Store, claim: &str) -> Result<LeftOpen, NotSettled> {
    let open = store.left_open().await?.into_iter();
    let mut open = open.filter(|open| open.id.to_string() == claim);
    let open = open.next().ok_or(NotSettled::NoSuchClaim)?;
    if open.is_gone {
        Ok(open)
    } else {
        Err(not_gone(&open))
    }
}

/// What the DCMS says now of a write that one of those has left open, as a sentence for who decides. From another host
/// nobody can tell whose doing it is, so it settles nothing.
///
/// # Errors
/// When there is nothing to decide from here.
pub(super) async fn read(work: &Work, intent: &Record) -> Result<String, NotSettled> {
    let (store, _) = central(&work.recorder)?.records();
    let claim = intent.claim().ok_or(NotSettled::NoSuchClaim)?;
    left_by_gone(store, claim).await?;
    let Operation::Write(write) = intent.operation else {
        return Err(NotSettled::NoSuchClaim);
    };
    let intent = RecordedIntent::from_record(write, intent).ok_or(NotSettled::NoSuchClaim)?;
    let reading = work.read_now(&intent).await;
    let nothing = Reading::default();
    let evidence = intent.evidence(reading.as_ref().unwrap_or(&nothing));
    let proof = &Kind::from_write(write).proof;
    let verdict = match proof.verdict(&evidence, &Rivals::unknown()) {
        Verdict::CantBeRead => Verdict::CantBeRead,
        Verdict::Open | Verdict::Done | Verdict::NotDone => Verdict::Open,
    };
    let observation = Observation {
        intent,
        reading,
        verdict,
        next: None,
        unasked: None,
        trouble: None,
    };
    Ok(observation.in_words())
}

/// Settles one of those whose host is gone.
///
/// # Errors
/// Why it is not settled, or not on record.
pub async fn settle(
    recorder: &Recorder,
    claim: &str,
    (finding, reason): (Finding, &str),
    operator: &str,
) -> Result<RecordId, NotSettled> {
    let central = central(recorder)?;
    let (store, _) = central.records();
    let open = left_by_gone(store, claim).await?;
    let settled = on_record(&open, (finding, reason)).ok_or(NotSettled::NoSuchClaim)?;
    // A journal that can't be written is found before anything is settled.
    let gap = recorder.ask(Journal::trouble_at_a_glance).await?;
    if let Some(broken) = gap {
        return Err(NotSettled::Journal(JournalError::Gap(Box::new(broken))));
    }
    let end = match finding {
        Finding::Done => End::SettledDone,
        Finding::NotDone => End::SettledNotDone,
        Finding::Unknown => End::GivenUp,
    };
    match store.settle_for(&open.id, end, operator, reason).await? {
        SettledFor::Yes => {}
        SettledFor::EndedBefore => return Err(NotSettled::EndedBefore),
        SettledFor::NotGone => return Err(not_gone(&open)),
        SettledFor::Unknown => return Err(NotSettled::NoSuchClaim),
    }
    let record = recorder.ask(move |journal| journal.settle_for_host(&settled));
    let record = record.await.map_err(NotSettled::Unrecorded)?;
    central.drained().await;
    Ok(record)
}

/// What the journal keeps of it. Nothing where its words are none of this kitdesk.
fn on_record(open: &LeftOpen, (finding, reason): (Finding, &str)) -> Option<SettledForHost> {
    let Some(Operation::Write(write)) = Operation::of_word(&open.operation) else {
        return None;
    };
    let subject = Subject {
        entity: open
            .entity
            .as_deref()
            .and_then(|id| EntityId::parse(id).ok()),
        kit: open.kit.as_deref().and_then(|no| KitNo::parse(no).ok()),
        order: open.order.as_deref().and_then(|id| OrderId::parse(id).ok()),
    };
    Some(SettledForHost {
        claim: ClaimId::to_string(&open.id),
        host: open.host.clone(),
        operator: open.operator.clone(),
        since: open.since.clone(),
        write,
        subject,
        finding,
        reason: reason.to_owned(),
    })
}
