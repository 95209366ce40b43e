//! The signals that stop the program for a while and let it go on, as a stream beside the keys.
//! What is done about them is the loop's affair.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use std::io;

use super::keyboard::Input;

/// Tells of SIGTSTP and SIGCONT. Without it, the first would leave the terminal as it is.
pub struct Stops {
    #[cfg(target_os = "linux")]
    caught: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

impl Stops {
    /// Listens from now on.
    #[must_use]
    pub fn catch() -> Self {
        #[cfg(target_os = "linux")]
        {
            use rustix::process::Signal;
            use tokio::signal::unix::{SignalKind, signal};
            let caught = |which: Signal| signal(SignalKind::from_raw(which.as_raw()));
            let stop = caught(Signal::TSTP).ok();
            Self {
                caught: stop.zip(caught(Signal::CONT).ok()),
            }
        }
        #[cfg(not(target_os = "linux"))]
        Self {}
    }
}

impl Stream for Stops {
    type Item = io::Result<Input>;

    #[cfg(target_os = "linux")]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some((stop, go_on)) = &mut self.caught else {
            return Poll::Ready(None);
        };
        if stop.poll_recv(context).is_ready() {
            return Poll::Ready(Some(Ok(Input::Suspend)));
        }
        go_on.poll_recv(context).map(|_| Some(Ok(Input::Resumed)))
    }

    #[cfg(not(target_os = "linux"))]
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
