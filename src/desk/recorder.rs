//! The journal from the async side: a thread of its own, because every record waits for the disk.
//! A journal that can't be used is tried again with the next question; until then nothing is sent.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::central::Central;
use crate::journal::{Author, Journal, JournalError, Note, Opening, PATIENCE, Where, Who};
use crate::tasks::Slot;

/// Asks the journal. Cheap to clone; the thread ends with the last clone, after all that was asked.
#[derive(Clone)]
pub struct Recorder {
    jobs: Sender<Asked>,
    /// Who records, where that is not who opens the journal.
    author: Option<Arc<Author>>,
    /// Where the records are forwarded to.
    central: Option<Arc<Central>>,
}

/// What the thread is asked for, when, and by whom.
struct Asked {
    since: Instant,
    author: Option<Arc<Author>>,
    job: Job,
}

/// Says whether another program held the journal for too long.
type Job = Box<dyn FnOnce(Result<&mut Journal, JournalError>) -> bool + Send>;

impl Recorder {
    /// Starts the thread, which opens the journal when it is asked for the first time. Without a
    /// folder there is none, and every question is answered with why.
    #[must_use]
    pub fn start(folder: Option<PathBuf>, opening: impl Fn() -> Opening + Send + 'static) -> Self {
        let (jobs, asked) = channel();
        std::thread::spawn(move || {
            let mut keeper = Keeper {
                folder,
                opening,
                journal: None,
                has_crashed: false,
                held: None,
            };
            for asked in asked {
                keeper.run(asked);
            }
        });
        Self {
            jobs,
            author: None,
            central: None,
        }
    }

    /// The same with a central store, at which writes are claimed and to which what is recorded is forwarded.
    #[must_use]
    pub fn with_central(self, central: Arc<Central>) -> Self {
        Self {
            central: Some(central),
            ..self
        }
    }

    /// The central store, where there is one.
    #[must_use]
    pub fn central(&self) -> Option<&Arc<Central>> {
        self.central.as_ref()
    }

    /// The same journal for somebody else's session, which runs until the last clone of this is gone and all
    /// that was asked through it is done.
    #[must_use]
    pub fn of(&self, who: &Who, place: &Where) -> Self {
        Self {
            jobs: self.jobs.clone(),
            author: Some(Arc::new(Author::new(who, place))),
            central: self.central.clone(),
        }
    }

    /// Asks for something and waits for the answer.
    ///
    /// # Errors
    /// When the journal can't be used or does not take it: a sentence with what to do.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let answer = Slot::default();
        let of_job = answer.clone();
        let (done, is_done) = oneshot::channel();
        self.put(move |journal| {
            let said = journal.and_then(work);
            let is_busy = is_busy(&said);
            of_job.put(said);
            // The one who asked may be gone; what was asked for is done all the same.
            done.send(()).ok();
            is_busy
        });
        is_done.await.ok();
        answer.take().unwrap_or(Err(JournalError::Stopped))
    }

    /// Leaves a note, and waits for nothing: a note that can't be made changes nothing else. `ended`
    /// hears of it on the journal's thread, whatever happens there.
    pub fn note(&self, note: Note, ended: impl FnOnce(Result<(), JournalError>) + Send + 'static) {
        let ended = Ended(Some(ended));
        self.put(move |journal| {
            let noted = journal.and_then(|journal| journal.note(&note));
            let is_busy = is_busy(&noted);
            ended.tell(noted.map(drop));
            is_busy
        });
    }

    /// Has the journal looked through before it matters: the first intent waits for that otherwise.
    pub fn look_through(&self) {
        self.put(|journal| {
            let found = journal.and_then(Journal::trouble);
            if let Err(error) = &found {
                tracing::warn!(%error, "the journal can't be looked through");
            }
            is_busy(&found)
        });
    }

    /// Waits until all that was asked for is done.
    pub async fn drained(&self) {
        let (answer, answered) = oneshot::channel();
        self.put(move |_| answer.send(()).is_err());
        answered.await.ok();
    }

    fn put(&self, job: impl FnOnce(Result<&mut Journal, JournalError>) -> bool + Send + 'static) {
        // The thread ends only after its last sender; a job that is dropped unused closes its channel.
        let asked = Asked {
            since: Instant::now(),
            author: self.author.clone(),
            job: Box::new(job),
        };
        self.jobs.send(asked).ok();
        if let Some(central) = &self.central {
            central.news.notify_one();
        }
    }
}

fn is_busy<T>(said: &Result<T, JournalError>) -> bool {
    matches!(said, Err(JournalError::Busy(..)))
}

/// What is called once at the end, also where a job never comes to it.
struct Ended<F: FnOnce(Result<(), JournalError>)>(Option<F>);

impl<F: FnOnce(Result<(), JournalError>)> Ended<F> {
    fn tell(mut self, noted: Result<(), JournalError>) {
        self.tell_once(noted);
    }

    fn tell_once(&mut self, noted: Result<(), JournalError>) {
        let Some(ended) = self.0.take() else { return };
        if let Err(error) = &noted {
            tracing::warn!(%error, "a note was not recorded");
        }
        ended(noted);
    }
}

impl<F: FnOnce(Result<(), JournalError>)> Drop for Ended<F> {
    fn drop(&mut self) {
        self.tell_once(Err(JournalError::Stopped));
    }
}

/// The journal on its thread.
struct Keeper<O> {
    folder: Option<PathBuf>,
    opening: O,
    journal: Option<Journal>,
    /// After a panic nothing more is recorded: what the journal holds in memory may be half done.
    /// It stays open, so that others still see a write that is under way.
    has_crashed: bool,
    /// Since when another program has held the journal, and when that was noticed last.
    held: Option<(Instant, Instant)>,
}

/// A lock that was waited for in vain is tried for so long by what comes next.
const ONE_TRY: Duration = Duration::from_millis(50);

impl<O: Fn() -> Opening> Keeper<O> {
    fn run(&mut self, asked: Asked) {
        let Asked { since, author, job } = asked;
        let since = self.waits_since(since);
        let left = PATIENCE.saturating_sub(since.elapsed()).max(ONE_TRY);
        let ran = catch_unwind(AssertUnwindSafe(|| match (self.journal(left), author) {
            (Ok(journal), Some(author)) => journal.act_for(&author, job),
            (journal, _) => job(journal),
        }));
        match ran {
            Ok(true) => self.held = Some((since, Instant::now())),
            // A reading succeeds while another program only writes: that says nothing of the lock.
            Ok(false) => {}
            Err(_) => {
                tracing::error!("the journal's thread has panicked: nothing more is recorded");
                self.has_crashed = true;
            }
        }
    }

    /// All questions of one action wait together, and so do those that follow at once.
    fn waits_since(&self, asked: Instant) -> Instant {
        match self.held {
            Some((since, noticed)) if noticed.elapsed() < PATIENCE => since.min(asked),
            _ => asked,
        }
    }

    fn journal(&mut self, left: Duration) -> Result<&mut Journal, JournalError> {
        if self.has_crashed {
            return Err(JournalError::Stopped);
        }
        if self.journal.is_none() {
            let folder = self.folder.as_ref().ok_or(JournalError::NoFolder)?;
            let opening = (self.opening)().wait_at_most(left);
            self.journal = Some(Journal::open(folder, opening)?);
        }
        let journal = self.journal.as_mut().ok_or(JournalError::Stopped)?;
        journal.wait_at_most(left)?;
        Ok(journal)
    }
}
