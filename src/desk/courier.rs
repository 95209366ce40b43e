//! The courier: forwards the records to the central store, in order and after the fact, ends there the
//! claims of writes that have ended here, and has checkpoints signed. What the store has it says itself, so nothing is kept of where the
//! courier was, and nothing is lost or doubled by a crash.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::central::{Central, Delivery};
use super::checkpoints::Checkpoints;
use super::recorder::Recorder;
use crate::central::{CentralError, ClaimId, End, LostClaim, OpenClaim, Store};
use crate::config::CentralSettings;
use crate::dcms::Word;
use crate::journal::{ClaimStanding, JournalError, Operation, RecordId, ResultWord};

/// So many records at a time.
const BATCH: u32 = 200;
/// What comes together is forwarded together.
const GATHER: Duration = Duration::from_millis(200);
/// Other programs of this host leave records too.
const LOOK: Duration = Duration::from_secs(30);
/// After the first failure; doubled with each, up to the longest.
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(10);

/// Forwards what one journal holds.
pub struct Courier {
    central: Arc<Central>,
    /// A connection of its own: no claim waits for records.
    store: Store,
    recorder: Recorder,
    /// Where this host signs checkpoints.
    checkpoints: Option<Checkpoints>,
    /// The last record that the store is known to have; for the count of those that wait alone.
    there: Option<RecordId>,
}

/// Why it stopped on the way.
enum Stopped {
    Central(CentralError),
    Journal(JournalError),
}

impl Courier {
    /// For this journal.
    ///
    /// # Errors
    /// When a setting can't be used.
    pub fn new(
        central: Arc<Central>,
        settings: &CentralSettings,
        recorder: Recorder,
    ) -> Result<Self, CentralError> {
        Ok(Self {
            central,
            store: Store::new(settings)?,
            recorder,
            checkpoints: Checkpoints::new(settings)?,
            there: None,
        })
    }

    /// Forwards for as long as a desk records here.
    pub async fn run(mut self) {
        let mut failures = 0;
        // The last one that is left is its own.
        while Arc::strong_count(&self.central) > 1 {
            if self.deliver().await.is_ok() {
                failures = 0;
                timeout(LOOK, self.central.news.notified()).await.ok();
                timeout(GATHER, self.central.hurry.notified()).await.ok();
            } else {
                failures = (failures + 1).min(6);
                let longest = (SHORTEST * 2_u32.pow(failures)).min(LONGEST);
                let part = rand::rng().random_range(0.5..1.0);
                sleep(longest.mul_f64(part)).await;
            }
        }
    }

    /// Forwards what there is, and tells how far it came.
    async fn deliver(&mut self) -> Result<(), ()> {
        let pass = self.central.pass_begins();
        let delivered = self.forward().await;
        let trouble = match &delivered {
            Ok(()) => None,
            Err(Stopped::Central(error)) => Some(error.to_string()),
            Err(Stopped::Journal(error)) => Some(error.to_string()),
        };
        if let (
            Err(Stopped::Central(CentralError::OtherHistory(_) | CentralError::OtherJournal)),
            Some(trouble),
        ) = (&delivered, &trouble)
        {
            self.central.compared(Err(trouble.clone()));
        }
        self.central.delivery.send_if_modified(|delivery| {
            let is_news = delivery.trouble != trouble;
            if let (true, Some(trouble)) = (is_news, &trouble) {
                tracing::warn!(trouble, "records wait to be forwarded");
            }
            delivery.trouble = trouble;
            is_news
        });
        let is_end = self.central.takes_end();
        if let Some(checkpoints) = &mut self.checkpoints {
            let store = delivered.is_ok().then_some(&self.store);
            checkpoints.pass(&self.recorder, store, is_end).await;
        }
        self.central.pass_ended(pass);
        delivered.map_err(drop)
    }

    async fn forward(&mut self) -> Result<(), Stopped> {
        let last = self.ask(|journal| journal.reader().last()).await?;
        self.waits(last);
        let chain = self.ask(|journal| journal.chain_id()).await?;
        let there = self.store.forwarded(chain).await;
        let there = there.map_err(Stopped::Central)?;
        let mut after = RecordId(0);
        if let Some(there) = there {
            after = RecordId(there.id);
            let own = self.ask(move |journal| journal.reader().hash_of(after));
            let is_ours = own.await?.is_some_and(|own| own.to_string() == there.hash);
            if !is_ours {
                return Err(Stopped::Central(CentralError::OtherHistory(format!(
                    "its record {after} of this host is another one; one of the two was put back or changed"
                ))));
            }
        }
        self.central.compared(Ok(()));
        loop {
            self.there = Some(after);
            self.waits(last);
            let batch = self.ask(move |journal| journal.reader().as_hashed(after, BATCH));
            let batch = batch.await?;
            let Some(id) = batch.last().and_then(|record| record["id"].as_i64()) else {
                break;
            };
            // A record that is there has its claim there too, whatever was lost.
            self.put_claims_back(&batch).await?;
            let forwarded = self.store.forward(chain, batch).await;
            forwarded.map_err(Stopped::Central)?;
            after = RecordId(id);
        }
        self.end_claims().await?;
        self.store.refilled().await.map_err(Stopped::Central)
    }

