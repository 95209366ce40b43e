//! What the journal knows of upgrades that are to be sent, or that may have been sent by a run which
//! was cut short. The journal alone is asked, never the DCMS.

use super::recorder::Recorder;
use super::writes::digest;
use crate::dcms::Upgrade;
use crate::journal::{Anchor, Fault, Past, Subject, Write};

/// What the journal knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The last record now.
    pub last: Option<Anchor>,
    /// Whether the anchor that was asked about is of this journal; else it can't tell what was sent.
    pub same: bool,
    /// Of each upgrade, in the order in which they were asked about.
    pub pasts: Vec<Past>,
}

/// Asks what is on record of these upgrades since then.
pub(super) async fn known(
    recorder: &Recorder,
    since: Option<Anchor>,
    upgrades: Vec<Upgrade>,
) -> Result<Known, Fault> {
    recorder
        .ask(move |journal| {
            let last = journal.reader().anchor()?;
            let same = match &since {
                Some(since) => journal.reader().holds(since)?,
                None => true,
            };
            let since = since.filter(|_| same);
            let past = |upgrade: &Upgrade| {
                let subject = Subject::kit(upgrade.entity.clone(), upgrade.kit.clone());
                let digest = digest(Write::Upgrade, &upgrade.body());
                journal.past(since.as_ref(), Write::Upgrade, &subject, digest)
            };
            let pasts = upgrades.iter().map(past).collect::<Result<_, _>>()?;
            Ok(Known { last, same, pasts })
        })
        .await
}
