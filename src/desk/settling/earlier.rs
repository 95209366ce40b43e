//! What a write means for the open ones before it that asked for the same.

use super::recorded_intent::RecordedIntent;
use crate::dcms::{Doubt, Outcome};
use crate::desk::operations::{Kind, Made};
use crate::desk::work::Work;
use crate::journal::{Finding, JournalError, OpenWrite, Reader, Settlement};

impl Work {
    /// That it is so already is no refusal where an earlier one may have made it so.
    pub(in crate::desk) async fn doubted(
        &self,
        outcome: Outcome<Made>,
        about: &RecordedIntent,
    ) -> Outcome<Made> {
        let kind = Kind::from_write(about.write);
        let code = match &outcome {
            Outcome::Refused(refusal) if kind.so_already.iter().any(|code| refusal.is(code)) => {
                refusal.code_shown()
            }
            Outcome::Done(_) | Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {
                None
            }
        };
        let Some(code) = code else {
            return outcome;
        };
        let earlier = earlier_open_ones(about);
        let earlier = self.recorder.ask(move |journal| earlier(journal.reader()));
        match earlier.await {
            Ok(open) if open.is_empty() => outcome,
            // Where the journal can't tell, nobody can.
            Ok(_) | Err(_) => Outcome::Unknown(Doubt::SoAlready(code)),
        }
    }

    /// One that may be repeated and was done makes it meaningless whether an earlier one was.
    pub(in crate::desk) async fn put_earlier_ones_to_rest(&self, done: &RecordedIntent) {
        let (set, write) = (done.record, done.write);
        let earlier = earlier_open_ones(done);
        let put = self.recorder.ask(move |journal| {
            let earlier = earlier(journal.reader())?;
            for open in earlier {
                let how = Settlement::ByPerson {
                    finding: Finding::Unknown,
                    reason: format!("{} was done again by record {set}", write.noun()),
                };
                journal.settle(open.intent.id, &how)?;
            }
            Ok(())
        });
        if let Err(error) = put.await {
            tracing::warn!(%error, "an earlier write is still open");
        }
    }
}

/// The open writes before this one that asked for the same.
fn earlier_open_ones(
    about: &RecordedIntent,
) -> impl FnOnce(&Reader) -> Result<Vec<OpenWrite>, JournalError> + Send + use<> {
    let (record, write, subject) = (about.record, about.write, about.target.subject());
    move |reader| {
        let open = reader.open_writes()?.into_iter();
        let earlier = open.filter(|open| {
            open.intent.id < record
                && open.intent.operation == write.into()
                && open.intent.subject == subject
        });
        Ok(earlier.collect())
    }
}
