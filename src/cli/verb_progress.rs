//! How far a verb has come, which decides what a signal does to it, and the wish to stop between two
//! rows. Sends nothing and ends nothing.

use std::cell::Cell;

use tokio::sync::Notify;

use super::signals::Wish;
use crate::journal::RecordId;

/// How far a verb has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing has been sent.
    Before,
    /// A write has been handed over; from here there is no way back.
    Writing,
    /// One row after another is sent: it can be stopped between two.
    Rows,
    /// All that was to be sent has come to its end: what is left is to tell it.
    Telling,
}

/// The way of a verb from its beginning to its end.
pub(super) struct VerbProgress {
    stage: Cell<Stage>,
    wish: Cell<Option<Wish>>,
    wished: Notify,
    record: Cell<Option<RecordId>>,
}

impl VerbProgress {
    /// At its beginning.
    pub(super) fn new() -> Self {
        Self {
            stage: Cell::new(Stage::Before),
            wish: Cell::new(None),
            wished: Notify::new(),
            record: Cell::default(),
        }
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage.get()
    }

    /// A write is handed over now.
    pub(super) fn hand_over(&self) {
        if self.stage.get() == Stage::Before {
            self.stage.set(Stage::Writing);
        }
    }

    /// The write that was handed over is on record here.
    pub(super) fn recorded(&self, record: RecordId) {
        self.record.set(Some(record));
    }

    /// Where the write that was handed over is on record.
    pub(super) fn record(&self) -> Option<RecordId> {
        self.record.get()
    }

    /// From now on a signal asks to stop, and does not end the program.
    pub(super) fn begin_rows(&self) {
        self.stage.set(Stage::Rows);
    }

    /// The last row has come to its end.
    pub(super) fn end_rows(&self) {
        self.stage.set(Stage::Telling);
    }

    /// Asks to stop after the row under way.
    pub(super) fn stop(&self, wish: Wish) {
        self.wish.set(Some(wish));
        self.wished.notify_one();
    }

    /// Whether it was asked to stop, and how.
    pub(super) fn wish(&self) -> Option<Wish> {
        self.wish.get()
    }

    /// Waits until it is asked to stop.
    pub(super) async fn stopped(&self) {
        while self.wish.get().is_none() {
            self.wished.notified().await;
        }
    }
}
