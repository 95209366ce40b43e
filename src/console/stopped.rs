//! The signals that stop the program for a while and let it go on: [`Stops`] is a stream of them, and
//! [`Stop`] stops the program. What else is done about them is for the loop to say.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
#[cfg(target_os = "linux")]
use rustix::process;
#[cfg(target_os = "linux")]
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::keyboard::Input;

/// Tells of SIGTSTP and SIGCONT. Without it, the first would leave the terminal as it is.
pub struct Stops {
    #[cfg(target_os = "linux")]
    caught: Option<(Signal, Signal)>,
}

impl Stops {
    /// Listens from now on.
    #[must_use]
    pub fn catch() -> Self {
        #[cfg(target_os = "linux")]
        {
            let stop = caught(process::Signal::TSTP);
            Self {
                caught: stop.zip(caught(process::Signal::CONT)),
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

#[cfg(target_os = "linux")]
fn caught(which: process::Signal) -> Option<Signal> {
    signal(SignalKind::from_raw(which.as_raw())).ok()
}

/// Stops the program, unless the signal to continue has come first: a sender of one straight after the
/// other wants a running program.
pub struct Stop {
    #[cfg(target_os = "linux")]
    go_on: Option<Signal>,
}

#[cfg(target_os = "linux")]
impl Stop {
    /// Listens from now on.
    #[must_use]
    pub fn catch() -> Self {
        Self {
            go_on: caught(process::Signal::CONT),
        }
    }

    /// Comes back when the program goes on.
    ///
    /// # Errors
    /// When the program can't be stopped.
    pub async fn here(&mut self) -> io::Result<()> {
        use std::time::Duration;
        /// How far apart two signals can arrive that were sent at the same time.
        const CROSSED: Duration = Duration::from_millis(30);
        /// The signal that ended the stop was sent already, and is here as soon as the runtime looks.
        const SENT: Duration = Duration::from_secs(1);
        if !self.goes_on_within(CROSSED).await {
            // Not the signal that asked for it: that one is caught here.
            process::kill_process(process::getpid(), process::Signal::STOP)?;
            // It is not to be taken for one that comes with the next stop.
            self.goes_on_within(SENT).await;
        }
        Ok(())
    }

    async fn goes_on_within(&mut self, time: std::time::Duration) -> bool {
        match &mut self.go_on {
            Some(go_on) => tokio::time::timeout(time, go_on.recv()).await.is_ok(),
            None => false,
        }
    }

    /// A signal to go on that came while the program ran is of no use to a later stop.
    pub fn forget_the_last(&mut self) {
        use futures_util::FutureExt as _;
        if let Some(go_on) = &mut self.go_on {
            go_on.recv().now_or_never();
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Stop {
    /// Nothing stops it here.
    #[must_use]
    pub fn catch() -> Self {
        Self {}
    }

    /// Comes back at once.
    ///
    /// # Errors
    /// Never here; the shape is that of the other systems.
    pub async fn here(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Nothing is kept here.
    pub fn forget_the_last(&mut self) {}
}
