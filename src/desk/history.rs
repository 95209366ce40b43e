//! What the journal knows of writes that are to be sent, or that an interrupted run may have sent.
//! Only the journal is asked, never the DCMS.

use super::operations::Request;
use super::recorder::Recorder;
use super::target::Target;
use crate::journal::{Anchor, Digest, History, JournalError, Subject, Write};

/// A write as the journal knows it: its kind, its subject and a digest of its request.
#[derive(Debug, Clone)]
pub struct Asked {
    write: Write,
    subject: Subject,
    digest: Digest,
}

impl Asked {
    /// This request.
    #[must_use]
    pub fn new(request: &Request) -> Self {
        let write = request.kind().write;
        Self {
            write,
            subject: request.target().subject(),
            digest: request.body().digest(write),
        }
    }

    /// A write of this kind to this target, whatever the request will be: enough to ask what forbids it.
    #[must_use]
    pub fn any(write: Write, target: &Target) -> Self {
        Self {
            write,
            subject: target.subject(),
            digest: Digest::of(write, &serde_json::Value::Null),
        }
    }
}

/// What the journal knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histories {
    /// The last record now.
    pub last: Option<Anchor>,
    /// Whether the anchor that was asked about is of this journal; else it can't tell what was sent.
    pub same: bool,
    /// Of each write, in the order in which they were asked about.
    pub histories: Vec<History>,
}

/// Asks what is on record of these writes since the anchor.
pub(super) async fn histories(
    recorder: &Recorder,
    since: Option<Anchor>,
    writes: Vec<Asked>,
) -> Result<Histories, JournalError> {
    recorder
        .ask(move |journal| {
            let last = journal.reader().anchor()?;
            let same = match &since {
                Some(since) => journal.reader().holds(since)?,
                None => true,
            };
            let since = since.filter(|_| same);
            let history = |asked: &Asked| {
                journal.history(since.as_ref(), asked.write, &asked.subject, asked.digest)
            };
            let histories = writes.iter().map(history).collect::<Result<_, _>>()?;
            Ok(Histories {
                last,
                same,
                histories,
            })
        })
        .await
}
