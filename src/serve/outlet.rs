//! Pictures to a client: one is under way at a time, in pieces, and only as fast as the client takes them.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use futures_util::FutureExt as _;
use russh::ChannelWriteHalf;
use russh::server::Msg;

use crate::console::Paced;

/// How much is handed over at once. What is handed over can't be dropped any more when a newer picture is
/// there.
const PIECE: usize = 4096;

type Sending = Pin<Box<dyn Future<Output = Result<(), russh::Error>> + Send>>;

/// The client's end of the channel.
pub(super) struct LineOutlet {
    channel: Arc<ChannelWriteHalf<Msg>>,
    /// What has been drawn and not handed over.
    rest: Vec<u8>,
    /// The piece that the client has yet to make room for.
    sending: Option<Sending>,
    stuck_since: Option<Instant>,
}

impl LineOutlet {
    pub(super) fn new(channel: Arc<ChannelWriteHalf<Msg>>) -> Self {
        Self {
            channel,
            rest: Vec::new(),
            sending: None,
            stuck_since: None,
        }
    }

    /// Hands over as much as the client takes now.
    fn poll_push(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if let Some(sending) = &mut self.sending {
                let Poll::Ready(sent) = sending.poll_unpin(context) else {
                    self.stuck_since.get_or_insert_with(Instant::now);
                    return Poll::Pending;
                };
                self.sending = None;
                if self.stuck_since.is_some() {
                    // It goes on, if slowly.
                    self.stuck_since = Some(Instant::now());
                }
                if sent.is_err() {
                    return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
                }
            }
            if self.rest.is_empty() {
                self.stuck_since = None;
                return Poll::Ready(Ok(()));
            }
            let whole = std::mem::take(&mut self.rest);
            let piece = if whole.len() <= PIECE {
                Bytes::from(whole)
            } else {
                self.rest = whole[PIECE..].to_vec();
                Bytes::copy_from_slice(&whole[..PIECE])
            };
            let channel = Arc::clone(&self.channel);
            self.sending = Some(Box::pin(async move { channel.data_bytes(piece).await }));
        }
    }
}

impl Write for LineOutlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.stuck_since.is_some() {
            // `taken` goes on with it.
            return Ok(());
        }
        let mut nobody = Context::from_waker(Waker::noop());
        match self.poll_push(&mut nobody) {
            Poll::Ready(pushed) => pushed,
            Poll::Pending => Ok(()),
        }
    }
}

impl Paced for LineOutlet {
    fn stuck_since(&self) -> Option<Instant> {
        self.stuck_since
    }

    async fn taken(&mut self) -> io::Result<()> {
        std::future::poll_fn(|context| self.poll_push(context)).await
    }

    fn drop_rest(&mut self) {
        // Not `clear`: what was a picture of a customer is wiped with its memory.
        self.rest = Vec::new();
    }
}
