//! What every job works with: the client, the journal, and the channel for its answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc::Sender;

use super::message::Event;
use super::recorder::Recorder;
use crate::dcms::Client;
use crate::journal::Note;

/// Records notes. Reports when that starts to fail and when it works again, once each.
#[derive(Clone)]
pub(super) struct Notes {
    recorder: Recorder,
    events: Sender<Event>,
    fail: Arc<AtomicBool>,
}

impl Notes {
    pub(super) fn new(recorder: Recorder, events: Sender<Event>) -> Self {
        let fail = Arc::default();
        Self {
            recorder,
            events,
            fail,
        }
    }

    /// Leaves a note, and waits for nothing.
    pub(super) fn leave(&self, note: Note) {
        let (events, fail) = (self.events.clone(), Arc::clone(&self.fail));
        self.recorder.note(note, move |noted| {
            if fail.swap(noted.is_err(), Ordering::Relaxed) != noted.is_err() {
                let told = noted.map_err(|error| error.to_string());
                // On the journal's thread, which waits for no screen.
                events.try_send(Event::Recording(told)).ok();
            }
        });
    }
}

/// Cheap to clone; each job has its own.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) client: Arc<Client>,
    pub(super) recorder: Recorder,
    pub(super) events: Sender<Event>,
    pub(super) notes: Notes,
    /// Whether the reading that follows a write may settle it.
    pub(super) settles_at_once: bool,
}

impl Work {
    /// Leaves a note.
    pub(super) fn note(&self, note: Note) {
        self.notes.leave(note);
    }

    /// Tells an event; a screen that is gone waits for nothing.
    pub(super) async fn tell(&self, event: Event) {
        self.events.send(event).await.ok();
    }
}
