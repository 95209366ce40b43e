//! Keys from packets of bytes, for a terminal at the far end of a connection.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{future::Future, io};

use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, Sleep, sleep_until};
use zeroize::Zeroizing;

use super::Input;
use super::bytes::Typed;

/// What comes over a connection. No `Debug`: the bytes can be part of a secret.
pub enum Packet {
    /// What was typed or pasted, in a piece of any size.
    Bytes(Zeroizing<Vec<u8>>),
    /// The terminal has another size.
    Resized,
}

/// The keyboard at the far end of a connection. It is over when its packets are.
pub struct FarKeyboard<S> {
    packets: S,
    typed: Typed,
    /// The packet that was taken last, and how much of it was used.
    last: Zeroizing<Vec<u8>>,
    used: usize,
    patience: Option<Pin<Box<Sleep>>>,
}

impl<S: Stream<Item = Packet> + Unpin> FarKeyboard<S> {
    /// Reads from these packets.
    pub fn new(packets: S) -> Self {
        Self {
            packets,
            typed: Typed::new(Instant::now().into_std()),
            last: Zeroizing::default(),
            used: 0,
            patience: None,
        }
    }

    /// Takes more of the last packet, if there is more of it.
    fn goes_on(&mut self) -> bool {
        let rest = &self.last[self.used..];
        if rest.is_empty() {
            // Wiped now, and not only when the next packet comes.
            self.last = Zeroizing::default();
            self.used = 0;
            return false;
        }
        self.used += self.typed.take(rest, Instant::now().into_std());
        self.patience = None;
        true
    }
}

impl<S: Stream<Item = Packet> + Unpin> Stream for FarKeyboard<S> {
    type Item = io::Result<Input>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(input) = this.typed.next() {
                return Poll::Ready(Some(Ok(input)));
            }
            if this.goes_on() {
                continue;
            }
            match this.packets.poll_next_unpin(context) {
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Packet::Resized)) => {
                    return Poll::Ready(Some(Ok(Input::Redraw)));
                }
                Poll::Ready(Some(Packet::Bytes(bytes))) => this.last = bytes,
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
    use crossterm::event::KeyCode;
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

    use super::*;

    /// A keyboard, and what sends its packets.
    fn far() -> (
        UnboundedSender<Packet>,
        FarKeyboard<impl Stream<Item = Packet> + Unpin>,
    ) {
        let (sender, receiver) = unbounded_channel();
        let packets = futures_util::stream::unfold(receiver, async |mut receiver| {
            Some((receiver.recv().await?, receiver))
        });
        (sender, FarKeyboard::new(Box::pin(packets)))
    }

    fn send(sender: &UnboundedSender<Packet>, bytes: &[u8]) {
        let packet = Packet::Bytes(Zeroizing::new(bytes.to_vec()));
        assert!(sender.send(packet).is_ok(), "it is listened to");
    }

    async fn key<S: Stream<Item = Packet> + Unpin>(keyboard: &mut FarKeyboard<S>) -> KeyCode {
        match keyboard.next().await {
            Some(Ok(Input::Key(key))) => key.code,
            _ => panic!("not a key"),
        }
    }

    #[tokio::test]
    async fn a_packet_of_any_length_is_all_keys() {
        for length in [1, 1023, 1024, 1025, 2049, 32 << 10] {
            let (sender, keyboard) = far();
            let typed: Vec<u8> = (b'0'..=b'9').cycle().take(length).collect();
            send(&sender, &typed);
            drop(sender);
            let keys: Vec<_> = keyboard.collect().await;
            assert_eq!(keys.len(), length);
        }
    }

    #[tokio::test]
    async fn the_last_byte_of_a_packet_did_not_come_alone() {
        let (sender, keyboard) = far();
        // In a paste a Ctrl+C that was not pressed is a part of it.
        let paste = [b"\x1b[200~".as_slice(), &[b'7'; 1018], b"\x03"].concat();
        assert_eq!(paste.len(), 1025);
        send(&sender, &paste);
        send(&sender, b"\x1b[201~");
        drop(sender);
        let all: Vec<_> = keyboard.collect().await;
        assert!(matches!(&all[..], [Ok(Input::Paste(_))]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_esc_is_a_key_when_nothing_follows_it() {
        let (sender, mut keyboard) = far();
        send(&sender, b"\x1b");
        assert_eq!(key(&mut keyboard).await, KeyCode::Esc);
        send(&sender, b"\x1b");
        send(&sender, b"[A");
        assert_eq!(key(&mut keyboard).await, KeyCode::Up);
    }

    #[tokio::test]
    async fn nothing_of_a_packet_that_was_used_is_left() {
        let (sender, mut keyboard) = far();
        send(&sender, b"4315");
        for digit in "4315".chars() {
            assert_eq!(key(&mut keyboard).await, KeyCode::Char(digit));
        }
        assert!(sender.send(Packet::Resized).is_ok());
        assert!(matches!(keyboard.next().await, Some(Ok(Input::Redraw))));
        assert!(keyboard.last.capacity() == 0 && keyboard.typed.deadline().is_none());
    }
}
