//! Connections that are open before they are needed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

use super::{Connection, Opener, Past};
use crate::clock::Clock;
use crate::dcms::outcome::NotSent;
use crate::tasks;

/// How many are kept at most. One desk needs two or three; the desks of a server share them.
const MOST: usize = 32;

/// The connections of one use.
pub(in crate::dcms) struct Pool {
    opener: Arc<Opener>,
    slots: Mutex<Vec<Slot>>,
    /// Whether a connection is used for one request after another.
    pub(in crate::dcms) keeps: bool,
    /// How long one may carry nothing. Servers close a silent connection; some firewalls forget it without
    /// a word, and what is sent on it then is lost.
    lasts: Duration,
}

enum Slot {
    Opening(JoinHandle<Result<Connection, NotSent>>),
    Open(Connection),
}

impl Pool {
    /// Those for look-ups: used one after another.
    pub(in crate::dcms) fn of_look_ups(opener: Arc<Opener>, lasts: Duration) -> Self {
        Self {
            opener,
            slots: Mutex::default(),
            keeps: true,
            lasts,
        }
    }

    /// Those for writes: each is used for one, so that none is sent on a connection that the other side may
    /// be about to close.
    pub(in crate::dcms) fn of_writes(opener: Arc<Opener>, lasts: Duration) -> Self {
        Self {
            opener,
            slots: Mutex::default(),
            keeps: false,
            lasts,
        }
    }

    /// An empty one for the same use of somebody else.
    pub(in crate::dcms) fn another(&self) -> Self {
        Self {
            opener: Arc::clone(&self.opener),
            slots: Mutex::default(),
            ..*self
        }
    }

    /// Begins to open what is missing to so many, or could be too old soon. Where that fails, the next
    /// request tries again and says why.
    pub(in crate::dcms) fn open_ahead(&self, wanted: usize) {
        let mut slots = self.usable();
        let is_young = |slot: &Slot| match slot {
            Slot::Opening(_) => true,
            Slot::Open(connection) => connection.idle.elapsed() < self.lasts / 2,
        };
        let young = slots.iter().filter(|slot| is_young(slot)).count();
        for _ in young..wanted {
            let opener = Arc::clone(&self.opener);
            let opening = tasks::spawn(async move { opener.open().await });
            slots.push(Slot::Opening(opening));
        }
    }

    /// A connection for one request: one that is open, else one that is being opened, else a new one.
    ///
    /// # Errors
    /// When it can't be opened.
    pub(in crate::dcms) async fn take(&self) -> Result<Connection, NotSent> {
        match self.best() {
            Some(Slot::Open(mut connection)) => {
                if connection.past == Past::New {
                    connection.past = Past::Waited;
                }
                Ok(connection)
            }
            Some(Slot::Opening(opening)) => match opening.await {
                Ok(opened) => opened,
                Err(_) => self.opener.open().await,
            },
            None => self.opener.open().await,
        }
    }

    /// A connection that has carried nothing yet.
    ///
    /// # Errors
    /// When it can't be opened.
    pub(in crate::dcms) async fn fresh(&self) -> Result<Connection, NotSent> {
        self.opener.open().await
    }

    /// Keeps one whose response was read to its end, where it is to be used again.
    pub(in crate::dcms) fn keep(&self, connection: Connection) {
        if !self.keeps {
            return;
        }
        let mut slots = self.usable();
        if slots.len() < MOST {
            slots.push(Slot::Open(Connection {
                idle: Clock::start(),
                past: Past::Served,
                ..connection
            }));
        }
    }

    /// The one that has been open longest: a server that serves one after another has turned to it.
    fn best(&self) -> Option<Slot> {
        let mut slots = self.usable();
        let open = slots.iter().position(|slot| matches!(slot, Slot::Open(_)));
        let best = open.or_else(|| (!slots.is_empty()).then_some(0))?;
        Some(slots.remove(best))
    }

    /// The slots without those that can't be used any more.
    fn usable(&self) -> MutexGuard<'_, Vec<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut *slots);
        let opened = all.into_iter().filter_map(Slot::opened);
        slots.extend(opened.filter(|slot| match slot {
            Slot::Opening(_) => true,
            Slot::Open(connection) => {
                !connection.requests.is_closed() && connection.idle.elapsed() < self.lasts
            }
        }));
        slots
    }
}

impl Slot {
    /// Open where opening it has come to an end; nothing where that failed.
    fn opened(self) -> Option<Self> {
        match self {
            Self::Opening(opening) if opening.is_finished() => {
                let opened = opening.now_or_never()?.ok()?;
                opened.ok().map(Self::Open)
            }
            Self::Opening(_) | Self::Open(_) => Some(self),
        }
    }
}
