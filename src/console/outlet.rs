//! Bytes to the terminal, without ever waiting for it: what it does not take at once is kept until it
//! does. A terminal can stand still for hours: Ctrl+S, a stopped `tmux` client, a lost connection.

use std::io;
#[cfg(not(unix))]
use std::io::Write;
use std::time::Instant;

use ratatui::Frame;
use ratatui::layout::Size;

/// What pictures are drawn on.
pub trait Canvas: Paced {
    /// Draws one picture, and says how large it is.
    ///
    /// # Errors
    /// When it can't be drawn on any more.
    fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<Size>;

    /// What is on it is not known any more: the next picture is drawn from nothing. Nothing is asked of a
    /// terminal for that, because not every terminal answers.
    fn forget(&mut self);

    /// Puts a text into the clipboard of the terminal with the next picture, where the terminal takes that.
    fn copy(&mut self, text: &str);
}

/// A way to the terminal that has at most one picture under way.
pub trait Paced {
    /// Since when the terminal has taken nothing of a picture that is under way; `None` where it has
    /// taken everything.
    fn stuck_since(&self) -> Option<Instant>;

    /// Comes back once the terminal has taken everything. May be dropped and asked for again.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn taken(&mut self) -> impl Future<Output = io::Result<()>>;

    /// Drops what the terminal has not taken yet. What it shows is unknown after that; it still has to
    /// be waited for.
    fn drop_rest(&mut self);
}

#[cfg(unix)]
pub use unix::Outlet;

#[cfg(unix)]
mod unix {
    use std::fs::{File, OpenOptions};
    use std::io::{self, Write, stdout};
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    use std::time::{Duration, Instant};

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    use super::Paced;
    use crate::output::write_within;

    /// The terminal of standard output.
    pub struct Outlet {
        terminal: File,
        /// What the terminal has not taken yet.
        rest: Vec<u8>,
        stuck_since: Option<Instant>,
        /// The flags of standard output itself, where they had to be changed.
        found: Option<OFlags>,
    }

    impl Outlet {
        /// Opens the terminal once more, so that "do not block" holds for this handle alone and not for
        /// everybody who shares standard output. Where that is not allowed, after `su` for instance,
        /// standard output is set so until this is dropped.
        ///
        /// # Errors
        /// When there is no terminal.
        pub fn open() -> io::Result<Self> {
            let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
            let opened = OpenOptions::new()
                .write(true)
                .custom_flags(flags.bits().cast_signed())
                .open("/proc/self/fd/1");
            let (terminal, found) = if let Ok(terminal) = opened {
                (terminal, None)
            } else {
                let found = fcntl_getfl(stdout())?;
                fcntl_setfl(stdout(), found | OFlags::NONBLOCK)?;
                (stdout().as_fd().try_clone_to_owned()?.into(), Some(found))
            };
            Ok(Self::on(terminal, found))
        }

        fn on(terminal: File, found: Option<OFlags>) -> Self {
            Self {
                terminal,
                rest: Vec::new(),
                stuck_since: None,
                found,
            }
        }

        /// Writes the last there is to write, in place of what is still under way. Says whether the
        /// terminal has taken it within `limit`.
        pub fn write_last(&mut self, bytes: &[u8], limit: Duration) -> bool {
            self.drop_rest();
            write_within(&mut self.terminal, bytes, limit).is_ok()
        }

        /// Gives the terminal as much as it takes now.
        fn push(&mut self) -> io::Result<()> {
            let mut done = 0;
            let pushed = loop {
                if done == self.rest.len() {
                    break Ok(true);
                }
                match self.terminal.write(&self.rest[done..]) {
                    Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                    Ok(count) => done += count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break Ok(false),
                    Err(error) => break Err(error),
                }
            };
            let is_first = self.stuck_since.is_none();
            if pushed? {
                self.drop_rest();
                self.stuck_since = None;
            } else {
                self.rest.drain(..done);
                if is_first || done > 0 {
                    self.stuck_since = Some(Instant::now());
                }
            }
            Ok(())
        }
    }

    impl Write for Outlet {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.rest.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            match self.stuck_since {
                // `taken` goes on with it.
                Some(_) => Ok(()),
                None => self.push(),
            }
        }
    }

    impl Paced for Outlet {
        fn stuck_since(&self) -> Option<Instant> {
            self.stuck_since
        }

        #[expect(
            deprecated,
            reason = "unsound only for types that lie about their handle, which a borrowed one does \
                      not; what replaces it takes unsafe code"
        )]
        async fn taken(&mut self) -> io::Result<()> {
            while self.stuck_since.is_some() {
                // Only for as long as it is waited for: a terminal that takes everything wakes nobody.
                let terminal = self.terminal.as_fd();
                let ready = AsyncFd::with_interest(terminal, Interest::WRITABLE)?;
                ready.writable().await?.clear_ready();
                drop(ready);
                self.push()?;
            }
            Ok(())
        }

        fn drop_rest(&mut self) {
            // Not `clear`: what was a picture of a customer is wiped with its memory.
            self.rest = Vec::new();
        }
    }

    impl Drop for Outlet {
        fn drop(&mut self) {
            if let Some(found) = self.found {
                fcntl_setfl(stdout(), found).ok();
            }
        }
    }
}

/// Elsewhere a terminal is written to as any output is, and waited for.
#[cfg(not(unix))]
pub struct Outlet(io::Stdout);

#[cfg(not(unix))]
impl Outlet {
    /// The terminal of standard output.
    ///
    /// # Errors
    /// Never here; the shape is that of Unix.
    pub fn open() -> io::Result<Self> {
        Ok(Self(io::stdout()))
    }

    /// Writes the last there is to write. Says whether the terminal has taken it.
    pub fn write_last(&mut self, bytes: &[u8], _: std::time::Duration) -> bool {
        self.0
            .write_all(bytes)
            .and_then(|()| self.0.flush())
            .is_ok()
    }
}

#[cfg(not(unix))]
impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(not(unix))]
impl Paced for Outlet {
    fn stuck_since(&self) -> Option<Instant> {
        None
    }

    fn taken(&mut self) -> impl Future<Output = io::Result<()>> {
        std::future::ready(Ok(()))
    }

    fn drop_rest(&mut self) {}
}
