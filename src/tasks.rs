//! Tasks of the runtime. Each kind of task would be compiled twice, for both of the runtime's own kinds: in a box
//! they are one kind.

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

/// Begins a task, which goes on until it has ended or is aborted.
pub fn spawn<T: Send + 'static>(job: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(job.boxed())
}
