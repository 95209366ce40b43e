//! What every job has at hand: the client, the journal, and the way back to whoever asked.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::message::Event;
use super::recorder::Recorder;
use crate::dcms::Client;

/// Cheap to clone; each job has its own.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) client: Arc<Client>,
    pub(super) recorder: Recorder,
    pub(super) events: Sender<Event>,
    /// Whether the reading that follows a write may settle it.
    pub(super) settles_at_once: bool,
}

impl Work {
    /// Tells an event; a screen that is gone waits for nothing.
    pub(super) async fn tell(&self, event: Event) {
        self.events.send(event).await.ok();
    }
}
