//! What hosts that are gone have left open, settled from here: at the store by its function, and on record in this
//! host's own journal, with who settled whose write, as what, and why.

use super::central::Central;
use super::recorder::Recorder;
use crate::central::{CentralError, ClaimId, End, LeftOpen, SettledFor};
use crate::dcms::{EntityId, KitNo, OrderId};
use crate::journal::{
    Finding, Journal, JournalError, Operation, RecordId, SettledForHost, Subject,
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
    let open = store.left_open().await?.into_iter();
    let mut open = open.filter(|open| open.id.to_string() == claim);
    let open = open.next().ok_or(NotSettled::NoSuchClaim)?;
    let not_gone = |open: &LeftOpen| NotSettled::NotGone {
        host: open.host.clone(),
        heard: open.heard.clone(),
    };
    if !open.is_gone {
        return Err(not_gone(&open));
    }
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
