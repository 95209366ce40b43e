//! The signals that end the program, and the exit codes that go with them.
//! What is under way when one comes is for others to know.

/// A wish to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// Ctrl+C.
    Interrupt,
    /// Ended by another program.
    Terminate,
    /// The terminal has gone away.
    HangUp,
    /// Ended by another program that would have a core file; there is none, as it would hold secrets.
    Quit,
}

impl Wish {
    /// All of them, by their codes.
    pub(super) const ALL: [Self; 4] = [Self::HangUp, Self::Interrupt, Self::Quit, Self::Terminate];

    /// 128 and the signal's number, as shells have it.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Quit => 131,
            Self::Terminate => 143,
        }
    }
}

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end the program. They are caught from the moment on in which this is made, and
/// not only once somebody waits: the first picture may be long drawn by then.
pub(super) struct Signals {
    #[cfg(not(unix))]
    is_caught: bool,
    #[cfg(unix)]
    caught: Option<[Signal; 4]>,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn catch() -> Self {
        let caught = || {
            Ok::<_, std::io::Error>([
                signal(SignalKind::interrupt())?,
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::quit())?,
            ])
        };
        Self {
            caught: caught().ok(),
        }
    }

    /// Leaves them as they are: each ends the program at once.
    pub(super) fn leave() -> Self {
        Self { caught: None }
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Wish {
        let Some([interrupt, terminate, hang_up, quit]) = &mut self.caught else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => Wish::Interrupt,
            _ = terminate.recv() => Wish::Terminate,
            _ = hang_up.recv() => Wish::HangUp,
            _ = quit.recv() => Wish::Quit,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn catch() -> Self {
        Self { is_caught: true }
    }

    pub(super) fn leave() -> Self {
        Self { is_caught: false }
    }

    pub(super) async fn next(&mut self) -> Wish {
        if !self.is_caught {
            return std::future::pending().await;
        }
        match tokio::signal::ctrl_c().await {
            Ok(()) => Wish::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}
