//! Tasks of the runtime, and work for its threads. Each kind of either would be compiled again, for both of the
//! runtime's own kinds: in a box they are one kind.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

/// Begins a task, which goes on until it has ended or is aborted.
pub fn spawn<T: Send + 'static>(job: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(job.boxed())
}

/// Begins work that keeps a thread busy, which no task may. It goes on whether anybody waits for its end or not.
///
/// # Errors
///
/// When the work has panicked.
pub fn work<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
) -> BoxFuture<'static, Result<T, JoinError>> {
    let slot = Slot::default();
    let of_job = slot.clone();
    let job: Box<dyn FnOnce() + Send> = Box::new(move || of_job.put(job()));
    let ended = spawn_blocking(job);
    let end = async move {
        ended.await?;
        Ok(slot.take().expect("work that has ended has said how"))
    };
    end.boxed()
}

/// Where work leaves what came of it, for those who hear of its end by something else: a channel of its own for each
/// kind of answer would be compiled for each.
pub struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Slot<T> {
    /// Leaves it there.
    pub fn put(&self, answer: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    /// What was left there, if anything was.
    pub fn take(&self) -> Option<T> {
        let mut answer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answer.take()
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn work_says_how_it_ended_and_whether_it_panicked() {
        assert_eq!(work(|| 7).await.ok(), Some(7));
        let panicked = work(|| panic!("on purpose")).await;
        assert!(panicked.is_err_and(|error| error.is_panic()));
    }

    #[tokio::test]
    async fn work_is_done_also_where_nobody_waits_for_it() {
        let (tell, told) = oneshot::channel();
        drop(work(move || tell.send(())));
        assert_eq!(told.await, Ok(()));
    }
}
