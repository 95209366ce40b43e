//! How far a verb has come, for whoever is asked to end it: a write that was sent is not cut short, and
//! of many the one under way is the last.

use std::cell::Cell;

use tokio::sync::Notify;

use super::signals::Wish;

/// Shared by a verb and whoever listens to signals.
#[derive(Default)]
pub(super) struct Way {
    writing: Cell<bool>,
    many: Cell<bool>,
    wish: Cell<Option<Wish>>,
    stopped: Notify,
}

impl Way {
    /// A write is about to be handed over.
    pub(super) fn begin_write(&self) {
        self.writing.set(true);
    }

    /// The end of one of many is known; the next has not begun.
    pub(super) fn end_one_of_many(&self) {
        self.writing.set(!self.many.get());
    }

    /// From now on a signal stops behind the write under way.
    pub(super) fn begin_many(&self) {
        self.many.set(true);
    }

    /// No more are to come: what follows only tells.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.get()
    }

    /// Whether a signal is to wait for the write under way.
    pub(super) fn is_many(&self) -> bool {
        self.many.get()
    }

    /// Somebody wishes an end. Returns whether that was known already.
    pub(super) fn stop(&self, wish: Wish) -> bool {
        let was_known = self.wish.replace(Some(wish)).is_some();
        self.stopped.notify_one();
        was_known
    }

    /// Who has wished an end, if somebody has.
    pub(super) fn wish(&self) -> Option<Wish> {
        self.wish.get()
    }

    /// Waits until somebody wishes an end.
    pub(super) async fn stopped(&self) {
        while self.wish.get().is_none() {
            self.stopped.notified().await;
        }
    }
}
