//! The central store from the desk's side: a write is claimed there before it is recorded and sent, and what
//! is on record is forwarded afterwards. A desk without one claims nothing and forwards nothing.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::operations::Kind;
use super::settling::RecordedIntent;
use crate::central::{Bank, CentralError, Claim, ClaimId, Claimed, End, Seen, Store};
use crate::config::{CentralSettings, WhenDown};
use crate::journal::{ClaimOnRecord, Rivals, Subject, Where};

/// For the courier, by those who wait for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the records are forwarded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// How many wait; nothing as long as the store has not said how many it has.
    pub waiting: Option<u64>,
    /// Why they do, where that is not for a moment.
    pub trouble: Option<String>,
}

/// The central store, for all desks of this process.
pub struct Central {
    /// For claims.
    store: Store,
    /// For the bank's records, on a connection of its own: no claim waits for an auditor.
    reader: Store,
    /// Whose those are.
    bank: Bank,
    /// What happens while it can't be reached.
    when_down: WhenDown,
    /// Claims that must not be held any more, and of which no record says so.
    never_sent: Mutex<Vec<ClaimId>>,
    /// There may be something to forward.
    pub(super) news: Notify,
    pub(super) delivery: watch::Sender<Delivery>,
    /// How many passes of the courier have begun, and the last of them that has ended.
    begun: AtomicU64,
    ended: watch::Sender<u64>,
    /// Somebody waits for the next pass.
    pub(super) hurry: Notify,
    /// Because a desk ends.
    is_end: AtomicBool,
    /// Whether the store and this journal have the same records, once that is known: otherwise nothing may be
    /// sent by either.
    same_history: watch::Sender<Option<Result<(), String>>>,
}

impl Central {
    /// Prepares to reach it.
    ///
    /// # Errors
    /// When a setting can't be used.
    pub fn new(settings: &CentralSettings, bank: Bank) -> Result<Self, CentralError> {
        Ok(Self {
            store: Store::new(settings)?,
            reader: Store::new(settings)?,
            when_down: settings.when_down(bank.environment),
            bank,
            never_sent: Mutex::default(),
            news: Notify::new(),
            delivery: watch::Sender::default(),
            begun: AtomicU64::new(0),
            ended: watch::Sender::default(),
            hurry: Notify::new(),
            is_end: AtomicBool::new(false),
            same_history: watch::Sender::default(),
        })
    }

    /// The bank's records, and whose they are.
    pub(super) fn records(&self) -> (&Store, &Bank) {
        (&self.reader, &self.bank)
    }

    /// Claims a write. What it gives belongs into the intent.
    ///
    /// # Errors
    /// Why it must not be sent.
    pub(super) async fn claim(&self, claim: &Claim) -> Result<ClaimOnRecord, String> {
        self.has_same_history().await?;
        let is_unread = claim.write.brings_kits() && claim.expected.is_none();
        if is_unread && self.when_down == WhenDown::Refuse {
            return Err(
                "the central store was not reached when the cards were read: read them again"
                    .to_owned(),
            );
        }
        let id = claim.id.to_string();
        let on_record = |unclaimed| ClaimOnRecord { id, unclaimed };
        match self.store.claim(claim).await {
            Ok(Claimed::Yes) => Ok(on_record(None)),
            Ok(Claimed::Held(holder)) => {
                let advice = if holder.is_under_way {
                    "wait for its outcome"
                } else {
                    "settle it before anything else is sent"
                };
                Err(format!("{holder}, as the central store has it: {advice}"))
            }
            Ok(Claimed::Overtaken) => Err(
                "somebody on another host has changed this card since it was read: look it up again"
                    .to_owned(),
            ),
            Ok(Claimed::Ended) => Err("its claim at the central store came too late".to_owned()),
            // It is named in the record all the same: it may have come in.
            Err(error) if error.is_passing() && self.when_down == WhenDown::Local => {
                Ok(on_record(Some(error.to_string())))
            }
            Err(error) => {
                if error.may_have_happened() {
                    self.never_sent(claim.id.clone());
                }
                Err(error.to_string())
            }
        }
    }

