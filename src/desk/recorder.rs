//! The journal from the async side: a thread of its own, because every record waits for the disk.
//! A journal that can't be used is tried again with the next question; until then nothing is sent.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

use tokio::sync::oneshot;

use crate::journal::{Fault, Journal, Note, Opening};

/// Asks the journal. Cheap to clone; the thread ends with the last clone, after all that was asked.
#[derive(Clone)]
pub struct Recorder(Sender<Job>);

type Job = Box<dyn FnOnce(Result<&mut Journal, Fault>) + Send>;

impl Recorder {
    /// Starts the thread, which opens the journal when it is asked for the first time. Without a
    /// folder there is none, and every question is answered with why.
    #[must_use]
    pub fn start(folder: Option<PathBuf>, opening: impl Fn() -> Opening + Send + 'static) -> Self {
        let (jobs, asked) = channel::<Job>();
        std::thread::spawn(move || {
            let mut open = None;
            for job in asked {
                match &mut open {
                    Some(journal) => job(Ok(journal)),
                    None => match opened(folder.as_ref(), &opening) {
                        Ok(journal) => job(Ok(open.insert(journal))),
                        Err(fault) => job(Err(fault)),
                    },
                }
            }
        });
        Self(jobs)
    }

    /// Asks for something and waits for the answer.
    ///
    /// # Errors
    /// When the journal can't be used or does not take it: a sentence with what to do.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        self.put(move |journal| {
            // Whoever asked may be gone; what was asked is done all the same.
            answer.send(journal.and_then(work)).ok();
        });
        answered.await.unwrap_or(Err(Fault::Stopped))
    }

    /// Leaves a note, and waits for nothing: a note that can't be made changes nothing else. `ended`
    /// is told, on the journal's thread.
    pub fn note(&self, note: Note, ended: impl FnOnce(Result<(), Fault>) + Send + 'static) {
        self.put(move |journal| {
            let noted = journal.and_then(|journal| journal.note(&note));
            if let Err(fault) = &noted {
                tracing::warn!(%fault, "a note was not recorded");
            }
            ended(noted.map(drop));
        });
    }

    /// Waits until all that was asked for is done.
    pub async fn drained(&self) {
        let (answer, answered) = oneshot::channel();
        self.put(move |_| {
            answer.send(()).ok();
        });
        answered.await.ok();
    }

    fn put(&self, job: impl FnOnce(Result<&mut Journal, Fault>) + Send + 'static) {
        // The thread ends before its sender only by a panic; whoever waits is told by the channel.
        self.0.send(Box::new(job)).ok();
    }
}

fn opened(folder: Option<&PathBuf>, opening: impl Fn() -> Opening) -> Result<Journal, Fault> {
    Journal::open(folder.ok_or(Fault::NoFolder)?, opening())
}