    /// Brings the claims of these intents back, where the store has lost them or has never had them.
    async fn put_claims_back(&self, records: &[Value]) -> Result<(), Stopped> {
        let intents = records.iter().filter(|record| record["kind"] == "intent");
        let intents: Vec<_> = intents
            .filter_map(|record| Some((record["claim"].as_str()?, record)))
            .collect();
        if intents.is_empty() {
            return Ok(());
        }
        let claims: Vec<_> = intents.iter().map(|(claim, _)| *claim).collect();
        let unknown = self.store.unknown_claims(&claims).await;
        let unknown = unknown.map_err(Stopped::Central)?;
        for (claim, intent) in intents {
            let word = intent["operation"].as_str().and_then(Operation::of_word);
            let (Some(Operation::Write(write)), Some(id)) = (word, intent["id"].as_i64()) else {
                continue;
            };
            if !unknown.contains(&ClaimId::of_text(claim)) {
                continue;
            }
            let standing =
                self.ask(move |journal| journal.reader().claim_standing_of(RecordId(id)));
            let standing = standing.await?;
            let read = intent["before"].as_str().unwrap_or_default();
            let read: Value = serde_json::from_str(read).unwrap_or_default();
            let lost = LostClaim {
                intent,
                write,
                end: end_of(standing),
                is_under_way: standing == ClaimStanding::UnderWay,
                was_claimed: read.get("unclaimed").is_none(),
            };
            let put_back = self.store.put_back(&lost).await;
            let is_held = put_back.map_err(Stopped::Central)?;
            tracing::warn!(
                claim,
                is_held,
                "the central store did not have a claim of this host; it has it again"
            );
        }
        Ok(())
    }

    fn waits(&self, last: RecordId) {
        let waiting = self.there.map(|there| last.0.saturating_sub(there.0));
        let waiting = waiting.map(|count| u64::try_from(count).unwrap_or(0));
        self.central
            .delivery
            .send_if_modified(|delivery: &mut Delivery| {
                let is_news = delivery.waiting != waiting && delivery.trouble.is_some();
                delivery.waiting = waiting;
                is_news
            });
    }

    /// Ends the claims whose writes have ended.
    async fn end_claims(&self) -> Result<(), Stopped> {
        for claim in self.central.take_never_sent() {
            let ended = self.store.finish(&claim, End::NeverSent, "", None).await;
            if let Err(error) = ended {
                self.central.never_sent(claim);
                return Err(Stopped::Central(error));
            }
        }
        for claim in self.store.open_claims().await.map_err(Stopped::Central)? {
            self.end(claim).await?;
        }
        Ok(())
    }

    async fn end(&self, claim: OpenClaim) -> Result<(), Stopped> {
        let OpenClaim {
            id,
            session,
            operator,
            subject,
            is_under_way,
        } = claim;
        let name = id.to_string();
        let standing = self
            .ask(move |journal| {
                let reader = journal.reader();
                let standing = reader.claim_standing(&name, &subject, &session)?;
                // Where records are missing, one that is not there proves nothing.
                let is_whole = journal.trouble_at_a_glance()?.is_none();
                let proves = is_whole || standing != ClaimStanding::NeverSent;
                Ok(proves.then_some(standing))
            })
            .await?;
        let Some(standing) = standing else {
            return Ok(());
        };
        let Some(end) = end_of(standing) else {
            if standing == ClaimStanding::Open && is_under_way {
                let doubted = self.store.doubt(&id).await;
                doubted.map_err(Stopped::Central)?;
            }
            return Ok(());
        };
        let finished = self.store.finish(&id, end, &operator, None).await;
        finished.map_err(Stopped::Central)
    }

    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut crate::journal::Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, Stopped> {
        self.recorder.ask(work).await.map_err(Stopped::Journal)
    }
}

/// How a claim ends of which the journal knows this, if it does.
fn end_of(standing: ClaimStanding) -> Option<End> {
    match standing {
        ClaimStanding::UnderWay | ClaimStanding::Open => None,
        ClaimStanding::NeverSent => Some(End::NeverSent),
        ClaimStanding::Ended(word) => Some(ended(word)),
        ClaimStanding::Settled(found) => Some(settled(found)),
    }
}

/// How a claim ends whose write had this outcome.
fn ended(word: ResultWord) -> End {
    match word {
        ResultWord::Outcome(Word::Done) => End::Done,
        ResultWord::Outcome(Word::Refused) => End::Refused,
        ResultWord::Outcome(Word::NotSent) | ResultWord::NotDone => End::NotSent,
        ResultWord::Outcome(Word::Unknown) => End::GivenUp,
    }
}

/// How a claim ends whose unknown write was settled so.
fn settled(found: ResultWord) -> End {
    match found {
        ResultWord::Outcome(Word::Done) => End::SettledDone,
        ResultWord::Outcome(Word::Refused | Word::NotSent) | ResultWord::NotDone => {
            End::SettledNotDone
        }
        ResultWord::Outcome(Word::Unknown) => End::GivenUp,
    }
}