    /// What is known of what a write is about; nothing where the store is away.
    pub(super) async fn seen(&self, subject: &Subject, place: &Where) -> Option<Seen> {
        match self.store.seen(subject, place).await {
            Ok(seen) => Some(seen),
            Err(error) => {
                tracing::warn!(%error, "what other hosts have done is not known");
                None
            }
        }
    }

    /// What other hosts have to do with what was read about this write: to be asked after the reading, because a
    /// claim precedes its sending.
    pub(super) async fn rivals(
        &self,
        about: &RecordedIntent,
        place: &Where,
    ) -> Result<Rivals, CentralError> {
        let (kind, subject) = (Kind::from_write(about.write), about.target.subject());
        // A store that was put back to an earlier state shows that by this host's own records.
        let is_up_to_date = self.next_pass().await && self.delivery.borrow().trouble.is_none();
        let store = &self.store;
        let rivals = store.rivals(about.write, kind.alike, &subject, place, about.sent);
        let rivals = rivals.await?;
        if is_up_to_date {
            Ok(rivals)
        } else {
            let why = "this host's own records are not all there".to_owned();
            Err(CentralError::CannotTell(why))
        }
    }

    /// A claim for which no intent was recorded.
    pub(super) fn never_sent(&self, claim: ClaimId) {
        let mut claims = self.claims_to_end();
        claims.push(claim);
        self.news.notify_one();
    }

    /// Takes the claims that no record ends.
    pub(super) fn take_never_sent(&self) -> Vec<ClaimId> {
        std::mem::take(&mut *self.claims_to_end())
    }

    fn claims_to_end(&self) -> std::sync::MutexGuard<'_, Vec<ClaimId>> {
        let claims = self.never_sent.lock();
        claims.unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Ends the claim of a write that has its outcome, as soon as it has. What fails here the courier does.
    pub(super) async fn finish(&self, claim: &ClaimId, end: Option<End>, operator: &str) {
        let ended = async {
            match end {
                Some(end) => self.store.finish(claim, end, operator, None).await,
                None => self.store.doubt(claim).await,
            }
        };
        match timeout(PATIENCE, ended).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a claim is not ended yet"),
            Err(_) => tracing::warn!("a claim is not ended yet: the central store is slow"),
        }
        self.news.notify_one();
    }

    /// Says whether the store and this journal have the same records, or have gone different ways.
    pub(super) fn compared(&self, same: Result<(), String>) {
        self.same_history.send_replace(Some(same));
    }

    /// Waits for the first comparison, but not for a store that is away: then the claim says so.
    async fn has_same_history(&self) -> Result<(), String> {
        let mut compared = self.same_history.subscribe();
        if self.delivery.borrow().trouble.is_none() {
            let known = compared.wait_for(Option::is_some);
            timeout(PATIENCE, known).await.ok();
        }
        compared.borrow().clone().unwrap_or(Ok(()))
    }

    /// A pass of the courier begins; what it gives belongs to [`Self::pass_ended`].
    pub(super) fn pass_begins(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// It has ended.
    pub(super) fn pass_ended(&self, pass: u64) {
        self.ended.send_replace(pass);
    }

    /// Whether a desk ends, and waits for this pass.
    pub(super) fn takes_end(&self) -> bool {
        self.is_end.swap(false, Ordering::SeqCst)
    }

    /// Waits until what is on record now is forwarded, but not for long, and not for a store that is away: the
    /// next start forwards the rest.
    pub(super) async fn drained(&self) {
        if self.delivery.borrow().trouble.is_some() {
            return;
        }
        self.is_end.store(true, Ordering::SeqCst);
        self.next_pass().await;
    }

    /// Waits until a pass of the courier that begins now has ended, but not for long: whether it has.
    async fn next_pass(&self) -> bool {
        let mut ended = self.ended.subscribe();
        let next = self.begun.load(Ordering::SeqCst) + 1;
        self.hurry.notify_one();
        self.news.notify_one();
        let passed = ended.wait_for(|pass| *pass >= next);
        timeout(PATIENCE, passed).await.is_ok()
    }

    /// How far the records are forwarded.
    #[must_use]
    pub fn delivery(&self) -> watch::Receiver<Delivery> {
        self.delivery.subscribe()
    }
}
