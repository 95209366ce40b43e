//! What the journal knows of writes that are to be sent, or that an interrupted run may have sent.
//! Only the journal is asked, never the DCMS.

use super::recorder::Recorder;
use super::writes::digest;
use crate::dcms::{CancelOrder, EntityId, Expiry, KitNo, SetPin, Upgrade};
use crate::journal::{Anchor, Digest, Fault, Past, Subject, Write};

/// A write as the journal knows it: its kind, its subject and a digest of its request.
#[derive(Debug, Clone)]
pub struct Asked {
    write: Write,
    subject: Subject,
    digest: Digest,
}

impl Asked {
    /// An upgrade.
    #[must_use]
    pub fn upgrade(request: &Upgrade) -> Self {
        Self {
            write: Write::Upgrade,
            subject: Subject::kit(request.entity.clone(), request.kit.clone()),
            digest: digest(Write::Upgrade, &request.body()),
        }
    }

    /// Setting a PIN, whatever the PIN will be.
    #[must_use]
    pub fn set_pin(entity: &EntityId, kit: &KitNo, expiry: Expiry) -> Self {
        Self {
            write: Write::SetPin,
            subject: Subject::kit(entity.clone(), kit.clone()),
            digest: digest(
                Write::SetPin,
                &SetPin::body_before_sealing(entity, kit, expiry),
            ),
        }
    }

    /// A cancellation.
    #[must_use]
    pub fn cancel(request: &CancelOrder) -> Self {
        Self {
            write: Write::CancelOrder,
            subject: Subject::order(request.order.clone()),
            digest: digest(Write::CancelOrder, &request.body()),
        }
    }
}

/// What the journal knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The last record now.
    pub last: Option<Anchor>,
    /// Whether the anchor that was asked about is of this journal; else it can't tell what was sent.
    pub same: bool,
    /// Of each write, in the order in which they were asked about.
    pub pasts: Vec<Past>,
}

/// Asks what is on record of these writes since the anchor.
pub(super) async fn known(
    recorder: &Recorder,
    since: Option<Anchor>,
    writes: Vec<Asked>,
) -> Result<Known, Fault> {
    recorder
        .ask(move |journal| {
            let last = journal.reader().anchor()?;
            let same = match &since {
                Some(since) => journal.reader().holds(since)?,
                None => true,
            };
            let since = since.filter(|_| same);
            let past = |asked: &Asked| {
                journal.past(since.as_ref(), asked.write, &asked.subject, asked.digest)
            };
            let pasts = writes.iter().map(past).collect::<Result<_, _>>()?;
            Ok(Known { last, same, pasts })
        })
        .await
}
