//! Reading the terminal on Linux: no thread, no queue, and nothing that the shell's handle would keep.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, Sleep, sleep_until};

use super::Input;
use super::bytes::Typed;

/// The terminal's keyboard.
pub struct Keyboard {
    terminal: AsyncFd<File>,
    typed: Typed,
    resized: Signal,
    patience: Option<Pin<Box<Sleep>>>,
}

impl Keyboard {
    /// Opens the terminal once more, so that "do not block" holds for this handle alone and not for
    /// the shell that will have the terminal afterwards. Where it can't be opened, because another user
    /// owns it (`su - desk -c kitdesk`), standard input itself is read.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn open() -> io::Result<Self> {
        let open = |path| {
            let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
            OpenOptions::new()
                .read(true)
                .custom_flags(flags.bits().cast_signed())
                .open(path)
        };
        let given = || io::stdin().as_fd().try_clone_to_owned().map(File::from);
        Self::on(
            open("/dev/tty")
                .or_else(|_| open("/proc/self/fd/0"))
                .or_else(|_| given())?,
        )
    }

    /// Reads from a handle, whether it blocks or not.
    #[expect(
        deprecated,
        reason = "unsound only for types that lie about their handle, which a file does not; what \
                  replaces it takes unsafe code"
    )]
    fn on(terminal: File) -> io::Result<Self> {
        Ok(Self {
            // Not when it can be written to as well, which is after each picture.
            terminal: AsyncFd::with_interest(terminal, Interest::READABLE)?,
            typed: Typed::new(Instant::now().into_std()),
            resized: signal(SignalKind::window_change())?,
            patience: None,
        })
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.terminal.poll_read_ready(context))?;
            let room = self.typed.room();
            match guard.try_io(|terminal| read_what_is_there(terminal.get_ref(), room)) {
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(read) => return Poll::Ready(read),
                Err(_would_block) => {}
            }
        }
    }
}

/// Reads without waiting. It never sets a shared handle to non-blocking, which would affect all who
/// share it.
fn read_what_is_there(mut terminal: &File, room: &mut [u8]) -> io::Result<usize> {
    let mut asked = [PollFd::new(terminal, PollFlags::IN)];
    match poll(&mut asked, Some(&Timespec::default()))? {
        0 => Err(io::ErrorKind::WouldBlock.into()),
        _ => terminal.read(room),
    }
}

impl Stream for Keyboard {
    type Item = io::Result<Input>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(input) = this.typed.next() {
                return Poll::Ready(Some(Ok(input)));
            }
            if this.resized.poll_recv(context).is_ready() {
                return Poll::Ready(Some(Ok(Input::Redraw)));
            }
            match this.poll_read(context) {
                Poll::Ready(Ok(0)) => return Poll::Ready(None),
                Poll::Ready(Ok(count)) => {
                    this.typed.filled(count, Instant::now().into_std());
                    this.patience = None;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Pending => {
                    let Some(deadline) = this.typed.deadline() else {
                        return Poll::Pending;
                    };
                    let patience = this
                        .patience
                        .get_or_insert_with(|| Box::pin(sleep_until(deadline.into())));
                    ready!(patience.as_mut().poll(context));
                    this.patience = None;
                    if let Some(input) = this.typed.nothing_follows() {
                        return Poll::Ready(Some(Ok(input)));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::time::Duration;

    use crossterm::event::KeyCode;
    use futures_util::StreamExt as _;

    use super::*;

    /// A keyboard at the end of a pipe, which blocks as a terminal does that others have too.
    fn piped() -> (io::PipeWriter, Keyboard) {
        let (reader, writer) = io::pipe().expect("a pipe");
        let reader = File::from(std::os::fd::OwnedFd::from(reader));
        (
            writer,
            Keyboard::on(reader).expect("a pipe can be waited for"),
        )
    }

    async fn key(keyboard: &mut Keyboard) -> KeyCode {
        match keyboard.next().await {
            Some(Ok(Input::Key(key))) => key.code,
            _ => panic!("not a key"),
        }
    }

    #[tokio::test]
    async fn keys_come_one_by_one_and_then_the_end() {
        let (mut writer, mut keyboard) = piped();
        writer.write_all(b"7\x1b[B").expect("written");
        assert_eq!(key(&mut keyboard).await, KeyCode::Char('7'));
        assert_eq!(key(&mut keyboard).await, KeyCode::Down);
        drop(writer);
        assert!(keyboard.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_esc_is_a_key_when_nothing_follows_it() {
        let (mut writer, mut keyboard) = piped();
        writer.write_all(b"\x1b").expect("written");
        assert_eq!(key(&mut keyboard).await, KeyCode::Esc);
    }

    #[tokio::test(start_paused = true)]
    async fn a_paste_that_stands_still_is_given_up_and_then_nothing_ticks() {
        let (mut writer, mut keyboard) = piped();
        writer.write_all(b"\x1b[200~8306").expect("written");
        assert!(matches!(keyboard.next().await, Some(Ok(Input::LostPaste))));
        let waited = tokio::time::timeout(Duration::from_secs(2), keyboard.next());
        assert!(waited.await.is_err(), "it is no key and no paste");
        assert!(keyboard.typed.deadline().is_none() && keyboard.patience.is_none());
        writer.write_all(b"7").expect("written");
        assert_eq!(key(&mut keyboard).await, KeyCode::Char('7'));
    }

    #[tokio::test]
    async fn a_key_in_two_halves_is_one_key() {
        let (mut writer, mut keyboard) = piped();
        writer.write_all(b"\x1b").expect("written");
        let waiting = tokio::spawn(async move { key(&mut keyboard).await });
        tokio::task::yield_now().await;
        writer.write_all(b"[A").expect("written");
        assert_eq!(waiting.await.expect("no panic"), KeyCode::Up);
    }
}
